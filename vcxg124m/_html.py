"""What objects look like in a notebook: small pieces of HTML in which every text is escaped.

Names and values come from cameras on a network. Styles stand at the elements, because a notebook that its reader has
not trusted yet loses style sheets and scripts; colours are the page's own or half transparent, so that they suit light
themes and dark ones.
"""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Html", "beside", "details", "image", "of", "table", "warning"]

_CELL = "vertical-align:top;padding:0.1em 1em 0.1em 0"
_LEFT, _RIGHT = f"text-align:left;{_CELL}", f"text-align:right;{_CELL}"
_RED = "#d9453d"  # readable on white and on black


class Html(str):
    """Text that is HTML already; any other is escaped where it is put in."""

    __slots__ = ()


def of(value: object) -> Html:
    """Return anything as HTML."""
    return value if isinstance(value, Html) else Html(escape(str(value), quote=True))


def table(
    rows: Iterable[Sequence[object]],
    *,
    caption: object = "",
    head: Sequence[str] = (),
    titles: Iterable[str] = (),
) -> Html:
    """Return a table.

    Parameters
    ----------
    rows
        Its cells; integers stand right. Without ``head`` the first cell of each row is the name of what follows.
    caption
        Stands above it.
    head
        Names of the columns.
    titles
        For each row what a pointer over it shows; none by default.
    """
    parts = (
        [f"<caption style='{_LEFT};font-weight:bold;color:inherit'>{of(caption)}</caption>"]
        if caption
        else []
    )
    if head:
        parts.append(f"<tr>{''.join(f'<th style={_LEFT!r}>{of(name)}</th>' for name in head)}</tr>")
    shown = iter(titles)
    for row in rows:
        title = next(shown, "")
        cells = "".join(_cell(cell, name=place == 0 and not head) for place, cell in enumerate(row))
        parts.append(f"<tr title='{of(title)}'>{cells}</tr>" if title else f"<tr>{cells}</tr>")
    return Html(f"<table style='margin:0 0 0.5em 0;width:auto'>{''.join(parts)}</table>")


def _cell(content: object, *, name: bool) -> str:
    if isinstance(content, int):
        return f"<td style={_RIGHT!r}>{content:,}</td>"
    tag = "th" if name else "td"
    return f"<{tag} style={_LEFT!r}>{of(content)}</{tag}>"


def image(png: bytes, width: int, height: int, *, about: str, marked: bool = False) -> Html:
    """Return a picture, shown in a size of ``width`` by ``height`` with its pixels as squares; red around if marked."""
    border = f"2px solid {_RED}" if marked else "1px solid rgba(128,128,128,0.5)"
    return Html(
        f"<img alt='{of(about)}' width='{width}' height='{height}' style='image-rendering:pixelated;max-width:none;"
        f"border:{border};margin:0' src='data:image/png;base64,{base64.b64encode(png).decode()}'/>"
    )


def beside(*parts: Html) -> Html:
    """Return parts side by side, where the page is wide enough."""
    columns = "".join(f"<div>{part}</div>" for part in parts)
    return Html(
        f"<div style='display:flex;flex-wrap:wrap;gap:0 1.5em;align-items:flex-start'>{columns}</div>"
    )


def details(summary: object, body: Html) -> Html:
    """Return something that a click shows."""
    return Html(f"<details><summary>{of(summary)}</summary>{body}</details>")


def warning(text: object) -> Html:
    """Return a line that nobody should miss."""
    return Html(f"<div style='color:{_RED};font-weight:bold'>{of(text)}</div>")
