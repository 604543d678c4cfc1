"""The sequencer: sets of settings and the paths between them (data sheet Q1 to Q3).

A path trigger only chooses the set; the chosen set applies when the next exposure begins, all of it at once. Several
triggers between two exposures walk several steps. So a frame has one set's settings from its first to its last
moment, and a user output of the set is there when its exposure begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from vcxg124m.datasheet import SEQUENCER
from vcxg124m.virtual.engine.signals import Edge, Signals

FeatureKey = tuple[str, int]
"""A feature and its index, where a selector chooses among several."""
Values = Mapping[FeatureKey, int | float]


@dataclass(frozen=True, kw_only=True)
class Path:
    """SequencerSetNext, SequencerTriggerSource and SequencerTriggerActivation of one path."""

    next: int = 0
    source: str = "Off"
    activation: str = "RisingEdge"


@dataclass(frozen=True, kw_only=True)
class SequencerSet:
    """What one set holds."""

    values: Values = field(default_factory=dict[FeatureKey, "int | float"])
    paths: tuple[Path, ...] = (Path(),) * SEQUENCER.paths_per_set


class Sequencer:
    """Walks from set to set.

    Parameters
    ----------
    apply
        Called with the values of a set that applies.
    walked
        Called when another set was chosen.
    """

    def __init__(
        self, signals: Signals, *, apply: Callable[[Values], None], walked: Callable[[], None]
    ) -> None:
        self._apply = apply
        self._walked = walked
        self._chosen = 0
        self.running = False
        self.sets = [SequencerSet()] * SEQUENCER.sets
        self.active = 0
        """SequencerSetActive: the set that applied last."""
        signals.listen(self._hear)

    def start(self, first: int) -> None:
        """Begin with the set `first`, which applies at once (SFNC)."""
        self.running, self._chosen = True, first
        self.apply_chosen(even_if_active=True)

    def stop(self) -> None:
        """Leave the settings as they are."""
        self.running = False

    def clear(self) -> None:
        """Forget all sets."""
        self.stop()
        self.sets[:] = [SequencerSet()] * SEQUENCER.sets
        self._chosen = self.active = 0

    def apply_chosen(self, *, even_if_active: bool = False) -> None:
        """Let the chosen set apply: an exposure begins."""
        if self.running and (even_if_active or self._chosen != self.active):
            self.active = self._chosen
            self._apply(self.sets[self.active].values)

    def coming(self, feature: str) -> int | float | None:
        """Return what the next exposure will make of `feature`; None when it leaves it alone."""
        return self.sets[self._chosen].values.get((feature, 0)) if self.running else None

    def _hear(self, name: str, edge: Edge) -> None:
        if not self.running:
            return
        for path in self.sets[self._chosen].paths:
            if path.source == name and edge.matches(path.activation):
                self._chosen = path.next
                self._walked()
                return
