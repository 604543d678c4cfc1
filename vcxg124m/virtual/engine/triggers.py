"""Which signal triggers a frame, and the programmable delay (data sheet T3, T5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.engine.lines import INPUT_LAG
from vcxg124m.virtual.engine.scheduler import Event, Scheduler
from vcxg124m.virtual.engine.signals import Edge, Signals

SOURCES = frozenset(TRIGGER.sources) - {"All", "Off"}


@dataclass(frozen=True, kw_only=True)
class TriggerSettings:
    """TriggerSource, TriggerActivation and TriggerDelay, the latter in ns."""

    source: str = "All"
    activation: str = "RisingEdge"
    delay: int = 0


class Triggers:
    """Turns the chosen signal into triggers.

    Parameters
    ----------
    armed
        Says whether triggers are wanted now: an acquisition runs in trigger mode.
    fire
        Takes a trigger whose delay is over, with the ns that the signal has been under way inside the camera.
    skip
        Told of a trigger that finds no place in the delay.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        signals: Signals,
        *,
        armed: Callable[[], bool],
        fire: Callable[[int], None],
        skip: Callable[[], None],
    ) -> None:
        self._scheduler = scheduler
        self._armed, self._fire, self._skip = armed, fire, skip
        self._delayed: list[Event] = []
        self.settings = TriggerSettings()
        signals.listen(self._hear)

    def clear(self) -> None:
        """Forget the triggers in the delay."""
        for event in self._delayed:
            event.cancel()
        self._delayed.clear()

    def _hear(self, name: str, edge: Edge) -> None:
        settings = self.settings
        if (
            settings.source not in {name, "All"}
            or name not in SOURCES
            or not edge.matches(settings.activation)
        ):
            return
        if not self._armed():
            return
        lag = 0 if edge is Edge.MOMENT else INPUT_LAG
        if not settings.delay:
            self._fire(lag)
        elif len(self._delayed) >= TRIGGER.delayed_triggers_max:
            self._skip()
        else:
            self._delayed.append(self._scheduler.after(settings.delay, lambda: self._over(lag)))

    def _over(self, lag: int) -> None:
        # Delays may have been changed in between, so the one that is over need not be the first.
        self._delayed = [event for event in self._delayed if event.pending]
        self._fire(lag)
