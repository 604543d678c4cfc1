"""A queue of things to do at exact instants, in integer nanoseconds of invented time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

Action = Callable[[], None]


class Event:
    """Something that will be done once, unless it is cancelled."""

    __slots__ = ("_action", "instant")

    def __init__(self, instant: int, action: Action) -> None:
        self.instant = instant
        self._action: Action | None = action

    @property
    def pending(self) -> bool:
        """Whether it is still to be done."""
        return self._action is not None

    def cancel(self) -> None:
        """Do not do it."""
        self._action = None

    def fire(self) -> None:
        """Do it now, if it is pending."""
        action, self._action = self._action, None
        if action is not None:
            action()


class Scheduler:
    """Does what is due, in the order of the instants; of equal instants, in the order in which they were asked for.

    Parameters
    ----------
    now
        Where time begins.
    """

    def __init__(self, now: int = 0) -> None:
        self._now = now
        self._queue: list[tuple[int, int, Event]] = []
        self._order = count()

    @property
    def now(self) -> int:
        """The present instant; while an event is done, the instant that it was asked for."""
        return self._now

    def at(self, instant: int, action: Action) -> Event:
        """Do `action` at `instant`, or next if that is past."""
        event = Event(max(instant, self._now), action)
        heapq.heappush(self._queue, (event.instant, next(self._order), event))
        return event

    def after(self, delay: int, action: Action) -> Event:
        """Do `action` in `delay` nanoseconds."""
        return self.at(self._now + delay, action)

    def next(self) -> int | None:
        """Return the instant of the next event, None when there is none."""
        queue = self._queue
        while queue and not queue[0][2].pending:
            heapq.heappop(queue)
        return queue[0][0] if queue else None

    def run(self, until: int) -> None:
        """Let time pass up to `until`. A caller that is late finds everything done at its own instant."""
        while (due := self.next()) is not None and due <= until:
            self._now = due
            heapq.heappop(self._queue)[2].fire()
        self._now = max(self._now, until)
