"""Counter1 and Counter2 (data sheet T13)."""

from __future__ import annotations

from dataclasses import dataclass

from vcxg124m.virtual.engine.signals import Edge, Signals


@dataclass(frozen=True, kw_only=True)
class CounterSettings:
    """CounterEventSource, CounterEventActivation, CounterResetSource, CounterResetActivation and CounterDuration."""

    event_source: str = "Off"
    event_activation: str = "RisingEdge"
    reset_source: str = "Off"
    reset_activation: str = "RisingEdge"
    duration: int = 1


class Counter:
    """Counts events up to its duration and then ends: the signal ``Counter1End`` or ``Counter2End``.

    A counter that has ended stays at its duration until it is reset (SFNC), so one with its own end as reset source
    divides: the encoder recipe (T7). One signal that is both event and reset counts first.

    Parameters
    ----------
    name
        ``Counter1`` or ``Counter2``.
    """

    def __init__(self, name: str, signals: Signals) -> None:
        self._end = f"{name}End"
        self._signals = signals
        self._ending = False
        self.settings = CounterSettings()
        self.value = 0
        """CounterValue. May be set; a counter whose value lies at or above its duration has ended."""
        self.value_at_reset = 0
        signals.listen(self._hear)

    def reset(self) -> None:
        """Begin anew at 0; what was counted is CounterValueAtReset."""
        self.value_at_reset, self.value = self.value, 0

    def _hear(self, name: str, edge: Edge) -> None:
        settings = self.settings
        if name == settings.event_source and edge.matches(settings.event_activation):
            self._count()
        if name == settings.reset_source and edge.matches(settings.reset_activation):
            self.reset()

    def _count(self) -> None:
        # Counters may count each other's ends: what an end causes at its own instant does not end the counter again.
        if self._ending or self.value >= self.settings.duration:
            return
        self.value += 1
        if self.value == self.settings.duration:
            self._ending = True
            self._signals.pulse(self._end)
            self._ending = False
