"""Allied Vision's vmbpy, a GenTL consumer that shares nothing with genicam and harvesters, on the bundled producer."""

import os
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import consume

from vcxg124m.virtual import VirtualCamera

PRODUCER = Path(str(files("vcxg124m") / "cti" / "vcxg124m.cti"))

pytestmark = [
    pytest.mark.interop,
    pytest.mark.meets("vmbpy", "virtual VCXG-124M"),
    pytest.mark.skipif(find_spec("vmbpy") is None, reason="not installed (pip install vmbpy)"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


def test_it_streams_what_the_virtual_camera_sends() -> None:
    with (
        namespace() as network,
        inside(network),
        VirtualCamera(serial_number="700000000001", ip="127.0.0.1", seed=1, hash_frames=True) as camera,
    ):
        environment = {**os.environ, "GENICAM_GENTL64_PATH": str(PRODUCER.parent)}
        settings = ("Width=640", "Height=480", "PixelFormat=Mono12")
        report = consume("through_vmbpy.py", 10, *settings, environment=environment)
        hashes = dict(camera.frame_hashes())
    assert report["serial_number"] == "700000000001"
    assert min(report["features"]) > 10
    frames = report["frames"]
    assert {(frame["width"], frame["height"], frame["pixel_format"]) for frame in frames} == {
        (640, 480, "Mono12")
    }
    assert all(frame["complete"] for frame in frames)
    assert [frame["frame_id"] for frame in frames] == list(range(1, 11))
    assert [frame["crc32"] for frame in frames] == [hashes[block_id] for block_id in range(1, 11)]
