"""How long the sensor's readout and a block's transfer take.

Pure functions; times are integer nanoseconds, sizes bytes, rates per second. The model is the data sheet's partial
scan table continued to every size: the sensor part (``acq`` column) is a readout linear in the rows, the link part
(``if`` column) is a payload rate that follows from the packet size. What follows from the two for the frame rate is the
business of `engine.acquisition`.
"""

from __future__ import annotations

import math

from vcxg124m.datasheet import NETWORK, SENSOR

# A line through the sixteen `acq` rows and A2. Each floor()ed row and the rounded 65.8 ms leave an interval
# for base and slope; together they leave 1.2012 to 1.2015 ms and 21.517 to 21.524 us. These two lie inside
# both.
READOUT_BASE_NS = 1_201_400
READOUT_PER_ROW_NS = 21_520

# Bytes around one packet on the wire. The packet size counts IP and UDP (20 + 8) and the GVSP header (8, or
# 20 with 64-bit block ids), but not Ethernet: header 14, check sequence 4, preamble 8, gap between packets
# 12.
_IP_UDP_BYTES = 28
_GVSP_HEADER_BYTES = 8
_GVSP_EXTENDED_HEADER_BYTES = 20
_ETHERNET_BYTES = 38
# Leader and trailer of an image block: GVSP data only.
_LEADER_DATA_BYTES = 36
_TRAILER_DATA_BYTES = 8

# The part of the wire the camera really fills. Packet arithmetic alone gives 123.81 MB/s at 9000 bytes
# (64-bit ids), but the floor()ed `if` rows want 123.21 (4096x128 reaches 235) to 123.73 (4096x512 misses
# 59). This share puts 64-bit ids at 123.47 and 16-bit ids at 123.64, both inside; the same share at other
# packet sizes is inferred. Known exception: row A1 states 9 frames/s for the full frame over the interface,
# this rate gives 10.05. A1 speaks of trigger mode, perhaps with other settings; no rate that satisfies the
# `if` rows can give 9.
_WIRE_SHARE = 0.9973

# Free bytes per second of Gigabit Ethernet; a throughput limit of this value does not limit.
_LINK_BYTES_PER_S = float(NETWORK.link_speeds_bytes_per_s[0])


def readout_time(height: int) -> int:
    """Time the sensor takes to read one frame.

    Parameters
    ----------
    height : int
        Sensor rows, 1 to 3000. With vertical binning this is the image height times the binning: binning
        happens after the readout and does not shorten it (data sheet A1). The width has no influence (A4).

    Returns
    -------
    int
        ns; the reciprocal is the sensor limit, column ``acq`` of the partial scan table.

    Raises
    ------
    ValueError
        The sensor has no such number of rows.
    """
    if not 1 <= height <= SENSOR.height:
        raise ValueError(f"height={height} has no readout time: the sensor reads 1 to {SENSOR.height} rows")
    return READOUT_BASE_NS + READOUT_PER_ROW_NS * height


def packet_data_size(packet_size: int, *, extended_ids: bool = False) -> int:
    """Image bytes in one full payload packet.

    Parameters
    ----------
    packet_size : int
        GevSCPSPacketSize in bytes, 576 to 9000: IP, UDP and GVSP headers count, Ethernet does not (data
        sheet N3).
    extended_ids : bool
        64-bit block ids, which lengthen the GVSP header from 8 to 20 bytes.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    ValueError
        The packet size is outside the camera's range.
    """
    if packet_size not in NETWORK.packet_size:
        raise ValueError(f"packet_size={packet_size} not accepted: {NETWORK.packet_size} bytes")
    return packet_size - _IP_UDP_BYTES - (_GVSP_EXTENDED_HEADER_BYTES if extended_ids else _GVSP_HEADER_BYTES)


def link_payload_rate(
    packet_size: int, *, extended_ids: bool = False, throughput_limit: float | None = None
) -> float:
    """Image bytes per second that full packets carry over the link.

    Parameters
    ----------
    packet_size : int
        Bytes, 576 to 9000.
    extended_ids : bool
        64-bit block ids.
    throughput_limit : float, optional
        DeviceLinkThroughputLimit in bytes per second of wire, headers included. None, or the link speed of
        125 MB/s, limits nothing; 12.5 MB/s is a 100 Mbit/s link.

    Returns
    -------
    float
        Bytes per second: about 123.6 million at 9000, 118.7 million at 1500, 109.6 million at 576, a little
        less with 64-bit ids.

    Raises
    ------
    ValueError
        Packet size out of range, or a throughput limit that is not positive.
    """
    wire = _LINK_BYTES_PER_S
    if throughput_limit is not None:
        if not throughput_limit > 0:
            raise ValueError(f"throughput_limit={throughput_limit} not accepted: above 0 bytes/s, or None")
        wire = min(wire, throughput_limit)
    data = packet_data_size(packet_size, extended_ids=extended_ids)
    return wire * _WIRE_SHARE * data / (packet_size + _ETHERNET_BYTES)


def transfer_time(
    payload_bytes: int,
    *,
    packet_size: int,
    extended_ids: bool = False,
    throughput_limit: float | None = None,
    packet_delay: int = 0,
) -> int:
    """Time one block occupies the link: leader, payload packets, trailer and the delays between them.

    Parameters
    ----------
    payload_bytes : int
        Bytes of the block, 0 to 24576224 (data sheet N8).
    packet_size, extended_ids, throughput_limit
        As for `link_payload_rate`.
    packet_delay : int
        GevSCPD in ns, an idle time after every packet (data sheet N9).

    Returns
    -------
    int
        ns. Without delay this is the payload over `link_payload_rate`, plus about 2 us for leader and trailer.

    Raises
    ------
    ValueError
        A size out of range, or a negative delay.
    """
    if payload_bytes < 0:
        raise ValueError(f"payload_bytes={payload_bytes} not accepted: 0 or more")
    if packet_delay < 0:
        raise ValueError(f"packet_delay={packet_delay} not accepted: 0 or more")
    rate = link_payload_rate(packet_size, extended_ids=extended_ids, throughput_limit=throughput_limit)
    data = packet_data_size(packet_size, extended_ids=extended_ids)
    header = packet_size - data
    framing = _LEADER_DATA_BYTES + _TRAILER_DATA_BYTES + 2 * (header + _ETHERNET_BYTES)
    framing_s = framing / (packet_size + _ETHERNET_BYTES) * (data / rate)
    packets = math.ceil(payload_bytes / data) + 2
    return math.ceil((payload_bytes / rate + framing_s) * 1e9) + packets * packet_delay
