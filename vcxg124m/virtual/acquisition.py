"""When frames are exposed: free running or triggered, in invented time.

Reads no clock. All instants are seconds on the axis of the `now` arguments.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

MAX_DELAYED_TRIGGERS = 256  # data sheet T5


@dataclass(frozen=True)
class Plan:
    """What the camera's settings make of the next exposure; all in seconds.

    Parameters
    ----------
    triggered
        Frames start by triggers, not by themselves.
    interval_s
        From the start of this exposure to the earliest start of the next one.
    ready_s
        From the start of the exposure to the end of its readout, when the block may leave.
    trigger_delay_s
        From a trigger to the start of its exposure.
    """

    triggered: bool
    interval_s: float
    ready_s: float
    trigger_delay_s: float


@dataclass(frozen=True)
class Exposure:
    """One frame: its number from 0 at AcquisitionStart, when it began and when its block may leave."""

    index: int
    started: float
    ready: float


class Acquisition:
    """Decides when the sensor is exposed.

    Parameters
    ----------
    plan
        Says what the settings mean now. Asked before every exposure: changes while streaming act from the next frame.
    """

    def __init__(self, plan: Callable[[], Plan]) -> None:
        self._plan = plan
        self._running = False
        self._held = False
        self._left: int | None = None
        self._count = 0
        self._next_start = 0.0
        self._busy_until = 0.0
        self._delayed: deque[float] = deque()
        self._exposures: list[Exposure] = []
        self.triggers_skipped = 0

    @property
    def running(self) -> bool:
        """Whether more frames may come."""
        return self._running

    def active(self, now: float) -> bool:
        """Whether frames may come or one is still being exposed or read."""
        return self._running or now < self._busy_until

    def waits_for_trigger(self, now: float) -> bool:
        """Whether a trigger that comes now would be accepted."""
        return self._running and not self._held and now >= self._next_start and self._plan().triggered

    def start(self, now: float, frames: int | None) -> None:
        """Begin; `frames` is the number after which the acquisition ends by itself."""
        self._running, self._left, self._count = True, frames, 0
        self._next_start = max(now, self._next_start)
        self._delayed.clear()
        self.handle_timer(now)

    def stop(self) -> None:
        """End with the frame that is being exposed."""
        self._running = False
        self._delayed.clear()

    def abort(self, now: float) -> None:
        """End at once; frames that have not left are forgotten."""
        self.stop()
        self._exposures.clear()
        self._busy_until = now

    def hold(self, now: float, *, held: bool) -> None:
        """While held, no exposure starts: what was taken has not left yet, so there is no room for more."""
        if self._held and not held:
            self._next_start = max(now, self._next_start)
        self._held = held

    def trigger(self, now: float) -> None:
        """Take a trigger from an enabled source; what cannot be served is skipped and counted."""
        plan = self._plan()
        if not (self._running and plan.triggered):
            return
        if not plan.trigger_delay_s:
            self._triggered_exposure(now)
        elif len(self._delayed) < MAX_DELAYED_TRIGGERS:
            self._delayed.append(now + plan.trigger_delay_s)
        else:
            self.triggers_skipped += 1

    def exposures(self) -> list[Exposure]:
        """Return and forget the exposures begun since the last call."""
        begun, self._exposures = self._exposures, []
        return begun

    def get_timer(self) -> float | None:
        """Return the instant of the next exposure that is already known."""
        if not self._running:
            return None
        if self._plan().triggered:
            return self._delayed[0] if self._delayed else None
        return None if self._held else self._next_start

    def handle_timer(self, now: float) -> None:
        """Begin at most one exposure that is due; the caller then decides on a hold and calls again."""
        due = self.get_timer()
        if due is None or now < due:
            return
        if self._delayed:
            self._triggered_exposure(self._delayed.popleft())
        else:  # a late caller does not shift the rhythm, but at most one frame is made up for
            self._expose(max(due, now - self._plan().interval_s))

    def _triggered_exposure(self, instant: float) -> None:
        if self._held or instant < self._next_start:
            self.triggers_skipped += 1
        else:
            self._expose(instant)

    def _expose(self, started: float) -> None:
        plan = self._plan()
        self._next_start = started + plan.interval_s
        self._busy_until = started + plan.ready_s
        self._exposures.append(Exposure(self._count, started, self._busy_until))
        self._count += 1
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                self.stop()
