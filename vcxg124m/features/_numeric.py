"""Exact fits and nearest fits of numbers to a feature's limits and increment; computes only."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vcxg124m._backend import Limits

__all__ = ["describe", "fits", "nearest", "same"]

# Feature values travel as 32-bit or 64-bit floats; a 32-bit one keeps 24 bits, so 6e-8 of the value.
_RELATIVE = 1e-6


def same(asked: float, taken: float) -> bool:
    """Tell whether two readings of a float feature are the same value but for its storage."""
    return math.isclose(asked, taken, rel_tol=_RELATIVE, abs_tol=1e-12)


def fits(value: float, limits: Limits) -> bool:
    """Tell whether ``value`` lies within the limits and on the grid that starts at the minimum."""
    if isinstance(value, int):
        step = int(limits.increment or 1)
        return limits.minimum <= value <= limits.maximum and (value - int(limits.minimum)) % step == 0
    if not math.isfinite(value):
        return False
    inside = limits.minimum <= value <= limits.maximum
    if not (inside or same(value, limits.minimum) or same(value, limits.maximum)):
        return False
    if limits.increment is None or limits.increment <= 0:
        return True
    steps = (value - limits.minimum) / limits.increment
    return abs(steps - round(steps)) <= max(_RELATIVE, abs(steps) * 1e-12)


def nearest(value: float, limits: Limits) -> float:
    """Return the value on the grid within the limits that is nearest to ``value``; an int for an int."""
    clamped = min(max(value, limits.minimum), limits.maximum)
    step = limits.increment
    if step is None or step <= 0:
        return clamped
    steps = round((clamped - limits.minimum) / step)
    if limits.minimum + steps * step > limits.maximum:
        steps -= 1
    return limits.minimum + steps * step


def describe(limits: Limits, unit: str) -> str:
    """Say the limits in words: ``16 to 4096 px in steps of 16 px``."""
    suffix = f" {unit}" if unit else ""
    text = f"{_plain(limits.minimum)} to {_plain(limits.maximum)}{suffix}"
    if limits.increment is not None and limits.increment > 0 and limits.minimum != limits.maximum:
        text += f" in steps of {_plain(limits.increment)}{suffix}"
    return text


def _plain(number: float) -> str:
    if isinstance(number, int) or float(number).is_integer():
        return str(int(number))
    return f"{number:.9g}"
