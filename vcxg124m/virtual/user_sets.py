"""User sets: the factory's, read only, and three of the user's (data sheet M3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from vcxg124m.datasheet import MEMORY
from vcxg124m.virtual.features import KEPT, features
from vcxg124m.virtual.features.user_sets import USER_SETS
from vcxg124m.virtual.memory import KeptRegisters, NonVolatileMemory, changed, restore
from vcxg124m.virtual.registers import RegisterFile

_REGISTERS = {feature.name: feature.register_name or "" for feature in features() if feature.in_user_set}


class Part(Protocol):
    """Settings that do not stand in registers of their own, such as the sets of the sequencer."""

    def dump(self) -> bytes:
        """Return them as bytes; none when they are as the factory left them."""
        raise NotImplementedError

    def restore(self, content: bytes) -> None:
        """Bring them back; no bytes stand for the factory's."""


class UserSets:
    """Copies settings to and from the sets.

    Parameters
    ----------
    settled
        Called when settings have been copied to the camera: they may not fit together when only some were.
    """

    def __init__(
        self, registers: RegisterFile, memory: NonVolatileMemory, *, settled: Callable[[], None]
    ) -> None:
        self._registers = registers
        self._memory = memory
        self._settled = settled
        self._parts: dict[str, Part] = {}
        registers.on_write("UserSetLoad", lambda _, index: self._load(USER_SETS[index]))
        registers.on_write("UserSetSave", lambda _, index: self._save(USER_SETS[index]))
        self._choice = KeptRegisters(
            registers, memory, "UserSetControl", ("UserSetDefault", "UserSetFeatureEnable")
        )
        for name in MEMORY.user_sets:
            registers.on_read(f"{name}Saved", lambda _, name=name: int(name in memory))  # type: ignore[misc]

    def add_part(self, name: str, part: Part) -> None:
        """Let sets hold `part`, too."""
        self._parts[name] = part

    def power_up(self) -> None:
        """Copy the set that the camera starts with."""
        self._choice.power_up()
        self._load(self._registers.entry("UserSetDefault"))

    def _enabled(self) -> tuple[str, ...]:
        """Return the registers of the features that sets hold."""
        enabled = (
            name for index, name in enumerate(KEPT) if self._registers.integer("UserSetFeatureEnable", index)
        )
        return tuple(_REGISTERS[name] for name in enabled)

    def _load(self, name: str) -> None:
        content = self._memory.read(name)
        restore(self._registers, self._enabled(), content)
        for part_name, part in self._parts.items():
            part.restore(content.get(part_name, b""))
        self._settled()

    def _save(self, name: str) -> None:
        content = changed(self._registers, self._enabled())
        content.update({part_name: data for part_name, part in self._parts.items() if (data := part.dump())})
        self._memory.write(name, content)
