"""The engine bound to the camera's registers, and to the clock of whoever drives the camera.

That clock counts seconds as a float, on any axis that does not run backwards; the engine counts integer nanoseconds
from the camera's power up. A double tells nanoseconds apart for months of seconds, so nothing is lost between them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from vcxg124m.datasheet import NETWORK
from vcxg124m.virtual.engine.acquisition import Exposure, Plan
from vcxg124m.virtual.engine.engine import Engine, Setup
from vcxg124m.virtual.engine.lines import NAMES
from vcxg124m.virtual.engine.sequencer import Values
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.sequencer_registers import SequencerRegisters, store_user_outputs
from vcxg124m.virtual.settings import Settings
from vcxg124m.virtual.setup import read_setup


class Camera(Protocol):
    """What the clockwork asks of the camera around it."""

    def exposed(self, exposure: Exposure) -> int:
        """Take note of a frame that begins and return its block id, 0 for none."""
        raise NotImplementedError

    def emit(self, name: str, now: float, block_id: int = 0) -> None:
        """Tell an application of an event, by its name in EventSelector."""


class Clockwork:
    """Drives the engine by the camera's registers.

    Parameters
    ----------
    now
        Instant of power up.
    """

    def __init__(self, registers: RegisterFile, settings: Settings, camera: Camera, *, now: float) -> None:
        self._registers = registers
        self._settings = settings
        self._camera = camera
        self._zero = now
        self._epoch = 0
        self.on_output: Callable[[int, str, bool], None] = lambda _timestamp, _line, _level: None
        """Called with the camera's time in ns, line and level whenever an output moves its pin."""
        self.engine = Engine(self)
        self.sequencer = SequencerRegisters(registers, self.engine.sequencer)
        self._bind_acquisition()
        self._bind_io()

    # --- time

    def advance(self, now: float) -> None:
        """Let everything happen that is due until `now`."""
        self.engine.scheduler.run(self._instant(now))

    def get_timer(self) -> float | None:
        """Return the instant of the next event, None when there is none."""
        due = self.engine.scheduler.next()
        if due is None:
            return None
        seconds = self.seconds(due)
        while self._instant(seconds) < due:  # a float may fall short of it
            seconds = math.nextafter(seconds, math.inf)
        return seconds

    def seconds(self, instant: int) -> float:
        """Return an instant of the engine on the axis of the caller's clock."""
        return self._zero + instant / 1e9

    def timestamp(self, instant: int) -> int:
        """Return the camera's time at an instant of the engine, in ns and the camera's steps (data sheet N7)."""
        step = NETWORK.timestamp_increment_ns
        return (instant - self._epoch) // step * step

    def timestamp_at(self, now: float) -> int:
        """Return the camera's time at an instant of the caller's clock."""
        return self.timestamp(self._instant(now))

    def power_up(self) -> None:
        """Begin anew with the registers as they are now; what is connected to the pins stays."""
        self.engine.reset()
        self.reset_timestamp()
        self.settings_changed()

    def reset_timestamp(self) -> None:
        """Let the camera's time begin at 0 now."""
        self._epoch = self.engine.scheduler.now

    def _instant(self, now: float) -> int:
        return round((now - self._zero) * 1e9)

    # --- settings

    def settings_changed(self) -> None:
        """Take note that registers may have been written."""
        self._settings.changed()
        self.engine.settings_changed()

    def plan(self) -> Plan:
        """Return what the registers mean for the next frame."""
        return self._settings.mode().plan

    def setup(self) -> Setup:
        """Return what the registers mean for the rest."""
        return read_setup(self._registers)

    def apply_set(self, values: Values) -> None:
        """Let the values of a sequencer set be those of the registers."""
        self.sequencer.apply(values)
        self._settings.settle()  # a set may hold a height, and not the offset that it goes with

    # --- what the engine tells

    def exposed(self, exposure: Exposure) -> int:
        """Hand a frame on."""
        return self._camera.exposed(exposure)

    def announce(self, event: str, instant: int, block_id: int) -> None:
        """Hand an event on."""
        self._camera.emit(event, self.seconds(instant), block_id)

    def moved(self, line: str, level: bool, instant: int) -> None:  # noqa: FBT001 - a level
        """Hand an output's edge on."""
        self.on_output(instant - self._epoch, line, level)

    # --- registers

    def _on_command(self, name: str, execute: Callable[[int], None]) -> None:
        """Execute a command with what was written before it, in the same datagram, too."""

        def written(_value: Value, index: int) -> None:
            self.settings_changed()
            execute(index)

        self._registers.on_write(name, written)

    def _bind_acquisition(self) -> None:
        registers, engine = self._registers, self.engine
        self._on_command("AcquisitionStart", lambda _: self._start())
        self._on_command("AcquisitionStop", lambda _: engine.stop())
        self._on_command("AcquisitionAbort", lambda _: engine.abort())
        self._on_command("TriggerSoftware", lambda _: engine.signals.pulse("Software"))
        registers.on_read("AcquisitionActive", lambda _: int(engine.acquisition.running))
        registers.on_read("AcquisitionStatus", self._status)

    def _status(self, index: int) -> int:
        acquisition = self.engine.acquisition
        return int(acquisition.waits_for_trigger if index else acquisition.active)

    def _start(self) -> None:
        mode = self._registers.entry("AcquisitionMode")
        counts = {"SingleFrame": 1, "MultiFrame": self._registers.integer("AcquisitionFrameCount")}
        self.engine.start(counts.get(mode), self.sequencer.first_set())

    def _bind_io(self) -> None:
        registers, engine = self._registers, self.engine
        registers.on_read("LineStatus", lambda index: int(engine.lines[NAMES[index]].status))
        registers.on_read("LineStatusAll", lambda _: engine.lines.status_all)
        registers.on_read("UserOutputValueAll", lambda _: self._user_outputs())
        registers.on_write(
            "UserOutputValueAll", lambda value, _index: store_user_outputs(registers, int(value))
        )
        registers.on_read("CounterValue", lambda index: engine.counters[index].value)
        registers.on_read("CounterValueAtReset", lambda index: engine.counters[index].value_at_reset)
        registers.on_write("CounterValue", self._set_counter)
        self._on_command("CounterReset", lambda index: engine.counters[index].reset())

    def _user_outputs(self) -> int:
        count = self._registers.row("UserOutputValue").count
        return sum(self._registers.integer("UserOutputValue", index) << index for index in range(count))

    def _set_counter(self, value: Value, index: int) -> None:
        self.engine.counters[index].value = int(value)
