"""How docstrings become entries of the reference: what napoleon and autodoc make of them, put right.

- A feature tells its type, its unit, its node and its rows of the data sheet in a line of its own.
- Rows of the data sheet that a docstring names (``data sheet P1``) are links to them.
- Attributes of a class are a list with their names, several of one meaning in one item.
- A property's sentence with a colon is a sentence, not a type.
- Classes that only the package makes have no arguments to show.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vcxg124m.features._descriptor import EnumerationReading, Feature

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_ROWS = re.compile(r"\bdata sheet ((?:[SAPTQMNEW]\d+(?:, | and | )?)+)")
_ATTRIBUTE = re.compile(r":ivar ([^:]+): ?(.*)")
_INNER = re.compile(
    r"\b(Nodes|Source|Switch|ExitStack|\w*Backend|EventReader|Reconnector|Clockwork|Impairments|RecordingHeader|RawFrame)\b"
)


def _put_right(_: Sphinx, what: str, __: str, documented: object, ___: object, lines: list[str]) -> None:
    """Change the lines that napoleon has made of a docstring."""
    if isinstance(documented, Feature):
        lines[:] = _feature(documented)
    if what in {"attribute", "property", "data"}:
        types = [line for line in lines if line.startswith(":type:")]
        if types and lines:
            lines[0] = f"{types[0].removeprefix(':type:').strip()}: {lines[0]}"
            lines.remove(types[0])
    types_by_name: dict[str, object] = getattr(documented, "__annotations__", {})
    lines[:] = _attributes_as_list([_ROWS.sub(_linked, line) for line in lines], types_by_name)


def _feature(feature: Feature) -> list[str]:
    """Return the entry of a feature: its meaning, then the facts."""
    meaning, _, facts = (feature.__doc__ or "").removesuffix(")").rpartition(" (")
    if isinstance(feature, EnumerationReading):
        kind = f":class:`~vcxg124m.{feature.entries.__name__}`"
    else:
        converted = getattr(type(feature), "_converted", None)
        kind = converted.__annotations__["return"] if converted else ""
    node, _, rest = facts.partition(", ")
    access = "" if feature.writable else "read only"
    return [meaning, "", " · ".join(filter(None, [kind, access, f"``{node}``", *rest.split(", ")]))]


def _linked(match: re.Match[str]) -> str:
    return "data sheet " + re.sub(
        r"[SAPTQMNEW]\d+", lambda row: f":ref:`{row[0]} <{row[0].lower()}>`", match[1]
    )


def _attributes_as_list(lines: list[str], types: dict[str, object]) -> list[str]:
    changed: list[str] = []
    names: list[str] = []
    inside = False
    for line in lines:
        attribute = _ATTRIBUTE.match(line)
        if attribute:
            names += filter(None, (name.strip() for name in attribute[1].split(",")))
            if not attribute[2]:  # names that go on in the next line
                continue
            if not inside:
                changed += ["", ".. rubric:: Attributes", ""]
            kinds = dict.fromkeys(f" ({types[name]})" for name in names if name in types)
            changed += [", ".join(f"``{name}``" for name in names) + "".join(kinds), f"    {attribute[2]}"]
            names, inside = [], True
        elif inside and line.startswith(" ") and line.strip():
            changed.append(f"    {line.strip()}")
        else:
            inside = inside and not line.strip()
            changed.append(line)
    return changed


def _without_what_is_inner(
    _: Sphinx, what: str, __: str, ___: object, ____: object, signature: str | None, returned: str | None
) -> tuple[str | None, str | None]:
    inner = what == "class" and signature is not None and _INNER.search(signature) is not None
    return ("" if inner else signature), returned


def setup(app: Sphinx) -> dict[str, bool]:
    """Listen to autodoc, after napoleon."""
    app.connect("autodoc-process-docstring", _put_right, priority=900)
    app.connect("autodoc-process-signature", _without_what_is_inner)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
