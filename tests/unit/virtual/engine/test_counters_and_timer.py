"""T7, T12, T13: counters, the encoder recipe and Timer1, by hand-computed instants."""

import pytest
from vcxg_testing.engine import MS, SEC, US, EngineRig

from vcxg124m.virtual.engine.counters import CounterSettings
from vcxg124m.virtual.engine.timer import TimerSettings
from vcxg124m.virtual.engine.triggers import TriggerSettings


def pulses(count, period=100 * US, first=0):
    for number in range(count):
        start = first + number * period
        yield start, True
        yield start + period // 2, False


def counting(rig, first=None, second=None):
    rig.set(counters=(first or CounterSettings(), second or CounterSettings()))


def test_t13_a_counter_without_reset_ends_once_and_stays():
    rig = EngineRig()
    counting(rig, CounterSettings(event_source="Line0", duration=3))
    ends = []
    rig.engine.signals.listen(lambda name, _: name == "Counter1End" and ends.append(rig.engine.scheduler.now))
    rig.drive("Line0", *pulses(10))
    rig.until(2 * MS)
    assert ends == [202 * US]
    assert rig.engine.counters[0].value == 3


@pytest.mark.parametrize(("activation", "count"), [("RisingEdge", 5), ("FallingEdge", 5), ("AnyEdge", 10)])
def test_t13_the_activation_chooses_the_edges_that_count(activation, count):
    rig = EngineRig()
    counting(rig, CounterSettings(event_source="Line0", event_activation=activation, duration=65535))
    rig.drive("Line0", *pulses(5))
    rig.until(2 * MS)
    assert rig.engine.counters[0].value == count


def test_t13_a_reset_keeps_what_was_counted():
    rig = EngineRig()
    counting(
        rig,
        CounterSettings(
            event_source="Line0", reset_source="Line1", reset_activation="FallingEdge", duration=9
        ),
    )
    rig.drive("Line0", *pulses(4))
    rig.drive("Line1", (MS, False))
    rig.until(2 * MS)
    counter = rig.engine.counters[0]
    assert (counter.value, counter.value_at_reset) == (0, 4)
    rig.drive("Line0", *pulses(2, first=3 * MS))
    rig.until(4 * MS)
    counter.reset()
    assert (counter.value, counter.value_at_reset) == (0, 2)


def test_t13_one_counter_counts_the_ends_of_the_other():
    rig = EngineRig()
    counting(
        rig,
        CounterSettings(event_source="Line0", reset_source="Counter1End", duration=4),
        CounterSettings(event_source="Counter1End", duration=100),
    )
    rig.drive("Line0", *pulses(13))
    rig.until(2 * MS)
    assert [counter.value for counter in rig.engine.counters] == [1, 3]


def test_t13_counters_that_count_each_other_come_to_rest():
    rig = EngineRig()
    counting(
        rig,
        CounterSettings(event_source="Counter2End", reset_source="Counter1End", duration=1),
        CounterSettings(event_source="Counter1End", reset_source="Counter2End", duration=1),
    )
    rig.engine.signals.pulse("Counter1End")
    assert [counter.value for counter in rig.engine.counters] == [0, 0]


def test_t13_a_trigger_that_is_skipped_because_of_itself_is_skipped_once():
    rig = EngineRig(triggered=True)
    counting(rig, CounterSettings(event_source="TriggerSkipped", reset_source="Counter1End", duration=1))
    rig.start()
    rig.software_trigger(
        0, MS
    )  # the second one is skipped, which ends the counter, which triggers, and so on
    rig.until(SEC)
    assert rig.times("TriggerSkipped") == [MS, MS]


@pytest.mark.parametrize(
    ("source", "count"), [("ExposureActive", 3), ("FrameTrigger", 3), ("TriggerSkipped", 2), ("Off", 0)]
)
def test_t13_frames_and_triggers_are_counted(source, count):
    rig = EngineRig(triggered=True)
    counting(rig, CounterSettings(event_source=source, duration=100))
    rig.start()
    rig.software_trigger(0, MS, 20 * MS, 21 * MS, 40 * MS)
    rig.until(SEC)
    assert rig.engine.counters[0].value == count


