"""Lines, counters, timer and sequencer as a host sees them: through registers, on invented time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vcxg_testing.device import IDENTITY, Rig

from vcxg124m.virtual.device import VirtualDevice

# Numbers of enumeration entries, as in the description.
EVENT_LINE0, EVENT_EXPOSURE_ACTIVE, RESET_COUNTER1_END = 7, 3, 1
PATH_COUNTER1_END, PATH_EXPOSURE_ACTIVE, PATH_READOUT_ACTIVE = 1, 3, 7
SOURCE_USER_OUTPUT1, SOURCE_TRIGGER_READY = 4, 7


def nth(rig, feature, index):
    """Address of one of a feature's registers, the one that a selector chooses."""
    row = rig.device.registers.row(feature)
    return row.address + index * row.length


def test_t13_a_counter_counts_holds_its_value_and_can_be_preset_and_reset():
    rig = Rig()
    rig.write(nth(rig, "CounterEventSource", 1), EVENT_LINE0)
    rig.write(nth(rig, "CounterDuration", 1), 1000)
    rig.device.bench.train("Line0", 5, period_us=100)
    rig.run_until(rig.now + 0.01)
    assert rig.read(nth(rig, "CounterValue", 1)) == 5
    assert rig.write(nth(rig, "CounterValue", 1), 40) == 0
    assert rig.write(nth(rig, "CounterReset", 1), 1) == 0
    assert rig.read(nth(rig, "CounterValue", 1)) == 0
    assert rig.read(nth(rig, "CounterValueAtReset", 1)) == 40
    assert rig.read(nth(rig, "CounterValue", 0)) == 0


def test_user_outputs_are_one_register_each_and_one_of_bits():
    rig = Rig()
    rig.write(nth(rig, "LineSource", 3), SOURCE_USER_OUTPUT1)
    assert rig.set("UserOutputValueAll", 0b101) == 0
    assert [rig.read(nth(rig, "UserOutputValue", i)) for i in range(3)] == [1, 0, 1]
    assert rig.get("LineStatusAll") == 0xE
    rig.write(nth(rig, "UserOutputValue", 0), 0)
    assert rig.get("UserOutputValueAll") == 0b100
    assert rig.get("LineStatusAll") == 0x6


def test_trigger_ready_can_be_shown_by_a_gpio():
    rig = Rig()
    rig.write(nth(rig, "LineMode", 1), 1)
    assert rig.write(nth(rig, "LineSource", 1), SOURCE_TRIGGER_READY) == 0
    rig.set("TriggerMode", 1)
    rig.set("AcquisitionStart", 1)
    assert rig.read(nth(rig, "LineStatus", 1)) == 1
    rig.set("TriggerSoftware", 1)
    assert rig.read(nth(rig, "LineStatus", 1)) == 0


def test_settings_and_a_trigger_in_one_datagram_act_in_their_order():
    rig = Rig()
    rig.open_stream()
    rig.set("TriggerMode", 1)
    rig.set("TriggerSource", 3)
    rig.set("AcquisitionStart", 1)
    content = b"".join(
        rig.address(name).to_bytes(4, "big") + value.to_bytes(4, "big")
        for name, value in (("TriggerSource", 2), ("TriggerSoftware", 1), ("TriggerSource", 3))
    )
    assert rig.command(0x82, content)[0] == 0
    assert len(rig.run_until(rig.now + 1.0)) == 1


def sequence(rig, *sets):
    """Save sets as a host does: features, then path 0, then SequencerSetSave."""
    assert rig.set("SequencerConfigurationMode", 1) == 0
    for number, (exposure_us, features, following, source) in enumerate(sets):
        assert rig.set_float("ExposureTime", exposure_us) == 0
        for name, value in features.items():
            assert rig.set(name, value) == 0
        assert rig.write(nth(rig, "SequencerSetNext", 0), following) == 0
        assert rig.write(nth(rig, "SequencerTriggerSource", 0), source) == 0
        assert rig.write(nth(rig, "SequencerSetSave", number), 1) == 0
    assert rig.set("SequencerConfigurationMode", 0) == 0
    assert rig.set("SequencerMode", 1) == 0
    rig.write(0x0954, 1)  # no heartbeat
    rig.open_stream()


def taken(rig, seconds):
    rig.set("AcquisitionStart", 1)
    return rig.run_until(rig.now + seconds)


