"""The assembled virtual camera: datagrams and instants in, datagrams and frames to send out.

No sockets, no clock, no threads: `server.py` drives this object in production, a few lines of a test do it elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from vcxg124m.datasheet import DEVICE, MEMORY, NETWORK
from vcxg124m.virtual import bootstrap, conditions
from vcxg124m.virtual.address import Address, ip_number
from vcxg124m.virtual.bench import Bench
from vcxg124m.virtual.clockwork import Clockwork
from vcxg124m.virtual.custom_data import CustomData
from vcxg124m.virtual.description import description, zipped
from vcxg124m.virtual.engine.acquisition import Acquisition, Exposure
from vcxg124m.virtual.faults import Faults, XmlDamage
from vcxg124m.virtual.features import REGISTERS
from vcxg124m.virtual.gvcp import ControlChannel
from vcxg124m.virtual.gvsp import PAYLOAD, Block
from vcxg124m.virtual.imaging import with_factory_list
from vcxg124m.virtual.memory import KeptRegisters, NonVolatileMemory, Storage
from vcxg124m.virtual.message_channel import MessageChannel
from vcxg124m.virtual.network_configuration import Ipv4, Move, NetworkConfiguration
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.sensor_settings import SensorSettings
from vcxg124m.virtual.settings import Settings
from vcxg124m.virtual.status import Refused, Status
from vcxg124m.virtual.temperature import START_CELSIUS, Thermometer
from vcxg124m.virtual.user_sets import UserSets
from vcxg124m.virtual.xml_damage import damaged

XML_ADDRESS = 0x0010_0000
MAX_UNAVAILABLE_ANSWERS = 256
"""Most packets that one resend request is answered for."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """What makes this camera this one.

    Parameters
    ----------
    mac
        48 bits.
    ip, subnet_mask, gateway
        Dotted.
    serial_number
        12 digits.
    user_id
        At most 15 bytes of UTF-8; DeviceUserID of a camera that was never given another one.
    """

    mac: int
    ip: str
    subnet_mask: str = "255.0.0.0"
    gateway: str = "0.0.0.0"  # noqa: S104 - none
    serial_number: str
    user_id: str = ""


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


class VirtualDevice:
    """A VCXG-124M without glass.

    Parameters
    ----------
    identity
        Addresses and names.
    stream_port, message_port
        UDP ports that the stream and the events come from.
    plain_xml
        Serve the GenICam description as it is instead of zipped.
    storage
        Keeps what outlives a power cut for longer than this object lives.
    move
        Lets the sockets have another IPv4 address and says whether they can.
    defects
        Column and row of the pixels that the list of defects holds at delivery.
    now
        Instant of power up; the camera's timestamps count from it.
    """

    def __init__(
        self,
        identity: Identity,
        *,
        stream_port: int = 0,
        message_port: int = 0,
        plain_xml: bool = False,
        storage: Storage | None = None,
        move: Move = lambda _: True,
        defects: Sequence[tuple[int, int]] = (),
        now: float = 0.0,
    ) -> None:
        self.registers = RegisterFile(with_factory_list(REGISTERS, defects))
        self.faults = Faults()
        self.frames_exposed = 0
        self._identity = identity
        self._stream_port = stream_port
        self._message_port = message_port
        self._now = now

        self._stream_out: list[tuple[bytes, Address, bool]] = []
        self._frames: list[Frame] = []
        self._under_way: deque[Frame] = deque()
        self._newest: Frame | None = None
        self._block_id = 0
        self._sent_blocks: deque[Block] = deque(maxlen=8)
        self._port = 0
        self._locked_by_host = False
        self._reset_asked = False
        self._link_speed = 1000
        conditions.bind(self.registers)
        self._settings = Settings(self.registers)
        self._clockwork = Clockwork(self.registers, self._settings, self, now=now)
        self.thermometer = Thermometer(self.registers, self._temperature_status_changed)
        self._memory = NonVolatileMemory(storage)
        self._user_name = KeptRegisters(self.registers, self._memory, "Device", ("UserDefinedName",))
        self._custom_data = CustomData(self.registers, self._memory)
        self.user_sets = UserSets(self.registers, self._memory, settled=self._settings_loaded)
        self.user_sets.add_part("SequencerSets", self._clockwork.sequencer)
        given = Ipv4(ip_number(identity.ip), ip_number(identity.subnet_mask), ip_number(identity.gateway))
        self.network = NetworkConfiguration(self.registers, self._memory, given, move)
        self.bench = Bench(self._clockwork, self.faults.impairments, restart=self._reboot)
        self._control = ControlChannel(self.registers, self, self.faults.impairments)
        self._messages = MessageChannel(self.registers, self._clockwork.timestamp_at)
        self._plain_xml = plain_xml
        self._serve_description("none")
        self._bind_network()
        self._bind_acquisition()
        self._power_up()

    # --- what a shell needs

    @property
    def identity(self) -> Identity:
        """Addresses and names at power up."""
        return self._identity

    @property
    def events_sent(self) -> int:
        """Events told on the message channel."""
        return self._messages.events_sent

    @property
    def controller(self) -> Address | None:
        """The application that holds control."""
        return self._control.controller

    @property
    def light(self) -> float:
        """Brightness of the scene's lamp for exposures that begin from now on; 1 is what the scene says."""
        return self._settings.imaging.light

    @light.setter
    def light(self, level: float) -> None:
        if not 0 <= level < float("inf"):
            raise ValueError(f"light={level} not accepted: 0 or more, 1 is what the scene says")
        self._settings.imaging.light = level
        self._settings.changed()

    @property
    def triggers_skipped(self) -> int:
        """Triggers that came too early."""
        return self._acquisition.triggers_skipped

    @property
    def frames_skipped(self) -> int:
        """Frames that were exposed and never sent: the image buffer was taken."""
        return self._acquisition.frames_skipped

    @property
    def _acquisition(self) -> Acquisition:
        return self._clockwork.engine.acquisition

    def receive_datagram(self, data: bytes, addr: Address, now: float) -> None:
        """Take a datagram from the control port."""
        self.handle_timer(now)
        if self.faults.impairments.unplugged:
            return
        self._control.receive_datagram(data, addr, now)
        self._clockwork.settings_changed()
        if self._reset_asked:
            self._reset_asked = False
            self._reboot()
        self._clockwork.advance(now)

    def receive_message(self, data: bytes, addr: Address, now: float) -> None:
        """Take a datagram from the message channel's port."""
        self.handle_timer(now)
        if not self.faults.impairments.unplugged:
            self._messages.receive_datagram(data, addr, now)

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Return and forget what has to leave from the control port now."""
        answers = self._control.datagrams_to_send()
        return [] if self.faults.impairments.unplugged else answers

    def messages_to_send(self) -> list[tuple[bytes, Address]]:
        """Return and forget what has to leave from the message channel's port now."""
        way = self.faults.impairments
        messages = self._messages.datagrams_to_send()
        return [message for message in messages if not (way.unplugged or way.event_lost.happens())]

    def stream_datagrams_to_send(self) -> list[tuple[bytes, Address, bool]]:
        """Return and forget single datagrams for the stream port: data, destination, no fragments allowed."""
        out, self._stream_out = self._stream_out, []
        return out

    def frames_to_send(self) -> list[Frame]:
        """Return and forget the frames exposed since the last call. `frame_left` must be called for each."""
        frames, self._frames = self._frames, []
        return frames

    def brightness_measured(self, frame: Frame, brightness: float, now: float) -> None:
        """Let the automatic functions act on a frame: mean of its metered pixels in DN of 12 bits."""
        self.handle_timer(now)
        self._settings.imaging.brightness_measured(frame.settings, brightness)
        self._settings.changed()

    def frame_left(self, now: float) -> None:
        """Take note that the oldest of the frames handed over has been sent or given up."""
        self._under_way.popleft()
        if self._acquisition.held:
            self.handle_timer(now)
            self._hold()
            self.handle_timer(now)

    def get_timer(self) -> float | None:
        """Return the next instant at which `handle_timer` has something to do."""
        parts = (self._control, self._messages, self._clockwork)
        timers = [timer for part in parts if (timer := part.get_timer()) is not None]
        return min(timers, default=None)

    def handle_timer(self, now: float) -> None:
        """Do what is due at `now`."""
        self._now = now
        self._control.handle_timer(now)
        self._clockwork.advance(now)
        self._messages.handle_timer(now)
        self._obey_faults(now)

    @property
    def temperature_celsius(self) -> float:
        """Temperature inside the housing, in degrees Celsius; the camera sees steps of 1/16. May be set."""
        return self.thermometer.celsius

    @temperature_celsius.setter
    def temperature_celsius(self, celsius: float) -> None:
        self.thermometer.set(celsius)
        self._settings.changed()  # the dark current

    # --- what the control channel asks

    def control_released(self, now: float) -> None:
        """Close the channels: nobody holds control any more."""
        del now
        self._clockwork.engine.abort()
        self._locked_by_host = False
        self.registers.store("SCP", 0)
        self._messages.close()
        self.registers.store("MCP", 0)
        self._close_stream()

    def emit(self, name: str, now: float, block_id: int = 0) -> None:
        """Tell the application of an event of data sheet row N5."""
        self._messages.emit(name, now, block_id)

    def packet_resend(self, block_id: int, first: int, last: int, now: float) -> None:
        """Say of each packet asked for that it is gone: no image is kept for resends (data sheet N10).

        An application that has enabled the extended status codes is told so in those. Baumer's producer enables them
        and waits for ever after a plain PACKET_UNAVAILABLE (seen with version 2.9.2).
        """
        del now
        block = next((b for b in self._sent_blocks if b.block_id == block_id), None)
        if block is None or block.channel.destination is None:
            return
        extended_codes = self.registers.integer("GvcpConfiguration") & bootstrap.EXTENDED_STATUS_1_1_ENABLED
        status = Status.PACKET_REMOVED_FROM_MEMORY if extended_codes else Status.PACKET_UNAVAILABLE
        last = min(last, block.packets + 1, first + MAX_UNAVAILABLE_ANSWERS - 1)
        for packet_id in range(first, last + 1):
            header = block.channel.header(PAYLOAD, block_id, packet_id, status)
            self._stream_out.append((header, block.channel.destination, block.channel.do_not_fragment))

    def action(self, device_key: int, group_key: int, group_mask: int, now: float) -> bool:
        """Fire Action1 when the keys are this camera's."""
        del now
        registers = self.registers
        meant = (
            device_key == registers.integer("ActionDeviceKeyValue")
            and group_key == registers.integer("ActionGroupKeyValue")
            and bool(group_mask & registers.integer("ActionGroupMaskValue"))
        )
        if meant:
            self._clockwork.engine.signals.pulse("Action1")
        return meant

    def force_ip(self, ip: int, mask: int, gateway: int, now: float) -> None:
        """Take another address until the power is cut; 0 begins the configuration anew."""
        del now
        self.network.force(Ipv4(ip, mask, gateway))

    # --- faults of the camera itself

    def _obey_faults(self, now: float) -> None:
        """Do what has been asked of the switchboard since the last time."""
        requests, self.faults.requests = self.faults.requests, []
        for request in requests:
            if request.what == "reboot":
                self._reboot()
            elif request.what == "expire_heartbeat":
                self._control.expire_heartbeat(now)
            elif request.what == "steal_control":
                self._control.steal_control(now, on=request.on)
            elif request.what == "overheat":
                self.temperature_celsius = (
                    DEVICE.temperature_exceeded_celsius + 1 if request.on else START_CELSIUS
                )
            elif request.what == "slow_link":
                self._link_speed = 100 if request.on else 1000
                self.registers.store("LinkSpeed", self._link_speed)
                self._clockwork.settings_changed()
            else:
                self._serve_description(request.damage)

    def _reboot(self) -> None:
        self._messages.forget()
        self.control_released(self._now)
        self._control.reset()
        self._power_up()

    # --- power up

    def _serve_description(self, damage: XmlDamage) -> None:
        """Put the description where the host finds it."""
        xml, plain = description(), self._plain_xml
        name = f"Baumer_VCXG-124M_rev{hashlib.sha1(xml.encode(), usedforsecurity=False).hexdigest()}"
        content, length = damaged(
            xml, lambda text: text.encode() if plain else zipped(text, f"{name}.xml"), damage
        )
        self.registers.add_memory(XML_ADDRESS, content)
        self._url = f"Local:{name}.{'xml' if plain else 'zip'};{XML_ADDRESS:X};{length:X}"
        self.registers.store("FirstUrl", self._url)

    def _power_up(self) -> None:
        registers = self.registers
        registers.power_up()
        self._clockwork.power_up()
        registers.store("UserDefinedName", self._identity.user_id)
        if "Device" in self._memory:
            self._user_name.power_up()
        registers.store("MacAddress", self._identity.mac)
        registers.store("SerialNumber", self._identity.serial_number)
        registers.store("FirstUrl", self._url)
        registers.store("SCSP", self._stream_port)
        registers.store("MCSP", self._message_port)
        registers.store("LinkSpeed", self._link_speed)
        self.network.power_up()
        self._custom_data.power_up()
        self.user_sets.power_up()
        self.thermometer.power_up()

    def _settings_loaded(self) -> None:
        """Bring settings together that came from a user set."""
        self._settings.settle()
        self._clockwork.settings_changed()
        self.thermometer.judge()

    # --- network and stream channel

    def _bind_network(self) -> None:
        registers = self.registers
        registers.on_write("SCP", self._stream_port_written)
        registers.on_write("SCPS", self._packet_size_written)
        registers.on_write("TimestampControl", self._timestamp_control_written)
        registers.on_write("TLParamsLocked", self._lock_written)
        registers.on_write("DeviceReset", self._reset_written)
        registers.on_write("DeviceResetToDeliveryState", self._delivery_state_written)
        registers.on_read("TLParamsLocked", lambda _: int(self._locked_by_host or self._acquisition.running))

    def _stream_port_written(self, value: Value, index: int) -> None:
        del index
        port = int(value) & 0xFFFF
        if self._acquisition.running and port not in {0, self._port}:
            raise Refused(Status.BUSY, "the stream runs; only closing it is possible")
        if not port:
            self._close_stream()
        self._port = port

    def _close_stream(self) -> None:
        self._port = 0
        self._give_up_frames()

    def _give_up_frames(self) -> None:
        for frame in self._under_way:
            frame.given_up = True
        for _ in self._frames:  # the newest, which nobody has been told of yet
            self._under_way.pop()
        self._frames.clear()
        self._hold()

    def _packet_size_written(self, value: Value, index: int) -> None:
        del index
        written, limits = int(value), NETWORK.packet_size
        size = max(limits.minimum, min(limits.maximum, written & bootstrap.PACKET_SIZE_BITS))
        self.registers.store("SCPS", size | written & bootstrap.DO_NOT_FRAGMENT)
        if written & bootstrap.FIRE_TEST_PACKET:
            channel = self._settings.channel()
            packet = channel.test_packet()
            if channel.destination is not None and self.faults.impairments.passes(len(packet)):
                self._stream_out.append((packet, channel.destination, channel.do_not_fragment))

    def _timestamp_control_written(self, value: Value, index: int) -> None:
        del index
        if int(value) & 2:
            self.registers.store("TimestampLatched", self._timestamp(self._now))
        if int(value) & 1:
            self._clockwork.reset_timestamp()

    def _timestamp(self, instant: float) -> int:
        """Return the camera's time in ns, in its steps."""
        return self._clockwork.timestamp_at(instant)

    def _lock_written(self, value: Value, index: int) -> None:
        del index
        self._locked_by_host = bool(value)

    def _reset_written(self, value: Value, index: int) -> None:
        del value, index
        self._reset_asked = True

    def _delivery_state_written(self, value: Value, index: int) -> None:
        self._memory.erase()
        self._reset_written(value, index)

    # --- what the clockwork tells

    def _bind_acquisition(self) -> None:
        self.registers.on_write("AcquisitionAbort", lambda _value, _index: self._give_up_frames())

    def exposed(self, exposure: Exposure) -> int:
        """Hand over a frame whose exposure begins, if its block will leave, and return the block's id.

        The block tells what held at this moment. A frame that takes the place of another one takes its id, too.
        """
        mode, transfer = self._settings.mode(), exposure.transfer
        self.frames_exposed += 1
        taken = self.registers.integer("FrameCounter") + 1
        self.registers.store("FrameCounter", taken % NETWORK.frame_counter_max)
        if exposure.index == 0:
            self._block_id = 0
        if transfer is None:
            return 0
        if transfer.replaces and self._newest is not None:
            self._newest.given_up = True
        else:
            self._block_id = mode.channel.next_block_id(self._block_id)
        layout, timestamp = mode.layout, self._clockwork.timestamp(exposure.start)
        values = layout.values(self.registers, frame_id=self._block_id, timestamp_ns=timestamp)
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
        self._hold()
        return self._block_id

    def _hold(self) -> None:
        """Let no more frames be taken than the programs around can draw and send; a camera never comes that far."""
        room = max(4, min(64, MEMORY.image_buffer_mb * 1_000_000 // max(1, self._settings.mode().size)))
        self._acquisition.hold(held=len(self._under_way) >= room)

    def _temperature_status_changed(self) -> None:
        self._acquisition.switch_sensor(on=not self.thermometer.exceeded)
        self.emit("DeviceTemperatureStatusChanged", self._now)
