"""What an editor shows: read by mypy and pyright, never run. A change here is a decision about the interface."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from typing_extensions import assert_type

import vcxg124m as vcx


def cameras() -> None:
    assert_type(vcx.find_cameras(), list[vcx.CameraInfo])
    assert_type(vcx.open_camera("virtual"), vcx.Camera)
    vcx.open_camera(serial_number="700000000001", ip="127.0.0.2", mac="", user_id="", producer="x.cti")


def features(cam: vcx.Camera) -> None:
    assert_type(cam.exposure.time_us, float)
    assert_type(cam.exposure.set_time_us(10, nearest=True), float)
    assert_type(cam.exposure.short_exposure, bool)
    assert_type(cam.gain.db, float)
    assert_type(cam.gain.factor, float)
    assert_type(cam.acquisition.frame_rate_hz, float | None)
    assert_type(cam.image_format.pixel_format, vcx.PixelFormat | str)
    assert_type(cam.roi.width, int)
    assert_type(cam.roi.set(width=1920, height=1080, center=True), vcx.Region)
    assert_type(cam.device.serial_number, str)
    assert_type(cam.transport.packet_size, int)
    assert_type(cam.temperature.celsius, float)
    assert_type(cam.nodes["DeviceTemperature"], vcx.Node)
    assert_type(cam.nodes["DeviceTemperature"].value, int | float | bool | str | bytes)
    cam.exposure.time_us = 4000
    cam.image_format.pixel_format = "Mono12p"
    cam.image_format.pixel_format = vcx.PixelFormat.MONO12P
    cam.acquisition.frame_rate_hz = None
    cam.trigger.configure(source="Software")


def refused(cam: vcx.Camera) -> None:
    cam.exposure.time_us = "fast"  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    cam.exposure.tim_us = 4000  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    cam.image_format.pixel_format = 8  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    cam.temperature.celsius = 20.0  # type: ignore[assignment]  # pyright: ignore[reportAttributeAccessIssue]
    cam.stream(delivery="latest")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def frames(cam: vcx.Camera) -> None:
    frame = cam.grab()
    assert_type(frame, vcx.Frame)
    assert_type(frame.image, npt.NDArray[np.uint8] | npt.NDArray[np.uint16])
    assert_type(frame.frame_id, int)
    assert_type(frame.timestamp_ns, int)
    assert_type(frame.complete, bool)
    assert_type(frame.pixel_format, vcx.PixelFormat | str)
    for each in cam.stream(100):
        assert_type(each, vcx.Frame)
    with cam.stream(delivery="newest", buffers=8, incomplete="raise") as stream:
        assert_type(stream, vcx.Stream)
        assert_type(stream.get(timeout=1.0), vcx.Frame)
        assert_type(stream.statistics, vcx.StreamStatistics)


async def frames_of_a_loop(cam: vcx.Camera) -> None:
    async for frame in cam.stream(10):
        assert_type(frame, vcx.Frame)


def rows() -> None:
    assert_type(type(vcx.open_camera().exposure).time_us.unit, str)
