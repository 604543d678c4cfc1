"""Baumer's own GenTL producer, what most owners of the camera use, with the virtual camera and the API.

The library is not part of this project and is not installed from any package registry: name it in the environment
variable BAUMER_PRODUCER. It lists Ethernet interfaces only, so two namespaces joined by a cable are its network.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from vcxg_testing.netns import WHY_NOT, inside, wire
from vcxg_testing.strangers import CONSUMERS, consume

from vcxg124m.virtual import VirtualCamera

PRODUCER = Path(os.environ.get("BAUMER_PRODUCER", ""))

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not PRODUCER.is_file(), reason="BAUMER_PRODUCER does not name Baumer's .cti"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


Tour = tuple[dict[str, Any], dict[str, Any]]

OF_THE_PRODUCER = {"GevGVCPExtendedStatusCodes", "GevMCTT", "GevMCRC", "GevSCDA"}
"""What each producer sets up in its own way: status codes, patience for events, the address of a stream to come."""


@contextmanager
def camera_on_a_cable() -> Iterator[VirtualCamera]:
    """The virtual camera at the other end of a cable; the block itself runs at the host's end."""
    with wire() as (host, far):
        with inside(far):
            device = VirtualCamera(
                serial_number="700000000001", ip="10.77.0.2", seed=1, burst=False, hash_frames=True
            )
        with device, inside(host):
            yield device


def receive_buffer_errors() -> int:
    """Return how many datagrams found the buffer of their socket full, in the namespace of the calling thread."""
    names, numbers = (
        line.split()
        for line in Path("/proc/thread-self/net/snmp").read_text().splitlines()
        if line.startswith("Udp:")
    )
    return int(numbers[names.index("RcvbufErrors")])


@pytest.fixture
def camera() -> Iterator[VirtualCamera]:
    with camera_on_a_cable() as device:
        yield device


@pytest.fixture(scope="module")
def tour() -> Tour:
    """What the API does and sees through Baumer's producer and through the bundled one, a new camera for each."""
    reports: list[dict[str, Any]] = []
    for producer in (PRODUCER, files("vcxg124m") / "cti" / "vcxg124m.cti"):
        with camera_on_a_cable():
            reports.append(consume("api_tour.py", producer))
    return reports[0], reports[1]


@pytest.mark.timeout(150)
@pytest.mark.parametrize("pixel_format", ["Mono8", "Mono10", "Mono12", "Mono12p"])
def test_the_api_streams_100_full_frames_of_each_format_through_it(
    camera: VirtualCamera, pixel_format: str
) -> None:
    overflows = receive_buffer_errors()
    report = consume(
        "through_api.py", 100, f"producer={PRODUCER}", f"PixelFormat={pixel_format}", seconds=120
    )
    hashes = dict(camera.frame_hashes())
    frames = report["frames"]
    assert len(frames) == 100
    # Its socket holds 17 ms of packets: a machine that lets it wait longer loses some, and says so itself.
    assert report["incomplete"] <= receive_buffer_errors() - overflows
    assert report["missed"] == 0
    assert {tuple(frame["shape"]) for frame in frames} == {(3000, 4096)}
    assert {frame["pixel_format"] for frame in frames} == {pixel_format}
    assert [frame["crc32"] for frame in frames] == [hashes[frame["frame_id"]] for frame in frames]


def test_the_api_does_the_same_with_the_camera_through_it_as_through_the_bundled_one(tour: Tour) -> None:
    """Listed, opened, written, refused, triggered, streamed with chunks in each format, told of events, given back."""
    baumers, ours = tour
    differ = {name for name in baumers if baumers[name] != ours[name]}
    assert differ <= {"values at first", "values at last"}
    for name in ("values at first", "values at last"):
        different = {node for node in baumers[name] if baumers[name][node] != ours[name].get(node)}
        assert baumers[name].keys() == ours[name].keys()
        assert different <= OF_THE_PRODUCER


def test_it_lists_the_camera_and_negotiates_the_largest_packets(tour: Tour) -> None:
    report, _ = tour
    model, vendor, serial_number, _, ip, mac, access = report["listed"]
    assert (model, vendor, serial_number) == ("VCXG-124M", "Baumer", "700000000001")
    assert (ip, mac, access) == ("10.77.0.2", "00:06:be:00:00:01", "ReadWrite")
    assert report["packet size"] == 9000
    assert report["free again"] == "ReadWrite"


