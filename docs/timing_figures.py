"""Draws the timing diagrams of the explanation; called when the documentation is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl

import vcxg124m as vcx

if TYPE_CHECKING:
    from pathlib import Path

PLANS = {
    "overlapped": vcx.plan(width=1024, height=1024, exposure_us=15_000),
    "sequential": vcx.plan(width=1024, height=1024, exposure_us=15_000, readout_mode="Sequential"),
    "exposure": vcx.plan(width=1024, height=1024, exposure_us=40_000),
    "link": vcx.plan(),
    "triggered": vcx.plan(trigger_rate_hz=8),
    "not-sent": vcx.plan(trigger_rate_hz=14),
    "skipped": vcx.plan(width=1024, height=1024, exposure_us=15_000, trigger_rate_hz=60),
}


def draw(folder: Path) -> None:
    """Write ``timing-NAME.svg`` for each plan."""
    with mpl.rc_context({"svg.hashsalt": "vcxg124m"}):
        for name, plan in PLANS.items():
            plan.figure().savefig(folder / f"timing-{name}.svg", metadata={"Date": None})
