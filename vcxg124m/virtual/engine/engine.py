"""All that happens in the camera by itself or at its pins, on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from vcxg124m.virtual.engine.acquisition import Acquisition, Exposure, Plan
from vcxg124m.virtual.engine.counters import Counter, CounterSettings
from vcxg124m.virtual.engine.lines import FACTORY, Lines, LineSettings
from vcxg124m.virtual.engine.scheduler import Scheduler
from vcxg124m.virtual.engine.sequencer import Sequencer, Values
from vcxg124m.virtual.engine.signals import Signals
from vcxg124m.virtual.engine.timer import Timer, TimerSettings
from vcxg124m.virtual.engine.triggers import Triggers, TriggerSettings


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What the camera's settings mean for everything but the frames."""

    trigger: TriggerSettings = field(default_factory=TriggerSettings)
    lines: Sequence[LineSettings] = FACTORY
    timer: TimerSettings = field(default_factory=TimerSettings)
    counters: Sequence[CounterSettings] = field(default=(CounterSettings(), CounterSettings()))
    user_outputs: Sequence[bool] = (False, False, False)


class Owner(Protocol):
    """The camera in which the engine runs."""

    def plan(self) -> Plan:
        """Return what the settings mean for the next frame."""
        raise NotImplementedError

    def setup(self) -> Setup:
        """Return what the settings mean for the rest."""
        raise NotImplementedError

    def apply_set(self, values: Values) -> None:
        """Let the values of a sequencer set be the settings."""

    def exposed(self, exposure: Exposure) -> int:
        """Take note of a frame that begins and return its block id, 0 for none."""
        raise NotImplementedError

    def announce(self, event: str, instant: int, block_id: int) -> None:
        """Tell of an event, by its name in EventSelector."""

    def moved(self, line: str, level: bool, instant: int) -> None:  # noqa: FBT001 - a level
        """Take note that an output has moved its pin."""


class Engine:
    """Scheduler, signals and everything that hangs on them.

    Who changes settings calls `settings_changed`; who owns the clock calls `scheduler.run`.
    """

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self.scheduler = Scheduler()
        self.signals = Signals()
        # The order in which they hear of a signal: lines tell the world first; what a frame brings with it (counters)
        # is up to date before anything that a signal causes.
        self.lines = Lines(
            self.scheduler,
            self.signals,
            moved=lambda line, level: owner.moved(line, level, self.scheduler.now),
            announce=self.announce,
        )
        self.counters = (Counter("Counter1", self.signals), Counter("Counter2", self.signals))
        self.timer = Timer(self.scheduler, self.signals)
        self.acquisition = Acquisition(self.scheduler, self.signals, self)
        self.sequencer = Sequencer(self.signals, apply=self._apply_set, walked=self.acquisition.replan)
        self.triggers = Triggers(
            self.scheduler,
            self.signals,
            armed=lambda: self.acquisition.armed,
            fire=self.acquisition.trigger,
            skip=self.acquisition.skip_trigger,
        )

    def settings_changed(self) -> None:
        """Take note that settings may have changed."""
        setup = self._owner.setup()
        self.triggers.settings = setup.trigger
        for counter, settings in zip(self.counters, setup.counters, strict=True):
            counter.settings = settings
        self.timer.configure(setup.timer)
        for number, level in enumerate(setup.user_outputs, 1):
            self.signals.set(f"UserOutput{number}", level=level)
        self.lines.configure(setup.lines)
        self.acquisition.replan()

    def start(self, frames: int | None, first_set: int | None) -> None:
        """Start the acquisition.

        Parameters
        ----------
        frames
            After how many it ends by itself.
        first_set
            Set that the sequencer begins with; None while it is off.
        """
        if self.acquisition.running:
            return
        if first_set is None:
            self.sequencer.stop()
        else:
            self.sequencer.start(first_set)
        self.acquisition.start(frames)

    def stop(self) -> None:
        """Stop the acquisition; triggers that wait in the delay are forgotten."""
        self.triggers.clear()
        self.acquisition.stop()
        self.sequencer.stop()

    def abort(self) -> None:
        """Abort the acquisition."""
        self.triggers.clear()
        self.acquisition.abort()
        self.sequencer.stop()

    def reset(self) -> None:
        """Forget what was counted, what was taken and the sequencer's sets; settings follow by `settings_changed`."""
        self.abort()
        self.acquisition.forget()
        for counter in self.counters:
            counter.reset()
            counter.value_at_reset = 0
        self.sequencer.clear()

    # --- what the acquisition asks

    def next_plan(self) -> Plan:
        """Return what the settings mean for the next frame, with the exposure time of the set that will apply to it."""
        plan = self._owner.plan()
        exposure_us = self.sequencer.coming("ExposureTime")
        return plan if exposure_us is None else replace(plan, exposure=round(exposure_us * 1000))

    def exposure_begins(self) -> None:
        """Let the chosen sequencer set apply."""
        self.sequencer.apply_chosen()

    def exposed(self, exposure: Exposure) -> int:
        """Tell the owner of a frame that begins."""
        return self._owner.exposed(exposure)

    def announce(self, event: str, block_id: int = 0) -> None:
        """Tell the owner of an event."""
        self._owner.announce(event, self.scheduler.now, block_id)

    def _apply_set(self, values: Values) -> None:
        self._owner.apply_set(values)
        self.settings_changed()
