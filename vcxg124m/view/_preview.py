"""Lets the camera run for the page: while somebody looks, and never in the way of the program's own streams."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vcxg124m._ending import await_end
from vcxg124m.errors import (
    CameraClosedError,
    CameraStateError,
    DeviceCommunicationError,
    FrameTimeoutError,
    StreamClosedError,
    TimeoutReason,
    VcxgError,
    VcxgWarning,
)
from vcxg124m.reconnection import Reconnect

if TYPE_CHECKING:
    from collections.abc import Generator

    from vcxg124m.camera import Camera
    from vcxg124m.stream import Stream

__all__ = ["Preview"]

# A lost camera is looked for as long as somebody looks at the page.
_PATIENCE = Reconnect(delay_s=1.0, backoff=1.0, give_up_after_s=86400.0)
_ONE_ATTEMPT = Reconnect(attempts=1)
# A program that grabs one frame after the other is not disturbed between two of them.
_QUIET_BEFORE_START_S = 1.0
_POLL_S = 0.05
_PAUSE_AFTER_ERROR_S = 1.0
# A search may be somebody else's, and as patient as he is.
_LONGEST_LOOK_S = 1.0
# A camera that died lets its stream end after a heartbeat's time, usually 3 s.
_LONGEST_END_S = 10.0


class Preview:
    """A stream for the page, in a thread of its own.

    Its frames are taken and let go: whoever shows them looks on through the camera's tap, as at any other stream.

    Attributes
    ----------
    problem
        Why no frames come, in the library's words; "" while they do.
    lost
        Whether the camera is away.
    """

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._changed = threading.Condition()
        self._wanted = self._closed = False
        self._pauses = 0
        self._idle = True
        self._stream: Stream | None = None
        self.problem = ""
        self.lost = False
        self._thread = threading.Thread(target=self._run, name="vcxg124m view", daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """Let the camera run from now on, whenever the program does not stream; never waits for it."""
        with self._changed:
            self._wanted = True
            self._changed.notify_all()

    def end(self) -> None:
        """Stop what :meth:`begin` began."""
        with self._changed:
            self._wanted = False
            self._changed.notify_all()
        self._end_stream()

    @contextmanager
    def paused(self) -> Generator[None]:
        """Hold its stream back, for settings that are locked while one runs."""
        with self._changed:
            self._pauses += 1
            self._changed.notify_all()
        try:
            self._end_stream()
            with self._changed:
                if not self._changed.wait_for(lambda: self._idle, _LONGEST_END_S):
                    raise CameraStateError(
                        f"The stream that runs for the display did not end within {_LONGEST_END_S:g} s: try again."
                    )
            other = self._camera.running_stream
            if other is not None and other.gives_way:
                other.close()  # another display's, which now waits for quiet, too
            yield
        finally:
            with self._changed:
                self._pauses -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """End it, and its stream."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._end_stream()
        what = f"The stream that runs for the display of {self._camera.info}"
        await_end(self._thread, what, _LONGEST_END_S)

    def _end_stream(self) -> None:
        stream = self._stream
        if stream is not None:
            stream.close()

    @property
    def _may_run(self) -> bool:
        return self._wanted and not self._pauses and not self._closed

    def _run(self) -> None:
        try:
            self._serve()
        finally:  # whoever waits for a pause must not wait for a thread that has ended
            with self._changed:
                self._idle = True
                self._changed.notify_all()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._idle = True
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closed or self._may_run)
                if self._closed:
                    return
                self._idle = False
            try:
                self._stream_on()
            except CameraClosedError as error:
                self.problem = str(error)
                return
            except StreamClosedError:  # paused, or the program streams now
                self._wait_for_quiet()
            except CameraStateError:
                self._wait_for_quiet()
            except DeviceCommunicationError as error:
                self._look_for_camera(error)
            except (VcxgError, VcxgWarning) as error:  # warnings are errors where the program wants them so
                self.problem = str(error)
                self._sleep(_PAUSE_AFTER_ERROR_S)

    def _stream_on(self) -> None:
        stream = self._camera.stream(delivery="newest", reconnect=_PATIENCE)
        stream.gives_way = True
        self._stream = stream
        try:
            with self._changed:
                if not self._may_run:  # said while the stream was made, and so not to it
                    return
            with stream:
                self.lost = False
                while not stream.finished:
                    self._take(stream)
        finally:
            self._stream = None

    def _take(self, stream: Stream) -> None:
        try:
            stream.lease().release()
        except FrameTimeoutError as error:
            # A trigger is waited for as long as it takes: the page shows that by itself.
            self.problem = "" if error.reason is TimeoutReason.NO_TRIGGER else str(error)
        else:
            self.problem = ""

    def _wait_for_quiet(self) -> None:
        """Wait until the program has not streamed for a while."""
        quiet_from = time.monotonic()
        while self._may_run and time.monotonic() - quiet_from < _QUIET_BEFORE_START_S:
            if self._camera.running_stream is not None:
                quiet_from, self.problem = time.monotonic(), ""
            self._sleep(_POLL_S)

    def _look_for_camera(self, error: DeviceCommunicationError) -> None:
        self.problem, self.lost = str(error), True
        try:
            self._camera.reconnect(_ONE_ATTEMPT, timeout=_LONGEST_LOOK_S)
            self.lost = False  # or never was; the problem stands until a frame comes
        except VcxgError as again:
            self.problem = str(again)
        self._sleep(_PAUSE_AFTER_ERROR_S)

    def _sleep(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not self._may_run, seconds)
