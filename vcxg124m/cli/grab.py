"""``vcxg124m grab``: a number of frames, counted, measured and kept in a file."""

from __future__ import annotations

import contextlib
import re
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcxg124m.cli.options import (
    CameraOption,
    JsonOption,
    ProducerOption,
    ReconnectOption,
    checked_writer,
    open_selected,
    patience,
)
from vcxg124m.cli.output import complain, print_json, progress_bar

if TYPE_CHECKING:
    from collections.abc import Generator

    from vcxg124m import Camera, Frame, Reconnect, Recorder, RecordingReport, StreamStatistics
    from vcxg124m.recording import Writer

_ROI = re.compile(r"(?P<width>\d+)x(?P<height>\d+)(\+(?P<offset_x>\d+)\+(?P<offset_y>\d+))?", re.ASCII)

_BUFFER_BYTES = 2**29
_FEWEST_BUFFERS, _MOST_BUFFERS = 8, 512


def grab(
    *,
    frames: Annotated[
        int, typer.Option("--frames", "-n", min=1, help="How many complete frames to take.")
    ] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE.tiff",
            help="File to write, .tiff, .zarr, .h5 or .raw; without it, only measure.",
        ),
    ] = None,
    pixel_format: Annotated[
        str | None, typer.Option("--format", help="Pixel format: Mono8, Mono10, Mono12 or Mono12p.")
    ] = None,
    exposure_us: Annotated[float | None, typer.Option(help="Exposure time in microseconds.")] = None,
    gain_db: Annotated[float | None, typer.Option(help="Gain in dB.")] = None,
    roi: Annotated[
        str | None,
        typer.Option(metavar="WxH[+X+Y]", help="Region in pixels; in the centre when +X+Y is left out."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    reconnect: ReconnectOption = None,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Take frames, show the rate and what was lost, and write them to a file.

    What is not set by an option stays as it is in the camera. After Ctrl-C,
    or when the camera is lost, the file holds the frames that came before.

    vcxg124m grab --camera virtual --format Mono12p --frames 20 -o frames.tiff
    """
    region = _parse_roi(roi)
    writer = None if out is None else checked_writer(out, overwrite=overwrite, expected_frames=frames)
    with open_selected(camera, producer) as opened:
        _configure(opened, pixel_format=pixel_format, exposure_us=exposure_us, gain_db=gain_db, region=region)
        with _recording(writer, opened, frames) as recorder:
            summary = _take(opened, frames, recorder, patience(reconnect))
    if json:
        print_json({**asdict(summary), "statistics": summary.statistics.as_dict(), "file": out})
    else:
        typer.echo(f"{summary}" + ("" if recorder is None else f"; {_described(recorder.report())}"))


@dataclass(frozen=True)
class Summary:
    """What came, how fast, and what did not come.

    Attributes
    ----------
    serial_number
        The camera's.
    frames
        Complete frames delivered.
    width, height, pixel_format
        Of the last one.
    seconds
        From the first frame to the last, by the camera's clock unless it was lost; 0 for a single one.
    frames_per_second, megabytes_per_second
        Over that time, megabytes of 10^6 bytes of image data as they came over the network; 0 for a single frame.
    incomplete, missed, underrun
        Frames that lacked packets, of which nothing came, and that found no free buffer because writing took too long.
    statistics
        What became of every frame of the stream, with the producer's counters.
    """

    serial_number: str
    frames: int
    width: int
    height: int
    pixel_format: str
    seconds: float
    frames_per_second: float
    megabytes_per_second: float
    incomplete: int
    missed: int
    underrun: int
    statistics: StreamStatistics

    def __str__(self) -> str:
        kind = f"{self.width}x{self.height} {self.pixel_format}"
        rate = f"{self.frames_per_second:.2f} frames/s, {self.megabytes_per_second:.1f} MB/s"
        return (
            f"{self.frames} frames of {kind} in {self.seconds:.2f} s: {rate}, "
            f"{self.incomplete} incomplete, {self.missed} missed, {self.underrun} underrun"
            + (f", {self.statistics.reconnections} reconnections" if self.statistics.reconnections else "")
        )


@contextlib.contextmanager
def _recording(writer: Writer | None, camera: Camera, frames: int) -> Generator[Recorder | None, None, None]:
    """Yield the file's recorder; when it ends early, say how much the file holds."""
    if writer is None:
        yield None
        return
    recorder = camera.recorder(writer, on_overflow="wait")
    try:
        with recorder:
            yield recorder
    except BaseException:  # counted when closed: what waits is written first
        came = recorder.report().frames
        holds = f"; {writer.path} holds them" if came else ""
        complain(f"{came} of {frames} frames came{holds}")
        raise


def _described(report: RecordingReport) -> str:
    return f"{report.path}: {report.frames} frames, {report.bytes / 1e6:.1f} MB"


def _parse_roi(text: str | None) -> dict[str, int] | None:
    if text is None:
        return None
    match = _ROI.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{text!r} is not WIDTHxHEIGHT or WIDTHxHEIGHT+X+Y, such as 1920x1080+0+400")
    return {name: int(value) for name, value in match.groupdict().items() if value is not None}


def _configure(
    camera: Camera,
    *,
    pixel_format: str | None,
    exposure_us: float | None,
    gain_db: float | None,
    region: dict[str, int] | None,
) -> None:
    if pixel_format is not None:
        camera.image_format.pixel_format = pixel_format
    if region is not None:
        camera.roi.set(
            width=region["width"],
            height=region["height"],
            offset_x=region.get("offset_x"),
            offset_y=region.get("offset_y"),
            center="offset_x" not in region,
        )
    if exposure_us is not None:
        camera.exposure.time_us = exposure_us
    if gain_db is not None:
        camera.gain.db = gain_db


def _buffers(camera: Camera, frames: int) -> int | None:
    """Choose enough buffers for all frames, or as many as the memory allows: a disk may pause for a second."""
    payload = camera.nodes.peek("PayloadSize")
    if not isinstance(payload, int) or payload <= 0:
        return None
    return max(_FEWEST_BUFFERS, min(frames, _BUFFER_BYTES // payload, _MOST_BUFFERS))


def _take(camera: Camera, frames: int, recorder: Recorder | None, reconnect: Reconnect | None) -> Summary:
    stream = camera.stream(
        frames,
        buffers=_buffers(camera, frames),
        raw=recorder is not None and recorder.packed,
        reconnect=reconnect,
    )
    with progress_bar() as progress, stream:
        task = progress.add_task("grab", total=frames)

        def keep(frame: Frame) -> float:
            arrived = time.monotonic()
            if recorder is not None:
                recorder.put(frame)
            progress.advance(task)
            return arrived

        frame = stream.get()
        first_id, first_exposed = frame.frame_id, frame.timestamp_ns
        first = last = keep(frame)
        for frame in stream:
            last = keep(frame)
        statistics = stream.statistics
    if statistics.reconnections:  # ids and the camera's clock began anew
        missed, underrun, seconds = statistics.missed, statistics.underrun, last - first
    else:
        # A free-running camera goes on while the last frames are written; what found no buffer then was not asked for.
        absent = frame.frame_id - first_id + 1 - frames - statistics.incomplete
        underrun = min(statistics.underrun, max(0, absent))
        missed = max(statistics.missed, absent - underrun)
        # By the camera's clock: frames that waited in buffers come faster than the link is. Not every camera has one.
        seconds = (frame.timestamp_ns - first_exposed) / 1e9 or last - first
    rate = (frames - 1) / seconds if seconds else 0.0
    return Summary(
        serial_number=camera.info.serial_number,
        frames=statistics.delivered,
        width=frame.width,
        height=frame.height,
        pixel_format=str(frame.pixel_format),
        seconds=seconds,
        frames_per_second=rate,
        megabytes_per_second=rate * frame.received / 1e6,
        incomplete=statistics.incomplete,
        missed=missed,
        underrun=underrun,
        statistics=statistics,
    )
