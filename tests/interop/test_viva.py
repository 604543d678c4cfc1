"""viva-genicam, an implementation in Rust, as the application and as the camera."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import consume, viva_camera

from vcxg124m.virtual import VirtualCamera

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(find_spec("viva_genicam") is None, reason="not installed (pip install viva-genicam)"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


@pytest.fixture
def network() -> Iterator[str]:
    """A loopback network of its own, entered."""
    with namespace() as name, inside(name):
        yield name


@pytest.mark.parametrize("pixel_format", ["Mono8", "Mono12p"])
def test_its_client_streams_what_the_virtual_camera_sends(network: str, pixel_format: str) -> None:
    with VirtualCamera(
        serial_number="700000000001", ip="127.0.0.1", seed=1, burst=False, hash_frames=True
    ) as camera:
        report = consume(
            "through_viva.py", 10, 9000, "Width=1280", "Height=720", f"PixelFormat={pixel_format}"
        )
        hashes = dict(camera.frame_hashes())
    assert report["devices"] == [
        {
            "ip": "127.0.0.1",
            "mac": camera.mac.upper(),
            "manufacturer": "Baumer",
            "model": "VCXG-124M",
            "transport": "gige",
        }
    ]
    assert report["model"] == "VCXG-124M"
    frames = report["frames"]
    assert {(frame["width"], frame["height"], frame["pixel_format"]) for frame in frames} == {
        (1280, 720, pixel_format)
    }
    assert [frame["frame_id"] for frame in frames] == list(range(1, 11))
    assert [frame["crc32"] for frame in frames] == [hashes[block_id] for block_id in range(1, 11)]
    assert (report["lost"], report["ignored"]) == (0, 0)


def test_its_client_loses_nothing_of_full_frames_at_full_rate(network: str) -> None:
    with VirtualCamera(ip="127.0.0.1", seed=1, burst=False, hash_frames=True) as camera:
        report = consume("through_viva.py", 50, 9000)
        hashes = dict(camera.frame_hashes())
    frames = report["frames"]
    assert {(frame["width"], frame["height"]) for frame in frames} == {(4096, 3000)}
    assert [frame["frame_id"] for frame in frames] == list(range(1, 51))
    assert [frame["crc32"] for frame in frames] == [hashes[block_id] for block_id in range(1, 51)]
    assert (report["lost"], report["ignored"]) == (0, 0)


def test_its_tool_reads_every_feature_without_a_warning(network: str) -> None:
    tool = shutil.which("viva-camctl", path=sysconfig.get_path("scripts"))
    if tool is None:
        pytest.skip("this build of viva-genicam has no viva-camctl")
    with VirtualCamera(ip="127.0.0.1"):
        run = subprocess.run(
            [tool, "dump", "--ip", "127.0.0.1"], capture_output=True, text=True, timeout=60, check=False
        )
    assert run.returncode == 0, run.stderr
    assert "WARN" not in run.stdout + run.stderr
    assert "ERROR" not in run.stdout + run.stderr
    values = dict(line.split(" = ", 1) for line in run.stdout.splitlines() if " = " in line)
    assert (values["Width"], values["TriggerSource"], values["LUTValue"]) == ("4096", "All", "0")


@pytest.mark.meets("vcxg124m", "viva-genicam's fake camera")
def test_the_api_streams_packed_pixels_from_its_camera(network: str) -> None:
    with viva_camera("Mono12p"):
        environment = {**os.environ, "VCXG124M_DISCOVERY_ADDRESSES": "127.0.0.1"}
        report = consume("through_api.py", 10, environment=environment)
    assert report["model"] == "FakeGigE"
    assert [frame["complete"] for frame in report["frames"]] == [True] * 10
    assert (report["incomplete"], report["missed"]) == (0, 0)
    found = {(*frame["shape"], frame["pixel_format"]) for frame in report["frames"]}
    assert found == {(480, 640, "Mono12p")}
