"""Reads what objects show in a notebook as a browser would: tables, pictures, text; nothing that could run."""

from __future__ import annotations

import base64
import io
from html.parser import HTMLParser

import numpy as np
from PIL import Image

_ELEMENTS = {"b", "caption", "details", "div", "img", "summary", "table", "td", "th", "tr"}
_ATTRIBUTES = {"alt", "height", "src", "style", "title", "width"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.images: list[dict[str, str]] = []
        self.titles: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _ELEMENTS, f"<{tag}>"
        found = {name: value or "" for name, value in attrs}
        assert found.keys() <= _ATTRIBUTES, found
        if tag == "img":
            self.images.append(found)
            return
        self.open.append(tag)
        self.titles += [found["title"]] if "title" in found else []
        if tag == "tr":
            self.rows.append([])
        elif tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if {"td", "th"} & {*self.open}:
            self.rows[-1][-1] += data


class Shown:
    """What ``_repr_html_`` of an object shows.

    Attributes
    ----------
    rows
        Texts of the cells of all tables.
    sizes
        In which size each picture is shown, (width, height).
    pictures
        Their pixels.
    text, titles
        All that can be read, and what a pointer shows.
    """

    def __init__(self, thing: object) -> None:
        reader = _Reader()
        reader.feed(thing._repr_html_())
        reader.close()
        assert reader.open == []
        self.rows = reader.rows
        self.text, self.titles = " ".join(reader.text), reader.titles
        self.sizes = [(int(image["width"]), int(image["height"])) for image in reader.images]
        self.pictures: list[np.ndarray] = []
        for image in reader.images:
            kind, _, data = image["src"].partition(",")
            assert kind == "data:image/png;base64"
            self.pictures.append(np.asarray(Image.open(io.BytesIO(base64.b64decode(data)))))

    def __getitem__(self, name: str) -> str:
        """Return what stands beside a name in a table of two columns."""
        return {row[0]: " ".join(row[1:]) for row in self.rows}[name]
