"""What a row of the feature table is: a GenICam feature together with the register behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vcxg124m.virtual.register import Access, Bound, Entries, Form, Number, Register, Value

Kind = Literal["Integer", "Float", "Enumeration", "Boolean", "Command", "String", "Image", "Hidden"]


@dataclass(frozen=True)
class Place:
    """Where a value stands that comes with a chunk or an event: a port of its own instead of the device's memory.

    Parameters
    ----------
    port
        Name of the port node.
    id
        ChunkID or EventID of the port.
    of
        Which of the two.
    offset
        Bytes from the start of the chunk's data or of the event.
    """

    port: str
    id: int
    of: Literal["ChunkID", "EventID"]
    offset: int = 0


@dataclass(frozen=True)
class Feature:
    """One row of the feature table.

    A feature has a register of its own, with an address that `layout.py` gives it, unless `register`, `value` or
    `place` says where else its value is.

    Parameters
    ----------
    name, kind, tip
        GenICam name, interface type ("Hidden" for a register that only other rows name) and one sentence for people.
    length, count
        The own register's bytes (a Float's are 8); that many registers one behind another, chosen by the selector.
    register, bits, factor
        A register of another row instead; the only bits of it that belong to the feature, as (lowest, highest) with
        0 the least significant; the feature's value = register value * factor.
    value
        Value of a constant feature, which has no register, or of a selector, which lives in the host's node map.
    place
        The chunk or event that brings the value.
    default
        Content of the own register at power up; a tuple has one for each of `count`.
    command
        What a command writes.
    access, minimum, maximum, increment, entries
        Rules, enforced by the device and told to the host. A limit may be the name of a row.
    locked_by, available
        A row that locks the feature while it is other than 0; one that makes it unavailable while it is 0.
    entries_available
        Names of entries, each with the row that is 0 while it cannot be chosen.
    selector
        The selector that chooses among the `count` registers.
    invalidated_by
        Rows whose writing may change this one.
    volatile
        Changes by itself: a host must read it anew every time.
    kept
        Whether a user set holds it; by default every writable register of the features' own (data sheet M3: anything
        that a user can define).
    vendor
        The name is the maker's, not the naming convention's.
    """

    name: str
    kind: Kind
    tip: str = ""
    length: int = 4
    count: int = 1
    register: str | None = None
    bits: tuple[int, int] | None = None
    factor: Number = 1
    value: Value | None = None
    place: Place | None = None
    default: Value | tuple[Value, ...] = 0
    command: int = 1
    access: Access = Access.READ_ONLY
    minimum: Bound | None = None
    maximum: Bound | None = None
    increment: Number | None = None
    entries: Entries = ()
    locked_by: str | None = None
    available: str | None = None
    entries_available: tuple[tuple[str, str], ...] = ()
    selector: str | None = None
    invalidated_by: tuple[str, ...] = ()
    volatile: bool = False
    kept: bool | None = None
    unit: str = ""
    representation: str = ""
    visibility: str = "Beginner"
    vendor: bool = False

    @property
    def owns_register(self) -> bool:
        """Whether the feature has a register of its own."""
        return self.register is None and self.value is None and self.place is None

    @property
    def in_user_set(self) -> bool:
        """Whether a user set holds the feature's value."""
        return self.owns_register and self.access is Access.READ_WRITE if self.kept is None else self.kept

    @property
    def register_name(self) -> str | None:
        """Name of the row that holds the value; None for a constant."""
        return self.name if self.owns_register else self.register

    @property
    def register_length(self) -> int:
        """Bytes of one of the own registers."""
        return 8 if self.kind == "Float" and self.place is None else self.length

    def at(self, address: int) -> Register:
        """Return the feature's own register, placed at `address`."""
        form = Form.FLOAT if self.kind == "Float" else Form.TEXT if self.kind == "String" else Form.UNSIGNED
        choices: dict[str, tuple[int, ...]] = {"Boolean": (0, 1), "Command": (self.command,)}
        return Register(
            name=self.name,
            address=address,
            length=self.register_length,
            form=form,
            access=self.access,
            default=self.default,
            count=self.count,
            minimum=self.minimum,
            maximum=self.maximum,
            increment=self.increment,
            entries=self.entries,
            choices=choices.get(self.kind, ()),
            entries_available=self.entries_available,
            locked_by=self.locked_by,
            available=self.available,
        )


def numbered(*names: str) -> Entries:
    """Return enumeration entries with the values 0, 1, 2 and so on."""
    return tuple((name, number) for number, name in enumerate(names))
