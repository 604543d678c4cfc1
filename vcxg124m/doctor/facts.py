"""What the doctor reads of the computer, the network and the camera: plain values, of which findings are concluded."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from vcxg124m._backend import CameraInfo
    from vcxg124m.planning import FramePrediction

__all__ = ["Contact", "Facts", "Failure", "Host", "Interface", "LinkFacts", "Producer", "Route", "Traffic"]


@dataclass(frozen=True)
class Interface:
    """One network interface of this computer.

    Attributes
    ----------
    addresses
        IPv4, with the length of the network's prefix: "10.77.0.1/24".
    mtu
        Bytes of the largest packet.
    is_up, has_carrier
        It is switched on; there is something at the other end of its cable.
    is_wired
        It is a plain Ethernet port, which a camera may be connected to: no bridge or part of one, wireless or tunnel.
    speed_mbit
        Mbit/s; None where the system does not tell (loopback, wireless).
    rp_filter
        Reverse-path filter: 0 off, 1 strict, 2 loose; None where the system does not tell.
    """

    name: str
    addresses: tuple[str, ...]
    mtu: int
    is_up: bool
    has_carrier: bool
    is_wired: bool = True
    speed_mbit: int | None = None
    rp_filter: int | None = None

    @property
    def is_loopback(self) -> bool:
        """Whether it leads nowhere but to this computer."""
        return any(ipaddress.IPv4Interface(address).ip.is_loopback for address in self.addresses)

    def reaches(self, ip: str) -> bool:
        """Tell whether an address is in one of its networks."""
        return any(
            ipaddress.IPv4Address(ip) in ipaddress.IPv4Interface(own).network for own in self.addresses
        )


@dataclass(frozen=True)
class Host:
    """The computer.

    Attributes
    ----------
    versions
        Of the package and what it stands on, by name.
    environment
        The variables that steer the package.
    settings
        The kernel's network settings (sysctl) by name; those that it does not tell are left out.
    governors
        How the cores' clocks are set; empty where they are fixed.
    firewall
        Rules that drop or reject; None where they may not be read.
    has_firewalld
        The firewall is managed by firewalld.
    """

    versions: dict[str, str]
    environment: dict[str, str]
    interfaces: tuple[Interface, ...]
    settings: dict[str, int]
    cores: int
    load: float
    governors: tuple[str, ...]
    firewall: tuple[str, ...] | None
    has_firewalld: bool

    def interface(self, name: str) -> Interface | None:
        """Return an interface by its name."""
        return next((each for each in self.interfaces if each.name == name), None)


@dataclass(frozen=True)
class Producer:
    """A GenTL producer, or why it is none."""

    path: str
    vendor: str = ""
    version: str = ""
    missing: bool = False
    error: str = ""


@dataclass(frozen=True)
class Route:
    """How this computer's packets go to an address.

    Attributes
    ----------
    interface, source
        By which interface, from which own address; "" for none.
    gateway
        Router on the way; "" for a neighbour.
    """

    interface: str = ""
    source: str = ""
    gateway: str = ""


@dataclass(frozen=True)
class Contact:
    """What came back when the camera's control port was asked, without the producer.

    Attributes
    ----------
    state
        "answers"; "denied": it answers that another application has it for itself; "refused": the address lives, but
        nobody listens at the port; "silent"; "unreachable": the system has no way there.
    neighbour
        MAC address that answered for the IP address; "" when none did, or behind a router.
    milliseconds
        Until the answer came.
    is_controlled
        Whether an application holds control.
    holder
        Address and port of that application, "10.77.0.1:43110", where the camera tells it.
    holder_is_here
        Whether that address is one of this computer's.
    process
        The process on this computer that has this port, "python3 (4711)"; "" where none may be seen.
    """

    state: Literal["answers", "denied", "refused", "silent", "unreachable"]
    neighbour: str = ""
    milliseconds: float | None = None
    is_controlled: bool = False
    holder: str = ""
    holder_is_here: bool = False
    process: str = ""


@dataclass(frozen=True)
class Failure:
    """Why the camera could not be opened, or was lost: the error's class and its sentence."""

    kind: str
    message: str


@dataclass(frozen=True)
class LinkFacts:
    """What the open camera and the stream channel say. Sizes in bytes, rates in bytes per second.

    Attributes
    ----------
    packet_size, packet_size_max, packet_size_allowed
        In force; what the camera can send; the most that the producer is told to try.
    packet_size_proven
        Whether a test packet of this size arrived; None where the producer does not tell.
    link_speed, throughput_limit, packet_delay_ns
        Of the camera.
    wanted_hz
        Frame rate that is set; None for none.
    prediction
        What the settings give.
    unthrottled_s
        Seconds that a frame would be on the link without packet delay and throughput limit.
    socket_buffer
        Granted for packets to wait in; None where the producer does not tell.
    temperature_celsius, temperature_status
        Of the camera; None where it does not tell.
    settings
        All that a settings file would keep, for the report.
    """

    packet_size: int | None
    packet_size_max: int | None
    packet_size_allowed: int | None
    packet_size_proven: bool | None
    link_speed: int | None
    throughput_limit: int | None
    packet_delay_ns: int
    wanted_hz: float | None
    prediction: FramePrediction
    unthrottled_s: float
    socket_buffer: int | None
    temperature_celsius: float | None = None
    temperature_status: str | None = None
    settings: dict[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Traffic:
    """A real stream of some seconds.

    Attributes
    ----------
    delivered, incomplete, missed, underrun
        Frames, as in :class:`vcxg124m.StreamStatistics`.
    expected_hz, measured_hz
        By the settings; by the camera's timestamps, None with fewer than two frames.
    packets, missing, dropped
        Packets that came; that incomplete frames lack; of those, dropped by this computer for want of room. None where
        the producer does not tell.
    kernel
        What the kernel's counters of errors grew by meanwhile, by name.
    receiver_cpu, process_cpu
        Share of one core that the receiving thread and the whole process took.
    priority
        Priority that the system granted to the receiving thread.
    reason, detail
        Why no frame came, where none came.
    """

    seconds: float
    delivered: int
    incomplete: int
    missed: int
    underrun: int
    expected_hz: float
    measured_hz: float | None
    megabytes_per_second: float
    packets: int | None
    missing: int | None
    dropped: int | None
    kernel: dict[str, int]
    receiver_cpu: float | None
    process_cpu: float
    priority: str = ""
    reason: str = ""
    detail: str = ""

    @property
    def lost(self) -> int:
        """Frames that did not come whole."""
        return self.incomplete + self.missed


@dataclass(frozen=True)
class Facts:
    """All that was read. What could not be is None."""

    host: Host
    producers: tuple[Producer, ...] = ()
    found: tuple[CameraInfo, ...] = ()
    wanted: str | None = None
    camera: CameraInfo | None = None
    route: Route | None = None
    contact: Contact | None = None
    failure: Failure | None = None
    link: LinkFacts | None = None
    traffic: Traffic | None = None

    @property
    def address(self) -> str:
        """The camera's IP address, as found or as it was given; "" when there is neither."""
        if self.camera is not None:
            return self.camera.ip
        try:
            return str(ipaddress.IPv4Address(self.wanted or ""))
        except ValueError:
            return ""

    @property
    def interface(self) -> Interface | None:
        """The interface that this computer's packets to the camera leave by."""
        return self.host.interface(self.route.interface) if self.route is not None else None
