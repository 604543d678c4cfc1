"""The command ``vcxg124m`` as a whole: its sub-commands, its general options, and how it ends."""

from __future__ import annotations

import importlib.metadata
import logging
import warnings
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from vcxg124m.cli import bench, cameras, doctor, features, grab, plan, record, view, virtual
from vcxg124m.cli.output import complain
from vcxg124m.errors import VcxgError


class _Commands(TyperGroup):
    """Ends a failed command with one message and an exit code instead of a traceback.

    Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 interrupted by Ctrl-C.
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  (Click's context, which Typer keeps in a place of its version)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise  # `vcxg124m list | head`: typer ends it quietly
        except (VcxgError, OSError) as error:
            if ctx.params["debug"]:
                raise
            complain(_sentence(error))
            raise typer.Exit(1) from None


def _sentence(error: Exception) -> str:
    """Return the message without ``[Errno 17]``, which tells the user of a command nothing."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _sentence_of_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, line: str | None = None
) -> str:
    """Return the message without the line of Python that warned."""
    del category, filename, lineno, line
    return f"vcxg124m: {message}\n"


class _ToTerminal(logging.Handler):
    """Shows what is logged to the person at the terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        complain(record.getMessage())


app = typer.Typer(
    cls=_Commands,
    help="Drive the Baumer VCXG-124M GigE Vision camera, or a virtual one.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("list")(cameras.list_cameras)
app.command("info")(cameras.info)
app.command("grab")(grab.grab)
app.command("record")(record.record)
app.command("plan")(plan.plan)
app.add_typer(features.app)
app.command("doctor")(doctor.doctor)
app.command("view")(view.view)
app.command("bench")(bench.bench)
app.command("force-ip")(cameras.force_ip)
app.command("virtual")(virtual.virtual)


def _print_version(value: bool) -> None:  # noqa: FBT001  (typer calls it so)
    if value:
        typer.echo(f"vcxg124m {importlib.metadata.version('vcxg124m')}")
        raise typer.Exit


@app.callback()
def _general(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    del version  # read by _print_version
    if not debug:  # what a user must know is in the error message
        logging.getLogger("vcxg124m").addHandler(logging.NullHandler())
        warnings.formatwarning = _sentence_of_warning
    logging.getLogger("vcxg124m.reconnection").addHandler(_ToTerminal(logging.WARNING))


def main() -> None:
    """Run the command line."""
    app(prog_name="vcxg124m")
