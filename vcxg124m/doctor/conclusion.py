"""Concludes a diagnosis from facts: every check in its order. Computes only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.doctor import flow, reach
from vcxg124m.doctor.finding import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m.doctor.facts import Facts
    from vcxg124m.doctor.finding import Check

__all__ = ["conclude"]

_CHECKS: dict[str, Callable[[Facts], Check | None]] = {
    "producer": reach.producer,
    "network": reach.network,
    "camera": reach.camera,
    "packet size": flow.packet_size,
    "socket buffer": flow.socket_buffer,
    "planned load": flow.load,
    "temperature": flow.temperature,
    "stream": flow.stream,
    "computer": flow.computer,
}


def conclude(facts: Facts) -> Diagnosis:
    """Return what is wrong by these facts."""
    checks = {subject: check(facts) for subject, check in _CHECKS.items()}
    return Diagnosis(
        checks=tuple(check for check in checks.values() if check is not None),
        not_checked=tuple(subject for subject, check in checks.items() if check is None),
        facts=facts,
    )
