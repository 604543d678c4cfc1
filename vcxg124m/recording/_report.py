"""How a recording went: what is in the file, and what became of every frame that is not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from vcxg124m._ledger import StreamStatistics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from typing_extensions import Self

    from vcxg124m.reconnection import Gap

__all__ = ["RecordedGap", "RecordingReport"]


@dataclass(frozen=True)
class RecordedGap:
    """A time without frames, because the camera was lost and found again.

    Attributes
    ----------
    seconds, last_frame_id
        As in :class:`vcxg124m.Gap`.
    ip
        Where the camera was found.
    attempts
        How many it took.
    dropped
        Frames that the recording had dropped before.
    """

    seconds: float
    last_frame_id: int | None
    ip: str
    attempts: int
    dropped: int

    @classmethod
    def of(cls, gap: Gap, *, dropped: int) -> Self:
        """Return what is stored about a gap."""
        found = gap.reconnection
        return cls(round(gap.seconds, 3), gap.last_frame_id, found.info.ip, found.attempts, dropped)


@dataclass(frozen=True)
class RecordingReport:
    """How a recording went, or goes. Every frame of the stream is counted once.

    ``stream.delivered == frames + dropped + queued_frames``; what ``stream`` counts beside that did not reach the
    recording: ``incomplete`` and ``missed`` were lost on the network, ``underrun`` in the host's buffers, ``dropped``
    waited when the camera was lost.

    Attributes
    ----------
    path, container
        The file and its kind: "raw", "tiff", "zarr", "hdf5".
    frames, bytes
        Frames in the file, and bytes of their pixels as they are stored.
    seconds
        From the first frame in the file to the last, by the camera's clock where it has one and was not lost; 0 for a
        single one.
    dropped
        Frames that the recording gave up, because the file could not be written as fast as they came.
    dropped_ids
        Their frame ids as ranges (first, last), both included, in the order of time. After a gap the camera counts from
        1 again: a gap's ``dropped`` tells the ids before it from those behind it.
    queued_frames, queued_bytes, peak_queued_bytes
        Frames that wait to be written, their memory, and the most that it was.
    stalls, longest_write_s
        Frames whose writing took longer than half a second, and the longest that one took.
    gaps
        Times without frames, because the camera was lost and found again.
    refused
        Settings that it did not take back then, with the reason.
    stream
        The stream's own statistics; None where they are not known.
    """

    path: str = ""
    container: str = ""
    frames: int = 0
    bytes: int = 0
    seconds: float = 0.0
    dropped: int = 0
    dropped_ids: tuple[tuple[int, int], ...] = ()
    queued_frames: int = 0
    queued_bytes: int = 0
    peak_queued_bytes: int = 0
    stalls: int = 0
    longest_write_s: float = 0.0
    gaps: tuple[RecordedGap, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict[str, str])
    stream: StreamStatistics | None = None

    @property
    def frames_per_second(self) -> float:
        """Frames in the file over ``seconds``; 0 for a single one."""
        return (self.frames - 1) / self.seconds if self.seconds else 0.0

    @property
    def megabytes_per_second(self) -> float:
        """Stored pixels in units of 10^6 bytes over that time."""
        return self.frames_per_second * self.bytes / max(self.frames, 1) / 1e6

    @property
    def lost(self) -> int:
        """Frames that the camera sent and the file does not hold, whatever took them; those of a gap nobody knows."""
        if (stream := self.stream) is None:
            return self.dropped
        return self.dropped + stream.incomplete + stream.missed + stream.underrun + stream.dropped

    def __str__(self) -> str:
        text = (
            f"{self.path}: {self.frames} frames, {self.bytes / 1e6:.1f} MB in {self.seconds:.2f} s "
            f"({self.frames_per_second:.2f} frames/s, {self.megabytes_per_second:.1f} MB/s)"
        )
        if (stream := self.stream) is not None:
            text += f"; {stream.incomplete} incomplete, {stream.missed} missed, {stream.underrun} underrun"
        text += f"; {self.dropped} dropped by the recording"
        if self.gaps:
            seconds = sum(gap.seconds for gap in self.gaps)
            text += (
                f"; the camera was lost and found {_times(len(self.gaps))}, {seconds:.1f} s without frames"
            )
        if self.stalls:
            text += f"; the disk stalled {_times(self.stalls)}, at most {self.longest_write_s:.1f} s"
        return text

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON's types."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the report that `to_dict` returned; more entries are ignored."""
        values = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        values["dropped_ids"] = tuple((first, last) for first, last in values["dropped_ids"])
        values["gaps"] = tuple(RecordedGap(**gap) for gap in values["gaps"])
        if values["stream"] is not None:
            values["stream"] = StreamStatistics(**values["stream"])
        return cls(**values)


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
