"""Which trigger gave which frame, by the camera's own times; what got no frame is told, and why.

::

    cam.trigger.hardware("Line0")
    with cam.events.listen("Line0RisingEdge", "TriggerSkipped", "ExposureStart") as events:
        frames = list(cam.stream(100))
    print(vcx.pair_triggers(events, frames))    # a closed listener gives what still waits in it, and ends

    100 triggers with a frame, 2 without (2 skipped), 0 frames without a trigger

Computes only. Source of the delay between trigger and exposure: data sheet T4, T5.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

from vcxg124m.datasheet import TRIGGER
from vcxg124m.errors import FeatureValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vcxg124m.events import Event

__all__ = ["MissedTrigger", "TriggerPair", "TriggerPairs", "pair_triggers"]


class Timed(Protocol):
    """A frame, or whatever a program keeps of one."""

    @property
    def timestamp_ns(self) -> int:
        """The camera's time at the start of the exposure."""
        ...


F = TypeVar("F", bound=Timed)


@dataclass(frozen=True)
class TriggerPair(Generic[F]):
    """A trigger and the frame that it gave."""

    trigger: Event
    frame: F

    @property
    def lag_us(self) -> float:
        """Time from the trigger to the start of the exposure, in us."""
        return (self.frame.timestamp_ns - self.trigger.timestamp_ns) / 1000


@dataclass(frozen=True)
class MissedTrigger:
    """A trigger without a frame.

    Attributes
    ----------
    trigger
        The event.
    reason
        "skipped": the camera was not ready for it and told so (TriggerSkipped). "lost": the camera exposed
        (ExposureStart), but the frame was not sent, not received, or received incomplete. "unknown": neither was heard.
    """

    trigger: Event
    reason: Literal["skipped", "lost", "unknown"]


@dataclass(frozen=True)
class TriggerPairs(Generic[F]):
    """What :func:`pair_triggers` found, in the order of time.

    Attributes
    ----------
    pairs
        Triggers with their frames.
    missed
        Triggers without a frame.
    untriggered
        Frames without a trigger.
    """

    pairs: tuple[TriggerPair[F], ...]
    missed: tuple[MissedTrigger, ...]
    untriggered: tuple[F, ...]

    def __str__(self) -> str:
        reasons = Counter(each.reason for each in self.missed)
        why = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
        return (
            f"{len(self.pairs)} triggers with a frame, {len(self.missed)} without{f' ({why})' if why else ''}, "
            f"{len(self.untriggered)} frames without a trigger"
        )


def pair_triggers(
    events: Iterable[Event],
    frames: Iterable[F],
    *,
    trigger: str = "Line0RisingEdge",
    delay_us: float = 0.0,
    tolerance_us: float = 5.0,
) -> TriggerPairs[F]:
    """Find for each trigger the frame that it gave.

    A frame belongs to the first trigger from which its exposure is as far away as the data sheet says: 97.7 us, during
    a readout up to 114.1 us, and the delay that was set.

    Parameters
    ----------
    events
        Events of the camera: those of the trigger, and for the reasons of those without a frame TriggerSkipped and
        ExposureStart.
    frames
        Frames, or anything with their ``timestamp_ns``: a program that takes many need not keep their images.
    trigger
        Name of the event that is the trigger.
    delay_us
        ``cam.trigger.delay_us``.
    tolerance_us
        How much the time from trigger to exposure may differ from the data sheet's, either way.

    Raises
    ------
    FeatureValueError
        A time is negative.
    """
    for name, value in (("delay_us", delay_us), ("tolerance_us", tolerance_us)):
        if not value >= 0:
            raise FeatureValueError(f"{name}={value} not accepted: 0 or more.", feature=name, value=value)
    told = sorted(events, key=lambda event: event.timestamp_ns)
    taken = sorted(frames, key=lambda frame: frame.timestamp_ns)
    triggers = [event for event in told if event.name == trigger]

    early, late = delay_us - tolerance_us, delay_us + tolerance_us
    exposing = (early + TRIGGER.fixed_delay_us, late + TRIGGER.fixed_delay_during_readout_max_us)
    pairs = _match(triggers, taken, *exposing)
    rest = [event for number, event in enumerate(triggers) if number not in pairs]
    skipped = _match(rest, [event for event in told if event.name == "TriggerSkipped"], early, late)
    exposed = _match(rest, [event for event in told if event.name == "ExposureStart"], *exposing)
    with_trigger = set(pairs.values())
    return TriggerPairs(
        tuple(TriggerPair(triggers[number], taken[frame]) for number, frame in pairs.items()),
        tuple(
            MissedTrigger(
                event, "skipped" if number in skipped else "lost" if number in exposed else "unknown"
            )
            for number, event in enumerate(rest)
        ),
        tuple(frame for number, frame in enumerate(taken) if number not in with_trigger),
    )


def _match(
    causes: Sequence[Timed], effects: Sequence[Timed], least_us: float, most_us: float
) -> dict[int, int]:
    """Return the index of each cause's effect, which comes that much later; both in the order of time."""
    found: dict[int, int] = {}
    number = 0
    for index, effect in enumerate(effects):
        while number < len(causes) and effect.timestamp_ns - causes[number].timestamp_ns > most_us * 1000:
            number += 1
        if number < len(causes) and effect.timestamp_ns - causes[number].timestamp_ns >= least_us * 1000:
            found[number] = index
            number += 1
    return found
