"""Addresses and sockets of a virtual camera on this machine."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import socket
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from vcxg124m.virtual.address import EVERYBODY, Address

CONTROL_PORT = 3956
_SIOCGIFCONF, _SIOCGIFNETMASK = 0x8912, 0x891B
_IP_PKTINFO, _IP_MTU_DISCOVER = 8, 10
_PACKET_INFO = struct.Struct("i4s4s")  # in_pktinfo: interface, own address, destination
_ADDRESS_TRIES = 64


@dataclass(frozen=True)
class Network:
    """Mask and broadcast address of an interface, dotted, and its index, 0 where the system has none."""

    mask: str
    broadcast: str
    interface: int


def _number(address: str) -> int:
    return int.from_bytes(socket.inet_aton(address), "big")


def udp_socket() -> socket.socket:
    """Return a new UDP socket."""
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def bind_control(ip: str | None) -> socket.socket:
    """Bind the control port of `ip`, or of a free loopback address, for this camera alone (no SO_REUSEADDR)."""
    if ip is not None:
        return _bind(ip)
    for _ in range(_ADDRESS_TRIES):
        try:
            return _bind(_some_loopback_address())
        except OSError as error:  # noqa: PERF203 - hardly ever more than one round
            if error.errno != errno.EADDRINUSE:
                raise
    raise OSError(
        errno.EADDRINUSE,
        f"no free loopback address for a virtual camera: a program may hold UDP port {CONTROL_PORT} everywhere",
    )


def _some_loopback_address() -> str:
    return f"127.{secrets.randbelow(254) + 1}.{secrets.randbelow(256)}.{secrets.randbelow(254) + 1}"


def _bind(address: str) -> socket.socket:
    control = udp_socket()
    control.settimeout(0)
    try:
        control.bind((address, CONTROL_PORT))
    except OSError as error:
        control.close()
        raise OSError(error.errno, _why_not(address, error)) from error
    return control


def _why_not(address: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"UDP port {CONTROL_PORT} of {address} is taken: another virtual camera may run there; choose another ip"
    if error.errno == errno.EADDRNOTAVAIL:
        return (
            f"{address} is no address of this machine: take one of an interface, or 127.x.y.z, or none at all"
        )
    return f"cannot bind UDP port {CONTROL_PORT} of {address}: {error.strerror}"


def bind_broadcast(address: str) -> socket.socket:
    """Bind the control port of a broadcast address, side by side with other cameras."""
    listener = udp_socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if sys.platform == "linux":
            listener.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)
        listener.bind((address, CONTROL_PORT))
    except BaseException:
        listener.close()
        raise
    listener.settimeout(0)
    return listener


def receive_broadcast(listener: socket.socket, interface: int) -> tuple[bytes, Address] | None:
    """Take a datagram from a broadcast socket; None when it came over another interface, on which no camera is."""
    if not interface:  # then there are cameras on loopback only
        data, sender = listener.recvfrom(2048)
        return (data, sender) if sender[0].startswith("127.") else None
    data, ancillary, _, sender = listener.recvmsg(2048, socket.CMSG_SPACE(_PACKET_INFO.size))
    arrived = [
        _PACKET_INFO.unpack(content)[0]
        for level, kind, content in ancillary
        if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO)
    ]
    return (data, sender) if arrived == [interface] else None


def send_to_everybody(control: socket.socket, data: bytes, port: int, interface: int) -> None:
    """Send to all hosts on the wire of one interface, and to no other."""
    control.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    way = _PACKET_INFO.pack(interface, socket.inet_aton(control.getsockname()[0]), bytes(4))
    control.sendmsg([data], [(socket.IPPROTO_IP, _IP_PKTINFO, way)], 0, (EVERYBODY, port))


def rebind(places: Mapping[socket.socket, str]) -> None:
    """Let bound UDP sockets have other addresses of this machine, each with its port, as the objects that they are.

    Raises
    ------
    OSError
        One of the ports is taken there, or it is no address of this machine. Nothing has changed then.
    """
    with contextlib.ExitStack() as stack:
        moved: list[tuple[socket.socket, socket.socket]] = []
        for old, address in places.items():
            new = stack.enter_context(udp_socket())
            options = [(socket.SOL_SOCKET, socket.SO_REUSEADDR)]
            if sys.platform == "linux":
                options += [(socket.IPPROTO_IP, _IP_PKTINFO), (socket.IPPROTO_IP, _IP_MTU_DISCOVER)]
            for option in options:
                new.setsockopt(*option, old.getsockopt(*option))
            new.bind((address, old.getsockname()[1]))
            new.setblocking(old.getblocking())
            moved.append((old, new))
        for old, new in moved:
            os.dup2(new.fileno(), old.fileno(), inheritable=False)


def network_of(ip: str) -> Network:
    """Return mask and broadcast address of the interface that has the address `ip`."""
    if ip.startswith("127."):
        interface = socket.if_nametoindex("lo") if sys.platform == "linux" else 0
        return Network("255.0.0.0", "127.255.255.255", interface)
    if sys.platform != "linux":
        raise OSError(
            errno.EOPNOTSUPP, f"{ip}: outside Linux a virtual camera runs on loopback addresses only"
        )
    import fcntl  # noqa: PLC0415 - exists on POSIX only
    from array import array  # noqa: PLC0415

    entry = struct.Struct("16sH2x4s16x")
    with udp_socket() as probe:
        buffer = array("B", bytes(entry.size * 128))
        request = struct.pack("iP", len(buffer), buffer.buffer_info()[0])
        length = struct.unpack("iP", fcntl.ioctl(probe, _SIOCGIFCONF, request))[0]
        for name, family, address in entry.iter_unpack(bytes(buffer)[:length]):
            if address == socket.inet_aton(ip):
                # asked with the address, so that the right one of several answers
                answer = fcntl.ioctl(probe, _SIOCGIFNETMASK, entry.pack(name, family, address))
                mask = entry.unpack(answer)[2]
                # Not SIOCGIFBRDADDR: an interface may have been set up without naming its broadcast address.
                host_bits = ~int.from_bytes(mask, "big") & 0xFFFFFFFF
                broadcast = (_number(ip) | host_bits).to_bytes(4, "big")
                label = name.rstrip(b"\0").decode()  # "eth0:1" is another address of eth0
                interface = socket.if_nametoindex(label.partition(":")[0])
                return Network(socket.inet_ntoa(mask), socket.inet_ntoa(broadcast), interface)
    raise OSError(errno.EADDRNOTAVAIL, f"no interface has the address {ip}")
