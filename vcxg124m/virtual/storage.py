"""Non-volatile memory in a file, one for each camera of a state directory."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from vcxg124m.virtual.features import REGISTERS
from vcxg124m.virtual.memory import Section

_ROWS: Final = {row.name: row for row in REGISTERS}
_FORMAT: Final = 1
_LARGEST_FILE: Final = 1_000_000
"""Bytes; the full memory of a camera takes less than a third."""


class FileStorage:
    """A file that is replaced as a whole, so that a power cut leaves the old state or the new one.

    Parameters
    ----------
    folder
        State directory; made when it does not exist.
    serial_number
        The camera's, part of the file name.
    warn
        Told in a sentence of a file that cannot be used. It is put aside and the camera starts as the factory left it.
    """

    def __init__(self, folder: Path, serial_number: str, *, warn: Callable[[str], None]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / f"vcxg-124m-{serial_number}.json"
        self._warn = warn

    def load(self) -> dict[str, Section]:
        """Return what was saved last; nothing when there is no file or it is damaged."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return {}
        try:
            if size > _LARGEST_FILE:
                raise ValueError(f"{size} bytes are more than a camera remembers")  # noqa: TRY301 - one end for all
            return self._parse(self.path.read_bytes())
        except ValueError as error:
            aside = self.path.with_suffix(".damaged")
            self.path.replace(aside)
            self._warn(
                f"the state of the virtual camera in {self.path} is damaged ({error}): "
                f"it starts with factory settings; the file is now {aside.name}"
            )
            return {}

    def save(self, sections: Mapping[str, Section]) -> None:
        """Replace the file.

        Raises
        ------
        OSError
            It cannot be written; the old one is still there.
        """
        content = {
            section: {name: data.hex() for name, data in rows.items()} for section, rows in sections.items()
        }
        text = json.dumps({"format": _FORMAT, "crc32": _checksum(content), "sections": content}, indent=1)
        new = self.path.with_suffix(".new")
        with new.open("w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
        _sync_folder(self.path.parent)

    def _parse(self, data: bytes) -> dict[str, Section]:
        try:
            state: dict[str, Any] = json.loads(data)
            if state["format"] != _FORMAT:
                raise ValueError(f"format {state['format']} is not {_FORMAT}")
            content = state["sections"]
            if state["crc32"] != _checksum(content):
                raise ValueError("its checksum does not match")
            sections: dict[str, Section] = {
                str(section): {str(name): bytes.fromhex(value) for name, value in rows.items()}
                for section, rows in content.items()
            }
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"no state of a camera: {error!r}") from error
        for rows in sections.values():
            for name, value in rows.items():
                if name in _ROWS:  # parts of the camera that have no register check their content themselves
                    _ROWS[name].check_content(value)
        return sections


def _checksum(content: object) -> str:
    return f"{zlib.crc32(json.dumps(content, sort_keys=True).encode()):08x}"


def _sync_folder(folder: Path) -> None:
    """Let the new name of a file reach the disk, too, where the system can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
