"""What became of every frame of a stream: exclusive counters that add up. Computes only."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Ledger", "StreamStatistics"]

# GigE Vision's 16-bit block ids go from 65535 to 1: 0 is never used.
_SHORT_ID_COUNT = 65535
_WRAP_WINDOW = 4096


@dataclass(frozen=True)
class StreamStatistics:
    """What became of the frames of one stream. Every frame is counted once.

    ``sent == delivered + incomplete + missed + dropped + underrun + in_flight``

    Attributes
    ----------
    delivered
        Complete frames that were handed out.
    incomplete
        Frames that lack packets, whether handed out, skipped or raised.
    missed
        Frames of which nothing came, seen as gaps of the frame ids.
    dropped
        Complete frames that ``delivery="newest"`` passed over.
    underrun
        Frames that found no free buffer, because frames were not fetched in time.
    in_flight
        Frames received and not fetched yet; at the end of a stream, those left behind.
    counters
        The producer's own counters by name, for example packets; empty where it has none.
    """

    delivered: int = 0
    incomplete: int = 0
    missed: int = 0
    dropped: int = 0
    underrun: int = 0
    in_flight: int = 0
    counters: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def sent(self) -> int:
        """Frames that the camera sent, as far as the host can know."""
        return self.delivered + self.incomplete + self.missed + self.dropped + self.underrun + self.in_flight


class Ledger:
    """Counts frames as they are taken from the producer."""

    def __init__(self) -> None:
        self.delivered = 0
        self.incomplete = 0
        self.dropped = 0
        self._first: int | None = None
        self._last = 0
        self._laps = 0
        self._taken = 0

    def take(self, frame_id: int) -> None:
        """Note that a frame left the producer's queue."""
        self._taken += 1
        near_the_end = _SHORT_ID_COUNT - _WRAP_WINDOW < self._last - self._laps <= _SHORT_ID_COUNT
        if near_the_end and frame_id < _WRAP_WINDOW:
            self._laps += _SHORT_ID_COUNT
        continued = frame_id + self._laps
        if self._first is None:
            self._first = continued
        self._last = max(self._last, continued)

    @property
    def gaps(self) -> int:
        """Ids between the first and the last frame that never came out of the producer's queue."""
        if self._first is None:
            return 0
        return max(0, self._last - self._first + 1 - self._taken)

    def statistics(
        self, *, underrun: int | None, in_flight: int, counters: dict[str, int]
    ) -> StreamStatistics:
        """Return the statistics now.

        Parameters
        ----------
        underrun
            Frames without a free buffer, as the producer counts them; None where it does not. Their ids are gaps too,
            so they are not counted as missed once more.
        in_flight
            Frames received and not taken.
        counters
            The producer's own counters.
        """
        without_buffer = underrun or 0
        return StreamStatistics(
            delivered=self.delivered,
            incomplete=self.incomplete,
            missed=max(0, self.gaps - without_buffer),
            dropped=self.dropped,
            underrun=without_buffer,
            in_flight=in_flight,
            counters=counters,
        )
