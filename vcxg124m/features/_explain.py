"""Why a feature refuses: what locks it, and what would widen its limits.

Rules of the VCXG-124M and of SFNC, as data. A rule speaks only when the camera's own nodes show that it applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._backend import NodeValue

    Reader = Callable[[str], NodeValue | None]

__all__ = ["is_locked_by_stream", "what_locks", "what_would_help"]


@dataclass(frozen=True)
class _Rule:
    feature: str
    controller: str
    applies: Callable[[NodeValue], bool]
    sentence: str


_LOCKS = (
    _Rule(
        "ExposureTime",
        "ExposureAuto",
        lambda value: value != "Off",
        "the automatic exposure sets it (ExposureAuto is not Off)",
    ),
    _Rule(
        "Gain", "GainAuto", lambda value: value != "Off", "the automatic gain sets it (GainAuto is not Off)"
    ),
    _Rule(
        "AcquisitionFrameRate",
        "AcquisitionFrameRateEnable",
        lambda value: not value,
        "the frame rate is not limited (AcquisitionFrameRateEnable is off)",
    ),
    _Rule("LUTContent", "LUTEnable", lambda value: not value, "the table is not used (LUTEnable is off)"),
    _Rule("LineMode", "LineSelector", lambda value: value == "Line0", "Line0 is always an input"),
    _Rule("LineMode", "LineSelector", lambda value: value == "Line3", "Line3 is always an output"),
    _Rule("LineSource", "LineMode", lambda value: value == "Input", "the line is an input (LineMode)"),
    _Rule(
        "LineDebouncerHighTimeAbs",
        "LineMode",
        lambda value: value == "Output",
        "the line is an output (LineMode)",
    ),
    _Rule(
        "LineDebouncerLowTimeAbs",
        "LineMode",
        lambda value: value == "Output",
        "the line is an output (LineMode)",
    ),
    _Rule(
        "CustomData",
        "CustomDataConfigurationMode",
        lambda value: value == "Off",
        "the bytes are protected (CustomDataConfigurationMode is Off)",
    ),
    _Rule("UserSetLoad", "TLParamsLocked", lambda value: value == 1, "a stream is running: close it first"),
    _Rule(
        "UserSetSave",
        "UserSetSelector",
        lambda value: value in {"UserSet0", "Default"},
        "this set is the maker's: choose UserSet1 to UserSet3",
    ),
    _Rule(
        "ShortExposureTimeEnable",
        "SequencerMode",
        lambda value: value != "Off",
        "the sequencer is on (SequencerMode)",
    ),
)

# What shapes the stream is locked while it runs (SFNC; region, binning and packet size as seen on the camera's family).
_SHAPES_THE_STREAM = {
    "AcquisitionMode",
    "BinningHorizontal",
    "BinningHorizontalMode",
    "BinningVertical",
    "BinningVerticalMode",
    "ChunkEnable",
    "ChunkModeActive",
    "ChunkSelector",
    "DeviceStreamChannelPacketSize",
    "GevSCPSPacketSize",
    "Height",
    "OffsetX",
    "OffsetY",
    "PixelFormat",
    "ReverseX",
    "ReverseY",
    "Width",
}

_HINTS = (
    _Rule(
        "ExposureTime",
        "ShortExposureTimeEnable",
        lambda value: not value,
        "exposures from 1 us need cam.exposure.short_exposure = True (ShortExposureTimeEnable)",
    ),
    _Rule(
        "Width", "OffsetX", lambda value: value != 0, "OffsetX takes part of the sensor: use cam.roi.set(...)"
    ),
    _Rule(
        "Height",
        "OffsetY",
        lambda value: value != 0,
        "OffsetY takes part of the sensor: use cam.roi.set(...)",
    ),
)


def what_locks(feature: str, read: Reader) -> str:
    """Name what locks ``feature`` now, or return "" when no rule applies.

    ``read`` returns a node's value, or None for a node that is absent or unreadable.
    """
    if is_locked_by_stream(feature, read):
        return "a stream is running (TLParamsLocked is 1): close it first"
    return _first(_LOCKS, feature, read)


def is_locked_by_stream(feature: str, read: Reader) -> bool:
    """Tell whether ``feature`` is locked because a stream runs."""
    return feature in _SHAPES_THE_STREAM and read("TLParamsLocked") == 1


def what_would_help(feature: str, read: Reader) -> str:
    """Say what would let ``feature`` accept more, or return "" when no rule applies."""
    return _first(_HINTS, feature, read)


def _first(rules: tuple[_Rule, ...], feature: str, read: Reader) -> str:
    for rule in rules:
        if rule.feature == feature:
            value = read(rule.controller)
            if value is not None and rule.applies(value):
                return rule.sentence
    return ""
