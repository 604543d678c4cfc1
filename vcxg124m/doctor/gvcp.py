"""One question to a camera's control port, beside the producer: who is there, and who holds control.

Sources: GigE Vision, GVCP READREG and the bootstrap registers 0x0A00 (control channel privilege), 0x0A04 and 0x0A14
(port and address of the primary application).
"""

from __future__ import annotations

import ipaddress
import socket
import struct
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from vcxg124m.doctor.facts import Contact

if TYPE_CHECKING:
    from vcxg124m.doctor.system import System

__all__ = ["contact"]

_PORT = 3956
_READREG, _READREG_ACK = 0x0080, 0x0081
_VERSION, _PRIVILEGE, _HOLDER_PORT, _HOLDER_IP = 0x0000, 0x0A00, 0x0A04, 0x0A14
_ACCESS_DENIED = 0x8006
_CONTROL_BITS = 0b11
_TRIES, _PATIENCE_S = 3, 0.3


def contact(ip: str, system: System) -> Contact:
    """Ask the camera at an address whether it is there, and who controls it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect((ip, _PORT))  # others' datagrams are not seen, and a refusal is
        except OSError:
            return Contact("unreachable")
        here = replace(_greeting(channel), neighbour=system.neighbour(ip))
        if here.state not in {"answers", "denied"}:
            return here
        try:
            return _with_holder(here, channel, system)
        except OSError:  # not every camera has these registers, or tells them to everybody
            return here


def _greeting(channel: socket.socket) -> Contact:
    """Return what comes back for the version of GigE Vision, which every camera knows."""
    start = time.monotonic()
    try:
        status, _ = _read(channel, _VERSION, 1)
    except ConnectionRefusedError:
        return Contact("refused")
    except OSError:  # TimeoutError, host or network unreachable
        return Contact("silent")
    denied = status == _ACCESS_DENIED
    return Contact(
        "denied" if denied else "answers",
        milliseconds=round((time.monotonic() - start) * 1e3, 2),
        is_controlled=denied,
    )


def _with_holder(here: Contact, channel: socket.socket, system: System) -> Contact:
    """Return the contact with who holds control, if anybody does."""
    _, privilege = _read(channel, _PRIVILEGE, 2)
    if not (privilege & _CONTROL_BITS or here.is_controlled):
        return here
    _, port = _read(channel, _HOLDER_PORT, 3)
    _, address = _read(channel, _HOLDER_IP, 4)
    if not port:
        return replace(here, is_controlled=True)
    holder = str(ipaddress.IPv4Address(address))
    is_here = _is_own(holder)
    return replace(
        here,
        is_controlled=True,
        holder=f"{holder}:{port}",
        holder_is_here=is_here,
        process=system.process_at_port(port) if is_here else "",
    )


def _read(channel: socket.socket, address: int, request: int) -> tuple[int, int]:
    """Return status and value of a register; the value is 0 with any status but success."""
    for _ in range(_TRIES):
        channel.send(struct.pack(">BBHHHI", 0x42, 1, _READREG, 4, request, address))
        deadline = time.monotonic() + _PATIENCE_S
        while (left := deadline - time.monotonic()) > 0:
            channel.settimeout(left)
            try:
                answer = channel.recv(2048)
            except TimeoutError:
                break
            if len(answer) < 8:
                continue
            status, kind, _, acknowledged = struct.unpack_from(">HHHH", answer)
            if (kind, acknowledged) == (_READREG_ACK, request):
                whole = status == 0 and len(answer) >= 12
                return status, struct.unpack_from(">I", answer, 8)[0] if whole else 0
    raise TimeoutError


def _is_own(ip: str) -> bool:
    """Tell whether an address is one of this computer's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((ip, 0))
        except OSError:
            return False
    return True
