"""Cameras and producers of strangers: generic access, clear words, no crash."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator

ARAVIS = shutil.which("arv-fake-gv-camera-0.8")


@pytest.fixture(scope="module")
def viky() -> str:
    """The simulated producer that comes with the genicam package."""
    package = importlib.util.find_spec("genicam")
    path = Path(package.origin).parent / "viky.cti"
    if not path.is_file():
        pytest.skip("this build of genicam brings no viky.cti")
    return str(path)


@pytest.fixture
def simulated(viky: str) -> Iterator[vcx.Camera]:
    with vcx.open_camera(serial_number="0", producer=viky) as cam:
        yield cam


def test_the_simulated_cameras_are_listed(viky: str) -> None:
    found = vcx.find_cameras(producer=viky)
    assert sorted(info.serial_number for info in found) == ["0", "1", "2"]
    assert {info.vendor for info in found} == {"Machine Vision Games Ltd."}
    assert {info.ip for info in found} == {""}


def test_the_embedded_camera_is_not_for_other_producers_which_the_error_says(viky: str) -> None:
    with pytest.raises(
        vcx.CameraNotFoundError, match=r"viky\.cti does not list the virtual camera .* `vcxg124m virtual"
    ):
        vcx.open_camera("virtual", producer=viky)


def test_a_foreign_camera_streams_what_its_format_says(simulated: vcx.Camera) -> None:
    simulated.nodes["AcquisitionFrameRate"].value = 100.0
    simulated.image_format.pixel_format = "Mono8"
    assert simulated.roi.set(width=320, height=240) == (320, 240, 0, 0)
    stream = simulated.stream(20)
    frames = list(stream)
    assert all(frame.image.shape == (240, 320) and frame.image.dtype == np.uint8 for frame in frames)
    assert stream.statistics.delivered == 20
    simulated.image_format.pixel_format = "RGBa8"
    assert simulated.grab().image.shape == (240, 320, 4)


def test_what_a_foreign_camera_lacks_is_said_in_a_sentence(simulated: vcx.Camera) -> None:
    for use in (
        lambda: simulated.gain.db,
        lambda: simulated.trigger.mode,
        lambda: simulated.temperature.celsius,
        lambda: simulated.transport.packet_size,
    ):
        with pytest.raises(
            vcx.FeatureUnavailableError, match=r"Machine Vision Games Ltd\. Viky has no feature \w+"
        ):
            use()
    with pytest.raises(vcx.FeatureUnavailableError, match="has no feature OffsetX"):
        simulated.roi.set(offset_x=16)


def test_every_node_of_a_foreign_camera_can_be_looked_at(simulated: vcx.Camera) -> None:
    assert len(simulated.nodes) > 30
    for node in simulated.nodes.values():
        assert repr(node).startswith(f"<Node {node.name}: ")
        assert node.description is not None


def test_limits_of_a_foreign_camera_are_its_own(simulated: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match="Width=17 not accepted: 100 to 800 in steps of 1"):
        simulated.nodes["Width"].value = 17


def test_the_newest_frame_is_delivered_by_a_foreign_producer_too(simulated: vcx.Camera) -> None:
    simulated.nodes["AcquisitionFrameRate"].value = 100.0
    with simulated.stream(delivery="newest", buffers=4) as stream:
        first = stream.get()
        wait_until(lambda: stream.statistics.in_flight == 4, "four frames")
        assert stream.get().frame_id > first.frame_id + 3
        assert stream.statistics.dropped >= 4


def test_cameras_of_two_producers_are_open_at_once(simulated: vcx.Camera) -> None:
    with vcx.open_camera("virtual") as virtual:
        virtual.roi.set(width=64, height=64)
        assert virtual.grab().complete
        assert simulated.grab().complete


@pytest.fixture
def aravis() -> Iterator[subprocess.Popen[bytes]]:
    """Aravis's fake camera; it takes port 3956 of its address, so only one can run on a machine."""
    if ARAVIS is None:
        pytest.skip("Aravis's fake camera is not installed (Debian: aravis-tools)")
    process = subprocess.Popen([ARAVIS, "-i", "127.0.0.1", "-s", "FAKE1"], stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 10
        while not any(info.vendor == "Aravis" for info in vcx.find_cameras()):
            if process.poll() is not None:
                pytest.skip("Aravis's fake camera does not start: port 3956 of 127.0.0.1 is taken")
            assert time.monotonic() < deadline, "Aravis's fake camera is not found"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_strangers_gige_vision_camera_streams_through_our_producer(aravis: subprocess.Popen[bytes]) -> None:
    del aravis
    with vcx.open_camera(serial_number="FAKE1", ip="127.0.0.1") as cam:
        assert (cam.info.vendor, cam.info.model) == ("Aravis", "Fake")
        assert cam.info.interface.startswith("lo"), (
            "it answers on every interface, and was taken from the wrong one"
        )
        stream = cam.stream(30)
        frames = list(stream)
        assert all(frame.image.shape == (512, 512) and frame.pixel_format == "Mono8" for frame in frames)
        assert (stream.statistics.delivered, stream.statistics.incomplete) == (30, 0)
        assert cam.roi.set(width=128, height=64) == (128, 64, 0, 0)
        assert cam.grab().image.shape == (64, 128)


def test_a_strangers_gige_vision_camera_that_ends_is_lost(aravis: subprocess.Popen[bytes]) -> None:
    with vcx.open_camera(serial_number="FAKE1", ip="127.0.0.1") as cam, cam.stream() as stream:
        stream.get()
        aravis.kill()
        with pytest.raises(vcx.DeviceLostError, match="FAKE1"):
            list(stream)
