"""EventControl: which events are sent, and what the last one of each kind said.

An event item begins with 2 bytes for its size, 2 for its id, 2 for the stream channel and 2 for the block; then follow,
with 64-bit block ids, 8 bytes for the block; and at the end the timestamp.
"""

from __future__ import annotations

from vcxg124m.virtual.events import EVENT_IDS
from vcxg124m.virtual.feature import Feature, Place, numbered
from vcxg124m.virtual.features._words import RW

_ID, _TIMESTAMP = 2, 8


def _data(name: str, number: int) -> tuple[Feature, Feature]:
    port = f"Event{name}Port"
    return (
        Feature(
            f"Event{name}", "Integer", "Id of the event.",
            place=Place(port, number, "EventID", _ID), length=2, visibility="Expert",
        ),
        Feature(
            f"Event{name}Timestamp", "Integer", "Camera time of the event.",
            place=Place(port, number, "EventID", _TIMESTAMP), length=8, selector="EventBlockIDIs64Bit", unit="ns",
            visibility="Expert",
        ),
    )  # fmt: skip


EVENT_CONTROL = (
    Feature(
        "EventSelector", "Enumeration", "Which event.",
        value=0, entries=numbered(*EVENT_IDS), access=RW, visibility="Expert",
    ),
    Feature(
        "EventNotification", "Enumeration", "Whether the selected event is sent.",
        count=len(EVENT_IDS), access=RW, entries=numbered("Off", "On"), visibility="Expert", selector="EventSelector",
    ),
    Feature(
        "LostEventCounter", "Integer", "Events that could not be sent.",
        vendor=True, volatile=True, visibility="Expert",
    ),
    Feature(
        "EventBlockIDIs64Bit", "Hidden", register="GvspConfiguration", bits=(30, 30),
        invalidated_by=("GVSPConfigurationBlockID64Bit",),
    ),
    *(feature for name, number in EVENT_IDS.items() for feature in _data(name, number)),
)  # fmt: skip
