"""Fills a camera's settings into the timing model; a camera of another model has what it implements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m import planning
from vcxg124m.datasheet import NETWORK

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes

__all__ = ["prediction"]


def prediction(nodes: Nodes) -> planning.FramePrediction:
    """Return what the camera's present settings make of a steady stream; what it does not tell counts as 0."""
    with nodes.lock:
        payload = int(_number(nodes, "PayloadSize"))
        limited = nodes.peek("AcquisitionFrameRateEnable") is not False
        rate = _number(nodes, "AcquisitionFrameRate") if limited else 0.0
        return planning.predict(
            exposure_s=_number(nodes, "ExposureTime") * 1e-6,
            readout_s=_number(nodes, "ReadOutTime") * 1e-6,
            transfer_s=_transfer(nodes, payload) if payload else 0.0,
            payload_bytes=payload,
            frame_rate_hz=rate or None,
            sequential=nodes.peek("ReadoutMode") == "Sequential",
            triggered=nodes.peek("TriggerMode") == "On",
        )


def _transfer(nodes: Nodes, payload: int) -> float:
    gigabit = NETWORK.throughput_limit_max_bytes_per_s
    limits = (_number(nodes, name) or gigabit for name in ("DeviceLinkThroughputLimit", "DeviceLinkSpeed"))
    return planning.transfer_time(
        payload,
        packet_size=int(_number(nodes, "GevSCPSPacketSize")) or NETWORK.packet_size.maximum,
        throughput_limit=min(limits),
        packet_delay_ns=int(_number(nodes, "GevSCPD")),
        extended_ids=nodes.peek("GVSPConfigurationBlockID64Bit") is True,
    )


def _number(nodes: Nodes, name: str) -> float:
    value = nodes.peek(name)
    return float(value) if isinstance(value, (int, float)) and value > 0 else 0.0
