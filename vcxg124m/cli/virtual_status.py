"""What virtual cameras do, as lines for a person."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from vcxg124m.virtual import VirtualCamera


@dataclass
class _Line:
    camera: VirtualCamera
    at: float
    now: dict[str, Any]
    frames_per_s: float = 0.0
    megabytes_per_s: float = 0.0

    def update(self) -> None:
        """Ask the camera, and find the rates since the last time."""
        statistics, at = self.camera.statistics(), time.monotonic()
        passed = at - self.at
        self.frames_per_s = (statistics["blocks_sent"] - self.now["blocks_sent"]) / passed
        self.megabytes_per_s = (statistics["bytes_sent"] - self.now["bytes_sent"]) / passed / 1e6
        self.at, self.now = at, statistics

    def cells(self) -> list[str]:
        """Return the line's columns."""
        now = self.now
        return [
            self.camera.serial_number,
            self.camera.ip,
            (now["controller"] or "free").partition(":")[0],
            str(now["blocks_sent"]),
            f"{self.frames_per_s:.1f}",
            f"{self.megabytes_per_s:.1f}",
            str(now["events_sent"]),
            _losses(now),
        ]


def _losses(now: dict[str, Any]) -> str:
    """Return what has been lost, by its cause; a dash for nothing."""
    kinds = {
        "frames": now["frames_skipped"],
        "triggers": now["triggers_skipped"],
        "packets": now["packets_dropped"] + now["packets_refused"],
        "events": now["events_lost"],
    }
    return ", ".join(f"{number} {kind}" for kind, number in kinds.items() if number) or "-"


class Status:
    """A table with a line for each camera."""

    def __init__(self, cameras: Sequence[VirtualCamera]) -> None:
        self._lines = [_Line(camera, time.monotonic(), camera.statistics()) for camera in cameras]

    def update(self) -> None:
        """Ask every camera.

        Raises
        ------
        ConnectionError
            The process of one is gone.
        """
        for line in self._lines:
            line.update()

    def table(self) -> Table:
        """Return the table."""
        table = Table(box=None, padding=(0, 1, 0, 0))  # fits into 80 columns with the longest addresses
        for title in ("serial", "ip", "controller"):
            table.add_column(title)
        for title in ("frames", "frames/s", "MB/s", "events"):
            table.add_column(title, justify="right")
        table.add_column("lost")
        for line in self._lines:
            table.add_row(*line.cells())
        return table
