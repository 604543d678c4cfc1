"""Looks for a lost camera and puts it in its place: a thread while it is away, nothing otherwise."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from vcxg124m import discovery
from vcxg124m._ending import await_end
from vcxg124m.errors import CameraClosedError, CameraInUseError, DeviceLostError, VcxgError
from vcxg124m.reconnection import Reconnection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from vcxg124m._backend import CameraInfo, DeviceBackend
    from vcxg124m.reconnection import Reconnect

__all__ = ["Reconnector", "find_again"]

# To ask the network, open the camera, read its description and write its settings: seconds, where it answers.
_LONGEST_ATTEMPT_S = 30.0

_log = logging.getLogger("vcxg124m.reconnection")


class _Participant(Protocol):
    """What has to pause while the camera is away."""

    def suspend(self) -> None: ...
    def resume(self, reconnection: Reconnection) -> None: ...
    def fail(self, error: VcxgError) -> None: ...


def find_again(info: CameraInfo, held: ExitStack) -> tuple[CameraInfo, Path]:
    """Return the camera where it is now, by its serial number; asked are all by broadcast, and its old address.

    Raises
    ------
    CameraNotFoundError
        It does not answer.
    """
    held.enter_context(discovery.undisturbed(also_asking=info.ip or None))
    wanted = {"vendor": info.vendor, "model": info.model, "serial_number": info.serial_number}
    if not info.serial_number:
        wanted = {"device_id": info.device_id}
    return discovery.choose(discovery.search(info.producer, held), wanted, None)


class Reconnector:
    """Finds one camera again each time it is lost: one search at a time, in a thread of its own.

    Parameters
    ----------
    backend
        The camera; it stays the same object, so everything that holds it goes on.
    settings
        Returns all settings by name.
    restore
        Writes settings as far as the camera takes them; returns what was written, and what was refused and why.
    participants
        Returns what has to pause while the camera is away.
    find
        Returns where the camera is now, and keeps the producer that sees it loaded in the ExitStack.
    """

    def __init__(
        self,
        backend: DeviceBackend,
        *,
        settings: Callable[[], Mapping[str, object]],
        restore: Callable[[Mapping[str, object]], tuple[Mapping[str, object], Mapping[str, str]]],
        participants: Callable[[], Iterable[_Participant]],
        find: Callable[[CameraInfo, ExitStack], tuple[CameraInfo, Path]] = find_again,
    ) -> None:
        self._backend = backend
        self._find = find
        self._settings = settings
        self._restore = restore
        self._participants = participants
        self._noted: Mapping[str, object] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._last: Reconnection | None = None
        self._error: VcxgError | None = None

    def note_settings(self) -> None:
        """Remember the settings of now: what will be restored."""
        self._noted = self._settings()

    def begin(self, policy: Reconnect, loss: DeviceLostError) -> None:
        """Begin to look for the camera, unless that is under way or it is found already; never waits for it."""
        with self._lock:
            if self._closing.is_set() or (self._thread is not None and self._thread.is_alive()):
                return
            try:
                self._backend.check_alive()
            except DeviceLostError:
                self._error = None
                self._thread = threading.Thread(
                    target=self._search, args=(policy, loss), name="vcxg124m reconnection", daemon=True
                )
                self._thread.start()

    def wait(self, timeout: float | None = None) -> Reconnection | None:
        """Wait for the end of a search; return how the camera was found again last, None when it never was lost.

        Raises
        ------
        DeviceLostError, CameraInUseError
            It was not found, or not yet within ``timeout`` seconds, or another application holds it.
        CameraClosedError
            It was closed meanwhile.
        """
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout)  # None: as long as the search, which its policy ends
            if thread.is_alive():
                raise DeviceLostError(
                    f"{self._backend.info} was lost; it was not found within {timeout:.3g} s, and is still looked for."
                )
        if self._error is not None:
            raise self._error
        return self._last

    def close(self) -> None:
        """End a search: the camera is being closed. Takes as long as the attempt under way, up to 30 s."""
        self._closing.set()
        with self._lock:
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            await_end(thread, f"The attempt to find {self._backend.info} again", _LONGEST_ATTEMPT_S)

    def _search(self, policy: Reconnect, loss: DeviceLostError) -> None:
        begin, info = time.monotonic(), self._backend.info
        _log.warning("%s It is looked for.", _ended(loss))
        participants = list(self._participants())
        for each in participants:
            each.suspend()
        away = f"{info} was lost and is looked for."
        self._backend.let_go(away)
        attempts, pause, end = 0, policy.delay_s, begin + policy.give_up_after_s
        while not self._closing.is_set():
            attempts += 1
            try:
                with ExitStack() as held:
                    self._backend.reopen(*self._find(info, held))
                if self._closing.is_set():  # perhaps long ago
                    self._backend.let_go(away)
                    break
                restored, refused = self._restore(self._noted)
                found = Reconnection(
                    self._backend.info, attempts, time.monotonic() - begin, restored, refused
                )
                for each in participants:
                    each.resume(found)
            except VcxgError as error:  # it may be starting, or wait for its heartbeat to free it
                _log.info("Attempt %d to find %s again: %s", attempts, info, error)
                self._backend.let_go(away)
                if attempts == policy.attempts or time.monotonic() + pause >= end:
                    effort = f"{attempts} attempts in {time.monotonic() - begin:.1f} s"
                    self._give_up(participants, loss, error, effort)
                    return
                self._closing.wait(pause)
                pause *= policy.backoff
            except Exception as error:
                # Nothing that another attempt could mend; who waits for the camera must not wait for ever.
                self._give_up(participants, loss, error, "an unforeseen error")
                raise
            else:
                self._last = found
                self._tell(found)
                return
        self._error = CameraClosedError(f"{info} was closed while it was looked for: open it again.")

    def _tell(self, found: Reconnection) -> None:
        _log.warning("%s is back after %.1f s.", found.info, found.seconds)
        for name, why in found.refused.items():
            _log.warning("%s could not be restored: %s", name, why)

    def _give_up(
        self, participants: Iterable[_Participant], loss: DeviceLostError, cause: Exception, effort: str
    ) -> None:
        kind = CameraInUseError if isinstance(cause, CameraInUseError) else DeviceLostError
        error = kind(f"{_ended(loss)} It could not be opened again, {effort}: {cause}")
        error.__cause__ = cause
        self._error = error
        self._backend.let_go(str(error))
        for each in participants:
            each.fail(error)


def _ended(loss: DeviceLostError) -> str:
    """Return the message as a sentence that another one may follow: a producer's words end as they like."""
    text = str(loss)
    return text if text.endswith(".") else f"{text}."
