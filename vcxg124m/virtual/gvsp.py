"""The device's side of a GigE Vision stream channel: blocks and instants in, datagrams out.

Knows leaders, payload packets, trailers, test packets and the pace of a link. Sends nothing itself and reads no clock.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcxg124m.virtual.address import Address
from vcxg124m.virtual.status import Status

LEADER, TRAILER, PAYLOAD = 1, 2, 3
EXTENDED = 0x80
IMAGE, CHUNK_DATA, CHUNKS_APPENDED = 0x0001, 0x0004, 0x4000
"""Payload types; the last is a bit beside another type."""
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
    """One image, its chunks, or both on their way.

    Parameters
    ----------
    block_id
        From 1.
    timestamp_ns
        Start of the exposure, by the camera's time.
    pixel_format
        PFNC code.
    size
        Bytes of the payload: the image and the tail.
    payload_type
        IMAGE, IMAGE | CHUNKS_APPENDED or CHUNK_DATA.
    tail
        What stands behind the image: chunks.
    layout_id
        Names the order and the sizes of the chunks, for a receiver that has seen them before.
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
    payload_type: int = IMAGE
    tail: bytes = b""
    layout_id: int = 0

    @property
    def image_size(self) -> int:
        """Bytes of the payload that are pixels."""
        return self.size - len(self.tail)

    @property
    def packets(self) -> int:
        """Number of payload packets; leader and trailer come on top."""
        return -(-self.size // self.channel.data_size)

    def leader(self) -> bytes:
        """Return the packet that opens the block."""
        header = self.channel.header(LEADER, self.block_id, 0)
        header += struct.pack(">HHQ", 0, self.payload_type, self.timestamp_ns)
        if self.payload_type == CHUNK_DATA:
            return header
        size, offset = (self.width, self.height), (self.offset_x, self.offset_y)
        return header + struct.pack(">IIIIIHH", self.pixel_format, *size, *offset, 0, 0)

    def trailer(self) -> bytes:
        """Return the packet that closes the block."""
        header = self.channel.header(TRAILER, self.block_id, self.packets + 1)
        header += struct.pack(">HH", 0, self.payload_type)
        if self.payload_type == CHUNK_DATA:
            return header + struct.pack(">I", self.size)
        if self.payload_type & CHUNKS_APPENDED:
            return header + struct.pack(">III", self.height, self.size, self.layout_id)
        return header + struct.pack(">I", self.height)

    def payload_headers(self) -> bytes:
        """Return the headers of all payload packets, one behind another."""
        if self.packets == 1:  # hundreds of small images a second pass here
            return self.channel.header(PAYLOAD, self.block_id, 1)
        packet_ids = np.arange(1, self.packets + 1, dtype=np.uint32)
        if self.channel.extended_ids:
            headers = np.zeros(self.packets, _EXTENDED_HEADERS)
            headers["format"] = (EXTENDED | PAYLOAD) << 24
            headers["packet"] = packet_ids
        else:
            headers = np.zeros(self.packets, _STANDARD_HEADERS)
            headers["packet"] = packet_ids | PAYLOAD << 24
        headers["block"] = self.block_id
        return headers.tobytes()


@dataclass(frozen=True)
class Sending:
    """One packet of a block on a network that does not always carry it as it is.

    Parameters
    ----------
    packet
        Packet id.
    slot
        Packet id in whose place it leaves.
    delay_s
        Seconds that it comes too late.
    cut
        Bytes of the datagram that are left, modulo its length; None for all.
    flipped
        Bit of the datagram that arrives as its opposite, counted from the first byte's most significant, modulo its
        length; None for none.
    """

    packet: int
    slot: int
    delay_s: float = 0.0
    cut: int | None = None
    flipped: int | None = None

    @property
    def sound(self) -> bool:
        """Whether the packet arrives as it is and when it should."""
        return not self.delay_s and self.cut is None and self.flipped is None

    def damage(self, datagram: bytes) -> bytes:
        """Return what arrives in place of `datagram`."""
        if self.flipped is not None:
            byte, bit = divmod(self.flipped % (8 * len(datagram)), 8)
            changed = bytearray(datagram)
            changed[byte] ^= 0x80 >> bit
            datagram = bytes(changed)
        return datagram if self.cut is None else datagram[: self.cut % len(datagram)]


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
    closes
        Whether the block's trailer is in it.
    delay_s
        Seconds by which they miss their schedule.
    """

    buffers: list[bytes | memoryview]
    segment: int
    packets: int
    before: int
    closes: bool = False
    delay_s: float = 0.0


def bursts(
    block: Block, payload: NDArray[np.uint8], *, together: bool, sendings: Sequence[Sending] | None = None
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
    sendings
        The packets that leave, in their order; by default all, as they are.
    """
    cutter = _Cutter(block, payload, most=_segments(block.channel) if together else 1)
    if sendings is not None:
        yield from cutter.impaired(sendings)
        return
    yield Burst([block.leader()], 0, 1, 0)
    for first in range(1, block.packets + 1, cutter.most):
        yield cutter.burst(range(first, min(first + cutter.most, block.packets + 1)))
    yield Burst([block.trailer()], 0, 1, block.size, closes=True)


def _segments(channel: Channel) -> int:
    return min(MAX_SEGMENTS, MAX_BURST // (channel.header_size + channel.data_size))


class _Cutter:
    """Finds the packets of one block in its memory."""

    def __init__(self, block: Block, payload: NDArray[np.uint8], *, most: int) -> None:
        self.most = most
        self._block = block
        self._headers = memoryview(block.payload_headers())
        self._payload = payload.data
        self._header_size, self._step = block.channel.header_size, block.channel.data_size

    def burst(self, packets: Sequence[int], slot: int | None = None) -> Burst:
        """Return payload packets as one burst; only the last of them may be shorter than the others."""
        header, step = self._header_size, self._step
        buffers: list[bytes | memoryview] = []
        for packet in packets:
            buffers.append(self._headers[(packet - 1) * header : packet * header])
            buffers.append(self._payload[(packet - 1) * step : packet * step])
        segment = header + step if len(packets) > 1 else 0
        return Burst(buffers, segment, len(packets), self._before(packets[0] if slot is None else slot))

    def impaired(self, sendings: Sequence[Sending]) -> Iterator[Burst]:
        """Cut what a bad network leaves of the block; sound payload packets still leave together."""
        batch: list[Sending] = []
        last = self._block.packets
        for sending in sendings:
            payload = sending.sound and 0 < sending.packet <= last
            if batch and (not payload or len(batch) == self.most or batch[-1].packet == last):
                yield self.burst([s.packet for s in batch], batch[0].slot)
                batch = []
            if payload:
                batch.append(sending)
            else:
                yield self._single(sending)
        if batch:
            yield self.burst([s.packet for s in batch], batch[0].slot)

    def _single(self, sending: Sending) -> Burst:
        block, packet = self._block, sending.packet
        if packet == 0:
            datagram = block.leader()
        elif packet == block.packets + 1:
            datagram = block.trailer()
        else:
            datagram = b"".join(self.burst([packet]).buffers)
        closes = packet == block.packets + 1
        return Burst(
            [sending.damage(datagram)],
            0,
            1,
            self._before(sending.slot),
            closes=closes,
            delay_s=sending.delay_s,
        )

    def _before(self, slot: int) -> int:
        return min(self._block.size, max(0, slot - 1) * self._step)