@pytest.mark.parametrize("source", [PATH_EXPOSURE_ACTIVE, PATH_READOUT_ACTIVE])
def test_q3_frames_take_turns_with_the_sets(source):
    rig = Rig()
    rig.set("Width", 64)
    sequence(
        rig,
        (100.0, {"Height": 20, "OffsetY": 0}, 1, source),
        (200.0, {"Height": 20, "OffsetY": 500}, 2, source),
        (300.0, {"Height": 20, "OffsetY": 1000}, 0, source),
    )
    frames = taken(rig, 0.03)
    seen = [(f.settings.exposure_s, f.block.offset_y) for f in frames]
    assert len(seen) > 9
    assert seen[:4] == [(0.0001, 0), (0.0002, 500), (0.0003, 1000), (0.0001, 0)]
    assert rig.get("SequencerSetActive") in {0, 1, 2}


def test_q3_counters_inside_sets_choose_how_many_frames_each_takes():
    rig = Rig()
    rig.set("Height", 20)
    rig.write(nth(rig, "CounterEventSource", 0), EVENT_EXPOSURE_ACTIVE)
    rig.write(nth(rig, "CounterResetSource", 0), RESET_COUNTER1_END)
    sequence(
        rig,
        (100.0, {"CounterDuration": 2}, 1, PATH_COUNTER1_END),
        (200.0, {"CounterDuration": 3}, 0, PATH_COUNTER1_END),
    )
    frames = taken(rig, 0.03)
    assert [round(f.settings.exposure_s * 1e6) for f in frames][:7] == [100, 100, 200, 200, 200, 100, 100]


def test_q3_user_outputs_inside_sets_are_set_when_their_exposure_begins():
    rig = Rig()
    rig.set("Height", 20)
    user_output_value, all_of_them = 12, 13  # in the order of the data sheet
    rig.write(nth(rig, "SequencerFeatureEnable", user_output_value), 0)
    assert rig.read(nth(rig, "SequencerFeatureEnable", all_of_them)) == 1
    rig.write(nth(rig, "LineSource", 3), SOURCE_USER_OUTPUT1)
    sequence(
        rig,
        (100.0, {"UserOutputValueAll": 0}, 1, PATH_EXPOSURE_ACTIVE),
        (200.0, {"UserOutputValueAll": 1}, 0, PATH_EXPOSURE_ACTIVE),
    )
    rig.run_until(rig.now + 0.001)
    rig.write(0x0944, 1)  # the camera's time begins now
    rig.device.bench.edges()
    rig.set("AcquisitionStart", 1)
    frames = rig.run_until(rig.now + 0.01)
    lit = [f.block.timestamp_ns for f in frames if f.settings.exposure_s == 0.0002]
    rises = [at for at, _, level in rig.device.bench.edges() if level]
    assert len(lit) > 2
    assert rises == [pytest.approx(at + 3000, abs=8) for at in lit]


def test_m1_a_frame_whose_place_was_taken_is_given_up_and_leaves_its_id():
    rig = Rig()
    rig.set("Width", 4096)
    sequence(
        rig,
        (100.0, {"Height": 3000}, 1, PATH_EXPOSURE_ACTIVE),
        (100.0, {"Height": 1}, 2, PATH_EXPOSURE_ACTIVE),
        (100.0, {"Height": 1}, 3, PATH_EXPOSURE_ACTIVE),
        (100.0, {"Height": 1}, 3, PATH_EXPOSURE_ACTIVE),
    )
    rig.set("AcquisitionMode", 2)  # MultiFrame
    rig.set("AcquisitionFrameCount", 3)
    rig.set("AcquisitionStart", 1)
    rig.device.handle_timer(rig.now + 1.0)
    seen = [(f.block.height, f.block.block_id, f.given_up) for f in rig.device.frames_to_send()]
    assert seen == [(3000, 1, False), (1, 2, True), (1, 2, False)]
    assert rig.device.frames_skipped == 1


def test_a_feature_that_is_not_enabled_stays_out_of_the_sets():
    rig = Rig()
    rig.set("Height", 20)
    gain = next(i for i, name in enumerate(("ExposureTime", "ExposureMode", "Gain")) if name == "Gain")
    assert rig.write(nth(rig, "SequencerFeatureEnable", gain), 0) == 0
    sequence(rig, (100.0, {}, 1, PATH_EXPOSURE_ACTIVE), (200.0, {}, 0, PATH_EXPOSURE_ACTIVE))
    assert rig.set_float("Gain", 4.0) == 0
    assert {f.settings.gain for f in taken(rig, 0.02)} == {4.0}


