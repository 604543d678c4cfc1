"""Every chunk of the data sheet (N12) through the whole path, against what the camera was told to do."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = {
    "Binning", "BlackLevel", "CounterValue", "DeviceTemperature", "ExposureTime", "FrameID", "Gain", "Height", "Image",
    "ImageControl", "LineStatusAll", "OffsetX", "OffsetY", "PixelFormat", "SequencerSetActive", "Timestamp", "Width",
}  # fmt: skip


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as camera:
        yield camera


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as camera:
        camera.user_sets.load()
        yield camera


def test_n12_all_chunks_carry_the_cameras_values(cam: vcx.Camera, device: VirtualCamera) -> None:
    device.temperature_celsius = 50.25
    cam.configure(
        roi={"width": 640, "height": 48, "offset_x": 320, "offset_y": 10},
        binning={"horizontal": 2, "vertical": 1},
        image_format={"pixel_format": "Mono12p"},
        exposure={"time_us": 333},
        gain={"db": 6.0},
        black_level={"level": 17},
    )
    cam.counters[2].value = 12
    cam.chunks.enable()
    assert set(cam.chunks.enabled) == NAMES
    frames = list(cam.stream(3))
    said = frames[-1].chunks
    assert said is not None
    assert (said.width, said.height, said.offset_x, said.offset_y) == (640, 48, 320, 10)
    assert said.binning == (2, 1)
    assert said.pixel_format is vcx.PixelFormat.MONO12P
    assert (said.exposure_time_us, said.gain_db, said.black_level) == (333.0, pytest.approx(6.0), 17.0)
    assert said.temperature_celsius == 50.25
    assert said.counter_values == (0, 12)
    assert said.line_status == 0b0110
    assert said.sequencer_set == 0
    assert said.image_control is not None
    assert [frame.chunks.frame_id for frame in frames] == [frame.frame_id for frame in frames]
    assert [frame.chunks.timestamp_ns for frame in frames] == [frame.timestamp_ns for frame in frames]
    assert frames[0].image.shape == (48, 640)


def test_chunks_that_are_not_asked_for_are_none(cam: vcx.Camera) -> None:
    cam.roi.set(width=16, height=4)
    cam.chunks.enable("ExposureTime", "LineStatusAll")
    said = cam.grab().chunks
    assert said == vcx.ChunkData(exposure_time_us=4000.0, line_status=0b0110)


def test_a_frame_without_chunks_says_none(cam: vcx.Camera) -> None:
    cam.roi.set(width=16, height=4)
    cam.chunks.enable()
    cam.chunks.disable()
    assert cam.grab().chunks is None


def test_the_image_is_the_same_with_and_without_chunks(cam: vcx.Camera) -> None:
    cam.configure(roi={"width": 256, "height": 64}, image_format={"test_pattern": "GreyHorizontalRamp"})
    plain = cam.grab().image
    cam.chunks.enable()
    np.testing.assert_array_equal(cam.grab().image, plain)


def test_values_outlive_the_camera_and_go_through_pickle(device: VirtualCamera) -> None:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.user_sets.load()
        cam.roi.set(width=16, height=4)
        cam.chunks.enable()
        frames = list(cam.stream(20))
    assert [frame.chunks.frame_id for frame in frames] == list(range(1, 21))
    assert pickle.loads(pickle.dumps(frames[3].chunks)) == frames[3].chunks


def test_an_unknown_chunk_is_refused_with_those_there_are(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match="Chunk 'Time' not accepted: this camera has Binning, BlackLevel"
    ):
        cam.chunks.enable("Time")
    assert not cam.chunks.active


def test_chunks_are_locked_while_a_stream_runs(cam: vcx.Camera) -> None:
    with cam.stream(), pytest.raises(vcx.FeatureAccessError, match="a stream is running"):
        cam.chunks.active = True
