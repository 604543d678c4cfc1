"""Frames go through a bounded queue to a thread that writes them."""

from __future__ import annotations

import math
import threading
import time
import warnings
from collections import deque
from typing import TYPE_CHECKING, Literal

from vcxg124m.errors import (
    FeatureValueError,
    PixelFormatError,
    RecordingError,
    SlowDiskWarning,
    StreamOverflowError,
    VcxgError,
)
from vcxg124m.recording._records import FrameRecord, RecordingReport

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from vcxg124m._ledger import StreamStatistics
    from vcxg124m.frame import Frame
    from vcxg124m.recording._container import Pixels, Writer
    from vcxg124m.recording._records import RecordingHeader
    from vcxg124m.stream import Stream

__all__ = ["Overflow", "Recorder", "record_stream"]

Overflow = Literal["count", "raise", "wait"]

_STALL_SECONDS = 0.5
_PROGRESS_INTERVAL = 0.1


class Recorder:
    """Takes frames as fast as they come and writes them in a thread of its own.

    Made by :meth:`vcxg124m.Camera.recorder`; closed by ``with`` or :meth:`close`. After Ctrl-C, an error or the loss of
    the camera the file holds every frame that :meth:`put` took; a second Ctrl-C gives up those that still wait.

    Parameters
    ----------
    writer
        The file.
    header
        What holds for the whole recording.
    queue_mb
        Memory for frames that wait to be written, in units of 10^6 bytes; one frame always finds room.
    on_overflow
        When there is no room. "count": the frame is dropped and counted, the first one with a SlowDiskWarning.
        "raise": StreamOverflowError. "wait": :meth:`put` waits; frames then find no free buffer in the stream, where
        they are counted as underrun.

    Raises
    ------
    FeatureValueError
        An argument is not one of those above.
    """

    def __init__(
        self,
        writer: Writer,
        header: RecordingHeader,
        *,
        queue_mb: float = 1000,
        on_overflow: Overflow = "count",
    ) -> None:
        if on_overflow not in ("count", "raise", "wait"):
            raise FeatureValueError(
                f"on_overflow={on_overflow!r} not accepted: choose from count, raise, wait.",
                feature="on_overflow",
                value=on_overflow,
            )
        if not queue_mb > 0:
            raise FeatureValueError(
                f"queue_mb={queue_mb} not accepted: above 0.", feature="queue_mb", value=queue_mb
            )
        self._writer = writer
        self._header = header
        self._budget = queue_mb * 1e6
        self._on_overflow = on_overflow
        self._changed = threading.Condition()
        self._waiting: deque[tuple[FrameRecord, Pixels]] = deque()
        self._queued_frames = 0  # with the one that is being written
        self._queued_bytes = 0
        self._peak = 0
        self._frames = 0
        self._bytes = 0
        self._first: FrameRecord | None = None
        self._last: FrameRecord | None = None
        self._dropped: list[tuple[int, int]] = []
        self._dropped_count = 0
        self._stalls = 0
        self._longest = 0.0
        self._began: float | None = None
        self._offered_bytes = 0
        self._started = False
        self._closing = False
        self._failure: Exception | None = None
        self._final: RecordingReport | None = None
        self._thread = threading.Thread(target=self._run, name="vcxg-recorder", daemon=True)
        self._thread.start()

    @property
    def packed(self) -> bool:
        """Whether the file takes the bytes as they came: the stream must then be opened with ``raw=True``."""
        return self._writer.packed

    def put(self, frame: Frame) -> bool:
        """Hand over a frame to be written.

        Parameters
        ----------
        frame
            Of a stream; its arrays must not be changed any more.

        Returns
        -------
        bool
            False when it was dropped.

        Raises
        ------
        StreamOverflowError
            There is no room, with ``on_overflow="raise"``.
        OSError
            An earlier frame could not be written; the file holds those before it.
        PixelFormatError
            The frame has no image, or an earlier one does not fit into this kind of file.
        ValueError
            The recorder is closed.
        """
        pixels = frame.raw if self.packed else frame.image
        if pixels is None:
            raise PixelFormatError("A .raw file takes the bytes as they came: open the stream with raw=True.")
        record = FrameRecord.of(frame, time.time_ns())
        size = pixels.nbytes
        with self._changed:
            if self._on_overflow == "wait":
                self._changed.wait_for(lambda: self._has_room(size) or self._failure or self._closing)
            if self._failure is not None:
                raise self._failure
            if self._closing:
                raise ValueError(f"The recording {self._writer.path} is closed.")
            if self._began is None:
                self._began = time.monotonic()
            self._offered_bytes += size
            if self._has_room(size):
                self._queued_frames += 1
                self._queued_bytes += size
                self._peak = max(self._peak, self._queued_bytes)
                self._waiting.append((record, pixels))
                self._changed.notify_all()
                return True
            first_time = not self._dropped_count
            self._drop(record.frame_id)
        if first_time or self._on_overflow == "raise":
            self._tell()
        return False

    def report(self, stream: StreamStatistics | None = None) -> RecordingReport:
        """Return the counts so far; after `close` the final ones."""
        with self._changed:
            if self._final is not None:
                return self._final
            return RecordingReport(
                path=self._writer.path,
                container=self._writer.container,
                frames=self._frames,
                bytes=self._bytes,
                seconds=self._seconds(),
                dropped=self._dropped_count,
                dropped_ids=tuple(self._dropped),
                queued_frames=self._queued_frames,
                queued_bytes=self._queued_bytes,
                peak_queued_bytes=self._peak,
                stalls=self._stalls,
                longest_write_s=self._longest,
                stream=stream,
            )

    def close(
        self,
        stream: StreamStatistics | None = None,
        *,
        progress: Callable[[RecordingReport], object] | None = None,
    ) -> RecordingReport:
        """Write what waits, then the report, and close the file; once.

        Parameters
        ----------
        stream
            The stream's statistics, to be kept in the file.
        progress
            Called ten times a second while frames are still being written.

        Raises
        ------
        OSError
            A frame, or the end of the file, could not be written.
        """
        if self._final is not None:
            return self._final
        try:
            self._finish(stream, progress)
        except KeyboardInterrupt:
            with self._changed:
                self._give_up()
            raise
        finally:
            self._thread.join()
            self._final = self.report(stream)
            self._close_writer(self._final)
        if self._failure is not None:
            raise self._failure
        return self._final

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Recorder {self.report()}>"

    # -- inside; all but _run, _write, _tell and _finish hold self._changed ------------------------------------------

    def _has_room(self, size: int) -> bool:
        return not self._queued_frames or self._queued_bytes + size <= self._budget

    def _drop(self, frame_id: int) -> None:
        self._dropped_count += 1
        first, last = self._dropped[-1] if self._dropped else (0, 0)
        if self._dropped and frame_id == last + 1:
            self._dropped[-1] = (first, frame_id)
        else:
            self._dropped.append((frame_id, frame_id))

    def _give_up(self) -> None:
        for record, _ in self._waiting:
            self._drop(record.frame_id)
        self._queued_frames -= len(self._waiting)
        self._queued_bytes -= sum(pixels.nbytes for _, pixels in self._waiting)
        self._waiting.clear()
        self._changed.notify_all()

    def _seconds(self) -> float:
        if self._first is None or self._last is None:
            return 0.0
        by_camera = self._last.timestamp_ns - self._first.timestamp_ns
        return (by_camera or self._last.host_time_ns - self._first.host_time_ns) / 1e9

    def _tell(self) -> None:
        elapsed = max(time.monotonic() - (self._began or 0.0), 1e-9)
        came, written = self._offered_bytes / elapsed / 1e6, self._bytes / elapsed / 1e6
        text = (
            f"{self._writer.path} cannot be written as fast as frames come: {came:.0f} MB/s came, {written:.0f} MB/s "
            f"were written, and the {self._budget / 1e6:.0f} MB for frames that wait are full"
        )
        remedy = (
            "take a faster disk, a .raw file, fewer or smaller frames, or for short runs a larger queue_mb."
        )
        if self._on_overflow == "raise":
            raise StreamOverflowError(f"{text}: {remedy}", lost=self._dropped_count)
        warnings.warn(
            f"{text}. Frames are dropped and counted from here on: {remedy}", SlowDiskWarning, stacklevel=3
        )

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if not self._waiting:
                    return
                record, pixels = self._waiting.popleft()
            try:
                seconds = self._write(record, pixels)
            except Exception as error:  # noqa: BLE001 - raised in the thread that hands over frames
                with self._changed:
                    self._failure = self._naming_the_file(error)
                    self._waiting.appendleft((record, pixels))
                    self._give_up()
                return
            with self._changed:
                self._frames += 1
                self._bytes += pixels.nbytes
                self._first, self._last = self._first or record, record
                self._stalls += seconds > _STALL_SECONDS
                self._longest = max(self._longest, seconds)
                self._queued_frames -= 1
                self._queued_bytes -= pixels.nbytes
                self._changed.notify_all()

    def _write(self, record: FrameRecord, pixels: Pixels) -> float:
        if not self._started:
            self._writer.start(self._header)
            self._started = True
        began = time.monotonic()
        self._writer.write(record, pixels)
        return time.monotonic() - began

    def _close_writer(self, report: RecordingReport) -> None:
        if not self._started:
            return
        try:
            self._writer.close(report)
        except Exception as error:  # noqa: BLE001 - raised by close(); what came first says more
            self._failure = self._failure or self._naming_the_file(error)

    def _naming_the_file(self, error: Exception) -> Exception:
        if not isinstance(error, OSError) or isinstance(error, VcxgError):
            return error
        if error.errno is None:  # numpy, for one, tells only how many bytes went
            named = RecordingError(f"{self._writer.path} cannot be written, the disk may be full: {error}")
            named.__cause__ = error
            return named
        error.filename = error.filename or self._writer.path
        return error

    def _finish(
        self, stream: StreamStatistics | None, progress: Callable[[RecordingReport], object] | None
    ) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        written = False
        while not written:
            with self._changed:
                written = self._changed.wait_for(lambda: not self._queued_frames, _PROGRESS_INTERVAL)
            if progress is not None:
                progress(self.report(stream))


def record_stream(
    stream: Stream,
    recorder: Recorder,
    *,
    seconds: float | None,
    timeout: float | None,
    progress: Callable[[RecordingReport], object] | None,
) -> RecordingReport:
    """Hand the frames of a stream to a recorder until they end, or time is up; close both whatever happens."""
    tell = progress or _say_nothing
    try:
        with stream:
            _take(stream, recorder, seconds=seconds, timeout=timeout, tell=tell)
    finally:
        try:
            report = recorder.close(stream.statistics, progress=tell)
        finally:
            tell(recorder.report())
    return report


def _say_nothing(_: RecordingReport) -> None:
    pass


def _take(
    stream: Stream,
    recorder: Recorder,
    *,
    seconds: float | None,
    timeout: float | None,
    tell: Callable[[RecordingReport], object],
) -> None:
    end: float | None = None
    told = -math.inf
    while not stream.finished:
        recorder.put(stream.get(timeout))
        now = time.monotonic()
        if now - told >= _PROGRESS_INTERVAL:
            told = now
            tell(recorder.report(stream.statistics))
        if end is None:
            end = math.inf if seconds is None else now + seconds
        if now >= end:
            return
