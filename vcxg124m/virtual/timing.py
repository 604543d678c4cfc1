"""When frames can follow each other: readout, exposure, rate setting and link.

Pure functions; nothing here reads a clock; times are seconds, sizes bytes, rates per second. The model is
the data sheet's partial scan table continued to every size: the sensor part (``acq`` column) is a readout
linear in the rows, the link part (``if`` column) is a payload rate that follows from the packet size.
"""

from __future__ import annotations

import math
from typing import Literal

from vcxg124m.datasheet import ACQUISITION, NETWORK, PREPROCESSING, SENSOR, TRIGGER

ReadoutMode = Literal["Overlapped", "Sequential"]

# A line through the sixteen `acq` rows and A2. Each floor()ed row and the rounded 65.8 ms leave an interval
# for base and slope; together they leave 1.2012 to 1.2015 ms and 21.517 to 21.524 us. These two lie inside
# both.
_READOUT_BASE_S = 1.2014e-3
_READOUT_PER_ROW_S = 21.52e-6

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
_EXPOSURE_US = PREPROCESSING.short_exposure_time_us
_TRIGGER_DELAY_S = TRIGGER.fixed_delay_during_readout_max_us / 1e6


def readout_time(height: int) -> float:
    """Time the sensor takes to read one frame.

    Parameters
    ----------
    height : int
        Sensor rows, 1 to 3000. With vertical binning this is the image height times the binning: binning
        happens after the readout and does not shorten it (data sheet A1). The width has no influence (A4).

    Returns
    -------
    float
        Seconds; the reciprocal is the sensor limit, column ``acq`` of the partial scan table.

    Raises
    ------
    ValueError
        The sensor has no such number of rows.
    """
    if not 1 <= height <= SENSOR.height:
        raise ValueError(f"height={height} has no readout time: the sensor reads 1 to {SENSOR.height} rows")
    return _READOUT_BASE_S + _READOUT_PER_ROW_S * height


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
    packet_delay_s: float = 0.0,
) -> float:
    """Time one block occupies the link: leader, payload packets, trailer and the delays between them.

    Parameters
    ----------
    payload_bytes : int
        Bytes of the block, 0 to 24576224 (data sheet N8).
    packet_size, extended_ids, throughput_limit
        As for `link_payload_rate`.
    packet_delay_s : float
        GevSCPD in seconds, an idle time after every packet (data sheet N9).

    Returns
    -------
    float
        Seconds. Without delay this is the payload over `link_payload_rate`, plus about 2 us for leader and
        trailer.

    Raises
    ------
    ValueError
        A size out of range, or a negative delay.
    """
    if payload_bytes < 0:
        raise ValueError(f"payload_bytes={payload_bytes} not accepted: 0 or more")
    if packet_delay_s < 0:
        raise ValueError(f"packet_delay_s={packet_delay_s} not accepted: 0 or more")
    rate = link_payload_rate(packet_size, extended_ids=extended_ids, throughput_limit=throughput_limit)
    data = packet_data_size(packet_size, extended_ids=extended_ids)
    header = packet_size - data
    framing = _LEADER_DATA_BYTES + _TRAILER_DATA_BYTES + 2 * (header + _ETHERNET_BYTES)
    framing_s = framing / (packet_size + _ETHERNET_BYTES) * (data / rate)
    packets = math.ceil(payload_bytes / data) + 2
    return payload_bytes / rate + framing_s + packets * packet_delay_s


def frame_interval(
    *,
    height: int,
    exposure_s: float,
    payload_bytes: int,
    packet_size: int,
    frame_rate_hz: float | None,
    throughput_limit: float | None,
    readout_mode: ReadoutMode = "Overlapped",
    extended_ids: bool = False,
    packet_delay_s: float = 0.0,
) -> float:
    """Shortest steady time between two frames that all stages can keep.

    Parameters
    ----------
    height : int
        Sensor rows: image height times vertical binning.
    exposure_s : float
        Exposure time, 1 us to 60 s (data sheet P1).
    payload_bytes, packet_size, throughput_limit, extended_ids, packet_delay_s
        As for `transfer_time`.
    frame_rate_hz : float or None
        AcquisitionFrameRate, or None when it is off (data sheet A5).
    readout_mode : {"Overlapped", "Sequential"}
        Overlapped exposes during the readout of the frame before; Sequential waits for its end (data sheet
        A8).

    Returns
    -------
    float
        Seconds: the largest of sensor, link and rate setting.

    Raises
    ------
    ValueError
        A value out of range, or an unknown readout mode.
    """
    intervals = [
        sensor_interval(height=height, exposure_s=exposure_s, readout_mode=readout_mode),
        transfer_time(
            payload_bytes,
            packet_size=packet_size,
            extended_ids=extended_ids,
            throughput_limit=throughput_limit,
            packet_delay_s=packet_delay_s,
        ),
    ]
    if frame_rate_hz is not None:
        if frame_rate_hz not in ACQUISITION.frame_rate_hz:
            allowed = ACQUISITION.frame_rate_hz
            raise ValueError(f"frame_rate_hz={frame_rate_hz} not accepted: {allowed} Hz, or None for off")
        intervals.append(1 / frame_rate_hz)
    return max(intervals)


def sensor_interval(*, height: int, exposure_s: float, readout_mode: ReadoutMode = "Overlapped") -> float:
    """Shortest time between two exposures, as exposure and readout allow it.

    Parameters
    ----------
    height, exposure_s, readout_mode
        As for `frame_interval`.

    Returns
    -------
    float
        Seconds. Overlapped: an exposure must not end before the readout that runs, and the next one starts a
        trigger delay after the last (T4, the value during readout; the manuals leave open whether it counts
        in free run). Sequential: exposure and readout one after the other.

    Raises
    ------
    ValueError
        A value out of range, or an unknown readout mode.
    """
    low, high = _EXPOSURE_US.minimum / 1e6, _EXPOSURE_US.maximum / 1e6
    if not low <= exposure_s <= high:
        raise ValueError(f"exposure_s={exposure_s} not accepted: {low} to {high:.0f} s")
    readout = readout_time(height)
    if readout_mode == "Sequential":
        return exposure_s + readout
    if readout_mode == "Overlapped":
        return max(readout, exposure_s + _TRIGGER_DELAY_S)
    raise ValueError(f"readout_mode={readout_mode!r} not accepted: 'Overlapped' or 'Sequential'")
