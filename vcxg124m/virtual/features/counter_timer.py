"""CounterAndTimerControl: Timer1, Counter1 and Counter2."""

from __future__ import annotations

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import EDGES, INPUTS, RW, WO

_DELAY, _DURATION, _COUNT = TRIGGER.timer_delay_us, TRIGGER.timer_duration_us, TRIGGER.counter_value
_COUNTERS = len(TRIGGER.counters)

COUNTER_AND_TIMER_CONTROL = (
    Feature(
        "TimerSelector", "Enumeration", "Which timer.",
        value=0, entries=numbered(*TRIGGER.timers), access=RW, visibility="Expert",
    ),
    Feature(
        "TimerTriggerSource", "Enumeration", "What starts the timer.",
        access=RW, visibility="Expert", selector="TimerSelector",
        entries=numbered(
            "Off", "Line0", "Software", "ExposureStart", "ExposureEnd", "FrameTransferSkipped", "TriggerSkipped",
            "Action1",
        ),
    ),
    Feature(
        "TimerTriggerActivation", "Enumeration", "Edge of a line that starts the timer.",
        access=RW, entries=numbered(*EDGES), visibility="Expert", selector="TimerSelector",
    ),
    Feature(
        "TimerDelay", "Float", "Time from the trigger to the start.",
        access=RW, minimum=_DELAY.minimum, maximum=_DELAY.maximum, increment=1, unit="us", visibility="Expert",
        selector="TimerSelector",
    ),
    Feature(
        "TimerDuration", "Float", "How long the timer is active.",
        access=RW, minimum=_DURATION.minimum, maximum=_DURATION.maximum, increment=1, default=10.0, unit="us",
        visibility="Expert", selector="TimerSelector",
    ),
    Feature(
        "CounterSelector", "Enumeration", "Which counter.",
        value=0, entries=numbered(*TRIGGER.counters), access=RW, visibility="Expert",
    ),
    Feature(
        "CounterEventSource", "Enumeration", "What is counted.",
        count=_COUNTERS, access=RW, visibility="Expert", selector="CounterSelector",
        entries=numbered(
            "Off", "Counter1End", "Counter2End", "ExposureActive", "FrameTransferSkipped", "FrameTrigger",
            "TriggerSkipped", *INPUTS,
        ),
        entries_available=(("Counter1End", "CounterIsNotCounter1"), ("Counter2End", "CounterIsNotCounter2")),
    ),
    Feature("CounterIsNotCounter1", "Hidden", count=_COUNTERS, default=(0, 1), selector="CounterSelector"),
    Feature("CounterIsNotCounter2", "Hidden", count=_COUNTERS, default=(1, 0), selector="CounterSelector"),
    Feature(
        "CounterEventActivation", "Enumeration", "Edges that are counted.",
        count=_COUNTERS, access=RW, entries=numbered(*EDGES, "AnyEdge"), visibility="Expert",
        selector="CounterSelector",
    ),
    Feature(
        "CounterResetSource", "Enumeration", "What sets the counter to 0.",
        count=_COUNTERS, access=RW, entries=numbered("Off", "Counter1End", "Counter2End", *INPUTS),
        visibility="Expert", selector="CounterSelector",
    ),
    Feature(
        "CounterResetActivation", "Enumeration", "Edges that set the counter to 0.",
        count=_COUNTERS, access=RW, entries=numbered(*EDGES, "AnyEdge"), visibility="Expert",
        selector="CounterSelector",
    ),
    Feature(
        "CounterReset", "Command", "Set the counter to 0 and let it count.",
        count=_COUNTERS, access=WO, visibility="Expert", selector="CounterSelector",
    ),
    Feature(
        "CounterValue", "Integer", "Events counted.",
        count=_COUNTERS, access=RW, minimum=_COUNT.minimum, maximum=_COUNT.maximum, volatile=True, kept=False,
        visibility="Expert", selector="CounterSelector",
    ),
    Feature(
        "CounterValueAtReset", "Integer", "Events counted when the counter was set to 0 last.",
        count=_COUNTERS, volatile=True, visibility="Expert", selector="CounterSelector",
    ),
    Feature(
        "CounterDuration", "Integer", "Events until CounterEnd.",
        count=_COUNTERS, access=RW, minimum=1, maximum=_COUNT.maximum, default=1, visibility="Expert",
        selector="CounterSelector",
    ),
)  # fmt: skip
