"""Timer and counters (SFNC chapter "Counter and Timer Control")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.enums import (
    CounterEventSource,
    CounterResetSource,
    EdgeActivation,
    LineMode,
    LineSource,
    TimerTriggerSource,
    TriggerActivation,
    TriggerMode,
)
from vcxg124m.features._descriptor import Command, Enumeration, Float, Integer, IntegerReading
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._indexed import Indexed
from vcxg124m.features._transaction import Transaction
from vcxg124m.features.lines import Lines
from vcxg124m.features.trigger import Trigger

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

    def strobe(
        self,
        line: str = "Line3",
        *,
        delay_us: float = 0.0,
        duration_us: float,
        source: TimerTriggerSource | str = TimerTriggerSource.EXPOSURE_START,
        inverted: bool = False,
    ) -> None:
        """Put a pulse on a line some time after each exposure began (or another event), all or nothing.

        Parameters
        ----------
        line
            An output: "Line3", or the GPIOs "Line1" and "Line2".
        delay_us, duration_us
            From the event to the pulse, and its length, in us.
        source
            What starts it.
        inverted
            The pulse is low.

        Raises
        ------
        FeatureValueError, FeatureAccessError, FeatureUnavailableError
            The camera does not accept a value, or the line is an input; nothing was changed.
        """
        with self._nodes.lock, Transaction() as change:
            change.set_all(self, source=TimerTriggerSource.OFF, delay_us=delay_us, duration_us=duration_us)
            output = Lines(self._nodes)[line]
            with output.selected():
                if output.mode != LineMode.OUTPUT:
                    change.set(output["mode"], LineMode.OUTPUT)
                change.set_all(output, inverter=inverted, source=LineSource.TIMER1_ACTIVE)
            change.set(self["source"], source)


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

    def encoder(
        self,
        line: str,
        counts_per_frame: int,
        *,
        activation: EdgeActivation | str = EdgeActivation.RISING_EDGE,
    ) -> None:
        """Take a frame every so many edges of an encoder, all or nothing (data sheet T7).

        The counter counts the edges of the line, sets itself back at its end, and its end is the trigger.

        Parameters
        ----------
        line
            "Line0", or the GPIOs "Line1" and "Line2", which become inputs.
        counts_per_frame
            Edges for each frame, 1 to 65535.
        activation
            Which edges count; "AnyEdge" doubles the resolution.

        Raises
        ------
        FeatureValueError, FeatureAccessError
            The camera does not accept a value; nothing was changed.
        """
        own_end = f"{self._selectors['CounterSelector']!s}End"
        trigger, wire = Trigger(self._nodes), Lines(self._nodes)[line]
        with self._nodes.lock, Transaction() as change:
            change.set(trigger["mode"], TriggerMode.OFF)
            with wire.selected():
                if wire.mode != LineMode.INPUT:
                    change.set(wire["mode"], LineMode.INPUT)
            change.set_all(self, event_source=CounterEventSource.OFF, duration=counts_per_frame)
            change.set_all(self, event_activation=activation, reset_source=own_end, event_source=line)
            self.reset()
            change.set_all(trigger, source=own_end, mode=TriggerMode.ON)


class Counters(Indexed[int, Counter]):
    """The counters 1 and 2: ``cam.counters[1].event_source = "Line1"``."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__(nodes, Counter, "CounterSelector", {1: "Counter1", 2: "Counter2"})
