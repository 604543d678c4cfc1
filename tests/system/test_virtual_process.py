"""The virtual camera as a process: start, answers on the network, end."""

import os
import signal
import socket
import struct
import subprocess
import sys
import time
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from vcxg_testing.application import ADDRESSES, Application
from vcxg_testing.golden import load
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera, process

GVCP = load("gvcp")


@pytest.fixture
def stream():
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    receiver.bind(("127.0.0.1", 0))
    receiver.settimeout(10)
    with receiver:
        yield receiver


def receive_blocks(stream, count):
    """Payloads of `count` blocks, by block id. Standard ids, nothing lost on loopback."""
    blocks, parts = {}, []
    while len(blocks) < count:
        data = stream.recv(65536)
        if data[4] == 3:
            parts.append(data[8:])
        elif data[4] == 2:
            blocks[int.from_bytes(data[2:4], "big")] = b"".join(parts)
            parts = []
    return blocks


@pytest.mark.parametrize("burst", [True, False])
def test_what_arrives_is_what_was_sent(stream, burst):
    with (
        VirtualCamera(burst=burst, hash_frames=True, discoverable=False) as camera,
        Application(camera.ip) as host,
    ):
        host.start(stream, Width=1024, Height=200, AcquisitionMode=2, AcquisitionFrameCount=5)
        blocks = receive_blocks(stream, 5)
        sent = camera.frame_hashes()
        statistics = camera.statistics()
    assert [(number, f"{zlib.crc32(payload):08x}") for number, payload in blocks.items()] == sent
    assert [number for number, _ in sent] == [1, 2, 3, 4, 5]
    assert len({digest for _, digest in sent}) == 5
    assert (statistics["frames_exposed"], statistics["blocks_sent"]) == (5, 5)
    assert statistics["bytes_sent"] == 5 * 1024 * 200


def test_equal_seeds_give_equal_images_and_others_do_not(stream):
    digests = []
    for seed in (3, 3, 4):
        with (
            VirtualCamera(seed=seed, hash_frames=True, discoverable=False) as camera,
            Application(camera.ip) as host,
        ):
            host.start(stream, Width=256, Height=64, AcquisitionMode=1)
            receive_blocks(stream, 1)
            digests.append(camera.frame_hashes())
    assert digests[0] == digests[1] != digests[2]


def test_dropped_packets_are_counted_and_missing(stream):
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        camera.faults.drop_packets(ratio=1.0)
        host.start(stream, Width=256, Height=64, AcquisitionMode=1)
        wait_until(lambda: camera.statistics()["blocks_sent"] == 1)
        statistics = camera.statistics()
    assert statistics["packets_dropped"] == 4  # 16384 bytes: leader, two packets, trailer
    assert statistics["packets_sent"] == 0


def test_a_silent_camera_answers_nothing_until_it_speaks_again():
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        host.socket.settimeout(0.3)
        camera.faults.silence()
        with pytest.raises(TimeoutError):
            host.ask(GVCP["READREG_CCP"])
        camera.faults.silence(on=False)
        host.socket.settimeout(5)
        assert host.ask(GVCP["READREG_CCP"]) == GVCP["READREG_CCP_ACK_FREE"]


def test_a_pulse_of_the_bench_takes_a_frame_and_the_flash_is_seen(stream):
    lines = ADDRESSES["LineSource"]
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        host.write(0x0A00, 2)
        host.write(lines + 3 * 4, 1)  # Line3 shows ExposureActive
        host.start(stream, Width=64, Height=8, TriggerMode=1, TriggerSource=3)
        camera.bench.pulse("Line0")
        receive_blocks(stream, 1)
        (rise, *on), (fall, *off) = camera.bench.edges()
        assert camera.bench.edges() == []
    assert (on, off) == (["Line3", True], ["Line3", False])
    assert fall - rise == 4_000_000 + 37_000  # 4 ms; on 3 us late, off 40 us late


def test_an_exposure_of_a_minute_that_is_given_up_holds_up_neither_the_next_frame_nor_the_end(stream):
    with VirtualCamera(discoverable=False, hash_frames=True) as camera, Application(camera.ip) as host:

        def expose(microseconds):
            host.write_memory(ADDRESSES["ExposureTime"], struct.pack(">d", microseconds))
            host.write(ADDRESSES["AcquisitionStart"], 1)

        host.start(stream, Width=64, Height=32, AcquisitionMode=1)
        receive_blocks(stream, 1)
        short = camera.frame_hashes()
        for _ in range(2):
            expose(60e6)
            wait_until(lambda: camera.frame_hashes() != short)  # it is drawn and waits for its time
            host.write(ADDRESSES["AcquisitionAbort"], 1)
            expose(4000.0)
            assert receive_blocks(stream, 1).keys() == {1}
        expose(60e6)
        wait_until(lambda: camera.frame_hashes() != short)
        began = time.monotonic()
    assert time.monotonic() - began < 5


def test_the_bench_refuses_in_the_words_of_the_camera():
    with (
        VirtualCamera(discoverable=False) as camera,
        pytest.raises(ValueError, match=r"Line3.*Line0, Line1, Line2"),
    ):
        camera.bench.pulse("Line3")


def test_the_temperature_can_be_set_and_a_camera_that_is_too_hot_sends_nothing(stream):
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        camera.temperature_celsius = 77
        assert camera.temperature_celsius == 77.0
        host.start(stream, Width=64, Height=8)
        stream.settimeout(0.3)
        with pytest.raises(TimeoutError):
            stream.recv(2048)
        camera.temperature_celsius = 40
        stream.settimeout(10)
        assert receive_blocks(stream, 1)


