"""What the commands print: data on stdout; messages and progress on stderr, where they disturb no pipe."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import sys
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Column

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from vcxg124m import RecordingReport


def print_json(data: object) -> None:
    """Print data as JSON, records as objects, enumerations and paths as their text."""
    typer.echo(json.dumps(data, indent=2, default=_plain, ensure_ascii=False))


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under capitals, columns parted by two blanks: nothing is cut off, and `awk` can read it."""
    cells = [[column.upper() for column in columns], *([str(cell) or "-" for cell in row] for row in rows)]
    widths = [max(len(row[index]) for row in cells) for index in range(len(columns))]
    for row in cells:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def print_values(values: dict[str, Any]) -> None:
    """Print names and values below each other."""
    width = max(map(len, values))
    for name, value in values.items():
        typer.echo(f"{name.ljust(width)}  {value}")


def print_text(text: str) -> None:
    """Print a line."""
    typer.echo(text)


def console() -> Console:
    """Return the console of stdout, which knows its width and whether it is a terminal."""
    return Console()


@contextlib.contextmanager
def waiting(for_what: str) -> Generator[None, None, None]:
    """Show on stderr that something takes its time; only on a terminal."""
    errors = Console(stderr=True)
    if not errors.is_terminal:
        yield
        return
    with errors.status(for_what):
        yield


def complain(message: str) -> None:
    """Print a message for the person at the terminal, above a progress bar that is shown.

    The bar takes the place of ``sys.stderr`` for that, which `typer.echo` would pass by.
    """
    sys.stderr.write(f"vcxg124m: {message}\n")
    sys.stderr.flush()


def progress_bar() -> Progress:
    """Return a progress bar on stderr; it shows only on a terminal."""
    console = Console(stderr=True)
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


@contextlib.contextmanager
def recording_progress(
    frames: int | None, seconds: float | None
) -> Generator[Callable[[RecordingReport], None], None, None]:
    """Yield a function that shows how a recording goes, on a terminal."""
    console = Console(stderr=True)
    total = frames or seconds
    progress = Progress(
        SpinnerColumn(),
        BarColumn(bar_width=20),
        TextColumn("{task.description}", table_column=Column(no_wrap=True)),
        TimeRemainingColumn() if total else TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with progress:
        task = progress.add_task("waits for the first frame", total=total)

        def show(report: RecordingReport) -> None:
            taken = report.frames + report.queued_frames + report.dropped
            progress.update(
                task,
                completed=taken if frames else report.seconds,
                description=(
                    f"{taken} frames, {report.frames_per_second:.1f}/s, {report.megabytes_per_second:.0f} MB/s, "
                    f"queue {report.queued_bytes / 1e6:.0f} MB, lost {report.lost}"
                ),
            )

        yield show
