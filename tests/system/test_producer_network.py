"""The bundled producer on an interface that is not loopback: routes, and a device in the wrong subnet."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from vcxg_testing.gentl import Handle, Producer
from vcxg_testing.netns import WHY_NOT, inside, ip, wire

from vcxg124m import _producer

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)

MAC = bytes.fromhex("0006be123456")
DISCOVERY, FORCEIP, READREG = 0x0002, 0x0004, 0x0080


def number(address: str) -> int:
    return int(IPv4Address(address))


@contextmanager
def misconfigured_device(network: str) -> Iterator[None]:
    """A device of three commands that believes to be 192.168.9.9, until it is told something else."""
    with inside(network):
        control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    control.bind(("", 3956))
    control.settimeout(0.05)
    ended = threading.Event()
    addresses = [number("192.168.9.9"), 0xFFFFFF00, 0]

    def serve() -> None:
        while not ended.is_set():
            try:
                datagram, sender = control.recvfrom(1024)
            except TimeoutError:
                continue
            _, _, command, _, request = struct.unpack(">BBHHH", datagram[:8])
            data = datagram[8:]
            if command == FORCEIP and data[2:8] == MAC:
                addresses[:] = (struct.unpack_from(">I", data, at)[0] for at in (20, 36, 52))
                answer = b""
            elif command == DISCOVERY:
                identity = bytearray(248)
                identity[10:16] = MAC
                for at, address in zip((36, 52, 68), addresses, strict=True):
                    struct.pack_into(">I", identity, at, address)
                answer = bytes(identity)
            elif command == READREG:
                answer = bytes(4)
            else:
                continue
            control.sendto(struct.pack(">HHHH", 0, command + 1, len(answer), request) + answer, sender)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        control.close()


@pytest.fixture
def interface() -> Iterator[tuple[Producer, Handle]]:
    """The host's end of a cable with the device at the other, its device list read."""
    with wire() as (host, far), misconfigured_device(far), inside(host):
        ip("-n", host, "route", "add", "default", "via", "10.77.0.9")
        producer = Producer(Path(_producer.bundled()))
        with producer.interface("vh_10.77.0.1") as (_, handle):
            yield producer, handle


def test_an_interface_tells_its_route(interface: tuple[Producer, Handle]) -> None:
    nodes = interface[0].node_map(interface[1])
    assert nodes.GevInterfaceSubnetIPAddress.value == number("10.77.0.1")
    assert nodes.GevInterfaceSubnetMask.value == number("255.255.255.0")
    assert nodes.GevInterfaceGateway.value == number("10.77.0.9")
    assert nodes.GevInterfaceMTU.value == 9000


def test_a_device_in_the_wrong_subnet_is_listed_and_brought_home(interface: tuple[Producer, Handle]) -> None:
    nodes = interface[0].node_map(interface[1])
    assert nodes.GevDeviceMACAddress.value == int.from_bytes(MAC, "big")
    assert nodes.GevDeviceIPAddress.value == number("192.168.9.9")
    assert nodes.DeviceAccessStatus.value == "NoAccess"
    nodes.GevDeviceForceIPAddress.value = number("10.77.0.2")
    nodes.GevDeviceForceSubnetMask.value = number("255.255.255.0")
    nodes.GevDeviceForceIP.execute()
    assert nodes.GevDeviceIPAddress.value == number("10.77.0.2")
    assert nodes.DeviceAccessStatus.value == "ReadWrite"
