"""``vcxg124m record``: a stream into a file, for as long as it takes."""

from __future__ import annotations

import math
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcxg124m.cli.features import assign
from vcxg124m.cli.options import (
    CameraOption,
    JsonOption,
    ProducerOption,
    ReconnectOption,
    checked_writer,
    open_selected,
    patience,
)
from vcxg124m.cli.output import complain, print_json, recording_progress

if TYPE_CHECKING:
    from vcxg124m import RecordingReport


class OnOverflow(Enum):
    """What ``--on-overflow`` takes."""

    COUNT = "count"
    RAISE = "raise"
    WAIT = "wait"


def _above_zero(value: float | None) -> float | None:
    if value is not None and not 0 < value < math.inf:
        raise typer.BadParameter(f"{value:g} is not above 0, with an end")
    return value


def record(
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE",
            help="File to write: .raw (the bytes as they came), .tiff, .zarr or .h5.",
        ),
    ],
    frames: Annotated[
        int | None, typer.Option("--frames", "-n", min=1, help="How many complete frames to take.")
    ] = None,
    seconds: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="How long, from the first frame.", callback=_above_zero),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            help="Longest wait for a frame. By default it fits exposure and rate, and once a frame has "
            "come, triggers may pause for as long as they like.",
            callback=_above_zero,
            show_default=False,
        ),
    ] = None,
    pixel_format: Annotated[
        str | None, typer.Option("--format", help="Pixel format: Mono8, Mono10, Mono12 or Mono12p.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="Feature to write first, such as ExposureTime=4000; repeatable.",
        ),
    ] = None,
    queue_mb: Annotated[
        float,
        typer.Option(
            metavar="MB",
            help="Memory for frames that wait to be written, in units of 10^6 bytes.",
            callback=_above_zero,
        ),
    ] = 1000,
    on_overflow: Annotated[
        OnOverflow,
        typer.Option(
            help="When that is full: drop frames and count them, end with an error, or wait for the disk."
        ),
    ] = OnOverflow.COUNT,
    trigger_rate_hz: Annotated[
        float | None, typer.Option(help="How often triggers will come, for a warning if that is too often.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    reconnect: ReconnectOption = None,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Record until --frames or --seconds are reached, or Ctrl-C.

    The file holds pixels, times, chunks, settings and what was lost. It is
    completed after Ctrl-C and errors, and readable after a kill;
    vcxg124m.open_recording reads it.

    vcxg124m record --camera virtual --format Mono12p --seconds 10 -o run.raw
    """
    writer = checked_writer(out, overwrite=overwrite, expected_frames=frames)
    latest: RecordingReport | None = None
    with open_selected(camera, producer) as opened, recording_progress(frames, seconds) as show:
        assign(opened, [*(settings or []), *([f"PixelFormat={pixel_format}"] if pixel_format else [])])

        def keep(report: RecordingReport) -> None:
            nonlocal latest
            latest = report
            show(report)

        try:
            latest = opened.record(
                writer,
                frames=frames,
                seconds=seconds,
                timeout=timeout,
                queue_mb=queue_mb,
                on_overflow=on_overflow.value,
                reconnect=patience(reconnect),
                trigger_rate_hz=trigger_rate_hz,
                progress=keep,
            )
        except BaseException:
            if latest is not None:
                complain(str(latest) if latest.frames else "no frame was written")
            raise
    if latest.dropped:
        ranges = ", ".join(
            str(first) if first == last else f"{first}-{last}" for first, last in latest.dropped_ids[:5]
        )
        more = ", ..." if len(latest.dropped_ids) > 5 else ""
        complain(f"the disk was too slow for {latest.dropped} frames (ids {ranges}{more})")
    if json:
        figures = ("lost", "frames_per_second", "megabytes_per_second")
        print_json({**latest.to_dict(), **{name: getattr(latest, name) for name in figures}})
    else:
        typer.echo(str(latest))
