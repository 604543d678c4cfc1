"""The network side (SFNC chapter "Transport Layer Control")."""

from __future__ import annotations

from vcxg124m.enums import HeartbeatMode, IpConfigurationStatus
from vcxg124m.errors import FeatureValueError
from vcxg124m.features._descriptor import (
    Boolean,
    BooleanReading,
    Enumeration,
    EnumerationReading,
    Float,
    Integer,
    IntegerReading,
    IpAddress,
    IpAddressReading,
    MacAddressReading,
    Unreadable,
)
from vcxg124m.features._group import FeatureGroup
from vcxg124m.units import parse_ip

__all__ = ["Actions", "Transport"]


class Transport(FeatureGroup):
    """Packets, limits, addresses and heartbeat of the network link."""

    packet_size = Integer(
        "GevSCPSPacketSize",
        unit="B",
        doc="Size of a stream packet with its IP, UDP and GVSP headers, 576 to 9000. The camera powers up at 576; the "
        "producer raises it to what the network carries when the camera is opened.",
        sheet="N3",
        kept=False,
    )
    packet_delay_ns = Integer("GevSCPD", unit="ns", doc="Pause between two packets.", sheet="N9")
    frame_delay_ns = Integer("GevSCFTD", unit="ns", doc="Pause before each frame.")
    payload_size = IntegerReading(
        "PayloadSize", unit="B", doc="Size of one frame with its chunks.", sheet="N8"
    )
    throughput_limit = Integer(
        "DeviceLinkThroughputLimit", unit="B/s", doc="Most that the camera may send.", sheet="N11"
    )
    ip = IpAddressReading("GevCurrentIPAddress", doc="Present address.", sheet="N2")
    subnet_mask = IpAddressReading("GevCurrentSubnetMask", doc="Present subnet mask.", sheet="N2")
    gateway = IpAddressReading("GevCurrentDefaultGateway", doc="Present gateway.", sheet="N2")
    ip_origin = EnumerationReading(
        "GevIPConfigurationStatus",
        IpConfigurationStatus,
        doc="Where the present address comes from.",
        sheet="N2",
    )
    use_persistent_ip = Boolean(
        "GevCurrentIPConfigurationPersistentIP",
        doc="Take the persistent address at the next start.",
        sheet="N2",
        kept=False,
    )
    use_dhcp = Boolean(
        "GevCurrentIPConfigurationDHCP", doc="Ask a DHCP server at the next start.", sheet="N2", kept=False
    )
    use_lla = BooleanReading(
        "GevCurrentIPConfigurationLLA",
        doc="Give itself an address when nothing else does; always.",
        sheet="N2",
    )
    persistent_ip = IpAddress(
        "GevPersistentIPAddress", doc="Address from the next start on.", sheet="N2", kept=False
    )
    persistent_subnet_mask = IpAddress(
        "GevPersistentSubnetMask", doc="Its subnet mask.", sheet="N2", kept=False
    )
    persistent_gateway = IpAddress("GevPersistentDefaultGateway", doc="Its gateway.", sheet="N2", kept=False)
    mac = MacAddressReading("GevMACAddress", doc="Hardware address.")
    heartbeat = Enumeration(
        "DeviceLinkHeartbeatMode",
        HeartbeatMode,
        doc="Whether a silent application loses control.",
        kept=False,
    )
    heartbeat_timeout_us = Float(
        "DeviceLinkHeartbeatTimeout",
        unit="us",
        doc="Silence after which it does; 3 s from the maker.",
        kept=False,
    )

    def set_persistent_ip(self, ip: str, subnet_mask: str, gateway: str = "0.0.0.0") -> None:  # noqa: S104 - no gateway
        """Give the camera a fixed address, which it takes at its next start (``cam.device.reset()``).

        Raises
        ------
        FeatureValueError
            One of them is no IPv4 address, or none that a camera can have; nothing was written then.
        """
        rows = (type(self).persistent_ip, type(self).persistent_subnet_mask, type(self).persistent_gateway)
        numbers = [
            parse_ip(text, row.name) for text, row in zip((ip, subnet_mask, gateway), rows, strict=True)
        ]
        _check_host(ip, numbers[0], subnet_mask, numbers[1])
        with self._nodes.lock:
            for row, number in zip(rows, numbers, strict=True):
                self._nodes.set(row.name, number)
            self.use_persistent_ip = True


def _check_host(ip: str, number: int, subnet_mask: str, mask: int) -> None:
    """Refuse what would leave the camera without an address at its next start."""
    hosts = ~mask & 0xFFFFFFFF
    if mask == 0 or hosts & (hosts + 1):
        raise FeatureValueError(
            f"subnet_mask={subnet_mask!r} not accepted: ones first, then zeros, as in 255.255.255.0.",
            feature="GevPersistentSubnetMask",
            value=subnet_mask,
        )
    if not 0 < number >> 24 < 224 or (hosts > 1 and number & hosts in {0, hosts}):
        raise FeatureValueError(
            f"ip={ip!r} not accepted: with subnet mask {subnet_mask} it is the address of no single host.",
            feature="GevPersistentIPAddress",
            value=ip,
        )


class Actions(FeatureGroup):
    """Which action commands this camera obeys; an action fires the trigger or timer whose source is Action1.

    A command counts when its device key and its group key are the camera's and the masks have a bit in common (data
    sheet N6).
    """

    device_key = Unreadable("ActionDeviceKey", doc="Key of the devices that belong together.", sheet="N6")
    group_key = Integer("ActionGroupKey", doc="Key of Action1.", sheet="N6", select={"ActionSelector": 1})
    group_mask = Integer("ActionGroupMask", doc="Mask of Action1.", sheet="N6", select={"ActionSelector": 1})

    def configure(self, *, device_key: int, group_key: int, group_mask: int = 0xFFFFFFFF) -> None:
        """Set all three, 0 to 2**32 - 1 each.

        Raises
        ------
        FeatureValueError
            A number is out of range.
        """
        with self._nodes.lock:
            self.device_key, self.group_key, self.group_mask = device_key, group_key, group_mask
