"""A camera that is held: its features, its settings, what happens when it is lost, and its end."""

from __future__ import annotations

import threading
import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING, cast

from vcxg124m import _open_cameras, configuration
from vcxg124m._feature_groups import FeatureGroups
from vcxg124m._interrupts import held_back
from vcxg124m._listening import EventReader
from vcxg124m._one_stream import OneStream
from vcxg124m._reconnector import Reconnector
from vcxg124m._waiting import checked_timeout
from vcxg124m.clock import Clock
from vcxg124m.config_file import Configuration
from vcxg124m.errors import CameraClosedError, DeviceLostError, FeatureTypeError
from vcxg124m.events import Events
from vcxg124m.features.nodes import Nodes
from vcxg124m.reconnection import Reconnect

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from vcxg124m._backend import CameraInfo, DeviceBackend
    from vcxg124m._cells import Cell
    from vcxg124m.reconnection import Reconnection
    from vcxg124m.stream import Stream

__all__ = ["HeldCamera"]

_ENABLED_EVENTS = "events.enabled"


class HeldCamera(FeatureGroups):
    """What every camera is that is open, whoever takes its frames; users meet it as :class:`vcxg124m.Camera`."""

    def __init__(
        self,
        backend: DeviceBackend,
        *,
        resources: ExitStack | None = None,
        reconnect: Reconnect | bool | None = None,
        cell: Cell | None = None,
        owns_device: bool = False,
    ) -> None:
        self._device = backend
        self._backend: DeviceBackend | None = backend
        self._resources = resources or ExitStack()
        self._closing = threading.RLock()  # held until it is closed
        self.cell, self.owns_device = cell, owns_device  # for who keeps count of the open cameras
        name = f"{backend.info.vendor} {backend.info.model}".strip() or "This camera"
        super().__init__(Nodes(backend.nodes, name))
        self.stream_nodes = Nodes(backend.stream_nodes, f"The stream of {name}")
        self._streams = OneStream(self._open_backend)
        self._event_reader = EventReader(self.nodes, backend, self._look_for)
        self.events = Events(self.nodes, self._event_reader)
        self.clock = Clock(self.nodes)
        self.config = Configuration(self.info, self.nodes)
        self._reconnect = _policy(reconnect)
        self._reconnector = Reconnector(
            backend, settings=self._noted, restore=self._restore, participants=self._participants
        )
        if self._reconnect is not None:
            self._reconnector.note_settings()
        self._whole = True
        _open_cameras.add(self)

    @property
    def info(self) -> CameraInfo:
        """The camera as it was found, last after a loss."""
        return self._device.info

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet; also while the camera is lost."""
        return self._backend is not None

    @property
    def running_stream(self) -> Stream | None:
        """The stream that runs now; None when there is none."""
        return self._streams.running

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @held_back()
    def close(self, *, reason: str = "") -> None:
        """End a running stream, release the camera, and end its process if it is a virtual one of its own.

        May be called again, also by several threads at once: each returns when the camera is free.

        Parameters
        ----------
        reason
            What is said to those who use it afterwards; by default that it is closed.
        """
        with self._closing:
            backend, self._backend = self._backend, None
            if backend is None:
                return
            try:
                self._reconnector.close()
                self.events.close()
                self._streams.close()
            finally:
                with self._resources:
                    backend.close(reason)

    def abandon(self) -> None:
        """Be closed in a forked process, without touching the parent's camera."""
        self._closing = threading.RLock()
        self._inherited = (self._backend, self._resources)  # not to be cleaned up here
        self._backend, self._resources = None, ExitStack()
        self._streams.abandon()

    def __del__(self) -> None:
        if getattr(self, "_backend", None) is not None:
            _open_cameras.forget(self)
            warnings.warn(
                f"{self.info} was not closed: use `with` or close().", ResourceWarning, stacklevel=2
            )

    def reconnect(
        self, policy: Reconnect | None = None, *, timeout: float | None = None
    ) -> Reconnection | None:
        """Wait until the camera is found again that was lost; for programs that read features and take no frames.

        Parameters
        ----------
        policy
            How patiently; by default as :func:`open_camera` was told, or :class:`Reconnect` by itself. A search that is
            under way goes on as it was begun.
        timeout
            Time limit of this wait in seconds, after which the search goes on; None for as long as the search takes.

        Returns
        -------
        Reconnection
            How it was found again last; None when it never was lost.

        Raises
        ------
        DeviceLostError
            It was not found, or not yet.
        CameraInUseError
            Another application holds it.
        CameraClosedError
            It was closed meanwhile.
        """
        timeout = checked_timeout(timeout)
        backend = self._open_backend()
        try:
            backend.check_alive()
        except DeviceLostError as loss:
            self._reconnector.begin(policy or self._reconnect or Reconnect(), loss)
        return self._reconnector.wait(timeout)

    def configure(
        self,
        settings: Mapping[str, object] | None = None,
        *,
        nearest: bool = False,
        **groups: Mapping[str, object],
    ) -> dict[str, object]:
        """Write many settings at once, in an order that the camera takes: all of them, or none.

        ``cam.configure(exposure={"time_us": 200}, trigger={"source": "Line0", "mode": "On"})`` is the same as
        ``cam.configure({"exposure.time_us": 200, "trigger.source": "Line0", "trigger.mode": "On"})``.

        Parameters
        ----------
        settings
            Values by name; groups may be nested dictionaries.
        nearest
            Take the nearest number that the camera accepts instead of raising.
        groups
            Values by name for each group.

        Returns
        -------
        dict
            What was written, by full name.

        Raises
        ------
        FeatureUnavailableError
            There is no such setting; nothing was written.
        VcxgError
            The camera refuses a setting. All others are back at what they were.
        """
        self._open_backend()
        with self.nodes.lock:
            wanted = configuration.flattened({**(settings or {}), **groups})
            return configuration.apply(configuration.groups_of(self.nodes), wanted, nearest=nearest)

    def _open_backend(self) -> DeviceBackend:
        backend = self._backend
        if backend is None:
            self.nodes.require_open()
            raise CameraClosedError("The camera is closed: open it again.")
        return backend

    def _policy(self, *, wanted: Reconnect | bool | None) -> Reconnect | None:
        return self._reconnect if wanted is None else _policy(wanted)

    def _look_for(self, loss: DeviceLostError) -> bool:
        """Begin to look for the camera if anybody asked for it."""
        stream = self._streams.running
        policy = stream.reconnect if stream is not None else self._reconnect
        if policy is not None:
            self._reconnector.begin(policy, loss)
        return policy is not None

    def _participants(self) -> list[Stream | EventReader]:
        stream = self._streams.running
        return [self._event_reader] if stream is None else [stream, self._event_reader]

    def _noted(self) -> dict[str, object]:
        return {**self.config.settings(), _ENABLED_EVENTS: self._enabled_events()}

    def _restore(self, noted: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
        settings = dict(noted)
        enabled = cast("tuple[str, ...]", settings.pop(_ENABLED_EVENTS, ()))
        written, refused = self.config.restore(settings)
        self.events.switch_on(enabled)
        if self.nodes.has("TimestampLatch"):
            self.clock.sample()  # it may have been started again
        return written, refused

    def _enabled_events(self) -> tuple[str, ...]:
        return self.events.enabled if "EventSelector" in self.nodes else ()


def _policy(wanted: Reconnect | bool | None) -> Reconnect | None:  # noqa: FBT001 - as a user gives it
    if isinstance(wanted, bool):
        return Reconnect() if wanted else None
    given = cast("object", wanted)  # to a type checker nothing else is possible
    if not isinstance(given, (Reconnect, type(None))):
        raise FeatureTypeError(
            f"reconnect={given!r} not accepted: True, False or a policy, such as Reconnect(give_up_after_s=300).",
            feature="reconnect",
            value=given,
        )
    return wanted
