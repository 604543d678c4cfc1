"""``vcxg124m bench``: what a camera and this computer do together."""

from __future__ import annotations

import math
import os
import platform
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption, open_selected
from vcxg124m.cli.output import print_json, print_values, waiting

if TYPE_CHECKING:
    from vcxg124m import Camera, Plan

_FULL = (3000, 4096)
_ROUNDS = 25


def bench(
    *,
    seconds: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long frames are taken.", min=0.1)
    ] = 5.0,
    pixel_format: Annotated[
        str | None, typer.Option("--format", help="Pixel format: Mono8, Mono10, Mono12 or Mono12p.")
    ] = None,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Measure rate, losses, processor time and latency with a camera, and how fast this computer unpacks.

    Settings stay as they are in the camera, but for --format.
    """
    with open_selected(camera, producer) as opened:
        if pixel_format is not None:
            opened.image_format.pixel_format = pixel_format
        name = str(opened.info)
        with waiting(f"takes frames for {seconds:g} s"):
            streaming = _stream(opened, seconds)
    unpacking = _unpack()
    if json:
        print_json(
            {"camera": name, **_machine(), "stream": asdict(streaming), "unpacking": asdict(unpacking)}
        )
    else:
        machine = ", ".join(str(value) for value in _machine().values())
        print_values({"camera": name, "computer": machine, **streaming.rows(), **unpacking.rows()})


@dataclass(frozen=True)
class Latency:
    """From the start of a frame's exposure to the frame in Python, in ms.

    Attributes
    ----------
    median_ms, p99_ms, worst_ms
        Over all frames.
    error_ms
        How far off they can be, because the camera's clock had to be compared with the computer's.
    planned_ms
        From the start of an exposure to its last packet, as the camera's settings give it.
    """

    median_ms: float
    p99_ms: float
    worst_ms: float
    error_ms: float
    planned_ms: float

    def rows(self) -> dict[str, str]:
        """Return what a person reads, by name."""
        return {
            "latency": f"{self.median_ms:.2f} ms from an exposure's start to Python, at worst {self.worst_ms:.2f}",
            "transfer": f"{self.planned_ms:.2f} ms of it until the last packet is sent, by the settings",
        }


@dataclass(frozen=True)
class Streaming:
    """How a stream went.

    Attributes
    ----------
    frames, width, height, pixel_format
        Complete frames that were fetched, and what they are.
    seconds
        How long frames were taken.
    frames_per_second, planned_frames_per_second, limited_by
        By the camera's clock, where it has one; what its settings come to; and what bounds that.
    megabytes_per_second
        Payload in units of 10^6 bytes.
    incomplete, missed, underrun
        Frames that lacked packets, of which nothing came, and that found no free buffer.
    processor_ms, fetching_ms
        Processor time of each frame: of this process, and of the thread that fetches and unpacks alone.
    processor_percent
        Of one core.
    latency
        None where the camera has no clock that can be read.
    """

    frames: int
    width: int
    height: int
    pixel_format: str
    seconds: float
    frames_per_second: float
    planned_frames_per_second: float
    limited_by: str
    megabytes_per_second: float
    incomplete: int
    missed: int
    underrun: int
    processor_ms: float
    fetching_ms: float
    processor_percent: float
    latency: Latency | None

    def rows(self) -> dict[str, str]:
        """Return what a person reads, by name."""
        return {
            "frames": f"{self.frames} of {self.width}x{self.height} {self.pixel_format} in {self.seconds:.2f} s",
            "rate": f"{self.frames_per_second:.2f} frames/s, {self.megabytes_per_second:.1f} MB/s",
            "planned": f"{self.planned_frames_per_second:.2f} frames/s, limited by the {self.limited_by}",
            "lost": f"{self.incomplete} incomplete, {self.missed} missed, {self.underrun} underrun",
            "processor": f"{self.processor_ms:.3g} ms a frame, {self.processor_percent:.1f} % of a core",
            "fetching": f"{self.fetching_ms:.3g} ms of it take a frame and unpack it",
            **(
                self.latency.rows()
                if self.latency
                else {"latency": "unknown: the camera's clock cannot be read"}
            ),
        }


def _stream(camera: Camera, seconds: float) -> Streaming:
    from vcxg124m.errors import FeatureUnavailableError

    plan = camera.plan()
    fetched: list[tuple[int, int]] = []
    try:
        camera.clock.sample()
        has_clock = True
    except FeatureUnavailableError:
        has_clock = False
    with camera.stream() as stream:
        frame = stream.get()  # what a stream needs once is not measured
        begin, processor, thread = time.monotonic(), time.process_time(), time.thread_time()
        while time.monotonic() - begin < seconds or len(fetched) < 2:
            frame = stream.get()
            fetched.append((frame.timestamp_ns, time.monotonic_ns()))
        elapsed = time.monotonic() - begin
        processor, thread = time.process_time() - processor, time.thread_time() - thread
        statistics = stream.statistics
    count = len(fetched)
    (first_exposed, first_fetched), (last_exposed, last_fetched) = fetched[0], fetched[-1]
    # By the camera's clock: frames that waited in buffers come faster than the link is.
    rate = (count - 1) * 1e9 / (last_exposed - first_exposed or last_fetched - first_fetched)
    return Streaming(
        frames=count,
        width=frame.width,
        height=frame.height,
        pixel_format=str(frame.pixel_format),
        seconds=elapsed,
        frames_per_second=rate,
        planned_frames_per_second=plan.frame_rate_hz,
        limited_by=plan.limited_by,
        megabytes_per_second=rate * frame.received / 1e6,
        incomplete=statistics.incomplete,
        missed=statistics.missed,
        underrun=statistics.underrun,
        processor_ms=1e3 * processor / count,
        fetching_ms=1e3 * thread / count,
        processor_percent=100 * processor / elapsed,
        latency=_latency(camera, plan, fetched) if has_clock else None,
    )


def _latency(camera: Camera, plan: Plan, fetched: list[tuple[int, int]]) -> Latency:
    fit = camera.clock.sample()
    late_ms = np.array([at - fit.host_ns(exposed) for exposed, at in fetched]) / 1e6
    median, p99 = np.quantile(late_ms, [0.5, 0.99])
    return Latency(
        float(median),
        float(p99),
        float(late_ms.max()),
        max(fit.error_at(exposed) for exposed, _ in fetched) / 1e6,
        plan.prediction.latency_s * 1e3,
    )


@dataclass(frozen=True)
class Unpacking:
    """Mono12p to uint16 of a full frame, beside a copy that reads and writes as many bytes; medians."""

    kernel: str
    width: int
    height: int
    unpack_ms: float
    memcpy_ms: float

    def rows(self) -> dict[str, str]:
        """Return what a person reads, by name."""
        return {
            "unpacking": f"{self.unpack_ms:.2f} ms for {self.width}x{self.height} Mono12p ({self.kernel})",
            "memcpy": f"{self.memcpy_ms:.2f} ms for as many bytes",
        }


def _unpack() -> Unpacking:
    from vcxg124m.mono12p import active_kernel, unpack_mono12p

    pixels = math.prod(_FULL)
    packed, image = np.ones(pixels * 3 // 2, np.uint8), np.ones(_FULL, np.uint16)
    source, target = (np.ones((packed.nbytes + image.nbytes) // 2, np.uint8) for _ in range(2))
    times = np.empty((_ROUNDS, 2))
    for row in times:
        begin = time.perf_counter()
        unpack_mono12p(packed, _FULL, out=image)
        between = time.perf_counter()
        np.copyto(target, source)
        row[:] = between - begin, time.perf_counter() - between
    unpack_s, memcpy_s = np.median(times, axis=0)
    height, width = _FULL
    return Unpacking(active_kernel(), width, height, float(unpack_s) * 1e3, float(memcpy_s) * 1e3)


def _machine() -> dict[str, str]:
    facts = {
        "processor": f"{os.cpu_count()} cores {platform.processor() or platform.machine()}",
        "system": f"{platform.system()} {platform.release()}",
        "python": f"Python {platform.python_version()}",
    }
    if hasattr(os, "getloadavg"):
        facts["load"] = f"load {os.getloadavg()[0]:.1f}"
    return facts
