"""The examples run as they stand."""

import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_quickstart_shows_one_picture_and_ten_more():
    run = subprocess.run(
        [sys.executable, EXAMPLES / "quickstart.py"], capture_output=True, text=True, timeout=90, check=False
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert lines[0].startswith("One frame: (1080, 1920), uint16, mean ")
    assert [line.split(" at ")[0] for line in lines[1:11]] == [f"Frame {index}" for index in range(1, 11)]
    assert lines[11:] == ["Delivered 10, incomplete 0"]
