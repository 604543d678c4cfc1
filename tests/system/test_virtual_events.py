"""Events and chunks of the virtual camera over real sockets, heard by an application that is not the producer."""

import itertools
import socket
import struct
from statistics import median

import pytest
from vcxg_testing.application import ADDRESSES, Application, Listener
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera
from vcxg124m.virtual.events import EVENT_IDS, EVENT_INDICES

CHUNKS = 17


@pytest.fixture
def stream():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(20)
    with receiver:
        yield receiver


def listen(host, listener, *names, patience_ms=200, repeats=5):
    """Open the message channel for these events; no heartbeat is needed to keep it."""
    host.write(0x0A00, 2)
    host.write(0x0954, 1)
    for address, value in (
        (0x0B10, 0x7F000001),
        (0x0B14, patience_ms),
        (0x0B18, repeats),
        (0x0B00, listener.port),
    ):
        host.write(address, value)
    for name in names:
        host.write(ADDRESSES["EventNotification"] + 4 * EVENT_INDICES[name], 1)


def blocks_of(stream, count):
    """Payload types of `count` blocks, with 64-bit ids."""
    kinds = []
    while len(kinds) < count:
        data = stream.recv(65536)
        if data[4] & 0x7F == 2:
            kinds.append(int.from_bytes(data[22:24], "big"))
    return kinds


def test_n5_2000_events_a_second_arrive_in_order_while_images_are_streamed(stream):
    pulses = 3000
    edges = ("Line1RisingEdge", "Line1FallingEdge")
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host, Listener() as listener:
        listen(host, listener, *edges)
        host.write(0x0960, 0x40000000)
        host.start(stream, Width=640, Height=480)
        camera.bench.train("Line1", pulses, period_us=1000)
        received = []
        while len(received) < 40:
            received += blocks_of(stream, 10)
        wait_until(lambda: len(listener.events) == 2 * pulses, within=30)
        statistics = camera.statistics()
    assert (statistics["events_sent"], statistics["events_lost"]) == (2 * pulses, 0)
    falling_first = [EVENT_IDS["Line1FallingEdge"], EVENT_IDS["Line1RisingEdge"]]  # an open Line1 rests high
    assert [number for number, _, _ in listener.events] == falling_first * pulses
    times = [timestamp for _, _, timestamp in listener.events]
    assert {after - before for before, after in itertools.pairwise(times)} == {500_000}


def test_n5_lost_event_datagrams_are_repeated_until_all_have_arrived():
    pulses = 200
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host, Listener() as listener:
        listen(host, listener, "Line1RisingEdge", patience_ms=20, repeats=50)
        camera.faults.drop_events(0.5, seed=1)
        camera.bench.train("Line1", pulses, period_us=5000)
        wait_until(lambda: len(listener.events) == pulses, within=30)
        assert camera.statistics()["events_lost"] == 0
    times = [timestamp for _, _, timestamp in listener.events]
    assert times == sorted(times)


def test_n5_the_events_of_a_frame_come_in_the_order_in_which_they_happen(stream):
    names = (
        "ExposureStart",
        "ExposureEnd",
        "FrameStart",
        "FrameEnd",
        "TransferBufferReady",
        "TransferBufferFull",
    )
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host, Listener() as listener:
        listen(host, listener, *names)
        host.start(stream, Width=640, Height=480, AcquisitionMode=2, AcquisitionFrameCount=3)
        wait_until(
            lambda: sum(number == EVENT_IDS["FrameEnd"] for number, _, _ in listener.events) == 3, within=30
        )
    times = [timestamp for _, _, timestamp in listener.events]
    assert times == sorted(times)
    for block in (1, 2, 3):
        seen = [number for number, of, _ in listener.events if of == block]
        exposure = [EVENT_IDS[name] for name in ("ExposureStart", "ExposureEnd")]
        assert [number for number in seen if number in exposure] == exposure
        frame = [EVENT_IDS[name] for name in ("FrameStart", "FrameEnd")]
        assert [number for number in seen if number in frame] == frame


def test_keep_alive_datagrams_at_the_event_and_stream_ports_change_nothing(stream):
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host, Listener() as listener:
        listen(host, listener, "FrameEnd")
        host.write(0x0960, 0x40000000)
        for register in (0x0B1C, 0x0D1C):
            port = host.read(register)
            for _ in range(2000):
                stream.sendto(b"open", (camera.ip, port))
        host.start(stream, Width=64, Height=64, AcquisitionMode=2, AcquisitionFrameCount=2)
        assert blocks_of(stream, 2) == [1, 1]
        wait_until(lambda: len(listener.events) == 2, within=30)


@pytest.mark.parametrize(("image", "kind"), [(1, 0x4001), (0, 0x0004)])
def test_n12_817_lines_a_second_leave_with_all_chunks_and_their_events(stream, image, kind):
    frames = 817
    names = ("ExposureStart", "FrameEnd")
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host, Listener() as listener:
        listen(host, listener, *names)
        host.write(0x0960, 0x40000000)
        host.write(ADDRESSES["ChunkModeActive"], 1)
        for index in range(CHUNKS):
            host.write(ADDRESSES["ChunkEnable"] + 4 * index, 1)
        host.write(ADDRESSES["ChunkEnable"] + 4 * 8, image)
        host.write_memory(ADDRESSES["ExposureTime"], struct.pack(">d", 15.0))
        host.start(stream, Height=1, AcquisitionMode=2, AcquisitionFrameCount=frames)
        assert set(blocks_of(stream, frames)) == {kind}
        wait_until(lambda: len(listener.events) == 2 * frames, within=30)
        statistics = camera.statistics()
    assert (statistics["blocks_sent"], statistics["frames_skipped"], statistics["events_lost"]) == (
        frames,
        0,
        0,
    )
    starts = [timestamp for number, _, timestamp in listener.events if number == EVENT_IDS["ExposureStart"]]
    periods = [after - before for before, after in itertools.pairwise(starts)]
    assert 1e9 / median(periods) == pytest.approx(817, abs=1)  # the first frames wait for the sensor
