"""The one stream that a camera can run: which it is, and who gives way to whom."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from vcxg124m._rates import loads, warn_about_rate
from vcxg124m._tap import Taps
from vcxg124m.errors import CameraStateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._backend import DeviceBackend
    from vcxg124m.stream import Stream

__all__ = ["OneStream"]


class OneStream:
    """Lets streams of a camera run one at a time.

    Parameters
    ----------
    open_backend
        Returns the camera; raises CameraClosedError when it is closed, after which no stream starts.

    Attributes
    ----------
    running
        The stream that runs now; None when there is none.
    taps
        Who looks on at whatever runs.
    """

    def __init__(self, open_backend: Callable[[], DeviceBackend]) -> None:
        self._open_backend = open_backend
        self._lock = threading.Lock()
        self.running: Stream | None = None
        self.taps = Taps()

    def claim(self, stream: Stream) -> None:
        """Let a stream be the one that runs; a running one that gives way is closed.

        Raises
        ------
        CameraStateError
            The one that runs does not give way.
        CameraClosedError
            The camera is closed.
        """
        info = self._open_backend().info
        warn_about_rate(stream.plan)
        loads.warn(info, stream.plan)
        while not self._takes(stream):
            pass
        loads.begin(stream, info, stream.plan)

    def _takes(self, stream: Stream) -> bool:
        """Let a stream be the one that runs, or end one that gives way; tell whether it is now."""
        with self._lock:
            self._open_backend()
            running = self.running
            if running is None:
                self.running = stream
                return True
            run_again = stream.cell is not None and stream.cell.repeats(running.cell)
            if not run_again and (stream.gives_way or not running.gives_way):
                raise CameraStateError(
                    "The camera streams already: take frames from that stream, or close it before the next one."
                )
        running.close()  # releases the camera
        return False

    def release(self, stream: Stream) -> None:
        """Let the next one run."""
        with self._lock:
            if self.running is stream:
                self.running = None
        loads.end(stream)

    def close(self) -> None:
        """End the stream that runs; the camera is closed already, so that no other begins."""
        with self._lock:
            running = self.running
        if running is not None:
            running.close()

    def abandon(self) -> None:
        """Be empty in a forked process, whose parent goes on with the stream."""
        self._lock = threading.Lock()
        if self.running is not None:
            self.running.abandon()
