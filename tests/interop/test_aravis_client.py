"""Aravis as the application: it must not tell the virtual camera from a camera."""

import json
import os
import re
import shutil
import subprocess
import sysconfig
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import AHEAD_OF_OTHERS, running
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

TOOL = shutil.which("arv-tool-0.8")
STREAMER = shutil.which("arv-camera-test-0.8")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        TOOL is None or STREAMER is None, reason="Aravis is not installed (apt install aravis-tools)"
    ),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]

SECONDS = int(os.environ.get("ARAVIS_STREAM_SECONDS", "4"))
"""How long full frames are streamed."""

SERIAL = "700000000001"
NAME = f"Baumer-VCXG-124M-{SERIAL}"


@pytest.fixture
def camera() -> Iterator[VirtualCamera]:
    """The only camera on a loopback network of its own."""
    with (
        namespace() as network,
        inside(network),
        VirtualCamera(serial_number=SERIAL, ip="127.0.0.1", seed=1, burst=False, hash_frames=True) as device,
    ):
        yield device


def tool(*arguments: str) -> str:
    assert TOOL is not None
    run = subprocess.run([TOOL, *arguments], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    assert "error" not in run.stderr.lower(), run.stderr
    return run.stdout


def stream(*, seconds: int) -> dict[str, int]:
    """Stream with Aravis and return its counters.

    The default receiver takes packets from a memory-mapped ring of 32 MiB, which needs root. The plain socket of
    `--no-packet-socket` holds one millisecond by default and loses packets on this side of the wire. On a loopback
    interface the ring shows a burst (UDP segmentation offload) as one long packet, so the camera sends one by one.
    """
    assert STREAMER is not None
    patience = [
        "-m",
        "2000",
    ]  # ms without a packet before a frame is given up; a busy machine may pause the sender
    command = [*AHEAD_OF_OTHERS, STREAMER, "-n", NAME, f"--duration={seconds}", "-i", "9000", *patience]
    run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return {
        name: int(value) for name, value in re.findall(r"^(n_\w+)\s*=\s*(\d+)$", run.stdout, re.MULTILINE)
    }


def test_it_lists_the_virtual_camera(camera: VirtualCamera) -> None:
    assert tool() == f"{NAME} (127.0.0.1)\n"


def test_it_lists_every_virtual_camera_of_the_network(camera: VirtualCamera) -> None:
    with VirtualCamera(serial_number="700000000002", ip="127.0.0.2"):
        listed = tool().splitlines()
    assert sorted(listed) == [f"{NAME} (127.0.0.1)", "Baumer-VCXG-124M-700000000002 (127.0.0.2)"]


def test_it_does_not_hear_of_a_camera_that_is_not_discoverable(camera: VirtualCamera) -> None:
    with VirtualCamera(serial_number="700000000002", ip="127.0.0.2", discoverable=False):
        assert tool() == f"{NAME} (127.0.0.1)\n"


def test_it_reads_the_description(camera: VirtualCamera) -> None:
    description = tool("-n", NAME, "genicam")
    root = ET.fromstring(description)
    assert root.tag.endswith("RegisterDescription")
    assert root.get("ModelName") == "VCXG_124M"


def test_it_reads_every_feature(camera: VirtualCamera) -> None:
    output = tool("-n", NAME, "values")
    values = dict(re.findall(r"'(\w+)' = (\S+)", output))
    expected = {
        "DeviceModelName": "'VCXG-124M'",
        "Width": "4096",
        "Height": "3000",
        "PixelFormat": "'Mono8'",
        "ExposureTime": "4000",
        "PayloadSize": "12288000",
        "GevSCPSPacketSize": "576",
        "TriggerSource": "'All'",
        "LineStatusAll": "6",
        "SequencerMode": "'Off'",
        "UserSetSelector": "'UserSet0'",
    }
    assert {name: values.get(name) for name in expected} == expected
    assert len(values) > 180
    without = re.findall(r"^ *(\w+) *: \[\w+\] '(\w+)'$", output, re.MULTILINE)
    # Commands have no value, and the image is in a frame.
    assert [name for kind, name in without if kind != "Command"] == ["ChunkImage"]


def test_it_sets_features_that_the_next_client_finds(camera: VirtualCamera) -> None:
    tool("-n", NAME, "control", "Width=512", "Height=300", "PixelFormat=Mono12p", "ExposureTime=2500")
    found = tool("-n", NAME, "control", "Width", "Height", "PixelFormat", "ExposureTime")
    assert re.findall(r"(\w+) = (\S+)", found) == [
        ("Width", "512"),
        ("Height", "300"),
        ("PixelFormat", "Mono12p"),
        ("ExposureTime", "2500"),
    ]


@pytest.mark.timeout(SECONDS + 120)
@pytest.mark.parametrize(("pixel_format", "payload"), [("Mono8", 12_288_000), ("Mono12p", 18_432_000)])
def test_it_streams_full_frames_without_loss(camera: VirtualCamera, pixel_format: str, payload: int) -> None:
    tool("-n", NAME, "control", f"PixelFormat={pixel_format}")
    counters = stream(seconds=SECONDS)
    lost = ["n_failures", "n_timeouts", "n_missing_frames", "n_missing_packets", "n_error_packets"]
    assert {name: counters[name] for name in lost} == dict.fromkeys(lost, 0)
    assert counters["n_completed_buffers"] > SECONDS  # on an idle machine 10 and 6.6 a second
    assert counters["n_transferred_bytes"] >= counters["n_completed_buffers"] * payload
    assert camera.statistics()["blocks_sent"] >= counters["n_completed_buffers"]


def test_it_streams_from_the_camera_of_the_command_line(tmp_path: Path) -> None:
    log = tmp_path / "virtual.log"
    command = [
        Path(sysconfig.get_path("scripts"), "vcxg124m"),
        "virtual",
        "--ip",
        "127.0.0.1",
        "--serial",
        SERIAL,
    ]
    with namespace() as network, inside(network), running(["timeout", "100", *command], log=log):
        wait_until(lambda: SERIAL.encode() in log.read_bytes(), "the camera to say who it is", within=30)
        # Aravis loses packets while its thread waits for the processor; a mistake of the camera would show every time.
        runs = [stream(seconds=2)]
        while runs[-1]["n_failures"] and len(runs) < 3:
            runs.append(stream(seconds=2))
    counters = runs[-1]
    assert counters["n_completed_buffers"] >= 3
    assert (counters["n_failures"], counters["n_missing_packets"]) == (0, 0)


def test_it_negotiates_the_packet_size(camera: VirtualCamera) -> None:
    assert STREAMER is not None
    run = subprocess.run(
        [STREAMER, "-n", NAME, "--duration=1", "-j", "always"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    found = re.search(r"^gv packet size\s+= (\d+) bytes$", run.stdout, re.MULTILINE)
    assert found is not None, run.stdout
    assert 8990 <= int(found[1]) <= 9000  # its bisection does not reach the upper end
    assert re.search(r"^n_failures\s+= 0$", run.stdout, re.MULTILINE), run.stdout


GRAB = """
import json, sys, zlib
import gi
gi.require_version("Aravis", "0.8")
from gi.repository import Aravis
camera = Aravis.Camera.new(sys.argv[1])
camera.set_region(32, 5, 640, 480)
camera.set_pixel_format_from_string(sys.argv[2])
camera.gv_set_packet_size(9000)
camera.set_acquisition_mode(Aravis.AcquisitionMode.MULTI_FRAME)
camera.set_integer("AcquisitionFrameCount", 3)
stream = camera.create_stream(None, None)
for _ in range(4):
    stream.push_buffer(Aravis.Buffer.new_allocate(camera.get_payload()))
camera.start_acquisition()
frames = []
for _ in range(3):
    buffer = stream.timeout_pop_buffer(5_000_000)
    frames.append({
        "status": buffer.get_status().value_nick,
        "frame_id": buffer.get_frame_id(),
        "region": list(buffer.get_image_region()),
        "pixel_format": buffer.get_image_pixel_format(),
        "timestamp": buffer.get_timestamp(),
        "crc32": f"{zlib.crc32(buffer.get_data()):08x}",
    })
camera.stop_acquisition()
print(json.dumps(frames))
"""


@pytest.mark.parametrize(("pixel_format", "code"), [("Mono8", 0x01080001), ("Mono12p", 0x010C0047)])
def test_its_frames_hold_what_the_camera_sent(camera: VirtualCamera, pixel_format: str, code: int) -> None:
    python = Path("/usr/bin/python3")  # the binding belongs to the system's interpreter
    probe = [python, "-c", "import gi; gi.require_version('Aravis', '0.8'); from gi.repository import Aravis"]
    if (
        not python.exists()
        or subprocess.run(probe, capture_output=True, timeout=30, check=False).returncode != 0
    ):
        pytest.skip("Aravis has no Python binding here (apt install python3-gi gir1.2-aravis-0.8)")
    run = subprocess.run(
        [python, "-c", GRAB, NAME, pixel_format], capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    frames = json.loads(run.stdout)
    assert [frame["status"] for frame in frames] == ["success"] * 3
    assert [frame["frame_id"] for frame in frames] == [1, 2, 3]
    assert [frame["region"] for frame in frames] == [[32, 5, 640, 480]] * 3
    assert [frame["pixel_format"] for frame in frames] == [code] * 3
    assert [(frame["frame_id"], frame["crc32"]) for frame in frames] == camera.frame_hashes()
    assert frames[0]["timestamp"] < frames[1]["timestamp"] < frames[2]["timestamp"]
