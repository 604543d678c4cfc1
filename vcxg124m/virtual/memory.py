"""The non-volatile memory: what a camera still knows after a power cut.

Sections of named contents, as the registers hold them. What equals the factory's content is not written down. Does no
I/O: a `Storage` does, if there is one; without one the memory lives as long as the camera.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from vcxg124m.datasheet import MEMORY
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.status import Refused, Status

Section = Mapping[str, bytes]
"""Contents by the name of their registers."""

CAPACITY_BYTES: Final = MEMORY.non_volatile_kb * 1024


class Storage(Protocol):
    """Keeps sections for longer than a camera lives."""

    def load(self) -> dict[str, Section]:
        """Return what was saved last, nothing at first."""
        raise NotImplementedError

    def save(self, sections: Mapping[str, Section]) -> None:
        """Replace everything at once.

        Raises
        ------
        OSError
            It cannot be written; what was saved before is still there.
        """


class NonVolatileMemory:
    """Sections of contents, at most as large as the camera's memory (data sheet M2)."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = storage
        self._sections: dict[str, Section] = {} if storage is None else storage.load()

    def __contains__(self, section: str) -> bool:
        return section in self._sections

    def read(self, section: str) -> Section:
        """Return a section; an empty one when it was never written."""
        return self._sections.get(section, {})

    def write(self, section: str, content: Section) -> None:
        """Replace a section.

        Raises
        ------
        Refused
            DATA_OVERRUN: it does not fit. ERROR: it could not be stored. Nothing has changed then.
        """
        self._replace({**self._sections, section: dict(content)})

    def erase(self) -> None:
        """Forget everything.

        Raises
        ------
        Refused
            ERROR: it could not be stored.
        """
        self._replace({})

    def _replace(self, sections: dict[str, Section]) -> None:
        size = sum(len(content) for section in sections.values() for content in section.values())
        if size > CAPACITY_BYTES:
            raise Refused(
                Status.DATA_OVERRUN, f"{size} bytes do not fit into {CAPACITY_BYTES} of non-volatile memory"
            )
        if self._storage is not None:
            try:
                self._storage.save(sections)
            except OSError as error:
                raise Refused(Status.ERROR, f"the non-volatile memory cannot be written: {error}") from error
        self._sections = sections


class KeptRegisters:
    """Registers that are remembered the moment they are written.

    Parameters
    ----------
    section
        Where the memory keeps them.
    names
        The registers.
    """

    def __init__(
        self, registers: RegisterFile, memory: NonVolatileMemory, section: str, names: tuple[str, ...]
    ) -> None:
        self._registers = registers
        self._memory = memory
        self._section = section
        self._names = names
        for name in names:
            registers.on_write(name, lambda _value, _index: self.save())

    def save(self) -> None:
        """Remember what the registers hold now."""
        self._memory.write(self._section, changed(self._registers, self._names))

    def power_up(self) -> None:
        """Give the registers what they held before the power was cut."""
        restore(self._registers, self._names, self._memory.read(self._section))


def changed(registers: RegisterFile, names: tuple[str, ...]) -> dict[str, bytes]:
    """Return the contents of those registers that do not hold what the factory wrote."""
    contents = {name: registers.content(name) for name in names}
    return {
        name: content for name, content in contents.items() if content != registers.row(name).start_content
    }


def restore(registers: RegisterFile, names: tuple[str, ...], contents: Section) -> None:
    """Give registers their contents, and those that have none what the factory wrote."""
    for name in names:
        registers.store_content(name, contents.get(name, registers.row(name).start_content))
