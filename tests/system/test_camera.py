"""One camera over the whole path: API, harvesters, the bundled producer, UDP, the virtual camera."""

from __future__ import annotations

import contextlib
import gc
import signal
import subprocess
import sys
import threading
import time
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from genicam import genapi

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False, hash_frames=True, user_id="bench") as device:
        yield device


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=640, height=480, offset_x=0, offset_y=0)
        cam.image_format.pixel_format = "Mono8"
        cam.exposure.time_us = 4000
        cam.acquisition.frame_rate_hz = None
        cam.trigger.disable()
        yield cam


def test_the_lines_of_the_readme_work() -> None:
    with vcx.open_camera("virtual") as cam:
        cam.exposure.time_us = 4000
        cam.gain.db = 6.0
        cam.roi.set(width=1920, height=1080, center=True)
        cam.image_format.pixel_format = vcx.PixelFormat.MONO12P
        frame = cam.grab()
        assert frame.image.shape == (1080, 1920)
        assert frame.image.dtype == np.uint16
        assert (frame.complete, frame.pixel_format, frame.chunks) == (True, "Mono12p", None)
        assert sum(1 for _ in cam.stream(10)) == 10
        cam.trigger.configure(source="Software")
        cam.trigger.fire()
        assert 0.0 < cam.nodes["DeviceTemperature"].value < 75.0


def test_the_camera_tells_who_it_is(cam: vcx.Camera, device: VirtualCamera) -> None:
    assert cam.device.vendor == "Baumer"
    assert cam.device.model == "VCXG-124M"
    assert cam.device.serial_number == device.serial_number == cam.info.serial_number
    assert cam.device.sensor_name == "IMX304"
    assert (cam.image_format.sensor_width, cam.image_format.sensor_height) == (4096, 3000)
    assert (cam.transport.ip, cam.transport.mac) == (device.ip, device.mac)
    assert cam.temperature.status is vcx.TemperatureStatus.NORMAL
    assert device.ip in repr(cam)


def test_the_producer_raises_the_packet_size_to_what_loopback_carries(cam: vcx.Camera) -> None:
    assert cam.transport.packet_size == 9000


