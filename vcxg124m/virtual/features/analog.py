"""AnalogControl: gain, black level, gamma."""

from __future__ import annotations

from vcxg124m.datasheet import PREPROCESSING
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW

_BLACK = PREPROCESSING.black_level_dn12
GAIN_MAX = round(10 ** (PREPROCESSING.gain_db.maximum / 20), 3)
"""A factor: 48 dB is 251.189."""

ANALOG_CONTROL = (
    Feature("GainSelector", "Enumeration", "Which gain.", value=0, entries=numbered("All"), access=RW),
    Feature(
        "Gain", "Float", "Factor on the signal; 251.189 is 48 dB.",
        access=RW, minimum=1.0, maximum=GAIN_MAX, default=1.0, selector="GainSelector",
        locked_by="GainAutoActive", volatile=True,
    ),
    Feature("GainAutoActive", "Hidden", volatile=True),
    Feature(
        "GainAuto", "Enumeration", "Whether the camera finds the gain.",
        access=RW, entries=numbered("Off", "Once", "Continuous"), volatile=True, selector="GainSelector",
    ),
    Feature(
        "BlackLevelSelector", "Enumeration", "Which black level.",
        value=0, entries=numbered("All"), access=RW,
    ),
    Feature(
        "BlackLevel", "Float", "Offset of the signal, in steps of 12 bit.",
        access=RW, minimum=_BLACK.minimum, maximum=_BLACK.maximum, unit="DN",
        selector="BlackLevelSelector",
    ),
    Feature(
        "Gamma", "Float", "Exponent of the curve that LUTContent Gamma applies; 1 is neutral.",
        access=RW, minimum=0.1, maximum=4.0, default=1.0,
    ),
)  # fmt: skip
