"""IPv4 addresses as people write them and as registers hold them."""

from __future__ import annotations

Address = tuple[str, int]
"""IPv4 address as text, UDP port."""

EVERYBODY = "255.255.255.255"
"""Every host on the wire, whatever address it has."""


def ip_number(text: str) -> int:
    """Return a dotted IPv4 address as the number that registers hold."""
    return int.from_bytes(bytes(int(part) for part in text.split(".")), "big")


def ip_text(number: int) -> str:
    """Return an IPv4 address of a register in dotted form."""
    return ".".join(str(part) for part in number.to_bytes(4, "big"))
