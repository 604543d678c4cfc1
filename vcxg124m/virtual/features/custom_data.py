"""CustomDataControl: 128 bytes that belong to the user."""

from __future__ import annotations

from vcxg124m.datasheet import MEMORY
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW

CUSTOM_DATA_CONTROL = (
    Feature(
        "CustomDataConfigurationMode", "Enumeration", "On: bytes can be written. Off: those written are kept.",
        vendor=True, access=RW, entries=numbered("Off", "On"), kept=False, visibility="Expert",
    ),
    Feature(
        "CustomDataSelector", "Integer", "Which byte.",
        vendor=True, value=0, minimum=0, maximum=MEMORY.custom_data_bytes - 1, access=RW, visibility="Expert",
    ),
    Feature(
        "CustomData", "Integer", "The byte.",
        vendor=True, count=MEMORY.custom_data_bytes, access=RW, minimum=0, maximum=255, default=255, kept=False,
        locked_by="CustomDataFixed", visibility="Expert", selector="CustomDataSelector",
    ),
    Feature("CustomDataFixed", "Hidden", invalidated_by=("CustomDataConfigurationMode",)),
)  # fmt: skip
