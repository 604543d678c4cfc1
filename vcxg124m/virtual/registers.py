"""The device's address space: rows that say what stands where, and a file of registers that obeys them.

A row is the only place that knows an address, an access mode and a rule. `bootstrap.py` and `features.py` list rows;
the GenICam description is written from the same rows. Words are big-endian, as everywhere in GigE Vision.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from vcxg124m.virtual.status import Refused, Status

Number = int | float
Value = int | float | str
Bound = int | float | str
"""A limit: a number, or the name of the register that holds it now."""


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
    minimum, maximum, increment
        Rule for written numbers; values outside are refused. Counted from the minimum.
    choices
        The only values that may be written, for an enumeration.
    writable_bits
        Bits that a write changes; the others keep their state.
    locked_by
        Name of a register; while it reads other than 0, writes are refused. Of several, each locks its own.
    """

    name: str
    address: int
    length: int = 4
    form: Form = Form.UNSIGNED
    access: Access = Access.READ_ONLY
    default: Value = 0
    count: int = 1
    minimum: Bound | None = None
    maximum: Bound | None = None
    increment: Number | None = None
    choices: tuple[int, ...] = ()
    writable_bits: int | None = None
    locked_by: str | None = None

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


_STREAMING = frozenset({"TLParamsLocked", "AcquisitionActive"})
"""Locks that end with the stream: a write that meets them is answered BUSY, so worth another try later."""

Reader = Callable[[int], Value]
Writer = Callable[[Value, int], None]


