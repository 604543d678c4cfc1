"""The camera's temperature and its judgement of it: Normal, High, Exceeded and straight back to Normal."""

from __future__ import annotations

from collections.abc import Callable

from vcxg124m.datasheet import DEVICE
from vcxg124m.virtual.registers import RegisterFile

START_CELSIUS = 44.6875
"""Seen in a camera of the family."""
_STEPS_PER_DEGREE = 16
_TRANSITIONS = {name: index for index, name in enumerate(DEVICE.temperature_transitions)}


class Thermometer:
    """Measures and judges.

    Parameters
    ----------
    changed
        Called when the judgement has changed.
    """

    def __init__(self, registers: RegisterFile, changed: Callable[[], None]) -> None:
        self._registers = registers
        self._changed = changed
        self._celsius = START_CELSIUS
        self._status = "Normal"
        statuses = dict(registers.row("DeviceTemperatureStatus").entries)
        registers.on_read("DeviceTemperature", lambda _: self._celsius)
        registers.on_read("DeviceTemperatureStatus", lambda _: statuses[self._status])
        registers.on_read("DeviceTemperatureExceeded", lambda _: int(self.exceeded))
        registers.on_write("DeviceTemperatureStatusTransition", lambda _value, _index: self.judge())

    @property
    def celsius(self) -> float:
        """The temperature inside the housing."""
        return self._celsius

    @property
    def exceeded(self) -> bool:
        """Whether the camera is too hot to send images (data sheet E1)."""
        return self._status == "Exceeded"

    def set(self, celsius: float) -> None:
        """Let the housing have this temperature."""
        self._celsius = round(celsius * _STEPS_PER_DEGREE) / _STEPS_PER_DEGREE
        self.judge()

    def power_up(self) -> None:
        """Judge anew, without a past."""
        self._status = "Normal"
        self.judge()

    def _limit(self, transition: str) -> float:
        return float(self._registers.number("DeviceTemperatureStatusTransition", _TRANSITIONS[transition]))

    def judge(self) -> None:
        """Judge by the limits as they are now."""
        before = self._status
        self._status = self._judgement()
        if self._status != before:
            self._changed()

    def _judgement(self) -> str:
        if (
            self.exceeded
        ):  # left towards Normal only, without passing High on the way down (manual of the VCXG.2)
            return "Exceeded" if self._celsius >= self._limit("ExceededToNormal") else "Normal"
        if self._celsius >= self._limit("HighToExceeded"):
            return "Exceeded"
        return "High" if self._celsius >= self._limit("NormalToHigh") else "Normal"
