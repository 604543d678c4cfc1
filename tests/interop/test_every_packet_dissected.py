"""Wireshark's dissectors watch all that the virtual camera can send, and find nothing malformed."""

import shutil
import socket
import struct
import time
from pathlib import Path

import pytest
from vcxg_testing.application import ADDRESSES, Application, Listener
from vcxg_testing.dissect import PROBLEMS, TSHARK, Fields, dissect
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import running
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera
from vcxg124m.virtual.events import EVENT_IDS

TCPDUMP = shutil.which("tcpdump")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (apt install tshark)"),
    pytest.mark.skipif(TCPDUMP is None, reason="tcpdump is not installed (apt install tcpdump)"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]

FRAMES = 3
NOTED = b"the end of the session"
IMAGE = 8  # of ChunkEnable


def session(camera: VirtualCamera, *, extended: bool, image: bool) -> None:
    """Three frames with all chunks and all events, and a change of the temperature status."""
    receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with receiver, Application(camera.ip) as host, Listener() as listener:
        receiver.bind(("127.0.0.1", 0))
        host.write(0x0A00, 2)
        host.write(0x0960, 0x40000000 if extended else 0)
        for address, value in ((0x0B10, 0x7F000001), (0x0B14, 200), (0x0B18, 3), (0x0B00, listener.port)):
            host.write(address, value)
        for index in range(len(EVENT_IDS)):
            host.write(ADDRESSES["EventNotification"] + 4 * index, 1)
        host.write(ADDRESSES["ChunkModeActive"], 1)
        for index in range(17):
            host.write(ADDRESSES["ChunkEnable"] + 4 * index, int(index != IMAGE or image))
        host.start(receiver, 1500, Width=64, Height=64, AcquisitionMode=2, AcquisitionFrameCount=FRAMES)
        ends = EVENT_IDS["FrameEnd"]
        wait_until(lambda: sum(number == ends for number, _, _ in listener.events) == FRAMES, "the frames")
        wait_until(lambda: camera.statistics()["blocks_sent"] % FRAMES == 0, "the blocks")
        changed = EVENT_IDS["DeviceTemperatureStatusChanged"]
        camera.faults.overheat()
        wait_until(lambda: [number for number, _, _ in listener.events].count(changed) == 1, "the heat")
        camera.faults.overheat(on=False)
        wait_until(lambda: [number for number, _, _ in listener.events].count(changed) == 2, "the cold")
        host.write(0x0954, 2)
        camera.faults.slow_commands(0.3)
        host.socket.sendto(struct.pack(">BBHHHI", 0x42, 1, 0x80, 4, 0x7777, 0x0A00), host.address)
        assert host.socket.recv(2048)[2:4] == b"\0\x89"
        assert host.socket.recv(2048)[2:4] == b"\0\x81"
        camera.faults.slow_commands(0)
        everything_else(host, camera)
        host.write(0x0A00, 0)
        host.force_ip(camera.mac, camera.ip)


