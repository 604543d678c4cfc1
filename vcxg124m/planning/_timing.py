"""How fast frames can follow each other, and what bounds it: sensor, exposure, link or the rate that is set.

Computes only; nothing here asks a camera. ``cam.acquisition.predict()`` fills in a camera's settings.

Sources: the data sheet's partial-scan table, which a readout linear in the rows and one payload rate reproduce row by
row (A2, A4); T4 for the delay between exposures; GigE Vision for the bytes around a packet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from vcxg124m.datasheet import NETWORK, SENSOR, TRIGGER
from vcxg124m.errors import FeatureValueError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ETHERNET_BYTES",
    "TRIGGER_DELAY_S",
    "WIRE_SHARE",
    "FramePrediction",
    "Stage",
    "packet_count",
    "packet_data",
    "predict",
    "readout_rows",
    "readout_time",
    "transfer_time",
    "wire_bytes",
]

Stage = Literal["sensor", "exposure", "link", "frame rate", "trigger"]

# The line through the `acq` column of the partial-scan table and A2.
_READOUT_BASE_S, _READOUT_PER_ROW_S = 1.2014e-3, 21.52e-6
# Around the image bytes of one packet: IP 20, UDP 8, GVSP 8 (20 with 64-bit block ids); Ethernet 38 with its gap.
_IP_UDP, _GVSP, _GVSP_EXTENDED, ETHERNET_BYTES = 28, 8, 20, 38
# Image leader and trailer, without headers.
_LEADER, _TRAILER = 36, 8
# Part of the wire's bytes that the camera fills: the `if` column leaves 0.9952 to 0.9993 of what packets could carry.
WIRE_SHARE = 0.9973
TRIGGER_DELAY_S = TRIGGER.fixed_delay_during_readout_max_us * 1e-6
_TRIGGER_JITTER_S = (TRIGGER.fixed_delay_during_readout_max_us - TRIGGER.fixed_delay_us) * 1e-6


@dataclass(frozen=True)
class FramePrediction:
    """What the settings make of a steady stream. Times in seconds.

    Attributes
    ----------
    exposure_s, readout_s, transfer_s
        Of one frame: light is gathered, the sensor is read, the packets are on the link.
    sensor_interval_s
        Shortest time between two exposures that sensor and exposure time allow.
    interval_s
        Time between two frames; in trigger mode the shortest time between triggers that loses none.
    limited_by
        What bounds it: "sensor", "exposure", "link" or "frame rate" (never "trigger", whose rate is not known here).
    payload_bytes
        Bytes of a frame on the network.
    stages_s
        The shortest interval that each stage alone allows.
    """

    exposure_s: float
    readout_s: float
    transfer_s: float
    sensor_interval_s: float
    interval_s: float
    limited_by: Stage
    payload_bytes: int
    stages_s: Mapping[Stage, float]

    @property
    def frame_rate_hz(self) -> float:
        """Frames per second; infinite when nothing bounds them."""
        return 1.0 / self.interval_s if self.interval_s else math.inf

    @property
    def data_rate(self) -> float:
        """Payload in bytes per second."""
        return self.payload_bytes * self.frame_rate_hz if self.payload_bytes else 0.0

    @property
    def latency_s(self) -> float:
        """Time from the start of an exposure to the last packet, with nothing in the way."""
        return self.exposure_s + self.readout_s + self.transfer_s

    def __str__(self) -> str:
        return (
            f"{self.frame_rate_hz:.4g} frames/s, limited by the {self.limited_by}: "
            f"exposure {self.exposure_s * 1e3:.4g} ms, readout {self.readout_s * 1e3:.4g} ms, "
            f"transfer {self.transfer_s * 1e3:.4g} ms, {self.data_rate / 1e6:.4g} MB/s"
        )


def readout_time(rows: int) -> float:
    """Return the seconds that the sensor takes to read ``rows`` rows (before binning), 1 to 3000 (data sheet A2, A4).

    Raises
    ------
    FeatureValueError
        The sensor has no such number of rows.
    """
    if not 1 <= rows <= SENSOR.height:
        raise FeatureValueError(
            f"{rows} rows not accepted: the sensor reads 1 to {SENSOR.height}.", value=rows
        )
    return _READOUT_BASE_S + _READOUT_PER_ROW_S * rows


def readout_rows(seconds: float) -> int:
    """Return the most rows that the sensor reads in a time, 0 to 3000."""
    return max(0, min(SENSOR.height, math.floor((seconds - _READOUT_BASE_S) / _READOUT_PER_ROW_S)))


def transfer_time(
    payload_bytes: int,
    *,
    packet_size: int = NETWORK.packet_size.maximum,
    throughput_limit: float = NETWORK.throughput_limit_max_bytes_per_s,
    packet_delay_ns: int = 0,
    extended_ids: bool = True,
) -> float:
    """Return the seconds that one frame occupies the link.

    Parameters
    ----------
    payload_bytes
        Bytes of the frame with its chunks.
    packet_size
        ``GevSCPSPacketSize``: with IP, UDP and GVSP headers, without Ethernet (data sheet N3).
    throughput_limit
        ``DeviceLinkThroughputLimit`` in bytes per second, headers included (N11); 125e6 is the whole gigabit link.
    packet_delay_ns
        ``GevSCPD``: pause after every packet (N9).
    extended_ids
        64-bit block ids, with longer headers.

    Raises
    ------
    FeatureValueError
        A packet size that holds no image byte, or a rate that is not above 0.
    """
    if not throughput_limit > 0:
        raise FeatureValueError(
            f"throughput_limit={throughput_limit} not accepted: above 0 B/s.", value=throughput_limit
        )
    wire = wire_bytes(payload_bytes, packet_size=packet_size, extended_ids=extended_ids)
    packets = packet_count(payload_bytes, packet_size=packet_size, extended_ids=extended_ids)
    return wire / (throughput_limit * WIRE_SHARE) + packets * packet_delay_ns * 1e-9


def wire_bytes(payload_bytes: int, *, packet_size: int, extended_ids: bool = True) -> float:
    """Return the bytes that one frame takes of the wire, with all headers and Ethernet's gaps.

    Raises
    ------
    FeatureValueError
        A packet size that holds no image byte.
    """
    data = packet_data(packet_size, extended_ids=extended_ids)
    framing = _LEADER + _TRAILER + 2 * (packet_size - data + ETHERNET_BYTES)
    return payload_bytes / data * (packet_size + ETHERNET_BYTES) + framing


def packet_count(payload_bytes: int, *, packet_size: int, extended_ids: bool = True) -> int:
    """Return the packets of one frame, leader and trailer included."""
    return math.ceil(payload_bytes / packet_data(packet_size, extended_ids=extended_ids)) + 2


def packet_data(packet_size: int, *, extended_ids: bool = True) -> int:
    """Return the image bytes in a full packet.

    Raises
    ------
    FeatureValueError
        There are none.
    """
    header = _IP_UDP + (_GVSP_EXTENDED if extended_ids else _GVSP)
    if packet_size <= header:
        raise FeatureValueError(
            f"packet_size={packet_size} not accepted: {header} bytes are headers.", value=packet_size
        )
    return packet_size - header


def predict(
    *,
    exposure_s: float,
    readout_s: float,
    transfer_s: float,
    payload_bytes: int,
    frame_rate_hz: float | None = None,
    sequential: bool = False,
    triggered: bool = False,
) -> FramePrediction:
    """Return the steady frame rate.

    Parameters
    ----------
    exposure_s, readout_s, transfer_s, payload_bytes
        Of one frame; see :func:`readout_time` and :func:`transfer_time`.
    frame_rate_hz
        ``AcquisitionFrameRate`` where it is on; without effect in trigger mode.
    sequential
        ``ReadoutMode`` Sequential: an exposure waits for the end of the readout before (data sheet A8).
    triggered
        Frames start by triggers; the interval is then the shortest between triggers that loses none.
    """
    if sequential:
        cycles: dict[Stage, float] = {"sensor": exposure_s + readout_s}
    else:
        cycles = {
            "sensor": readout_s + (_TRIGGER_JITTER_S if triggered else 0.0),
            "exposure": exposure_s + TRIGGER_DELAY_S if exposure_s else 0.0,
        }
    sensor = max(cycles.values())
    cycles["link"] = transfer_s
    if frame_rate_hz is not None and not triggered:
        cycles["frame rate"] = 1.0 / frame_rate_hz
    limited_by = max(cycles, key=lambda stage: cycles[stage])
    return FramePrediction(
        exposure_s=exposure_s,
        readout_s=readout_s,
        transfer_s=transfer_s,
        sensor_interval_s=sensor,
        interval_s=cycles[limited_by],
        limited_by=limited_by,
        payload_bytes=payload_bytes,
        stages_s=cycles,
    )
