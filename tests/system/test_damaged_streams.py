"""What a network does to packets: a frame is right to the bit, or incomplete with exactly what is missing."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

Damage = Callable[[VirtualCamera], None]
FRAMES = 20
WIDTH, HEIGHT, OFFSET_X, OFFSET_Y = 1280, 960, 1024, 512
TRUTH = (
    (((np.arange(WIDTH) + OFFSET_X) + (np.arange(HEIGHT)[:, np.newaxis] + OFFSET_Y)) % 4096 >> 4)
    .astype(np.uint8)
    .ravel()
)
"""The diagonal ramp, with values from 96 to 235 in this region: a byte that is 0 is one that did not arrive."""


def may_share_memory() -> bool:
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0).close()
    except PermissionError:
        return False
    return True


@pytest.fixture(scope="module", params=["gro", "ring"])
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "ring" and not may_share_memory():
        pytest.skip("a packet ring needs CAP_NET_RAW")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VCXG124M_RECEIVE_ENGINE", request.param)
        patch.setenv("VCXG124M_PACKET_SIZE_MAX", "1500")
        yield request.param


@pytest.fixture(scope="module")
def device(engine: str) -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False, burst=False) as device:
        yield device


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.image_format.pixel_format = "Mono8"
        cam.roi.set(width=WIDTH, height=HEIGHT, offset_x=OFFSET_X, offset_y=OFFSET_Y)
        cam.image_format.test_pattern = "GreyDiagonalRamp"
        cam.acquisition.frame_rate_hz = 10
        yield cam
        device.faults.clear()


def check(frame: vcx.Frame) -> None:
    raw = frame.raw
    assert raw is not None
    arrived = raw != 0
    assert np.array_equal(raw[arrived], TRUTH[: raw.size][arrived])
    if frame.complete:
        assert raw.size == TRUTH.size
        assert arrived.all()
    else:
        assert np.count_nonzero(arrived) == frame.received


def received(cam: vcx.Camera, frames: int = FRAMES) -> tuple[list[vcx.Frame], dict[str, int]]:
    with cam.stream(incomplete="deliver", raw=True, buffers=12) as stream:
        result = [frame for _, frame in zip(range(frames), stream, strict=False)]
        counters = dict(stream.statistics.counters)
    for frame in result:
        check(frame)
    return result, counters


def accounted_for(counters: dict[str, int]) -> int:
    return sum(
        counters[f"Stream{what}FrameCount"] for what in ("Complete", "Incomplete", "Lost", "Missed", "Open")
    )


@pytest.mark.parametrize("ratio", [0.001, 0.01, 0.1])
def test_lost_packets_leave_holes_and_nothing_else(
    cam: vcx.Camera, device: VirtualCamera, ratio: float
) -> None:
    device.faults.drop_packets(ratio, seed=1)
    frames, counters = received(cam)
    assert any(not frame.complete for frame in frames)
    assert counters["StreamMissingPacketCount"] > 0
    assert frames[-1].frame_id <= accounted_for(counters)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda device: device.faults.reorder_packets(0.05, places=8, seed=2), id="reorder"),
        pytest.param(lambda device: device.faults.duplicate_packets(0.05, seed=3), id="duplicate"),
        pytest.param(lambda device: device.faults.drop_trailers(0.3, seed=4), id="trailers lost"),
        pytest.param(lambda device: device.faults.clear(), id="none"),
    ],
)
def test_damage_that_takes_nothing_away_leaves_every_frame_whole(
    cam: vcx.Camera, device: VirtualCamera, damage: Damage
) -> None:
    damage(device)
    frames, counters = received(cam)
    assert all(frame.complete for frame in frames), counters
    assert counters["StreamMissingPacketCount"] == 0


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda device: device.faults.truncate_packets(0.005, seed=5), id="truncate"),
        pytest.param(lambda device: device.faults.drop_leaders(0.4, seed=6), id="leaders lost"),
        pytest.param(
            lambda device: device.faults.delay_packets(0.005, delay_s=0.2, seed=7), id="delayed for long"
        ),
    ],
)
def test_other_damage_is_never_taken_for_pixels(
    cam: vcx.Camera, device: VirtualCamera, damage: Damage
) -> None:
    damage(device)
    frames, counters = received(cam)
    assert any(not frame.complete for frame in frames), counters


def test_block_ids_that_stumble_damage_no_frame(cam: vcx.Camera, device: VirtualCamera) -> None:
    device.faults.stale_block_ids(0.3, back=2, seed=8)
    frames, counters = received(cam)
    assert all(frame.complete for frame in frames), counters


def test_all_at_once_is_survived(cam: vcx.Camera, device: VirtualCamera) -> None:
    device.faults.drop_packets(0.01, seed=1)
    device.faults.reorder_packets(0.02, seed=2)
    device.faults.duplicate_packets(0.02, seed=3)
    device.faults.truncate_packets(0.002, seed=4)
    device.faults.drop_leaders(0.1, seed=5)
    device.faults.drop_trailers(0.1, seed=6)
    device.faults.stale_block_ids(0.1, seed=7)
    received(cam)
    device.faults.clear()
    frames, _ = received(cam, 5)
    assert all(frame.complete for frame in frames)


@contextlib.contextmanager
def aliens(port: int, address: str) -> Iterator[None]:
    """Send packets of all near block ids to the stream's port, from two places that are not the camera's."""
    stop = threading.Event()
    leader = struct.pack(">HHIHHQIIIIIHH", 0, 0, 0, 0, 1, 1, 0x01080001, WIDTH, HEIGHT, 0, 0, 0, 0)[8:]

    def send() -> None:
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as same_address,
        ):
            elsewhere.bind(("127.99.99.99", 0))
            same_address.bind((address, 0))
            while not stop.wait(0.01):  # 5000 packets a second: not what fills a socket buffer
                for sender in (elsewhere, same_address):
                    for block in range(1, 40, 3):
                        head = struct.pack(">HHBxxxQI", 0, 0, 0x81, block, 0)
                        sender.sendto(head + leader, ("127.0.0.1", port))
                        head = struct.pack(">HHBxxxQI", 0, 0, 0x83, block, 5)
                        sender.sendto(head + bytes(1452), ("127.0.0.1", port))

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_alien_senders_are_counted_and_change_no_pixel(
    device: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv("VCXG124M_STREAM_PORTS", str(port))
    with vcx.open_camera(ip=device.ip) as cam, aliens(port, device.ip):
        cam.image_format.pixel_format = "Mono8"
        cam.roi.set(width=WIDTH, height=HEIGHT, offset_x=OFFSET_X, offset_y=OFFSET_Y)
        cam.image_format.test_pattern = "GreyDiagonalRamp"
        cam.acquisition.frame_rate_hz = 10
        frames, counters = received(cam)
    assert all(frame.complete for frame in frames), counters
    assert counters["StreamForeignPacketCount"] > 100
