"""The documentation as it was built: links lead somewhere, pages say something, the search finds them."""

from __future__ import annotations

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

SITE = Path(__file__).parents[2] / "build" / "docs"
PAGES = sorted(page for page in SITE.rglob("*.html") if "_static" not in page.parts)


class Page(HTMLParser):
    """What a page links to, where one can link to it, and what its article says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.words = 0
        self._in_article = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._in_article = self._in_article or tag == "article"
        self.links += filter(None, (found.get("href"), found.get("src")))
        self.anchors |= set(filter(None, (found.get("id"),)))

    def handle_endtag(self, tag: str) -> None:
        self._in_article = self._in_article and tag != "article"

    def handle_data(self, data: str) -> None:
        self.words += len(data.split()) * self._in_article


@cache
def page_at(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def name(page: Path) -> str:
    return page.relative_to(SITE).as_posix()


def test_the_site_is_built() -> None:
    assert len(PAGES) > 60, "sphinx-build docs build/docs comes first; `nox -s docs` does both"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_inside_leads_somewhere(page: Path) -> None:
    for link in page_at(page).links:
        if re.match(r"[a-z]+:", link):  # another server: that it answers is not for this test
            continue
        target, anchor = urldefrag(link)
        file = page if not target else (page.parent / unquote(target.split("?")[0])).resolve()
        assert file.is_file(), link
        if anchor and file.suffix == ".html":
            assert unquote(anchor) in page_at(file).anchors, link


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.stem not in {"search", "py-modindex"}], ids=name
)
def test_no_page_is_empty(page: Path) -> None:
    assert page_at(page).words > 25


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("firewal", "how-to/no-frames"),
        ("underrun", "explanation/loss-accounting"),
        ("gainless", None),
    ],
)
def test_the_search_finds_a_word(word: str, where: str | None) -> None:
    text = (SITE / "searchindex.js").read_text(encoding="utf-8")
    index = json.loads(text.removeprefix("Search.setIndex(").removesuffix(")"))
    found = index["terms"].get(word, [])
    numbers = found if isinstance(found, list) else [found]
    assert (where in [index["docnames"][number] for number in numbers]) is (where is not None)
