"""The groups of features of a camera."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from vcxg124m.features._group import FeatureGroup
from vcxg124m.features.acquisition import Acquisition, Exposure
from vcxg124m.features.analog import BlackLevel, Gain
from vcxg124m.features.auto import Auto
from vcxg124m.features.chunks import Chunks
from vcxg124m.features.defect_pixels import DefectPixels
from vcxg124m.features.device import Device, Temperature
from vcxg124m.features.image_format import Binning, ImageFormat, Roi
from vcxg124m.features.lines import Debouncers, Lines
from vcxg124m.features.lut import Lut
from vcxg124m.features.memory import CustomData, UserSets
from vcxg124m.features.timing import Counters, Timer
from vcxg124m.features.transport import Actions, Transport
from vcxg124m.features.trigger import Trigger
from vcxg124m.sequencer import Sequencer

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes

__all__ = ["FeatureGroups"]


class FeatureGroups:
    """What a camera can be asked and told, by subject; each group is the same nodes seen from one side."""

    _whole = False

    def __init__(self, nodes: Nodes) -> None:
        self.nodes = nodes
        self.device = Device(nodes)
        self.image_format = ImageFormat(nodes)
        self.roi = Roi(nodes)
        self.binning = Binning(nodes)
        self.acquisition = Acquisition(nodes)
        self.exposure = Exposure(nodes)
        self.gain = Gain(nodes)
        self.black_level = BlackLevel(nodes)
        self.auto = Auto(nodes)
        self.lut = Lut(nodes)
        self.defect_pixels = DefectPixels(nodes)
        self.trigger = Trigger(nodes)
        self.lines = Lines(nodes)
        self.debouncer = Debouncers(nodes)
        self.timer = Timer(nodes)
        self.counters = Counters(nodes)
        self.sequencer = Sequencer(nodes)
        self.chunks = Chunks(nodes)
        self.user_sets = UserSets(nodes)
        self.custom_data = CustomData(nodes)
        self.actions = Actions(nodes)
        self.transport = Transport(nodes)
        self.temperature = Temperature(nodes)

    if not TYPE_CHECKING:  # to a type checker it would mean that every name can be set

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse names that cannot be set: a misspelt one would otherwise be set on the Python object only."""
            settable = name.startswith("_") or hasattr(getattr(type(self), name, None), "__set__")
            if self._whole and not settable:
                raise AttributeError(self._why_not_set(name))
            super().__setattr__(name, value)

    def _why_not_set(self, name: str) -> str:
        own = vars(self).get(name)
        if isinstance(own, FeatureGroup):
            feature = next((each for each in own if own[each].feature.writable), "")
            return f"{name} is a group of features: set one of them, such as {name}.{feature}."
        if name in vars(self) or hasattr(type(self), name):
            return f"{name} cannot be replaced."
        close = difflib.get_close_matches(
            name, [each for each in vars(self) if not each.startswith("_")], n=1
        )
        return f"A camera has no {name!r}{f'; did you mean {close[0]!r}?' if close else '.'}"
