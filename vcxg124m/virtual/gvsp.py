"""The device's side of a GigE Vision stream channel: blocks and instants in, datagrams out.

Knows leaders, payload packets, trailers, test packets and the pace of a link. Sends nothing itself and reads no clock.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcxg124m.virtual.gvcp import Address
from vcxg124m.virtual.status import Status

LEADER, TRAILER, PAYLOAD = 1, 2, 3
EXTENDED = 0x80
IMAGE = 0x0001
IP_AND_UDP = 28

MAX_SEGMENTS = 64
"""Most datagrams that the kernel cuts one UDP_SEGMENT burst into."""
MAX_BURST = 65507

_STANDARD_HEADERS = np.dtype([("status", ">u2"), ("block", ">u2"), ("packet", ">u4")])
_EXTENDED_HEADERS = np.dtype(
    [("status", ">u2"), ("flags", ">u2"), ("format", ">u4"), ("block", ">u8"), ("packet", ">u4")]
)


@dataclass(frozen=True, kw_only=True)
class Channel:
    """How packets look and where they go.

    Parameters
    ----------
    destination
        Where to; None while the channel is closed.
    packet_size
        Bytes with IP, UDP and stream headers.
    extended_ids
        64-bit block ids and 32-bit packet ids, in headers of 20 bytes instead of 8.
    """

    destination: Address | None
    packet_size: int
    extended_ids: bool
    do_not_fragment: bool

    @property
    def header_size(self) -> int:
        """Bytes of a stream header."""
        return 20 if self.extended_ids else 8

    @property
    def data_size(self) -> int:
        """Bytes of payload in a full packet."""
        return self.packet_size - IP_AND_UDP - self.header_size

    def header(self, kind: int, block_id: int, packet_id: int, status: Status = Status.SUCCESS) -> bytes:
        """Return the header of one packet."""
        if self.extended_ids:
            return struct.pack(">HHBxxxQI", status, 0, EXTENDED | kind, block_id, packet_id)
        return struct.pack(">HHI", status, block_id, kind << 24 | packet_id)

    def next_block_id(self, block_id: int) -> int:
        """Return the id after `block_id`: standard ids go from 65535 to 1, because 0 means a test packet."""
        return block_id % 65535 + 1 if not self.extended_ids else block_id + 1

    def test_packet(self) -> bytes:
        """Return one packet of exactly the packet size."""
        header = self.header(PAYLOAD, 0, 0)
        return header + bytes(self.packet_size - IP_AND_UDP - len(header))


@dataclass(frozen=True, kw_only=True)
class Block:
    """One image on its way.

    Parameters
    ----------
    block_id
        From 1.
    timestamp_ns
        Start of the exposure, by the camera's time.
    pixel_format
        PFNC code.
    size
        Bytes of the payload.
    """

    channel: Channel
    block_id: int
    timestamp_ns: int
    pixel_format: int
    width: int
    height: int
    offset_x: int
    offset_y: int
    size: int

    @property
    def packets(self) -> int:
        """Number of payload packets; leader and trailer come on top."""
        return -(-self.size // self.channel.data_size)

    def leader(self) -> bytes:
        """Return the packet that opens the block."""
        return self.channel.header(LEADER, self.block_id, 0) + struct.pack(
            ">BBHQIIIIIHH",
            0,
            0,
            IMAGE,
            self.timestamp_ns,
            self.pixel_format,
            self.width,
            self.height,
            self.offset_x,
            self.offset_y,
            0,
            0,
        )

    def trailer(self) -> bytes:
        """Return the packet that closes the block."""
        header = self.channel.header(TRAILER, self.block_id, self.packets + 1)
        return header + struct.pack(">HHI", 0, IMAGE, self.height)

    def payload_headers(self) -> NDArray[np.void]:
        """Return the headers of all payload packets, one behind another."""
        packet_ids = np.arange(1, self.packets + 1, dtype=np.uint32)
        if self.channel.extended_ids:
            headers = np.zeros(self.packets, _EXTENDED_HEADERS)
            headers["format"] = (EXTENDED | PAYLOAD) << 24
            headers["packet"] = packet_ids
        else:
            headers = np.zeros(self.packets, _STANDARD_HEADERS)
            headers["packet"] = packet_ids | PAYLOAD << 24
        headers["block"] = self.block_id
        return headers


@dataclass(frozen=True)
class Burst:
    """Datagrams that leave in one call.

    Parameters
    ----------
    buffers
        Their bytes, one behind another.
    segment
        Length of each datagram but the last, which may be shorter; 0 for a single datagram.
    packets
        Number of datagrams.
    before
        Bytes of payload that left before them, lost ones included: where they stand in the schedule.
    """

    buffers: list[bytes | memoryview]
    segment: int
    packets: int
    before: int


def bursts(
    block: Block, payload: NDArray[np.uint8], *, together: bool, lost: NDArray[np.bool_] | None = None
) -> Iterator[Burst]:
    """Cut a block into the datagrams to send.

    Parameters
    ----------
    block
        What the payload belongs to.
    payload
        Its bytes, C-contiguous, uint8, ``block.size`` long.
    together
        Many datagrams a burst, for a kernel that cuts them apart (UDP_SEGMENT); else one each.
    lost
        Packets that never leave, by packet id: leader, payload packets, trailer.
    """
    packets, step = block.packets, block.channel.data_size
    keep = range(1, packets + 1) if lost is None else [int(i) for i in np.flatnonzero(~lost[1:-1]) + 1]
    if lost is None or not lost[0]:
        yield Burst([block.leader()], 0, 1, 0)
    header_size = block.channel.header_size
    headers = memoryview(block.payload_headers().tobytes())
    data = payload.data
    segment = header_size + step
    count = min(MAX_SEGMENTS, MAX_BURST // segment) if together else 1
    for first in range(0, len(keep), count):
        chosen = keep[first : first + count]
        buffers: list[bytes | memoryview] = []
        for packet in chosen:
            buffers.append(headers[(packet - 1) * header_size : packet * header_size])
            buffers.append(data[(packet - 1) * step : packet * step])
        yield Burst(buffers, segment if len(chosen) > 1 else 0, len(chosen), (chosen[0] - 1) * step)
    if lost is None or not lost[packets + 1]:
        yield Burst([block.trailer()], 0, 1, block.size)
