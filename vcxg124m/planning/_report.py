"""A plan as text for people: 80 columns are enough."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from vcxg124m.planning._text import number, seconds, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vcxg124m.planning._plan import Plan
    from vcxg124m.planning._sharing import LinkPlan

__all__ = ["link_text", "text"]


def text(plan: Plan) -> str:
    """Return a plan as table and list."""
    return "\n".join([title(plan), "", *_stages(plan), "", *_listed(_facts(plan)), *_told(plan.problems)])


def link_text(link: LinkPlan) -> str:
    """Return the plan of a shared link: a row for each camera."""
    width = max(len("CAMERA"), *(len(plan.name) for plan in link.plans))
    facts = {
        "link": f"{link.link_speed / 125_000:.0f} Mbit/s, {link.reserve:.0%} of it kept free; the cameras fill "
        f"{link.link_load:.1%}",
        "memory": f"{sum(plan.buffer_bytes for plan in link.plans) / 1e6:.4g} MB of buffers",
        "disk": f".raw {_disk(sum(plan.disk_raw for plan in link.plans))}; "
        f".tiff, .zarr, .h5 {_disk(sum(plan.disk_unpacked for plan in link.plans))}",
    }
    return "\n".join(
        [
            f"{'CAMERA':{width}}  FRAMES/S  ALONE  LIMITED BY  LIMIT B/S   DELAY NS   MB/S",
            *(
                f"{plan.name:{width}}  {number(plan.frame_rate_hz):>8}  {number(alone.frame_rate_hz):>5}"
                f"  {plan.limited_by:10}  {plan.throughput_limit:9.0f}  {plan.packet_delay_ns:9d}"
                f"  {plan.data_rate / 1e6:5.1f}"
                for plan, alone in zip(link.plans, link.alone, strict=True)
            ),
            "",
            *_listed(facts),
            *_told(link.problems),
        ]
    )


def _listed(facts: dict[str, str]) -> list[str]:
    return [line for name, fact in facts.items() for line in _wrapped(f"{name:10}", fact)]


def _told(problems: Sequence[str]) -> list[str]:
    return (
        ["", *(line for problem in problems for line in _wrapped("problem   ", problem))] if problems else []
    )


def _wrapped(first: str, text: str) -> list[str]:
    return textwrap.wrap(text, 79, initial_indent=first, subsequent_indent=" " * 10, break_on_hyphens=False)


def _stages(plan: Plan) -> list[str]:
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
        f"{stage:10}  {number(rate):>8}  {seconds(1 / rate):>9}  {why[stage]}"
        + ("  <- limits" if stage == plan.limited_by else "")
        for stage, rate in plan.stage_rates_hz.items()
    ]
    return [f"{'STAGE':10}  {'FRAMES/S':>8}  {'INTERVAL':>9}", *rows]


def _facts(plan: Plan) -> dict[str, str]:
    lost = ""
    if plan.triggered and plan.trigger_rate_hz and not plan.keeps_rate:
        lost = f", {1 - plan.frame_rate_hz / plan.trigger_rate_hz:.0%} of the triggers give none"
    elif plan.triggered and not plan.trigger_rate_hz:
        lost = " at most"
    return {
        "arrives": f"{number(plan.frame_rate_hz)} frames/s{lost}",
        "latency": f"{seconds(plan.prediction.latency_s)} from the start of an exposure to its last packet",
        "data": f"{plan.data_rate / 1e6:.4g} MB/s of images, {plan.wire_rate / 1e6:.4g} MB/s on the wire: "
        f"{plan.link_load:.1%} of {plan.link_speed / 125_000:.0f} Mbit/s",
        "packets": f"{plan.packet_size} bytes, delay {plan.packet_delay_ns} ns, "
        f"throughput limit {plan.throughput_limit:.0f} B/s",
        "memory": f"{plan.buffers} buffers of {plan.payload_bytes / 1e6:.4g} MB = {plan.buffer_bytes / 1e6:.4g} MB; "
        f"an array takes {plan.array_bytes / 1e6:.4g} MB",
        "disk": f".raw {_disk(plan.disk_raw)}; .tiff, .zarr, .h5 {_disk(plan.disk_unpacked)}",
    }


def _disk(rate: float) -> str:
    return f"{rate / 1e6:.3g} MB/s ({rate * 3.6e-6:.3g} GB/h)"
