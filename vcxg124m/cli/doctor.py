"""``vcxg124m doctor``: what stands between a camera and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption
from vcxg124m.cli.output import console, print_text, waiting

if TYPE_CHECKING:
    from rich.console import Console

    from vcxg124m import Diagnosis, Finding


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
    from vcxg124m.doctor.report import as_json, write

    with waiting(f"looks at the way to the camera, then takes frames for {seconds:g} s"):
        diagnosis = vcx.diagnose(camera, producer=producer, seconds=seconds)
    if report is not None:
        write(diagnosis, report)
    if json:
        print_text(as_json(diagnosis))
    else:
        _print(diagnosis)
    if not diagnosis.healthy:
        raise typer.Exit(1)


def _print(diagnosis: Diagnosis) -> None:
    """Print what was looked at, then each finding with its remedy."""
    from rich.table import Table

    out = console()
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in diagnosis.checks:
        worst = min((finding.severity.value for finding in check.findings), default="" if check.see else "ok")
        hint = f" (see {check.see})" if check.see else ""
        table.add_row(Text(worst or "-", style=_COLOURS[worst]), check.subject, Text(check.seen + hint))
    if diagnosis.not_checked:
        table.add_row("-", "not looked at", ", ".join(diagnosis.not_checked), style="dim")
    out.print(table)
    if diagnosis.healthy:
        out.print("\nNothing is wrong.", style=_COLOURS["ok"])
    for number, finding in enumerate(diagnosis.findings, start=1):
        out.print(f"\n{number}. {finding.title}", style=f"bold {_COLOURS[finding.severity.value]}")
        _print_finding(out, finding)


_COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "": "dim"}


def _print_finding(out: Console, finding: Finding) -> None:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, text in (("seen", finding.seen), ("why", finding.why), ("do", finding.remedy)):
        table.add_row(f"   {name}", Text(text))
    out.print(table)
    for command in finding.commands:  # as it is, to be copied: never broken into lines
        out.print(Text(f"         {command}", style="cyan"), soft_wrap=True)
    out.print(f"   code  {finding.code} ({finding.severity})", style="dim")
