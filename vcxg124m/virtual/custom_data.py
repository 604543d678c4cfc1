"""Custom data: bytes of the user that outlive a power cut (data sheet M4)."""

from __future__ import annotations

from vcxg124m.virtual.memory import NonVolatileMemory, changed, restore
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile

_SECTION = "CustomData"
_NAMES = ("CustomData",)


class CustomData:
    """Remembers the bytes when the configuration mode is switched off; until then a power cut takes them back."""

    def __init__(self, registers: RegisterFile, memory: NonVolatileMemory) -> None:
        self._registers = registers
        self._memory = memory
        registers.on_write("CustomDataConfigurationMode", self._mode_written)

    def power_up(self) -> None:
        """Show the bytes remembered."""
        restore(self._registers, _NAMES, self._memory.read(_SECTION))

    def _mode_written(self, value: Value, index: int) -> None:
        del value, index
        if self._registers.entry("CustomDataConfigurationMode") == "Off":
            self._memory.write(_SECTION, changed(self._registers, _NAMES))
