"""Baumer's own GenTL producer, what most owners of the camera use, with the virtual camera and the API.

The library is not part of this project and is not installed from any package registry: name it in the environment
variable BAUMER_PRODUCER. It lists Ethernet interfaces only, so two namespaces joined by a cable are its network.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from vcxg_testing.netns import WHY_NOT, inside, wire
from vcxg_testing.strangers import consume

from vcxg124m.virtual import VirtualCamera

PRODUCER = Path(os.environ.get("BAUMER_PRODUCER", ""))

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(not PRODUCER.is_file(), reason="BAUMER_PRODUCER does not name Baumer's .cti"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


@pytest.fixture
def camera() -> Iterator[VirtualCamera]:
    """The virtual camera at the other end of a cable; the test itself runs at the host's end."""
    with wire() as (host, far):
        with inside(far):
            device = VirtualCamera(
                serial_number="700000000001", ip="10.77.0.2", seed=1, burst=False, hash_frames=True
            )
        with device, inside(host):
            yield device


@pytest.mark.parametrize("pixel_format", ["Mono8", "Mono12p"])
def test_the_api_streams_through_it(camera: VirtualCamera, pixel_format: str) -> None:
    report = consume("through_api.py", 20, f"producer={PRODUCER}", f"PixelFormat={pixel_format}")
    hashes = dict(camera.frame_hashes())
    frames = report["frames"]
    assert len(frames) == 20
    assert {tuple(frame["shape"]) for frame in frames} == {(3000, 4096)}
    assert [frame["crc32"] for frame in frames] == [hashes[frame["frame_id"]] for frame in frames]


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
