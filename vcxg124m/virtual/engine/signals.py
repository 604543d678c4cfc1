"""The camera's internal signals: what triggers, counters, the timer, the sequencer and the outputs choose among.

Two kinds under one roof: signals with a level (``Line0``, ``ExposureActive``, ``TriggerReady``, ``Timer1Active`` …),
whose edges an activation selects, and those that only happen (``Software``, ``Counter1End`` …), for which every
activation is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum


class Edge(Enum):
    """What a signal did."""

    RISING = "RisingEdge"
    FALLING = "FallingEdge"
    MOMENT = "Moment"

    def matches(self, activation: str) -> bool:
        """Whether an `activation` (SFNC: RisingEdge, FallingEdge, AnyEdge) selects it."""
        return self is Edge.MOMENT or activation in {self.value, "AnyEdge"}


Listener = Callable[[str, Edge], None]


class Signals:
    """Carries signals at once to everybody who listens, in the order in which they began to."""

    def __init__(self) -> None:
        self._levels: dict[str, bool] = {}
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call ``listener(name, edge)`` for everything that happens from now on."""
        self._listeners.append(listener)

    def level(self, name: str) -> bool:
        """Return the level of a signal, low until it was set."""
        return self._levels.get(name, False)

    def set(self, name: str, *, level: bool) -> None:
        """Give a signal a level; an edge is only what changes it."""
        if level != self._levels.get(name, False):
            self._levels[name] = level
            self._tell(name, Edge.RISING if level else Edge.FALLING)

    def pulse(self, name: str) -> None:
        """Let a signal without level happen."""
        self._tell(name, Edge.MOMENT)

    def _tell(self, name: str, edge: Edge) -> None:
        for listener in self._listeners:
            listener(name, edge)