@pytest.mark.parametrize(
    ("pixel_format", "dtype", "highest", "bytes_of_a_frame"),
    [
        ("Mono8", np.uint8, 255, 640 * 480),
        ("Mono10", np.uint16, 1023, 640 * 480 * 2),
        ("Mono12", np.uint16, 4095, 640 * 480 * 2),
        ("Mono12p", np.uint16, 4095, 640 * 480 * 3 // 2),
    ],
)
def test_every_pixel_format_arrives_as_it_was_sent(
    cam: vcx.Camera,
    device: VirtualCamera,
    pixel_format: str,
    dtype: type[np.unsignedinteger],
    highest: int,
    bytes_of_a_frame: int,
) -> None:
    cam.image_format.pixel_format = pixel_format
    frame = cam.grab(raw=True)
    assert frame.image.shape == (480, 640)
    assert frame.image.dtype == dtype
    assert 0 < frame.image.mean() < frame.image.max() <= highest
    assert frame.raw is not None
    assert frame.raw.size == bytes_of_a_frame
    assert (frame.frame_id, f"{zlib.crc32(frame.raw):08x}") in device.frame_hashes()


def test_formats_show_the_same_scene(cam: vcx.Camera) -> None:
    means = []
    for pixel_format, full_scale in (("Mono8", 256), ("Mono10", 1024), ("Mono12", 4096), ("Mono12p", 4096)):
        cam.image_format.pixel_format = pixel_format
        means.append(cam.grab().image.mean() / full_scale)
    assert max(means) - min(means) < 0.01


def test_the_region_is_cut_out_where_it_was_asked_for(cam: vcx.Camera) -> None:
    cam.image_format.test_pattern = "GreyVerticalRamp"
    try:
        cam.roi.set(width=64, height=64, offset_x=0, offset_y=0)
        top = cam.grab()
        cam.roi.set(offset_x=160, offset_y=33)
        frame = cam.grab()
    finally:
        cam.image_format.test_pattern = vcx.TestPattern.OFF
    assert (frame.offset_x, frame.offset_y) == (160, 33)
    assert np.array_equal(frame.image[0], top.image[33])


def test_limits_are_the_cameras_own(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match="15 to 60000000 us in steps of 1 us"):
        cam.exposure.time_us = 14
    with pytest.raises(vcx.FeatureValueError, match="short_exposure"):
        cam.exposure.time_us = 5
    with pytest.raises(vcx.FeatureValueError, match=r"Gain=48\.1 dB not accepted: 0 to 48 dB"):
        cam.gain.db = 48.1
    with pytest.raises(
        vcx.FeatureValueError, match="Width=4100 px not accepted: 16 to 4096 px in steps of 16 px"
    ):
        cam.roi.set(width=4100)


def test_gain_goes_to_48_db_and_back(cam: vcx.Camera) -> None:
    cam.gain.db = 48
    assert cam.gain.db == pytest.approx(48, abs=1e-4)
    assert cam.gain.factor == pytest.approx(251.189, abs=1e-2)
    cam.gain.factor = 1
    assert cam.gain.db == 0


def test_the_format_is_locked_while_a_stream_runs(cam: vcx.Camera) -> None:
    with cam.stream() as stream:
        stream.get()
        with pytest.raises(vcx.FeatureAccessError, match="a stream is running"):
            cam.image_format.pixel_format = "Mono10"
        with pytest.raises(vcx.FeatureAccessError, match="a stream is running"):
            cam.roi.set(width=320)
        cam.exposure.time_us = 2000
    cam.image_format.pixel_format = "Mono10"


def test_the_frame_rate_is_kept_to_its_limit(cam: vcx.Camera) -> None:
    cam.acquisition.frame_rate_hz = 20
    stamps = [frame.timestamp_ns for frame in cam.stream(5)]
    assert np.diff(stamps) == pytest.approx(50e6, rel=1e-3)
    cam.acquisition.frame_rate_hz = None
    assert cam.acquisition.frame_rate_hz is None


def test_more_buffers_than_the_computer_has_memory_for_are_refused_and_fewer_are_not(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"buffers=10000000 not accepted: .* GB of this computer"):
        cam.stream(buffers=10_000_000).start()
    with cam.stream(1, buffers=2) as stream:
        assert stream.get().complete


def test_each_software_trigger_gives_one_frame(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    with cam.stream() as stream:
        for expected in (1, 2, 3):
            cam.trigger.fire()
            assert stream.get(timeout=5).frame_id == expected
        with pytest.raises(vcx.FrameTimeoutError) as e:
            stream.get(timeout=0.3)
    assert e.value.reason is vcx.TimeoutReason.NO_TRIGGER
    assert stream.statistics.sent == 3


def test_a_grab_fires_the_software_trigger_itself(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    assert cam.grab().complete


def test_other_threads_run_while_one_waits_for_a_frame(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    ticks = 0
    waiting = threading.Event()
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        waiting.wait(10)
        while not done.is_set():
            time.sleep(0.001)
            ticks += 1

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        with cam.stream() as stream:
            waiting.set()
            with pytest.raises(vcx.FrameTimeoutError):
                stream.get(timeout=0.5)
    finally:
        waiting.set()
        done.set()
        ticker.join()
    assert ticks > 50, "a wait inside a call of the producer would let it tick about once"


def test_a_stream_closed_by_another_thread_ends_a_wait(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    stream = cam.stream()
    stream.start()
    closer = threading.Timer(0.2, stream.close)
    closer.start()
    with pytest.raises(vcx.StreamClosedError):
        stream.get(timeout=20)
    closer.join()


def test_the_user_id_is_kept(cam: vcx.Camera) -> None:
    assert cam.device.user_id == "bench"
    cam.device.user_id = "front"
    assert cam.device.user_id == "front"
    cam.device.user_id = "bench"


def test_a_program_opens_a_camera_once(cam: vcx.Camera, device: VirtualCamera) -> None:
    with pytest.raises(
        vcx.CameraInUseError, match=f"{device.serial_number}.* is open in this program already"
    ):
        vcx.open_camera(ip=device.ip)
    assert cam.grab().complete


def test_another_process_cannot_open_a_camera_in_use(cam: vcx.Camera, device: VirtualCamera) -> None:
    script = (
        f"import vcxg124m as vcx\ntry: vcx.open_camera(ip={device.ip!r})\n"
        "except vcx.CameraInUseError: print('in use')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert answer.stdout.strip() == "in use"
    assert cam.grab().complete


def test_a_closed_camera_can_be_opened_again(device: VirtualCamera) -> None:
    for _ in range(3):
        with vcx.open_camera(ip=device.ip) as cam:
            cam.roi.set(width=64, height=64)
            assert cam.grab().complete


@pytest.fixture
def no_garbage_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def descriptions() -> int:
    """Count the node maps of cameras in this process."""
    count = 0
    for thing in gc.get_objects():
        if isinstance(thing, genapi.NodeMap):
            with contextlib.suppress(genapi.LogicalErrorException, genapi.AccessException):  # others
                count += thing.get_node("ExposureTime") is not None
    return count


def test_a_closed_camera_gives_back_its_node_map_at_once(
    device: VirtualCamera, no_garbage_collection: None
) -> None:
    """It takes 2 MB, of which Python's garbage collector knows nothing."""
    before = descriptions()
    with vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=64, height=64)
        cam.chunks.enable("ExposureTime")
        assert cam.grab().chunks.exposure_time_us
        cam.chunks.disable()
        assert descriptions() == before + 1
    assert descriptions() == before


def test_a_node_of_a_closed_camera_is_an_error_and_no_crash(device: VirtualCamera) -> None:
    with vcx.open_camera(ip=device.ip) as cam:
        node = cam.nodes["ExposureTime"]
        assert node.value == cam.exposure.time_us
    with pytest.raises(vcx.CameraClosedError):
        _ = node.value
    assert repr(node) == "<Node ExposureTime: float of a closed camera>"
    assert "closed" in repr(cam)


def test_ctrl_c_stays_pythons(cam: vcx.Camera) -> None:
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with cam.stream() as stream:
        stream.get()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert cam.grab().complete


def test_a_program_that_forgets_to_close_ends_cleanly(device: VirtualCamera) -> None:
    script = (
        f"import vcxg124m as vcx\ncam = vcx.open_camera(ip={device.ip!r})\n"
        "cam.roi.set(width=64, height=64)\nstream = cam.stream()\nprint(stream.get().complete)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert (answer.returncode, answer.stdout.strip(), answer.stderr) == (0, "True", "")
    with vcx.open_camera(ip=device.ip) as cam:
        assert cam.grab().complete
