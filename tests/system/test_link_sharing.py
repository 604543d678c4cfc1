"""Cameras that share a link, all of them streaming at once over the loopback, by their own time stamps."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = 10
LINK_MBIT = 240


@pytest.fixture(scope="module")
def three() -> Iterator[tuple[list[VirtualCamera], list[vcx.Camera]]]:
    """Two cameras that run as fast as they can, one of them with a small region, and one that is triggered."""
    with ExitStack() as stack:
        devices = [stack.enter_context(VirtualCamera(discoverable=False)) for _ in range(3)]
        cams = [stack.enter_context(vcx.open_camera(ip=device.ip)) for device in devices]
        cams[0].roi.set(width=2048, height=1000)
        cams[1].roi.set(width=640, height=480)
        cams[1].acquisition.frame_rate_hz = 15.0
        cams[2].roi.set(width=1024, height=1024)
        cams[2].image_format.pixel_format = "Mono12p"
        cams[2].trigger.hardware("Line0")
        yield devices, cams


def intervals(cam: vcx.Camera, into: dict[vcx.Camera, float], started: threading.Barrier) -> None:
    with cam.stream(FRAMES) as stream:
        started.wait(20)
        stamps = np.array([frame.timestamp_ns for frame in stream])
        assert stream.statistics.incomplete == stream.statistics.missed == 0
    into[cam] = float(np.median(np.diff(stamps))) * 1e-9


@pytest.mark.parametrize("by", ["throughput_limit", "packet_delay"])
def test_each_camera_has_the_rate_of_the_plan_while_all_stream(
    three: tuple[list[VirtualCamera], list[vcx.Camera]], by: str
) -> None:
    devices, cams = three
    plans = [cams[0].plan(), cams[1].plan(), cams[2].plan(trigger_rate_hz=4.0)]
    link = vcx.plan_link(plans, link_mbit=LINK_MBIT, by=by).apply(cams)
    assert link.problems == ()
    assert [cam.plan().throughput_limit for cam in cams] == [plan.throughput_limit for plan in link.plans]
    assert [cam.plan().packet_delay_ns for cam in cams] == [plan.packet_delay_ns for plan in link.plans]

    measured: dict[vcx.Camera, float] = {}
    started = threading.Barrier(4)
    threads = [threading.Thread(target=intervals, args=(cam, measured, started)) for cam in cams]
    for thread in threads:
        thread.start()
    started.wait(20)
    devices[2].bench.train("Line0", FRAMES, period_us=250_000)
    for thread in threads:
        thread.join(60)
    assert [1 / measured[cam] for cam in cams] == [
        pytest.approx(plan.frame_rate_hz, rel=0.02) for plan in link.plans
    ]
    assert [plan.limited_by for plan in link.plans] == ["link", "frame rate", "trigger"]
    assert link.wire_rate < 0.95 * LINK_MBIT * 125_000


def test_sharing_by_the_present_settings_takes_one_call(
    three: tuple[list[VirtualCamera], list[vcx.Camera]],
) -> None:
    _, cams = three
    link = vcx.share_link(cams, link_mbit=LINK_MBIT)
    limits = [cam.transport.throughput_limit for cam in cams]
    assert limits == [plan.throughput_limit for plan in link.plans]
    assert sum(limits) == pytest.approx(0.95 * LINK_MBIT * 125_000, abs=3)


def test_while_one_camera_streams_none_is_changed(
    three: tuple[list[VirtualCamera], list[vcx.Camera]],
) -> None:
    _, cams = three
    vcx.share_link(cams, link_mbit=LINK_MBIT)
    limits = [cam.transport.throughput_limit for cam in cams]
    with cams[2].stream(), pytest.raises(vcx.FeatureAccessError):
        vcx.share_link(cams)
    assert [cam.transport.throughput_limit for cam in cams] == limits
