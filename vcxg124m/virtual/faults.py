"""What goes wrong on purpose: the switchboard. `impairments.py` says what follows for what is on its way.

Every random choice comes from a seed, so a run can be repeated, and all faults may be on at once. `remote.py` makes the
same switchboard for a camera in another process.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from vcxg124m.virtual.impairments import Chance, Impairments

XmlDamage = Literal["none", "truncated", "bad_zip", "bad_xml", "wrong_length"]
XML_DAMAGES: tuple[XmlDamage, ...] = ("none", "truncated", "bad_zip", "bad_xml", "wrong_length")


@dataclass(frozen=True)
class Request:
    """Something that the camera has to do, or to end."""

    what: Literal["reboot", "expire_heartbeat", "overheat", "slow_link", "steal_control", "damage_xml"]
    on: bool = True
    damage: XmlDamage = "none"


_Number = TypeVar("_Number", int, float)


class Faults:
    """The faults that are switched on, all off at first.

    A fault with a ratio or an amount ends with 0, one that is `on` ends with ``on=False``.
    """

    def __init__(self) -> None:
        self.impairments = Impairments()
        self.requests: list[Request] = []
        """What the camera has to do at once; it takes the entries away."""

    def clear(self) -> None:
        """End all faults. What has happened, a reboot or a loss of control, stays so."""
        vars(self.impairments).update(vars(Impairments()))  # the camera's parts hold the object
        self.requests += [
            Request("damage_xml"),
            Request("slow_link", on=False),
            Request("overheat", on=False),
            Request("steal_control", on=False),
        ]

    # --- the stream's packets

    def drop_packets(self, ratio: float, *, seed: int = 0) -> None:
        """Lose each packet of the stream with this probability: a bad cable, a switch or host that is too slow.

        Parameters
        ----------
        ratio
            0 to 1.
        seed
            Equal seeds lose equal packets.

        Raises
        ------
        ValueError
            `ratio` is no probability.
        """
        self.impairments.dropped = Chance(ratio, seed)

    def reorder_packets(self, ratio: float, *, places: int = 4, seed: int = 0) -> None:
        """Let packets arrive up to `places` later than their neighbours: two paths, or a card with several queues."""
        self.impairments.reordered, self.impairments.places = (
            Chance(ratio, seed),
            _at_least(1, "places", places),
        )

    def duplicate_packets(self, ratio: float, *, seed: int = 0) -> None:
        """Let packets arrive twice: a network loop, or a mirrored port."""
        self.impairments.duplicated = Chance(ratio, seed)

    def delay_packets(self, ratio: float, *, delay_s: float = 0.005, seed: int = 0) -> None:
        """Hold packets back for `delay_s` seconds, also beyond the end of their block: a congested switch."""
        self.impairments.delayed, self.impairments.delay_s = (
            Chance(ratio, seed),
            _at_least(0.0, "delay_s", delay_s),
        )

    def truncate_packets(self, ratio: float, *, seed: int = 0) -> None:
        """Cut packets short anywhere, even in their header: broken equipment on the way."""
        self.impairments.truncated = Chance(ratio, seed)

    def corrupt_packets(self, ratio: float, *, seed: int = 0) -> None:
        """Turn one bit of a packet over, header or data: what slips through checksums on the way."""
        self.impairments.corrupted = Chance(ratio, seed)

    def drop_leaders(self, ratio: float, *, seed: int = 0) -> None:
        """Lose the packet that opens a block."""
        self.impairments.leader_lost = Chance(ratio, seed)

    def drop_trailers(self, ratio: float, *, seed: int = 0) -> None:
        """Lose the packet that closes a block."""
        self.impairments.trailer_lost = Chance(ratio, seed)

    def stale_block_ids(self, ratio: float, *, back: int = 1, seed: int = 0) -> None:
        """Let blocks carry the id of an earlier one, `back` before: a camera whose counter stumbles."""
        self.impairments.stale, self.impairments.blocks_back = Chance(ratio, seed), _at_least(1, "back", back)

    def path_mtu(self, size: int) -> None:
        """Let stream packets of more than `size` bytes vanish, test packets too: a switch without jumbo frames.

        Parameters
        ----------
        size
            Bytes with IP and UDP header, as GevSCPSPacketSize counts; 0 for no limit.
        """
        self.impairments.path_mtu = _at_least(0, "size", size)

    # --- control and message channel

    def silence(self, *, on: bool = True) -> None:
        """Let the control channel ignore everything, as if its cable were cut; the stream goes on."""
        self.impairments.silent = on

    def drop_acknowledges(self, ratio: float, *, seed: int = 0) -> None:
        """Execute commands, but lose their acknowledges on the way."""
        self.impairments.acknowledge_lost = Chance(ratio, seed)

    def delay_acknowledges(self, delay_s: float) -> None:
        """Let acknowledges arrive `delay_s` seconds late: a slow network."""
        self.impairments.acknowledge_delay_s = _at_least(0.0, "delay_s", delay_s)

    def slow_commands(self, time_s: float) -> None:
        """Let every command take `time_s` seconds: a camera that is busy with its flash memory.

        It asks for patience by PENDING_ACK where the application has enabled that and PendingTimeout is exceeded.
        """
        self.impairments.command_s = _at_least(0.0, "time_s", time_s)

    def drop_events(self, ratio: float, *, seed: int = 0) -> None:
        """Lose datagrams of the message channel; the camera repeats what is not acknowledged."""
        self.impairments.event_lost = Chance(ratio, seed)

    def expire_heartbeat(self) -> None:
        """Take control from the application as if it had been silent for too long."""
        self.requests.append(Request("expire_heartbeat"))

    def steal_control(self, *, on: bool = True) -> None:
        """Let another application (192.0.2.1) take control and keep it until the fault ends."""
        self.requests.append(Request("steal_control", on=on))

    # --- the camera

    def reboot(self) -> None:
        """Start the camera anew without a word to anybody: a power cut, or a watchdog. Settings are lost."""
        self.requests.append(Request("reboot"))

    def overheat(self, *, on: bool = True) -> None:
        """Heat the housing above the limit, where the camera sends no images, until the fault ends."""
        self.requests.append(Request("overheat", on=on))

    def slow_link(self, *, on: bool = True) -> None:
        """Let the link come up at 100 Mbit/s instead of 1000: a bad cable, or an old switch."""
        self.requests.append(Request("slow_link", on=on))

    def damage_xml(self, kind: XmlDamage = "truncated") -> None:
        """Damage the GenICam description.

        Parameters
        ----------
        kind
            "truncated": the second half is missing. "bad_zip": the archive's directory is broken. "bad_xml": the text
            is no XML. "wrong_length": the URL says more than there is. "none": all is well again.
        """
        if kind not in XML_DAMAGES:
            raise ValueError(f"kind={kind!r} not accepted: one of {', '.join(XML_DAMAGES)}")
        self.requests.append(Request("damage_xml", damage=kind))


def _at_least(limit: _Number, name: str, value: _Number) -> _Number:
    if not value >= limit:  # written so that NaN is refused, too
        raise ValueError(f"{name}={value} not accepted: {limit} or more")
    return value
