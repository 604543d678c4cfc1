"""Rows T and Q as Aravis sees them, with pulses at the pins: triggers, lines, timing, sequencer."""

import numpy as np
import pytest
from vcxg_testing.aravis import Aravis, why_not
from vcxg_testing.netns import WHY_NOT
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

MS = 1_000_000


# -- T: triggers, lines, timing


def triggered(camera: Aravis, source: str, **features: object) -> None:
    camera.small(TriggerMode="On", TriggerSource=source, **features)


def outputs(camera: Aravis, line: str, source: str) -> None:
    camera.put(LineSelector=line)
    if line != "Line3":
        camera.put(LineMode="Output")
    camera.put(LineSource=source)


def waits_for_a_trigger(camera: Aravis) -> bool:
    return bool(camera.get("AcquisitionStatus", AcquisitionStatusSelector="AcquisitionTriggerWait"))


def test_t1_t2_t3_a_trigger_has_its_choices(camera: Aravis) -> None:
    assert camera.entries("TriggerMode") == {"Off", "On"}
    assert camera.entries("TriggerOverlap") == {"ReadOut"}
    sources = {"Line0", "Line1", "Line2", "Software", "Counter1End", "Counter2End", "Action1", "All", "Off"}
    assert camera.entries("TriggerSource") == sources


@pytest.mark.parametrize("source", ["Line0", "Line1", "Line2", "Software", "All"])
def test_t1_t3_one_trigger_takes_one_frame(camera: Aravis, device: VirtualCamera, source: str) -> None:
    triggered(camera, source)
    with camera.streaming():
        assert camera.pop(0.1) is None
        if source == "Software":
            camera.execute("TriggerSoftware")
        else:
            device.bench.pulse("Line0" if source == "All" else source)
        assert camera.pop() is not None
        assert camera.pop(0.1) is None


def test_t4_t6_the_flash_is_seen_3_us_after_the_exposure_begins(
    camera: Aravis, device: VirtualCamera
) -> None:
    triggered(camera, "Line0", ExposureTime=1000)
    outputs(camera, "Line3", "ExposureActive")
    with camera.streaming():
        device.bench.edges()
        device.bench.pulse("Line0")
        frame = camera.pop()
    assert frame is not None
    (rise, _, high), (fall, _, low) = device.bench.edges()
    assert (high, low) == (True, False)
    assert rise == pytest.approx(frame["timestamp"] + 3000, abs=8)
    assert fall - rise == 1_000_000 + 37_000  # switched off 40 us late, on 3 us late (T14)


def test_t5_triggers_wait_in_the_delay_of_up_to_2_s(camera: Aravis, device: VirtualCamera) -> None:
    assert camera.limits("TriggerDelay") == [0, 2_000_000, 1]
    triggered(camera, "Line0", TriggerDelay=200_000)
    with camera.streaming():
        device.bench.train("Line0", 5, period_us=20_000)  # all of them in the delay at once
        frames = [camera.pop() for _ in range(5)]
    times = [frame["timestamp"] for frame in frames if frame]
    assert np.diff(times) == pytest.approx([20 * MS] * 4, abs=16)


def test_t7_an_encoder_takes_a_frame_every_n_pulses(camera: Aravis, device: VirtualCamera) -> None:
    triggered(camera, "Counter1End", ExposureTime=15)
    camera.put(
        CounterSelector="Counter1",
        CounterEventSource="Line0",
        CounterResetSource="Counter1End",
        CounterDuration=50,
    )
    with camera.streaming():
        device.bench.encoder("Line0", pulses_per_second=10_000, seconds=0.05)
        frames = [camera.pop() for _ in range(10)]
        assert camera.pop(0.1) is None
    times = [frame["timestamp"] for frame in frames if frame]
    assert np.diff(times) == pytest.approx([5 * MS] * 9, abs=16)


def test_t8_there_is_no_precision_time_protocol(camera: Aravis) -> None:
    assert not any(camera.available(name) for name in ("PtpEnable", "GevIEEE1588", "PtpControl"))
    assert (
        not camera.register(0x0934) >> 31 - 23 & 1
    )  # the capability bit of IEEE 1588 in the GVCP capabilities


def test_t9_lines_are_inputs_outputs_or_either(camera: Aravis) -> None:
    assert camera.entries("LineSelector") == {"Line0", "Line1", "Line2", "Line3"}
    modes = [camera.get("LineMode", LineSelector=f"Line{n}") for n in range(4)]
    assert modes == ["Input", "Input", "Input", "Output"]
    for name in ("Line1", "Line2"):
        camera.put(LineSelector=name, LineMode="Output")


def test_t10_an_output_has_its_sources(camera: Aravis) -> None:
    camera.put(LineSelector="Line3")
    user = {f"UserOutput{n}" for n in (1, 2, 3)}
    sources = camera.entries("LineSource")
    assert sources == {"Off", "ExposureActive", "Timer1Active", "ReadoutActive", "TriggerReady"} | user


