"""Numbers, times and settings as words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vcxg124m.planning._plan import Plan

__all__ = ["number", "seconds", "title"]


def title(plan: Plan) -> str:
    """Return the settings of a plan in a line."""
    start = "free running"
    if plan.triggered:
        rate = plan.trigger_rate_hz
        start = "triggered" if rate is None else f"triggered at {number(rate)} Hz"
    parts = [
        f"{plan.width}x{plan.height} {plan.pixel_format}",
        f"exposure {seconds(plan.exposure_s)}",
        "sequential" if plan.sequential else "overlapped",
        start,
    ]
    return f"{plan.name}: {', '.join(parts)}" if plan.name else ", ".join(parts)


def number(value: float) -> str:
    """Return a number with four digits."""
    return f"{value:.4g}"


def seconds(value: float) -> str:
    """Return a time in the unit that suits it."""
    for factor, unit in ((1.0, "s"), (1e3, "ms")):
        if value * factor >= 1.0:
            return f"{value * factor:.4g} {unit}"
    return f"{value * 1e6:.4g} us"
