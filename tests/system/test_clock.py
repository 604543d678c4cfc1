"""The virtual camera's time as the computer's."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def cam() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        camera.roi.set(width=64, height=16)
        yield camera


def test_a_time_of_the_camera_is_converted_within_the_bound(cam: vcx.Camera) -> None:
    cam.clock.sample(readings=32)
    for _ in range(20):
        before = time.time_ns()
        device = cam.device.timestamp_ns()
        after = time.time_ns()
        host, bound = cam.clock.to_host_ns(device), cam.clock.error_at(device)
        assert (
            before - bound - 1e6 <= host <= after + bound + 1e6
        )  # 1 ms: the time of the day may be adjusted
    assert cam.clock.error_ns < 50e6


def test_exposures_lie_between_the_start_of_the_stream_and_now(cam: vcx.Camera) -> None:
    before = time.time_ns()
    frames = list(cam.stream(5))
    hosts = [cam.clock.to_host_ns(frame.timestamp_ns) for frame in frames]
    slack = max(cam.clock.error_at(frame.timestamp_ns) for frame in frames) + 1e6
    assert before - slack < hosts[0] < hosts[-1] < time.time_ns() + slack


def test_a_reset_of_the_cameras_time_is_noticed(cam: vcx.Camera) -> None:
    cam.clock.sample()
    resets = cam.clock.resets
    cam.device.reset_timestamp()
    cam.clock.sample()
    device = cam.device.timestamp_ns()
    assert cam.clock.resets == resets + 1
    assert abs(cam.clock.to_host_ns(device) - time.time_ns()) < 1e9


def test_a_clock_can_be_followed_while_the_camera_streams(cam: vcx.Camera) -> None:
    with cam.clock.following(every_s=0.01) as clock, cam.stream() as stream:
        deadline = time.monotonic() + 20
        while len(clock.fit.samples) < 10:
            assert time.monotonic() < deadline
            stream.get()
        assert stream.statistics.incomplete == 0
