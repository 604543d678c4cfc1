"""The way back of a control channel: which acknowledge leaves when, where to, and which commands had one before."""

from __future__ import annotations

import heapq
import struct
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.address import EVERYBODY, Address, ip_number
from vcxg124m.virtual.gvcp_codes import ACKNOWLEDGE, BROADCAST_ACKNOWLEDGE, DISCOVERY, FORCEIP, PENDING_ACK
from vcxg124m.virtual.impairments import Impairments
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.status import Status

REMEMBERED_APPLICATIONS = 32
MAX_LATE_ACKNOWLEDGES = 1024
"""Most acknowledges that wait for their time; of a flood of commands the rest is not answered."""


@dataclass(frozen=True)
class _Answered:
    """A command, its acknowledge (empty for none), and the instant from which the acknowledge is known."""

    command: bytes
    acknowledge: bytes
    ready: float


class Acknowledges:
    """Sends acknowledges at once, later, or again.

    Later: a discovery is answered after a random part of DiscoveryAckDelay; the faults "slow commands" and "delayed
    acknowledges" take their time. Again: an application that repeats its last command gets the same acknowledge.
    By broadcast: where the camera's subnet is not the application's, which has asked everybody and allows it.
    """

    def __init__(self, registers: RegisterFile, impairments: Impairments) -> None:
        self._registers = registers
        self._impairments = impairments
        self._out: list[tuple[bytes, Address]] = []
        self._later: list[tuple[float, int, bytes, Address]] = []
        self._delayed = 0
        self._delays_drawn = 0
        self._answered: OrderedDict[Address, _Answered] = OrderedDict()
        self._busy_until = 0.0

    def datagrams_to_send(self) -> list[tuple[bytes, Address]]:
        """Return and forget what has to go out now."""
        out, self._out = self._out, []
        return out

    def get_timer(self) -> float | None:
        """Return the instant at which the next late acknowledge leaves."""
        return self._later[0][0] if self._later else None

    def handle_timer(self, now: float) -> None:
        """Let late acknowledges go."""
        while self._later and self._later[0][0] <= now:
            _, _, acknowledge, addr = heapq.heappop(self._later)
            self._out.append((acknowledge, addr))

    def forget(self) -> None:
        """Forget which commands were answered. Acknowledges under way still go out."""
        self._answered.clear()

    def answer(
        self, command: bytes, acknowledge: bytes, addr: Address, now: float, *, broadcast: bool
    ) -> None:
        """Answer a command that has been executed; an empty acknowledge stands for silence."""
        answered = _Answered(command, acknowledge, self._ready(command, now))
        self._answered[addr] = answered
        self._answered.move_to_end(addr)
        if len(self._answered) > REMEMBERED_APPLICATIONS:
            self._answered.popitem(last=False)
        way_back = self._way_back(command, addr, broadcast=broadcast)
        if way_back is not None and _wants_acknowledge(answered):
            self._ask_for_patience(answered, way_back, now)
            self._send(acknowledge, way_back, now, answered.ready)

    def answer_again(self, command: bytes, addr: Address, now: float, *, broadcast: bool) -> bool:
        """Answer a command again if it is the application's last one, repeated; returns whether it is.

        A discovery is no repetition: applications ask with the same id again and again.
        """
        answered = self._answered.get(addr)
        if answered is None or answered.command != command or _code(command) == DISCOVERY:
            return False
        way_back = self._way_back(command, addr, broadcast=broadcast)
        if way_back is not None and _wants_acknowledge(answered):
            self._ask_for_patience(answered, way_back, now)
            if answered.ready <= now:  # else the acknowledge is under way
                self._send(answered.acknowledge, way_back, now, now)
        return True

    def _way_back(self, command: bytes, addr: Address, *, broadcast: bool) -> Address | None:
        """Return where to send so that the application hears it, None when it cannot.

        A command that came to the camera's own address has shown that there is a way. One to everybody comes from
        any host on the wire, also from one that the camera's address and mask do not reach.
        """
        mask = self._registers.integer("CurrentSubnetMask")
        own = self._registers.integer("CurrentIpAddress")
        if not broadcast or ip_number(addr[0]) & mask == own & mask:
            return addr
        allowed = _code(command) in {DISCOVERY, FORCEIP} and command[1] & BROADCAST_ACKNOWLEDGE
        return (EVERYBODY, addr[1]) if allowed else None

    def _ready(self, command: bytes, now: float) -> float:
        """Return the instant at which a command will have been executed: one after the other."""
        if _code(command) == DISCOVERY:
            return now + self._discovery_delay()
        if not self._impairments.command_s:
            return now
        self._busy_until = max(now, self._busy_until) + self._impairments.command_s
        return self._busy_until

    def _discovery_delay(self) -> float:
        """Return a random delay, so that many cameras do not answer at once."""
        longest = self._registers.integer("DiscoveryAckDelay") / 1000
        if not longest:
            return 0.0
        self._delays_drawn += 1
        seed = (self._registers.integer("MacAddress"), self._delays_drawn)
        return longest * np.random.default_rng(seed).random()

    def _ask_for_patience(self, answered: _Answered, addr: Address, now: float) -> None:
        """Say how long a command still takes, if it is long and the application has enabled that."""
        seconds = answered.ready - now
        enabled = self._registers.integer("GvcpConfiguration") & bootstrap.PENDING_ACK_ENABLED
        long = seconds > self._registers.number("PendingTimeout") / 1000
        if enabled and long and _code(answered.command) != DISCOVERY:
            (request_id,) = struct.unpack_from(">H", answered.command, 6)
            milliseconds = min(0xFFFF, round(seconds * 1000))
            header = struct.pack(">HHHH", Status.SUCCESS, PENDING_ACK, 4, request_id)
            self._out.append((header + struct.pack(">HH", 0, milliseconds), addr))

    def _send(self, acknowledge: bytes, addr: Address, now: float, ready: float) -> None:
        on_the_way = self._impairments.acknowledge_delay()
        if on_the_way is None:
            return
        due = ready + on_the_way
        if due <= now:
            self._out.append((acknowledge, addr))
        elif len(self._later) < MAX_LATE_ACKNOWLEDGES:
            self._delayed += 1  # keeps the order of those that are due at once
            heapq.heappush(self._later, (due, self._delayed, acknowledge, addr))


def _code(command: bytes) -> int:
    return int.from_bytes(command[2:4], "big")


def _wants_acknowledge(answered: _Answered) -> bool:
    return bool(answered.acknowledge) and bool(answered.command[1] & ACKNOWLEDGE)
