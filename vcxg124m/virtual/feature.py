"""What a row of the feature table is: a GenICam feature together with the register behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vcxg124m.virtual.registers import Access, Bound, Form, Number, Register, Value

Kind = Literal["Integer", "Float", "Enumeration", "Boolean", "Command", "String", "Hidden"]
Entries = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Feature:
    """One row of the feature table.

    Parameters
    ----------
    name, kind, tip
        GenICam name, interface type ("Hidden" for a register that only other rows name) and one sentence for people.
    address, length, count
        The feature's own register; a number of `count` registers one behind another when a selector chooses among them.
    register, bits, factor
        A register of another row instead; the only bits of it that belong to the feature, as (lowest, highest) with
        0 the least significant; the feature's value = register value * factor.
    default, value
        Content of the own register at power up; value of a constant feature, which has no register, of a selector,
        which lives in the host's node map, or what a command writes.
    access, minimum, maximum, increment, entries, locked_by
        Rules, enforced by the device and told to the host. A limit may be the name of a row.
    selector
        The selector that chooses among the `count` registers.
    invalidated_by
        Rows whose writing may change this one.
    vendor
        The name is the maker's, not the naming convention's.
    volatile
        Changes by itself: a host must read it anew every time.
    """

    name: str
    kind: Kind
    tip: str = ""
    address: int | None = None
    length: int = 4
    count: int = 1
    register: str | None = None
    bits: tuple[int, int] | None = None
    factor: Number = 1
    default: Value = 0
    value: Value | None = None
    access: Access = Access.READ_ONLY
    minimum: Bound | None = None
    maximum: Bound | None = None
    increment: Number | None = None
    entries: Entries = ()
    locked_by: str | None = None
    selector: str | None = None
    invalidated_by: tuple[str, ...] = ()
    volatile: bool = False
    unit: str = ""
    representation: str = ""
    visibility: str = "Beginner"
    vendor: bool = False

    @property
    def row(self) -> Register | None:
        """The feature's own register; None for a constant and for one that stands in another row's register."""
        if self.address is None:
            return None
        choices: tuple[int, ...] = {"Boolean": (0, 1), "Command": (1,)}.get(
            self.kind, tuple(number for _, number in self.entries)
        )
        form = Form.FLOAT if self.kind == "Float" else Form.TEXT if self.kind == "String" else Form.UNSIGNED
        return Register(
            name=self.name,
            address=self.address,
            length=8 if self.kind == "Float" else self.length,
            form=form,
            access=self.access,
            default=self.default,
            count=self.count,
            minimum=self.minimum,
            maximum=self.maximum,
            increment=self.increment,
            choices=choices,
            locked_by=self.locked_by,
        )

    @property
    def register_name(self) -> str | None:
        """Name of the row that holds the value; None for a constant."""
        return self.name if self.address is not None else self.register


def numbered(*names: str) -> Entries:
    """Return enumeration entries with the values 0, 1, 2 and so on."""
    return tuple((name, number) for number, name in enumerate(names))
