"""The usual loop: frames of a stream to a recorder, until one of them ends."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from vcxg124m.errors import FrameTimeoutError, TimeoutReason
from vcxg124m.recording._recorder import PROGRESS_INTERVAL_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m.recording._recorder import Recorder
    from vcxg124m.recording._report import RecordingReport
    from vcxg124m.stream import Stream

__all__ = ["record_stream"]


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
    end: float | None = None  # until the first frame: then the trigger works, and may pause
    told = -math.inf
    while not stream.finished:
        try:
            recorder.put(stream.get(timeout))
        except FrameTimeoutError as error:
            is_a_pause = error.reason is TimeoutReason.NO_TRIGGER and timeout is None and end is not None
            if not is_a_pause:
                raise
        now = time.monotonic()
        if now - told >= PROGRESS_INTERVAL_S:
            told = now
            tell(recorder.report(stream.statistics))
        if end is None:
            end = math.inf if seconds is None else now + seconds
        if now >= end:
            return
