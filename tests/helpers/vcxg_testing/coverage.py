"""Which feature, node and test stand for each row of the data sheet.

Features name their rows (``sheet="P1"``), constants do (``datasheet.entries``), and tests do by their names
(``test_p1_...``). ``docs/reference/data-sheet-rows.toml`` says the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, cast

import tomlkit

import vcxg124m as vcx
from vcxg124m import configuration, datasheet
from vcxg124m.clock import Clock
from vcxg124m.events import Events
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features.memory import CustomData, UserSets
from vcxg124m.sequencer import Sequencer

ROOT = Path(__file__).parents[3]
TABLE = ROOT / "docs" / "reference" / "data-sheet-rows.toml"
NO_NODE = "none"

_GROUPS: dict[str, type[FeatureGroup]] = {
    "custom_data": CustomData,
    "events": Events,
    "sequencer": Sequencer,
    "user_sets": UserSets,
    **{
        name: type(group)
        for name, group in configuration.groups_of(cast("Any", None)).items()
        if isinstance(group, FeatureGroup)
    },
}
_TEST = re.compile(r"^ *(?:async )?def (test_\w+)", re.MULTILINE)
_ROW = re.compile(r"[saptqmnew]\d+")


class CoverageError(Exception):
    """A row of the data sheet that nothing stands for, or a name in the table that is nowhere."""


@dataclass(frozen=True)
class Row:
    """One row of the data sheet with everything that stands for it."""

    id: str
    fact: str
    api: tuple[str, ...]
    nodes: tuple[str, ...]
    tests: tuple[str, ...]


def rows(table: dict[str, Any] | None = None) -> list[Row]:
    """Return every row of the data sheet.

    Raises
    ------
    CoverageError
        Lists what is missing, and what the table names that there is not.
    """
    given = tomlkit.parse(TABLE.read_text(encoding="utf-8")).unwrap() if table is None else table
    wanted = list(dict.fromkeys(row for entry in datasheet.entries() for row in entry.rows))
    written, named = _tests_of_the_tree()
    problems = [f"{row} is no row of the data sheet" for row in given if row not in wanted]
    found: list[Row] = []
    for row in sorted(wanted, key=lambda row: ("SAPTQMNEW".index(row[0]), int(row[1:]))):
        said = given.get(row, {})
        api = tuple(said.get("api", ()))
        problems += [f"{row}: there is no {name}" for name in api if not _exists(name)]
        tests = tuple(dict.fromkeys((*said.get("tests", ()), *named.get(row, ()))))
        problems += [f"{row}: there is no test {test}" for test in tests if test not in written]
        features, nodes = _features(row)
        problems += [f"{row} has no fact"] * (not said.get("fact"))
        problems += [f"{row} has no test"] * (not tests)
        found.append(
            Row(
                row,
                said.get("fact", ""),
                (*api, *features) or _constants(row),
                tuple(dict.fromkeys((*nodes, *said.get("node", ())))) or (NO_NODE,),
                tests,
            )
        )
    if problems:
        raise CoverageError("\n".join([f"{TABLE.name} does not cover the data sheet:", *problems]))
    return found


def as_markdown(found: list[Row]) -> str:
    """Return sections of a page of the documentation, one a row; names in Python are links into the reference."""
    return "\n".join(line for row in found for line in _section(row))


def _section(row: Row) -> list[str]:
    modules: dict[str, list[str]] = {}
    for test in row.tests:
        path, _, name = test.rpartition("::")
        modules.setdefault(path, []).append(f"`{name}`")
    cells = {
        "values": "<br>".join(
            f"`{entry.name}` {_shown(entry.value)}" for entry in datasheet.entries() if row.id in entry.rows
        ),
        "Python": ", ".join(dict.fromkeys(map(_link, row.api))),
        "nodes": ", ".join(name if name == NO_NODE else f"`{name}`" for name in row.nodes),
        "tests": "<br>".join(f"{path}: {', '.join(names)}" for path, names in modules.items()),
    }
    return [
        f"({row.id.lower()})=",
        f"## {row.id} {row.fact}",
        "",
        "| | |",
        "|---|---|",
        *(f"| {title} | {cell} |" for title, cell in cells.items()),
        "",
    ]


def _shown(value: object) -> str:
    """Return a constant of the data sheet in words."""
    if isinstance(value, tuple):
        between = "<br>" if isinstance(value[0], (datasheet.FullScan, datasheet.PartialScan)) else ", "
        return between.join(map(_shown, value))
    if isinstance(value, datasheet.FullScan):
        binned = f"{value.binning_horizontal}x{value.binning_vertical}"
        return f"{binned}: {value.width}x{value.height} at {value.interface_rate_hz} Hz"
    if isinstance(value, datasheet.PartialScan):
        return f"{value.width}x{value.height}: {value.sensor_rate_hz} Hz, {value.interface_rate_hz} Hz over the link"
    if isinstance(value, datasheet.Range):
        step = "" if value.increment is None else f" in steps of {value.increment:g}"
        return f"{value.minimum:.9g} to {value.maximum:.9g}{step}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _link(name: str) -> str:
    """Return a reference to where the documentation has what is called ``cam.group.member`` or ``vcx.Name.member``."""
    root, *way = name.split(".")
    if root == "cam":
        group, _, member = ".".join(way).rpartition(".")
        kind = _kinds()[group]
        return f"{{py:obj}}`{name} <{kind.__module__}.{kind.__qualname__}.{member}>`"
    if way[0] == "datasheet":
        return f"constants in `{name.rpartition('.')[0]}`"
    return f"{{py:obj}}`{name} <vcxg124m.{'.'.join(way)}>`"


def _kinds() -> dict[str, type]:
    """Return the class of each group by its name from the camera on; groups by line or number as ``lines[...]``."""
    kinds: dict[str, type] = {**_GROUPS, "clock": Clock}
    for name, group in configuration.groups_of(cast("Any", None)).items():
        if isinstance(group, FeatureGroup):
            kinds[name] = type(group)
        else:
            kinds[f"{name}[...]"] = type(next(iter(group.values())))
    return kinds


def _features(row: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names from the camera on and nodes of the features that name this row."""
    own = {
        f"{group}.{name}": feature
        for group, kind in _GROUPS.items()
        for name, feature in kind.features().items()
    }
    every = {**configuration.all_rows(), **own}
    ours = {name: feature for name, feature in every.items() if row in feature.sheet.split()}
    names = dict.fromkeys(f"cam.{re.sub(r'[.](Line[0-9]|[0-9])[.]', '[...].', name)}" for name in ours)
    return tuple(names), tuple(dict.fromkeys(feature.name for feature in ours.values()))


def _constants(row: str) -> tuple[str, ...]:
    return tuple(
        f"vcx.datasheet.{entry.chapter.upper()}.{entry.name}"
        for entry in datasheet.entries()
        if row in entry.rows
    )


def _exists(name: str) -> bool:
    """Tell whether ``vcx.A.b`` or ``cam.group.member`` is there."""
    root, *way = name.split(".")
    start: object = vcx
    if root == "cam":
        start, way = {**_GROUPS, "clock": Clock}.get(way[0]), way[1:]
    try:
        reduce(getattr, way, start)
    except AttributeError:
        return False
    return start is not None


def _tests_of_the_tree() -> tuple[set[str], dict[str, list[str]]]:
    """Return all tests, and those that name rows, system tests first."""
    written: set[str] = set()
    named: dict[str, list[str]] = {}
    for path in sorted(
        (ROOT / "tests").rglob("test_*.py"), key=lambda path: ("system" not in path.parts, path)
    ):
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            test = f"{path.relative_to(ROOT).as_posix()}::{name}"
            written.add(test)
            for part in name.split("_")[1:]:
                if not _ROW.fullmatch(part):
                    break
                named.setdefault(part.upper(), []).append(test)
    return written, named
