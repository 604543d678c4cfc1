"""The doctor in networks that are broken on purpose: each fault is named, and its command mends it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from vcxg_testing import small_buffers
from vcxg_testing.application import ADDRESSES, Application
from vcxg_testing.commands import COMMAND
from vcxg_testing.netns import WHY_NOT, inside, ip, namespace, wire
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)

CAMERA = "10.77.0.2"
CONTROL, HEARTBEAT_TIMEOUT = 0x0A00, 0x0938


def start(host: str, *arguments: object, through: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Start the doctor on the host; `ip netns exec` also shows it the interfaces of that network only."""
    return subprocess.Popen(
        ["ip", "netns", "exec", host, *through, COMMAND, "doctor", "--json", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def outcome(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Wait for the doctor: its findings by code."""
    stdout, stderr = process.communicate(timeout=60)
    assert stderr == ""
    said = json.loads(stdout)
    assert process.returncode == (1 if said["findings"] else 0)
    assert said["healthy"] is not bool(said["findings"])
    return {finding["code"]: finding for finding in said["findings"]}


def diagnose(host: str, *arguments: object, through: Sequence[str] = ()) -> dict[str, Any]:
    return outcome(start(host, "--seconds", 0.5, *arguments, through=through))


def apply(finding: dict[str, Any], host: str) -> None:
    """Run the commands of a finding as a user would who copies them."""
    assert finding["commands"]
    for command in finding["commands"]:
        subprocess.run(
            ["ip", "netns", "exec", host, *command.removeprefix("sudo ").split()], check=True, timeout=20
        )


@contextmanager
def camera_in(network: str, address: str = CAMERA) -> Iterator[VirtualCamera]:
    """A camera with a light load, which a busy machine bears as well."""
    with inside(network):
        device = VirtualCamera(serial_number="700000000009", ip=address)
    with device:
        yield device


def configure(host: str, camera: str = CAMERA, *, own: str = "10.77.0.1", width: int, height: int) -> None:
    """Set a region and a rate of 20 Hz: small, so that only the fault under test can lose anything."""
    with inside(host):
        application = Application(camera, own=own)
    with application.socket:
        application.write(CONTROL, 2)
        application.write(ADDRESSES["Width"], width)
        application.write(ADDRESSES["Height"], height)
        application.write(ADDRESSES["AcquisitionFrameRateEnable"], 1)
        application.write_memory(ADDRESSES["AcquisitionFrameRate"], struct.pack(">d", 20.0))
        application.write(CONTROL, 0)


@pytest.fixture(scope="module")
def cable() -> Iterator[tuple[str, VirtualCamera]]:
    """The host's end of a cable, and the camera at the other."""
    with wire() as (host, far), camera_in(far) as device:
        configure(host, width=512, height=64)
        yield host, device


def test_a_small_mtu_is_named_and_its_command_leaves_nothing_to_find(
    cable: tuple[str, VirtualCamera],
) -> None:
    host, _ = cable
    ip("-n", host, "link", "set", "vh", "mtu", "1500")
    found = diagnose(host)
    assert list(found) == ["interface-mtu"]
    assert "vh has an MTU of 1500 bytes" in found["interface-mtu"]["seen"]
    assert found["interface-mtu"]["commands"] == ["sudo ip link set dev vh mtu 9000"]
    apply(found["interface-mtu"], host)
    assert diagnose(host) == {}


def test_a_switch_without_jumbo_frames_is_told_from_a_small_interface() -> None:
    with namespace() as host, namespace() as switch, namespace() as far:
        ip("-n", switch, "link", "add", "name", "switch", "type", "bridge")
        for name, link, port, mtu, address in (
            (host, "vh", "ph", "9000", "10.77.0.1/24"),
            (far, "vc", "pc", "1500", "10.77.0.2/24"),
        ):
            ip("-n", name, "link", "add", link, "type", "veth", "peer", "name", port, "netns", switch)
            ip("-n", switch, "link", "set", port, "master", "switch", "mtu", mtu, "up")
            ip("-n", name, "addr", "add", address, "dev", link)
            ip("-n", name, "link", "set", link, "mtu", "9000", "up")
        ip("-n", switch, "link", "set", "switch", "up")
        with camera_in(far):
            configure(host, width=512, height=64)
            found = diagnose(host)
    assert list(found) == ["path-mtu"]
    assert (
        "Packets of 1500 bytes arrive, larger ones do not, although vh carries 9000"
        in found["path-mtu"]["seen"]
    )


@pytest.mark.skipif(bool(small_buffers.WHY_NOT), reason=small_buffers.WHY_NOT)
def test_a_small_socket_buffer_is_named_and_so_is_what_a_busy_computer_loses_by_it(
    cable: tuple[str, VirtualCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    host, device = cable
    monkeypatch.setenv("VCXG124M_RECEIVE_ENGINE", "batches")  # the ring would hold a frame by itself
    configure(host, width=4096, height=1000)
    sent = device.statistics()["blocks_sent"]
    process = start(host, "--seconds", 4, through=[sys.executable, small_buffers.__file__])
    try:
        wait_until(lambda: device.statistics()["blocks_sent"] > sent + 4, within=30, process=process)
        os.kill(process.pid, signal.SIGSTOP)  # something else has the processor
        sent = device.statistics()["blocks_sent"]
        wait_until(lambda: device.statistics()["blocks_sent"] > sent + 4, within=30, process=process)
    finally:
        os.kill(process.pid, signal.SIGCONT)
        found = outcome(process)
        configure(host, width=512, height=64)
    assert set(found) == {"socket-buffer", "host-drops"}
    assert "106496 bytes granted" in found["socket-buffer"]["seen"]
    assert "packets found no room in 106496 bytes" in found["host-drops"]["seen"]
    for finding in found.values():
        assert finding["commands"][0] == "sudo sysctl -w net.core.rmem_max=33554432"


@pytest.mark.skipif(shutil.which("iptables") is None, reason="iptables is not installed")
def test_a_firewall_is_named_with_its_rule_and_opened_by_the_command(
    cable: tuple[str, VirtualCamera],
) -> None:
    host, _ = cable
    rules = ["ip", "netns", "exec", host, "iptables"]
    added = subprocess.run(
        [*rules, "-A", "INPUT", "-p", "udp", "!", "--sport", "3956", "-j", "DROP"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if added.returncode != 0:
        pytest.skip(f"this kernel has no packet filter: {added.stderr.strip()}")
    try:
        found = diagnose(host)
        assert list(found) == ["no-test-packets"]
        assert "--sport 3956 -j DROP" in found["no-test-packets"]["seen"]
        apply(found["no-test-packets"], host)
        assert diagnose(host) == {}
    finally:
        subprocess.run([*rules, "-F", "INPUT"], check=True)


def test_a_second_interface_in_the_cameras_network_is_named_and_passed_by_the_command(
    cable: tuple[str, VirtualCamera],
) -> None:
    host, _ = cable
    ip("-n", host, "link", "add", "va", "type", "veth", "peer", "name", "vb")
    try:
        ip("-n", host, "addr", "add", "10.77.0.5/24", "dev", "va")
        for link in ("va", "vb"):
            ip("-n", host, "link", "set", link, "up")
        ip(
            "-n", host, "route", "add", "10.77.0.2/32", "dev", "va", "metric", "1"
        )  # as if it had come up first
        found = diagnose(host)
        assert list(found) == ["route-elsewhere"]
        assert "10.77.0.2 answers on vh, but packets to it leave by va" in found["route-elsewhere"]["seen"]
        apply(found["route-elsewhere"], host)
        assert diagnose(host) == {}
    finally:
        ip("-n", host, "link", "del", "va")
        ip("-n", host, "route", "flush", "10.77.0.2/32")


def test_a_camera_in_another_subnet_is_named_and_reached_after_the_command() -> None:
    with wire() as (host, far):
        ip("-n", far, "addr", "add", "10.78.0.9/24", "dev", "vc")
        with camera_in(far, "10.78.0.9"):
            found = diagnose(host)
            assert list(found) == ["wrong-subnet"]
            refused = subprocess.run(
                ["ip", "netns", "exec", host, COMMAND, "grab"],
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert refused.returncode == 1
            assert (
                "answers on vh_10.77.0.1 (10.77.0.0/24) and has an address of another subnet"
                in refused.stderr
            )
            assert (
                "The camera has 10.78.0.9 and answers on vh (10.77.0.1/24)" in found["wrong-subnet"]["seen"]
            )
            apply(found["wrong-subnet"], host)
            configure(host, "10.78.0.9", own="10.78.0.1", width=512, height=64)
            assert diagnose(host) == {}


def test_a_camera_in_another_subnet_is_given_an_address_of_this_one() -> None:
    with wire() as (host, far):
        ip("-n", far, "addr", "add", "10.78.0.9/24", "dev", "vc")
        with camera_in(far, "10.78.0.9"):
            moved = subprocess.run(
                ["ip", "netns", "exec", host, COMMAND, "force-ip", "10.77.0.2/24", "--json"],
                capture_output=True, text=True, timeout=60, check=False,
            )  # fmt: skip
            assert moved.returncode == 0, moved.stderr
            now = json.loads(moved.stdout)
            assert (now["ip"], now["access"]) == ("10.77.0.2", "ReadWrite")
            configure(host, width=512, height=64)
            assert diagnose(host) == {}


def test_who_holds_control_is_named_with_the_process_to_end(cable: tuple[str, VirtualCamera]) -> None:
    host, _ = cable
    with inside(host):
        holder = Application(CAMERA, own="10.77.0.1")
    holder.write(CONTROL, 2)  # others may read
    holder.write(HEARTBEAT_TIMEOUT, 60_000)
    try:
        found = diagnose(host)
    finally:
        holder.write(HEARTBEAT_TIMEOUT, 3_000)
        holder.write(CONTROL, 0)
        port = holder.socket.getsockname()[1]
        holder.socket.close()
    assert list(found) == ["control-held"]
    assert f"({os.getpid()}) on this computer, at 10.77.0.1:{port}" in found["control-held"]["seen"]
    assert found["control-held"]["commands"] == [f"kill {os.getpid()}"]


def test_lost_packets_are_counted_and_not_blamed_on_this_computer(cable: tuple[str, VirtualCamera]) -> None:
    host, device = cable
    device.faults.drop_packets(0.2, seed=3)
    try:
        found = diagnose(host)
    finally:
        device.faults.clear()
    assert list(found) == ["packets-lost"]
    assert "packets are missing" in found["packets-lost"]["seen"]
    assert " 0 of them dropped by this computer" in found["packets-lost"]["seen"]


def test_a_camera_that_goes_away_meanwhile_is_lost(cable: tuple[str, VirtualCamera]) -> None:
    host, device = cable
    sent = device.statistics()["blocks_sent"]
    process = start(host, "--seconds", 30)
    with ExitStack() as held:
        held.callback(device.faults.clear)
        wait_until(lambda: device.statistics()["blocks_sent"] > sent + 2, within=30, process=process)
        device.faults.silence()
        device.bench.pull_cable()
        held.callback(device.bench.plug_cable)
        found = outcome(process)
    assert list(found) == ["camera-lost"]


def test_an_address_where_nothing_answers_is_told_from_one_that_is_no_camera() -> None:
    with wire() as (host, far):
        runs = [start(host, "--camera", "10.77.0.77"), start(host, "--camera", CAMERA), start(host)]
        silent, refused, absent = map(outcome, runs)
        ip("-n", far, "link", "set", "vc", "down")
        unplugged, unreachable = map(outcome, [start(host), start(host, "--camera", "10.99.0.9")])
    assert list(silent) == ["camera-silent"]
    assert "nothing has this address" in silent["camera-silent"]["seen"]
    assert list(refused) == ["no-camera-at-address"]
    assert list(absent) == ["no-camera"]
    assert "Asked by broadcast on lo, vh" in absent["no-camera"]["seen"]
    assert list(unplugged) == ["no-link"]
    assert "vh is up, but its cable leads to nothing" in unplugged["no-link"]["seen"]
    assert "no-route" in unreachable


def test_a_hot_camera_and_a_slow_link_are_named(cable: tuple[str, VirtualCamera]) -> None:
    host, device = cable
    device.temperature_celsius = 70.0
    device.faults.slow_link()
    try:
        found = diagnose(host)
    finally:
        device.faults.clear()
        device.temperature_celsius = 45.0
    assert set(found) == {"camera-hot", "camera-link-slow"}
