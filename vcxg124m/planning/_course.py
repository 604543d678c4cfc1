"""The course of the first frames of a plan, by the rules of the timing model."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vcxg124m.planning import _timing

if TYPE_CHECKING:
    from vcxg124m.planning._plan import Plan

__all__ = ["Course", "FrameTimes", "course"]

_ROUNDING = 1e-9
# More than a diagram can show; fast triggers and long exposures skip millions.
_MOST_SKIPPED = 500


@dataclass(frozen=True)
class FrameTimes:
    """When the stages of one frame begin and end. Seconds; ``sent_s`` is None for a frame that does not leave."""

    trigger_s: float | None
    exposed_s: tuple[float, float]
    read_s: tuple[float, float]
    sent_s: tuple[float, float] | None


@dataclass(frozen=True)
class Course:
    """Frames in their order, and the triggers that came too early for one."""

    frames: tuple[FrameTimes, ...]
    skipped_triggers_s: tuple[float, ...]


def course(plan: Plan, frames: int) -> Course:
    """Return the first frames, from the first exposure or trigger at 0."""
    walk = _Walk(plan)
    while len(walk.frames) < frames:
        walk.step()
    return Course(tuple(walk.frames), tuple(walk.skipped))


class _Walk:
    """From frame to frame. A free-running camera waits for the link; a triggered one drops what finds no place."""

    def __init__(self, plan: Plan) -> None:
        self.frames: list[FrameTimes] = []
        self.skipped: list[float] = []
        self._plan = plan
        self._frame = plan.prediction
        self._delay = _timing.TRIGGER_DELAY_S
        self._sending: tuple[float, float] | None = None
        """The last image on the link or on its way there: one may wait while another is sent."""
        self._triggers = 0

    def step(self) -> None:
        """Add a frame, and the triggers that are skipped before it."""
        if not self._plan.triggered:
            self._expose(self._begin(), None)
            return
        rate = self._plan.trigger_rate_hz or self._frame.frame_rate_hz
        taken = max(self._triggers, math.ceil((self._ready() - _ROUNDING) * rate))
        room = _MOST_SKIPPED - len(self.skipped)
        self.skipped += [number / rate for number in range(self._triggers, taken)[:room]]
        self._triggers = taken + 1
        self._expose(taken / rate + self._delay, taken / rate)

    def _begin(self) -> float:
        """Return when a free-running camera exposes next."""
        if not self.frames:
            return 0.0
        last, frame = self.frames[-1], self._frame
        paced = last.exposed_s[0] + max(
            1.0 / self._plan.set_rate_hz if self._plan.set_rate_hz else 0.0, frame.transfer_s
        )
        if self._plan.sequential:
            return max(last.read_s[1], paced)
        return max(last.exposed_s[1] + self._delay, last.read_s[1] - frame.exposure_s, paced)

    def _ready(self) -> float:
        """Return from when on a trigger is taken."""
        if not self.frames:
            return 0.0
        last = self.frames[-1]
        if self._plan.sequential:
            return last.read_s[1]
        return max(last.exposed_s[1], last.read_s[1] - self._frame.exposure_s - self._delay)

    def _expose(self, start: float, trigger: float | None) -> None:
        end = start + self._frame.exposure_s
        ready = end + self._frame.readout_s
        sent = None
        if self._sending is None or self._sending[0] <= ready + _ROUNDING:
            begin = ready if self._sending is None else max(ready, self._sending[1])
            sent = self._sending = (begin, begin + self._frame.transfer_s)
        self.frames.append(FrameTimes(trigger, (start, end), (end, ready), sent))
