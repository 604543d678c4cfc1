"""The documentation keeps up with the code: commands, options, public names and pages are all in it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from generated import commands

import vcxg124m as vcx
from vcxg124m import enums, errors

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

PAGES = {
    page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
}
COMMANDS = dict(commands())
CALL = re.compile(r"(?<![\w/.-])(?<!import )vcxg124m ((?:[^\n`&|#]|(?<=virtual)\||(?<=SERIAL)\|)+)")
FOLDERS = ("tutorials", "how-to", "reference", "reference/api", "reference/data-sheet", "explanation")


def code(text: str) -> str:
    """Return what stands in code blocks without a language, and between backticks."""
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)])


def test_the_reference_lists_the_options_of_every_command() -> None:
    page = PAGES["docs/reference/command-line.md"]
    listed = re.findall(r"^% generated: options ?(.*)$", page, re.MULTILINE)
    assert sorted(listed) == sorted(COMMANDS)


@pytest.mark.parametrize("page", [page for page, text in PAGES.items() if CALL.search(code(text))])
def test_a_command_on_a_page_exists_with_its_options(page: str) -> None:
    for call in CALL.findall(code(PAGES[page])):
        words = shlex.split(call)
        name = words.pop(0)
        if name.startswith(("-", "[")) or name.isupper():  # of the program itself; COMMAND stands for any
            assert name in {"--help", "--version", "[--debug]", "COMMAND"}, call
            continue
        if words and f"{name} {words[0]}" in COMMANDS:
            name = f"{name} {words.pop(0)}"
        if any(each.startswith(f"{name} ") for each in COMMANDS):  # features, without saying which
            assert not words, call
            continue
        known = {spelling for each in COMMANDS[name].params for spelling in each.opts} | {"--help"}
        assert {word for word in words if re.match(r"--?[a-z]", word)} <= known, call


def test_every_public_name_has_an_entry_in_the_reference() -> None:
    reference = "\n".join(text for page, text in PAGES.items() if page.startswith("docs/reference/"))
    entries = re.findall(
        r"^\.\. auto(?:class|function|data):: (?:vcxg124m\.)?(\w+)$", reference, re.MULTILINE
    )
    for module in re.findall(r"^% generated: classes (\w+)$", reference, re.MULTILINE):
        entries += {"enums": enums, "errors": errors}[module].__all__
    assert set(vcx.__all__) <= {*entries}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_is_on_the_page_of_its_folder(folder: str) -> None:
    linked = set(re.findall(r"\(([\w-]+\.(?:md|ipynb))(?:#[\w-]+)?\)", PAGES[f"docs/{folder}/index.md"]))
    there = {
        page.name
        for kind in ("*.md", "*.ipynb")
        for page in (DOCS / folder).glob(kind)
        if page.stem != "index"
    }
    assert there <= linked
