"""Line0 to Line3 between the pins and the camera's signals (data sheet T9, T10, T11, T14).

Inputs: pin, minimum pulse, inverter, debouncer, signal. Outputs: signal, inverter, driver, pin.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.engine.filter import Filter
from vcxg124m.virtual.engine.scheduler import Scheduler
from vcxg124m.virtual.engine.signals import Edge, Signals

NAMES = ("Line0", "Line1", "Line2", "Line3")
INPUT_LAG = round(TRIGGER.input_pulse_min_us * 1000)
"""From an edge at an input pin to the camera's knowing it: as long as an impulse must at least be (T14)."""
IDLE = {"Line0": False, "Line1": True, "Line2": True}
"""Levels at pins that nothing is connected to: GPIOs are pulled up, the optocoupler carries no current."""

_ON = round(TRIGGER.output_on_typical_us * 1000)
_OFF = round(TRIGGER.output_off_typical_us * 1000)


@dataclass(frozen=True, kw_only=True)
class LineSettings:
    """How one line is set up.

    Parameters
    ----------
    output
        LineMode is Output.
    inverted
        LineInverter.
    source
        LineSource, of an output.
    debounce_high, debounce_low
        LineDebouncerHighTimeAbs and LineDebouncerLowTimeAbs in ns, of an input.
    """

    output: bool = False
    inverted: bool = False
    source: str = "Off"
    debounce_high: int = 0
    debounce_low: int = 0


FACTORY = (LineSettings(), LineSettings(), LineSettings(), LineSettings(output=True))
"""Data sheet E2."""


class Line:
    """One line, in both directions; which one counts is a setting.

    Parameters
    ----------
    name
        ``Line0`` to ``Line3``.
    moved
        Called with each level that an output shows at its pin.
    """

    def __init__(
        self,
        name: str,
        scheduler: Scheduler,
        signals: Signals,
        settings: LineSettings,
        moved: Callable[[bool], None],
    ) -> None:
        self.name = name
        self._signals = signals
        self._settings = settings
        idle = IDLE.get(name, False)
        slow = name in TRIGGER.optocoupler_outputs
        self.pin = idle
        """Level that the pin is driven to from outside."""
        self._input = Filter(scheduler, level=idle, hold=lambda _: INPUT_LAG, output=self._recognised)
        self._debouncer = Filter(scheduler, level=idle, hold=self._debounce, output=self._debounced)
        self._driver = Filter(
            scheduler,
            level=False,
            hold=lambda level: (_ON if level else _OFF) if slow else 0,
            output=moved,
        )
        if not settings.output:
            signals.set(name, level=idle)

    @property
    def status(self) -> bool:
        """LineStatus: an input behind its debouncer, an output before its driver."""
        return self._wanted() if self._settings.output else self._debouncer.level

    def drive(self, level: bool) -> None:  # noqa: FBT001 - a level
        """Put a level on the pin from outside; while the line is an output, it is only remembered."""
        self.pin = level
        self._input.feed(level)

    def configure(self, settings: LineSettings) -> None:
        """Take new settings. An inverter that is switched is an edge like any other."""
        before, self._settings = self._settings, settings
        self._debouncer.feed(self._input.level ^ settings.inverted)
        if settings.output:
            self.follow()
        elif before.output:
            self._driver.feed(level=False)
            self._signals.set(self.name, level=self._debouncer.level)

    def follow(self) -> None:
        """Let an output show its source."""
        if self._settings.output:
            self._driver.feed(self._wanted())

    @property
    def source(self) -> str:
        """The signal that the line shows; empty for an input."""
        return self._settings.source if self._settings.output else ""

    def _wanted(self) -> bool:
        return self._signals.level(self._settings.source) ^ self._settings.inverted

    def _debounce(self, level: bool) -> int:  # noqa: FBT001 - a level
        return self._settings.debounce_high if level else self._settings.debounce_low

    def _recognised(self, level: bool) -> None:  # noqa: FBT001 - a level
        self._debouncer.feed(level ^ self._settings.inverted)

    def _debounced(self, level: bool) -> None:  # noqa: FBT001 - a level
        if not self._settings.output:
            self._signals.set(self.name, level=level)


class Lines:
    """All lines.

    Parameters
    ----------
    moved
        Called with line and level whenever an output moves its pin.
    announce
        Told the events Line0RisingEdge to Line2FallingEdge.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        signals: Signals,
        *,
        moved: Callable[[str, bool], None],
        announce: Callable[[str], None],
    ) -> None:
        self._announce = announce
        self._lines = {
            name: Line(name, scheduler, signals, settings, lambda level, name=name: moved(name, level))  # type: ignore[misc]
            for name, settings in zip(NAMES, FACTORY, strict=True)
        }
        signals.listen(self._hear)

    def __getitem__(self, name: str) -> Line:
        return self._lines[name]

    def configure(self, settings: Sequence[LineSettings]) -> None:
        """Take the settings of Line0 to Line3."""
        for line, new in zip(self._lines.values(), settings, strict=True):
            line.configure(new)

    @property
    def status_all(self) -> int:
        """LineStatusAll: bit n is the status of Line n."""
        return sum(line.status << bit for bit, line in enumerate(self._lines.values()))

    def _hear(self, name: str, edge: Edge) -> None:
        if name in self._lines:
            self._announce(f"{name}{edge.value}")
            return
        for line in self._lines.values():
            if line.source == name:
                line.follow()
