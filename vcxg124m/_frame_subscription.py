"""Calls of a function for each frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m._subscription import Subscription
from vcxg124m.errors import FrameTimeoutError, TimeoutReason
from vcxg124m.frame import Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vcxg124m.stream import Stream

__all__ = ["FrameSubscription"]


class FrameSubscription(Subscription[Frame]):
    """Calls of a function for each frame; made by :meth:`Stream.on_frame`.

    Attributes
    ----------
    stream
        Where the frames come from, with its statistics.
    """

    def __init__(self, stream: Stream, callback: Callable[[Frame], object]) -> None:
        self.stream = stream
        super().__init__(_Patient(stream), callback, name="vcxg124m frames")


class _Patient:
    """A stream that waits for its triggers as long as it takes."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.close = stream.close

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames, and close the stream behind the last one asked for."""
        while not self._stream.finished:
            try:
                yield self._stream.get()
            except FrameTimeoutError as error:  # noqa: PERF203 - not per frame
                if error.reason is not TimeoutReason.NO_TRIGGER:
                    raise
        self.close()
