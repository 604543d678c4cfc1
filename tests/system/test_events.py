"""Events of the virtual camera through the whole path: message channel, producer, binding, listener."""

from __future__ import annotations

import gc
import sys
import time
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as camera:
        yield camera


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as camera:
        camera.roi.set(width=64, height=16)
        yield camera


def test_every_exposure_is_told_with_its_frame(cam: vcx.Camera) -> None:
    with cam.events.listen("ExposureStart", "ExposureEnd") as events:
        frames = list(cam.stream(5))
        told = [events.get(timeout=5.0) for _ in range(10)]
    starts = {event.frame_id: event.timestamp_ns for event in told if event.name == "ExposureStart"}
    ends = {event.frame_id: event.timestamp_ns for event in told if event.name == "ExposureEnd"}
    for frame in frames:
        assert starts[frame.frame_id] == frame.timestamp_ns
        assert ends[frame.frame_id] - starts[frame.frame_id] == 4_000_000


def test_edges_of_a_line_come_in_order_with_the_cameras_time(cam: vcx.Camera, device: VirtualCamera) -> None:
    with cam.events.listen("Line0RisingEdge", "Line0FallingEdge") as events:
        device.bench.train("Line0", count=5, period_us=2000, width_us=500)
        told = [events.get(timeout=5.0) for _ in range(10)]
    assert [event.rising for event in told] == [True, False] * 5
    rises = [event.timestamp_ns for event in told if event.rising]
    assert [later - earlier for earlier, later in pairwise(rises)] == [2_000_000] * 4


def test_events_leave_nothing_in_memory(cam: vcx.Camera, device: VirtualCamera) -> None:
    count = 500
    with cam.events.listen("Line0RisingEdge", queue=count) as events:

        def listen() -> int:
            device.bench.train("Line0", count=count, period_us=1000, width_us=100)
            for _ in range(count):
                events.get(timeout=10.0)
            gc.collect()
            return sys.getallocatedblocks()

        listen()  # the first ones fill caches
        before = listen()
        assert listen() - before < count // 2


def all_of_4000_edges_come_beside_ten_frames(cam: vcx.Camera, device: VirtualCamera) -> bool:
    """Listen to 2000 edges a second for two seconds; they come in order, and are counted where they do not come."""
    count, lost_before = 4000, cam.events.lost_count
    with cam.events.listen("Line0RisingEdge", queue=count) as events, cam.stream() as stream:
        stream.get()
        device.bench.train("Line0", count=count, period_us=500, width_us=100)
        deadline = time.monotonic() + 30
        frames = 0
        while events.received + cam.events.lost_count - lost_before < count and time.monotonic() < deadline:
            stream.get()
            frames += 1
        told = [events.get(timeout=0.0).timestamp_ns for _ in range(events.received)]
        statistics = stream.statistics
    lost = cam.events.lost_count - lost_before
    assert (len(told) + lost, events.dropped) == (count, 0)
    steps = {later - earlier for earlier, later in pairwise(told)}
    assert min(steps) == 500_000
    assert all(step % 500_000 == 0 for step in steps)
    assert sum(later - earlier for earlier, later in pairwise(told)) <= (count - 1) * 500_000
    return frames >= 10 and lost == statistics.incomplete == statistics.missed == 0


def test_2000_events_a_second_come_in_order_while_the_camera_streams(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    """The camera keeps 256 events, an eighth of a second of these: a computer that stands still longer loses some."""
    cam.configure(roi={"width": 4096, "height": 3000}, image_format={"pixel_format": "Mono8"})
    attempts = (all_of_4000_edges_come_beside_ten_frames(cam, device) for _ in range(5))
    assert any(attempts), "in none of five attempts all came"


def test_a_change_of_the_temperatures_status_is_told(cam: vcx.Camera, device: VirtualCamera) -> None:
    with cam.events.listen("DeviceTemperatureStatusChanged") as events:
        device.temperature_celsius = 70
        events.get(timeout=5.0)
    assert cam.temperature.status is vcx.TemperatureStatus.HIGH


def test_a_listener_of_a_vanished_camera_is_told(cam: vcx.Camera, device: VirtualCamera) -> None:
    with cam.events.listen("ExposureEnd") as events:
        device.kill()
        with pytest.raises(vcx.DeviceLostError):
            events.get(timeout=20.0)
