"""Automatic exposure and gain: what they aim at and where they look (data sheet P3)."""

from __future__ import annotations

from vcxg124m.enums import AutoFeatureRegionMode, BrightnessAutoPriority
from vcxg124m.features._descriptor import Enumeration, Float, Integer
from vcxg124m.features._group import FeatureGroup

__all__ = ["Auto", "AutoRegion"]

_REGION = {"AutoFeatureRegionSelector": "BrightnessAuto"}


class AutoRegion(FeatureGroup):
    """The part of the image whose brightness is measured; it counts only while it lies within the region read out."""

    mode = Enumeration(
        "AutoFeatureRegionMode",
        AutoFeatureRegionMode,
        doc="Off: the whole image.",
        sheet="P3",
        select=_REGION,
    )
    width = Integer("AutoFeatureWidth", unit="px", doc="Columns.", sheet="P3", select=_REGION)
    height = Integer("AutoFeatureHeight", unit="px", doc="Rows.", sheet="P3", select=_REGION)
    offset_x = Integer("AutoFeatureOffsetX", unit="px", doc="First column.", sheet="P3", select=_REGION)
    offset_y = Integer("AutoFeatureOffsetY", unit="px", doc="First row.", sheet="P3", select=_REGION)


class Auto(FeatureGroup):
    """What ``exposure.auto`` and ``gain.auto`` aim at, and within which limits.

    Attributes
    ----------
    region
        The part of the image whose brightness is measured.
    """

    brightness_percent = Float(
        "BrightnessAutoNominalValue",
        unit="%",
        doc="Mean brightness aimed at, 5 to 95 % of full scale.",
        sheet="P3",
    )
    priority = Enumeration(
        "BrightnessAutoPriority",
        BrightnessAutoPriority,
        doc="What moves first; the other takes over at its limit.",
        sheet="P3",
    )
    exposure_min_us = Float("ExposureAutoMinValue", unit="us", doc="Shortest automatic exposure.", sheet="P3")
    exposure_max_us = Float("ExposureAutoMaxValue", unit="us", doc="Longest automatic exposure.", sheet="P3")
    gain_min_factor = Float("GainAutoMinValue", doc="Smallest automatic gain, a factor.", sheet="P3")
    gain_max_factor = Float("GainAutoMaxValue", doc="Largest automatic gain, a factor.", sheet="P3")

    @property
    def region(self) -> AutoRegion:
        """The part of the image whose brightness is measured."""
        return AutoRegion(self._nodes)
