"""The newest frame for who looks on: a copy of what the program fetches anyway, made only when somebody wants it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from vcxg124m.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from vcxg124m._backend import RawFrame

__all__ = ["Tap", "Taps"]


class Tap:
    """Looks on at the streams of a camera; made by :meth:`vcxg124m.Camera.tap`, ended by ``with`` or :meth:`close`.

    It takes no frame from anybody and no part in the streams' statistics. A frame is copied while its program fetches
    it, and only when :meth:`get` wants one; otherwise looking on costs nothing.
    """

    def __init__(self, remove: Callable[[Tap], None]) -> None:
        self._remove = remove
        self._changed = threading.Condition()
        self._wanted = self._closed = False
        self._frame: Frame | None = None

    def get(self, timeout: float = 1.0) -> Frame | None:
        """Wait for the next frame that is fetched from a stream of the camera.

        Parameters
        ----------
        timeout
            Time limit in seconds.

        Returns
        -------
        Frame or None
            A copy, with ``raw``; its ``image`` is made when it is first looked at. None: none was fetched in time, or
            the tap was closed. The frame that comes after that is kept for the next call: who calls again and again
            misses no frame that nothing follows.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while self._frame is None and not self._closed:
                self._wanted = True
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    break
            frame, self._frame = self._frame, None
            return frame

    def offer(self, source: RawFrame) -> None:
        """Copy a frame for who wants one; called by whoever fetches it."""
        if self._wanted:
            frame = Frame(source, keep_raw=True)
            with self._changed:
                self._frame, self._wanted = frame, False
                self._changed.notify_all()

    def close(self) -> None:
        """End it; who waits gets None. May be called again."""
        self._remove(self)
        with self._changed:
            self._closed, self._wanted, self._frame = True, False, None
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Taps:
    """All taps of one camera."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taps: tuple[Tap, ...] = ()

    def open(self) -> Tap:
        """Return a new one."""
        tap = Tap(self._close)
        with self._lock:
            self._taps = (*self._taps, tap)
        return tap

    def offer(self, source: RawFrame) -> None:
        """Show a frame to all of them."""
        for tap in self._taps:
            tap.offer(source)

    def _close(self, tap: Tap) -> None:
        with self._lock:
            self._taps = tuple(each for each in self._taps if each is not tap)
