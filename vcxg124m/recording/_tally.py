"""The books of a recording: what was offered, what waits, what is in the file, what was dropped. Computes only."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vcxg124m.recording._report import RecordedGap, RecordingReport

if TYPE_CHECKING:
    from vcxg124m._ledger import StreamStatistics
    from vcxg124m.reconnection import Gap
    from vcxg124m.recording._container import Writer
    from vcxg124m.recording._records import FrameRecord

__all__ = ["Tally"]

_STALL_SECONDS = 0.5


class Tally:
    """Counts frames on their way into one file."""

    def __init__(self) -> None:
        self.queued_frames = 0  # with the one that is being written
        self.queued_bytes = 0
        self.dropped = 0
        self._peak = 0
        self._frames = 0
        self._bytes = 0
        self._offered_bytes = 0
        self._began: float | None = None
        self._first: FrameRecord | None = None
        self._last: FrameRecord | None = None
        self._dropped_ids: list[tuple[int, int]] = []
        self._gaps: list[RecordedGap] = []
        self._refused: dict[str, str] = {}
        self._is_behind_a_gap = False
        self._stalls = 0
        self._longest = 0.0

    def meet(self, gap: Gap) -> RecordedGap:
        """Note that the camera was lost and found again."""
        met = RecordedGap.of(gap, dropped=self.dropped)
        self._gaps.append(met)
        self._refused.update(gap.reconnection.refused)
        self._is_behind_a_gap = True
        return met

    def offer(self, size: int) -> None:
        """Note a frame that is handed over; `queue` or `drop` follows."""
        self._began = self._began or time.monotonic()
        self._offered_bytes += size

    def queue(self, size: int) -> None:
        """Note a frame that waits from now on."""
        self.queued_frames += 1
        self.queued_bytes += size
        self._peak = max(self._peak, self.queued_bytes)

    def leave(self, size: int) -> None:
        """Note that a frame waits no more."""
        self.queued_frames -= 1
        self.queued_bytes -= size

    def write(self, record: FrameRecord, size: int, seconds: float) -> None:
        """Note a frame that is in the file now, and how long that took."""
        self.leave(size)
        self._frames += 1
        self._bytes += size
        self._first, self._last = self._first or record, record
        self._stalls += seconds > _STALL_SECONDS
        self._longest = max(self._longest, seconds)

    def drop(self, frame_id: int) -> None:
        """Note a frame that will not be in the file."""
        self.dropped += 1
        first, last = self._dropped_ids[-1] if self._dropped_ids else (0, 0)
        if self._dropped_ids and frame_id == last + 1 and not self._is_behind_a_gap:
            self._dropped_ids[-1] = (first, frame_id)
        else:
            self._dropped_ids.append((frame_id, frame_id))
        self._is_behind_a_gap = False

    def rates(self) -> tuple[float, float]:
        """Return how fast frames came and were written so far, in units of 10^6 bytes a second."""
        elapsed = max(time.monotonic() - (self._began or 0.0), 1e-9)
        return self._offered_bytes / elapsed / 1e6, self._bytes / elapsed / 1e6

    def report(self, writer: Writer, stream: StreamStatistics | None) -> RecordingReport:
        """Return the counts so far."""
        return RecordingReport(
            path=writer.path,
            container=writer.container,
            frames=self._frames,
            bytes=self._bytes,
            seconds=self._seconds(),
            dropped=self.dropped,
            dropped_ids=tuple(self._dropped_ids),
            queued_frames=self.queued_frames,
            queued_bytes=self.queued_bytes,
            peak_queued_bytes=self._peak,
            stalls=self._stalls,
            longest_write_s=self._longest,
            gaps=tuple(self._gaps),
            refused=dict(self._refused),
            stream=stream,
        )

    def _seconds(self) -> float:
        if self._first is None or self._last is None:
            return 0.0
        by_host = self._last.host_time_ns - self._first.host_time_ns
        by_camera = self._last.timestamp_ns - self._first.timestamp_ns
        return (by_host if self._gaps else by_camera or by_host) / 1e9  # a camera that restarts counts from 0
