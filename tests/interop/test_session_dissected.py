"""Wireshark's dissectors watch a whole session of the API with the virtual camera and find nothing wrong."""

import shutil
from pathlib import Path

import pytest
from vcxg_testing.dissect import PROBLEMS, TSHARK, Fields, dissect
from vcxg_testing.golden import load
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import consume, running
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

TCPDUMP = shutil.which("tcpdump")

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (apt install tshark)"),
    pytest.mark.skipif(TCPDUMP is None, reason="tcpdump is not installed (apt install tcpdump)"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]

FRAMES = 5


def ended(capture: Path) -> bool:
    """Whether the answer to the command that gives control back is in the capture. It is the session's last packet."""
    golden = load("gvcp")
    upto, _, after = capture.read_bytes().rpartition(golden["WRITEREG_CCP_RELEASE"][8:])
    request = upto[-2:]
    return golden["WRITEREG_CCP_RELEASE_ACK"][:6] + request in after


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Discovery, control, description, five frames and the end, as they went over the wire."""
    assert TCPDUMP is not None
    folder = tmp_path_factory.mktemp("session")
    path = folder / "session.pcap"
    log = folder / "tcpdump.log"
    command = [TCPDUMP, "-i", "lo", "-w", str(path), "-U", "--immediate-mode", "-B", "65536", "udp"]
    with (
        namespace() as network,
        inside(network),
        running(["timeout", "100", *command], log=log),
        VirtualCamera(serial_number="700000000001", ip="127.0.0.1", seed=1, burst=False) as camera,
    ):
        wait_until(lambda: b"listening on" in log.read_bytes(), "tcpdump to listen")
        # Small, so that the capture loses nothing on a busy machine, and counted.
        settings = ["PixelFormat=Mono12p", "Width=1024", "Height=512", "AcquisitionMode=MultiFrame"]
        settings += [f"AcquisitionFrameCount={FRAMES}"]
        report = consume("through_api.py", FRAMES, f"serial_number={camera.serial_number}", *settings)
        assert len(report["frames"]) == FRAMES
        wait_until(lambda: ended(path), "the end of the session in the capture")
    assert b"\n0 packets dropped by kernel" in log.read_bytes()
    return path


@pytest.fixture(scope="module")
def packets(capture: Path) -> list[Fields]:
    return dissect(capture)


def commands(packets: list[Fields], code: str) -> list[Fields]:
    return [packet for packet in packets if packet.get("gvcp.cmd.command") == [code]]


def written(packets: list[Fields], register: str) -> list[Fields]:
    return [
        p for p in commands(packets, "0x0082") if p.get("gvcp.cmd.writereg.bootstrapregister") == [register]
    ]


def test_nothing_is_malformed(capture: Path) -> None:
    assert dissect(capture, show=PROBLEMS) == []


def test_nothing_is_refused(capture: Path) -> None:
    assert dissect(capture, show="gvcp.cmd.status >= 0x8000 || gvsp.status != 0") == []


def test_every_command_is_answered(packets: list[Fields]) -> None:
    asked = [p["gvcp.cmd.req_id"] for p in packets if p.get("gvcp.cmd.flag.acq_required") == ["1"]]
    answered = [p["gvcp.cmd.req_id"] for p in packets if "gvcp.ack" in p]
    discoveries = len([p for p in packets if p.get("gvcp.cmd.command") == ["0x0002"]])
    assert len(asked) > 50
    assert (
        len(answered) >= len(asked) - discoveries
    )  # a camera hears a discovery on some of the addresses only


def test_the_session_has_all_its_stages(packets: list[Fields]) -> None:
    assert commands(packets, "0x0002"), "no discovery"
    [identity, *_] = [p for p in packets if p.get("gvcp.ack") == ["0x0003"]]
    assert identity["gvcp.bootstrap.modelname"] == ["VCXG-124M"]
    assert identity["gvcp.bootstrap.serialnumber"] == ["700000000001"]
    privilege = written(packets, "0x00000a00")
    taken = ("gvcp.bootstrap.control.controlaccess", "gvcp.bootstrap.control.exclusiveaccess")
    assert "1" in [privilege[0][field][0] for field in taken]
    assert [privilege[-1][field][0] for field in taken] == ["0", "0"]
    url = [
        p
        for p in commands(packets, "0x0084")
        if p.get("gvcp.cmd.readmem.bootstrapregister") == ["0x00000200"]
    ]
    assert url, "the description's URL was not read"
    assert written(packets, "0x00000d18"), "no stream destination"
    ports = [p["gvcp.bootstrap.scpx.hostport"][0] for p in written(packets, "0x00000d00")]
    assert int(ports[-2]) > 0
    assert ports[-1] == "0"
    fired = [p for p in written(packets, "0x00000d04") if p["gvcp.bootstrap.scpsx.firetestpacket"] == ["1"]]
    assert fired, "the packet size was not tested"


def test_the_stream_is_as_the_leader_says(packets: list[Fields]) -> None:
    leaders = [p for p in packets if p.get("gvsp.format") in (["0x01"], ["0x81"])]
    assert len(leaders) == FRAMES
    for leader in leaders:
        assert leader["gvsp.payloadtype"] == ["0x0001"]
        assert leader["gvsp.pixel"] == ["0x010c0047"]
        assert (leader["gvsp.sizex"], leader["gvsp.sizey"]) == (["1024"], ["512"])
    trailers = [p for p in packets if p.get("gvsp.format") in (["0x02"], ["0x82"])]
    assert len(trailers) == FRAMES
    assert {trailer["gvsp.sizey"][0] for trailer in trailers} == {"512"}


def test_the_capture_is_of_gige_vision_only(capture: Path) -> None:
    """Every datagram was taken for GVCP or GVSP; the dissector learns the stream's port from the registers.

    Not so what opens a firewall on the host's side: 8 zeros to where the stream will come from, before it has a port.
    """
    assert dissect(capture, show="!gvcp && !gvsp && data.data != 00:00:00:00:00:00:00:00") == []


def test_a_firewall_is_opened_from_the_inside(capture: Path) -> None:
    assert dissect(capture, show="udp.length == 16 && data.data == 00:00:00:00:00:00:00:00") != []
