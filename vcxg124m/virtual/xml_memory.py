"""The GenICam description where a host finds it: in the camera's memory, at the address that FirstUrl names."""

from __future__ import annotations

import hashlib

from vcxg124m.virtual.description import description, zipped
from vcxg124m.virtual.faults import XmlDamage
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.xml_damage import damaged

XML_ADDRESS = 0x0010_0000


class XmlMemory:
    """Serves the description, zipped unless it is to be plain."""

    def __init__(self, registers: RegisterFile, *, plain: bool) -> None:
        self._registers = registers
        self._plain = plain
        self._url = ""
        self.serve("none")

    def serve(self, damage: XmlDamage) -> None:
        """Put the description there, damaged in one of several ways or not."""
        xml = description()
        name = f"Baumer_VCXG-124M_rev{hashlib.sha1(xml.encode(), usedforsecurity=False).hexdigest()}"

        def pack(text: str) -> bytes:
            return text.encode() if self._plain else zipped(text, f"{name}.xml")

        content, length = damaged(xml, pack, damage)
        self._registers.add_memory(XML_ADDRESS, content)
        self._url = f"Local:{name}.{'xml' if self._plain else 'zip'};{XML_ADDRESS:X};{length:X}"
        self.power_up()

    def power_up(self) -> None:
        """Name the place."""
        self._registers.store("FirstUrl", self._url)
