"""AutoFeatureControl: what the automatic exposure time and gain aim at, and where they look."""

from __future__ import annotations

from vcxg124m.datasheet import PREPROCESSING, SENSOR
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW
from vcxg124m.virtual.features.analog import GAIN_MAX

_EXPOSURE = PREPROCESSING.exposure_time_us
_REGION = (
    "AutoFeatureRegionMode",
    "Width",
    "Height",
    "OffsetX",
    "OffsetY",
    "BinningHorizontal",
    "BinningVertical",
)

AUTO_FEATURE_CONTROL = (
    Feature(
        "BrightnessAutoNominalValue", "Float", "Mean brightness aimed at.",
        vendor=True, access=RW, minimum=5.0, maximum=95.0, increment=1, default=50.0, unit="%",
    ),
    Feature(
        "BrightnessAutoPriority", "Enumeration", "What moves first.",
        vendor=True, access=RW, entries=numbered("ExposureAuto", "GainAuto"),
    ),
    Feature(
        "ExposureAutoMinValue", "Float", "Shortest automatic exposure.",
        vendor=True, access=RW, minimum=_EXPOSURE.minimum, maximum="ExposureAutoMaxValue", increment=1,
        default=_EXPOSURE.minimum, unit="us",
    ),
    Feature(
        "ExposureAutoMaxValue", "Float", "Longest automatic exposure.",
        vendor=True, access=RW, minimum="ExposureAutoMinValue", maximum=_EXPOSURE.maximum, increment=1,
        default=1_000_000.0, unit="us",
    ),
    Feature(
        "GainAutoMinValue", "Float", "Smallest automatic gain.",
        vendor=True, access=RW, minimum=1.0, maximum="GainAutoMaxValue", default=1.0,
    ),
    Feature(
        "GainAutoMaxValue", "Float", "Largest automatic gain.",
        vendor=True, access=RW, minimum="GainAutoMinValue", maximum=GAIN_MAX, default=GAIN_MAX,
    ),
    Feature(
        "AutoFeatureRegionSelector", "Enumeration", "Which automatic function the region is for.",
        vendor=True, value=0, entries=numbered(PREPROCESSING.auto_region), access=RW,
    ),
    Feature(
        "AutoFeatureRegionMode", "Enumeration", "Off: the region of the image. On: one of its own.",
        vendor=True, access=RW, entries=numbered("Off", "On"), selector="AutoFeatureRegionSelector",
    ),
    Feature("AutoFeatureRegionFollows", "Hidden", invalidated_by=("AutoFeatureRegionMode",)),
    Feature(
        "AutoFeatureRegionReference", "Enumeration", "What the region is measured from.",
        vendor=True, value=0, entries=numbered("Region0"), selector="AutoFeatureRegionSelector",
    ),
    Feature(
        "AutoFeatureOffsetX", "Integer", "First column of the region.",
        vendor=True, access=RW, minimum=0, maximum=SENSOR.width - 1, locked_by="AutoFeatureRegionFollows",
        invalidated_by=_REGION, unit="px", selector="AutoFeatureRegionSelector",
    ),
    Feature(
        "AutoFeatureOffsetY", "Integer", "First row of the region.",
        vendor=True, access=RW, minimum=0, maximum=SENSOR.height - 1, locked_by="AutoFeatureRegionFollows",
        invalidated_by=_REGION, unit="px", selector="AutoFeatureRegionSelector",
    ),
    Feature(
        "AutoFeatureWidth", "Integer", "Columns of the region; what lies outside the image is not looked at.",
        vendor=True, access=RW, minimum=1, maximum=SENSOR.width, default=SENSOR.width,
        locked_by="AutoFeatureRegionFollows", invalidated_by=_REGION, unit="px",
        selector="AutoFeatureRegionSelector",
    ),
    Feature(
        "AutoFeatureHeight", "Integer", "Rows of the region; what lies outside the image is not looked at.",
        vendor=True, access=RW, minimum=1, maximum=SENSOR.height, default=SENSOR.height,
        locked_by="AutoFeatureRegionFollows", invalidated_by=_REGION, unit="px",
        selector="AutoFeatureRegionSelector",
    ),
)  # fmt: skip
