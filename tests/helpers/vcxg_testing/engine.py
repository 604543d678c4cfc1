"""The engine of the virtual camera alone, on invented time, with settings that a test writes down."""

from dataclasses import replace

from vcxg124m.virtual.engine.acquisition import Plan
from vcxg124m.virtual.engine.engine import Engine, Setup

US, MS, SEC = 1_000, 1_000_000, 1_000_000_000


class EngineRig:
    """An engine and a diary of all that it tells."""

    def __init__(self, **plan):
        self.the_plan = Plan(
            **(
                {
                    "triggered": False,
                    "sequential": False,
                    "exposure": 4 * MS,
                    "readout": 10 * MS,
                    "transfer": None,
                }
                | plan
            )
        )
        self.the_setup = Setup()
        self.frames = []
        self.events = []
        self.edges = []
        self.applied = []
        self.engine = Engine(self)
        self.engine.settings_changed()

    # --- what a test does

    def set(self, **setup):
        self.the_setup = replace(self.the_setup, **setup)
        self.engine.settings_changed()

    def set_plan(self, **plan):
        self.the_plan = replace(self.the_plan, **plan)
        self.engine.settings_changed()

    def start(self, frames=None, first_set=None):
        self.engine.start(frames, first_set)

    def until(self, instant):
        self.engine.scheduler.run(instant)

    def drive(self, line, *levels):
        """Give a pin levels at instants: ``(0, True), (5 * US, False)``."""
        for instant, level in levels:
            self.engine.scheduler.at(instant, lambda level=level: self.engine.lines[line].drive(level))

    def software_trigger(self, *instants):
        for instant in instants:
            self.engine.scheduler.at(instant, lambda: self.engine.signals.pulse("Software"))

    # --- what a test looks at

    @property
    def starts(self):
        return [frame.start for frame in self.frames]

    def times(self, event):
        return [instant for name, instant, _ in self.events if name == event]

    # --- the engine's owner

    def plan(self):
        return self.the_plan

    def setup(self):
        return self.the_setup

    def apply_set(self, values):
        self.applied.append((self.engine.scheduler.now, dict(values)))
        names = {"ExposureTime": ("exposure", US), "TriggerMode": ("triggered", 1)}
        for (name, _), value in values.items():
            if name in names:
                field, factor = names[name]
                self.the_plan = replace(self.the_plan, **{field: value * factor})
        durations = [values.get(("CounterDuration", index)) for index in range(2)]
        self.the_setup = replace(
            self.the_setup,
            counters=[
                counter if duration is None else replace(counter, duration=duration)
                for counter, duration in zip(self.the_setup.counters, durations, strict=True)
            ],
        )

    def exposed(self, exposure):
        self.frames.append(exposure)
        return len(self.frames) if exposure.transfer else 0

    def announce(self, event, instant, block_id):
        self.events.append((event, instant, block_id))

    def moved(self, line, level, instant):
        self.edges.append((line, level, instant))
