"""A sequencer program on the timing model: what frame k looks like and when, before a camera sees the program.

Free running. The sources "ExposureActive" and "ReadOutActive" follow from the frames themselves; edges of lines, ends
of counters and of the timer are given with their times. The rules are the virtual camera's: a trigger chooses a set,
and the chosen set applies when the next exposure begins.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from vcxg124m import planning
from vcxg124m.datasheet import NETWORK, SENSOR, TRIGGER
from vcxg124m.errors import FeatureValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vcxg124m.sequencing import SequencerProgram

__all__ = ["CameraModel", "PlannedFrame", "simulate"]

_DELAY_S = TRIGGER.fixed_delay_during_readout_max_us * 1e-6


@dataclass(frozen=True)
class CameraModel:
    """The settings that a program's frames depend on, where the program does not set them itself.

    Attributes
    ----------
    settings
        Values by name: "exposure.time_us", "roi.width", "roi.height".
    bits_per_pixel
        8, 12 or 16 on the network.
    binning_vertical
        Rows that become one.
    frame_rate_hz
        Limit of the frame rate; None for none.
    sequential
        The readout mode.
    packet_size, throughput_limit, packet_delay_ns, extended_ids
        As for :func:`vcxg124m.planning.transfer_time`.
    """

    settings: Mapping[str, object] = field(
        default_factory=lambda: {
            "exposure.time_us": 4000.0,
            "roi.width": SENSOR.width,
            "roi.height": SENSOR.height,
        }
    )
    bits_per_pixel: int = 8
    binning_vertical: int = 1
    frame_rate_hz: float | None = None
    sequential: bool = False
    packet_size: int = NETWORK.packet_size.maximum
    throughput_limit: float = NETWORK.throughput_limit_max_bytes_per_s
    packet_delay_ns: int = 0
    extended_ids: bool = True


@dataclass(frozen=True)
class PlannedFrame:
    """One frame of a program.

    Attributes
    ----------
    index
        From 0.
    sequencer_set
        The set whose settings it has.
    start_s
        When its exposure begins, in seconds from the first one.
    exposure_s, readout_s, transfer_s
        How long each stage takes.
    settings
        Values by name, the program's and the model's.
    """

    index: int
    sequencer_set: int
    start_s: float
    exposure_s: float
    readout_s: float
    transfer_s: float
    settings: Mapping[str, object]

    @property
    def end_s(self) -> float:
        """When its exposure ends."""
        return self.start_s + self.exposure_s

    @property
    def ready_s(self) -> float:
        """When the sensor has been read."""
        return self.end_s + self.readout_s


def simulate(
    program: SequencerProgram,
    frames: int,
    *,
    model: CameraModel | None = None,
    events: Mapping[str, Iterable[float]] | None = None,
) -> list[PlannedFrame]:
    """Return the first frames of a free-running camera that runs a program.

    Parameters
    ----------
    program
        Checked first.
    frames
        How many, 1 or more.
    model
        The camera's other settings; by default the maker's.
    events
        Times in seconds from the first exposure at which a source ("Line0", "Counter1End", ...) rises; it falls at
        once.

    Raises
    ------
    ConfigurationError
        The program has problems.
    FeatureValueError
        ``frames`` is below 1.
    """
    program.check()
    if frames < 1:
        raise FeatureValueError(f"frames={frames} not accepted: 1 or more.", feature="frames", value=frames)
    return list(_frames(program, frames, model or CameraModel(), dict(events or {})))


def _frames(
    program: SequencerProgram, count: int, model: CameraModel, events: Mapping[str, Iterable[float]]
) -> Iterator[PlannedFrame]:
    signals = [
        (at, source, edge)
        for source, times in events.items()
        for at in times
        for edge in ("RisingEdge", "FallingEdge")
    ]
    heapq.heapify(signals)
    chosen, start = program.start, 0.0
    for index in range(count):
        frame = _frame(program, index, chosen, start, model)
        yield frame
        for at, source, edge in (
            (frame.start_s, "ExposureActive", "RisingEdge"),
            (frame.end_s, "ExposureActive", "FallingEdge"),
            (frame.end_s, "ReadOutActive", "RisingEdge"),
            (frame.ready_s, "ReadOutActive", "FallingEdge"),
        ):
            heapq.heappush(signals, (at, source, edge))
        # Each signal may choose another set, whose exposure time moves the next start.
        while signals and signals[0][0] < _next_start(frame, program, chosen, model):
            _, source, edge = heapq.heappop(signals)
            chosen = _walk(program, chosen, source, edge)
        start = _next_start(frame, program, chosen, model)


def _walk(program: SequencerProgram, chosen: int, source: str, edge: str) -> int:
    for path in program.sets[chosen].transitions:
        if str(path.source) == source and str(path.activation) in {edge, "AnyEdge"}:
            return path.to
    return chosen


def _next_start(last: PlannedFrame, program: SequencerProgram, chosen: int, model: CameraModel) -> float:
    paced = last.start_s + max(last.transfer_s, 1.0 / model.frame_rate_hz if model.frame_rate_hz else 0.0)
    if model.sequential:
        return max(last.ready_s, paced)
    settings = {**model.settings, **program.sets[chosen].settings}
    exposure = cast("float", settings["exposure.time_us"]) * 1e-6
    return max(last.end_s + _DELAY_S, last.ready_s - exposure, paced)


def _frame(
    program: SequencerProgram, index: int, number: int, start: float, model: CameraModel
) -> PlannedFrame:
    settings = {**model.settings, **program.sets[number].settings}
    height, width = cast("int", settings["roi.height"]), cast("int", settings["roi.width"])
    payload = -(-width * height * model.bits_per_pixel // 8)
    return PlannedFrame(
        index=index,
        sequencer_set=number,
        start_s=start,
        exposure_s=cast("float", settings["exposure.time_us"]) * 1e-6,
        readout_s=planning.readout_time(height * model.binning_vertical),
        transfer_s=planning.transfer_time(
            payload,
            packet_size=model.packet_size,
            throughput_limit=model.throughput_limit,
            packet_delay_ns=model.packet_delay_ns,
            extended_ids=model.extended_ids,
        ),
        settings=settings,
    )
