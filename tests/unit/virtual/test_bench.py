"""The bench at the pins of a virtual camera, through registers and on invented time."""

import pytest
from vcxg_testing.device import Rig

# Numbers of enumeration entries, as in the description.
TRIGGER_LINE0, TRIGGER_COUNTER1_END, TRIGGER_OFF = 3, 6, 1
SOURCE_EXPOSURE_ACTIVE = 1


def triggered_rig(source, **features):
    rig = Rig()
    rig.open_stream()
    rig.write(0x0954, 1)  # no heartbeat
    for name, value in {"Height": 100, "TriggerMode": 1, "TriggerSource": source, **features}.items():
        assert rig.set(name, value) == 0
    assert rig.set_float("ExposureTime", 100.0) == 0
    rig.write(0x0944, 1)  # the camera's time begins now
    rig.set("AcquisitionStart", 1)
    return rig


def test_t3_a_pulse_on_line0_takes_a_frame_97_7_us_later():
    rig = triggered_rig(TRIGGER_LINE0)
    rig.device.bench.pulse("Line0")
    (frame,) = rig.run_until(rig.now + 0.1)
    assert frame.block.timestamp_ns == 97_700 // 8 * 8


@pytest.mark.parametrize("line", ["Line1", "Line2"])
def test_a_pulse_on_an_open_gpio_is_a_low_one_and_triggers_with_its_end(line):
    rig = triggered_rig({"Line1": 4, "Line2": 5}[line])
    rig.device.bench.pulse(line, width_us=50)
    (frame,) = rig.run_until(rig.now + 0.1)
    assert frame.block.timestamp_ns == 147_700 // 8 * 8


def test_the_pulses_of_a_train_have_exact_intervals():
    rig = triggered_rig(TRIGGER_LINE0)
    rig.device.bench.train("Line0", 5, period_us=10_000.1, width_us=20, delay_us=1000)
    frames = rig.run_until(rig.now + 1.0)
    assert [f.block.timestamp_ns for f in frames] == [
        (1_000_000 + 10_000_100 * n + 97_700) // 8 * 8 for n in range(5)
    ]


def test_t7_an_encoder_takes_a_frame_every_n_pulses():
    rig = triggered_rig(TRIGGER_COUNTER1_END, CounterEventSource=7, CounterResetSource=1, CounterDuration=100)
    rig.device.bench.encoder("Line0", pulses_per_second=10_000, seconds=1.0)
    frames = rig.run_until(rig.now + 2.0)
    assert len(frames) == 100


def test_a_generator_does_what_it_was_told_last():
    rig = triggered_rig(TRIGGER_LINE0)
    rig.device.bench.train("Line0", 1000, period_us=20_000)
    rig.run_until(rig.now + 0.05)
    rig.device.bench.set_level("Line0", high=False)
    assert rig.run_until(rig.now + 1.0) == []
    assert rig.get("LineStatusAll") == 0x6


def test_a_level_stays_and_is_seen_by_the_camera():
    rig = Rig()
    rig.device.bench.set_level("Line0", high=True)
    rig.run_until(rig.now + 0.001)
    assert rig.get("LineStatusAll") == 0x7
    rig.device.bench.stop("Line0")
    rig.run_until(rig.now + 0.001)
    assert rig.get("LineStatusAll") == 0x7


def test_t6_the_flash_output_is_seen_with_the_time_of_its_edges():
    rig = triggered_rig(TRIGGER_LINE0)
    line3 = rig.address("LineSource") + 3 * 4
    assert rig.write(line3, SOURCE_EXPOSURE_ACTIVE) == 0
    rig.device.bench.pulse("Line0")
    rig.run_until(rig.now + 0.1)
    assert rig.device.bench.edges() == [(100_700, "Line3", True), (237_700, "Line3", False)]
    assert rig.device.bench.edges() == []


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda bench: bench.pulse("Line3"), "Line3.*Line0, Line1, Line2"),
        (lambda bench: bench.set_level("line0", high=True), "'line0'"),
        (lambda bench: bench.pulse("Line0", width_us=0), "width_us=0 .*0.001 or more"),
        (lambda bench: bench.pulse("Line0", delay_us=-1), "delay_us=-1"),
        (lambda bench: bench.train("Line0", 0, period_us=100), "count=0"),
        (lambda bench: bench.train("Line0", 1, period_us=5), "period_us=5 .*20.0 or more"),
        (
            lambda bench: bench.train("Line0", 1, period_us=100, width_us=100),
            "width_us=100 .*less than the period",
        ),
        (lambda bench: bench.encoder("Line0", pulses_per_second=0, seconds=1), "pulses_per_second=0"),
        (lambda bench: bench.encoder("Line0", pulses_per_second=2e5, seconds=1), "at most 50000"),
    ],
)
def test_what_no_generator_can_do_is_refused_with_what_is_allowed(call, message):
    with pytest.raises(ValueError, match=message):
        call(Rig().device.bench)


def test_a_pulled_cable_lets_nothing_pass_until_it_is_back():
    rig = Rig()
    request = bytes.fromhex("42 01 0080 0004 7777 00000a00")
    rig.device.bench.pull_cable()
    assert rig.send(request) is None
    rig.device.bench.plug_cable()
    assert rig.send(request)[8:] == bytes.fromhex("00000002")


def test_a_pulled_cable_costs_control_after_the_heartbeat():
    rig = Rig()
    rig.device.bench.pull_cable()
    rig.run_until(rig.now + 3.0)
    assert rig.device.controller is None


def test_a_power_cycle_takes_its_time_and_forgets_what_was_not_saved():
    rig = Rig()
    rig.set("Height", 100)
    rig.device.bench.power_cycle(off_s=2.0)
    rig.run_until(rig.now + 1.9)
    assert rig.send(bytes.fromhex("42 01 0080 0004 7777 00000a00")) is None
    rig.run_until(rig.now + 0.1)
    assert rig.write(0x0A00, 2) == 0
    assert rig.get("Height") == 3000
    assert rig.write(0x0944, 2) == 0
    assert rig.read(0x094C) == 0  # its time has begun anew


def test_a_negative_time_without_power_is_refused():
    with pytest.raises(ValueError, match="off_s=-1"):
        Rig().device.bench.power_cycle(off_s=-1)
