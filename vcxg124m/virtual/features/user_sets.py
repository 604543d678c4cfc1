"""UserSetControl: the factory's set and three of the user's."""

from __future__ import annotations

from collections.abc import Iterable

from vcxg124m.datasheet import MEMORY
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW, STREAM, WO

USER_SETS = (MEMORY.factory_user_set, *MEMORY.user_sets)


def user_set_control(kept: Iterable[str]) -> tuple[Feature, ...]:
    """Return the category; `kept` names the features that user sets hold."""
    names = tuple(kept)
    return (
        Feature("UserSetSelector", "Enumeration", "Which set.", value=0, entries=numbered(*USER_SETS), access=RW),
        Feature(
            "UserSetLoad", "Command", "Copy the set to the camera.",
            count=len(USER_SETS), access=WO, locked_by=STREAM, selector="UserSetSelector",
        ),
        Feature(
            "UserSetSave", "Command", "Copy the camera's settings to the set.",
            count=len(USER_SETS), access=WO, available="UserSetIsTheUsers", selector="UserSetSelector",
        ),
        Feature(
            "UserSetIsTheUsers", "Hidden",
            count=len(USER_SETS), default=tuple(int(name in MEMORY.user_sets) for name in USER_SETS),
            selector="UserSetSelector",
        ),
        Feature(  # only a set that was saved may be started with
            "UserSetDefault", "Enumeration", "The set that the camera starts with.",
            access=RW, entries=numbered(*USER_SETS), kept=False,
            entries_available=tuple((name, f"{name}Saved") for name in MEMORY.user_sets),
        ),
        *(Feature(f"{name}Saved", "Hidden", invalidated_by=("UserSetSave",)) for name in MEMORY.user_sets),
        Feature(
            "UserSetFeatureSelector", "Enumeration", "Which feature that sets can hold.",
            value=0, entries=numbered(*names), access=RW, visibility="Expert",
        ),
        Feature(
            "UserSetFeatureEnable", "Boolean", "Whether sets hold the feature.",
            count=len(names), access=RW, default=1, kept=False, visibility="Expert",
            selector="UserSetFeatureSelector",
        ),
        Feature(
            "DeviceResetToDeliveryState", "Command", "Forget all that was ever saved and start anew.",
            vendor=True, access=WO, locked_by=STREAM, visibility="Guru",
        ),
    )  # fmt: skip
