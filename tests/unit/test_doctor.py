"""What the doctor reads from the system's files, and what it concludes from facts."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m import planning
from vcxg124m._backend import CameraInfo
from vcxg124m.doctor import catalogue, report
from vcxg124m.doctor.conclusion import conclude
from vcxg124m.doctor.facts import (
    Contact,
    Facts,
    Failure,
    Host,
    Interface,
    LinkFacts,
    Producer,
    Route,
    Traffic,
)
from vcxg124m.doctor.system import System, own_addresses
from vcxg124m.enums import AccessStatus

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "findings.md"

ETH = Interface("eth0", ("10.77.0.1/24",), 9000, is_up=True, has_carrier=True, speed_mbit=1000, rp_filter=0)
OTHER = replace(ETH, name="eth1", addresses=("10.77.0.5/24",))
LO = Interface("lo", ("127.0.0.1/8",), 65536, is_up=True, has_carrier=True, is_wired=False)
HOST = Host(
    versions={"vcxg124m": "0.1.0", "harvesters": "1.4.3", "genicam": "1.6.0"},
    environment={},
    interfaces=(ETH, LO),
    settings={"net.core.rmem_max": 212992},
    cores=4,
    load=0.5,
    governors=("powersave",),
    firewall=(),
    has_firewalld=False,
)
CAMERA = CameraInfo(
    "VCXG-124M", "Baumer", "700000000001", "", "10.77.0.2", "00:06:be:00:00:01", "eth0_10.77.0.1",
    AccessStatus.READ_WRITE, "/cti/vcxg124m.cti", "0006be000001_700000000001",
)  # fmt: skip
FULL_FRAME = planning.predict(
    exposure_s=0.004,
    readout_s=0.0658,
    transfer_s=planning.transfer_time(12_288_000),
    payload_bytes=12_288_000,
)
LINK = LinkFacts(
    packet_size=9000,
    packet_size_max=9000,
    packet_size_allowed=9000,
    packet_size_proven=True,
    link_speed=125_000_000,
    throughput_limit=125_000_000,
    packet_delay_ns=0,
    wanted_hz=None,
    prediction=FULL_FRAME,
    unthrottled_s=FULL_FRAME.transfer_s,
    socket_buffer=33_554_432,
    temperature_celsius=45.0,
    temperature_status="Normal",
)
TRAFFIC = Traffic(
    seconds=3.0, delivered=30, incomplete=0, missed=0, underrun=0, expected_hz=10.05, measured_hz=10.05,
    megabytes_per_second=123.4, packets=41_000, missing=0, dropped=0, kernel={}, receiver_cpu=0.05, process_cpu=0.1,
    priority="Ordinary",
)  # fmt: skip
HEALTHY = Facts(
    host=HOST,
    producers=(Producer("/cti/vcxg124m.cti", "vcxg124m", "0.1.0"),),
    found=(CAMERA,),
    camera=CAMERA,
    route=Route("eth0", "10.77.0.1"),
    contact=None,
    link=LINK,
    traffic=TRAFFIC,
)
UNOPENED = replace(HEALTHY, link=None, traffic=None, contact=Contact("answers"))
ABSENT = replace(UNOPENED, found=(), camera=None, route=None, contact=None)


def with_host(facts: Facts, **changes: Any) -> Facts:
    return replace(facts, host=replace(facts.host, **changes))


def with_link(**changes: Any) -> Facts:
    return replace(HEALTHY, link=replace(LINK, **changes))


def with_traffic(**changes: Any) -> Facts:
    return replace(HEALTHY, traffic=replace(TRAFFIC, **changes))


def with_camera(**changes: Any) -> Facts:
    return replace(UNOPENED, camera=replace(CAMERA, **changes))


def slowed(*, interval_s: float) -> planning.FramePrediction:
    return replace(FULL_FRAME, transfer_s=interval_s, interval_s=interval_s)


# code: facts; what must be said; the command that mends it ("" for none)
CASES: dict[str, tuple[Facts, str, str]] = {
    "producer-missing": (
        replace(ABSENT, producers=(Producer("/x.cti", missing=True, error="There is no GenTL producer '/x.cti'."),)),
        "/x.cti",
        "python -m pip install --force-reinstall vcxg124m",
    ),
    "producer-unusable": (
        replace(ABSENT, producers=(Producer("/x.cti", error="/x.cti cannot be loaded: invalid ELF header"),)),
        "invalid ELF header",
        "python -m pip install --force-reinstall vcxg124m",
    ),
    "no-link": (
        with_host(ABSENT, interfaces=(LO, replace(ETH, is_up=False))),
        "eth0 is switched off",
        "sudo ip link set dev eth0 up",
    ),
    "no-address": (
        with_host(ABSENT, interfaces=(LO, replace(ETH, addresses=()))),
        "eth0 is up and connected, and has no address",
        "sudo ip addr add 169.254.1.1/16 dev eth0",
    ),
    "no-camera": (
        with_host(ABSENT, interfaces=(replace(ETH, rp_filter=1),)),
        "The reverse-path filter of eth0 is strict",
        "sudo sysctl -w net.ipv4.conf.eth0.rp_filter=2",
    ),
    "other-camera": (replace(ABSENT, found=(CAMERA,), wanted="7"), "serial number 700000000001", ""),
    "no-route": (
        replace(ABSENT, wanted="192.168.9.9", route=Route(), contact=Contact("unreachable")),
        "no route to 192.168.9.9",
        "sudo ip addr add 192.168.9.1/24 dev eth0",
    ),
    "wrong-subnet": (
        replace(with_camera(ip="169.254.3.4", access=AccessStatus.NO_ACCESS), route=Route()),
        "The camera has 169.254.3.4 and answers on eth0 (10.77.0.1/24)",
        "sudo ip addr add 169.254.0.1/16 dev eth0",
    ),
    "route-elsewhere": (
        replace(
            with_host(with_camera(interface="eth1_10.77.0.5"), interfaces=(ETH, OTHER)), contact=Contact("silent")
        ),
        "10.77.0.2 answers on eth1, but packets to it leave by eth0",
        "sudo ip route add 10.77.0.2/32 dev eth1",
    ),
    "camera-silent": (
        replace(ABSENT, wanted="10.77.0.2", route=Route("eth0", "10.77.0.1"), contact=Contact("silent")),
        "nothing has this address",
        "ping -c 3 10.77.0.2",
    ),
    "no-camera-at-address": (
        replace(ABSENT, wanted="10.77.0.2", route=Route("eth0", "10.77.0.1"), contact=Contact("refused")),
        "10.77.0.2 refuses packets to UDP port 3956",
        "",
    ),
    "control-held": (
        replace(
            with_camera(access=AccessStatus.BUSY),
            contact=Contact("denied", is_controlled=True, holder="10.77.0.1:4711", process="python3 (815)"),
        ),
        "python3 (815) on this computer, at 10.77.0.1:4711",
        "kill 815",
    ),
    "open-failed": (
        replace(UNOPENED, failure=Failure("DeviceCommunicationError", "no usable description of its features")),
        "no usable description",
        "",
    ),
    "camera-lost": (
        replace(HEALTHY, traffic=None, failure=Failure("DeviceLostError", "It does not answer any more.")),
        "does not answer any more",
        "",
    ),
    "interface-mtu": (
        with_host(with_link(packet_size=1500), interfaces=(replace(ETH, mtu=1500), LO)),
        "eth0 has an MTU of 1500 bytes; the camera could send packets of 9000",
        "sudo ip link set dev eth0 mtu 9000",
    ),
    "path-mtu": (
        with_link(packet_size=1500),
        "Packets of 1500 bytes arrive, larger ones do not, although eth0 carries 9000",
        "ping -M do -s 8972 -c 3 10.77.0.2",
    ),
    "no-test-packets": (
        with_host(with_link(packet_size=576, packet_size_proven=False), firewall=("-A INPUT -j DROP",)),
        "-A INPUT -j DROP",
        "sudo iptables -I INPUT -p udp -s 10.77.0.2 -j ACCEPT",
    ),
    "small-packets": (
        with_link(packet_size=576, packet_size_proven=None),
        "576 bytes; 9000 would be possible",
        "vcxg124m features set GevSCPSPacketSize=9000",
    ),
    "socket-buffer": (
        with_link(socket_buffer=212_992),
        "212992 bytes granted; a pause of 20 ms needs 2.5 MB. net.core.rmem_max is 212992",
        "sudo sysctl -w net.core.rmem_max=33554432",
    ),
    "camera-link-slow": (with_link(link_speed=12_500_000), "100 Mbit/s", ""),
    "interface-slow": (
        with_host(HEALTHY, interfaces=(replace(ETH, speed_mbit=100), LO)),
        "eth0 runs at 100 Mbit/s",
        "sudo ethtool -r eth0",
    ),
    "rate-unreachable": (
        with_link(wanted_hz=20.0),
        "20 frames/s are set; the link allows 10.05",
        "vcxg124m features set AcquisitionFrameRate=10",
    ),
    "link-throttled": (
        with_link(packet_delay_ns=100_000, prediction=slowed(interval_s=0.25)),
        "leave 4 frames/s of 10.05",
        "vcxg124m features set GevSCPD=0 DeviceLinkThroughputLimit=125000000",
    ),
    "no-frames": (
        with_traffic(delivered=0, measured_hz=None, detail="No frame within 3 s: no packets."),
        "No frame within 3 s",
        "",
    ),
    "packets-lost": (
        with_traffic(delivered=20, incomplete=9, missed=1, missing=400, packets=39_600),
        "9 of 30 frames are incomplete, 1 missing. 400 packets are missing (1.00%), 0 of them dropped by this computer",
        "ethtool -S eth0",
    ),
    "host-drops": (
        with_traffic(delivered=25, incomplete=5, missing=300, dropped=300),
        "300 packets found no room in 33554432 bytes. This computer's 4 cores have a load of 0.5, clocks powersave",
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
    ),
    "interface-errors": (
        with_traffic(kernel={"eth0 rx_crc_errors": 17}),
        "eth0 counted rx_crc_errors 17",
        "ethtool -S eth0",
    ),
    "interface-overrun": (
        with_traffic(kernel={"eth0 rx_missed_errors": 5}),
        "rx_missed_errors 5",
        "sudo ethtool -G eth0 rx 4096",
    ),
    "computer-slow": (
        with_traffic(underrun=3),
        "3 frames found no buffer",
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
    ),
    "rate-low": (with_traffic(measured_hz=7.0), "7 frames/s came, the settings allow 10.05", ""),
    "camera-hot": (with_link(temperature_celsius=70.0, temperature_status="High"), "70.0 degC, High", ""),
    "camera-too-hot": (
        replace(with_link(temperature_celsius=77.0, temperature_status="Exceeded"), traffic=None),
        "77.0 degC, Exceeded",
        "",
    ),
}  # fmt: skip


def test_every_kind_of_finding_has_a_case_here() -> None:
    assert list(CASES) == list(catalogue.KINDS)


def test_a_healthy_set_up_gives_no_finding_and_says_what_was_looked_at() -> None:
    diagnosis = conclude(HEALTHY)
    assert diagnosis.healthy
    assert diagnosis.findings == ()
    assert diagnosis.not_checked == ()
    assert [check.subject for check in diagnosis.checks] == [
        "producer", "network", "camera", "packet size", "socket buffer", "planned load", "temperature", "stream",
        "computer",
    ]  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_a_fault_is_the_only_finding_and_is_told_with_numbers_and_command(code: str) -> None:
    facts, words, command = CASES[code]
    (found,) = conclude(facts).findings
    assert found.code == code
    assert words in found.seen
    assert command in (found.commands or ("",))


def test_the_page_has_a_section_for_every_finding() -> None:
    assert catalogue.as_markdown() in PAGE.read_text(encoding="utf-8")


def test_a_closed_camera_has_no_doctor() -> None:
    cam = vcx.Camera(FakeDevice())
    cam.close()
    with pytest.raises(vcx.CameraClosedError):
        cam.doctor()


def test_errors_come_before_warnings() -> None:
    facts = replace(with_link(socket_buffer=1000), traffic=replace(TRAFFIC, incomplete=1, missing=1))
    assert [finding.code for finding in conclude(facts).findings] == ["packets-lost", "socket-buffer"]


def test_a_light_load_needs_no_large_socket_buffer() -> None:
    small = replace(FULL_FRAME, payload_bytes=4096, interval_s=0.1)
    assert conclude(with_link(socket_buffer=212_992, prediction=small)).healthy


def test_where_another_producer_lists_no_camera_the_bundled_one_is_worth_asking() -> None:
    facts = replace(ABSENT, producers=(Producer("/opt/bgapi2_gige.cti", "Baumer", "2.9"),))
    (found,) = conclude(facts).findings
    assert found.seen.startswith("bgapi2_gige.cti lists none; the bundled producer, without --producer, may.")
    assert found.commands == ("vcxg124m doctor",)


def test_an_unused_port_does_not_hide_that_no_camera_answers_on_another() -> None:
    facts = with_host(ABSENT, interfaces=(LO, ETH, replace(OTHER, addresses=(), has_carrier=False)))
    assert [finding.code for finding in conclude(facts).findings] == ["no-link", "no-camera"]


def test_a_bridge_of_virtual_machines_is_no_port_for_a_camera() -> None:
    bridge = replace(OTHER, name="docker0", has_carrier=False, is_wired=False)
    facts = with_host(ABSENT, interfaces=(LO, ETH, bridge))
    assert [finding.code for finding in conclude(facts).findings] == ["no-camera"]


def test_a_holder_on_this_computer_that_is_somebody_elses_is_looked_for_by_the_command() -> None:
    held = Contact("answers", is_controlled=True, holder="10.77.0.1:4711", holder_is_here=True)
    (found,) = conclude(replace(with_camera(access=AccessStatus.READ_ONLY), contact=held)).findings
    assert "A program on this computer, at 10.77.0.1:4711" in found.seen
    assert found.commands == ("sudo ss -uapn sport = :4711",)


def test_a_camera_that_this_program_has_open_is_not_to_be_killed() -> None:
    held = Contact("answers", is_controlled=True, holder="10.77.0.1:4711", process="python3 (815)")
    (found,) = conclude(replace(with_camera(access=AccessStatus.OPEN_READ_WRITE), contact=held)).findings
    assert found.commands == ()
    assert "open in this program" in found.seen


def test_another_program_at_the_port_of_a_camera_elsewhere_is_not_accused() -> None:
    facts = replace(
        with_camera(access=AccessStatus.READ_ONLY),
        contact=Contact("answers", is_controlled=True, holder="10.77.0.9:4711"),
    )
    (found,) = conclude(facts).findings
    assert found.commands == ()
    assert "The application at 10.77.0.9:4711 holds control" in found.seen


def test_a_diagnosis_prints_what_to_do_and_breaks_no_command() -> None:
    diagnosis = conclude(CASES["host-drops"][0])
    text = str(diagnosis)
    assert text.startswith("ok     producer       vcxg124m.cti 0.1.0, harvesters 1.4.3, genicam 1.6.0\n")
    assert "\nerror  computer " in text
    assert "\n1. This computer drops packets\n" in text
    assert "\n         echo '@video - rtprio 50' | sudo tee /etc/security/limits.d/60-vcxg124m.conf\n" in text
    assert repr(diagnosis) == "<Diagnosis: host-drops>"
    assert str(conclude(HEALTHY)).endswith("\n\nNothing is wrong.")


def test_what_another_subject_explains_is_not_called_well() -> None:
    checks = {check.subject: check for check in conclude(CASES["route-elsewhere"][0]).checks}
    assert (checks["camera"].findings, checks["camera"].see) == ((), "network")
    assert "-  " in next(
        line for line in str(conclude(CASES["route-elsewhere"][0])).splitlines() if " camera " in line
    )


def test_a_name_from_the_network_is_no_html_in_a_notebook() -> None:
    html = conclude(with_camera(model="<script>", access=AccessStatus.BUSY))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_report_is_a_page_or_an_archive_with_all_facts(tmp_path: Path) -> None:
    diagnosis = conclude(CASES["interface-mtu"][0])
    report.write(diagnosis, tmp_path / "report.md")
    page = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert "`sudo ip link set dev eth0 mtu 9000`" in page
    report.write(diagnosis, tmp_path / "report.zip")
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        assert archive.read("report.md").decode() == page
        data = json.loads(archive.read("diagnosis.json"))
    assert data["findings"][0]["code"] == "interface-mtu"
    assert data["facts"]["camera"]["access"] == "ReadWrite"
    assert data["facts"]["host"]["interfaces"][0]["mtu"] == 1500


# -- the system's files -----------------------------------------------------------------------------------------------


@pytest.fixture
def system(tmp_path: Path) -> System:
    """The files of a computer with one interface."""
    files = {
        "sys/class/net/eth0/mtu": "1500\n",
        "sys/class/net/eth0/flags": "0x1003\n",
        "sys/class/net/eth0/carrier": "1\n",
        "sys/class/net/eth0/speed": "1000\n",
        "sys/class/net/eth0/type": "1\n",
        "sys/class/net/eth0/statistics/rx_crc_errors": "7\n",
        "sys/class/net/eth0/statistics/rx_missed_errors": "2\n",
        "sys/class/net/wlan0/mtu": "1500\n",
        "sys/class/net/wlan0/flags": "0x1002\n",
        "sys/class/net/wlan0/speed": "-1\n",
        "sys/class/net/wlan0/type": "1\n",
        "sys/class/net/wlan0/wireless/status": "0x0\n",
        "proc/sys/net/ipv4/conf/all/rp_filter": "2\n",
        "proc/sys/net/ipv4/conf/eth0/rp_filter": "1\n",
        "proc/sys/net/core/rmem_max": "212992\n",
        "proc/net/route": (
            "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
            "eth0\t00000000\t09004D0A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
            "eth0\t00004D0A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
        ),
        "proc/net/arp": (
            "IP address       HW type     Flags       HW address            Mask     Device\n"
            "10.77.0.2        0x1         0x2         00:06:be:12:34:56     *        eth0\n"
            "10.77.0.3        0x1         0x0         00:00:00:00:00:00     *        eth0\n"
        ),
        "proc/net/snmp": (
            "Ip: Forwarding DefaultTTL\nIp: 1 64\n"
            "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\n"
            "Udp: 100 1 9 50 8 0 1\n"
        ),
        "proc/net/softnet_stat": "00000001 0000000a 00000003\n00000001 00000006 00000000\n",
        "proc/net/udp": (
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
            "  12: 01004D0A:1267 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000 0 31337 2 0 0\n"
        ),
        "proc/4711/comm": "viewer\n",
        "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
        "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "proc/4711/fd").mkdir()
    (tmp_path / "proc/4711/fd/3").symlink_to("socket:[31337]")
    return System(tmp_path)


def test_an_interface_is_read_with_its_cable_speed_and_filter(system: System) -> None:
    eth0, wlan0 = system.interfaces({"eth0": ["10.77.0.1/24"]})
    assert eth0 == Interface(
        "eth0", ("10.77.0.1/24",), 1500, is_up=True, has_carrier=True, speed_mbit=1000, rp_filter=2
    )
    assert (wlan0.is_up, wlan0.has_carrier, wlan0.speed_mbit, wlan0.addresses) == (False, False, None, ())
    assert (eth0.is_wired, wlan0.is_wired) == (True, False)


def test_the_router_to_an_address_is_that_of_the_closest_network(system: System) -> None:
    assert system.gateway("10.77.0.200") == ""
    assert system.gateway("192.168.9.9") == "10.77.0.9"


def test_a_neighbour_counts_only_when_it_has_answered(system: System) -> None:
    assert system.neighbour("10.77.0.2") == "00:06:be:12:34:56"
    assert system.neighbour("10.77.0.3") == ""


def test_counters_of_errors_are_read_by_name(system: System) -> None:
    assert system.errors("eth0") == {
        "Udp InErrors": 9, "Udp RcvbufErrors": 8, "Udp InCsumErrors": 1, "softnet dropped": 16,
        "eth0 rx_crc_errors": 7, "eth0 rx_missed_errors": 2,
    }  # fmt: skip


def test_a_port_is_traced_to_its_process(system: System) -> None:
    assert system.process_at_port(0x1267) == "viewer (4711)"
    assert system.process_at_port(0x1268) == ""


def test_settings_and_clocks_are_read(system: System) -> None:
    assert system.settings() == {"net.core.rmem_max": 212992}
    assert system.governors() == ("powersave",)


def test_a_kernel_that_refuses_to_list_addresses_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = struct.pack("=IHHIIi", 36, 2, 0, 1, 0, -1) + bytes(
        16
    )  # NLMSG_ERROR, with the request behind it
    ours, kernel = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, kernel:
        ours.settimeout(10)
        kernel.send(refusal)
        link = SimpleNamespace(recv=ours.recv, sendto=lambda *_: None)
        monkeypatch.setattr(socket, "socket", lambda *_: contextlib.nullcontext(link))
        assert own_addresses() == {}


def test_a_system_without_these_files_tells_nothing(tmp_path: Path) -> None:
    system = System(tmp_path / "none")
    assert system.interfaces({}) == ()
    assert system.settings() == system.errors("eth0") == {}
    assert system.gateway("10.77.0.2") == system.neighbour("10.77.0.2") == system.process_at_port(1) == ""
    assert system.governors() == ()
    assert system.thread_seconds("vcxg-stream") is None
