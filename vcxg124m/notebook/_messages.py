"""What the notebook's side may say, as records: anything else is no message."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

__all__ = ["Message", "Ready", "Run", "Set", "parse"]

_SETTINGS = {"exposure.time_us", "gain.db"}


@dataclass(frozen=True)
class Ready:
    """The picture of before was drawn, and somebody sees it: the next one may come."""


@dataclass(frozen=True)
class Set:
    """A slider was moved."""

    name: str
    value: float


@dataclass(frozen=True)
class Run:
    """Go on, or stop."""

    wanted: bool


Message = Ready | Set | Run


def parse(content: object) -> Message | None:
    """Return the message; None for what is none, as that of another version's notebook."""
    if not isinstance(content, dict):
        return None
    match cast("dict[object, object]", content):
        case {"say": "ready"}:
            return Ready()
        case {"say": "run", "wanted": bool(wanted)}:
            return Run(wanted)
        case {"say": "set", "name": str(name), "value": float(value) | int(value)} if name in _SETTINGS:
            return Set(name, float(value)) if math.isfinite(value) and not isinstance(value, bool) else None
        case _:
            return None
