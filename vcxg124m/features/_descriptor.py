"""One row per feature: the camera's name, unit, meaning and data-sheet row; the value lives in the camera only.

A descriptor on a class gives itself (so a reference page can list it), on an instance the camera's value.
"""

from __future__ import annotations

import difflib
from enum import Enum
from typing import TYPE_CHECKING, Generic, TypeVar, overload

from vcxg124m.errors import FeatureAccessError

if TYPE_CHECKING:
    from typing_extensions import Never, Self

    from vcxg124m.features.nodes import Nodes

__all__ = [
    "Boolean",
    "BooleanReading",
    "Enumeration",
    "EnumerationReading",
    "Feature",
    "FeatureGroup",
    "Float",
    "FloatReading",
    "Integer",
    "IntegerReading",
    "String",
    "StringReading",
]

E = TypeVar("E", bound=Enum)


class FeatureGroup:
    """Features of one subject. Stateless: reads and writes go to the camera's nodes."""

    def __init__(self, nodes: Nodes) -> None:
        self._nodes = nodes

    @property
    def nodes(self) -> Nodes:
        """All nodes of the camera."""
        return self._nodes

    if not TYPE_CHECKING:  # to a type checker it would mean that every name can be set

        def __setattr__(self, name: str, value: object) -> None:
            """Refuse names that are no feature: a misspelt one would otherwise be set on the Python object only."""
            row: object = getattr(type(self), name, None)
            if not name.startswith("_") and not hasattr(row, "__set__"):
                close = difflib.get_close_matches(name, dir(type(self)), n=1)
                raise AttributeError(
                    f"{type(self).__name__} has no feature {name!r}{f'; did you mean {close[0]!r}?' if close else ''}"
                )
            super().__setattr__(name, value)

    @classmethod
    def features(cls) -> dict[str, Feature]:
        """Return the rows of this group by their Python name."""
        return {
            name: row
            for base in reversed(cls.__mro__)
            for name, row in vars(base).items()
            if isinstance(row, Feature)
        }

    def __repr__(self) -> str:
        lines = [f"<{type(self).__name__}"]
        for name, row in self.features().items():
            node = self._nodes.peek(row.name)
            if node is not None:
                lines.append(f"  {name} = {node!r}{f' {row.unit}' if row.unit else ''}")
        return "\n".join(lines) + ">"


class Feature:
    """What all rows share."""

    def __init__(self, name: str, *, doc: str, unit: str = "", sheet: str = "") -> None:
        self.name = name
        self.unit = unit
        self.sheet = sheet
        self.__doc__ = f"{doc} ({', '.join(filter(None, [name, unit, sheet and f'data sheet {sheet}']))})"

    def __set__(self, obj: FeatureGroup, value: Never) -> None:
        """Refuse: this row can only be read."""
        del value
        raise FeatureAccessError(
            f"{self.name} of {type(obj).__name__} can only be read.", feature=self.name, access="RO"
        )


class FloatReading(Feature):
    """A float feature that can only be read."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> float: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | float:
        return self if obj is None else obj.nodes.get_float(self.name)


class Float(FloatReading):
    """A float feature."""

    def __set__(self, obj: FeatureGroup, value: float) -> None:
        obj.nodes.set(self.name, value)


class IntegerReading(Feature):
    """An integer feature that can only be read."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> int: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | int:
        return self if obj is None else obj.nodes.get_int(self.name)


class Integer(IntegerReading):
    """An integer feature."""

    def __set__(self, obj: FeatureGroup, value: int) -> None:
        obj.nodes.set(self.name, value)


class BooleanReading(Feature):
    """A boolean feature that can only be read."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> bool: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | bool:
        return self if obj is None else obj.nodes.get_bool(self.name)


class Boolean(BooleanReading):
    """A boolean feature."""

    def __set__(self, obj: FeatureGroup, value: bool) -> None:  # noqa: FBT001 - descriptors are called so
        obj.nodes.set(self.name, value)


class StringReading(Feature):
    """A text feature that can only be read."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> str: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | str:
        return self if obj is None else obj.nodes.get_str(self.name)


class String(StringReading):
    """A text feature."""

    def __set__(self, obj: FeatureGroup, value: str) -> None:
        obj.nodes.set(self.name, value)


class EnumerationReading(Feature, Generic[E]):
    """An enumeration that can only be read.

    It reads as a member, or as a plain string where the camera has an entry of its own.
    """

    def __init__(self, name: str, entries: type[E], *, doc: str, sheet: str = "") -> None:
        super().__init__(name, doc=doc, sheet=sheet)
        self.entries = entries

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> E | str: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | E | str:
        if obj is None:
            return self
        text = obj.nodes.get_str(self.name)
        known = {member.value: member for member in self.entries}
        return known.get(text, text)


class Enumeration(EnumerationReading[E]):
    """An enumeration feature; takes a member or the camera's spelling of it."""

    def __set__(self, obj: FeatureGroup, value: E | str) -> None:
        obj.nodes.set(self.name, str(value.value) if isinstance(value, Enum) else value)
