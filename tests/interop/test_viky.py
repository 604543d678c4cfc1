"""The API with a producer and cameras of another vendor: `viky.cti`, which comes with the genicam wheel."""

from pathlib import Path

import genicam
import pytest
from vcxg_testing.strangers import consume

import vcxg124m as vcx

VIKY = Path(genicam.__file__).parent / "viky.cti"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not VIKY.exists(), reason="this genicam wheel brings no viky.cti"),
]


def test_its_cameras_are_listed() -> None:
    cameras = vcx.find_cameras(producer=VIKY)
    assert sorted(camera.serial_number for camera in cameras) == ["0", "1", "2"]
    assert {camera.model for camera in cameras} == {"Viky"}


def test_several_cameras_are_not_chosen_from_by_chance() -> None:
    with pytest.raises(vcx.VcxgError, match="Viky"):
        vcx.open_camera(producer=VIKY)


def test_it_streams_in_a_format_that_the_api_knows() -> None:
    report = consume("through_api.py", 10, f"producer={VIKY}", "serial_number=0", "PixelFormat=Mono8")
    assert (report["incomplete"], report["missed"]) == (0, 0)
    frames = report["frames"]
    assert {(*frame["shape"], frame["dtype"], frame["pixel_format"]) for frame in frames} == {
        (400, 400, "uint8", "Mono8")
    }
    assert len({frame["crc32"] for frame in frames}) > 5  # its ball moves


def test_what_its_camera_lacks_is_named() -> None:
    with vcx.open_camera(producer=VIKY, serial_number="0") as camera:
        with pytest.raises(vcx.VcxgError, match="ExposureTime"):
            _ = camera.exposure.time_us
        assert camera.nodes["Width"].value == 400
