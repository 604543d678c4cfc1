"""T10, T12, T13: every source that an output, the timer or a counter can have, by what it sees of one story.

The story: the camera is triggered at 0 and too early at 1 ms (skipped); Line0, Line1 and Line2 get one impulse each;
an action comes. The exposure lasts from 0.0977 to 4.0977 ms, the readout to 14.0977 ms.
"""

import pytest
from vcxg_testing.engine import MS, SEC, US, EngineRig

from vcxg124m.virtual.engine.counters import CounterSettings
from vcxg124m.virtual.engine.lines import LineSettings
from vcxg124m.virtual.engine.timer import TimerSettings
from vcxg124m.virtual.engine.triggers import TriggerSettings


def story(**setup):
    rig = EngineRig(triggered=True, exposure=4 * MS, readout=10 * MS)
    rig.set(trigger=TriggerSettings(source="Software"), **setup)
    rig.start()
    rig.software_trigger(0, MS)
    rig.drive("Line0", (30 * MS, True), (31 * MS, False))
    rig.drive("Line1", (40 * MS, False), (41 * MS, True))
    rig.drive("Line2", (50 * MS, False), (51 * MS, True))
    rig.engine.scheduler.at(60 * MS, lambda: rig.engine.signals.pulse("Action1"))
    rig.engine.scheduler.at(70 * MS, lambda: rig.engine.signals.pulse("Counter2End"))
    rig.until(SEC)
    return rig


@pytest.mark.parametrize(
    ("source", "edges"),
    [
        ("Off", []),
        ("ExposureActive", [97_700, 4_097_700]),
        ("ReadoutActive", [4_097_700, 14_097_700]),
        ("Timer1Active", [30_502 * US, 30_602 * US]),
        ("UserOutput1", [0]),
        ("UserOutput2", []),
        ("UserOutput3", [0]),
        ("TriggerReady", [0, 0, 10 * MS]),
    ],
)
def test_t10_an_output_shows_its_source(source, edges):
    line1 = LineSettings(output=True, source=source)
    rig = story(
        lines=(LineSettings(), line1, LineSettings(), LineSettings(output=True)),
        timer=TimerSettings(source="Line0", delay=500 * US, duration=100 * US),
        user_outputs=(True, False, True),
    )
    assert [instant for _, _, instant in rig.edges] == edges
    assert [level for _, level, _ in rig.edges] == [n % 2 == 0 for n in range(len(edges))]


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("Off", []),
        ("Line0", [30_002 * US]),
        ("Software", [0, MS]),
        ("ExposureStart", [97_700]),
        ("ExposureEnd", [4_097_700]),
        ("TriggerSkipped", [MS]),
        ("Action1", [60 * MS]),
    ],
)
def test_t12_the_timer_starts_with_its_source(source, begins):
    line1 = LineSettings(output=True, source="Timer1Active")
    rig = story(
        lines=(LineSettings(), line1, LineSettings(), LineSettings(output=True)),
        timer=TimerSettings(source=source, duration=4 * US),
    )
    assert rig.edges == [
        edge for at in begins for edge in (("Line1", True, at), ("Line1", False, at + 4 * US))
    ]


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("Off", 0),
        ("Counter2End", 1),
        ("ExposureActive", 1),
        ("FrameTrigger", 1),
        ("TriggerSkipped", 1),
        ("Line0", 1),
        ("Line1", 1),
        ("Line2", 1),
    ],
)
def test_t13_a_counter_counts_its_source(source, count):
    rig = story(counters=(CounterSettings(event_source=source, duration=100), CounterSettings()))
    assert rig.engine.counters[0].value == count


@pytest.mark.parametrize(
    ("source", "value"),
    [("Off", 4), ("Line0", 2), ("Line1", 0), ("Line2", 0), ("Counter2End", 0), ("Counter1End", 4)],
)
def test_t13_a_counter_is_reset_by_its_source(source, value):
    # Counted are the edges of Line1 at 2, 3, 4 and 5 ms; of equal instants the event comes before the reset.
    rig = EngineRig()
    counting = CounterSettings(
        event_source="Line1", event_activation="AnyEdge", reset_source=source, duration=5
    )
    rig.set(counters=(counting, CounterSettings()))
    rig.drive("Line1", *((n * MS, n % 2 == 1) for n in range(1, 6)))  # idles high
    rig.drive("Line0", (3_500 * US, True))
    rig.drive("Line2", (MS, False), (6 * MS, True))
    rig.engine.scheduler.at(6 * MS, lambda: rig.engine.signals.pulse("Counter2End"))
    rig.until(SEC)
    assert rig.engine.counters[0].value == value
