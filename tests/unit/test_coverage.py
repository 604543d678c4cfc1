"""Every row of the data sheet has something in the API, a node or a constant, and a test."""

from __future__ import annotations

import re

import pytest
import tomlkit
from vcxg_testing import coverage


@pytest.fixture
def table() -> dict[str, object]:
    return tomlkit.parse(coverage.TABLE.read_text(encoding="utf-8")).unwrap()


def test_no_cell_of_the_table_is_empty() -> None:
    rows = coverage.rows()
    assert len(rows) == 68
    page = coverage.as_markdown(rows)
    assert re.findall(r"^## ([SAPTQMNEW]\d+) \S", page, re.MULTILINE) == [row.id for row in rows]
    cells = re.findall(r"^\| (values|Python|nodes|tests) \|(.*)\|$", page, re.MULTILINE)
    assert len(cells) == 4 * len(rows)
    assert all(cell.strip() for _, cell in cells)


def test_a_name_leads_to_where_the_reference_has_it() -> None:
    page = coverage.as_markdown([row for row in coverage.rows() if row.id == "T11"])
    assert "`cam.debouncer[...].high_time_us <vcxg124m.features.lines.Debouncer.high_time_us>`" in page


def test_a_row_takes_features_nodes_and_tests_from_where_they_name_it() -> None:
    [exposure] = [row for row in coverage.rows() if row.id == "P1"]
    assert exposure.api == ("cam.exposure.time_us", "cam.exposure.short_exposure")
    assert exposure.nodes == ("ExposureTime", "ShortExposureTimeEnable")
    assert any(test.rpartition("::")[2].startswith("test_p1_") for test in exposure.tests)


def test_a_row_that_nothing_is_said_of_is_missed(table: dict[str, object]) -> None:
    del table["W9"]
    with pytest.raises(coverage.CoverageError, match="W9 has no fact\nW9 has no test"):
        coverage.rows(table)


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"api": ["cam.trigger.fier"]}, "T1: there is no cam.trigger.fier"),
        ({"api": ["vcx.Cammera"]}, "T1: there is no vcx.Cammera"),
        ({"tests": ["tests/unit/test_coverage.py::test_gone"]}, "T1: there is no test .*test_gone"),
    ],
)
def test_a_name_that_is_nowhere_is_told(
    table: dict[str, object], entry: dict[str, object], message: str
) -> None:
    with pytest.raises(coverage.CoverageError, match=message):
        coverage.rows(table | {"T1": {"fact": "Trigger mode", **entry}})


def test_a_row_that_the_data_sheet_has_not_is_told(table: dict[str, object]) -> None:
    with pytest.raises(coverage.CoverageError, match="X1 is no row of the data sheet"):
        coverage.rows(table | {"X1": {"fact": "?"}})
