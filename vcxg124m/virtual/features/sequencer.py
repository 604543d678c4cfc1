"""SequencerControl: sets of features that follow each other by triggers.

The features of the sets are those of the camera itself; `SequencerSetSave` copies them with the four paths into the
selected set, `SequencerSetLoad` back.
"""

from __future__ import annotations

from vcxg124m.datasheet import SEQUENCER
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import EDGES, INPUTS, RW, WO

_SETS, _PATHS = SEQUENCER.sets, SEQUENCER.paths_per_set

SEQUENCER_CONTROL = (
    Feature(
        "SequencerMode", "Enumeration", "Whether the sequencer works.",
        access=RW, entries=numbered("Off", "On"), locked_by="SequencerModeLocked", visibility="Expert",
    ),
    Feature("SequencerModeLocked", "Hidden", volatile=True),
    Feature(
        "SequencerConfigurationMode", "Enumeration", "Whether the sets can be changed.",
        access=RW, entries=numbered("Off", "On"), locked_by="SequencerConfigurationModeLocked", kept=False,
        visibility="Expert",
    ),
    Feature("SequencerConfigurationModeLocked", "Hidden", volatile=True),
    Feature("SequencerInUse", "Hidden", invalidated_by=("SequencerMode", "SequencerConfigurationMode")),
    Feature("SequencerSetsFixed", "Hidden", invalidated_by=("SequencerConfigurationMode",)),
    Feature(
        "SequencerFeatureSelector", "Enumeration", "A feature that sets may hold.",
        value=0, entries=numbered(*SEQUENCER.features), access=RW, visibility="Expert",
    ),
    Feature(
        "SequencerFeatureEnable", "Boolean", "Whether sets hold the selected feature.",
        count=len(SEQUENCER.features), access=RW, default=1, locked_by="SequencerFeaturesFixed",
        visibility="Expert", selector="SequencerFeatureSelector",
    ),
    Feature("SequencerFeaturesFixed", "Hidden", invalidated_by=("SequencerMode",)),
    Feature(
        "SequencerSetSelector", "Integer", "Which set to load or save.",
        value=0, minimum=0, maximum=_SETS - 1, access=RW, available="SequencerInUse", visibility="Expert",
    ),
    Feature(
        "SequencerSetLoad", "Command", "Copy the selected set to the camera.",
        count=_SETS, access=WO, available="SequencerInUse", locked_by="SequencerSetsFixed", visibility="Expert",
        selector="SequencerSetSelector",
    ),
    Feature(
        "SequencerSetSave", "Command", "Copy the camera's features to the selected set.",
        count=_SETS, access=WO, available="SequencerInUse", locked_by="SequencerSetsFixed", visibility="Expert",
        selector="SequencerSetSelector",
    ),
    Feature(
        "SequencerSetActive", "Integer", "The set in use.",
        available="SequencerInUse", volatile=True, visibility="Expert",
    ),
    Feature(
        "SequencerSetStart", "Integer", "The set that an acquisition begins with.",
        access=RW, minimum=0, maximum=_SETS - 1, available="SequencerInUse", locked_by="SequencerSetsFixed",
        visibility="Expert",
    ),
    Feature(
        "SequencerPathSelector", "Integer", "Which way out of a set.",
        value=0, minimum=0, maximum=_PATHS - 1, access=RW, available="SequencerInUse", visibility="Expert",
    ),
    Feature(
        "SequencerSetNext", "Integer", "The set that the path leads to.",
        count=_PATHS, access=RW, minimum=0, maximum=_SETS - 1, available="SequencerInUse",
        locked_by="SequencerSetsFixed", visibility="Expert", selector="SequencerPathSelector",
    ),
    Feature(
        "SequencerTriggerSource", "Enumeration", "What makes the sequencer take the path.",
        count=_PATHS, access=RW, available="SequencerInUse", locked_by="SequencerSetsFixed", visibility="Expert",
        selector="SequencerPathSelector",
        entries=numbered(
            "Off", "Counter1End", "Counter2End", "ExposureActive", *INPUTS, "ReadOutActive", "Timer1End",
        ),
    ),
    Feature(
        "SequencerTriggerActivation", "Enumeration", "Edge of that signal.",
        count=_PATHS, access=RW, entries=numbered(*EDGES, "AnyEdge"), available="SequencerInUse",
        locked_by="SequencerSetsFixed", visibility="Expert", selector="SequencerPathSelector",
    ),
)  # fmt: skip
