"""One row per feature: the camera's name, unit, meaning and data-sheet row; the value lives in the camera only.

A descriptor on a class gives itself (so a reference page can list it), on an instance the camera's value.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast, overload

from vcxg124m._backend import Limits, NodeKind
from vcxg124m.errors import FeatureAccessError, FeatureTypeError
from vcxg124m.features import _numeric
from vcxg124m.units import format_ip, format_mac, parse_ip

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from typing_extensions import Never, Self

    from vcxg124m._backend import NodeValue
    from vcxg124m.features._group import FeatureGroup
    from vcxg124m.features.nodes import Node

__all__ = [
    "Boolean",
    "BooleanReading",
    "Command",
    "Enumeration",
    "EnumerationReading",
    "Feature",
    "Float",
    "FloatReading",
    "Integer",
    "IntegerReading",
    "IpAddress",
    "IpAddressReading",
    "MacAddressReading",
    "Reading",
    "String",
    "StringReading",
    "Unreadable",
    "Writing",
]

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

_NOTHING_SELECTED: Mapping[str, NodeValue] = MappingProxyType({})


class Feature:
    """What all rows share.

    Attributes
    ----------
    name
        The camera's name of the feature (SFNC's, or the maker's own).
    unit
        Unit of the value; "" for none.
    sheet
        Rows of the data sheet that ask for it, with blanks between; "" for none.
    select
        Selectors, by node name, that choose this feature among several of the same name.
    kept
        Whether a configuration keeps it: False for what belongs to one camera, one network or one moment.
    writable
        Whether the feature can be written at all.
    optional
        Whether None is a value: switched off.
    """

    writable: ClassVar[bool] = False
    optional: ClassVar[bool] = False

    def __init__(
        self,
        name: str,
        *,
        doc: str,
        unit: str = "",
        sheet: str = "",
        select: Mapping[str, NodeValue] = _NOTHING_SELECTED,
        kept: bool = True,
    ) -> None:
        self.name = name
        self.unit = unit
        self.sheet = sheet
        self.select = select
        self.kept = kept and self.writable
        self.__doc__ = f"{doc} ({', '.join(filter(None, [name, unit, sheet and f'data sheet {sheet}']))})"

    @contextmanager
    def node(self, group: FeatureGroup) -> Generator[Node]:
        """Hold the camera's node of this feature, with the selectors set that choose it."""
        with group.selected(**self.select) as nodes:
            yield nodes[self.name]

    def get(self, group: FeatureGroup) -> object:
        """Return the value now."""
        with self.node(group) as node:
            return node.value

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> object:
        """Write the value and return what was written."""
        del value, nearest
        raise FeatureAccessError(
            f"{self.name} of {type(group).__name__} can only be read.", feature=self.name, access="RO"
        )

    def access(self, group: FeatureGroup) -> str:
        """Return the access mode now: "NI", "NA", "RO", "WO" or "RW"."""
        if self.name not in group.nodes:
            return "NI"
        with self.node(group) as node:
            access = node.access
        return "RO" if access == "RW" and not self.writable else access

    def limits(self, group: FeatureGroup) -> Limits:
        """Return what is accepted now."""
        with self.node(group) as node:
            return node.limits

    def accepts(self, group: FeatureGroup) -> str:
        """Say what is accepted now; "" for what has no limits."""
        with self.node(group) as node:
            if node.kind is NodeKind.ENUMERATION:
                return ", ".join(node.entries)
            if node.kind is NodeKind.BOOLEAN:
                return "True, False"
            if node.kind not in {NodeKind.INTEGER, NodeKind.FLOAT} or not node.readable:
                return ""
        return _numeric.describe(self.limits(group), self.unit)

    def __set__(self, obj: FeatureGroup, value: Never) -> None:
        """Refuse: this row can only be read."""
        self.put(obj, value)


class Reading(Feature, Generic[T]):
    """A feature that can be read; on an instance of the group it is the value."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> T: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | T:
        return self if obj is None else self.get(obj)

    def get(self, group: FeatureGroup) -> T:
        with self.node(group) as node:
            return self._converted(node.value, group)

    def _converted(self, value: NodeValue, group: FeatureGroup) -> T:
        raise NotImplementedError

    def _mistyped(self, value: NodeValue, group: FeatureGroup, wanted: str) -> FeatureTypeError:
        return FeatureTypeError(
            f"{self.name} of {group.nodes.owner} is not {wanted} but {value!r}.", feature=self.name
        )


class Writing(Reading[T]):
    """A feature that can be read and written."""

    writable = True

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> T:
        with self.node(group) as node:
            return self._converted(node.set(cast("NodeValue", value), nearest=nearest), group)

    def __set__(self, obj: FeatureGroup, value: T) -> None:
        self.put(obj, value)


class FloatReading(Reading[float]):
    """A float feature that can only be read."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> float:
        if isinstance(value, (str, bytes)):
            raise self._mistyped(value, group, "a number")
        return float(value)


