"""Frames go through a bounded queue to a thread that writes them."""

from __future__ import annotations

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
from vcxg124m.recording._records import FrameRecord
from vcxg124m.recording._tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from vcxg124m._ledger import StreamStatistics
    from vcxg124m.frame import Frame
    from vcxg124m.recording._container import Pixels, Writer
    from vcxg124m.recording._records import RecordingHeader
    from vcxg124m.recording._report import RecordedGap, RecordingReport

__all__ = ["PROGRESS_INTERVAL_S", "Overflow", "Recorder"]

Overflow = Literal["count", "raise", "wait"]

PROGRESS_INTERVAL_S = 0.1
# For one frame, or for closing the file: Linux, too, takes a task for hung that has waited so long for a disk.
_LONGEST_SILENCE_S = 120.0


class Recorder:
    """Takes frames as fast as they come and writes them in a thread of its own.

    Made by :meth:`vcxg124m.Camera.recorder`; closed by ``with`` or :meth:`close`. After Ctrl-C, an error or the loss of
    the camera the file holds every frame that :meth:`put` took; a second Ctrl-C gives up those that still wait. A disk
    that takes no frame for 120 s ends the recording with an error; what it took can be read.

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
        self._tally = Tally()
        self._gap: RecordedGap | None = None  # until a frame is taken that can tell of it
        self._started = False
        self._closing = False
        self._failure: Exception | None = None
        self._silence_s = 0.0  # of the disk, while somebody waited for it
        self._stream: StreamStatistics | None = None
        self._final: RecordingReport | None = None
        self._closed = False
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
            An earlier frame could not be written, or the disk does not answer; the file holds those before it.
        PixelFormatError
            The frame has no image, or an earlier one does not fit into this kind of file.
        ValueError
            The recorder is closed.
        """
        pixels = frame.raw if self.packed else frame.image
        if pixels is None:
            raise PixelFormatError("A .raw file takes the bytes as they came: open the stream with raw=True.")
        host_time_ns, size = time.time_ns(), pixels.nbytes
        with self._changed:
            if self._on_overflow == "wait":
                while not self._changed.wait_for(
                    lambda: self._has_room(size) or self._failure or self._closing, PROGRESS_INTERVAL_S
                ):
                    self._note_silence()
            if self._failure is not None:
                raise self._failure
            if self._closing:
                raise ValueError(f"The recording {self._writer.path} is closed.")
            if frame.gap is not None:
                self._gap = self._tally.meet(frame.gap)
            self._tally.offer(size)
            if self._has_room(size):
                self._tally.queue(size)
                self._waiting.append((FrameRecord.of(frame, host_time_ns, self._gap), pixels))
                self._gap = None
                self._changed.notify_all()
                return True
            first_time = not self._tally.dropped
            self._tally.drop(frame.frame_id)
        if first_time or self._on_overflow == "raise":
            self._tell()
        return False

    def report(self, stream: StreamStatistics | None = None) -> RecordingReport:
        """Return the counts so far; after `close` the final ones."""
        with self._changed:
            return self._final or self._tally.report(self._writer, stream or self._stream)

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
            A frame, or the end of the file, could not be written, or the disk does not answer.
        """
        if self._closed:
            return self.report()
        with self._changed:
            self._stream, self._closing = stream, True
            self._changed.notify_all()
        try:
            self._finish(progress)
        except KeyboardInterrupt:
            with self._changed:
                self._give_up()
            raise
        finally:
            self._finish(None)
            self._closed = True
        if self._failure is not None:
            raise self._failure
        return self.report()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Recorder {self.report()}>"

    # -- inside; _has_room, _give_up and _note_silence are called with self._changed held --------------------------

    def _has_room(self, size: int) -> bool:
        return not self._tally.queued_frames or self._tally.queued_bytes + size <= self._budget

    def _give_up(self) -> None:
        for record, pixels in self._waiting:
            self._tally.leave(pixels.nbytes)
            self._tally.drop(record.frame_id)
        self._waiting.clear()
        self._changed.notify_all()

    def _note_silence(self) -> None:
        """Note one more interval without a frame written; give the disk up after too many.

        They are counted, because a clock goes on while a program is stopped.
        """
        self._silence_s += PROGRESS_INTERVAL_S
        if self._failure is None and self._is_silent:
            self._give_up()
            now = self._tally.report(self._writer, None)
            self._failure = RecordingError(
                f"{self._writer.path}: the disk has not answered for {_LONGEST_SILENCE_S:g} s. Frames in the file, "
                f"which can be read: {now.frames}; being written: {now.queued_frames}; dropped: {now.dropped}. Should "
                "the disk answer while this program runs, the file is completed and closed."
            )

    @property
    def _is_silent(self) -> bool:
        return self._silence_s >= _LONGEST_SILENCE_S

    def _tell(self) -> None:
        came, written = self._tally.rates()
        text = (
            f"{self._writer.path} cannot be written as fast as frames come: {came:.0f} MB/s came, {written:.0f} MB/s "
            f"were written, and the {self._budget / 1e6:.0f} MB for frames that wait are full"
        )
        remedy = (
            "take a faster disk, a .raw file, fewer or smaller frames, or for short runs a larger queue_mb."
        )
        if self._on_overflow == "raise":
            raise StreamOverflowError(f"{text}: {remedy}", lost=self._tally.dropped)
        warnings.warn(
            f"{text}. Frames are dropped and counted from here on: {remedy}", SlowDiskWarning, stacklevel=3
        )

    def _run(self) -> None:
        while self._write_next():
            pass
        with self._changed:
            self._changed.wait_for(lambda: self._closing)
            self._final = self._tally.report(self._writer, self._stream)
            self._silence_s = 0.0
        self._close_writer(self._final)

    def _write_next(self) -> bool:
        """Write the next frame; tell whether there may be another one."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)  # until close()
            if not self._waiting:
                return False
            record, pixels = self._waiting.popleft()
        try:
            seconds = self._write(record, pixels)
        except Exception as error:  # noqa: BLE001 - raised in the thread that hands over frames
            with self._changed:
                self._failure = self._failure or self._naming_the_file(error)
                self._waiting.appendleft((record, pixels))
                self._give_up()
            return False
        with self._changed:
            self._tally.write(record, pixels.nbytes, seconds)
            self._silence_s = 0.0
            self._changed.notify_all()
        return True

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

    def _finish(self, progress: Callable[[RecordingReport], object] | None) -> None:
        """Wait until the file is closed, or the disk is given up."""
        going = True
        while going:
            self._thread.join(PROGRESS_INTERVAL_S)
            with self._changed:
                going = self._thread.is_alive() and not self._is_silent
                if going:
                    self._note_silence()
            if progress is not None:
                progress(self.report())
