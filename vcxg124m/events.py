"""Events of the camera: as an iterator, as calls of a function, and in ``async for`` (data sheet N5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m._listening import Event, EventListener, EventSubscription
from vcxg124m.errors import FeatureValueError
from vcxg124m.features._descriptor import IntegerReading
from vcxg124m.features._group import FeatureGroup

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._listening import EventReader
    from vcxg124m.features.nodes import Nodes

__all__ = ["Event", "EventListener", "EventSubscription", "Events"]


class Events(FeatureGroup):
    """What the camera tells of by itself: exposures, edges of lines, skipped triggers, its temperature and more.

    ::

        with cam.events.listen("ExposureEnd", "Line0RisingEdge") as events:
            for event in events:
                print(event.name, event.timestamp_ns)
    """

    lost_count = IntegerReading("LostEventCounter", doc="Events that the camera could not send.", sheet="N5")

    def __init__(self, nodes: Nodes, reader: EventReader) -> None:
        super().__init__(nodes)
        self._reader = reader

    @property
    def choices(self) -> tuple[str, ...]:
        """The camera's names of its events."""
        return self._nodes["EventSelector"].entries

    @property
    def enabled(self) -> tuple[str, ...]:
        """The events that the camera tells of."""
        return tuple(name for name in self.choices if self._is_enabled(name))

    def enable(self, *names: str) -> None:
        """Let the camera tell of these events, too.

        Raises
        ------
        FeatureValueError
            There is no such event; nothing was written.
        """
        self._switch(names, on=True)

    def disable(self, *names: str) -> None:
        """Let the camera tell of these events no more; without names, of none.

        Raises
        ------
        FeatureValueError
            There is no such event; nothing was written.
        """
        self._switch(names or self.choices, on=False)

    def listen(self, *names: str, queue: int = 10_000) -> EventListener:
        """Listen to events: iterate over the result, or ask it with ``get``.

        Parameters
        ----------
        names
            Of :attr:`choices`; they are enabled while somebody listens. Without names: all that are enabled already.
        queue
            Events that may wait; further ones are dropped and counted.

        Returns
        -------
        EventListener
            Close it with ``with`` or ``close()``.

        Raises
        ------
        FeatureValueError
            There is no such event, or ``queue`` is below 1.
        """
        if queue < 1:
            raise FeatureValueError(f"queue={queue} not accepted: 1 or more.", feature="queue", value=queue)
        self._check(names)
        return EventListener(self, self._reader, names, queue)

    def on(self, callback: Callable[[Event], object], *names: str, queue: int = 10_000) -> EventSubscription:
        """Call a function for each event, on a thread of its own, one after the other.

        An exception in it ends the subscription, and is raised by ``close()`` or at the end of ``with``.

        Parameters
        ----------
        callback
            Takes an :class:`Event`.
        names, queue
            As for :meth:`listen`.
        """
        return EventSubscription(self.listen(*names, queue=queue), callback)

    def close(self) -> None:
        """End all listeners: the camera is being closed."""
        self._reader.close()

    def switch_on(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Enable these events and return those that were off."""
        off = tuple(name for name in names if not self._is_enabled(name))
        self._switch(off, on=True)
        return off

    def _check(self, names: tuple[str, ...]) -> None:
        choices = self.choices
        for name in names:
            if name not in choices:
                raise FeatureValueError(
                    f"Event {name!r} not accepted: this camera has {', '.join(choices)}.",
                    feature="EventSelector",
                    value=name,
                    entries=choices,
                )

    def _switch(self, names: tuple[str, ...], *, on: bool) -> None:
        self._check(names)
        for name in names:
            with self.selected(EventSelector=name) as nodes:
                nodes.set("EventNotification", "On" if on else "Off")

    def _is_enabled(self, name: str) -> bool:
        with self.selected(EventSelector=name) as nodes:
            return nodes.peek("EventNotification") == "On"
