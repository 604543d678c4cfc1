"""Which of the filled buffers is the next frame: the policies of a stream."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

from vcxg124m.errors import IncompleteFrameError, StreamOverflowError

if TYPE_CHECKING:
    from threading import Lock

    from vcxg124m._backend import RawFrame, StreamBackend
    from vcxg124m._ledger import Ledger

__all__ = ["Delivery", "Incomplete", "Intake", "Overflow"]

Delivery = Literal["every_frame", "newest"]
Incomplete = Literal["skip", "raise", "deliver"]
Overflow = Literal["count", "raise"]


class Intake:
    """Takes buffers out of the producer's queue and enters them into the books; one thread at a time.

    Parameters
    ----------
    ledger, lock
        The books, and the lock that guards them.
    delivery, keep, incomplete, overflow
        As :meth:`vcxg124m.Camera.stream` describes them.
    """

    def __init__(
        self,
        ledger: Ledger,
        lock: Lock,
        *,
        delivery: Delivery,
        keep: int,
        incomplete: Incomplete,
        overflow: Overflow,
    ) -> None:
        self._ledger = ledger
        self._lock = lock
        self._delivery = delivery
        self._keep = keep
        self._incomplete = incomplete
        self._overflow = overflow
        self._kept: deque[RawFrame] = deque()
        self._known_underruns = 0

    @property
    def kept(self) -> int:
        """Frames taken out of the producer's queue and not handed out."""
        return len(self._kept)

    @property
    def needs_clear_buffers(self) -> bool:
        """Whether what is missing of a frame is looked at."""
        return self._incomplete == "deliver"

    def begin_anew(self) -> None:
        """Count underruns from 0: the acquisition is a new one."""
        self._known_underruns = 0

    def give_back(self, backend: StreamBackend) -> None:
        """Queue again what was kept."""
        while self._kept:
            backend.requeue(self._kept.popleft())

    def next(self, backend: StreamBackend, stay: float) -> RawFrame | None:
        """Return the next frame's buffer, if one comes within ``stay`` seconds.

        Raises
        ------
        IncompleteFrameError
            It lacks packets, with ``incomplete="raise"``.
        StreamOverflowError
            Frames found no free buffer, with ``overflow="raise"``.
        """
        return self._newest(backend, stay) if self._delivery == "newest" else self._oldest(backend, stay)

    def _oldest(self, backend: StreamBackend, stay: float) -> RawFrame | None:
        if self._overflow == "raise":
            self._check_overflow(backend)
        source = backend.take(stay)
        return source if source is not None and self._accept(backend, source) else None

    def _newest(self, backend: StreamBackend, stay: float) -> RawFrame | None:
        """Return the oldest of the latest frames that are kept, and drop what is older.

        When every buffer was filled, the camera may have gone on without one and what waits here may be old: then all
        of it is dropped and the next frame is the newest.
        """
        starved = backend.filled() + len(self._kept) >= backend.buffers
        while (source := backend.take(0.0 if self._kept else stay)) is not None:
            if self._accept(backend, source):
                self._kept.append(source)
            if len(self._kept) > self._keep:
                self._drop(backend, self._kept.popleft())
        if starved:
            while self._kept:
                self._drop(backend, self._kept.popleft())
        return self._kept.popleft() if self._kept else None

    def _drop(self, backend: StreamBackend, source: RawFrame) -> None:
        with self._lock:
            self._ledger.dropped += source.complete
        backend.requeue(source)

    def _accept(self, backend: StreamBackend, source: RawFrame) -> bool:
        """Count a taken frame; requeue an incomplete one unless it is to be delivered."""
        with self._lock:
            self._ledger.take(source.frame_id, waiting=backend.filled())
            if source.complete:
                return True
            self._ledger.incomplete += 1
        if self._incomplete == "deliver":
            return True
        backend.requeue(source)
        if self._incomplete == "raise":
            raise IncompleteFrameError(
                f"Frame {source.frame_id} is incomplete: {source.received} of {source.expected} bytes came. The stream "
                'goes on; incomplete="skip" waits for the next complete frame, "deliver" hands it out.',
                frame_id=source.frame_id,
                received=source.received,
                expected=source.expected,
            )
        return False

    def _check_overflow(self, backend: StreamBackend) -> None:
        underruns = backend.underruns() or 0
        lost = underruns - self._known_underruns
        self._known_underruns = underruns
        if lost > 0:
            raise StreamOverflowError(
                f"{lost} frames found no free buffer, because frames were not fetched in time: fetch faster, open the "
                f"stream with more than {backend.buffers} buffers, or with delivery='newest'.",
                lost=lost,
            )
