"""The network side (SFNC chapter "Transport Layer Control")."""

from __future__ import annotations

from vcxg124m.features._descriptor import FeatureGroup, Integer, IntegerReading
from vcxg124m.units import format_ip, format_mac

__all__ = ["Transport"]


class Transport(FeatureGroup):
    """Packets, addresses and limits of the network link."""

    packet_size = Integer(
        "GevSCPSPacketSize",
        unit="B",
        doc="Size of a stream packet with its IP, UDP and GVSP headers, 576 to 9000. The camera powers up at 576; the "
        "producer raises it to what the network carries when the camera is opened.",
        sheet="N3",
    )
    packet_delay_ns = Integer("GevSCPD", unit="ns", doc="Pause between two packets.", sheet="N9")
    payload_size = IntegerReading(
        "PayloadSize", unit="B", doc="Size of one frame with its chunks.", sheet="N8"
    )
    throughput_limit = Integer(
        "DeviceLinkThroughputLimit", unit="B/s", doc="Most that the camera may send.", sheet="N11"
    )

    @property
    def ip(self) -> str:
        """The camera's address as dotted quad."""
        return format_ip(self._nodes.get_int("GevCurrentIPAddress"))

    @property
    def mac(self) -> str:
        """The camera's MAC address as colon-separated hex."""
        return format_mac(self._nodes.get_int("GevMACAddress"))
