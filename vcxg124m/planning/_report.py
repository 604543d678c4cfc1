"""A plan for people to read: as text, for which 80 columns are enough, and as HTML for notebooks."""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vcxg124m import _html
from vcxg124m.planning._text import number, seconds, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vcxg124m.planning._plan import Plan
    from vcxg124m.planning._sharing import LinkPlan

__all__ = ["of_link", "of_plan"]

_INDENT = 10


@dataclass(frozen=True)
class Report:
    """A table, some facts, and what is wrong.

    Attributes
    ----------
    title
        Stands above it; may be empty.
    head, align
        Names of the columns, and "<" or ">" for each.
    rows
        Texts.
    facts
        By name.
    problems
        Sentences.
    """

    title: str
    head: tuple[str, ...]
    align: str
    rows: Sequence[tuple[str, ...]]
    facts: dict[str, str]
    problems: Sequence[str]

    def text(self) -> str:
        """Return it for a terminal."""
        table = [tuple(name.upper() for name in self.head), *self.rows]
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        blocks = [
            [self.title],
            [
                "  ".join(
                    f"{cell:{side}{width}}" for cell, side, width in zip(row, self.align, widths, strict=True)
                ).rstrip()
                for row in table
            ],
            [line for name, fact in self.facts.items() for line in _wrapped(name, fact)],
            [line for problem in self.problems for line in _wrapped("problem", problem)],
        ]
        return "\n\n".join("\n".join(block) for block in blocks if any(block))

    def html(self) -> _html.Html:
        """Return it for a notebook."""
        return _html.Html(
            _html.table(self.rows, caption=self.title, head=self.head)
            + _html.table(self.facts.items())
            + "".join(map(_html.warning, self.problems))
        )


def of_plan(plan: Plan) -> Report:
    """Return the report of one camera: a row for each stage."""
    why = {
        "sensor": f"exposure, then readout ({seconds(plan.readout_s)})"
        if plan.sequential
        else "readout of the rows",
        "exposure": "exposure and a pause before the next",
        "link": f"{plan.packets} packets of {plan.packet_size} bytes",
        "frame rate": "set in the camera",
        "trigger": "as the triggers come",
    }
    rows = [
        (stage, number(rate), seconds(1 / rate), why[stage] + "  <- limits" * (stage == plan.limited_by))
        for stage, rate in plan.stage_rates_hz.items()
    ]
    return Report(
        title(plan),
        ("stage", "frames/s", "interval", "because of"),
        "<>><",
        rows,
        _facts(plan),
        plan.problems,
    )


def of_link(link: LinkPlan) -> Report:
    """Return the report of a shared link: a row for each camera."""
    rows = [
        (
            plan.name,
            number(plan.frame_rate_hz),
            number(alone.frame_rate_hz),
            plan.limited_by,
            f"{plan.throughput_limit:.0f}",
            str(plan.packet_delay_ns),
            f"{plan.data_rate / 1e6:.1f}",
        )
        for plan, alone in zip(link.plans, link.alone, strict=True)
    ]
    raw, unpacked = (
        sum(getattr(plan, name) for plan in link.plans) for name in ("disk_raw", "disk_unpacked")
    )
    facts = {
        "link": f"{link.link_speed / 125_000:.0f} Mbit/s, {link.reserve:.0%} of it kept free; the cameras fill "
        f"{link.link_load:.1%}",
        "memory": f"{sum(plan.buffer_bytes for plan in link.plans) / 1e6:.4g} MB of buffers",
        "disk": _disk(raw, unpacked),
    }
    head = ("camera", "frames/s", "alone", "limited by", "limit B/s", "delay ns", "MB/s")
    return Report("", head, "<>><>>>", rows, facts, link.problems)


def _facts(plan: Plan) -> dict[str, str]:
    lost = ""
    if plan.triggered and plan.trigger_rate_hz and not plan.keeps_rate:
        lost = f", {1 - plan.frame_rate_hz / plan.trigger_rate_hz:.0%} of the triggers give none"
    elif plan.triggered and not plan.trigger_rate_hz:
        lost = " at most"
    facts = {
        "arrives": f"{number(plan.frame_rate_hz)} frames/s{lost}",
        "latency": f"{seconds(plan.prediction.latency_s)} from the start of an exposure to its last packet",
        "data": f"{plan.data_rate / 1e6:.4g} MB/s of images",
    }
    if math.isfinite(plan.link_speed):
        facts["data"] += (
            f", {plan.wire_rate / 1e6:.4g} MB/s on the wire: "
            f"{plan.link_load:.1%} of {plan.link_speed / 125_000:.0f} Mbit/s"
        )
        facts["packets"] = (
            f"{plan.packet_size} bytes, delay {plan.packet_delay_ns} ns, "
            f"throughput limit {plan.throughput_limit:.0f} B/s"
        )
    return {
        **facts,
        "memory": f"{plan.buffers} buffers of {plan.payload_bytes / 1e6:.4g} MB = {plan.buffer_bytes / 1e6:.4g} MB; "
        f"an array takes {plan.array_bytes / 1e6:.4g} MB",
        "disk": _disk(plan.disk_raw, plan.disk_unpacked),
    }


def _disk(raw: float, unpacked: float) -> str:
    raw_file, others = (f"{rate / 1e6:.3g} MB/s ({rate * 3600 / 1e9:.3g} GB/h)" for rate in (raw, unpacked))
    return f".raw {raw_file}; .tiff, .zarr, .h5 {others}"


def _wrapped(name: str, text: str) -> list[str]:
    return textwrap.wrap(
        text, 79, initial_indent=f"{name:{_INDENT}}", subsequent_indent=" " * _INDENT, break_on_hyphens=False
    )
