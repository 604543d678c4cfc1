"""A GenICam description that does not arrive as it should."""

from __future__ import annotations

from collections.abc import Callable

from vcxg124m.virtual.faults import XmlDamage

_NO_XML = "<RegisterDescription><Category></RegisterDescription>"


def damaged(xml: str, encode: Callable[[str], bytes], kind: XmlDamage) -> tuple[bytes, int]:
    """Return what the camera's memory holds as its description, and the length that the URL says.

    Parameters
    ----------
    xml
        The description.
    encode
        Turns a text into the file that the camera serves.
    kind
        As `Faults.damage_xml` explains.
    """
    content = encode(_NO_XML if kind == "bad_xml" else xml)
    if kind == "truncated":
        content = content[: len(content) // 2]
    elif kind == "bad_zip":  # the directory at the end of the archive
        content = content[:-64] + bytes(64)
    return content, 2 * len(content) if kind == "wrong_length" else len(content)
