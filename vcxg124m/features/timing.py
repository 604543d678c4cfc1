"""Timer and counters (SFNC chapter "Counter and Timer Control")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.enums import (
    CounterEventSource,
    CounterResetSource,
    EdgeActivation,
    TimerTriggerSource,
    TriggerActivation,
)
from vcxg124m.features._descriptor import Command, Enumeration, Float, Integer, IntegerReading
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._indexed import Indexed

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes

__all__ = ["Counter", "Counters", "Timer"]

_TIMER1 = {"TimerSelector": "Timer1"}


class Timer(FeatureGroup):
    """Timer1: a pulse some time after an event, for a line (source Timer1Active) or the sequencer (data sheet T12)."""

    source = Enumeration(
        "TimerTriggerSource",
        TimerTriggerSource,
        doc="What starts it; Off: nothing.",
        sheet="T12",
        select=_TIMER1,
    )
    activation = Enumeration(
        "TimerTriggerActivation",
        TriggerActivation,
        doc="Which edge of the source.",
        sheet="T12",
        select=_TIMER1,
    )
    delay_us = Float(
        "TimerDelay", unit="us", doc="From the event to the pulse, 0 to 2 s.", sheet="T12", select=_TIMER1
    )
    duration_us = Float(
        "TimerDuration", unit="us", doc="Of the pulse, 4 us to 2 s.", sheet="T12", select=_TIMER1
    )

    def configure(
        self,
        source: TimerTriggerSource | str,
        *,
        delay_us: float = 0.0,
        duration_us: float,
        activation: TriggerActivation | str | None = None,
    ) -> None:
        """Set the timer; it is off until everything is written.

        Parameters
        ----------
        source
            What starts it, for example "ExposureStart".
        delay_us
            Time from the event to the pulse in us, 0 to 2 s in steps of 1.
        duration_us
            Length of the pulse in us, 4 us to 2 s in steps of 1.
        activation
            Edge of a line source; unchanged by default.

        Raises
        ------
        FeatureValueError
            The camera does not accept a value; the timer is then off.
        """
        with self._nodes.lock:
            self.source = TimerTriggerSource.OFF
            self.delay_us, self.duration_us = delay_us, duration_us
            if activation is not None:
                self.activation = activation
            self.source = source


class Counter(FeatureGroup):
    """One of the two counters: counts events up to its duration (data sheet T13)."""

    event_source = Enumeration("CounterEventSource", CounterEventSource, doc="What it counts.", sheet="T13")
    event_activation = Enumeration(
        "CounterEventActivation", EdgeActivation, doc="Which edges count.", sheet="T13"
    )
    reset_source = Enumeration(
        "CounterResetSource", CounterResetSource, doc="What sets it back.", sheet="T13"
    )
    reset_activation = Enumeration(
        "CounterResetActivation", EdgeActivation, doc="By which edge.", sheet="T13"
    )
    value = Integer("CounterValue", doc="Events counted, 0 to 65535.", sheet="T13", kept=False)
    value_at_reset = IntegerReading(
        "CounterValueAtReset", doc="Its value when it was last set back.", sheet="T13"
    )
    duration = Integer("CounterDuration", doc="Events until its end, 1 to 65535.", sheet="T13")
    reset = Command("CounterReset", doc="Set it back and start it again.", sheet="T13")


class Counters(Indexed[int, Counter]):
    """The counters 1 and 2: ``cam.counters[1].event_source = "Line1"``."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__(nodes, Counter, "CounterSelector", {1: "Counter1", 2: "Counter2"})
