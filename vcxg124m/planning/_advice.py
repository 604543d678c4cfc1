"""Why a rate is not kept, and what would help."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vcxg124m.datasheet import NETWORK
from vcxg124m.planning import _timing
from vcxg124m.planning._text import seconds

if TYPE_CHECKING:
    from vcxg124m.planning._plan import Plan

__all__ = ["TOLERANCE", "problems"]

# A rate that is missed by less than this counts as kept: registers round, and so do people.
TOLERANCE = 1.005


def problems(plan: Plan) -> tuple[str, ...]:
    """Return what is wrong with the rate that a plan asks for, a sentence for each stage that does not allow it."""
    wanted = plan.wanted_rate_hz
    if wanted is None or plan.keeps_rate:
        return ()
    asked = "Triggers come at" if plan.triggered else "The frame rate is set to"
    remedies = {
        "sensor": _sensor(plan, 1 / wanted),
        "exposure": _exposure(1 / wanted),
        "link": _link(plan, 1 / wanted),
    }
    return tuple(
        f"{asked} {wanted:.4g} Hz, but the {stage} allows {rate:.4g}: {remedies[stage]}."
        for stage, rate in plan.stage_rates_hz.items()
        if stage in remedies and rate * TOLERANCE < wanted
    )


def _sensor(plan: Plan, interval: float) -> str:
    overlapped = max(plan.readout_s, plan.exposure_s + _timing.TRIGGER_DELAY_S)
    if plan.sequential and overlapped <= interval:
        return "set ReadoutMode to Overlapped"
    rows = _timing.readout_rows(interval - (plan.exposure_s if plan.sequential else 0.0))
    if rows < 1:
        return (
            f"an exposure and a readout do not fit into {seconds(interval)}"
            if plan.sequential
            else "no region is read as fast"
        )
    return f"read at most {rows} rows of the sensor; width and binning do not help"


def _exposure(interval: float) -> str:
    longest = math.floor((interval - _timing.TRIGGER_DELAY_S) * 1e6)
    return f"expose for at most {longest} us" if longest > 0 else "no exposure is as short"


def _link(plan: Plan, interval: float) -> str:
    whole = NETWORK.throughput_limit_max_bytes_per_s
    ways = [
        text
        for holds, text in (
            (plan.link_speed < whole, "a cable and a switch for 1000 Mbit/s"),
            (plan.throughput_limit < plan.link_speed, "a higher throughput limit"),
            (plan.packet_delay_ns > 0, "a smaller packet delay"),
            (plan.packet_size < NETWORK.packet_size.maximum, "larger packets (jumbo frames, MTU 9000)"),
            (plan.pixel_format == "Mono12", "Mono12p, which is as precise"),
            (plan.pixel_format in {"Mono10", "Mono12p"}, "Mono8"),
        )
        if holds
    ]
    spent = plan.packets * plan.packet_delay_ns * 1e-9
    room = max(0.0, interval - spent) / (plan.prediction.transfer_s - spent)
    smaller = f"at most {room * plan.payload_bytes / 1e6:.3g} MB a frame (now {plan.payload_bytes / 1e6:.3g})"
    return ", or ".join([*ways, f"a smaller region or binning: {smaller}"])
