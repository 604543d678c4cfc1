"""The cameras that this process has open: closed at its end, left to the parent after a fork, and none open twice."""

from __future__ import annotations

import _thread
import atexit
import logging
import os
import weakref
from typing import TYPE_CHECKING, Protocol

from vcxg124m import discovery
from vcxg124m._cells import is_interactive
from vcxg124m.errors import CameraInUseError

if TYPE_CHECKING:
    from vcxg124m._backend import CameraInfo
    from vcxg124m._cells import Cell

__all__ = ["OpenCamera", "add", "forget", "holds", "make_way_for", "make_way_for_virtual"]

_log = logging.getLogger("vcxg124m")


class OpenCamera(Protocol):
    """What this list wants to know of a camera.

    Attributes
    ----------
    cell
        The run of the notebook's cell that opened it; None for a program.
    owns_device
        Whether it is a virtual camera that ends with it.
    """

    cell: Cell | None
    owns_device: bool

    @property
    def info(self) -> CameraInfo: ...
    @property
    def is_open(self) -> bool: ...
    @property
    def running_stream(self) -> object | None: ...
    def close(self, *, reason: str = "") -> None: ...
    def abandon(self) -> None: ...


_cameras: weakref.WeakSet[OpenCamera] = weakref.WeakSet()
# Those that nobody holds any more, while they are closed.
_forgotten: set[OpenCamera] = set()


def add(camera: OpenCamera) -> None:
    """Remember a camera until it is closed or garbage."""
    _cameras.add(camera)
    # Last registered runs first: before the producer below this camera is shut down.
    atexit.unregister(_close_all)
    atexit.register(_close_all)


def forget(camera: OpenCamera) -> None:
    """Close a camera that nobody holds any more, in a thread of its own.

    Garbage is collected wherever Python runs, under any lock, and closing takes others: who holds a node map's lock
    must not want that of the producers.
    """
    _forgotten.add(camera)
    _thread.start_new_thread(_close_forgotten, (camera,))  # threading.Thread has locks of its own


def _close_forgotten(camera: OpenCamera) -> None:
    try:
        camera.close()
    finally:
        _forgotten.discard(camera)


def holds(info: CameraInfo) -> bool:
    """Tell whether the camera is open in this process."""
    return bool(_objects_of(info))


def make_way_for(info: CameraInfo) -> None:
    """Close what has the camera open, where somebody types.

    Raises
    ------
    CameraInUseError
        This is a program, and has the camera open.
    """
    for camera in _objects_of(info):
        if not is_interactive():
            raise CameraInUseError(
                f"{info} is open in this program already: use that Camera object, or close it before the camera is "
                "opened again (`with` closes it at the end of its block)."
            )
        _replace(camera)


def make_way_for_virtual(cell: Cell | None, *, serial_number: str | None, ip: str | None) -> None:
    """Close virtual cameras that would be a second one of the same kind: of an earlier run of the cell, or its name."""
    if not is_interactive():
        return
    for camera in _open():
        named = camera.info.serial_number == serial_number or camera.info.ip == ip
        if camera.owns_device and (named or (cell is not None and cell.repeats(camera.cell))):
            _replace(camera)


def _replace(camera: OpenCamera) -> None:
    streams = camera.running_stream is not None
    _log.log(
        logging.WARNING if streams else logging.INFO,
        "%s is opened again in this session: the object that had it open is closed%s.",
        camera.info,
        ", and the stream that ran is ended" if streams else "",
    )
    camera.close(
        reason=f"{camera.info} was opened again in this session, which closed this object: use the newer one."
    )


def _objects_of(info: CameraInfo) -> list[OpenCamera]:
    wanted = discovery.identity(info)
    return [camera for camera in _open() if discovery.identity(camera.info) == wanted]


def _open() -> list[OpenCamera]:
    return [camera for camera in _cameras if camera.is_open]


def _close_all() -> None:
    for camera in [*_cameras, *_forgotten]:
        camera.close()


def _abandon_all() -> None:
    for camera in [*_cameras, *_forgotten]:
        camera.abandon()
    _cameras.clear()
    _forgotten.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