def test_discovery_is_answered_at_the_own_address_with_serial_number_and_mac():
    with VirtualCamera(serial_number="700000000042", user_id="bench", discoverable=False) as camera:
        with Application(camera.ip) as host:
            answer = host.ask(GVCP["DISCOVERY_CMD"])
        assert (camera.serial_number, camera.mac) == ("700000000042", "00:06:be:00:00:2a")
    assert answer[8 + 10 : 8 + 16].hex(":") == "00:06:be:00:00:2a"
    assert socket.inet_ntoa(answer[8 + 36 : 8 + 40]) == camera.ip
    assert answer[8 + 216 : 8 + 232].rstrip(b"\0") == b"700000000042"
    assert answer[8 + 232 : 8 + 248].rstrip(b"\0") == b"bench"


def broadcast_answers(until=None):
    """Addresses that answer a broadcast discovery, within half a second, or as soon as `until` is among them."""
    found = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        asker.bind(("127.0.0.1", 0))
        asker.sendto(GVCP["DISCOVERY_CMD"], ("127.255.255.255", 3956))
        deadline = time.monotonic() + (5.0 if until else 0.5)
        while until not in found and (left := deadline - time.monotonic()) > 0:
            asker.settimeout(left)
            with suppress(TimeoutError):
                found.add(asker.recvfrom(2048)[1][0])
    return found


def test_only_a_discoverable_camera_answers_a_broadcast():
    with VirtualCamera() as camera, VirtualCamera(discoverable=False) as hidden:
        assert camera.ip in broadcast_answers(until=camera.ip)
        assert hidden.ip not in broadcast_answers()


def test_two_cameras_have_addresses_and_serial_numbers_of_their_own():
    with VirtualCamera(discoverable=False) as first, VirtualCamera(discoverable=False) as second:
        assert first.ip != second.ip
        assert first.serial_number != second.serial_number
        b, c, d = (int(part) for part in first.ip.split(".")[1:])
    assert first.serial_number == f"7000{(b << 16) + (c << 8) + d:08d}"
    assert first.mac == f"00:06:be:{b:02x}:{c:02x}:{d:02x}"


def test_a_taken_address_is_an_error_that_says_so():
    with VirtualCamera(discoverable=False) as camera, pytest.raises(OSError, match=f"{camera.ip} is taken"):
        VirtualCamera(ip=camera.ip)


def test_a_foreign_address_is_an_error_that_says_so():
    with pytest.raises(OSError, match=r"192\.0\.2\.1 is no address of this machine"):
        VirtualCamera(ip="192.0.2.1")


@pytest.mark.parametrize(("serial_number", "user_id"), [("123", ""), ("70000000000a", ""), (None, "x" * 16)])
def test_impossible_names_are_refused_before_anything_starts(serial_number, user_id):
    with pytest.raises(ValueError, match="not accepted"):
        VirtualCamera(serial_number=serial_number, user_id=user_id)


def test_a_killed_camera_is_gone_and_says_so():
    with VirtualCamera(discoverable=False) as camera:
        camera.kill()
        with pytest.raises(ConnectionError, match="is gone"):
            camera.statistics()
        assert "ended" in repr(camera)


@pytest.fixture
def stopped():
    """A camera whose process was stopped where it stood, as an overloaded machine does for a while."""
    with VirtualCamera(discoverable=False) as camera:
        os.kill(camera.pid, signal.SIGSTOP)
        yield camera
        with suppress(ProcessLookupError):
            os.kill(camera.pid, signal.SIGCONT)


def test_an_answer_that_came_too_late_is_not_taken_for_the_next_one(stopped):
    stopped._link.socket.settimeout(0.1)
    with pytest.raises(TimeoutError, match="did not answer 'statistics'"):
        stopped.statistics()
    stopped._link.socket.settimeout(10)
    os.kill(stopped.pid, signal.SIGCONT)
    assert stopped.light == 1


def test_requests_that_came_together_are_all_answered(stopped):
    for number in (101, 102):
        stopped._link.send({"id": number, "do": "light", "with": {}})
    os.kill(stopped.pid, signal.SIGCONT)
    assert [stopped._link.receive()["id"] for _ in range(2)] == [101, 102]


def test_a_camera_that_is_gone_says_so_although_its_process_has_not_ended(stopped, monkeypatch):
    monkeypatch.setattr(process, "_END_TIMEOUT_S", 0.1)
    stopped._link.socket.shutdown(socket.SHUT_RDWR)
    with pytest.raises(
        ConnectionError, match=r"is gone \(its process has not ended\); it cannot answer 'light'"
    ):
        stopped.ask("light")


def test_hashes_are_kept_only_when_asked_for():
    with VirtualCamera(discoverable=False) as camera, pytest.raises(ValueError, match="hash_frames=True"):
        camera.frame_hashes()


PARENT = """
from vcxg124m.virtual import VirtualCamera
camera = VirtualCamera(discoverable=False)
print(camera.pid, flush=True)
input()
"""


def test_the_camera_ends_with_the_process_that_started_it(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        os.kill(pid, 0)  # alive
        parent.kill()
        parent.wait()
        wait_until(lambda: not _alive(pid))


def test_the_camera_ignores_an_interrupt_from_the_terminal():
    with VirtualCamera(discoverable=False) as camera, Application(camera.ip) as host:
        os.kill(camera.pid, signal.SIGINT)
        assert host.ask(GVCP["READREG_CCP"]) == GVCP["READREG_CCP_ACK_FREE"]


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with suppress(FileNotFoundError):  # a zombie without a reaper has ended, too
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False
