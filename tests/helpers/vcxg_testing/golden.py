"""Reads the golden bytes of ``tests/golden``: ``load("gvcp")["READREG_CCP"]``."""

from pathlib import Path

GOLDEN_DIR = Path(__file__).parents[2] / "golden"


def load(protocol: str) -> dict[str, bytes]:
    """Return the entries of ``tests/golden/<protocol>.txt`` in the order of the file."""
    path = GOLDEN_DIR / f"{protocol}.txt"
    return parse(path.read_text(encoding="utf-8"), str(path))


def parse(text: str, source: str = "golden text") -> dict[str, bytes]:
    """Read ``name = hex bytes  # why`` lines; one that begins with white space continues the entry above it.

    Raises
    ------
    ValueError
        For anything else, naming file and line: a typing error must not pass as other bytes.
    """
    entries: dict[str, bytes] = {}
    name = ""
    for number, line in enumerate(text.splitlines(), start=1):
        where = f"{source}:{number}"
        content = line.partition("#")[0]
        if not content.strip():
            continue
        if content[0].isspace():
            if not name:
                message = f"{where}: a continuation line stands before the first entry"
                raise ValueError(message)
            digits = content
        else:
            name, separator, digits = (part.strip() for part in content.partition("="))
            if separator != "=" or not name.isidentifier():
                message = f"{where}: expected 'NAME = hex bytes', found {line!r}"
                raise ValueError(message)
            if name in entries:
                message = f"{where}: {name} stands there twice"
                raise ValueError(message)
            entries[name] = b""
        try:
            entries[name] += bytes.fromhex(digits)
        except ValueError as error:
            message = f"{where}: not whole hex bytes: {digits.strip()!r}"
            raise ValueError(message) from error
    return entries
