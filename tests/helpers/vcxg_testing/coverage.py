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
SHOWN_TESTS = 4

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
    """Return the reference page."""
    lines = [
        "# Data sheet",
        "",
        "What stands for each row of the VCXG-124M's data sheet: in Python, in the camera's description, and in the "
        "tests. Rows without a node are constants in `vcxg124m.datasheet`; `vcxg124m info` shows those of the sensor, "
        "of the supply and of the wiring. This page is generated, and a row without an entry fails the build.",
        "",
        "| row | what | API | nodes | tests |",
        "|---|---|---|---|---|",
    ]
    for row in found:
        tests = [f"`{test.rpartition('::')[2]}`" for test in row.tests[:SHOWN_TESTS]]
        more = len(row.tests) - SHOWN_TESTS
        cells = (
            row.id,
            row.fact,
            ", ".join(f"`{name}`" for name in row.api),
            ", ".join(name if name == NO_NODE else f"`{name}`" for name in row.nodes),
            ", ".join(tests) + (f" and {more} more" if more > 0 else ""),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


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
