"""A virtual camera and hosts of other subnets: what it hears, whom it answers, and on which interface."""

from __future__ import annotations

import select
import socket
import struct
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.golden import load
from vcxg_testing.netns import WHY_NOT, inside, ip, wire

from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)

GVCP = load("gvcp")
BY_BROADCAST, ALONE = GVCP["DISCOVERY_CMD_BROADCAST_ACK"], GVCP["DISCOVERY_CMD"]
EVERYBODY = "255.255.255.255"
CAMERA = "192.168.9.9"


class Host:
    """A program that asks by broadcast from one address, and hears what comes to that address or to everybody."""

    def __init__(self, address: str, port: int = 0) -> None:
        self._alone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._alone.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self._alone.bind((address, port))
        self._everybody = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.port = self._alone.getsockname()[1]
        self._everybody.bind((EVERYBODY, self.port))

    def ask(self, command: bytes, to: str = EVERYBODY) -> None:
        self._alone.sendto(command, (to, 3956))

    def answer(self, code: int = 0x0003, within: float = 5.0) -> tuple[str, str] | None:
        """The address of the camera that answers and how ("alone" or "everybody"), None when none does in time."""
        readable, _, _ = select.select([self._alone, self._everybody], [], [], within)
        if not readable:
            return None
        data, sender = readable[0].recvfrom(2048)
        assert struct.unpack(">HH", data[:4]) == (0, code)
        assert sender[1] == 3956
        return sender[0], "alone" if readable[0] is self._alone else "everybody"

    def close(self) -> None:
        self._alone.close()
        self._everybody.close()


@contextmanager
def host_in(network: str, address: str, port: int = 0) -> Iterator[Host]:
    with inside(network):
        host = Host(address, port)
    try:
        yield host
    finally:
        host.close()


@pytest.fixture
def cable() -> Iterator[tuple[str, str]]:
    """A host at 10.77.0.1/24 and the end of its cable, whose only address is 192.168.9.9/24."""
    with wire() as (host, far):
        ip("-n", far, "addr", "flush", "dev", "vc")
        ip("-n", far, "addr", "add", f"{CAMERA}/24", "dev", "vc")
        yield host, far


def camera_in(network: str) -> VirtualCamera:
    with inside(network):
        return VirtualCamera(serial_number="700000000001", ip=CAMERA)


def test_a_host_of_another_subnet_that_allows_a_broadcast_finds_the_camera(cable: tuple[str, str]) -> None:
    network, far = cable
    with camera_in(far), host_in(network, "10.77.0.1") as host:
        host.ask(ALONE)
        host.ask(BY_BROADCAST)
        assert host.answer() == (CAMERA, "everybody")
        assert host.answer(within=0.2) is None  # the first question allowed no answer that would arrive


def test_a_host_of_the_same_subnet_is_answered_alone(cable: tuple[str, str]) -> None:
    network, far = cable
    ip("-n", network, "addr", "add", "192.168.9.1/24", "dev", "vh")
    with camera_in(far), host_in(network, "192.168.9.1") as host:
        for command, to in ((BY_BROADCAST, EVERYBODY), (ALONE, "192.168.9.255"), (ALONE, CAMERA)):
            host.ask(command, to)
            assert host.answer() == (CAMERA, "alone")


def test_neither_ears_nor_answers_reach_beyond_the_cameras_interface(cable: tuple[str, str]) -> None:
    network, far = cable
    with ExitStack() as held:
        elsewhere, other = held.enter_context(wire())
        # The second interface of the camera's computer, by which most packets would leave.
        ip("-n", other, "link", "set", "vc", "netns", far, "name", "vd")
        ip("-n", far, "addr", "add", "10.88.0.2/24", "dev", "vd")
        ip("-n", far, "link", "set", "vd", "up")
        ip("-n", far, "route", "add", "default", "dev", "vd")
        held.enter_context(camera_in(far))
        host = held.enter_context(host_in(network, "10.77.0.1"))
        beyond = held.enter_context(host_in(elsewhere, "10.77.0.1", host.port))
        host.ask(BY_BROADCAST)
        assert host.answer() == (CAMERA, "everybody")
        assert beyond.answer(within=0.2) is None
        beyond.ask(BY_BROADCAST)
        assert beyond.answer(within=0.2) is None
        assert host.answer(within=0.2) is None


def test_a_camera_on_loopback_does_not_hear_what_comes_over_a_cable(cable: tuple[str, str]) -> None:
    network, far = cable
    with inside(far):
        device = VirtualCamera(ip="127.0.0.9")
    with device, host_in(network, "10.77.0.1") as host, host_in(far, "127.0.0.1") as local:
        local.ask(ALONE)
        assert local.answer() == ("127.0.0.9", "alone")
        host.ask(BY_BROADCAST)
        assert host.answer(within=0.2) is None


def test_a_forced_address_of_another_subnet_is_taken_with_its_broadcasts(cable: tuple[str, str]) -> None:
    network, far = cable
    ip("-n", far, "addr", "add", "10.77.0.2/24", "dev", "vc")
    with camera_in(far) as device, host_in(network, "10.77.0.1") as host:
        mac = bytes.fromhex(device.mac.replace(":", ""))
        settings = struct.pack(
            ">2x6s12x4s12x4s12x4x", mac, socket.inet_aton("10.77.0.2"), socket.inet_aton("255.255.255.0")
        )
        host.ask(GVCP["FORCEIP_CMD"][:8] + settings)
        assert host.answer(0x0005) == ("10.77.0.2", "alone")
        for to in (EVERYBODY, "10.77.0.255", "10.77.0.2"):
            host.ask(ALONE, to)
            assert host.answer() == ("10.77.0.2", "alone")
