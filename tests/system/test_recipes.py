"""Recipes on the virtual camera, held against what its bench sees on the wires."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as camera:
        yield camera


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as camera:
        camera.user_sets.load()
        camera.roi.set(width=64, height=16)
        device.bench.edges()
        yield camera


def edges(device: VirtualCamera, line: str, count: int) -> list[tuple[int, bool]]:
    """Return the edges of a line once there are ``count`` of them."""
    found: list[tuple[int, bool]] = []
    deadline = time.monotonic() + 10
    while len(found) < count:
        assert time.monotonic() < deadline, f"only {len(found)} edges came on {line}"
        found += [(at, level) for at, name, level in device.bench.edges() if name == line]
        time.sleep(0.005)
    return found


def test_a_hardware_trigger_takes_one_frame_a_pulse_after_debouncing_and_delay(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    cam.trigger.hardware("Line0", debounce_us=20, delay_us=500)
    with cam.events.listen("Line0RisingEdge") as events, cam.stream(5) as stream:
        device.bench.train("Line0", count=5, period_us=20_000, width_us=1000)
        frames = list(stream)
        rises = [events.get(timeout=5.0).timestamp_ns for _ in frames]
    lags = {frame.timestamp_ns - rise for frame, rise in zip(frames, rises, strict=True)}
    assert all(595_000 <= lag <= 600_000 for lag in lags), lags


def test_an_output_is_no_source_of_triggers_and_the_error_names_the_inputs(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match=r"line='Line3' not accepted: it is an output; .* Line0, Line1, Line2"
    ):
        cam.trigger.hardware("Line3")
    with pytest.raises(vcx.FeatureUnavailableError, match="There is no Line 'Line7'"):
        cam.trigger.hardware("Line7")


def test_pulses_shorter_than_the_debouncer_take_no_frame(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.trigger.hardware("Line0", debounce_us=50)
    with cam.stream() as stream:
        device.bench.train("Line0", count=5, period_us=2000, width_us=30)
        with pytest.raises(vcx.FrameTimeoutError, match="waits for a trigger from Line0"):
            stream.get(timeout=0.5)


def told(events: vcx.EventListener, name: str, count: int) -> list[vcx.Event]:
    """Return all events once there are ``count`` of this name."""
    found: list[vcx.Event] = []
    while sum(event.name == name for event in found) < count:
        found.append(events.get(timeout=10.0))
    return found


def test_triggers_that_come_too_fast_are_told_beside_those_with_a_frame(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    cam.roi.set(width=64, height=1000)  # 23 ms of readout: every second trigger finds the camera busy
    cam.trigger.hardware("Line0", delay_us=1500)
    listened = ("Line0RisingEdge", "TriggerSkipped", "ExposureStart")
    with cam.events.listen(*listened) as events, cam.stream(10) as stream:
        device.bench.train("Line0", count=20, period_us=15_000)
        frames = list(stream)
        heard = told(events, "TriggerSkipped", 10)
    found = vcx.pair_triggers(heard, frames, delay_us=1500)
    assert [pair.frame.frame_id for pair in found.pairs] == list(range(1, 11))
    assert [each.reason for each in found.missed] == ["skipped"] * 10
    assert found.untriggered == ()


def test_a_trigger_whose_frame_was_lost_on_the_way_is_told(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.trigger.hardware("Line0")
    with cam.events.listen("Line0RisingEdge", "ExposureStart") as events, cam.stream() as stream:
        device.bench.train("Line0", count=2, period_us=20_000)
        frames = [stream.get(timeout=10.0), stream.get(timeout=10.0)]
        device.faults.drop_packets(ratio=1.0)
        device.bench.pulse("Line0", delay_us=20_000)
        heard = told(events, "ExposureStart", 3)
        device.faults.clear()
    found = vcx.pair_triggers(heard, frames)
    assert len(found.pairs) == 2
    assert [each.reason for each in found.missed] == ["lost"]


def test_a_flash_is_as_long_as_the_exposure(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.exposure.time_us = 700
    cam.lines["Line1"].flash()
    cam.grab()
    (on, first), (off, second), *_ = edges(device, "Line1", 2)
    assert (first, second, off - on) == (True, False, 700_000)


def test_a_strobe_comes_late_and_is_as_long_as_asked(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.timer.strobe("Line2", delay_us=150, duration_us=40)
    with cam.events.listen("ExposureStart") as events:
        cam.grab()
        start = events.get(timeout=5.0).timestamp_ns
    (on, _), (off, _), *_ = edges(device, "Line2", 2)
    assert abs(on - start - 150_000) < 8
    assert off - on == 40_000


def test_an_encoder_takes_a_frame_every_so_many_edges(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.roi.set(width=64, height=1)
    cam.exposure.time_us = 100
    cam.counters[1].encoder("Line1", counts_per_frame=10)
    with cam.stream(8) as stream:
        device.bench.encoder("Line1", pulses_per_second=1000, seconds=0.1)
        stamps = [frame.timestamp_ns for frame in stream]
    steps = {round((later - earlier) / 1e6, 3) for earlier, later in pairwise(stamps)}
    assert all(abs(step - 10.0) < 0.02 for step in steps), steps


@pytest.mark.parametrize(
    "recipe",
    [
        lambda cam: cam.trigger.hardware("Line0", debounce_us=5001),
        lambda cam: cam.timer.strobe("Line3", duration_us=3),
        lambda cam: cam.timer.strobe("Line0", duration_us=10),
        lambda cam: cam.counters[1].encoder("Line1", counts_per_frame=70_000),
        lambda cam: cam.lines["Line0"].flash(),
        lambda cam: cam.lines["Line2"].show("Exposure"),
    ],
)
def test_a_recipe_that_is_refused_changes_nothing(cam: vcx.Camera, recipe: object) -> None:
    cam.trigger.configure(source="Software")
    before = cam.config.settings(tables=False)
    with pytest.raises((vcx.FeatureValueError, vcx.FeatureAccessError)):
        recipe(cam)
    assert cam.config.settings(tables=False) == before
