"""The assembled virtual camera: datagrams and instants in, datagrams and frames to send out.

No sockets, no clock, no threads: `server.py` drives this object in production, a few lines of a test do it elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vcxg124m.datasheet import DEVICE
from vcxg124m.virtual import conditions
from vcxg124m.virtual.address import Address, ip_number
from vcxg124m.virtual.bench import Bench
from vcxg124m.virtual.clockwork import Clockwork
from vcxg124m.virtual.custom_data import CustomData
from vcxg124m.virtual.engine.acquisition import Acquisition, Exposure
from vcxg124m.virtual.faults import Faults
from vcxg124m.virtual.features import REGISTERS
from vcxg124m.virtual.gvcp import ControlChannel
from vcxg124m.virtual.imaging import with_factory_list
from vcxg124m.virtual.memory import KeptRegisters, NonVolatileMemory, Storage
from vcxg124m.virtual.message_channel import MessageChannel
from vcxg124m.virtual.network_configuration import Ipv4, Move, NetworkConfiguration
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.settings import Settings
from vcxg124m.virtual.stream_channel import Frame, StreamChannel
from vcxg124m.virtual.temperature import START_CELSIUS, Thermometer
from vcxg124m.virtual.user_sets import UserSets
from vcxg124m.virtual.xml_memory import XmlMemory


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
        self._identity = identity
        self._stream_port = stream_port
        self._message_port = message_port
        self._now = now
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
        self._stream = StreamChannel(self.registers, self._settings, self._clockwork, self.faults.impairments)
        self._xml = XmlMemory(self.registers, plain=plain_xml)
        self._bind()
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
    def frames_exposed(self) -> int:
        """Frames taken, whether they were sent or not."""
        return self._stream.frames_exposed

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

    def receive_datagram(self, data: bytes, addr: Address, now: float, *, broadcast: bool = False) -> None:
        """Take a datagram from the control port, or one that was sent to all."""
        self.handle_timer(now)
        if self.faults.impairments.unplugged:
            return
        self._control.receive_datagram(data, addr, now, broadcast=broadcast)
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
        return self._stream.datagrams_to_send()

    def frames_to_send(self) -> list[Frame]:
        """Return and forget the frames exposed since the last call. `frame_left` must be called for each."""
        return self._stream.frames_to_send()

    def brightness_measured(self, frame: Frame, brightness: float, now: float) -> None:
        """Let the automatic functions act on a frame: mean of its metered pixels in DN of 12 bits."""
        self.handle_timer(now)
        self._settings.imaging.brightness_measured(frame.settings, brightness)
        self._settings.changed()

    def frame_left(self, now: float) -> None:
        """Take note that the oldest of the frames handed over has been sent or given up."""
        self._stream.frame_left()
        if self._acquisition.held:
            self.handle_timer(now)
            self._stream.hold()
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
        self._messages.close()
        self.registers.store("MCP", 0)
        self._stream.close()

    def emit(self, name: str, now: float, block_id: int = 0) -> None:
        """Tell the application of an event of data sheet row N5."""
        self._messages.emit(name, now, block_id)

    def packet_resend(self, block_id: int, first: int, last: int, now: float) -> None:
        """Answer a host that misses packets of a block."""
        del now
        self._stream.packet_resend(block_id, first, last)

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
                self._xml.serve(request.damage)

    def _reboot(self) -> None:
        self._messages.forget()
        self.control_released(self._now)
        self._control.reset()
        self._power_up()

    # --- power up

    def _power_up(self) -> None:
        registers = self.registers
        registers.power_up()
        self._clockwork.power_up()
        registers.store("UserDefinedName", self._identity.user_id)
        if "Device" in self._memory:
            self._user_name.power_up()
        registers.store("MacAddress", self._identity.mac)
        registers.store("SerialNumber", self._identity.serial_number)
        self._xml.power_up()
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

    # --- registers

    def _bind(self) -> None:
        registers = self.registers
        registers.on_write("TimestampControl", self._timestamp_control_written)
        registers.on_write("TLParamsLocked", self._lock_written)
        registers.on_write("DeviceReset", self._reset_written)
        registers.on_write("DeviceResetToDeliveryState", self._delivery_state_written)
        registers.on_read("TLParamsLocked", lambda _: int(self._locked_by_host or self._acquisition.running))

    def _timestamp_control_written(self, value: Value, index: int) -> None:
        del index
        if int(value) & 2:
            self.registers.store("TimestampLatched", self._clockwork.timestamp_at(self._now))
        if int(value) & 1:
            self._clockwork.reset_timestamp()

    def _lock_written(self, value: Value, index: int) -> None:
        del index
        self._locked_by_host = bool(value)

    def _reset_written(self, value: Value, index: int) -> None:
        del value, index
        self._reset_asked = True

    def _delivery_state_written(self, value: Value, index: int) -> None:
        self._memory.erase()
        self._reset_written(value, index)

    # --- what happens inside

    def exposed(self, exposure: Exposure) -> int:
        """Hand over a frame whose exposure begins and return its block id, 0 when it will not leave."""
        return self._stream.exposed(exposure)

    def _temperature_status_changed(self) -> None:
        self._acquisition.switch_sensor(on=not self.thermometer.exceeded)
        self.emit("DeviceTemperatureStatusChanged", self._now)
