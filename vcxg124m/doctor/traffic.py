"""Streams for some seconds, and compares what became of the frames with what the kernel counted meanwhile."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING

from vcxg124m.doctor.facts import Traffic
from vcxg124m.errors import FrameTimeoutError
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from collections.abc import Generator

    from vcxg124m._backend import NodeValue
    from vcxg124m.doctor.examination import OpenCamera
    from vcxg124m.doctor.system import System
    from vcxg124m.features.nodes import Nodes
    from vcxg124m.stream import Stream

__all__ = ["measure"]

_RECEIVER = "vcxg-stream"  # the receiving thread, as the bundled producer names it
# Seconds beyond what a first frame takes by the settings.
_PATIENCE_S = 3.0
# What keeps frames from following each other by themselves.
_FREE: dict[str, NodeValue] = {"TriggerMode": "Off", "AcquisitionMode": "Continuous"}


def measure(
    camera: OpenCamera, seconds: float, *, running: Stream | None, interface: str, system: System
) -> Traffic:
    """Return what became of the frames of some seconds.

    Parameters
    ----------
    running
        The stream that the camera has already, which is then only watched. None to start one: frames follow each other
        freely for it, and the settings are what they were afterwards.

    Raises
    ------
    DeviceLostError, OverTemperatureError
        The camera cannot send.
    """
    rate: float | None = None
    reason = detail = ""
    errors = system.errors(interface)
    with ExitStack() as held:
        if running is None:
            held.enter_context(_running_freely(camera.nodes, seconds))
            stream = held.enter_context(camera.stream())
        else:
            stream = running
        before, receiver = stream.statistics, system.thread_seconds(_RECEIVER)
        processor, start = time.process_time(), time.monotonic()
        expected = prediction(camera.nodes)
        if running is None:
            try:
                rate = _take(stream, seconds, expected.latency_s + _PATIENCE_S)
            except FrameTimeoutError as error:
                reason, detail = str(error.reason or ""), str(error)
        else:
            time.sleep(seconds)  # others fetch the frames
        now, elapsed = stream.statistics, time.monotonic() - start
        if running is not None:
            rate = (now.delivered - before.delivered) / elapsed
        busy = system.thread_seconds(_RECEIVER)
        after = system.errors(interface)
        priority = camera.stream_nodes.peek("StreamThreadPriority")

    def counted(name: str) -> int | None:
        return now.counters[name] - before.counters.get(name, 0) if name in now.counters else None

    return Traffic(
        seconds=round(elapsed, 2),
        delivered=now.delivered - before.delivered,
        incomplete=now.incomplete - before.incomplete,
        missed=now.missed - before.missed,
        underrun=now.underrun - before.underrun,
        expected_hz=expected.frame_rate_hz,
        measured_hz=rate,
        megabytes_per_second=(rate or 0.0) * expected.payload_bytes / 1e6,
        packets=counted("StreamPacketCount"),
        missing=counted("StreamMissingPacketCount"),
        dropped=counted("StreamKernelDroppedPacketCount"),
        kernel={name: grown for name, value in after.items() if (grown := value - errors.get(name, 0)) > 0},
        receiver_cpu=None if busy is None or receiver is None else (busy - receiver) / elapsed,
        process_cpu=(time.process_time() - processor) / elapsed,
        priority=str(priority or ""),
        reason=reason,
        detail=detail,
    )


def _take(stream: Stream, seconds: float, patience: float) -> float | None:
    """Look at frames for some seconds; return their rate by the camera's clock, None for fewer than two.

    Raises
    ------
    FrameTimeoutError
        Not even one came.
    """
    with stream.lease(patience) as frame:
        first = last = (frame.frame_id, frame.timestamp_ns)
    end = time.monotonic() + seconds
    with suppress(FrameTimeoutError):  # the time is over between two frames
        while (left := end - time.monotonic()) > 0:
            with stream.lease(left) as frame:
                last = (frame.frame_id, frame.timestamp_ns)
    frames, time_ns = last[0] - first[0], last[1] - first[1]
    return frames / time_ns * 1e9 if frames > 0 and time_ns > 0 else None


@contextmanager
def _running_freely(nodes: Nodes, seconds: float) -> Generator[None]:
    """Let frames follow each other without triggers, and soon enough to see several; then put all back."""
    before: dict[str, NodeValue] = {}
    wanted = dict(_FREE)
    exposure = nodes.peek("ExposureTime")
    if isinstance(exposure, float) and exposure * 1e-6 > seconds / 10:
        wanted["ExposureTime"] = seconds / 10 * 1e6
    try:
        for name, value in wanted.items():
            present = nodes.peek(name)
            if present is not None and present != value:
                nodes.set(name, value, nearest=True)
                before[name] = present
        yield
    finally:
        for name, value in before.items():
            nodes.set(name, value)
