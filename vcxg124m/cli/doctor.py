"""``vcxg124m doctor``: what stands between a camera and its pictures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption
from vcxg124m.cli.output import console, print_text, waiting

if TYPE_CHECKING:
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
        worst = min((finding.severity.value for finding in check.findings), default="ok")
        table.add_row(f"[{_COLOURS[worst]}]{worst}[/]", check.subject, _plain(check.seen))
    if diagnosis.not_checked:
        table.add_row("[dim]-[/]", "[dim]not looked at[/]", f"[dim]{', '.join(diagnosis.not_checked)}[/]")
    out.print(table)
    out.print()
    if diagnosis.healthy:
        out.print("[green]Nothing is wrong.[/]")
    for number, finding in enumerate(diagnosis.findings, start=1):
        _print_finding(number, finding)


_COLOURS = {"ok": "green", "warning": "yellow", "error": "red"}


def _print_finding(number: int, finding: Finding) -> None:
    from rich.table import Table

    out = console()
    colour = _COLOURS[finding.severity.value]
    out.print(
        f"[{colour} bold]{number}. {_plain(finding.title)}[/] [dim]({finding.severity}, {finding.code})[/]"
    )
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in (("  seen", finding.seen), ("  why", finding.why), ("  do", finding.remedy)):
        table.add_row(f"[dim]{name}[/]", _plain(text))
    out.print(table)
    for command in finding.commands:  # as it is, to be copied: never broken into lines
        print_text(f"        {command}")
    print_text("")


def _plain(text: str) -> str:
    """Return a text of which nothing is taken for markup."""
    from rich.markup import escape

    return escape(text)
