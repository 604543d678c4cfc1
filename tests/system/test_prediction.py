"""What the API predicts and what the virtual camera does, by the camera's own time stamps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAMES = 24


@pytest.fixture(scope="module")
def cam() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        yield camera


@pytest.mark.parametrize(
    ("width", "height", "settings"),
    [
        (4096, 1500, {}),
        (640, 480, {}),
        (640, 480, {"exposure_us": 30_000}),
        (640, 480, {"exposure_us": 5_000, "readout_mode": "Sequential"}),
        (640, 480, {"rate": 20.0}),
        (4096, 300, {"throughput": 20_000_000}),
        (4096, 300, {"delay_ns": 100_000}),
        (4096, 300, {"packet_size": 1500}),
    ],
)
def test_the_predicted_frame_rate_is_the_cameras_within_a_thousandth(
    cam: vcx.Camera, width: int, height: int, settings: dict[str, object]
) -> None:
    cam.user_sets.load()
    cam.roi.set(width=width, height=height, offset_x=0, offset_y=0)
    cam.exposure.time_us = settings.get("exposure_us", 1000)
    cam.acquisition.readout_mode = settings.get("readout_mode", "Overlapped")
    cam.acquisition.frame_rate_hz = settings.get("rate")
    cam.transport.throughput_limit = settings.get("throughput", 125_000_000)
    cam.transport.packet_delay_ns = settings.get("delay_ns", 0)
    cam.transport.packet_size = settings.get("packet_size", 9000)
    predicted = cam.acquisition.predict()
    stamps = np.array([frame.timestamp_ns for frame in cam.stream(FRAMES)])
    interval = np.median(np.diff(stamps)) * 1e-9
    assert interval == pytest.approx(predicted.interval_s, rel=1e-3)
