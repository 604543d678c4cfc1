"""A plan without a camera: the data sheet's limits stand in for the camera's."""

from __future__ import annotations

from dataclasses import replace

from vcxg124m.datasheet import ACQUISITION, DEVICE, NETWORK, PREPROCESSING, SENSOR, Range
from vcxg124m.enums import PixelFormat, ReadoutMode
from vcxg124m.planning import _timing
from vcxg124m.planning._checks import among, member, within
from vcxg124m.planning._plan import Plan

__all__ = ["plan"]

_BITS = {PixelFormat.MONO8: 8, PixelFormat.MONO10: 16, PixelFormat.MONO12: 16, PixelFormat.MONO12P: 12}
_MOST_CHUNK_BYTES = NETWORK.payload_bytes.maximum - 2 * SENSOR.width * SENSOR.height


def plan(
    *,
    pixel_format: PixelFormat | str = PixelFormat.MONO8,
    width: int | None = None,
    height: int | None = None,
    binning: tuple[int, int] = (1, 1),
    exposure_us: float = DEVICE.factory_exposure_time_us,
    readout_mode: ReadoutMode | str = ReadoutMode.OVERLAPPED,
    frame_rate_hz: float | None = None,
    triggered: bool = False,
    trigger_rate_hz: float | None = None,
    link_mbit: float = 1000,
    mtu: int = NETWORK.packet_size.maximum,
    packet_delay_ns: int = 0,
    throughput_limit: float | None = None,
    chunk_bytes: int = 0,
    extended_ids: bool = True,
) -> Plan:
    """Return what settings come to, without a camera: rates of each stage, link, memory and disk.

    Parameters
    ----------
    pixel_format
        "Mono8", "Mono10", "Mono12" or "Mono12p".
    width, height
        Region in pixels after binning; by default all that binning leaves.
    binning
        Horizontal and vertical, 1 or 2 each. It does not shorten the readout.
    exposure_us
        1 us to 60 s.
    readout_mode
        "Overlapped" or "Sequential".
    frame_rate_hz
        ``AcquisitionFrameRate``, 0.01 to 65535; None: as fast as it goes.
    triggered
        Frames start by triggers.
    trigger_rate_hz
        How often triggers come; makes it triggered.
    link_mbit
        Speed of the camera's link: 1000 or 100 Mbit/s.
    mtu
        Largest packet that network card and switches carry, in bytes; the camera sends up to 9000.
    packet_delay_ns
        ``GevSCPD``: pause after every packet.
    throughput_limit
        ``DeviceLinkThroughputLimit`` in bytes per second; None: the link's speed.
    chunk_bytes
        Chunk data behind each image, 0 to 224.
    extended_ids
        64-bit block ids, as the bundled producer uses them.

    Raises
    ------
    FeatureValueError
        A value is outside of what the camera can take; the message has the limits.
    """
    pixels = member("pixel_format", pixel_format, PixelFormat)
    readout = member("readout_mode", readout_mode, ReadoutMode)
    for name, factor in zip(("binning[0]", "binning[1]"), binning, strict=True):
        among(name, factor, PREPROCESSING.binning_factors)
    columns, rows = (
        replace(limits, maximum=limits.maximum // factor)
        for limits, factor in zip((ACQUISITION.width, ACQUISITION.height), binning, strict=True)
    )
    width, height = columns.maximum if width is None else width, rows.maximum if height is None else height
    within("width", width, columns, "px")
    within("height", height, rows, "px")
    within("exposure_us", exposure_us, PREPROCESSING.short_exposure_time_us, "us")
    for name, rate in (("frame_rate_hz", frame_rate_hz), ("trigger_rate_hz", trigger_rate_hz)):
        if rate is not None:
            within(name, rate, ACQUISITION.frame_rate_hz, "Hz")
    among("link_mbit", link_mbit, (speed / 125_000 for speed in NETWORK.link_speeds_bytes_per_s))
    within("mtu", mtu, replace(NETWORK.packet_size, maximum=65535), "bytes")
    within("packet_delay_ns", packet_delay_ns, NETWORK.packet_delay_ns, "ns")
    within("chunk_bytes", chunk_bytes, Range(0, _MOST_CHUNK_BYTES), "bytes")
    link_speed = link_mbit * 125_000
    if throughput_limit is not None:
        within("throughput_limit", throughput_limit, Range(1, link_speed), "B/s")
    return Plan(
        pixel_format=str(pixels),
        width=width,
        height=height,
        payload_bytes=width * height * _BITS[pixels] // 8 + chunk_bytes,
        exposure_s=exposure_us * 1e-6,
        readout_s=_timing.readout_time(height * binning[1]),
        sequential=readout is ReadoutMode.SEQUENTIAL,
        triggered=triggered or trigger_rate_hz is not None,
        set_rate_hz=frame_rate_hz,
        trigger_rate_hz=trigger_rate_hz,
        packet_size=min(mtu, NETWORK.packet_size.maximum),
        packet_delay_ns=packet_delay_ns,
        throughput_limit=link_speed if throughput_limit is None else throughput_limit,
        link_speed=link_speed,
        extended_ids=extended_ids,
    )
