"""What a diagnosis looks like on a terminal and in a notebook."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from vcxg124m import _html

if TYPE_CHECKING:
    from vcxg124m.doctor.finding import Check, Diagnosis, Finding

__all__ = ["as_html", "as_text"]

_COLOURS = {"ok": "green", "warning": "yellow", "error": "red", "-": "dim"}
_WIDTH = 80
_NOTHING = "Nothing is wrong."


def as_text(diagnosis: Diagnosis, *, width: int = _WIDTH, colour: bool = False) -> str:
    """Return a diagnosis as text: what was looked at, then each finding with its remedy.

    Parameters
    ----------
    width
        Characters of a line; commands are never broken, so that they can be copied.
    colour
        With the terminal's codes for colours.
    """
    paper = io.StringIO()
    out = Console(file=paper, width=width, force_terminal=colour, highlight=False)
    out.print(_looked_at(diagnosis))
    if diagnosis.healthy:
        out.print(f"\n{_NOTHING}", style=_COLOURS["ok"])
    for number, finding in enumerate(diagnosis.findings, start=1):
        title = Text(f"\n{number}. {finding.title}", style=f"bold {_COLOURS[finding.severity.value]}")
        out.print(title)
        _describe(out, finding)
    return "\n".join(line.rstrip() for line in paper.getvalue().splitlines())


def _looked_at(diagnosis: Diagnosis) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in diagnosis.checks:
        state = _state(check)
        table.add_row(Text(state, style=_COLOURS[state]), check.subject, Text(_seen(check)))
    if diagnosis.not_checked:
        table.add_row("-", "not looked at", ", ".join(diagnosis.not_checked), style="dim")
    return table


def _describe(out: Console, finding: Finding) -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for name, text in (("seen", finding.seen), ("why", finding.why), ("do", finding.remedy)):
        table.add_row(f"   {name}", Text(text))
    out.print(table)
    for command in finding.commands:
        out.print(Text(f"         {command}", style="cyan"), soft_wrap=True)
    out.print(Text(f"   code  {finding.code} ({finding.severity})", style="dim"))


def _state(check: Check) -> str:
    return min((finding.severity.value for finding in check.findings), default="-" if check.see else "ok")


def _seen(check: Check) -> str:
    return f"{check.seen} (see {check.see})" if check.see else check.seen


def as_html(diagnosis: Diagnosis) -> str:
    """Return a diagnosis as HTML."""
    rows = [(check.subject, _state(check), _seen(check)) for check in diagnosis.checks]
    rows += [("not looked at", "-", ", ".join(diagnosis.not_checked))] if diagnosis.not_checked else []
    parts = [_html.table(rows, caption="Doctor")]
    for finding in diagnosis.findings:
        parts.append(_html.warning(f"{finding.title} ({finding.severity}, {finding.code})"))
        told = [("seen", finding.seen), ("why", finding.why), ("do", finding.remedy)]
        parts.append(_html.table([*told, *(("", command) for command in finding.commands)]))
    return "".join(parts if diagnosis.findings else [*parts, _html.of(_NOTHING)])