def test_t13_skipped_transfers_are_counted():
    rig = EngineRig(triggered=True, transfer=100 * MS)
    counting(rig, CounterSettings(event_source="FrameTransferSkipped", duration=100))
    rig.start()
    rig.software_trigger(0, 20 * MS, 40 * MS, 60 * MS)
    rig.until(SEC)
    assert rig.engine.counters[0].value == 2


def test_t7_an_encoder_through_a_counter_takes_one_frame_every_n_pulses():
    rig = EngineRig(triggered=True, exposure=15 * US, readout=1_222_920)
    counting(rig, CounterSettings(event_source="Line1", reset_source="Counter1End", duration=50))
    rig.set(trigger=TriggerSettings(source="Counter1End"))
    rig.start()
    rig.drive("Line1", *((instant, not level) for instant, level in pulses(1000, period=40 * US)))
    rig.until(SEC)
    # The line idles high; its k-th rising edge comes at 20 us + k * 40 us and is known 2 us later.
    expected = [20 * US + (50 * n - 1) * 40 * US + 2 * US + 97_700 for n in range(1, 21)]
    assert len(rig.frames) == 20
    assert rig.starts[0] == expected[0]
    assert all(0 <= start - earliest <= 16_400 for start, earliest in zip(rig.starts, expected, strict=True))


def test_t12_the_timer_waits_its_delay_and_is_active_for_its_duration():
    rig = EngineRig()
    rig.set(timer=TimerSettings(source="Line0", delay=1_000 * US, duration=4 * US))
    active = []
    rig.engine.signals.listen(
        lambda name, edge: (
            name.startswith("Timer1") and active.append((name, edge.value, rig.engine.scheduler.now))
        )
    )
    rig.drive("Line0", (0, True))
    rig.until(SEC)
    assert active == [
        ("Timer1Active", "RisingEdge", 1_002 * US),
        ("Timer1Active", "FallingEdge", 1_006 * US),
        ("Timer1End", "Moment", 1_006 * US),
    ]


def test_t12_the_source_off_ends_an_impulse():
    rig = EngineRig()
    rig.set(timer=TimerSettings(source="Line0", duration=2_000 * MS))
    rig.drive("Line0", (0, True))
    rig.until(MS)
    assert rig.engine.signals.level("Timer1Active")
    rig.set(timer=TimerSettings(source="Off"))
    assert not rig.engine.signals.level("Timer1Active")


def test_t12_a_trigger_during_delay_or_impulse_has_no_effect():
    rig = EngineRig()
    rig.set(timer=TimerSettings(source="Line0", delay=150 * US, duration=200 * US))
    begun = []
    rig.engine.signals.listen(
        lambda name, edge: (
            (name, edge.value) == ("Timer1Active", "RisingEdge") and begun.append(rig.engine.scheduler.now)
        )
    )
    rig.drive("Line0", *pulses(5))
    rig.until(SEC)
    assert begun == [152 * US, 552 * US]


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ("ExposureStart", [97_700]),
        ("ExposureEnd", [4_097_700]),
        ("Software", [0]),
        ("TriggerSkipped", [MS]),
        ("Action1", []),
        ("Off", []),
    ],
)
def test_t12_the_timer_starts_with_its_source(source, starts):
    rig = EngineRig(triggered=True)
    rig.set(timer=TimerSettings(source=source, delay=0, duration=2_000 * MS))
    begun = []
    rig.engine.signals.listen(
        lambda name, edge: (
            (name, edge.value) == ("Timer1Active", "RisingEdge") and begun.append(rig.engine.scheduler.now)
        )
    )
    rig.start()
    rig.software_trigger(0, MS)
    rig.until(SEC)
    assert begun == starts


def test_t12_the_timer_starts_when_a_transfer_is_skipped():
    rig = EngineRig(triggered=True, transfer=100 * MS)
    rig.set(timer=TimerSettings(source="FrameTransferSkipped", duration=10 * US))
    begun = []
    rig.engine.signals.listen(
        lambda name, edge: (
            (name, edge.value) == ("Timer1Active", "RisingEdge") and begun.append(rig.engine.scheduler.now)
        )
    )
    rig.start()
    rig.software_trigger(0, 20 * MS, 40 * MS)
    rig.until(SEC)
    assert begun == [40 * MS + 97_700 + 14 * MS]
