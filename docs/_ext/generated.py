"""Parts of pages that are made from the code: the data sheet's rows, the errors, options of the command line, rates.

A page has a comment line where the part belongs, ``% generated: rows S``. A name that is not known ends the build.
"""

from __future__ import annotations

import importlib
import inspect
import re
import types
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from typer.main import get_command
from vcxg_testing import coverage, planned

import vcxg124m as vcx
from vcxg124m import errors
from vcxg124m.cli.app import app as command_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_MARK = re.compile(r"^% generated: (\w+) ?(.*)$", re.MULTILINE)
_METAVARS: dict[object, str] = {int: "N", float: "NUMBER", str: "TEXT", Path: "PATH"}


def rows(group: str) -> str:
    """Return what stands for each row of one group of the data sheet."""
    return coverage.as_markdown([row for row in coverage.rows() if row.id[0] == group])


def raised(_: str) -> str:
    """Return a table of all errors and warnings: when each is raised, and what to do then."""
    lines = ["| error | when | what to do |", "|---|---|---|"]
    for kind in _in_order_of_text(errors):
        name = kind.__name__
        if kind in {errors.VcxgError, errors.VcxgWarning} or not issubclass(kind, Exception):
            continue
        meaning, _, remedy = (inspect.getdoc(kind) or "").partition("\n\nRemedy: ")
        if not remedy:
            raise ValueError(f"{name} says no remedy in its docstring")
        built_in = next(base for base in kind.__mro__ if base.__module__ == "builtins")
        when = re.sub(r"^(Raised|Issued) when ", "", meaning)
        called = f"{{py:class}}`~vcxg124m.{name}`<br>({built_in.__name__})"
        cells = called, when, remedy.partition("\n\n")[0]
        lines.append(f"| {' | '.join(_line(cell) for cell in cells)} |")
    return "\n".join(lines)


def classes(module: str) -> str:
    """Return the entries of all public classes of a module of ``vcxg124m`` in the order of its text."""
    public = _in_order_of_text(importlib.import_module(f"vcxg124m.{module}"))
    shown = ["   :members:", "   :undoc-members:" if module == "enums" else "   :show-inheritance:"]
    entries = [line for kind in public for line in (f".. autoclass:: {kind.__name__}", *shown)]
    return "\n".join(["```{eval-rst}", ".. currentmodule:: vcxg124m", "", *entries, "```"])


def options(command: str) -> str:
    """Return a table of the arguments and options of one command; of the program itself without a name."""
    found = dict(commands())
    if command not in found:
        raise ValueError(f"vcxg124m has no command {command!r}: {', '.join(found)}")
    hints = typing.get_type_hints(found[command].callback)
    lines = ["| option | |", "|---|---|"]
    for each in found[command].params:
        if each.hidden or each.name == "help":
            continue
        metavar = _line(each.metavar or _METAVARS.get(_plain(hints.get(each.name)), ""))
        spelling = (
            [f"`{metavar}`"]
            if each.param_type_name == "argument"
            else [
                f"`{name}{f' {metavar}' if metavar else ''}`" for name in (*each.opts, *each.secondary_opts)
            ]
        )
        has_default = (
            each.default not in (None, False, (), []) and each.show_default and not callable(each.default)
        )
        default = f" Default: `{each.default}`." if has_default else ""
        lines.append(f"| {', '.join(spelling)} | {_line(each.help or '')}{default} |")
    return "\n".join(lines)


def commands(command: Any = None, name: str = "") -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (typer's own class)
    """Yield every command that does something, by its words: ``grab``, ``features get``; the program is ````."""
    command = command or get_command(command_line)
    inner = getattr(command, "commands", {})
    if not inner or not name:
        yield name, command
    for word, each in inner.items():
        yield from commands(each, f"{name} {word}".strip())


def _in_order_of_text(module: types.ModuleType) -> list[type]:
    """Return the classes of a module that are public in ``vcxg124m``."""
    public = [getattr(module, name) for name in module.__all__ if name in vcx.__all__]
    return sorted(public, key=lambda kind: inspect.getsourcelines(kind)[1])


def _plain(hint: object) -> object:
    """Return ``int`` of ``int | None``."""
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        (hint,) = (kind for kind in typing.get_args(hint) if kind is not type(None))
    return hint


def _line(text: str) -> str:
    """Return text for a cell of a table: one line, with code as Markdown has it."""
    return re.sub(r"\s+", " ", text.replace("``", "`")).replace("|", "\\|").strip()


_PARTS: dict[str, Callable[[str], str]] = {
    "rows": rows,
    "errors": raised,
    "classes": classes,
    "options": options,
    "rates": planned.as_markdown,
}


def _fill_in(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = _MARK.sub(lambda mark: _PARTS[mark[1]](mark[2].strip()), source[0])


def _always_read(_: Sphinx, env: BuildEnvironment, *__: object) -> list[str]:
    """Name the pages with generated parts: what these are made from is more than the page's file."""
    return [
        name
        for name in env.found_docs
        if (page := Path(env.doc2path(name))).suffix == ".md"
        and _MARK.search(page.read_text(encoding="utf-8"))
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Fill in the parts before a page is parsed."""
    app.connect("source-read", _fill_in)
    app.connect("env-get-outdated", _always_read)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
