"""The registers of one device: bytes at addresses with rules for the host, names and values for the device.

`bootstrap.py` and the package `features` list the rows; the GenICam description is written from the same rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from vcxg124m.virtual.register import Access, Bound, Form, Number, Register, Value
from vcxg124m.virtual.status import Refused, Status

_STREAMING: Final = frozenset({"TLParamsLocked", "AcquisitionActive"})
"""Locks that end with the stream: a write that meets them is answered BUSY, so worth another try later."""

Reader = Callable[[int], Value]
Writer = Callable[[Value, int], None]


class RegisterFile:
    """Registers and read-only memory of one device.

    It has two faces: `read` and `write` are what a host sees (bytes at addresses, with rules); `number`, `text`,
    `entry` and `store` are the device's own, without rules. A register whose value follows from something else gets
    a reader; one whose writing causes something gets writers. They are called in the order in which they were given,
    when the rules have passed and the value is stored; each may store another value, or refuse, which brings the old
    one back.
    """

    def __init__(self, rows: Iterable[Register]) -> None:
        self._rows: dict[str, Register] = {}
        self._data: dict[str, bytearray] = {}
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, list[Writer]] = {}
        self._memory: dict[int, bytes] = {}
        for row in rows:
            if row.name in self._rows:
                raise ValueError(f"two registers are named {row.name}")
            self._rows[row.name] = row
            self._data[row.name] = bytearray(row.start_content)
        self._places = sorted(self._rows.values(), key=lambda row: row.address)
        self._starts = [row.address for row in self._places]
        for row, following in zip(self._places, self._places[1:], strict=False):
            if row.address + row.size > following.address:
                raise ValueError(f"{following.name} and {row.name} share the address 0x{following.address:X}")

    def power_up(self, *, keep: Iterable[str] = ()) -> None:
        """Give every register its default again, except those named in `keep`."""
        kept = frozenset(keep)
        for row in self._rows.values():
            if row.name not in kept:
                self._data[row.name][:] = row.start_content

    def add_memory(self, address: int, content: bytes) -> None:
        """Serve `content` read-only at `address`, readable to the next multiple of 4, in place of what was there."""
        self._memory[address] = content + bytes(-len(content) % 4)

    def on_read(self, name: str, reader: Reader) -> None:
        """Let `reader(index)` say what register `name` holds."""
        self._readers[self._rows[name].name] = reader

    def on_write(self, name: str, writer: Writer) -> None:
        """Call `writer(value, index)` when a host writes to `name`; it may refuse."""
        self._writers.setdefault(self._rows[name].name, []).append(writer)

    # --- the device's own face

    def rows(self) -> Iterator[Register]:
        """Walk over all rows."""
        return iter(self._rows.values())

    def row(self, name: str) -> Register:
        """Return the row called `name`."""
        return self._rows[name]

    def number(self, name: str, index: int = 0) -> Number:
        """Return the number that register `name` holds."""
        value = self.value(name, index)
        if isinstance(value, str):
            raise TypeError(f"{name} holds text")
        return value

    def integer(self, name: str, index: int = 0) -> int:
        """Return the integer that register `name` holds."""
        return int(self.number(name, index))

    def text(self, name: str) -> str:
        """Return the text that register `name` holds."""
        return str(self.value(name))

    def entry(self, name: str, index: int = 0) -> str:
        """Return the name of the entry that the enumeration `name` holds."""
        number = self.integer(name, index)
        return next(entry for entry, value in self._rows[name].entries if value == number)

    def value(self, name: str, index: int = 0) -> Value:
        """Return what register `name` holds."""
        reader = self._readers.get(name)
        return self.stored(name, index) if reader is None else reader(index)

    def stored(self, name: str, index: int = 0) -> Value:
        """Return what was stored in register `name`, whatever its reader says."""
        row = self._rows[name]
        return row.unpack(bytes(self._data[name][index * row.length : (index + 1) * row.length]))

    def content(self, name: str) -> bytes:
        """Return the stored bytes of all registers called `name`, one behind another."""
        return bytes(self._data[name])

    def store(self, name: str, value: Value, index: int = 0) -> None:
        """Set register `name` from inside the device: no rule is asked, no writer called."""
        row = self._rows[name]
        self._data[name][index * row.length : (index + 1) * row.length] = row.pack(value)

    def store_entry(self, name: str, entry: str, index: int = 0) -> None:
        """Set the enumeration `name` to one of its entries from inside the device."""
        self.store(name, dict(self._rows[name].entries)[entry], index)

    def store_content(self, name: str, content: bytes) -> None:
        """Set all registers called `name` from inside the device.

        Raises
        ------
        ValueError
            `content` is not exactly as long as they are.
        """
        if len(content) != len(self._data[name]):
            raise ValueError(f"{name} holds {len(self._data[name])} bytes, not {len(content)}")
        self._data[name][:] = content

    # --- the host's face

    def read(self, address: int, length: int) -> bytes:
        """Return `length` bytes at `address`, both multiples of 4.

        Raises
        ------
        Refused
            INVALID_ADDRESS: part of the range holds nothing. BAD_ALIGNMENT. ACCESS_DENIED: not available now.
            Write-only registers read as 0.
        """
        _check_alignment(address, length)
        for start, content in self._memory.items():
            if start <= address and address + length <= start + len(content):
                return content[address - start : address - start + length]
        result = bytearray()
        while len(result) < length:
            row, index, within = self._at(address + len(result))
            result += self._read_one(row, index)[within : within + length - len(result)]
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
            row, index, within = self._at(address + done)
            size = min(row.length - within, len(data) - done)
            self._write_one(row, index, within, data[done : done + size])
            done += size
        return done

    def _at(self, address: int) -> tuple[Register, int, int]:
        """Return the row at an address, which of its registers, and the byte within."""
        place = bisect_right(self._starts, address) - 1
        row = self._places[place] if place >= 0 else None
        if row is None or address >= row.address + row.size:
            raise Refused(Status.INVALID_ADDRESS, f"nothing stands at 0x{address:08X}")
        index, within = divmod(address - row.address, row.length)
        return row, index, within

    def _state(self, name: str, index: int) -> bool:
        """Return whether a register that locks or serves another one, of the same index, reads other than 0."""
        return bool(self.number(name, index % self._rows[name].count))

    def _require_available(self, row: Register, index: int) -> None:
        if row.available is not None and not self._state(row.available, index):
            raise Refused(Status.ACCESS_DENIED, f"{row.name} is not available while {row.available} is 0")

    def _read_one(self, row: Register, index: int) -> bytes:
        if row.access is Access.WRITE_ONLY:
            return bytes(row.length)
        self._require_available(row, index)
        if row.name in self._readers:
            return row.pack(self._readers[row.name](index))
        return bytes(self._data[row.name][index * row.length : (index + 1) * row.length])

    def _write_one(self, row: Register, index: int, within: int, data: bytes) -> None:
        if row.access is Access.READ_ONLY:
            raise Refused(Status.WRITE_PROTECT, f"{row.name} is read only")
        self._require_available(row, index)
        if row.locked_by is not None and self._state(row.locked_by, index):
            status = Status.BUSY if row.locked_by in _STREAMING else Status.WRITE_PROTECT
            raise Refused(status, f"{row.name} is locked by {row.locked_by}")
        if row.form is not Form.TEXT and len(data) != row.length:
            raise Refused(
                Status.BAD_ALIGNMENT, f"{row.name} is written as {row.length} bytes, not {len(data)}"
            )
        place = slice(index * row.length, (index + 1) * row.length)
        before = bytes(self._data[row.name][place])
        whole = before[:within] + data + before[within + len(data) :]
        if row.writable_bits is not None:
            old, written, bits = (
                int(self.number(row.name, index)),
                int.from_bytes(whole, "big"),
                row.writable_bits,
            )
            whole = ((old & ~bits) | (written & bits)).to_bytes(row.length, "big")
        value = row.unpack(whole)
        self._check(row, value, index)
        self._data[row.name][place] = whole
        try:
            for writer in self._writers.get(row.name, ()):
                writer(value, index)
        except Refused:
            self._data[row.name][place] = before
            raise

    def _bound(self, bound: Bound | None) -> Number | None:
        return self.number(bound) if isinstance(bound, str) else bound

    def _check(self, row: Register, value: Value, index: int) -> None:
        try:
            row.check(value, self._bound(row.minimum), self._bound(row.maximum))
        except ValueError as error:
            raise Refused(Status.INVALID_PARAMETER, str(error)) from None
        for entry, condition in row.entries_available:
            if value == dict(row.entries)[entry] and not self._state(condition, index):
                raise Refused(
                    Status.INVALID_PARAMETER, f"{row.name} = {entry} is not available while {condition} is 0"
                )


def _check_alignment(address: int, length: int) -> None:
    if address % 4 or length % 4 or not length:
        raise Refused(Status.BAD_ALIGNMENT, f"0x{address:08X} + {length} is not in multiples of 4")
