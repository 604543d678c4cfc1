"""One row of the device's address space: what stands where, and what may be written there.

A row is the only place that knows an access mode and a rule. Words are big-endian, as everywhere in GigE Vision.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum

Number = int | float
Value = int | float | str
Bound = int | float | str
"""A limit: a number, or the name of the register that holds it now."""
Entries = tuple[tuple[str, int], ...]
"""Names of an enumeration with the numbers that stand in the register."""


class Access(Enum):
    """Access mode of a register, spelt as in a GenICam description."""

    READ_ONLY = "RO"
    READ_WRITE = "RW"
    WRITE_ONLY = "WO"


class Form(Enum):
    """How the bytes of a register are to be read."""

    UNSIGNED = "unsigned"
    FLOAT = "float"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Register:
    """One row of the register table.

    Parameters
    ----------
    name
        Unique in the table.
    address, length
        Bytes; both multiples of 4.
    count
        Number of equal registers one behind another, chosen by a selector.
    default
        Content at power up; a tuple gives each of the `count` registers its own.
    minimum, maximum, increment
        Rule for written numbers; values outside are refused. Counted from the minimum.
    entries, choices
        The only values that may be written, with names or without.
    entries_available
        Names of entries, each with the register that reads 0 while the entry cannot be chosen.
    writable_bits
        Bits that a write changes; the others keep their state.
    locked_by
        Name of a register; while it reads other than 0, writes are refused. Of several, each locks its own.
    available
        Name of a register; while it reads 0, reads and writes are refused. Of several, each serves its own.
    """

    name: str
    address: int
    length: int = 4
    form: Form = Form.UNSIGNED
    access: Access = Access.READ_ONLY
    default: Value | tuple[Value, ...] = 0
    count: int = 1
    minimum: Bound | None = None
    maximum: Bound | None = None
    increment: Number | None = None
    entries: Entries = ()
    choices: tuple[int, ...] = ()
    entries_available: tuple[tuple[str, str], ...] = ()
    writable_bits: int | None = None
    locked_by: str | None = None
    available: str | None = None

    @property
    def size(self) -> int:
        """Bytes of all `count` registers."""
        return self.length * self.count

    @property
    def start_content(self) -> bytes:
        """Bytes of all `count` registers at power up."""
        if not isinstance(self.default, tuple):
            return self.pack(self.default) * self.count
        if len(self.default) != self.count:
            raise ValueError(f"{self.name}: {len(self.default)} defaults for {self.count} registers")
        return b"".join(self.pack(value) for value in self.default)

    def pack(self, value: Value) -> bytes:
        """Return the bytes of `value`, `length` long.

        Raises
        ------
        ValueError, TypeError
            The value does not fit.
        """
        if self.form is Form.TEXT:
            data = str(value).encode("utf-8")
            if len(data) > self.length:
                raise ValueError(f"{self.name}: {value!r} is longer than {self.length} bytes")
            return data.ljust(self.length, b"\0")
        if isinstance(value, str):
            raise TypeError(f"{self.name} holds a number, not {value!r}")
        if self.form is Form.FLOAT:
            return struct.pack(">d" if self.length == 8 else ">f", value)
        try:
            return int(value).to_bytes(self.length, "big")
        except OverflowError:
            raise ValueError(f"{self.name}: {value} does not fit into {self.length} bytes") from None

    def unpack(self, data: bytes) -> Value:
        """Return what `length` bytes mean."""
        if self.form is Form.TEXT:
            return data.split(b"\0", 1)[0].decode("utf-8", "replace")
        if self.form is Form.FLOAT:
            value: float = struct.unpack(">d" if self.length == 8 else ">f", data)[0]
            return value
        return int.from_bytes(data, "big")

    def check(self, value: Value, low: Number | None, high: Number | None) -> None:
        """Hold a value to the rules of the row, between the limits as they are now.

        Raises
        ------
        ValueError
            It breaks one; says which.
        """
        if isinstance(value, str):
            return
        choices = self.choices or tuple(number for _, number in self.entries)
        if choices and value not in choices:
            raise ValueError(f"{self.name} = {value} is none of {choices}")
        # written so that NaN is refused, too
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            raise ValueError(f"{self.name} = {value} is not in {low} to {high}")
        if self.increment is not None and (value - (low or 0)) % self.increment:
            raise ValueError(f"{self.name} = {value} is not in steps of {self.increment}")

    def check_content(self, content: bytes) -> None:
        """Hold the bytes of all `count` registers to the rules that do not depend on other registers.

        Raises
        ------
        ValueError
            They break one; says which.
        """
        if len(content) != self.size:
            raise ValueError(f"{self.name} holds {self.size} bytes, not {len(content)}")
        low, high = (None if isinstance(bound, str) else bound for bound in (self.minimum, self.maximum))
        for start in range(0, self.size, self.length):
            self.check(self.unpack(content[start : start + self.length]), low, high)
