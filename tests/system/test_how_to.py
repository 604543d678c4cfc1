"""The code of the documentation runs as it stands, page by page, with the virtual camera.

A block that needs what a test has not, such as another maker's producer, is a ``{code-block} python`` on its page.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import first_picture
import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {
    page.relative_to(ROOT).as_posix(): blocks
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
    if (blocks := BLOCK.findall(page.read_text(encoding="utf-8"))) and "decisions" not in page.parts
}


@pytest.mark.parametrize("page", BLOCKS)
def test_the_code_of_a_page_runs(page: str, tmp_path: Path) -> None:
    program = tmp_path / "test_page.py"
    program.write_text("\n".join(BLOCKS[page]), encoding="utf-8")
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider"] if "\ndef test_" in program.read_text() else []
    run = subprocess.run(
        [sys.executable, "-W", "error", *tests, program],
        cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr


def test_pages_with_code_are_found() -> None:
    assert {"README.md", "docs/how-to/triggers-and-flash.md", "docs/explanation/loss-accounting.md"} <= {
        *BLOCKS
    }


def test_the_picture_of_the_readme_is_what_its_code_gives() -> None:
    with Image.open(ROOT / "docs" / "_static" / "first-picture.jpg") as shown:
        difference = np.abs(np.asarray(shown).astype(int) - first_picture.taken())
    assert difference.mean() < 3  # of 255: noise, and what JPEG makes of edges
