"""ActionControl: keys of the actions that this camera obeys."""

from __future__ import annotations

from vcxg124m.virtual.feature import Feature
from vcxg124m.virtual.features._words import RW, WO

ACTION_CONTROL = (
    Feature(
        "ActionDeviceKey", "Integer", "Key that an action must know.",
        register="ActionDeviceKeyValue", access=WO, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
    ),
    Feature(
        "ActionSelector", "Integer", "Which action.",
        value=1, minimum=1, maximum=1, access=RW, visibility="Guru",
    ),
    Feature(
        "ActionGroupKey", "Integer", "Group that an action is for.",
        register="ActionGroupKeyValue", access=RW, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
        selector="ActionSelector", kept=True,
    ),
    Feature(
        "ActionGroupMask", "Integer", "Members of the group to which this camera belongs, as bits.",
        register="ActionGroupMaskValue", access=RW, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
        selector="ActionSelector", kept=True,
    ),
)  # fmt: skip
