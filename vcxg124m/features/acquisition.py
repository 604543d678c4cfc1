"""Frame rate and exposure (SFNC chapter "Acquisition Control")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.enums import AcquisitionMode, AcquisitionStatusSelector, AutoMode, ExposureMode, ReadoutMode
from vcxg124m.features._descriptor import (
    Boolean,
    BooleanReading,
    Enumeration,
    EnumerationReading,
    Float,
    Integer,
    IntegerReading,
    Writing,
)
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from vcxg124m._backend import NodeValue
    from vcxg124m.planning import FramePrediction

__all__ = ["Acquisition", "Exposure"]

_ENABLE = "AcquisitionFrameRateEnable"


class _FrameRate(Writing["float | None"]):
    """A limit that can be absent: the camera has a switch for it, which writing a rate turns on."""

    optional = True

    def access(self, group: FeatureGroup) -> str:
        access = super().access(group)
        return "RW" if access == "RO" and group.nodes.peek(_ENABLE) is False else access

    def get(self, group: FeatureGroup) -> float | None:
        return None if group.nodes.peek(_ENABLE) is False else super().get(group)

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> float | None:
        nodes = group.nodes
        with nodes.lock:
            was_off = nodes.peek(_ENABLE) is False
            if value is None:
                nodes.set(_ENABLE, value=False)
                return None
            if was_off:
                nodes.set(_ENABLE, value=True)
            try:
                return super().put(group, value, nearest=nearest)
            except BaseException:
                if was_off:
                    nodes.set(_ENABLE, value=False)
                raise

    def _converted(self, value: NodeValue, group: FeatureGroup) -> float | None:
        if isinstance(value, (str, bytes)):
            raise self._mistyped(value, group, "a number")
        return float(value)

    def __set__(self, obj: FeatureGroup, value: float | None) -> None:
        self.put(obj, value)


class Acquisition(FeatureGroup):
    """How frames follow each other."""

    mode = Enumeration("AcquisitionMode", AcquisitionMode, doc="Frames per acquisition start.", sheet="A6")
    frame_count = Integer("AcquisitionFrameCount", doc="Frames of one start in mode MultiFrame.", sheet="A6")
    frame_rate_hz = _FrameRate(
        "AcquisitionFrameRate",
        unit="Hz",
        doc="Limit of the frame rate, 0.01 to 65535; None: as fast as sensor and link allow.",
        sheet="A5",
    )
    readout_mode = Enumeration("ReadoutMode", ReadoutMode, doc="Exposure during readout or not.", sheet="A8")
    readout_time_us = IntegerReading(
        "ReadOutTime", unit="us", doc="Readout of the current region.", sheet="A2"
    )
    active = BooleanReading(
        "AcquisitionStatus",
        doc="Whether the camera acquires now.",
        sheet="A7",
        select={"AcquisitionStatusSelector": AcquisitionStatusSelector.ACQUISITION_ACTIVE.value},
    )
    waits_for_trigger = BooleanReading(
        "AcquisitionStatus",
        doc="Whether the camera acquires and would take a trigger now.",
        sheet="A7",
        select={"AcquisitionStatusSelector": AcquisitionStatusSelector.ACQUISITION_TRIGGER_WAIT.value},
    )

    def predict(self) -> FramePrediction:
        """Return the frame rate of a steady stream with the present settings, and what bounds it.

        Returns
        -------
        FramePrediction
            In trigger mode its interval is the shortest between triggers that loses none.
        """
        return prediction(self._nodes)

    def set_frame_rate_hz(self, value: float, *, nearest: bool = False) -> float:
        """Limit the frame rate; ``nearest=True`` takes the nearest possible rate. Returns what was written."""
        taken = type(self).frame_rate_hz.put(self, value, nearest=nearest)
        return value if taken is None else taken


class Exposure(FeatureGroup):
    """How long light is gathered."""

    time_us = Float(
        "ExposureTime", unit="us", doc="Exposure time, 15 us to 60 s; from 1 us if short.", sheet="P1"
    )
    short_exposure = Boolean("ShortExposureTimeEnable", doc="Allow 1 us to 15 us.", sheet="P1")
    auto = Enumeration("ExposureAuto", AutoMode, doc="Automatic exposure.", sheet="P3")
    mode = EnumerationReading("ExposureMode", ExposureMode, doc="What ends the exposure.", sheet="A8")

    def set_time_us(self, value: float, *, nearest: bool = False) -> float:
        """Set the exposure time in us; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        return type(self).time_us.put(self, value, nearest=nearest)
