"""The device's side of a GigE Vision control channel: datagrams and instants in, datagrams out.

Knows commands, acknowledges, control privilege and heartbeat. Registers and what they cause belong to the camera,
which is reached through `RegisterFile` and `Camera`. Reads no clock: `now` is seconds on any axis that does not run
backwards.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Protocol

from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.acknowledges import Acknowledges
from vcxg124m.virtual.address import Address, ip_number
from vcxg124m.virtual.gvcp_codes import (
    ACTION,
    BROADCAST,
    DISCOVERY,
    EXTENDED_IDS,
    FORCEIP,
    KEY,
    MAX_DATA,
    MAX_MEMORY,
    PACKETRESEND,
    READMEM,
    READREG,
    SCHEDULED,
    WRITEMEM,
    WRITEREG,
)  # fmt: skip
from vcxg124m.virtual.impairments import Impairments
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.status import Refused, Status

_MAC_ADDRESS = 0x0008  # bootstrap register: two reserved bytes, then six of the address

EXCLUSIVE, CONTROL, SWITCHOVER_ENABLED = 0x1, 0x2, 0x4

THIEF: Address = ("192.0.2.1", 49152)
"""Another application, of the addresses that are kept for examples, for the fault that it holds control."""


class Camera(Protocol):
    """What the control channel asks of the camera behind it."""

    def control_released(self, now: float) -> None:
        """Close the channels: nobody holds control any more."""

    def emit(self, name: str, now: float) -> None:
        """Tell of an event."""

    def packet_resend(self, block_id: int, first: int, last: int, now: float) -> None:
        """Answer a controlling host that misses packets `first` to `last`, both included, of a block."""

    def action(self, device_key: int, group_key: int, group_mask: int, now: float) -> bool:
        """Do what an application on the network calls for; returns whether this camera was meant."""
        raise NotImplementedError

    def force_ip(self, ip: int, mask: int, gateway: int, now: float) -> None:
        """Take this address."""


class ControlChannel:
    """GVCP as one device speaks it."""

    def __init__(self, registers: RegisterFile, camera: Camera, impairments: Impairments) -> None:
        self._registers = registers
        self._camera = camera
        self._impairments = impairments
        self._acknowledges = Acknowledges(registers, impairments)
        self._controller: Address | None = None
        self._level = 0
        self._last_heard = 0.0
        self._requester: Address = ("", 0)
        self._now = 0.0
        self._commands: dict[int, Callable[[bytes, int], bytes | None]] = {
            DISCOVERY: self._discovery,
            FORCEIP: self._force_ip,
            PACKETRESEND: self._packet_resend,
            READREG: self._read_registers,
            WRITEREG: self._write_registers,
            READMEM: self._read_memory,
            WRITEMEM: self._write_memory,
            ACTION: self._action,
        }
        registers.on_write("ControlChannelPrivilege", self._privilege_written)
        registers.on_write("HeartbeatTimeout", self._heartbeat_timeout_written)
        registers.on_read("PrimaryApplicationPort", lambda _: self._controller[1] if self._controller else 0)
        registers.on_read(
            "PrimaryApplicationAddress", lambda _: ip_number(self._controller[0]) if self._controller else 0
        )

    @property
    def controller(self) -> Address | None:
        """The application that holds control."""
        return self._controller

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Return and forget what has to go out now."""
        return self._acknowledges.datagrams_to_send()

    def get_timer(self) -> float | None:
        """Return the next instant at which `handle_timer` has something to do."""
        timers = (self._acknowledges.get_timer(), self._expiry())
        return min((timer for timer in timers if timer is not None), default=None)

    def _expiry(self) -> float | None:
        """Return the instant at which the controller's silence has lasted too long, None while that cannot happen."""
        disabled = self._registers.integer("GvcpConfiguration") & bootstrap.HEARTBEAT_DISABLED
        if self._controller is None or self._controller == THIEF or disabled:
            return None
        return self._last_heard + self._registers.number("HeartbeatTimeout") / 1000

    def reset(self) -> None:
        """Forget all applications, as after a power cut. Acknowledges under way still go out."""
        self._controller, self._level = None, 0
        self._acknowledges.forget()

    def handle_timer(self, now: float) -> None:
        """Take control from an application that has been silent for too long; let late acknowledges go."""
        self._acknowledges.handle_timer(now)
        expiry = self._expiry()
        if expiry is not None and now >= expiry:
            self.expire_heartbeat(now)

    def expire_heartbeat(self, now: float) -> None:
        """Take control from the application that holds it."""
        if self._controller is not None:
            self._camera.emit("GigEVisionHeartbeatTimeOut", now)
            self._release(now)

    def steal_control(self, now: float, *, on: bool) -> None:
        """Let another application take control, or give it back."""
        if on:
            self.expire_heartbeat(now)
            self._controller, self._level = THIEF, CONTROL
            self._registers.store("ControlChannelPrivilege", CONTROL)
        elif self._controller == THIEF:
            self._release(now)

    def receive_datagram(self, data: bytes, addr: Address, now: float, *, broadcast: bool = False) -> None:
        """Execute one command. Anything that is not a GVCP command is ignored.

        Parameters
        ----------
        data, addr
            The datagram and its sender.
        now
            When it came.
        broadcast
            It was sent to all, not to this device's address.
        """
        self.handle_timer(now)
        if self._impairments.silent or len(data) < 8 or data[0] != KEY:
            return
        flags, command, length, request_id = struct.unpack_from(">BHHH", data, 1)
        if broadcast and command not in BROADCAST:
            return
        self._now, self._requester = now, addr
        if not self._acknowledges.answer_again(data, addr, now, broadcast=broadcast):
            answer = self._execute(data, flags, command, length, request_id) or b""
            self._acknowledges.answer(data, answer, addr, now, broadcast=broadcast)
            if answer[:2] == _PROTOCOL_ERROR and addr == self._controller:
                self._camera.emit("GigEVisionError", now)
        if addr == self._controller:
            self._last_heard = now

    def _execute(self, data: bytes, flags: int, command: int, length: int, request_id: int) -> bytes | None:
        if request_id == 0 or len(data) < 8 + length or length > MAX_DATA:
            return acknowledge(Status.INVALID_HEADER, command, request_id)
        handler = self._commands.get(command)
        if handler is None:
            return acknowledge(Status.NOT_IMPLEMENTED, command, request_id)
        try:
            content = handler(data[8 : 8 + length], flags)
        except _Stopped as stop:
            return acknowledge(stop.status, command, request_id, stop.content)
        except Refused as refusal:
            return acknowledge(refusal.status, command, request_id)
        return None if content is None else acknowledge(Status.SUCCESS, command, request_id, content)

    # commands: each takes the data and the flags and returns the acknowledge's data, None for no acknowledge

    def _discovery(self, data: bytes, flags: int) -> bytes:
        del data, flags
        return self._registers.read(0, bootstrap.DISCOVERY_ACK_LENGTH)

    def _force_ip(self, data: bytes, flags: int) -> bytes | None:
        del flags
        if len(data) != 56:
            raise Refused(Status.INVALID_PARAMETER, f"FORCEIP carries 56 bytes, not {len(data)}")
        if data[2:8] != self._registers.read(_MAC_ADDRESS, 8)[2:]:
            return None  # another device is meant, whatever the state of this one
        if self._controller is not None:
            raise Refused(Status.ACCESS_DENIED, "an application holds control")
        ip, mask, gateway = (int.from_bytes(data[start : start + 4], "big") for start in (20, 36, 52))
        self._camera.force_ip(ip, mask, gateway, self._now)
        return b""

    def _packet_resend(self, data: bytes, flags: int) -> None:
        extended = bool(flags & EXTENDED_IDS)
        if len(data) != (20 if extended else 12):
            return
        if self._controller is None or self._requester[0] != self._controller[0]:
            return  # only the controlling host may ask; it may ask from another port (Aravis does, from the stream's)
        channel, block_id, first, last = struct.unpack_from(">HHII", data)
        if extended:
            (block_id,) = struct.unpack_from(">Q", data, 12)
        else:
            first, last = first & 0xFFFFFF, last & 0xFFFFFF
        if channel == 0:
            self._camera.packet_resend(block_id, first, last, self._now)

    def _read_registers(self, data: bytes, flags: int) -> bytes:
        del flags
        if not data or len(data) % 4:
            raise Refused(
                Status.INVALID_PARAMETER, f"READREG carries addresses of 4 bytes, not {len(data)} bytes"
            )
        self._require_reading()
        values = bytearray()
        try:
            for (address,) in struct.iter_unpack(">I", data):
                values += self._registers.read(address, 4)
        except Refused as refusal:
            raise _Stopped(refusal.status, bytes(values)) from refusal
        return bytes(values)

    def _write_registers(self, data: bytes, flags: int) -> bytes:
        del flags
        written = 0
        if not data or len(data) % 8:
            raise _Stopped(Status.INVALID_PARAMETER, _index(written))
        try:
            for address, value in struct.iter_unpack(">I4s", data):
                self._require_writing(address)
                self._registers.write(address, value)
                written += 1
        except Refused as refusal:
            raise _Stopped(refusal.status, _index(written)) from refusal
        return _index(written)

    def _read_memory(self, data: bytes, flags: int) -> bytes:
        del flags
        if len(data) != 8:
            raise Refused(Status.INVALID_PARAMETER, f"READMEM carries 8 bytes, not {len(data)}")
        address, count = struct.unpack(">I2xH", data)
        if count > MAX_MEMORY:
            raise Refused(Status.INVALID_PARAMETER, f"{count} bytes do not fit into an acknowledge")
        self._require_reading()
        return data[:4] + self._registers.read(address, count)

    def _write_memory(self, data: bytes, flags: int) -> bytes:
        del flags
        if len(data) < 4:
            raise _Stopped(Status.INVALID_PARAMETER, _index(0))
        address, content = int.from_bytes(data[:4], "big"), data[4:]
        try:
            self._require_writing(address)
            return _index(self._registers.write(address, content))
        except Refused as refusal:
            raise _Stopped(refusal.status, _index(0)) from refusal

    def _action(self, data: bytes, flags: int) -> bytes | None:
        if flags & SCHEDULED:
            raise Refused(Status.NOT_IMPLEMENTED, "the camera has no synchronised clock (data sheet T8)")
        if len(data) != 12:
            raise Refused(Status.INVALID_PARAMETER, f"ACTION carries 12 bytes, not {len(data)}")
        if self._controller is None:
            return None  # without unconditional actions, a device obeys only while an application controls it
        device_key, group_key, group_mask = struct.unpack(">III", data)
        return b"" if self._camera.action(device_key, group_key, group_mask, self._now) else None

    # privilege

    def _require_reading(self) -> None:
        if self._level & EXCLUSIVE and self._requester != self._controller:
            raise Refused(Status.ACCESS_DENIED, "another application holds exclusive control")

    def _require_writing(self, address: int) -> None:
        if self._requester != self._controller and address != bootstrap.CCP:
            raise Refused(Status.ACCESS_DENIED, "the application that writes does not hold control")

    def _privilege_written(self, value: Value, index: int) -> None:
        del index
        written = int(value)
        level, key = written & 0xFFFF, written >> 16
        if level & ~(EXCLUSIVE | CONTROL | SWITCHOVER_ENABLED):
            raise Refused(Status.INVALID_PARAMETER, f"no such privilege: 0x{level:X}")
        if self._controller is not None and self._requester != self._controller:
            matching = key == self._registers.integer("SwitchoverKey")
            if not (self._level & SWITCHOVER_ENABLED and matching and level):
                raise Refused(Status.ACCESS_DENIED, f"{self._controller[0]} holds control")
            self._camera.emit("PrimaryApplicationSwitch", self._now)
        self._registers.store("ControlChannelPrivilege", level)  # the key never reads back
        self._level = level
        if level & (EXCLUSIVE | CONTROL):
            self._controller, self._last_heard = self._requester, self._now
        elif self._controller is not None:
            self._release(self._now)

    def _release(self, now: float) -> None:
        self._controller = None
        self._level = 0
        self._registers.store("ControlChannelPrivilege", 0)
        self._camera.control_released(now)

    def _heartbeat_timeout_written(self, value: Value, index: int) -> None:
        del index
        self._registers.store("HeartbeatTimeout", max(500, int(value)))


class _Stopped(Exception):  # noqa: N818 - an answer of the protocol
    """A list of accesses ended early; what was done until then goes into the acknowledge."""

    def __init__(self, status: Status, content: bytes) -> None:
        super().__init__(status.name)
        self.status, self.content = status, content


_PROTOCOL_ERROR = struct.pack(">H", Status.INVALID_HEADER)


def _index(done: int) -> bytes:
    return struct.pack(">2xH", done)


def acknowledge(status: Status, command: int, request_id: int, content: bytes = b"") -> bytes:
    """Return an acknowledge datagram."""
    return struct.pack(">HHHH", status, command + 1, len(content), request_id) + content
