"""The sequencer's sets between the registers and the engine: save, load, apply."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator

from vcxg124m.datasheet import SEQUENCER
from vcxg124m.virtual.engine.sequencer import FeatureKey, Path, Sequencer, SequencerSet, Values
from vcxg124m.virtual.registers import RegisterFile

_SIGNALS = {"ReadOutActive": "ReadoutActive"}
"""Path triggers that SequencerTriggerSource spells otherwise than LineSource does."""

_Dumped = dict[str, tuple[list[tuple[str, int, "int | float"]], list[tuple[int, str, str]]]]
"""Features with index and value, and paths, by the number of their set."""


class SequencerRegisters:
    """Copies between the camera's features and the sets of the sequencer."""

    def __init__(self, registers: RegisterFile, sequencer: Sequencer) -> None:
        self._registers = registers
        self._sequencer = sequencer
        registers.on_write("SequencerSetSave", lambda _value, index: self._save(index))
        registers.on_write("SequencerSetLoad", lambda _value, index: self._load(index))
        registers.on_read("SequencerSetActive", lambda _: sequencer.active)

    def first_set(self) -> int | None:
        """Return the set to start with; None while the sequencer is off."""
        if self._registers.entry("SequencerMode") == "Off":
            return None
        return self._registers.integer("SequencerSetStart")

    def apply(self, values: Values) -> None:
        """Let the values of a set be those of the camera's features."""
        for (name, index), value in values.items():
            if name == "UserOutputValueAll":
                store_user_outputs(self._registers, int(value))
            else:
                self._registers.store(name, value, index)

    def dump(self) -> bytes:
        """Return all sets as bytes, for a user set; none when they are as the factory left them.

        Compressed, because three user sets with 128 sets each must fit into the camera's memory (data sheet M2).
        """
        changed = {
            number: [
                [[name, index, value] for (name, index), value in kept.values.items()],
                [[path.next, path.source, path.activation] for path in kept.paths],
            ]
            for number, kept in enumerate(self._sequencer.sets)
            if kept != SequencerSet()
        }
        return zlib.compress(json.dumps(changed).encode()) if changed else b""

    def restore(self, content: bytes) -> None:
        """Bring sets back that `dump` has returned; no bytes stand for the factory's."""
        self._sequencer.clear()
        changed: _Dumped = json.loads(zlib.decompress(content)) if content else {}
        for number, (values, paths) in changed.items():
            self._sequencer.sets[int(number)] = SequencerSet(
                values={(name, index): value for name, index, value in values},
                paths=tuple(
                    Path(next=following, source=source, activation=edge) for following, source, edge in paths
                ),
            )

    def _enabled(self) -> Iterator[FeatureKey]:
        for number, name in enumerate(SEQUENCER.features):
            if self._registers.integer("SequencerFeatureEnable", number):
                yield from ((name, index) for index in range(self._registers.row(name).count))

    def _save(self, number: int) -> None:
        registers = self._registers
        self._sequencer.sets[number] = SequencerSet(
            values={(name, index): registers.number(name, index) for name, index in self._enabled()},
            paths=tuple(self._path(path) for path in range(SEQUENCER.paths_per_set)),
        )

    def _path(self, path: int) -> Path:
        registers = self._registers
        source = registers.entry("SequencerTriggerSource", path)
        return Path(
            next=registers.integer("SequencerSetNext", path),
            source=_SIGNALS.get(source, source),
            activation=registers.entry("SequencerTriggerActivation", path),
        )

    def _load(self, number: int) -> None:
        registers = self._registers
        wanted = self._sequencer.sets[number]
        self.apply(wanted.values)
        spellings = {signal: entry for entry, signal in _SIGNALS.items()}
        for index, path in enumerate(wanted.paths):
            registers.store("SequencerSetNext", path.next, index)
            registers.store_entry("SequencerTriggerSource", spellings.get(path.source, path.source), index)
            registers.store_entry("SequencerTriggerActivation", path.activation, index)


def store_user_outputs(registers: RegisterFile, levels: int) -> None:
    """Set UserOutputValue of all outputs; bit 0 is UserOutput1."""
    for index in range(registers.row("UserOutputValue").count):
        registers.store("UserOutputValue", levels >> index & 1, index)
