"""The device's side of a GigE Vision message channel: events and instants in, datagrams out.

One command is under way at a time: it is repeated until the application acknowledges it, what happens meanwhile waits
in a queue and then leaves together, in order. Reads no clock: `now` is seconds on any axis that does not run backwards.
"""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.address import Address, ip_text
from vcxg124m.virtual.events import EVENT_IDS, EVENT_INDICES
from vcxg124m.virtual.gvcp_codes import ACKNOWLEDGE, EVENT, EVENTDATA, EXTENDED_IDS, KEY, MAX_DATA
from vcxg124m.virtual.registers import RegisterFile

QUEUE_LENGTH = 256
"""Events that wait for an application at most; the last place is kept for the event that says that others are lost."""

_NO_CHANNEL = 0xFFFF
_WITH_STATUS = "DeviceTemperatureStatusChanged"
"""The only event that carries data: the new DeviceTemperatureStatus, as a 32-bit number."""
_ENTRY, _ENTRY_EXTENDED = struct.Struct(">HHHHQ"), struct.Struct(">HHHHQQ")


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Parameters
    ----------
    id
        The number that the GenICam description gives as EventID.
    timestamp_ns
        By the camera's time.
    block_id
        Of the image it belongs to; 0 for none.
    data
        What else there is to say; an event with data leaves alone, as EVENTDATA.
    """

    id: int
    timestamp_ns: int
    block_id: int = 0
    data: bytes = b""


def command(events: Iterable[Event], request_id: int, *, extended_ids: bool, acknowledge: bool) -> bytes:
    """Return the datagram that tells of `events`: several without data, or a single one."""
    flags = (ACKNOWLEDGE if acknowledge else 0) | (EXTENDED_IDS if extended_ids else 0)
    content, code = b"", EVENT
    for event in events:
        content += _entry(event, extended_ids=extended_ids) + event.data
        code = EVENTDATA if event.data else EVENT
    return struct.pack(">BBHHH", KEY, flags, code, len(content), request_id) + content


def _entry(event: Event, *, extended_ids: bool) -> bytes:
    channel = 0 if event.block_id else _NO_CHANNEL
    if extended_ids:
        size = _ENTRY_EXTENDED.size + len(event.data) if event.data else 0
        return _ENTRY_EXTENDED.pack(size, event.id, channel, 0, event.block_id, event.timestamp_ns)
    return _ENTRY.pack(0, event.id, channel, event.block_id & 0xFFFF, event.timestamp_ns)


class MessageChannel:
    """Tells the controlling application what happens.

    Parameters
    ----------
    registers
        Say which events are wanted (EventNotification), where to (MCDA, MCP), how patiently (MCTT, MCRC) and with which
        ids they go, and count what is lost (LostEventCounter).
    timestamp
        Turns an instant into the camera's time in ns.
    """

    def __init__(self, registers: RegisterFile, timestamp: Callable[[float], int]) -> None:
        self._registers = registers
        self._timestamp = timestamp
        self._waiting: deque[Event] = deque()
        self._under_way: list[Event] = []
        self._command = b""
        self._repeats_left = 0
        self._due = 0.0
        self._request_id = 0
        self._out: list[tuple[bytes, Address]] = []
        self.events_sent = 0
        registers.on_write("MCP", lambda _value, _index: self.forget())
        registers.on_write("MCDA", lambda _value, _index: self.forget())

    def emit(self, name: str, now: float, block_id: int = 0) -> None:
        """Tell of an event of data sheet row N5 that the application wants to know, once those before it are known.

        Parameters
        ----------
        name
            Entry of EventSelector.
        now
            When it happened.
        block_id
            Of the image it belongs to; 0 for none.
        """
        if self._destination() is None or not self._wanted(name):
            return
        data = b""
        if name == _WITH_STATUS:
            data = struct.pack(">I", self._registers.integer("DeviceTemperatureStatus"))
        event = Event(EVENT_IDS[name], self._timestamp(now), block_id, data)
        if len(self._waiting) < QUEUE_LENGTH - 1:
            self._waiting.append(event)
        else:
            self._count_lost(1)
            if len(self._waiting) < QUEUE_LENGTH and self._wanted("EventLost"):
                self._waiting.append(Event(EVENT_IDS["EventLost"], self._timestamp(now)))
        self._send_next(now)

    def receive_datagram(self, data: bytes, addr: Address, now: float) -> None:
        """Take a datagram from the channel's port. Only the acknowledge that is waited for has an effect.

        What else hosts send there keeps their firewalls open. The status does not matter: an application that refuses
        an event has heard of it.
        """
        if self._command and addr == self._destination() and len(data) >= 8:
            code, request_id = struct.unpack_from(">2xH2xH", data)
            expected, expected_id = struct.unpack_from(">2xH2xH", self._command)
            if (code, request_id) == (expected + 1, expected_id):
                self._command = b""
                self._send_next(now)

    def get_timer(self) -> float | None:
        """Return the instant at which the command under way has waited long enough."""
        return self._due if self._command else None

    def handle_timer(self, now: float) -> None:
        """Repeat the command under way, or give it up."""
        if not self._command or now < self._due:
            return
        if self._repeats_left:
            self._repeats_left -= 1
            self._due = now + self._patience()
            self._post(self._command)
        else:
            self._command = b""
            self._count_lost(len(self._under_way))
            self._send_next(now)

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Return and forget what has to leave from the channel's port now."""
        out, self._out = self._out, []
        return out

    def close(self) -> None:
        """Send what waits once and wait for no answer: the application has lost control."""
        while self._waiting and self._destination() is not None:
            self._post(self._next_command(acknowledge=False))
        self.forget()

    def forget(self) -> None:
        """Give up what waits and what is under way, as when the channel's other end changes."""
        self._command = b""
        self._waiting.clear()

    def _destination(self) -> Address | None:
        """Return where events go; None while the channel is closed."""
        address, port = self._registers.integer("MCDA"), self._registers.integer("MCP") & 0xFFFF
        return (ip_text(address), port) if address and port else None

    def _wanted(self, name: str) -> bool:
        return bool(self._registers.integer("EventNotification", EVENT_INDICES[name]))

    def _patience(self) -> float:
        return self._registers.number("MCTT") / 1000

    def _count_lost(self, number: int) -> None:
        lost = self._registers.integer("LostEventCounter") + number
        self._registers.store("LostEventCounter", lost & 0xFFFFFFFF)

    def _send_next(self, now: float) -> None:
        patience = self._patience()
        while self._waiting and not self._command:
            datagram = self._next_command(acknowledge=patience > 0)
            self._post(datagram)
            if patience:
                self._command = datagram
                self._repeats_left = self._registers.integer("MCRC")
                self._due = now + patience

    def _next_command(self, *, acknowledge: bool) -> bytes:
        """Take from the queue what leaves together: one event with data, or as many without as a datagram takes."""
        extended = bool(self._registers.integer("GvspConfiguration") & bootstrap.EXTENDED_IDS)
        most = MAX_DATA // (_ENTRY_EXTENDED if extended else _ENTRY).size
        events = [self._waiting.popleft()]
        while self._waiting and len(events) < most and not events[0].data and not self._waiting[0].data:
            events.append(self._waiting.popleft())
        self._under_way = events
        self.events_sent += len(events)
        self._request_id = self._request_id % 0xFFFF + 1
        return command(events, self._request_id, extended_ids=extended, acknowledge=acknowledge)

    def _post(self, datagram: bytes) -> None:
        destination = self._destination()
        if destination is not None:
            self._out.append((datagram, destination))
