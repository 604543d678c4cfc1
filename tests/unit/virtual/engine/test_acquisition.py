"""A1, A2, A4 to A9, T1 to T6, M1: when frames are exposed, read and sent, by hand-computed instants."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vcxg_testing.engine import MS, SEC, US, EngineRig

from vcxg124m.virtual.engine.lines import LineSettings
from vcxg124m.virtual.engine.triggers import TriggerSettings
from vcxg124m.virtual.timing import readout_time, transfer_time

# Data sheet, partial scan table: width, height, sensor limit, interface limit (Mono8, minimum exposure).
PARTIAL_SCAN = [
    (1920, 1080, 40, 40),
    (1280, 720, 59, 59),
    (1024, 768, 56, 56),
    (640, 480, 86, 86),
    (320, 240, 157, 157),
    (176, 144, 232, 232),
    (4096, 2048, 22, 14),
    (4096, 1024, 43, 29),
    (4096, 512, 81, 58),
    (4096, 128, 252, 235),
    (4096, 64, 387, 387),
    (4096, 32, 529, 529),
    (4096, 8, 728, 728),
    (4096, 4, 776, 776),
    (4096, 2, 803, 803),
    (4096, 1, 817, 817),
]
FULL_READOUT = 65_761_400  # 1.2014 ms + 3000 * 21.52 us


def interval(**plan):
    """Steady time between two frames in free run."""
    rig = EngineRig(**plan)
    rig.start(frames=5)
    rig.until(1000 * SEC)
    steps = {later - earlier for earlier, later in pairwise(rig.starts)}
    assert len(steps) == 1
    return steps.pop()


def mono8(width, height, **plan):
    sizes = {"exposure": 15 * US, "readout": readout_time(height)}
    return sizes | {"transfer": transfer_time(width * height, packet_size=9000)} | plan


# --- free run


@pytest.mark.parametrize(("width", "height", "rate", "_"), PARTIAL_SCAN)
def test_a4_every_partial_scan_leaves_the_sensor_at_its_rate(width, height, rate, _):
    assert SEC // interval(**mono8(width, height, transfer=None)) == rate


@pytest.mark.parametrize(("width", "height", "_", "rate"), PARTIAL_SCAN)
def test_a4_every_partial_scan_passes_the_interface_at_its_rate(width, height, _, rate):
    assert SEC // interval(**mono8(width, height)) == rate


def test_a2_the_full_frame_is_read_in_65_8_ms_15_times_a_second():
    assert interval(exposure=4 * MS, readout=FULL_READOUT) == FULL_READOUT


@pytest.mark.parametrize(("width", "height"), [(2048, 1500), (2048, 3000), (4096, 1500)])
def test_a1_binned_full_frames_come_15_times_a_second_triggered_and_none_is_skipped(width, height):
    rig = EngineRig(**mono8(width, height, readout=FULL_READOUT, exposure=4 * MS, triggered=True))
    rig.start()
    rig.software_trigger(*(n * SEC // 15 for n in range(60)))
    rig.until(10 * SEC)
    assert len(rig.frames) == 60
    assert rig.times("FrameTransferSkipped") == rig.times("TriggerSkipped") == []


def test_a1_the_full_frame_is_triggered_9_times_a_second_and_none_is_skipped():
    rig = EngineRig(**mono8(4096, 3000, exposure=4 * MS, triggered=True))
    rig.start()
    rig.software_trigger(*(n * SEC // 9 for n in range(36)))
    rig.until(10 * SEC)
    assert len(rig.frames) == 36
    assert rig.times("FrameTransferSkipped") == rig.times("TriggerSkipped") == []


def test_a5_a_new_acquisition_does_not_wait_for_the_frame_rate_of_the_one_before():
    rig = EngineRig(period=100 * SEC)
    rig.start()
    rig.until(SEC)
    rig.engine.stop()
    rig.start()
    rig.until(2 * SEC)
    assert rig.starts == [0, SEC]


@pytest.mark.parametrize(("period", "expected"), [(500 * MS, 500 * MS), (SEC // 65535, FULL_READOUT)])
def test_a5_the_frame_rate_only_ever_slows_down(period, expected):
    assert interval(readout=FULL_READOUT, period=period) == expected


def test_a8_overlapped_exposures_follow_each_other_after_the_fixed_delay():
    # T4: at most 114.1 us from the end of one exposure to the begin of the next.
    assert interval(exposure=500 * MS, readout=FULL_READOUT) == 500 * MS + 114_100


def test_a8_a_sequential_exposure_waits_for_the_end_of_the_readout():
    assert interval(exposure=500 * MS, readout=FULL_READOUT, sequential=True) == 500 * MS + FULL_READOUT


def test_the_link_slows_a_free_running_camera_down():
    assert interval(readout=10 * MS, transfer=30 * MS) == 30 * MS


def test_a6_an_acquisition_of_n_frames_ends_by_itself_and_another_begins_anew():
    rig = EngineRig()
    rig.start(frames=3)
    rig.until(SEC)
    assert [frame.index for frame in rig.frames] == [0, 1, 2]
    assert not rig.engine.acquisition.running
    rig.start(frames=1)
    rig.until(2 * SEC)
    assert [frame.index for frame in rig.frames] == [0, 1, 2, 0]


def test_a7_the_status_is_active_until_the_last_readout_ends():
    rig = EngineRig(exposure=4 * MS, readout=10 * MS)
    acquisition = rig.engine.acquisition
    assert not acquisition.active
    rig.start()
    rig.until(MS)
    rig.engine.stop()
    assert (acquisition.running, acquisition.active) == (False, True)
    rig.until(14 * MS - 1)
    assert acquisition.active
    rig.until(14 * MS)
    assert not acquisition.active
    assert len(rig.frames) == 1


def test_a7_the_status_tells_when_a_trigger_would_be_accepted():
    rig = EngineRig(triggered=True, exposure=4 * MS, readout=10 * MS)
    waits = lambda: rig.engine.acquisition.waits_for_trigger  # noqa: E731
    assert not waits()
    rig.start()
    assert waits()
    rig.software_trigger(0)
    rig.until(0)
    assert not waits()
    rig.until(14 * MS + 97_700)
    assert waits()


def test_a_frame_has_its_events_in_their_order_with_its_block_id():
    rig = EngineRig(exposure=4 * MS, readout=10 * MS, transfer=MS)
    rig.start(frames=1)
    rig.until(SEC)
    assert rig.events == [
        ("ExposureStart", 0, 1),
        ("FrameStart", 0, 1),
        ("ExposureEnd", 4 * MS, 1),
        ("FrameEnd", 14 * MS, 1),
    ]
    assert (rig.frames[0].transfer.start, rig.frames[0].transfer.end) == (14 * MS, 15 * MS)


# --- abort


def test_a9_an_abort_in_the_readout_is_over_with_the_readout():
    rig = EngineRig(exposure=4 * MS, readout=FULL_READOUT, transfer=MS)
    rig.start()
    rig.until(20 * MS)
    rig.engine.abort()
    rig.until(4 * MS + FULL_READOUT - 1)
    assert rig.engine.acquisition.active
    rig.until(4 * MS + FULL_READOUT)
    assert not rig.engine.acquisition.active
    rig.until(SEC)
    assert len(rig.frames) == 1
    assert rig.times("FrameEnd") == []


def test_a9_an_abort_in_the_exposure_takes_one_readout_to_clear_the_sensor():
    rig = EngineRig(exposure=500 * MS, readout=FULL_READOUT)
    rig.start()
    rig.until(20 * MS)
    rig.engine.abort()
    assert not rig.engine.signals.level("ExposureActive")
    rig.until(20 * MS + 65_761_399)
    assert rig.engine.acquisition.active
    assert rig.engine.signals.level("ReadoutActive")
    rig.until(20 * MS + 65_761_400)
    assert not rig.engine.acquisition.active
    assert not rig.engine.signals.level("ReadoutActive")


def test_after_an_abort_no_block_waits_for_one_that_was_given_up():
    rig = EngineRig(exposure=MS, readout=2 * MS, transfer=500 * MS)
    rig.start()
    rig.until(10 * MS)
    rig.engine.abort()
    rig.start()
    rig.until(20 * MS)
    assert rig.frames[1].transfer.start == 13 * MS


# --- triggers


def triggered(**plan):
    rig = EngineRig(**({"triggered": True, "exposure": 4 * MS, "readout": 10 * MS} | plan))
    rig.start()
    return rig


def test_t1_without_a_trigger_a_triggered_camera_takes_nothing_and_a_free_running_one_ignores_them():
    rig = triggered()
    rig.until(SEC)
    assert rig.starts == []
    free = EngineRig(period=100 * MS)
    free.start()
    free.software_trigger(50 * MS)
    free.until(199 * MS)
    assert free.starts == [0, 100 * MS]
    assert free.times("TriggerSkipped") == []


@pytest.mark.parametrize(
    ("source", "taken"),
    [("Line0", 1), ("Line1", 1), ("Line2", 1), ("Software", 1), ("Counter1End", 1), ("Counter2End", 1), ("Action1", 1),
     ("All", 7), ("Off", 0)],
)  # fmt: skip
def test_t3_each_source_triggers_alone_all_of_them_together_and_off_none(source, taken):
    rig = triggered()
    rig.set(trigger=TriggerSettings(source=source))
    rig.drive("Line0", (0, True))
    rig.drive("Line1", (50 * MS, False), (100 * MS, True))
    rig.drive("Line2", (150 * MS, False), (200 * MS, True))
    for number, name in enumerate(("Software", "Counter1End", "Counter2End", "Action1", "ExposureStart")):
        rig.engine.scheduler.at((300 + 50 * number) * MS, lambda name=name: rig.engine.signals.pulse(name))
    rig.until(SEC)
    assert len(rig.frames) == taken


@pytest.mark.parametrize(("activation", "start"), [("RisingEdge", 97_700), ("FallingEdge", 5 * MS + 97_700)])
def test_t4_a_line_triggers_97_7_us_after_the_edge_at_its_pin(activation, start):
    rig = triggered()
    rig.set(trigger=TriggerSettings(source="Line0", activation=activation))
    rig.drive("Line0", (0, True), (5 * MS, False))
    rig.until(SEC)
    assert rig.starts == [start]


def test_t4_the_debouncer_comes_on_top_of_the_fixed_delay():
    rig = triggered()
    rig.set(
        lines=(LineSettings(debounce_high=25 * US), LineSettings(), LineSettings(), LineSettings(output=True))
    )
    rig.drive("Line0", (0, True))
    rig.until(SEC)
    assert rig.starts == [25 * US + 97_700]


@pytest.mark.parametrize(
    ("into_readout", "delay"),
    [
        (0, 114_100),
        (5_380, 110_000),  # a quarter of the line of 21.52 us
        (10_760, 105_900),
        (21_519, 97_700),
        (21_520, 114_100),
        (10_000_000, 97_700),  # the readout is over
    ],
)
def test_t4_a_trigger_during_the_readout_waits_for_the_sensors_line(into_readout, delay):
    rig = triggered(exposure=20 * MS, readout=10 * MS)
    trigger = 97_700 + 20 * MS + into_readout
    rig.software_trigger(0, trigger)
    rig.until(SEC)
    assert rig.starts == [97_700, trigger + delay]
    assert rig.times("TriggerOverlapped") == ([trigger] if into_readout < 10_000_000 else [])


@given(st.integers(0, 9_999_999))
def test_t4_the_fixed_delay_never_leaves_its_range(into_readout):
    rig = triggered(exposure=20 * MS, readout=10 * MS)
    trigger = 97_700 + 20 * MS + into_readout
    rig.software_trigger(0, trigger)
    rig.until(SEC)
    assert 97_700 <= rig.starts[1] - trigger <= 114_100


def test_t2_a_trigger_is_accepted_as_soon_as_its_exposure_ends_no_earlier_than_the_readout():
    # First exposure 97.7 us to 4.0977 ms, readout to 14.0977 ms. An exposure of 4 ms may begin at 10.0977 ms,
    # so its trigger may come 97.7 us before.
    for trigger, taken in ((10 * MS - 1, 1), (10 * MS, 2)):
        rig = triggered()
        rig.software_trigger(0, trigger)
        rig.until(SEC)
        assert len(rig.frames) == taken
        assert rig.times("TriggerSkipped") == ([trigger] if taken == 1 else [])


def test_t2_in_sequential_readout_a_trigger_is_accepted_when_the_readout_is_over():
    for trigger, taken in ((14 * MS + 97_699, 1), (14 * MS + 97_700, 2)):
        rig = triggered(sequential=True)
        rig.software_trigger(0, trigger)
        rig.until(SEC)
        assert len(rig.frames) == taken


def test_a_trigger_while_another_is_on_its_way_to_the_sensor_is_skipped():
    rig = triggered()
    rig.software_trigger(0, 50 * US)
    rig.until(SEC)
    assert len(rig.frames) == 1
    assert rig.times("TriggerSkipped") == [50 * US]
    assert rig.engine.acquisition.triggers_skipped == 1


def test_trigger_ready_is_told_at_the_start_and_after_every_frame():
    rig = triggered()
    rig.software_trigger(0, 100 * MS)
    rig.until(SEC)
    assert rig.times("TriggerReady") == [0, 10 * MS, 110 * MS]


def test_a_shorter_exposure_time_moves_the_instant_of_readiness():
    rig = triggered()
    rig.software_trigger(0)
    rig.until(5 * MS)
    rig.set_plan(exposure=MS)
    rig.until(SEC)
    assert rig.times("TriggerReady") == [0, 13 * MS]


def test_t5_triggers_in_the_delay_stand_side_by_side():
    rig = triggered(exposure=15 * US, readout=1_222_920)
    rig.set(trigger=TriggerSettings(delay=2_000 * MS))
    rig.software_trigger(0, 2 * MS, 4 * MS)
    rig.until(10 * SEC)
    assert rig.starts == [2_000 * MS + n * 2 * MS + 97_700 for n in range(3)]


def test_t5_of_257_triggers_in_the_delay_the_last_is_skipped():
    rig = triggered(exposure=15 * US, readout=1_222_920)
    rig.set(trigger=TriggerSettings(delay=2_000 * MS))
    rig.software_trigger(*(n * 2 * MS for n in range(257)))
    rig.until(10 * SEC)
    assert len(rig.frames) == 256
    assert rig.times("TriggerSkipped") == [512 * MS]


def test_t5_a_delayed_trigger_that_comes_out_too_early_is_skipped_then():
    rig = triggered()
    rig.set(trigger=TriggerSettings(delay=100 * MS))
    rig.software_trigger(0, MS)
    rig.until(SEC)
    assert len(rig.frames) == 1
    assert rig.times("TriggerSkipped") == [101 * MS]


def test_a_stop_forgets_triggers_in_the_delay_and_finishes_one_that_was_accepted():
    rig = triggered()
    rig.set(trigger=TriggerSettings(delay=100 * MS))
    rig.software_trigger(0, 50 * MS)
    rig.until(100 * MS)
    rig.engine.stop()
    rig.start()
    rig.until(SEC)
    assert rig.starts == [100 * MS + 97_700]


def test_a_change_to_trigger_mode_ends_the_free_run_and_back():
    rig = EngineRig(period=100 * MS)
    rig.start()
    rig.until(150 * MS)
    rig.set_plan(triggered=True)
    rig.until(SEC)
    assert rig.starts == [0, 100 * MS]
    rig.set_plan(triggered=False)
    rig.until(SEC + 50 * MS)
    assert rig.starts == [0, 100 * MS, SEC]


@pytest.mark.parametrize(("line", "on", "off"), [("Line3", 3 * US, 40 * US), ("Line1", 0, 0)])
def test_t6_the_flash_comes_within_3_us_of_the_exposure_and_lasts_as_long(line, on, off):
    flash = LineSettings(output=True, source="ExposureActive")
    rig = triggered()
    rig.set(
        lines=[
            flash if name == line else LineSettings(output=name == "Line3")
            for name in ("Line0", "Line1", "Line2", "Line3")
        ]
    )
    rig.software_trigger(0)
    rig.until(SEC)
    start = 97_700
    assert rig.edges == [(line, True, start + on), (line, False, start + 4 * MS + off)]


# --- the image buffer


def test_m1_in_trigger_mode_one_image_waits_and_the_next_is_skipped():
    rig = triggered(transfer=100 * MS)
    rig.software_trigger(0, 20 * MS, 40 * MS, 160 * MS)
    rig.until(SEC)
    ready = 97_700 + 14 * MS
    assert [f.transfer and f.transfer.start for f in rig.frames] == [
        ready,
        ready + 100 * MS,
        None,
        ready + 200 * MS,
    ]
    assert rig.times("FrameTransferSkipped") == [ready + 40 * MS]
    assert rig.times("TransferBufferFull") == [ready + 20 * MS, ready + 160 * MS]
    assert rig.times("TransferBufferReady") == [ready + 100 * MS, ready + 200 * MS]
    assert rig.engine.acquisition.frames_skipped == 1


def test_m1_in_free_run_the_newest_image_takes_the_place_of_one_that_waits():
    rig = EngineRig(exposure=MS, readout=50 * MS, transfer=100 * MS)
    rig.start()
    rig.until(0)
    rig.set_plan(readout=2 * MS, transfer=3 * MS)  # as a sequencer does, after one large frame
    rig.until(200 * MS)
    first, second, third, *_ = rig.frames
    assert (first.transfer.start, first.transfer.end) == (51 * MS, 151 * MS)
    assert (second.transfer.start, second.transfer.replaces) == (151 * MS, False)
    assert (third.transfer.start, third.transfer.end, third.transfer.replaces) == (151 * MS, 154 * MS, True)
    assert rig.times("FrameTransferSkipped")[0] == third.ready
    assert rig.times("TransferBufferReady")[0] == 151 * MS


def test_an_image_waits_in_the_buffer_for_the_delay_of_its_block():
    rig = EngineRig(exposure=MS, readout=2 * MS, transfer=10 * MS, transfer_delay=5 * MS)
    rig.start(frames=3)
    rig.until(SEC)
    assert [frame.transfer.start for frame in rig.frames] == [8 * MS, 18 * MS, 28 * MS]
    assert rig.times("TransferBufferFull") == [3 * MS, 13 * MS, 23 * MS]
    assert rig.times("TransferBufferReady") == [8 * MS, 18 * MS, 28 * MS]


def test_while_there_is_no_room_a_free_running_camera_waits_and_a_triggered_one_skips_the_transfer():
    free = EngineRig(transfer=MS)
    free.engine.acquisition.hold(held=True)
    free.start()
    free.until(SEC)
    assert free.starts == []
    free.engine.acquisition.hold(held=False)
    free.until(SEC)
    assert free.starts == [SEC]
    rig = triggered(transfer=MS)
    rig.engine.acquisition.hold(held=True)
    rig.software_trigger(0)
    rig.until(SEC)
    assert rig.times("FrameTransferSkipped") == [14 * MS + 97_700]


def test_a_sensor_that_is_off_exposes_nothing_and_skips_triggers():
    free = EngineRig()
    free.start()
    free.engine.acquisition.switch_sensor(on=False)
    free.until(SEC)
    assert free.starts == []
    free.engine.acquisition.switch_sensor(on=True)
    free.until(SEC)
    assert free.starts == [SEC]
    rig = triggered()
    rig.engine.acquisition.switch_sensor(on=False)
    rig.software_trigger(0)
    rig.until(SEC)
    assert rig.frames == []
    assert rig.times("TriggerSkipped") == [0]


def test_a_trigger_on_its_way_to_a_sensor_that_is_switched_off_takes_nothing():
    rig = triggered()
    rig.software_trigger(0)
    rig.until(50 * US)
    rig.engine.acquisition.switch_sensor(on=False)
    rig.until(SEC)
    assert rig.frames == []


# --- laws that hold for every setting


@settings(max_examples=60)
@given(
    exposure=st.integers(1, 200_000),
    height=st.integers(1, 3000),
    transfer_us=st.integers(0, 100_000),
    sequential=st.booleans(),
    triggers=st.lists(st.integers(0, 2_000_000), max_size=40),
)
def test_no_readouts_or_exposures_overlap_each_other_and_every_trigger_is_taken_or_skipped(
    exposure, height, transfer_us, sequential, triggers
):
    rig = triggered(
        exposure=exposure * US, readout=readout_time(height), transfer=transfer_us * US, sequential=sequential
    )
    rig.software_trigger(*(us * US for us in triggers))
    rig.until(5 * SEC)
    assert len(rig.frames) + len(rig.times("TriggerSkipped")) == len(triggers)
    for before, after in pairwise(rig.frames):
        assert after.start >= (before.ready if sequential else before.end)
        assert after.end >= before.ready
    sent = [f.transfer for f in rig.frames if f.transfer]
    assert len(sent) + len(rig.times("FrameTransferSkipped")) == len(rig.frames)
    for before, after in pairwise(sent):
        assert after.start >= before.end
    full, ready = rig.times("TransferBufferFull"), rig.times("TransferBufferReady")
    assert len(full) == len(ready)
    assert all(a <= b for a, b in zip(full, ready, strict=True))


@settings(max_examples=60)
@given(
    exposure=st.integers(1, 200_000),
    height=st.integers(1, 3000),
    width=st.integers(1, 256).map(lambda n: 16 * n),
    period_us=st.integers(0, 300_000),
    sequential=st.booleans(),
)
def test_a4_sizes_that_are_not_listed_follow_the_same_law(exposure, height, width, period_us, sequential):
    # Base and slope that reproduce the table, and a payload rate of 123.64 MB/s.
    sensor = 1_201_400 + 21_520 * height
    sensor = exposure * US + sensor if sequential else max(sensor, exposure * US + 114_100)
    steady = interval(
        **mono8(width, height, exposure=exposure * US, sequential=sequential, period=period_us * US)
    )
    assert steady == pytest.approx(max(sensor, width * height / 0.12364, period_us * US), rel=1e-3, abs=3000)


def test_an_hour_of_camera_time_passes_in_seconds():
    rig = EngineRig(exposure=4 * MS, readout=FULL_READOUT, transfer=99_500_000)
    rig.start()
    rig.until(3600 * SEC)
    assert len(rig.frames) == 3600 * SEC // 99_500_000 + 1
