"""Draws exposed frames and puts them on the wire at the pace of a Gigabit link. Threads, a socket and the clock."""

from __future__ import annotations

import contextlib
import errno
import heapq
import queue
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vcxg124m.virtual.gvsp import Block, Burst, Sending, bursts
from vcxg124m.virtual.impairments import Impairments
from vcxg124m.virtual.sensor import Sensor
from vcxg124m.virtual.stream_channel import Frame

_UDP_SEGMENT = 103  # Linux, level IPPROTO_UDP; Python has no name for it
_IP_MTU_DISCOVER = 10
_PMTUDISC_DONT, _PMTUDISC_PROBE = 0, 3
_CANNOT_SEGMENT = {errno.EINVAL, errno.EIO, errno.EMSGSIZE, errno.EOPNOTSUPP, errno.ENOPROTOOPT}
_SHORTEST_SLEEP_S = 0.0002
"""Waits below this are left out: waking up costs as much, and the schedule evens them out."""
_LONGEST_SLEEP_S = 0.05
"""A frame that waits for its time, up to a minute, may be given up meanwhile: that is looked at this often."""
_LATEST_S = 0.02
"""More than this is not caught up with: a flood at memory speed is nothing a Gigabit link can do."""


@dataclass
class Counts:
    """What has left, and how punctually."""

    blocks_sent: int = 0
    packets_sent: int = 0
    packets_dropped: int = 0
    packets_impaired: int = 0
    packets_refused: int = 0
    bytes_sent: int = 0
    late_max_s: float = 0.0
    render_late_max_s: float = 0.0
    hashes: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])


@dataclass(frozen=True)
class _Drawn:
    frame: Frame
    payload: NDArray[np.uint8]
    digest: str
    at: float


