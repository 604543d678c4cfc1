"""Puts the forwarder between genicam and a producer: other threads run while the producer waits.

genicam's binding holds the interpreter lock around every GenTL call; `native/forwarder` gives it away where a call may
wait. It is told here where the producer's functions are, and Python's.
"""

from __future__ import annotations

import atexit
import ctypes
import logging
import os
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from vcxg124m import _producer
from vcxg124m.errors import ProducerError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["through"]

_log = logging.getLogger("vcxg124m")
# Calls of producers are shorter: a search takes a fraction of a second an interface, a silent camera one or two.
_PATIENCE_S = 5.0


class _Slot(ctypes.Structure):
    """One function of the producer, as the forwarder lists them."""


_Slot._fields_ = [
    ("name", ctypes.c_char_p),
    ("target", ctypes.c_void_p),
    ("next", ctypes.POINTER(_Slot)),
]


class _Forwarder:
    """A copy of the forwarder for one producer: one file is one library to the system, with one set of targets."""

    loaded: ClassVar[dict[Path, _Forwarder]] = {}

    def __init__(self, producer: Path) -> None:
        try:
            self._producer = ctypes.CDLL(str(producer))
            self.path = _copy(f"{len(self.loaded)}-{producer.stem}.cti")
            self._library = ctypes.CDLL(str(self.path))
        except OSError as error:
            raise ProducerError(
                f"The GenTL producer {producer} cannot be loaded: {error}", path=str(producer)
            ) from error
        self._python = (ctypes.c_void_p * 3).in_dll(self._library, "vcxg_forwarder_python")
        self._unlocked = ctypes.c_int.in_dll(self._library, "vcxg_forwarder_unlocked")
        self.connect()

    def connect(self) -> None:
        """Lead every call to the producer; in a forked process, where it was cut off, anew."""
        self.owner = os.getpid()
        names = ("PyGILState_Check", "PyEval_SaveThread", "PyEval_RestoreThread")
        self._python[:] = [_address(ctypes.pythonapi, name) for name in names]
        for slot in self._slots():
            slot.target = _address(self._producer, slot.name.decode())

    def cut(self) -> None:
        """Let every call fail from now on without reaching the producer."""
        self._unlocked.value = 0
        for slot in self._slots():
            slot.target = None

    def keep_lock(self) -> None:
        """Give the interpreter lock away no more."""
        self._python[0] = None

    @property
    def threads_without_lock(self) -> int:
        return self._unlocked.value

    def _slots(self) -> Iterator[_Slot]:
        slot = ctypes.POINTER(_Slot).in_dll(self._library, "vcxg_forwarder_slots")
        while slot:
            yield slot.contents
            slot = slot.contents.next


def _copy(name: str) -> Path:
    """Return the path of a new copy, which goes with this process, also when it is killed."""
    source = _producer.bundled().with_name("forwarder.so")
    if hasattr(
        os, "memfd_create"
    ):  # Linux: a file without a name, so no folder has to allow programs or be tidied up
        file = os.memfd_create(name)
        with open(file, "wb", closefd=False) as copy:
            copy.write(source.read_bytes())
        return Path(f"/proc/self/fd/{file}")
    path = Path(_folder(), name)
    shutil.copyfile(source, path)
    return path


@cache
def _folder() -> str:
    """Return a folder that goes with this process, and not with one forked from it."""
    folder, owner = tempfile.mkdtemp(prefix="vcxg124m-"), os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


def _wait_for_threads() -> None:
    """Let every thread come back while there is an interpreter to come back to.

    Python ends a thread that wants its lock later where it stands: in the middle of genicam's C++, which aborts.
    """
    deadline = time.monotonic() + _PATIENCE_S
    for forwarder in _Forwarder.loaded.values():
        forwarder.keep_lock()
    while any(forwarder.threads_without_lock for forwarder in _Forwarder.loaded.values()):
        if time.monotonic() > deadline:
            _log.warning(
                "A thread still waits for a camera at the end of Python, which may abort the process."
            )
            break
        time.sleep(0.001)


def _address(library: ctypes.CDLL, name: str) -> int | None:
    function = getattr(library, name, None)
    return None if function is None else ctypes.cast(function, ctypes.c_void_p).value


def through(producer: Path) -> Path:
    """Return the path that genicam loads in place of ``producer``.

    Raises
    ------
    ProducerError
        It cannot be loaded.
    """
    if not _Forwarder.loaded:
        atexit.register(_wait_for_threads)
    found = _Forwarder.loaded.get(producer)
    if found is None:
        found = _Forwarder.loaded[producer] = _Forwarder(producer)
    elif found.owner != os.getpid():
        found.connect()
    return found.path


def _cut_in_a_child() -> None:
    """Keep a forked process off the producer: threads stay with the parent, sockets lead to the parent's cameras."""
    for forwarder in _Forwarder.loaded.values():
        forwarder.cut()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_cut_in_a_child)
