"""What becomes of packets, acknowledges and events on their way, when faults are switched on."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vcxg124m.virtual.gvsp import IP_AND_UDP, Block, Sending


class Chance:
    """An event with a probability, decided by a generator of its own.

    Raises
    ------
    ValueError
        `ratio` is not in 0 to 1, or `seed` is negative.
    """

    def __init__(self, ratio: float = 0.0, seed: int = 0) -> None:
        if not 0.0 <= ratio <= 1.0:
            raise ValueError(f"ratio={ratio} is not a probability: 0 to 1 are allowed")
        if seed < 0:
            raise ValueError(f"seed={seed} not accepted: 0 or more")
        self.ratio = ratio
        self._generator = np.random.default_rng(seed)

    def among(self, number: int) -> NDArray[np.intp]:
        """Return which of `number` things it happens to."""
        if not self.ratio:
            return np.empty(0, np.intp)
        return np.flatnonzero(self._generator.random(number) < self.ratio)

    def happens(self) -> bool:
        """Return whether it happens now."""
        return bool(self.ratio) and bool(self._generator.random() < self.ratio)

    def number(self, limit: int) -> int:
        """Return any number from 0 to `limit` - 1."""
        return int(self._generator.integers(limit))


@dataclass
class Impairments:
    """The present state of the way to the host; `Faults` sets it, and the camera's parts ask.

    Parameters
    ----------
    dropped, reordered, duplicated, delayed, truncated, corrupted
        What happens to single stream packets.
    places, delay_s
        By how much reordered and delayed packets come too late.
    leader_lost, trailer_lost, stale, blocks_back
        What happens to whole blocks.
    path_mtu
        Bytes with IP and UDP header of the longest stream packet that passes; 0 for no limit.
    silent
        The control channel ignores everything.
    acknowledge_lost, acknowledge_delay_s, event_lost
        What happens to datagrams of the control and the message channel.
    command_s
        Seconds that a command takes.
    unplugged
        Nothing passes, in neither direction.
    """

    dropped: Chance = field(default_factory=Chance)
    reordered: Chance = field(default_factory=Chance)
    duplicated: Chance = field(default_factory=Chance)
    delayed: Chance = field(default_factory=Chance)
    truncated: Chance = field(default_factory=Chance)
    corrupted: Chance = field(default_factory=Chance)
    leader_lost: Chance = field(default_factory=Chance)
    trailer_lost: Chance = field(default_factory=Chance)
    stale: Chance = field(default_factory=Chance)
    places: int = 1
    delay_s: float = 0.0
    blocks_back: int = 1
    path_mtu: int = 0
    silent: bool = False
    acknowledge_lost: Chance = field(default_factory=Chance)
    acknowledge_delay_s: float = 0.0
    event_lost: Chance = field(default_factory=Chance)
    command_s: float = 0.0
    unplugged: bool = False

    def acknowledge_delay(self) -> float | None:
        """Return how many seconds late an acknowledge arrives; None when it is lost."""
        return None if self.acknowledge_lost.happens() else self.acknowledge_delay_s

    def passes(self, datagram: int) -> bool:
        """Return whether a stream datagram of this many bytes gets through: the path is there and takes that length."""
        return not self.unplugged and (not self.path_mtu or datagram + IP_AND_UDP <= self.path_mtu)

    def renumbered(self, block: Block) -> Block:
        """Return the block with the id it carries."""
        if not self.stale.happens():
            return block
        return dataclasses.replace(block, block_id=max(1, block.block_id - self.blocks_back))

    def sendings(self, block: Block) -> list[Sending] | None:
        """Return what becomes of the block's packets, in the order of their arrival; None when nothing does."""
        if self.unplugged:
            return []
        if not self.path_mtu and not any(chance.ratio for chance in self._stream_chances()):
            return None
        packets = block.packets + 2
        whole = block.channel.packet_size - IP_AND_UDP
        arriving = dict.fromkeys(range(packets))
        for index in self.dropped.among(packets):
            arriving.pop(int(index))
        if self.leader_lost.happens():
            arriving.pop(0, None)
        if self.trailer_lost.happens():
            arriving.pop(packets - 1, None)
        if not self.passes(whole):
            last = block.size - (block.packets - 1) * block.channel.data_size + block.channel.header_size
            for packet in range(1, packets - 1):
                if not self.passes(last if packet == packets - 2 else whole):
                    arriving.pop(packet, None)
        slots = {
            int(i): int(i) + 1 + self.reordered.number(self.places) for i in self.reordered.among(packets)
        }
        twice = {int(i) for i in self.duplicated.among(packets)}
        late = {int(i): self.delay_s for i in self.delayed.among(packets)}
        cut = {int(i): self.truncated.number(whole) for i in self.truncated.among(packets)}
        flipped = {int(i): self.corrupted.number(8 * whole) for i in self.corrupted.among(packets)}
        result: list[Sending] = []
        for packet in arriving:
            sending = Sending(
                packet,
                slots.get(packet, packet),
                late.get(packet, 0.0),
                cut.get(packet),
                flipped.get(packet),
            )
            result += [sending] * (2 if packet in twice else 1)
        # who keeps its place goes before whoever was moved there
        return sorted(result, key=lambda sending: (sending.slot, sending.slot != sending.packet))

    def _stream_chances(self) -> tuple[Chance, ...]:
        return (
            self.dropped, self.reordered, self.duplicated, self.delayed, self.truncated, self.corrupted,
            self.leader_lost, self.trailer_lost,
        )  # fmt: skip
