"""Q1 to Q3: sets, paths, and when a set applies."""

import pytest
from vcxg_testing.engine import MS, SEC, US, EngineRig

from vcxg124m.virtual.engine.counters import CounterSettings
from vcxg124m.virtual.engine.sequencer import Path, SequencerSet
from vcxg124m.virtual.engine.timer import TimerSettings
from vcxg124m.virtual.engine.triggers import TriggerSettings


def exposure_set(us, *paths):
    return SequencerSet(values={("ExposureTime", 0): us}, paths=paths)


def triggered():
    rig = EngineRig(triggered=True)
    rig.set(trigger=TriggerSettings(source="Software"))
    return rig


def lengths(rig):
    return [(frame.end - frame.start) // US for frame in rig.frames]


def test_the_start_set_applies_at_acquisition_start():
    rig = triggered()
    rig.engine.sequencer.sets[5] = exposure_set(700)
    rig.start(first_set=5)
    assert rig.applied == [(0, {("ExposureTime", 0): 700})]
    assert rig.engine.sequencer.active == 5


def test_a_set_applies_with_the_next_exposure_and_not_with_its_trigger():
    rig = EngineRig(period=100 * MS)
    rig.engine.sequencer.sets[0] = exposure_set(1000, Path(next=1, source="Line0"))
    rig.engine.sequencer.sets[1] = exposure_set(2000)
    rig.start(first_set=0)
    rig.drive("Line0", (30 * MS, True))
    rig.until(99 * MS)
    assert rig.engine.sequencer.active == 0
    rig.until(250 * MS)
    assert lengths(rig) == [1000, 2000, 2000]
    assert [instant for instant, _ in rig.applied] == [0, 100 * MS]


def test_the_exposure_that_begins_chooses_the_set_of_the_next_one():
    rig = EngineRig(period=100 * MS)
    for number, us in enumerate((1000, 2000, 3000)):
        rig.engine.sequencer.sets[number] = exposure_set(
            us, Path(next=(number + 1) % 3, source="ExposureActive")
        )
    rig.start(first_set=0)
    rig.until(550 * MS)
    assert lengths(rig) == [1000, 2000, 3000, 1000, 2000, 3000]


def test_q1_128_sets_are_walked_through():
    rig = EngineRig(period=10 * MS)
    for number in range(128):
        rig.engine.sequencer.sets[number] = exposure_set(
            100 + number, Path(next=(number + 1) % 128, source="ExposureActive", activation="FallingEdge")
        )
    rig.start(first_set=0)
    rig.until(129 * 10 * MS - 1)
    assert lengths(rig) == [*range(100, 228), 100]


@pytest.mark.parametrize(("line", "us"), [("Line0", 1000), ("Line1", 2000), ("Line2", 3000)])
def test_q1_each_of_4_paths_leads_where_it_says(line, us):
    rig = triggered()
    sets = rig.engine.sequencer.sets
    sets[9] = exposure_set(
        50, Path(), Path(next=1, source="Line0"), Path(next=2, source="Line1"), Path(next=3, source="Line2")
    )
    for number in (1, 2, 3):
        sets[number] = exposure_set(1000 * number)
    rig.start(first_set=9)
    rig.drive(line, (MS, False), (2 * MS, True))
    rig.software_trigger(10 * MS)
    rig.until(SEC)
    assert lengths(rig) == [us]


def test_of_two_paths_with_one_trigger_the_lower_wins():
    rig = triggered()
    rig.engine.sequencer.sets[0] = exposure_set(
        50, Path(next=7, source="Line0"), Path(next=8, source="Line0")
    )
    rig.start(first_set=0)
    rig.drive("Line0", (MS, True))
    rig.software_trigger(10 * MS)
    rig.until(SEC)
    assert rig.engine.sequencer.active == 7


def test_triggers_between_two_exposures_walk_as_many_steps():
    rig = triggered()
    for number in range(4):
        rig.engine.sequencer.sets[number] = exposure_set(
            100 * (number + 1), Path(next=number + 1, source="Line0")
        )
    rig.start(first_set=0)
    rig.drive("Line0", (MS, True), (2 * MS, False), (3 * MS, True), (4 * MS, False), (5 * MS, True))
    rig.software_trigger(10 * MS)
    rig.until(SEC)
    assert lengths(rig) == [400]
    assert len(rig.applied) == 2


@pytest.mark.parametrize(
    "source",
    ["Counter1End", "Counter2End", "ExposureActive", "Line0", "Line1", "Line2", "ReadoutActive", "Timer1End"],
)
def test_q2_every_kind_of_path_trigger_works(source):
    rig = triggered()
    counter = CounterSettings(event_source="ExposureActive", duration=1)
    rig.set(counters=(counter, counter), timer=TimerSettings(source="ExposureStart"))
    rig.engine.sequencer.sets[0] = exposure_set(100, Path(next=1, source=source))
    rig.engine.sequencer.sets[1] = exposure_set(900)
    rig.start(first_set=0)
    if source.startswith("Line"):
        rig.drive(source, (2 * MS, False), (3 * MS, True))
    rig.software_trigger(0, 50 * MS)
    rig.until(SEC)
    assert lengths(rig) == [100, 900]


def test_q3_a_counter_inside_the_sets_takes_a_number_of_frames_with_each():
    rig = EngineRig(period=10 * MS)
    rig.set(
        counters=(
            CounterSettings(event_source="ExposureActive", reset_source="Counter1End", duration=1),
            CounterSettings(),
        )
    )
    sets = rig.engine.sequencer.sets
    for number, (us, count) in enumerate(((1000, 3), (2000, 2))):
        sets[number] = SequencerSet(
            values={("ExposureTime", 0): us, ("CounterDuration", 0): count},
            paths=(Path(next=1 - number, source="Counter1End"),),
        )
    rig.start(first_set=0)
    rig.until(99 * MS)
    assert lengths(rig) == [1000, 1000, 1000, 2000, 2000, 1000, 1000, 1000, 2000, 2000]


def test_q3_a_set_may_wait_for_a_trigger_and_the_next_run_free_again():
    rig = EngineRig(period=10 * MS)
    sets = rig.engine.sequencer.sets
    sets[0] = SequencerSet(values={("TriggerMode", 0): 0}, paths=(Path(next=1, source="ExposureActive"),))
    sets[1] = SequencerSet(values={("TriggerMode", 0): 1}, paths=(Path(next=0, source="ExposureActive"),))
    rig.start(first_set=0)
    rig.until(100 * MS)
    assert rig.starts == [0, 10 * MS]  # the set that wants triggers has applied with the second exposure
    rig.software_trigger(100 * MS)
    rig.until(105 * MS)
    assert rig.starts[2:] == [100 * MS + 97_700]


def test_a_longer_exposure_to_come_lets_an_overlapped_exposure_begin_earlier():
    # Readout of 10 ms. After 1 ms of exposure the next one, of 8 ms, may begin when 8 ms of the readout are left.
    rig = EngineRig(readout=10 * MS)
    rig.engine.sequencer.sets[0] = exposure_set(1000, Path(next=1, source="ExposureActive"))
    rig.engine.sequencer.sets[1] = exposure_set(8000, Path(next=0, source="ExposureActive"))
    rig.start(first_set=0)
    rig.until(30 * MS)
    # 0 to 1 ms, readout to 11; 3 to 11 ms, readout to 21; 20 to 21 ms.
    assert rig.starts[:3] == [0, 3 * MS, 20 * MS]


def test_a_set_chosen_during_the_readout_moves_the_exposure_that_was_planned():
    rig = EngineRig(readout=10 * MS)
    rig.engine.sequencer.sets[0] = exposure_set(1000, Path(next=1, source="Line0"))
    rig.engine.sequencer.sets[1] = exposure_set(8000)
    rig.start(first_set=0)
    rig.drive("Line0", (2 * MS, True))
    rig.until(9 * MS)
    assert rig.starts == [0, 3 * MS]  # without the line it would have been 10 ms


def test_without_the_sequencer_nothing_walks():
    rig = EngineRig(period=10 * MS)
    rig.engine.sequencer.sets[0] = exposure_set(1000, Path(next=1, source="ExposureActive"))
    rig.start()
    rig.until(SEC)
    assert rig.applied == []
