"""Timer1: after a trigger and a delay, an impulse of a set duration (data sheet T12)."""

from __future__ import annotations

from dataclasses import dataclass

from vcxg124m.virtual.engine.scheduler import Event, Scheduler
from vcxg124m.virtual.engine.signals import Edge, Signals

ACTIVE, END = "Timer1Active", "Timer1End"


@dataclass(frozen=True, kw_only=True)
class TimerSettings:
    """TimerTriggerSource, TimerTriggerActivation, TimerDelay and TimerDuration, the latter two in ns."""

    source: str = "Off"
    activation: str = "RisingEdge"
    delay: int = 0
    duration: int = 10_000


class Timer:
    """Drives the signals ``Timer1Active`` and ``Timer1End``.

    A trigger that comes while the timer waits or is active has no effect (SFNC). Delay and duration count as they
    were set when the trigger came.
    """

    def __init__(self, scheduler: Scheduler, signals: Signals) -> None:
        self._scheduler = scheduler
        self._signals = signals
        self._step: Event | None = None
        self.settings = TimerSettings()
        signals.listen(self._hear)

    def configure(self, settings: TimerSettings) -> None:
        """Take new settings; the source Off ends a running timer."""
        self.settings = settings
        if settings.source == "Off" and self._step is not None:
            self._step.cancel()
            self._step = None
            self._signals.set(ACTIVE, level=False)

    def _hear(self, name: str, edge: Edge) -> None:
        settings = self.settings
        if name == settings.source and edge.matches(settings.activation) and self._step is None:
            duration = settings.duration
            self._step = self._scheduler.after(settings.delay, lambda: self._begin(duration))

    def _begin(self, duration: int) -> None:
        self._step = self._scheduler.after(duration, self._end)
        self._signals.set(ACTIVE, level=True)

    def _end(self) -> None:
        self._step = None
        self._signals.set(ACTIVE, level=False)
        self._signals.pulse(END)
