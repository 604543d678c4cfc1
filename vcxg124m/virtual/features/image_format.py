"""ImageFormatControl: sensor, region, binning, flips, pixel format, test patterns."""

from __future__ import annotations

from vcxg124m.datasheet import ACQUISITION, SENSOR
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW, STREAM
from vcxg124m.virtual.patterns import TEST_PATTERNS

_WIDTH = ACQUISITION.width

PIXEL_FORMATS = (
    ("Mono8", 0x01080001),
    ("Mono10", 0x01100003),
    ("Mono12", 0x01100005),
    ("Mono12p", 0x010C0047),
)
"""PFNC codes; bits 16 to 23 say how many bits a pixel takes."""

IMAGE_FORMAT_CONTROL = (
    Feature("SensorWidth", "Integer", "Columns of the sensor.", value=SENSOR.width, unit="px"),
    Feature("SensorHeight", "Integer", "Rows of the sensor.", value=SENSOR.height, unit="px"),
    Feature("SensorPixelWidth", "Float", "Pitch of columns.", value=SENSOR.pixel_pitch_um, unit="um"),
    Feature("SensorPixelHeight", "Float", "Pitch of rows.", value=SENSOR.pixel_pitch_um, unit="um"),
    Feature("SensorName", "String", "Type of sensor.", length=16, default="IMX304"),
    Feature("SensorShutterMode", "Enumeration", "Kind of shutter.", value=0, entries=numbered("Global")),
    Feature(
        "WidthMax", "Integer", "Columns after binning.",
        invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "HeightMax", "Integer", "Rows after binning.",
        invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature(
        "Width", "Integer", "Columns of the image.",
        access=RW, minimum=_WIDTH.minimum, maximum="WidthLimit", increment=_WIDTH.increment,
        default=SENSOR.width, locked_by=STREAM, invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "Height", "Integer", "Rows of the image.",
        access=RW, minimum=1, maximum="HeightLimit", increment=1, default=SENSOR.height,
        locked_by=STREAM, invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature(
        "OffsetX", "Integer", "First column of the image.",
        access=RW, minimum=0, maximum="OffsetXLimit", increment=_WIDTH.increment,
        invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "OffsetY", "Integer", "First row of the image.",
        access=RW, minimum=0, maximum="OffsetYLimit", increment=1,
        invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature("WidthLimit", "Hidden", invalidated_by=("OffsetX", "BinningHorizontal")),
    Feature("HeightLimit", "Hidden", invalidated_by=("OffsetY", "BinningVertical")),
    Feature("OffsetXLimit", "Hidden", invalidated_by=("Width", "BinningHorizontal")),
    Feature("OffsetYLimit", "Hidden", invalidated_by=("Height", "BinningVertical")),
    Feature(
        "BinningHorizontal", "Integer", "Columns added to one.",
        access=RW, minimum=1, maximum=2, default=1, locked_by=STREAM,
    ),
    Feature(
        "BinningVertical", "Integer", "Rows added to one.",
        access=RW, minimum=1, maximum=2, default=1, locked_by=STREAM,
    ),
    Feature(
        "BinningHorizontalMode", "Enumeration", "How columns become one.",
        access=RW, entries=numbered("Sum", "Average"), locked_by=STREAM,
    ),
    Feature(
        "BinningVerticalMode", "Enumeration", "How rows become one.",
        access=RW, entries=numbered("Sum", "Average"), locked_by=STREAM,
    ),
    Feature(
        "ReverseX", "Boolean", "Mirror left and right, before the region is cut out.",
        access=RW, locked_by=STREAM,
    ),
    Feature(
        "ReverseY", "Boolean", "Mirror top and bottom, before the region is cut out.",
        access=RW, locked_by=STREAM,
    ),
    Feature(
        "PixelFormat", "Enumeration", "Format of a pixel.",
        access=RW, default=0x01080001, entries=PIXEL_FORMATS, locked_by=STREAM,
    ),
    Feature("ImageSize", "Hidden", volatile=True),
    Feature(
        "TestPatternGeneratorSelector", "Enumeration", "Where test patterns are made.",
        value=0, entries=numbered("ImageProcessor", "SensorProcessor"), access=RW,
    ),
    Feature(
        "TestPattern", "Enumeration", "A drawing in place of the image.",
        access=RW, entries=numbered(*TEST_PATTERNS), count=2, selector="TestPatternGeneratorSelector",
    ),
    Feature(
        "ReadOutTime", "Integer", "Time to read the sensor in the present format.",
        vendor=True, invalidated_by=("Height", "BinningVertical"), unit="us",
    ),
)  # fmt: skip
