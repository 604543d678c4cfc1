"""What the camera's registers mean for lines, triggers, timer and counters."""

from __future__ import annotations

from vcxg124m.virtual.engine.counters import CounterSettings
from vcxg124m.virtual.engine.engine import Setup
from vcxg124m.virtual.engine.lines import LineSettings
from vcxg124m.virtual.engine.timer import TimerSettings
from vcxg124m.virtual.engine.triggers import TriggerSettings
from vcxg124m.virtual.registers import RegisterFile


def read_setup(registers: RegisterFile) -> Setup:
    """Return what the registers say now."""
    entry, number = registers.entry, registers.integer

    def nanoseconds(name: str, index: int = 0) -> int:
        return round(registers.number(name, index) * 1000)

    return Setup(
        trigger=TriggerSettings(
            source=entry("TriggerSource"),
            activation=entry("TriggerActivation"),
            delay=nanoseconds("TriggerDelay"),
        ),
        lines=[
            LineSettings(
                output=entry("LineMode", line) == "Output",
                inverted=bool(number("LineInverter", line)),
                source=entry("LineSource", line),
                debounce_high=nanoseconds("LineDebouncerHighTimeAbs", line),
                debounce_low=nanoseconds("LineDebouncerLowTimeAbs", line),
            )
            for line in range(registers.row("LineMode").count)
        ],
        timer=TimerSettings(
            source=entry("TimerTriggerSource"),
            activation=entry("TimerTriggerActivation"),
            delay=nanoseconds("TimerDelay"),
            duration=nanoseconds("TimerDuration"),
        ),
        counters=[
            CounterSettings(
                event_source=entry("CounterEventSource", counter),
                event_activation=entry("CounterEventActivation", counter),
                reset_source=entry("CounterResetSource", counter),
                reset_activation=entry("CounterResetActivation", counter),
                duration=number("CounterDuration", counter),
            )
            for counter in range(registers.row("CounterDuration").count)
        ],
        user_outputs=[
            bool(number("UserOutputValue", output))
            for output in range(registers.row("UserOutputValue").count)
        ],
    )
