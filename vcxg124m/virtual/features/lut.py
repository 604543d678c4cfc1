"""LUTControl: a table for the 12-bit values of the sensor."""

from __future__ import annotations

from vcxg124m.datasheet import PREPROCESSING
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW

LUT_SIZE = 2**PREPROCESSING.lut_bits

LUT_CONTROL = (
    Feature(
        "LUTSelector", "Enumeration", "Which table.",
        value=0, entries=numbered(PREPROCESSING.lut), access=RW, visibility="Expert",
    ),
    Feature(
        "LUTEnable", "Boolean", "Whether the table is applied.",
        access=RW, visibility="Expert", selector="LUTSelector",
    ),
    Feature(
        "LUTContent", "Enumeration", "A curve made of Gamma, or the values that were written.",
        vendor=True, access=RW, entries=numbered("Gamma", "UserdefinedLUT"), default=1, available="LUTEnable",
        visibility="Expert", selector="LUTSelector",
    ),
    Feature(
        "LUTIndex", "Integer", "Value of the sensor.",
        value=0, minimum=0, maximum=LUT_SIZE - 1, access=RW, visibility="Guru",
    ),
    Feature(
        "LUTValue", "Integer", "What becomes of it.",
        count=LUT_SIZE, access=RW, minimum=0, maximum=LUT_SIZE - 1, default=tuple(range(LUT_SIZE)),
        visibility="Guru", selector="LUTIndex",
    ),
)  # fmt: skip
