"""A level that is passed on once it has held: minimum pulse, debouncer and the lag of an optocoupler are all this."""

from __future__ import annotations

from collections.abc import Callable

from vcxg124m.virtual.engine.scheduler import Event, Scheduler


class Filter:
    """Passes a level on when it has held for a time of its own; shorter ones vanish.

    Parameters
    ----------
    scheduler
        The clock.
    level
        At first.
    hold
        How long a level must hold, in ns, asked at each change.
    output
        Called with each level passed on.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        *,
        level: bool,
        hold: Callable[[bool], int],
        output: Callable[[bool], None],
    ) -> None:
        self._scheduler = scheduler
        self._hold = hold
        self._output = output
        self._pending: Event | None = None
        self.level = level
        """The level passed on last."""

    def feed(self, level: bool) -> None:  # noqa: FBT001 - a level
        """Let the input have this level from now on."""
        pending, self._pending = self._pending, None
        if pending is not None:
            if pending.instant <= self._scheduler.now:  # it has held to the end
                pending.fire()
            elif level != self.level:
                self._pending = pending  # it goes on holding
                return
            else:
                pending.cancel()
        if level == self.level:
            return
        hold = self._hold(level)
        if hold:
            self._pending = self._scheduler.after(hold, lambda: self._pass(level))
        else:
            self._pass(level)

    def _pass(self, level: bool) -> None:  # noqa: FBT001 - a level
        self._pending = None
        self.level = level
        self._output(level)
