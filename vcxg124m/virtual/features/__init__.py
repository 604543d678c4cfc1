"""The camera's features, category by category, each with its register.

`conditions.py`, `settings.py` and the modules of each subject give the registers their meaning, `description.py` writes
the GenICam description from the same rows. Names, types, units and odd spellings are those seen on cameras of the
family (VCXG, VCXG.2) or printed in their manuals; limits are the data sheet's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from vcxg124m.virtual.bootstrap import BOOTSTRAP
from vcxg124m.virtual.feature import Feature
from vcxg124m.virtual.features.acquisition import ACQUISITION_CONTROL
from vcxg124m.virtual.features.action import ACTION_CONTROL
from vcxg124m.virtual.features.analog import ANALOG_CONTROL
from vcxg124m.virtual.features.auto_feature import AUTO_FEATURE_CONTROL
from vcxg124m.virtual.features.chunks import CHUNK_DATA_CONTROL
from vcxg124m.virtual.features.counter_timer import COUNTER_AND_TIMER_CONTROL
from vcxg124m.virtual.features.custom_data import CUSTOM_DATA_CONTROL
from vcxg124m.virtual.features.defect_pixels import DEFECT_PIXEL_CORRECTION_CONTROL
from vcxg124m.virtual.features.device import DEVICE_CONTROL
from vcxg124m.virtual.features.digital_io import DIGITAL_IO_CONTROL
from vcxg124m.virtual.features.events import EVENT_CONTROL
from vcxg124m.virtual.features.image_format import IMAGE_FORMAT_CONTROL
from vcxg124m.virtual.features.lut import LUT_CONTROL
from vcxg124m.virtual.features.sequencer import SEQUENCER_CONTROL
from vcxg124m.virtual.features.transport_layer import TRANSPORT_LAYER_CONTROL
from vcxg124m.virtual.features.user_sets import user_set_control
from vcxg124m.virtual.register import Register

_SINGLE, _TABLES = 0xA000, 0x1_0000
"""Where the standard leaves room for the maker; long tables stand apart."""
_LONG_TABLE = 64


def _kept(categories: Iterable[tuple[Feature, ...]]) -> Iterator[str]:
    return (feature.name for features in categories for feature in features if feature.in_user_set)


_SETTINGS: Mapping[str, tuple[Feature, ...]] = {
    "DeviceControl": DEVICE_CONTROL,
    "ImageFormatControl": IMAGE_FORMAT_CONTROL,
    "AcquisitionControl": ACQUISITION_CONTROL,
    "AutoFeatureControl": AUTO_FEATURE_CONTROL,
    "AnalogControl": ANALOG_CONTROL,
    "LUTControl": LUT_CONTROL,
    "DefectPixelCorrectionControl": DEFECT_PIXEL_CORRECTION_CONTROL,
    "DigitalIOControl": DIGITAL_IO_CONTROL,
    "CounterAndTimerControl": COUNTER_AND_TIMER_CONTROL,
    "SequencerControl": SEQUENCER_CONTROL,
    "ChunkDataControl": CHUNK_DATA_CONTROL,
    "EventControl": EVENT_CONTROL,
    "ActionControl": ACTION_CONTROL,
    "TransportLayerControl": TRANSPORT_LAYER_CONTROL,
}

KEPT: Final = tuple(_kept(_SETTINGS.values()))
"""Features that a user set holds."""

CATEGORIES: Final[Mapping[str, tuple[Feature, ...]]] = {
    **_SETTINGS,
    "UserSetControl": user_set_control(KEPT),
    "CustomDataControl": CUSTOM_DATA_CONTROL,
}


def features() -> Iterator[Feature]:
    """Walk over the rows of all categories."""
    for rows in CATEGORIES.values():
        yield from rows


def _lay_out() -> Iterator[Register]:
    """Place the features' own registers one behind another, each at a multiple of its length."""
    free = {False: _SINGLE, True: _TABLES}
    for feature in features():
        if feature.owns_register:
            table = feature.count > _LONG_TABLE
            step = 8 if feature.register_length % 8 == 0 else 4
            register = feature.at(-(-free[table] // step) * step)
            free[table] = register.address + register.size
            yield register


REGISTERS: Final = (*BOOTSTRAP, *_lay_out())
"""Every register of the camera: the bootstrap rows and those of the features."""
