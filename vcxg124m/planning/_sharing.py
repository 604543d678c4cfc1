"""Several cameras on one link: what each may send, so that all of it arrives."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from vcxg124m.datasheet import Range
from vcxg124m.errors import FeatureValueError
from vcxg124m.planning import _report, _timing
from vcxg124m.planning._checks import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vcxg124m.planning._plan import Plan

__all__ = ["LinkPlan", "piled_up", "plan_link", "share_link"]

# A camera gets a little more than its rate takes, so that a trigger that comes early finds the link free.
_HEADROOM = 1.02

Means = Literal["throughput_limit", "packet_delay"]


class _Camera(Protocol):
    """What :class:`vcxg124m.Camera` has."""

    def plan(self) -> Plan: ...

    def configure(self, settings: Mapping[str, object], *, nearest: bool) -> dict[str, object]: ...


@dataclass(frozen=True)
class LinkPlan:
    """What each camera on a shared link may send; made by :func:`plan_link`. It prints as a table.

    Attributes
    ----------
    plans
        Of each camera, with the throughput limit and the packet delay that it is to have.
    alone
        Of each camera, if it had the link for itself.
    link_speed
        Of the shared link in bytes per second.
    reserve
        Part of it that is kept free, 0 to 1.
    """

    plans: tuple[Plan, ...]
    alone: tuple[Plan, ...]
    link_speed: float
    reserve: float

    def __str__(self) -> str:
        return _report.of_link(self).text()

    def _repr_html_(self) -> str:
        return _report.of_link(self).html()

    @property
    def wire_rate(self) -> float:
        """Bytes per second that all cameras together put on the wire."""
        return sum(plan.wire_rate for plan in self.plans)

    @property
    def link_load(self) -> float:
        """Part of the link that they fill."""
        return self.wire_rate / self.link_speed

    @property
    def problems(self) -> tuple[str, ...]:
        """Which camera does not get the rate that is asked of it, and what would help; a sentence each."""
        short = [
            (plan, alone) for plan, alone in zip(self.plans, self.alone, strict=True) if not plan.keeps_rate
        ]
        told = tuple(
            f"{plan.name}: {plan.wanted_rate_hz:.4g} Hz are asked for, its part of the link gives "
            f"{plan.possible_rate_hz:.4g}."
            if alone.keeps_rate
            else f"{plan.name}: {alone.problems[0]}"
            for plan, alone in short
        )
        if any(alone.keeps_rate for _, alone in short):
            told += (
                "Ask for lower rates, send less (Mono12p or Mono8, smaller regions, binning), or give cameras links of "
                "their own.",
            )
        return told

    def apply(self, cams: Sequence[_Camera]) -> LinkPlan:
        """Write throughput limits and packet delays to the cameras, in the order of the plans: to all of them, or none.

        Returns
        -------
        LinkPlan
            With what was written, where a camera takes only certain values.

        Raises
        ------
        FeatureValueError
            There are not as many cameras as plans, or a camera does not go as low.
        FeatureAccessError
            A camera streams: stop it first.
        """
        if len(cams) != len(self.plans):
            raise FeatureValueError(
                f"{len(cams)} cameras do not fit a plan for {len(self.plans)}: give one for each, in its order.",
                value=len(cams),
            )
        before = [cam.plan() for cam in cams]
        written: list[Plan] = []
        try:
            for cam, plan in zip(cams, self.plans, strict=True):
                written.append(_write(cam, plan))
        except BaseException:
            for cam, plan, _ in zip(cams, before, written, strict=False):
                _write(cam, plan)
            raise
        return replace(self, plans=tuple(written))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        return {
            "link_speed": self.link_speed,
            "reserve": self.reserve,
            "wire_rate": self.wire_rate,
            "link_load": self.link_load,
            "cameras": [plan.to_dict() for plan in self.plans],
            "problems": list(self.problems),
        }


def plan_link(
    plans: Sequence[Plan],
    *,
    link_mbit: float = 1000,
    reserve: float = 0.05,
    by: Means = "throughput_limit",
) -> LinkPlan:
    """Share a link between cameras.

    Cameras of which a rate is asked (``set_rate_hz``, ``trigger_rate_hz``) get what it takes; what is left goes to
    those that run as fast as they can, in equal parts. If the link cannot carry the rates that are asked for, nobody
    gets more than an equal part, and :attr:`LinkPlan.problems` names who misses something. What nobody needs is dealt
    out too, so that images are sent as fast as the link allows.

    Parameters
    ----------
    plans
        Of each camera; throughput limit and packet delay in them do not count.
    link_mbit
        Speed of the shared link in Mbit/s: the computer's port, or the line between two switches.
    reserve
        Part of it that is kept free for commands, events, packets sent again and other programs, 0 to 0.9.
    by
        "throughput_limit" writes ``DeviceLinkThroughputLimit``; "packet_delay" writes ``GevSCPD``, for cameras that
        have no limit. Either spreads a camera's packets evenly, so that switches need not store them.

    Raises
    ------
    FeatureValueError
        There is no plan, or a number is out of range.
    """
    if not plans:
        raise FeatureValueError("No plan to share a link between: give one for each camera.")
    within("link_mbit", link_mbit, Range(10.0, 400_000.0), "Mbit/s")
    within("reserve", reserve, Range(0.0, 0.9), "of the link")
    if by not in {"throughput_limit", "packet_delay"}:
        raise FeatureValueError(
            f"by={by!r} not accepted: choose from throughput_limit, packet_delay.", value=by
        )
    alone = tuple(
        replace(
            plan,
            throughput_limit=plan.link_speed,
            packet_delay_ns=0,
            name=plan.name or f"camera {number}",
        )
        for number, plan in enumerate(plans, 1)
    )
    link_speed = link_mbit * 125_000
    limits = _shares(alone, link_speed * (1 - reserve))
    limited = _by_limit if by == "throughput_limit" else _by_delay
    shared = tuple(limited(plan, limit) for plan, limit in zip(alone, limits, strict=True))
    return LinkPlan(shared, alone, link_speed, reserve)


def share_link(
    cams: Sequence[_Camera],
    *,
    link_mbit: float = 1000,
    reserve: float = 0.05,
    by: Means = "throughput_limit",
) -> LinkPlan:
    """Share a link between cameras by their present settings, and write it to them.

    Call it again after settings have changed: format, region, exposure, rate.

    Parameters
    ----------
    cams
        Open cameras that do not stream.
    link_mbit, reserve, by
        As for :func:`plan_link`.

    Returns
    -------
    LinkPlan
        What was written, and the rates that it gives.

    Raises
    ------
    FeatureValueError, FeatureAccessError
        As for :func:`plan_link` and :meth:`LinkPlan.apply`.
    """
    plans = [cam.plan() for cam in cams]
    return plan_link(plans, link_mbit=link_mbit, reserve=reserve, by=by).apply(cams)


def piled_up(plans: Sequence[Plan], link_speed: float) -> float:
    """Return the bytes that wait before a shared link when a frame of each camera begins at the same moment.

    So much has to be stored by the switch; 0 where the cameras' paces fit together. One frame of each counts: what is
    left of earlier ones, on a link that is nearly full, comes on top.

    Parameters
    ----------
    plans
        Of each camera, as it is set.
    link_speed
        Of the shared link in bytes per second.
    """
    frames = [(plan.wire_bytes, plan.prediction.transfer_s) for plan in plans if plan.payload_bytes]
    waiting = [
        sum(size * (moment / duration if moment < duration else 1.0) for size, duration in frames)
        - link_speed * moment
        for _, moment in frames  # the most waits when one of them has just ended
    ]
    return max([0.0, *waiting])


def _shares(plans: Sequence[Plan], capacity: float) -> list[float]:
    """Return the throughput limit of each camera; together they are the capacity, or all that the cameras can send."""
    needs = [min(plan.link_speed, _HEADROOM * plan.wire_rate / _timing.WIRE_SHARE) or 1.0 for plan in plans]
    asked = [plan.wanted_rate_hz is not None for plan in plans]
    granted = sum(need for need, is_asked in zip(needs, asked, strict=True) if is_asked)
    if granted > capacity or (granted == capacity and not all(asked)):
        shares = _equal_at_most(needs, capacity)
    else:
        rest = [need for need, is_asked in zip(needs, asked, strict=True) if not is_asked]
        free = iter(_equal_at_most(rest, capacity - granted))
        shares = [need if is_asked else next(free) for need, is_asked in zip(needs, asked, strict=True)]
    spare = max(1.0, capacity / sum(shares))
    return [min(plan.link_speed, share * spare) for plan, share in zip(plans, shares, strict=True)]


def _equal_at_most(needs: Sequence[float], capacity: float) -> list[float]:
    """Return equal parts of a capacity, but to nobody more than it needs."""
    shares = [0.0] * len(needs)
    waiting = len(needs)
    for index in sorted(range(len(needs)), key=lambda index: needs[index]):
        shares[index] = min(needs[index], capacity / waiting)
        capacity -= shares[index]
        waiting -= 1
    return shares


def _by_limit(plan: Plan, limit: float) -> Plan:
    return replace(plan, throughput_limit=math.floor(limit))


def _by_delay(plan: Plan, limit: float) -> Plan:
    """Spread over the packets of a frame what the limit would make it take longer."""
    longer = _by_limit(plan, limit).prediction.transfer_s - plan.prediction.transfer_s
    return replace(plan, packet_delay_ns=math.ceil(longer / plan.packets * 1e9))


def _write(cam: _Camera, plan: Plan) -> Plan:
    settings = {
        "transport.throughput_limit": round(plan.throughput_limit),
        "transport.packet_delay_ns": plan.packet_delay_ns,
    }
    written = cam.configure(settings, nearest=True)
    limit, delay = (written[name] for name in settings)
    return replace(plan, throughput_limit=float(str(limit)), packet_delay_ns=int(str(delay)))
