"""The camera's end of its stream channel: where the blocks go, which frames are under way, what is sent again.

Hands frames over to be drawn and sent; does neither itself.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from vcxg124m.datasheet import MEMORY, NETWORK
from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.address import Address
from vcxg124m.virtual.clockwork import Clockwork
from vcxg124m.virtual.engine.acquisition import Exposure
from vcxg124m.virtual.gvsp import PAYLOAD, Block
from vcxg124m.virtual.impairments import Impairments
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.sensor_settings import SensorSettings
from vcxg124m.virtual.settings import Settings
from vcxg124m.virtual.status import Refused, Status

MAX_UNAVAILABLE_ANSWERS = 256
"""Most packets that one resend request is answered for."""


@dataclass(kw_only=True)
class Frame:
    """One frame, handed over when its exposure begins, to be drawn and sent.

    Parameters
    ----------
    block
        Its image block, without pixels.
    settings, index
        What the sensor draws it from.
    ready
        Instant at which it leaves.
    duration
        Seconds it occupies the link.
    given_up
        It must not leave any more: its stream is over, or a newer frame has taken its place.
    """

    block: Block
    settings: SensorSettings
    index: int
    ready: float
    duration: float
    given_up: bool = False


class StreamChannel:
    """Frames on their way out, and the registers of the channel that they take."""

    def __init__(
        self, registers: RegisterFile, settings: Settings, clockwork: Clockwork, way: Impairments
    ) -> None:
        self.frames_exposed = 0
        self._registers = registers
        self._settings = settings
        self._clockwork = clockwork
        self._way = way
        self._out: list[tuple[bytes, Address, bool]] = []
        self._frames: list[Frame] = []
        self._under_way: deque[Frame] = deque()
        self._newest: Frame | None = None
        self._block_id = 0
        self._sent_blocks: deque[Block] = deque(maxlen=8)
        self._port = 0
        registers.on_write("SCP", self._port_written)
        registers.on_write("SCPS", self._packet_size_written)
        registers.on_write("AcquisitionAbort", lambda _value, _index: self._give_up_frames())

    # --- what a shell takes

    def datagrams_to_send(self) -> list[tuple[bytes, Address, bool]]:
        """Return and forget single datagrams: data, destination, no fragments allowed."""
        out, self._out = self._out, []
        return out

    def frames_to_send(self) -> list[Frame]:
        """Return and forget the frames exposed since the last call. `frame_left` must be called for each."""
        frames, self._frames = self._frames, []
        return frames

    def frame_left(self) -> None:
        """Take note that the oldest of the frames handed over has been sent or given up."""
        self._under_way.popleft()

    # --- what the camera tells

    def exposed(self, exposure: Exposure) -> int:
        """Hand over a frame whose exposure begins, if its block will leave, and return the block's id.

        The block tells what held at this moment. A frame that takes the place of another one takes its id, too.
        """
        mode, transfer = self._settings.mode(), exposure.transfer
        self.frames_exposed += 1
        taken = self._registers.integer("FrameCounter") + 1
        self._registers.store("FrameCounter", taken % NETWORK.frame_counter_max)
        if exposure.index == 0:
            self._block_id = 0
        if transfer is None:
            return 0
        if transfer.replaces and self._newest is not None:
            self._newest.given_up = True
        else:
            self._block_id = mode.channel.next_block_id(self._block_id)
        layout, timestamp = mode.layout, self._clockwork.timestamp(exposure.start)
        values = layout.values(self._registers, frame_id=self._block_id, timestamp_ns=timestamp)
        block = Block(
            channel=mode.channel,
            block_id=self._block_id,
            timestamp_ns=timestamp,
            pixel_format=mode.pixel_format,
            width=mode.settings.width,
            height=mode.settings.height,
            offset_x=mode.settings.offset_x,
            offset_y=mode.settings.offset_y,
            size=mode.size,
            payload_type=layout.payload_type,
            tail=layout.tail(mode.image_size, values),
            layout_id=layout.id if layout.active else 0,
        )
        frame = Frame(
            block=block,
            settings=mode.settings,
            index=exposure.index,
            ready=self._clockwork.seconds(transfer.start),
            duration=(transfer.end - transfer.start) / 1e9,
        )
        self._sent_blocks.append(block)
        self._newest = frame
        self._frames.append(frame)
        self._under_way.append(frame)
        self.hold()
        return self._block_id

    def hold(self) -> None:
        """Let no more frames be taken than the programs around can draw and send; a camera never comes that far."""
        room = max(4, min(64, MEMORY.image_buffer_mb * 1_000_000 // max(1, self._settings.mode().size)))
        self._clockwork.engine.acquisition.hold(held=len(self._under_way) >= room)

    def close(self) -> None:
        """Send nothing any more: nobody holds control."""
        self._registers.store("SCP", 0)
        self._port = 0
        self._give_up_frames()

    def packet_resend(self, block_id: int, first: int, last: int) -> None:
        """Say of each packet asked for that it is gone: no image is kept for resends (data sheet N10).

        An application that has enabled the extended status codes is told so in those. Baumer's producer enables them
        and waits for ever after a plain PACKET_UNAVAILABLE (seen with version 2.9.2).
        """
        block = next((b for b in self._sent_blocks if b.block_id == block_id), None)
        if block is None or block.channel.destination is None:
            return
        extended_codes = self._registers.integer("GvcpConfiguration") & bootstrap.EXTENDED_STATUS_1_1_ENABLED
        status = Status.PACKET_REMOVED_FROM_MEMORY if extended_codes else Status.PACKET_UNAVAILABLE
        last = min(last, block.packets + 1, first + MAX_UNAVAILABLE_ANSWERS - 1)
        for packet_id in range(first, last + 1):
            header = block.channel.header(PAYLOAD, block_id, packet_id, status)
            self._out.append((header, block.channel.destination, block.channel.do_not_fragment))

    # --- registers

    def _port_written(self, value: Value, index: int) -> None:
        del index
        port = int(value) & 0xFFFF
        if self._clockwork.engine.acquisition.running and port not in {0, self._port}:
            raise Refused(Status.BUSY, "the stream runs; only closing it is possible")
        if not port:
            self._give_up_frames()
        self._port = port

    def _give_up_frames(self) -> None:
        for frame in self._under_way:
            frame.given_up = True
        for _ in self._frames:  # the newest, which nobody has been told of yet
            self._under_way.pop()
        self._frames.clear()
        self.hold()

    def _packet_size_written(self, value: Value, index: int) -> None:
        del index
        written, limits = int(value), NETWORK.packet_size
        size = max(limits.minimum, min(limits.maximum, written & bootstrap.PACKET_SIZE_BITS))
        self._registers.store("SCPS", size | written & bootstrap.DO_NOT_FRAGMENT)
        if written & bootstrap.FIRE_TEST_PACKET:
            channel = self._settings.channel()
            packet = channel.test_packet()
            if channel.destination is not None and self._way.passes(len(packet)):
                self._out.append((packet, channel.destination, channel.do_not_fragment))
