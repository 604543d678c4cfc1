"""Wireshark's dissectors watch events, chunks and a camera in trouble, and find nothing malformed."""

import shutil
import socket
import struct
import time
from pathlib import Path

import pytest
from vcxg_testing.application import ADDRESSES, Application, Listener
from vcxg_testing.dissect import PROBLEMS, TSHARK, Fields, dissect
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import running, wait_for

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
        wait_for(lambda: sum(number == ends for number, _, _ in listener.events) == FRAMES, "the frames")
        wait_for(lambda: camera.statistics()["blocks_sent"] % FRAMES == 0, "the blocks")
        changed = EVENT_IDS["DeviceTemperatureStatusChanged"]
        camera.faults.overheat()
        wait_for(lambda: [number for number, _, _ in listener.events].count(changed) == 1, "the heat")
        camera.faults.overheat(on=False)
        wait_for(lambda: [number for number, _, _ in listener.events].count(changed) == 2, "the cold")
        host.write(0x0954, 2)
        camera.faults.slow_commands(0.3)
        host.socket.sendto(struct.pack(">BBHHHI", 0x42, 1, 0x80, 4, 0x7777, 0x0A00), host.address)
        assert host.socket.recv(2048)[2:4] == b"\0\x89"
        assert host.socket.recv(2048)[2:4] == b"\0\x81"
        camera.faults.slow_commands(0)
        host.write(0x0A00, 0)


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
        wait_for(lambda: b"listening on" in log.read_bytes(), "tcpdump to listen")
        for extended in (False, True):
            for image in (False, True):
                session(camera, extended=extended, image=image)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(NOTED, ("127.0.0.1", 9))
        wait_for(lambda: NOTED in path.read_bytes(), "the end of the session in the capture")
        time.sleep(0.1)
    assert b"\n0 packets dropped by kernel" in log.read_bytes()
    return path


@pytest.fixture(scope="module")
def packets(capture: Path) -> list[Fields]:
    return dissect(capture)


def test_nothing_is_malformed(capture: Path) -> None:
    assert dissect(capture, show=PROBLEMS) == []


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