def test_t11_each_direction_of_an_edge_has_its_debouncer(camera: Aravis, device: VirtualCamera) -> None:
    for name in ("LineDebouncerHighTimeAbs", "LineDebouncerLowTimeAbs"):
        camera.put(LineSelector="Line0")
        assert camera.limits(name) == [0, 5000, 1]
    triggered(camera, "Line0")
    camera.put(LineSelector="Line0", LineDebouncerHighTimeAbs=500)
    with camera.streaming():
        device.bench.pulse("Line0", width_us=499)
        assert camera.pop(0.2) is None
        device.bench.pulse("Line0", width_us=501)
        assert camera.pop() is not None
    camera.put(LineDebouncerHighTimeAbs=0)


def test_t12_the_timer_has_its_sources_and_ranges_and_drives_an_output(
    camera: Aravis, device: VirtualCamera
) -> None:
    assert camera.entries("TimerTriggerSource") == {
        *("Line0", "Software", "ExposureStart", "ExposureEnd", "FrameTransferSkipped", "TriggerSkipped"),
        *("Action1", "Off"),
    }
    assert camera.limits("TimerDelay") == [0, 2_000_000, 1]
    assert camera.limits("TimerDuration") == [4, 2_000_000, 1]
    triggered(camera, "Software")
    outputs(camera, "Line1", "Timer1Active")
    camera.put(TimerTriggerSource="ExposureStart", TimerDelay=100, TimerDuration=250)
    with camera.streaming():
        device.bench.edges()
        camera.execute("TriggerSoftware")
        frame = camera.pop()
    assert frame is not None
    edges = [
        (instant - frame["timestamp"], level)
        for instant, line, level in device.bench.edges()
        if line == "Line1"
    ]
    assert [level for _, level in edges] == [True, False]
    assert [after for after, _ in edges] == pytest.approx([100_000, 350_000], abs=8)


@pytest.mark.parametrize(("counter", "other"), [("Counter1", "Counter2"), ("Counter2", "Counter1")])
def test_t13_a_counter_has_its_sources_and_counts(
    camera: Aravis, device: VirtualCamera, counter: str, other: str
) -> None:
    camera.put(CounterSelector=counter)
    assert camera.limits("CounterValue")[:2] == [0, 65535]
    lines = {"Line0", "Line1", "Line2"}
    assert camera.entries("CounterEventSource") == lines | {
        *(f"{other}End", "ExposureActive", "FrameTransferSkipped", "FrameTrigger", "TriggerSkipped", "Off"),
    }
    assert camera.entries("CounterResetSource") == lines | {"Counter1End", "Counter2End", "Off"}
    camera.put(CounterDuration=65535, CounterEventSource="Line0")
    before = camera.get("CounterValue")
    device.bench.train("Line0", 20, period_us=200)
    wait_until(lambda: camera.get("CounterValue") == before + 20, "20 pulses")


@pytest.mark.parametrize(("width_us", "frames"), [(1.9, 0), (2.0, 1)])
def test_t14_an_input_needs_an_impulse_of_2_us(
    camera: Aravis, device: VirtualCamera, width_us: float, frames: int
) -> None:
    triggered(camera, "Line0")
    with camera.streaming():
        device.bench.pulse("Line0", width_us=width_us)
        assert bool(camera.pop(5 if frames else 0.2)) == bool(frames)


# -- Q: sequencer


def test_q1_q2_q3_the_sequencer_has_its_sets_paths_triggers_and_parameters(camera: Aravis) -> None:
    assert camera.entries("SequencerFeatureSelector") == {
        *("ExposureTime", "ExposureMode", "Gain", "TriggerMode", "Width", "Height", "OffsetX", "OffsetY"),
        *("CounterDuration", "CounterEventActivation", "CounterEventSource", "CounterResetSource"),
        *("UserOutputValue", "UserOutputValueAll"),
    }
    camera.put(SequencerConfigurationMode="On")
    assert camera.limits("SequencerSetSelector")[:2] == [0, 127]
    assert camera.limits("SequencerPathSelector")[:2] == [0, 3]
    assert camera.entries("SequencerTriggerSource") == {
        *("Off", "Counter1End", "Counter2End", "ExposureActive", "Line0", "Line1", "Line2", "ReadOutActive"),
        "Timer1End",
    }
    camera.put(SequencerConfigurationMode="Off")


def test_q3_frames_take_turns_with_the_sets(camera: Aravis) -> None:
    camera.small(SequencerConfigurationMode="On")
    for number, exposure in ((0, 100), (1, 300), (2, 200)):
        camera.put(SequencerSetSelector=number, ExposureTime=exposure, SequencerPathSelector=0)
        camera.put(SequencerSetNext=(number + 1) % 3, SequencerTriggerSource="ExposureActive")
        camera.execute("SequencerSetSave")
    camera.put(SequencerSetStart=0, SequencerConfigurationMode="Off", SequencerMode="On")
    camera.send_chunks("ExposureTime")
    frames = camera.frames(6, chunks=["ChunkExposureTime"])
    camera.put(SequencerMode="Off")
    assert [frame["chunks"]["ChunkExposureTime"] for frame in frames] == [100, 300, 200] * 2