def test_a_set_whose_region_does_not_fit_any_more_is_cut_to_what_does():
    rig = Rig()
    offset_y = 7  # the features in their order: ... Width, Height, OffsetX, OffsetY
    assert rig.write(nth(rig, "SequencerFeatureEnable", offset_y), 0) == 0
    sequence(rig, (100.0, {}, 0, 0))
    assert rig.set("Height", 500) == rig.set("OffsetY", 2500) == 0
    (frame, *_) = taken(rig, 0.1)
    assert (frame.block.height, frame.block.offset_y) == (3000, 0)


def test_a_set_is_loaded_back_with_its_paths():
    rig = Rig()
    sequence(rig, (100.0, {}, 1, PATH_READOUT_ACTIVE), (200.0, {}, 0, PATH_EXPOSURE_ACTIVE))
    rig.set("SequencerMode", 0)
    rig.set("SequencerConfigurationMode", 1)
    assert rig.write(nth(rig, "SequencerSetLoad", 0), 1) == 0
    assert rig.get_float("ExposureTime") == 100.0
    assert rig.read(nth(rig, "SequencerSetNext", 0)) == 1
    assert rig.read(nth(rig, "SequencerTriggerSource", 0)) == PATH_READOUT_ACTIVE


def test_m3_a_user_set_keeps_the_sets_of_the_sequencer_and_three_full_ones_fit():
    rig = Rig()
    for save in (1, 2, 3):
        rig.set("SequencerMode", 0)
        sequence(rig, *((100.0 + save + n, {}, (n + save) % 128, PATH_READOUT_ACTIVE) for n in range(128)))
        assert rig.write(nth(rig, "UserSetSave", save), 1) == 0
    rig.set("DeviceReset", 1)
    assert rig.write(0x0A00, 2) == 0
    rig.set("SequencerConfigurationMode", 1)
    for save in (1, 2, 3):
        rig.set("SequencerMode", 0)
        assert rig.write(nth(rig, "UserSetLoad", save), 1) == 0
        rig.set("SequencerMode", 0)
        rig.set("SequencerConfigurationMode", 1)
        for number in (0, 77, 127):
            rig.write(nth(rig, "SequencerSetLoad", number), 1)
            assert rig.get_float("ExposureTime") == 100.0 + save + number
            assert rig.read(nth(rig, "SequencerSetNext", 0)) == (number + save) % 128
            assert rig.read(nth(rig, "SequencerTriggerSource", 0)) == PATH_READOUT_ACTIVE
        rig.set("SequencerConfigurationMode", 0)
    rig.write(nth(rig, "UserSetLoad", 0), 1)
    rig.set("SequencerConfigurationMode", 1)
    rig.write(nth(rig, "SequencerSetLoad", 77), 1)
    assert rig.get_float("ExposureTime") == 4000.0


def test_a_reset_forgets_counts_and_sets_and_leaves_the_wires_alone():
    rig = Rig()
    rig.write(nth(rig, "CounterEventSource", 0), EVENT_LINE0)
    rig.device.bench.set_level("Line0", high=True)
    rig.run_until(rig.now + 0.01)
    sequence(rig, (100.0, {}, 0, PATH_EXPOSURE_ACTIVE))
    rig.set("DeviceReset", 1)
    assert rig.write(0x0A00, 2) == 0
    assert rig.read(nth(rig, "CounterValue", 0)) == 0
    assert rig.get("LineStatusAll") == 0x7
    rig.set("SequencerConfigurationMode", 1)
    rig.write(nth(rig, "SequencerSetLoad", 0), 1)
    assert rig.get_float("ExposureTime") == 4000.0


@settings(deadline=None)  # the computer may be busy
@given(st.floats(0, 1e7), st.floats(0, 1e6))
def test_what_is_due_is_done_at_the_instant_that_the_timer_names(power_up, delay_us):
    device = VirtualDevice(IDENTITY, now=power_up)
    device.bench.pulse("Line0", delay_us=delay_us)
    instant = device.get_timer()
    assert instant >= power_up
    device.handle_timer(instant)
    assert device.get_timer() != instant
