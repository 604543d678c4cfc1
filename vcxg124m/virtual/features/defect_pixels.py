"""DefectPixelCorrectionControl: the list of pixels that are replaced by their neighbours."""

from __future__ import annotations

from vcxg124m.datasheet import DEVICE, PREPROCESSING, SENSOR
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW

_ENTRIES = PREPROCESSING.defect_pixels_max

DEFECT_PIXEL_CORRECTION_CONTROL = (
    Feature(
        "DefectPixelCorrection", "Boolean", "Whether listed pixels are replaced.",
        vendor=True, access=RW, default=int(DEVICE.factory_defect_pixel_correction),
    ),
    Feature(
        "DefectPixelListSelector", "Enumeration", "Which list.",
        vendor=True, value=0, entries=numbered("Pixel"), access=RW,
    ),
    Feature(
        "DefectPixelListIndex", "Integer", "Which entry of the list.",
        vendor=True, value=0, minimum=0, maximum=_ENTRIES - 1, access=RW,
    ),
    Feature(
        "DefectPixelListEntryActive", "Boolean", "Whether the entry counts.",
        vendor=True, count=_ENTRIES, access=RW, selector="DefectPixelListIndex",
    ),
    Feature(
        "DefectPixelListEntryPosX", "Integer", "Column on the whole sensor.",
        vendor=True, count=_ENTRIES, access=RW, minimum=0, maximum=SENSOR.width - 1, unit="px",
        selector="DefectPixelListIndex",
    ),
    Feature(
        "DefectPixelListEntryPosY", "Integer", "Row on the whole sensor.",
        vendor=True, count=_ENTRIES, access=RW, minimum=0, maximum=SENSOR.height - 1, unit="px",
        selector="DefectPixelListIndex",
    ),
)  # fmt: skip
