"""What became of every frame of a stream: exclusive counters that add up. Computes only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from vcxg124m import _html

if TYPE_CHECKING:
    from vcxg124m._backend import StreamBackend

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
        Complete frames that ``delivery="newest"`` passed over, and those that waited when the camera was lost.
    underrun
        Frames that found no free buffer, because frames were not fetched in time.
    in_flight
        Frames received and not fetched yet; at the end of a stream, those left behind.
    buffers, buffer_bytes
        Buffers of the stream, and the memory that they take together.
    most_in_flight
        As many frames waited at the most when one was fetched: near ``buffers``, the reader is too slow.
    socket_buffer
        Bytes that the system granted for packets to wait in; None where the producer does not tell.
    reconnections
        How often the camera was lost and found again.
    seconds_lost
        Seconds without frames because of that; how many frames are missing, nobody knows.
    counters
        The producer's own counters by name, for example packets, since the camera was found last; empty where it has
        none.
    """

    delivered: int = 0
    incomplete: int = 0
    missed: int = 0
    dropped: int = 0
    underrun: int = 0
    in_flight: int = 0
    buffers: int = 0
    buffer_bytes: int = 0
    most_in_flight: int = 0
    socket_buffer: int | None = None
    reconnections: int = 0
    seconds_lost: float = 0.0
    counters: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def sent(self) -> int:
        """Frames that the camera sent, as far as the host can know."""
        return self.delivered + self.incomplete + self.missed + self.dropped + self.underrun + self.in_flight

    def as_dict(self) -> dict[str, object]:
        """Return all of it by name, with the sum."""
        return {**asdict(self), "sent": self.sent}

    def rows(self) -> list[tuple[str, int]]:
        """Return name and number of every kind of frame, and their sum."""
        kinds = ("delivered", "incomplete", "missed", "dropped", "underrun", "in_flight", "sent")
        return [(kind.replace("_", " "), getattr(self, kind)) for kind in kinds]

    def __str__(self) -> str:
        return "\n".join(f"{name:12}{number:>12}" for name, number in self.rows())

    def _repr_html_(self) -> str:
        return self.html()

    def html(self) -> _html.Html:
        """Return it as HTML, which a notebook shows."""
        *kinds, (_, sent) = self.rows()
        shares = [(kind, number, f"{number / max(sent, 1):.2%}") for kind, number in kinds]
        frames = _html.table([*shares, ("= sent", sent, "")], head=("frames", "number", "share"))
        facts: list[tuple[str, object]] = [
            ("buffers", f"{self.buffers}, {self.buffer_bytes / 1e6:.1f} MB"),
            ("most in flight", f"{self.most_in_flight} of them"),
        ]
        if self.socket_buffer is not None:
            facts.append(("socket buffer", f"{self.socket_buffer / 1e6:.1f} MB"))
        if self.reconnections:
            facts.append(("camera lost", f"{self.reconnections} times, {self.seconds_lost:.1f} s in all"))
        more = [_html.table(facts)] if self.buffers else []
        if self.counters:
            more.append(_html.details("the producer's counters", _html.table(self.counters.items())))
        return _html.beside(frames, _html.Html("".join(more)))


class Ledger:
    """Counts frames as they are taken from the producer."""

    def __init__(self) -> None:
        self.delivered = 0
        self.incomplete = 0
        self.dropped = 0
        self.reconnections = 0
        self.seconds_lost = 0.0
        self._missed_before = self._underrun_before = 0
        self._first: int | None = None
        self._last = 0
        self._laps = 0
        self._taken = 0
        self._most_waiting = 0

    def take(self, frame_id: int, *, waiting: int) -> None:
        """Note that a frame left the producer's queue, where ``waiting`` others are."""
        self._taken += 1
        self._most_waiting = max(self._most_waiting, waiting + 1)
        near_the_end = _SHORT_ID_COUNT - _WRAP_WINDOW < self._last - self._laps <= _SHORT_ID_COUNT
        if near_the_end and frame_id < _WRAP_WINDOW:
            self._laps += _SHORT_ID_COUNT
        continued = frame_id + self._laps
        if self._first is None:
            self._first = continued
        self._last = max(self._last, continued)

    def begin_anew(self, until_now: StreamStatistics) -> None:
        """Note that the camera was lost, and begins to count from 1 again: what was not fetched is lost with it."""
        self._missed_before = until_now.missed
        self._underrun_before = until_now.underrun
        self.dropped += until_now.in_flight
        self._first = None
        self._last = self._laps = self._taken = 0

    @property
    def gaps(self) -> int:
        """Ids between the first and the last frame that never came out of the producer's queue."""
        if self._first is None:
            return 0
        return max(0, self._last - self._first + 1 - self._taken)

    def statistics(self, backend: StreamBackend | None, *, kept: int, counters: bool) -> StreamStatistics:
        """Return the statistics now.

        Parameters
        ----------
        backend
            The running acquisition, which tells what waits and what found no buffer. Where it does not tell what was
            missed, that is concluded from gaps of the ids, less those of frames that found no buffer.
        kept
            Frames taken out of the producer's queue and not fetched.
        counters
            Whether to ask for the producer's counters, too.
        """
        if backend is None:
            return self._so_far(missed=None, underrun=0, in_flight=kept)
        return replace(
            self._so_far(
                missed=backend.missed(), underrun=backend.underruns() or 0, in_flight=kept + backend.filled()
            ),
            buffers=backend.buffers,
            buffer_bytes=backend.buffers * backend.buffer_size,
            socket_buffer=backend.socket_buffer() if counters else None,
            counters=backend.counters() if counters else {},
        )

    def _so_far(self, *, missed: int | None, underrun: int, in_flight: int) -> StreamStatistics:
        return StreamStatistics(
            delivered=self.delivered,
            incomplete=self.incomplete,
            missed=self._missed_before + (max(0, self.gaps - underrun) if missed is None else missed),
            dropped=self.dropped,
            underrun=self._underrun_before + underrun,
            in_flight=in_flight,
            reconnections=self.reconnections,
            seconds_lost=self.seconds_lost,
            most_in_flight=max(self._most_waiting, in_flight),
        )