class Float(FloatReading, Writing[float]):
    """A float feature."""


class IntegerReading(Reading[int]):
    """An integer feature that can only be read."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> int:
        if not isinstance(value, int):
            raise self._mistyped(value, group, "an integer")
        return int(value)


class Integer(IntegerReading, Writing[int]):
    """An integer feature."""


class BooleanReading(Reading[bool]):
    """A boolean feature that can only be read."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> bool:
        if not isinstance(value, int):
            raise self._mistyped(value, group, "a boolean")
        return bool(value)


class Boolean(BooleanReading, Writing[bool]):
    """A boolean feature."""


class StringReading(Reading[str]):
    """A text feature that can only be read."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> str:
        if not isinstance(value, str):
            raise self._mistyped(value, group, "a string")
        return value


class String(StringReading, Writing[str]):
    """A text feature."""


class EnumerationReading(Reading["E | str"], Generic[E]):
    """An enumeration that can only be read.

    It reads as a member, or as a plain string where the camera has an entry of its own.
    """

    def __init__(
        self,
        name: str,
        entries: type[E],
        *,
        doc: str,
        sheet: str = "",
        select: Mapping[str, NodeValue] = _NOTHING_SELECTED,
        kept: bool = True,
    ) -> None:
        super().__init__(name, doc=doc, sheet=sheet, select=select, kept=kept)
        self.entries = entries

    def _converted(self, value: NodeValue, group: FeatureGroup) -> E | str:
        if not isinstance(value, str):
            raise self._mistyped(value, group, "an entry's name")
        known = {str(member.value): member for member in self.entries}
        return known.get(value, value)


class Enumeration(EnumerationReading[E], Writing["E | str"]):
    """An enumeration feature; takes a member or the camera's spelling of it."""

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> E | str:
        return super().put(group, str(value.value) if isinstance(value, Enum) else value, nearest=nearest)


class IpAddressReading(Reading[str]):
    """An IPv4 address as dotted quad; the camera keeps a number."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> str:
        if not isinstance(value, int):
            raise self._mistyped(value, group, "an address")
        return format_ip(value)

    def accepts(self, group: FeatureGroup) -> str:
        del group
        return "dotted quad" if self.writable else ""


class IpAddress(IpAddressReading, Writing[str]):
    """An IPv4 address as dotted quad, that can be written."""

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> str:
        return super().put(group, parse_ip(value, self.name), nearest=nearest)


class MacAddressReading(Reading[str]):
    """A MAC address as colon-separated hex; the camera keeps a number."""

    def _converted(self, value: NodeValue, group: FeatureGroup) -> str:
        if not isinstance(value, int):
            raise self._mistyped(value, group, "an address")
        return format_mac(value)

    def accepts(self, group: FeatureGroup) -> str:
        del group
        return ""


class Unreadable(Feature):
    """An integer that can be written and never read back, such as a key."""

    writable = True

    def __init__(self, name: str, *, doc: str, sheet: str = "") -> None:
        super().__init__(name, doc=doc, sheet=sheet, kept=False)

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> Never: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self:
        if obj is None:
            return self
        self.get(obj)
        raise FeatureAccessError(f"{self.name} can only be written.", feature=self.name, access="WO")

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> object:
        with self.node(group) as node:
            return node.set(cast("NodeValue", value), nearest=nearest)

    def __set__(self, obj: FeatureGroup, value: int) -> None:
        self.put(obj, value)


class Command(Feature):
    """A command: ``group.name()`` executes it and waits until the camera reports it done."""

    writable = True

    def __init__(self, name: str, *, doc: str, sheet: str = "") -> None:
        super().__init__(name, doc=doc, sheet=sheet, kept=False)

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self, obj: FeatureGroup, owner: type) -> Callable[[], None]: ...
    def __get__(self, obj: FeatureGroup | None, owner: type) -> Self | Callable[[], None]:
        if obj is None:
            return self

        def execute() -> None:
            with self.node(obj) as node:
                node.execute()

        execute.__doc__ = self.__doc__
        return execute

    def get(self, group: FeatureGroup) -> object:
        del group
        raise FeatureTypeError(f"{self.name} is a command and has no value.", feature=self.name)

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> object:
        del group, value, nearest
        raise FeatureTypeError(f"{self.name} is a command: call it instead.", feature=self.name)

    def accepts(self, group: FeatureGroup) -> str:
        del group
        return "a call"
