"""A group of features of one subject, and one feature of it with everything there is to know about it."""

from __future__ import annotations

import difflib
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from vcxg124m import _html
from vcxg124m.features._descriptor import Feature
from vcxg124m.features._explain import is_locked_by_stream

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from vcxg124m._backend import Limits, NodeValue
    from vcxg124m.features.nodes import Nodes

__all__ = ["BoundFeature", "FeatureGroup"]


class FeatureGroup:
    """Features of one subject. Stateless: reads and writes go to the camera's nodes.

    ``group.name`` is a feature's value; ``group["name"]`` is the feature itself, with limits, unit and lock.

    Parameters
    ----------
    nodes
        The camera's nodes.
    selectors
        Nodes to be set to these values around every access, and set back after it, for a group that is one of several
        equal ones: ``{"CounterSelector": "Counter1"}``.
    """

    def __init__(self, nodes: Nodes, selectors: dict[str, NodeValue] | None = None) -> None:
        self._nodes = nodes
        self._selectors = selectors or {}

    @property
    def nodes(self) -> Nodes:
        """All nodes of the camera."""
        return self._nodes

    @contextmanager
    def selected(self, **more: NodeValue) -> Generator[Nodes]:
        """Hold the camera's nodes, with this group's selectors and ``more`` of them set; at the end they are set back.

        Parameters
        ----------
        more
            Further selectors by their node names.
        """
        with self._nodes.lock:
            before: list[tuple[str, NodeValue]] = []
            try:
                for name, value in {**self._selectors, **more}.items():
                    now = self._nodes.peek(name)
                    if now != value:
                        self._nodes.set(name, value)
                        if now is not None:
                            before.append((name, now))
                yield self._nodes
            finally:
                for name, value in reversed(before):
                    self._nodes.set(name, value)

    @classmethod
    def features(cls) -> dict[str, Feature]:
        """Return the rows of this group by their Python name."""
        return {
            name: row
            for base in reversed(cls.__mro__)
            for name, row in vars(base).items()
            if isinstance(row, Feature)
        }

    def __getitem__(self, name: str) -> BoundFeature:
        row = self.features().get(name)
        if row is None:
            raise KeyError(
                f"{type(self).__name__} has no feature {name!r}{_suggestion(name, self.features())}"
            )
        return BoundFeature(self, name, row)

    def __iter__(self) -> Iterator[str]:
        return iter(self.features())

    def __contains__(self, name: object) -> bool:
        return name in self.features()

    def _ipython_key_completions_(self) -> list[str]:
        return list(self.features())

    if not TYPE_CHECKING:  # to a type checker it would mean that every name can be set

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse names that are no feature: a misspelt one would otherwise be set on the Python object only."""
            row: object = getattr(type(self), name, None)
            if not name.startswith("_") and not hasattr(row, "__set__"):
                raise AttributeError(
                    f"{type(self).__name__} has no feature {name!r}{_suggestion(name, dir(type(self)))}"
                )
            super().__setattr__(name, value)

    def __repr__(self) -> str:
        lines = [f"<{self._title()}"]
        lines += [
            f"  {each.name} = {each.shown()}{f' {each.unit}' if each.unit else ''}"
            for each in map(self.__getitem__, self)
            if each.implemented
        ]
        return "\n".join(lines) + ">"

    def html(self) -> _html.Html:
        """Return the group as an HTML table, which a notebook shows."""
        features = [self[name] for name in self]
        return _html.table(
            map(_cells, features),
            caption=self._title(),
            head=("feature", "value", "unit", "accepts", "state", "node"),
            titles=(str(each.feature.__doc__) for each in features),
        )

    def _repr_html_(self) -> str:
        return self.html()

    def _title(self) -> str:
        selected = ", ".join(str(value) for value in self._selectors.values())
        return f"{type(self).__name__}{f' {selected}' if selected else ''}"


class BoundFeature:
    """One feature of an open camera: its value, what it accepts now, and what locks it.

    Attributes
    ----------
    name
        The Python name in its group.
    feature
        The row: the camera's name of it (``feature.name``), meaning and data-sheet row.
    """

    def __init__(self, group: FeatureGroup, name: str, feature: Feature) -> None:
        self._group = group
        self.name = name
        self.feature = feature

    @property
    def unit(self) -> str:
        """Unit of the value; "" for none."""
        return self.feature.unit

    @property
    def value(self) -> object:
        """The value now.

        Raises
        ------
        FeatureAccessError, FeatureUnavailableError
            It cannot be read (or written) now, or the camera does not have it.
        FeatureValueError, FeatureTypeError
            The camera does not accept what was to be written.
        """
        return self.feature.get(self._group)

    @value.setter
    def value(self, value: object) -> None:
        self.set(value)

    def set(self, value: object, *, nearest: bool = False) -> object:
        """Write the value; ``nearest=True`` takes the nearest number that the camera accepts. Returns what was written.

        Raises
        ------
        FeatureAccessError, FeatureUnavailableError, FeatureValueError, FeatureTypeError
            As for :attr:`value`.
        """
        return self.feature.put(self._group, value, nearest=nearest)

    @property
    def access(self) -> str:
        """Access mode now: "NI" (not implemented), "NA" (not available), "RO", "WO" or "RW"."""
        return self.feature.access(self._group)

    @property
    def implemented(self) -> bool:
        """Whether this camera has the feature at all."""
        return self.access != "NI"

    @property
    def available(self) -> bool:
        """Whether the feature can be read or written now."""
        return self.access not in {"NI", "NA"}

    @property
    def locked_by(self) -> str:
        """What keeps a feature that can be written from being written now; "" when nothing does."""
        if not self.feature.writable or self.access not in {"NA", "RO"}:
            return ""
        with self.feature.node(self._group) as node:
            return node.locked_by or "the camera does not say what"

    @property
    def locked_by_stream(self) -> bool:
        """Whether it can be written as soon as no stream runs, and not before."""
        return self.feature.writable and is_locked_by_stream(self.feature.name, self._group.nodes.peek)

    @property
    def kind(self) -> str:
        """What the camera keeps: "integer", "float", "enumeration", "boolean", "string", "register" or "command"."""
        with self.feature.node(self._group) as node:
            return node.kind.value

    @property
    def limits(self) -> Limits:
        """Minimum, maximum and increment now, in the feature's own unit.

        Raises
        ------
        FeatureTypeError
            The feature is no number.
        """
        return self.feature.limits(self._group)

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries that can be chosen now, for an enumeration; empty for anything else."""
        with self.feature.node(self._group) as node:
            return node.entries

    def shown(self) -> str:
        """Return the value as text; the access mode in brackets where there is none to read."""
        access = self.access
        if access not in {"RO", "RW"}:
            return f"({access})"
        return str(self.value)

    def accepts(self) -> str:
        """Say in words what can be written now; "" where that cannot be said."""
        return self.feature.accepts(self._group) if self.available and self.feature.writable else ""

    def __repr__(self) -> str:
        parts = [f"<{type(self._group).__name__}.{self.name} = {self.shown()}"]
        parts[0] += f" {self.unit}" if self.unit else ""
        accepts, lock = self.accepts(), self.locked_by
        parts += [accepts] if accepts else []
        parts += [f"locked: {lock}"] if lock else []
        return f"{', '.join(parts)} ({self.feature.name})>"


def _cells(each: BoundFeature) -> tuple[str, ...]:
    state = {"NI": "not implemented", "NA": "not available"}.get(each.access, "")
    lock = each.locked_by
    return (
        each.name,
        each.shown(),
        each.unit,
        each.accepts(),
        f"locked: {lock}" if lock else state or ("" if each.feature.writable else "read only"),
        each.feature.name,
    )


def _suggestion(name: str, names: object) -> str:
    close = difflib.get_close_matches(name, list(cast("list[str]", names)), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
