"""``vcxg124m doctor``: what stands between a camera and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption
from vcxg124m.cli.output import console, print_text, waiting


def doctor(
    *,
    seconds: Annotated[
        float, typer.Option("--seconds", min=0.5, max=60, help="How long frames are taken.")
    ] = 3.0,
    report: Annotated[
        Path | None,
        typer.Option(
            "--report",
            metavar="FILE",
            help="Write a report for a bug: .md to read, .zip with the data beside it.",
        ),
    ] = None,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Find out why there are no pictures, or too few: what is wrong, why it matters, which command mends it.

    Looks at producer, network, camera, packets, buffers and a few seconds of a real stream; changes nothing. The exit
    code is 0 when nothing is wrong, and 1 with findings.
    """
    import vcxg124m as vcx
    from vcxg124m.doctor.display import as_text
    from vcxg124m.doctor.report import as_json, write

    with waiting(f"looks at the way to the camera, then takes frames for {seconds:g} s"):
        diagnosis = vcx.diagnose(camera, producer=producer, seconds=seconds)
    if report is not None:
        write(diagnosis, report)
    if json:
        print_text(as_json(diagnosis))
    else:
        terminal = console()
        print_text(as_text(diagnosis, width=terminal.width, colour=terminal.is_terminal))
    if not diagnosis.healthy:
        raise typer.Exit(1)