def everything_else(host: Application, camera: VirtualCamera) -> None:
    """Discovery, memory, a test packet, an action, a lost packet asked for, and what is refused."""
    host.ask(struct.pack(">BBHHH", 0x42, 0x11, 0x0002, 0, 0x1001))
    host.ask(struct.pack(">BBHHHIHH", 0x42, 1, 0x0084, 8, 0x1002, 0x0048, 0, 32))
    host.write_memory(ADDRESSES["ExposureTime"], struct.pack(">d", 2000.0))
    host.write(0x0D04, 0xC0000000 | 1500)
    for key in (0x090C, 0x9800, 0x9804):  # of the device, of the group, and the group's mask
        host.write(key, 0x11)
    host.ask(struct.pack(">BBHHHIII", 0x42, 1, 0x0100, 12, 0x1003, 0x11, 0x11, 0x1))
    before = camera.statistics()["packets_sent"]
    if host.read(0x0960) >> 30 & 1:
        lost = struct.pack(">BBHHHHHIIQ", 0x42, 0x10, 0x0040, 20, 0x1004, 0, 0, 1, 2, FRAMES)
    else:
        lost = struct.pack(">BBHHHHHII", 0x42, 0, 0x0040, 12, 0x1004, 0, FRAMES, 1, 2)
    host.socket.sendto(lost, host.address)
    wait_until(
        lambda: camera.statistics()["packets_sent"] == before + 2, "the answers to a request for two packets"
    )
    for wrong in (
        struct.pack(">BBHHHI", 0x42, 1, 0x0080, 4, 0x1005, 0xFFF0),
        struct.pack(">BBHHHII", 0x42, 1, 0x0082, 8, 0x1006, 0x0000, 1),
        struct.pack(">BBHHHIHH", 0x42, 1, 0x0084, 8, 0x1007, 0x0002, 0, 4),
        struct.pack(">BBHHHII", 0x42, 1, 0x0086, 8, 0x1008, 0x0048, 1),
        struct.pack(">BBHHH", 0x42, 1, 0x0102, 0, 0x1009),
    ):
        assert host.ask(wrong)[0] & 0x80


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert TCPDUMP is not None
    folder = tmp_path_factory.mktemp("events")
    path, log = folder / "events.pcap", folder / "tcpdump.log"
    command = [TCPDUMP, "-i", "lo", "-w", str(path), "-U", "--immediate-mode", "-B", "65536", "udp"]
    with (
        namespace() as network,
        inside(network),
        running(["timeout", "100", *command], log=log),
        VirtualCamera(ip="127.0.0.1", burst=False) as camera,
    ):
        wait_until(lambda: b"listening on" in log.read_bytes(), "tcpdump to listen")
        for extended in (False, True):
            for image in (False, True):
                session(camera, extended=extended, image=image)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(NOTED, ("127.0.0.1", 9))
        wait_until(lambda: NOTED in path.read_bytes(), "the end of the session in the capture")
        time.sleep(0.1)
    assert b"\n0 packets dropped by kernel" in log.read_bytes()
    return path


@pytest.fixture(scope="module")
def packets(capture: Path) -> list[Fields]:
    return dissect(capture)


def test_nothing_is_malformed(capture: Path) -> None:
    assert dissect(capture, show=PROBLEMS) == []


def test_every_acknowledge_is_seen(packets: list[Fields]) -> None:
    answered = {packet["gvcp.ack"][0] for packet in packets if "gvcp.ack" in packet}
    device = {"0x0003", "0x0005", "0x0081", "0x0083", "0x0085", "0x0087", "0x0089", "0x0101"}
    application = {"0x00c1", "0x00c3"}
    assert answered == device | application


def test_every_kind_of_stream_packet_is_seen(packets: list[Fields]) -> None:
    stream = [packet for packet in packets if "gvsp.format" in packet]
    assert {packet["gvsp.format"][0] for packet in stream} == {"0x01", "0x02", "0x03", "0x81", "0x82", "0x83"}
    refused = [packet for packet in stream if int(packet["gvsp.status"][0], 0) & 0x8000]
    assert len(refused) == 2 * 4  # what was asked for again, in each of the four sessions
    payload = [packet for packet in stream if packet["gvsp.format"][0] in {"0x03", "0x83"}]
    fired = [p for p in payload if "0" in (*p.get("gvsp.packetid24", ()), *p.get("gvsp.packetid32", ()))]
    assert len(fired) == 4  # test packets


def test_n5_events_and_event_data_are_seen_with_both_kinds_of_ids(packets: list[Fields]) -> None:
    for code in ("0x00c0", "0x00c2"):
        told = [packet for packet in packets if packet.get("gvcp.cmd.command") == [code]]
        assert told, code
        assert {packet["gvcp.cmd.flag.acq_required"][0] for packet in told} == {"1"}
    seen = {
        int(number, 0) for packet in packets for number in packet.get("gvcp.cmd.event.devicespecificid", ())
    }
    assert {EVENT_IDS["ExposureStart"], EVENT_IDS["FrameEnd"]} <= seen


def test_n12_both_kinds_of_blocks_with_chunks_are_seen(packets: list[Fields]) -> None:
    kinds = [packet["gvsp.payloadtype"][0] for packet in packets if "gvsp.payloadtype" in packet]
    assert (
        kinds.count("0x4001") == kinds.count("0x0004") == 2 * FRAMES * 2
    )  # leader and trailer, both kinds of ids
    layouts = {packet["gvsp.chunklayoutidhex"][0] for packet in packets if "gvsp.chunklayoutidhex" in packet}
    assert len(layouts) == 1


def test_a_pending_acknowledge_says_how_long_it_takes(packets: list[Fields]) -> None:
    pending = [packet for packet in packets if packet.get("gvcp.ack") == ["0x0089"]]
    assert len(pending) == 4
