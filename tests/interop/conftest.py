"""The table at the end of the run: which consumer got on with which device, and why some did not meet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from rich.console import Console
from rich.table import Table

DEVICES = ("virtual VCXG-124M", "Aravis's fake camera", "viva-genicam's fake camera")

NOT_TRIED = {
    "Aravis's GenTL backend": "new in Aravis 0.9; packages are older: Debian 12 has 0.8.26, PyPI 0.8.31",
    "ids_peak": "takes the producers of its own maker alone, and says so before it calls one",
}
"""Consumers of GenTL producers that cannot be asked, and why."""


@dataclass
class Meeting:
    """What became of the tests of a consumer with a device."""

    outcomes: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in self.outcomes.items())
        return "; ".join([counts, *dict.fromkeys(self.notes)])


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "meets(consumer, device): the cell of the table that a test belongs to"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if mark := item.get_closest_marker("meets"):
            item.user_properties.append(("meets", mark.args))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    meetings: dict[tuple[str, str], Meeting] = defaultdict(Meeting)
    for outcome in ("passed", "failed", "error", "skipped"):
        for report in terminalreporter.stats.get(outcome, []):
            properties = dict(getattr(report, "user_properties", ()))  # a file that fails to load has none
            if "meets" not in properties:
                continue
            meeting = meetings[properties["meets"]]
            own = properties.get("own tests")  # a suite counts its own
            for what, count in (own or {outcome: 1}).items():
                meeting.outcomes[what] += count
            if outcome == "skipped":
                meeting.notes.append(report.longrepr[2].removeprefix("Skipped: "))
            meeting.notes += [properties["note"]] if "note" in properties else []
    if not meetings:
        return
    table = Table(
        "consumer", *DEVICES, title="Consumers of the producer, and devices behind it", show_lines=True
    )
    for consumer in dict.fromkeys(consumer for consumer, _ in meetings):
        table.add_row(consumer, *(str(meetings.get((consumer, device), "-")) for device in DEVICES))
    for consumer, reason in NOT_TRIED.items():
        table.add_row(consumer, f"not tried: {reason}", "-", "-")
    terminalreporter.ensure_newline()
    Console(file=terminalreporter._tw._file, width=120).print(table)