class RegisterFile:
    """Registers and read-only memory of one device.

    It has two faces: `read` and `write` are what a host sees (bytes at addresses, with rules); `number`, `text` and
    `store` are the device's own, without rules. A register whose value follows from something else gets a reader; one
    whose writing causes something gets a writer. That is called when the rules have passed and the value is stored; it
    may store another one, or refuse, which brings the old value back.
    """

    def __init__(self, rows: Iterable[Register]) -> None:
        self._rows: dict[str, Register] = {}
        self._words: dict[int, tuple[Register, int]] = {}
        self._data: dict[str, bytearray] = {}
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}
        self._memory: list[tuple[int, bytes]] = []
        for row in rows:
            self._add(row)

    def _add(self, row: Register) -> None:
        if row.name in self._rows:
            raise ValueError(f"two registers are named {row.name}")
        self._rows[row.name] = row
        self._data[row.name] = bytearray(row.pack(row.default) * row.count)
        for offset in range(0, row.length * row.count, 4):
            other, _ = self._words.setdefault(row.address + offset, (row, offset))
            if other is not row:
                raise ValueError(f"{row.name} and {other.name} share the address 0x{row.address + offset:X}")

    def power_up(self, *, keep: Iterable[str] = ()) -> None:
        """Give every register its default again, except those named in `keep`."""
        kept = frozenset(keep)
        for row in self._rows.values():
            if row.name not in kept:
                self._data[row.name][:] = row.pack(row.default) * row.count

    def add_memory(self, address: int, content: bytes) -> None:
        """Serve `content` read-only at `address`, readable to the next multiple of 4."""
        self._memory.append((address, content + bytes(-len(content) % 4)))

    def on_read(self, name: str, reader: Reader) -> None:
        """Let `reader(index)` say what register `name` holds."""
        self._readers[self._rows[name].name] = reader

    def on_write(self, name: str, writer: Writer) -> None:
        """Call `writer(value, index)` when a host writes to `name`; it may refuse."""
        self._writers[self._rows[name].name] = writer

    def row(self, name: str) -> Register:
        """Return the row called `name`."""
        return self._rows[name]

    def number(self, name: str, index: int = 0) -> Number:
        """Return the number that register `name` holds."""
        value = self._value(self._rows[name], index)
        if isinstance(value, str):
            raise TypeError(f"{name} holds text")
        return value

    def integer(self, name: str, index: int = 0) -> int:
        """Return the integer that register `name` holds."""
        return int(self.number(name, index))

    def text(self, name: str) -> str:
        """Return the text that register `name` holds."""
        return str(self._value(self._rows[name], 0))

    def store(self, name: str, value: Value, index: int = 0) -> None:
        """Set register `name` from inside the device: no rule is asked, no writer called."""
        row = self._rows[name]
        self._data[name][index * row.length : (index + 1) * row.length] = row.pack(value)

    def _value(self, row: Register, index: int) -> Value:
        reader = self._readers.get(row.name)
        if reader is not None:
            return reader(index)
        return row.unpack(bytes(self._data[row.name][index * row.length : (index + 1) * row.length]))

    def _bytes(self, row: Register) -> bytes:
        if row.access is Access.WRITE_ONLY:
            return bytes(row.length * row.count)
        if row.name in self._readers:
            return b"".join(row.pack(self._value(row, index)) for index in range(row.count))
        return bytes(self._data[row.name])

    def read(self, address: int, length: int) -> bytes:
        """Return `length` bytes at `address`, both multiples of 4.

        Raises
        ------
        Refused
            INVALID_ADDRESS: part of the range holds nothing. BAD_ALIGNMENT. Write-only registers read as 0.
        """
        _check_alignment(address, length)
        for start, content in self._memory:
            if start <= address and address + length <= start + len(content):
                return content[address - start : address - start + length]
        result = bytearray()
        while len(result) < length:
            row, offset = self._at(address + len(result))
            result += self._bytes(row)[offset : offset + length - len(result)]
        return bytes(result)

    def write(self, address: int, data: bytes) -> int:
        """Write whole registers beginning at `address` and return the number of bytes, `len(data)`.

        Text may be written in parts, a number only as a whole.

        Raises
        ------
        Refused
            For the first register that does not take its bytes. Registers before it were written.
        """
        _check_alignment(address, len(data))
        done = 0
        while done < len(data):
            row, offset = self._at(address + done)
            index, within = divmod(offset, row.length)
            size = min(row.length - within, len(data) - done)
            self._write_one(row, index, within, data[done : done + size])
            done += size
        return done

    def _at(self, address: int) -> tuple[Register, int]:
        try:
            return self._words[address]
        except KeyError:
            raise Refused(Status.INVALID_ADDRESS, f"nothing stands at 0x{address:08X}") from None

    def _write_one(self, row: Register, index: int, within: int, data: bytes) -> None:
        if row.access is Access.READ_ONLY:
            raise Refused(Status.WRITE_PROTECT, f"{row.name} is read only")
        if row.locked_by is not None and self.number(row.locked_by, index % self._rows[row.locked_by].count):
            status = Status.BUSY if row.locked_by in _STREAMING else Status.WRITE_PROTECT
            raise Refused(status, f"{row.name} is locked by {row.locked_by}")
        start = index * row.length
        stored = self._data[row.name]
        whole = bytearray(stored[start : start + row.length])
        whole[within : within + len(data)] = data
        if row.form is not Form.TEXT and len(data) != row.length:
            raise Refused(
                Status.BAD_ALIGNMENT, f"{row.name} is written as {row.length} bytes, not {len(data)}"
            )
        if row.writable_bits is not None:
            old = int(self._value(row, index))
            written = int.from_bytes(whole, "big")
            bits = row.writable_bits
            whole = bytearray(((old & ~bits) | (written & bits)).to_bytes(row.length, "big"))
        value = row.unpack(bytes(whole))
        self._check(row, value)
        before = bytes(stored)
        stored[start : start + row.length] = whole
        writer = self._writers.get(row.name)
        if writer is not None:
            try:
                writer(value, index)
            except Refused:
                stored[:] = before
                raise

    def _bound(self, bound: Bound) -> Number:
        return self.number(bound) if isinstance(bound, str) else bound

    def _check(self, row: Register, value: Value) -> None:
        if isinstance(value, str):
            return
        if row.choices and value not in row.choices:
            raise Refused(Status.INVALID_PARAMETER, f"{row.name} = {value} is none of {row.choices}")
        low = None if row.minimum is None else self._bound(row.minimum)
        high = None if row.maximum is None else self._bound(row.maximum)
        # written so that NaN is refused, too
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            raise Refused(Status.INVALID_PARAMETER, f"{row.name} = {value} is not in {low} to {high}")
        if row.increment is not None and (value - (low or 0)) % row.increment:
            raise Refused(
                Status.INVALID_PARAMETER, f"{row.name} = {value} is not in steps of {row.increment}"
            )


def _check_alignment(address: int, length: int) -> None:
    if address % 4 or length % 4 or not length:
        raise Refused(Status.BAD_ALIGNMENT, f"0x{address:08X} + {length} is not in multiples of 4")
