"""Fills a camera's settings into the timing model; a camera of another model has what it implements."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from vcxg124m.datasheet import NETWORK
from vcxg124m.errors import FeatureValueError
from vcxg124m.planning import Plan

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes
    from vcxg124m.planning import FramePrediction

__all__ = ["prediction", "present_plan"]


def prediction(nodes: Nodes) -> FramePrediction:
    """Return what the camera's present settings make of a steady stream; what it does not tell counts as 0."""
    return present_plan(nodes).prediction


def present_plan(nodes: Nodes, *, trigger_rate_hz: float | None = None, name: str = "") -> Plan:
    """Return what the camera's present settings come to; what it does not tell counts as 0."""
    if trigger_rate_hz is not None and not trigger_rate_hz > 0:
        raise FeatureValueError(
            f"trigger_rate_hz={trigger_rate_hz!r} not accepted: above 0.",
            feature="trigger_rate_hz",
            value=trigger_rate_hz,
        )
    gigabit = NETWORK.throughput_limit_max_bytes_per_s
    with nodes.lock:
        triggered = nodes.peek("TriggerMode") == "On"
        limited = nodes.peek("AcquisitionFrameRateEnable") is not False
        packet_size = int(_number(nodes, "GevSCPSPacketSize"))
        # A camera without packets is none of GigE Vision, and nobody knows what its link carries.
        speed = (_number(nodes, "DeviceLinkSpeed") or gigabit) if packet_size else math.inf
        return Plan(
            pixel_format=_pixel_format(nodes),
            width=int(_number(nodes, "Width")),
            height=int(_number(nodes, "Height")),
            payload_bytes=int(_number(nodes, "PayloadSize")),
            exposure_s=_number(nodes, "ExposureTime") * 1e-6,
            readout_s=_number(nodes, "ReadOutTime") * 1e-6,
            sequential=nodes.peek("ReadoutMode") == "Sequential",
            triggered=triggered,
            set_rate_hz=(_number(nodes, "AcquisitionFrameRate") or None) if limited else None,
            trigger_rate_hz=trigger_rate_hz if triggered else None,
            packet_size=packet_size or NETWORK.packet_size.maximum,
            packet_delay_ns=int(_number(nodes, "GevSCPD")),
            throughput_limit=_number(nodes, "DeviceLinkThroughputLimit") or speed,
            link_speed=speed,
            extended_ids=nodes.peek("GVSPConfigurationBlockID64Bit") is True,
            name=name,
        )


def _pixel_format(nodes: Nodes) -> str:
    try:
        return str(nodes.peek("PixelFormat") or "")
    except FeatureValueError:
        return ""  # the register holds none of its entries: rates come from the payload's size


def _number(nodes: Nodes, name: str) -> float:
    value = nodes.peek(name)
    return float(value) if isinstance(value, (int, float)) and value > 0 else 0.0
