"""The sequencer's own features (SFNC chapter "Sequencer Control", data sheet Q1 to Q3)."""

from __future__ import annotations

from vcxg124m.enums import SequencerMode
from vcxg124m.features._descriptor import Enumeration, Integer, IntegerReading
from vcxg124m.features._group import FeatureGroup

__all__ = ["SequencerFeatures"]


class SequencerFeatures(FeatureGroup):
    """Modes and the active set."""

    mode = Enumeration(
        "SequencerMode", SequencerMode, doc="Whether the sets are used.", sheet="Q1", kept=False
    )
    configuration_mode = Enumeration(
        "SequencerConfigurationMode",
        SequencerMode,
        doc="Whether sets can be changed.",
        sheet="Q1",
        kept=False,
    )
    set_start = Integer(
        "SequencerSetStart", doc="The set that an acquisition begins with.", sheet="Q1", kept=False
    )
    set_active = IntegerReading("SequencerSetActive", doc="The set that applied last.", sheet="Q1")
