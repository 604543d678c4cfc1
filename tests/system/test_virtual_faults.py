"""Faults of a virtual camera in its own process, as a receiver and an application on real sockets meet them."""

import socket
import struct

import pytest
from vcxg_testing.application import Application
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

PACKETS = 65536 // 540 + 1  # of a 256 x 256 image in packets of 576 bytes


@pytest.fixture
def stream():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(20)
    with receiver:
        yield receiver


def received(camera, host, stream, frames):
    """Every datagram of the next frames, until nothing has come for a while after the last was sent."""
    before = camera.statistics()["blocks_sent"]
    host.start(stream, 576, Width=256, Height=256, AcquisitionMode=2, AcquisitionFrameCount=frames)
    wait_until(lambda: camera.statistics()["blocks_sent"] >= before + frames, "the last frame", within=20)
    datagrams = []
    stream.settimeout(0.5)
    try:
        while True:
            datagrams.append(stream.recv(65536))
    except TimeoutError:
        return datagrams


def packet_ids(datagrams):
    return [int.from_bytes(datagram[5:8], "big") for datagram in datagrams]


@pytest.mark.parametrize("burst", [True, False])
def test_faults_of_the_stream_meet_its_receiver_and_are_counted(stream, burst):
    with VirtualCamera(discoverable=False, burst=burst) as camera, Application(camera.ip) as host:
        camera.faults.drop_packets(0.1, seed=1)
        camera.faults.duplicate_packets(0.1, seed=2)
        camera.faults.reorder_packets(0.1, places=2, seed=3)
        camera.faults.delay_packets(0.05, delay_s=0.1, seed=4)
        datagrams = received(camera, host, stream, 3)
        statistics = camera.statistics()
    ids = packet_ids(datagrams)
    assert 200 < 3 * (PACKETS + 2) - statistics["packets_dropped"] < 3 * (PACKETS + 2)
    assert len(ids) == statistics["packets_sent"]
    assert statistics["packets_impaired"] > 30
    assert len(ids) > len(set(zip([d[2:4] for d in datagrams], ids, strict=True)))
    assert ids != sorted(ids)


@pytest.mark.parametrize("burst", [True, False])
def test_equal_seeds_give_a_receiver_equal_losses(stream, burst):
    seen = []
    for _ in range(2):
        with VirtualCamera(discoverable=False, burst=burst) as camera, Application(camera.ip) as host:
            camera.faults.drop_packets(0.1, seed=5)
            camera.faults.truncate_packets(0.1, seed=6)
            seen.append([(len(d), d[:8]) for d in received(camera, host, stream, 2)])
            host.write(0x0A00, 0)
    assert seen[0] == seen[1]


def test_a_narrow_path_swallows_what_is_too_long_and_lets_the_rest_pass(stream):
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        camera.faults.path_mtu(575)
        ids = packet_ids(received(camera, host, stream, 1))
        assert ids == [0, PACKETS, PACKETS + 1]  # leader, the shorter last packet, trailer


def test_a_rebooted_camera_has_forgotten_its_application(stream):
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        host.write(0x0A00, 2)
        camera.faults.reboot()
        assert host.read(0x0A00) == 0


def test_a_stolen_camera_refuses_control_until_it_is_given_back():
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        camera.faults.steal_control()
        answer = host.ask(struct.pack(">BBHHHII", 0x42, 1, 0x82, 8, 77, 0x0A00, 2))
        assert answer[:2] == b"\x80\x06"
        assert camera.statistics()["controller"].startswith("192.0.2.1:")
        camera.faults.clear()
        host.write(0x0A00, 2)


def test_what_no_fault_can_be_is_refused_over_the_process_boundary():
    with VirtualCamera(discoverable=False) as camera:
        with pytest.raises(ValueError, match="0 to 1"):
            camera.faults.drop_packets(1.5)
        with pytest.raises(TypeError):
            camera.faults.drop_packets()