class Transmitter:
    """Two threads: one draws the next frame while the other sends the current one.

    Parameters
    ----------
    channel
        UDP socket that the stream leaves from.
    make_sensor
        Makes what draws payloads; called on a thread, because it takes a while.
    impairments
        What becomes of packets on the way.
    left
        Called for every frame that has been sent or given up.
    metered
        Told how bright a frame is that was to be measured: mean in DN of 12 bits.
    failed
        Told when drawing has failed, which a user's scene may do; no more frames come.
    burst
        Send many packets a call and let the kernel cut them apart (UDP_SEGMENT); falls back to single packets where the
        system cannot.
    hash_frames
        Remember the CRC-32 of every payload since the last acquisition start.
    """

    def __init__(
        self,
        channel: socket.socket,
        make_sensor: Callable[[], Sensor],
        impairments: Impairments,
        *,
        left: Callable[[], None],
        metered: Callable[[Frame, float], None],
        failed: Callable[[Exception], None],
        burst: bool,
        hash_frames: bool,
    ) -> None:
        self.counts = Counts()
        self.burst = burst
        self._socket = channel
        self._make_sensor = make_sensor
        self._impairments = impairments
        self._closed = False
        self._left = left
        self._metered = metered
        self._failed = failed
        self._hash_frames = hash_frames
        self._do_not_fragment: bool | None = None
        self._exposed: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._drawn: queue.SimpleQueue[_Drawn | None] = queue.SimpleQueue()
        self._spare: queue.SimpleQueue[NDArray[np.uint8]] = queue.SimpleQueue()
        self._link_free = 0.0
        self._held_back: list[tuple[float, int, bytes, tuple[str, int]]] = []
        self._held_back_ever = 0
        self._threads = [
            threading.Thread(target=self._draw, name="sensor", daemon=True),
            threading.Thread(target=self._send, name="stream", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, frame: Frame) -> None:
        """Take over a frame."""
        self._exposed.put(frame)

    def close(self) -> None:
        """End the threads; frames that have not left are given up."""
        self._closed = True
        self._exposed.put(None)
        for thread in self._threads:
            thread.join()

    def send_one(self, data: bytes, address: tuple[str, int], *, do_not_fragment: bool) -> None:
        """Send a datagram that belongs to no block."""
        self._forbid_fragments(do_not_fragment)
        self._sendmsg([data], address, 0, 1)

    def _is_wanted(self, frame: Frame) -> bool:
        return not (self._closed or frame.given_up)

    def _draw(self) -> None:
        try:
            self._draw_frames()
        except Exception as error:  # noqa: BLE001 - whatever a user's scene raises; raised again by who is told
            self._failed(error)
        finally:
            self._drawn.put(None)

    def _draw_frames(self) -> None:
        sensor = self._make_sensor()
        while (frame := self._exposed.get()) is not None:
            if not self._is_wanted(frame):
                self._left()
                continue
            payload = self._memory(frame.block.size)
            image, tail = payload[: frame.block.image_size], payload[frame.block.image_size :]
            if image.size:
                sensor.frame(frame.settings, frame.index, out=image)
                if sensor.brightness is not None:
                    self._metered(frame, sensor.brightness)
            tail[:] = np.frombuffer(frame.block.tail, np.uint8)
            digest = f"{zlib.crc32(payload.data):08x}" if self._hash_frames else ""
            now = time.monotonic()
            self.counts.render_late_max_s = max(self.counts.render_late_max_s, now - frame.ready)
            self._drawn.put(_Drawn(frame, payload, digest, now))

    def _memory(self, size: int) -> NDArray[np.uint8]:
        """Return warm memory of a frame that has left, if it has the size: page faults cost more than drawing."""
        with contextlib.suppress(queue.Empty):
            spare = self._spare.get_nowait()
            if spare.size == size:
                return spare
        return np.empty(size, np.uint8)

    def _send(self) -> None:
        while (drawn := self._next_drawn()) is not None:
            frame = drawn.frame
            if frame.index == 0:  # a new acquisition
                self.counts.hashes.clear()
            if self._is_wanted(frame):
                self._send_block(drawn)
            self._spare.put(drawn.payload)
            self._left()

    def _next_drawn(self) -> _Drawn | None:
        """Return the next frame to send; packets that are held back leave meanwhile."""
        while self._held_back:
            with contextlib.suppress(queue.Empty):
                return self._drawn.get(timeout=max(0.0, self._held_back[0][0] - time.monotonic()))
            self._release_held_back()
        return self._drawn.get()

    def _hold_back(self, burst: Burst, until: float, address: tuple[str, int]) -> None:
        self._held_back_ever += 1  # keeps the order of those that are due at once
        heapq.heappush(self._held_back, (until, self._held_back_ever, b"".join(burst.buffers), address))

    def _release_held_back(self) -> None:
        while self._held_back and self._held_back[0][0] <= time.monotonic():
            _, _, datagram, address = heapq.heappop(self._held_back)
            self._sendmsg([datagram], address, 0, 1)

    def _count_impaired(self, block: Block, sendings: list[Sending]) -> None:
        self.counts.packets_dropped += block.packets + 2 - len({sending.packet for sending in sendings})
        repeated = len(sendings) - len({sending.packet for sending in sendings})
        self.counts.packets_impaired += repeated + sum(not s.sound or s.slot != s.packet for s in sendings)

    def _send_block(self, drawn: _Drawn) -> None:
        frame, counts = drawn.frame, self.counts
        block = self._impairments.renumbered(frame.block)
        if block.channel.destination is None:
            return
        if self._hash_frames:
            counts.hashes.append((block.block_id, drawn.digest))
        sendings = self._impairments.sendings(block)
        if sendings is not None:
            self._count_impaired(block, sendings)
        self._forbid_fragments(block.channel.do_not_fragment)
        start = max(frame.ready, self._link_free, drawn.at)
        pace = frame.duration / max(1, block.size)
        counted = False
        for burst in bursts(block, drawn.payload, together=self.burst, sendings=sendings):
            self._release_held_back()
            start = self._keep_schedule(frame, start, burst.before * pace)
            if not self._is_wanted(frame):
                return
            if burst.closes and not counted:
                self._count(block)
                counted = True
            if burst.delay_s:
                due = start + burst.before * pace + burst.delay_s
                self._hold_back(burst, due, block.channel.destination)
            else:
                self._send_burst(burst, block.channel.destination)
        if not counted:
            self._count(block)
        self._link_free = start + frame.duration

    def _keep_schedule(self, frame: Frame, start: float, offset: float) -> float:
        """Wait until `offset` seconds after `start`; returns the start, later if it is too late to catch up."""
        ahead = start + offset - time.monotonic()
        while ahead > _LONGEST_SLEEP_S and self._is_wanted(frame):
            time.sleep(_LONGEST_SLEEP_S)
            ahead = start + offset - time.monotonic()
        if not self._is_wanted(frame):
            return start
        if ahead > _SHORTEST_SLEEP_S:
            time.sleep(ahead)
        elif ahead < 0:
            self.counts.late_max_s = max(self.counts.late_max_s, -ahead)
            if ahead < -_LATEST_S:
                return start - ahead
        return start

    def _count(self, block: Block) -> None:
        """Count a block before its last packet leaves, so that whoever has received it finds it counted."""
        self.counts.blocks_sent += 1
        self.counts.bytes_sent += block.size

    def _send_burst(self, burst: Burst, address: tuple[str, int]) -> None:
        if burst.segment and not self.burst:  # the fall-back came in the middle of a block
            self._send_singly(burst, address)
            return
        try:
            self._sendmsg(burst.buffers, address, burst.segment, burst.packets)
        except _CannotSegment:
            self.burst = False
            self._send_singly(burst, address)

    def _send_singly(self, burst: Burst, address: tuple[str, int]) -> None:
        for first in range(0, len(burst.buffers), 2):
            self._sendmsg(burst.buffers[first : first + 2], address, 0, 1)

    def _sendmsg(
        self,
        buffers: list[bytes | memoryview] | list[bytes],
        address: tuple[str, int],
        segment: int,
        packets: int,
    ) -> None:
        control = [(socket.IPPROTO_UDP, _UDP_SEGMENT, struct.pack("H", segment))] if segment else []
        self.counts.packets_sent += packets  # before they leave, as blocks
        try:
            self._socket.sendmsg(buffers, control, 0, address)
        except OSError as error:
            self.counts.packets_sent -= packets
            if segment and error.errno in _CANNOT_SEGMENT:
                raise _CannotSegment from error
            # As on a real network the sender does not learn that nobody got it: no route, too long and not to be
            # fragmented, or a host that says its port is closed.
            self.counts.packets_refused += packets

    def _forbid_fragments(self, forbid: bool) -> None:  # noqa: FBT001 - private
        if forbid != self._do_not_fragment:
            self._do_not_fragment = forbid
            mode = _PMTUDISC_PROBE if forbid else _PMTUDISC_DONT
            self._socket.setsockopt(socket.IPPROTO_IP, _IP_MTU_DISCOVER, mode)


class _CannotSegment(OSError):  # noqa: N818 - an answer of the system
    """The system, the route or the interface does not cut bursts apart."""
