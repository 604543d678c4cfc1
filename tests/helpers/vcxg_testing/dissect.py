"""Wireshark's dissectors as an independent reader of GVCP and GVSP: datagrams in, named fields out."""

import json
import shutil
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

TSHARK = shutil.which("tshark")
CONTROL_PORT = 3956
RAW_IP = 101  # pcap link type: packets begin with the IP header

Fields = dict[str, list[str]]  # one packet: field name → its values, as tshark prints them

# A datagram that is not what its protocol allows shows as one of these.
PROBLEMS = "_ws.malformed || _ws.short || _ws.expert.severity >= 0x600000"


@dataclass(frozen=True)
class Datagram:
    """One UDP datagram with its ends."""

    payload: bytes
    source: tuple[str, int]
    destination: tuple[str, int]

    def packet(self) -> bytes:
        """Return the IP packet; without a UDP checksum, which IPv4 allows."""
        source, destination = (IPv4Address(end[0]).packed for end in (self.source, self.destination))
        udp = struct.pack(">HHHH", self.source[1], self.destination[1], 8 + len(self.payload), 0)
        length = 20 + len(udp) + len(self.payload)
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, length, 0, 0, 64, 17, 0, source, destination)
        total = sum(struct.unpack(">10H", head))
        total = (total & 0xFFFF) + (total >> 16)
        return head[:10] + struct.pack(">H", ~total & 0xFFFF) + head[12:] + udp + self.payload


def write_pcap(path: Path, datagrams: Iterable[Datagram]) -> None:
    """Write a capture file, the datagrams one millisecond apart."""
    content = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
    for milliseconds, datagram in enumerate(datagrams):
        packet = datagram.packet()
        content += struct.pack("<IIII", 1, 1000 * milliseconds, len(packet), len(packet)) + packet
    path.write_bytes(content)


def dissect(
    capture: Path, *, stream_ports: Iterable[int] = (), control_ports: Iterable[int] = (), show: str = ""
) -> list[Fields]:
    """Return the GVCP, GVSP and expert fields of each packet.

    Ports other than GVCP's own are not guessed: name those of streams and of message channels. ``show`` is a
    display filter.
    """
    assert TSHARK is not None
    command = [TSHARK, "-r", str(capture), "-n", "-T", "json", "--no-duplicate-keys"]
    command += ["-J", "gvcp gvsp _ws.malformed _ws.expert"]
    for port in stream_ports:
        command += ["-d", f"udp.port=={port},gvsp"]
    for port in control_ports:
        command += ["-d", f"udp.port=={port},gvcp"]
    if show:
        command += ["-Y", show]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return [_flat(packet["_source"]["layers"]) for packet in json.loads(run.stdout)]


def _flat(tree: object, name: str = "") -> Fields:
    fields: Fields = {}
    if isinstance(tree, dict):
        for key, value in tree.items():
            for inner, values in _flat(value, key).items():
                fields.setdefault(inner, []).extend(values)
    elif isinstance(tree, list):
        for value in tree:
            for inner, values in _flat(value, name).items():
                fields.setdefault(inner, []).extend(values)
    elif isinstance(tree, str):
        fields[name] = [tree]
    return fields