def test_features_are_read_and_written_through_it(tour: Tour) -> None:
    report, _ = tour
    values = report["values at first"]
    assert len(values) > 180
    assert (values["Width"], values["PixelFormat"], values["TriggerSource"]) == (4096, "Mono8", "All")
    assert report["written"] == ["tour", 2500.0, 6.0, True, [1024, 512, 32, 7], "Software"]
    assert [name for name, *_ in report["refused"]] == [
        "FeatureValueError",  # an exposure too short
        "FeatureValueError",  # a width between two steps
        "FeatureValueError",  # no such pixel format
        "FeatureAccessError",  # read only
        "FeatureUnavailableError",  # no such node
        "CameraInUseError",  # a second application
    ]


def test_chunks_come_through_it_and_belong_to_their_frame(tour: Tour) -> None:
    report, _ = tour
    for pixel_format in ("Mono8", "Mono10", "Mono12", "Mono12p"):
        same_time, *said = report[f"{pixel_format} chunks"]
        assert same_time
        assert said[:5] == [[number, 1024, 512, 2500.0, 6.0] for number in range(1, 6)]
        assert said[5:] == [[32, 7, pixel_format, 0b0110]] * 5


def test_events_come_through_it_and_belong_to_their_frame(tour: Tour) -> None:
    report, _ = tour
    assert [name for name, _ in report["events"]] == ["ExposureEnd", "ExposureStart", "FrameEnd"]
    assert report["events of frames"] == [True] * 10
    assert report["events in order"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("accident", "told"), [("pull_cable", "DeviceLostError"), ("power_cycle", "ControlLostError")]
)
def test_the_api_says_through_it_that_a_camera_is_lost(
    camera: VirtualCamera, accident: str, told: str
) -> None:
    command = [sys.executable, "-P", CONSUMERS / "api_until_lost.py", PRODUCER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout is not None
        assert application.stdout.readline() == "streaming\n"
        getattr(camera.bench, accident)()
        first, *_, last = application.communicate(timeout=60)[0].splitlines()
    assert (first, last, application.returncode) == (told, "closed", 0)


@pytest.mark.timeout(120)
def test_a_stream_goes_on_through_it_when_the_camera_is_back_and_the_doctor_finds_nothing(
    camera: VirtualCamera,
) -> None:
    command = [sys.executable, "-P", CONSUMERS / "api_until_found_again.py", PRODUCER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as application:
        assert application.stdout is not None
        assert application.stdout.readline() == "streaming\n"
        camera.bench.power_cycle()
        said = application.communicate(timeout=90)[0]
    assert application.returncode == 0
    report = json.loads(said)
    (gap,) = report["gaps"]
    assert 0 < gap["seconds"] < 60
    assert {"roi.width", "roi.height", "exposure.time_us"} <= set(gap["restored"])
    assert gap["refused"] == {}
    assert report["reconnections"] == 1
    assert report["settings"] == [640, 480, 2500.0]
    assert report["events"] == ["FrameEnd"] * 5
    assert (report["before"], report["after"]) == ([], [])


def test_harvesters_streams_through_it(camera: VirtualCamera) -> None:
    report = consume("through_harvesters.py", PRODUCER, 20)
    hashes = dict(camera.frame_hashes())
    assert (report["vendor"], report["model"]) == ("Baumer", "VCXG-124M")
    assert len(report["frames"]) == 20
    for frame in report["frames"]:
        assert frame["crc32"] == hashes[frame["frame_id"]]


def test_a_lost_packet_costs_its_frame_and_not_the_stream(camera: VirtualCamera) -> None:
    camera.faults.drop_packets(ratio=0.0002)  # about one frame of four
    report = consume("through_harvesters.py", PRODUCER, 20)
    hashes = dict(camera.frame_hashes())
    ids = [frame["frame_id"] for frame in report["frames"]]
    assert len(ids) == 20
    assert ids[-1] > 20
    assert [frame["crc32"] for frame in report["frames"]] == [hashes[frame_id] for frame_id in ids]
