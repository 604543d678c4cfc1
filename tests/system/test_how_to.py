"""The code of the how-to pages runs as it stands, block after block, with the virtual camera."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[2] / "docs" / "how-to"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(
    "page",
    [
        "live-view",
        "triggers-and-flash",
        "encoder-line-scan",
        "hdr-by-sequencer",
        "chunks-and-events",
        "no-frames",
        "lost-packets",
        "cables-and-mtu",
        "several-cameras",
        "../explanation/timing-model",
    ],
)
def test_the_code_of_a_page_runs(page: str, tmp_path: Path) -> None:
    blocks = BLOCK.findall((PAGES / f"{page}.md").read_text(encoding="utf-8"))
    assert blocks
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(blocks)],
        cwd=tmp_path, capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
