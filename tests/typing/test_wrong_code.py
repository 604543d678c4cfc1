"""A slip of the pen is found by the type checkers, before a camera is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = """import vcxg124m as vcx
cam = vcx.open_camera("virtual")
"""
RIGHT = [
    "cam.exposure.time_us = 4000",
    'cam.counters[1].event_source = "Line1"',
    "cam.trigger.source = vcx.TriggerSource.LINE0",
    'cam.lines["Line3"].flash(inverted=True)',
]
WRONG = [
    "cam.exposre.time_us = 4000",  # a group
    "cam.exposure.time_ms = 4",  # a feature
    "print(cam.gain.dB)",
    'cam.exposure.time_us = "4 ms"',  # the kind of a value
    "cam.binning.horizontal = 1.5",
    'cam.image_format.reverse_x = "yes"',
    "cam.temperature.celsius = 20.0",  # what can only be read
    "cam.trigger.source = vcx.TriggerSource.LINE9",  # an entry
    "cam.image_format.pixel_format = vcx.PixelFormat.MONO_12",
    "cam.counters[1].event_sorce = 'Line1'",  # one of several equal groups
    "cam.counters['1'].duration = 10",
    "cam.counters[1].event_source = 1",
    'cam.lines["Line3"].flash(invert=True)',  # an argument
    "cam.trigger.hardware(debounce_us=10)",
    'cam.stream(delivery="latest")',
    "cam.grab().chunks.exposure_time_us",  # what can be absent
    "cam.grab().frameid",
    'cam.events.listen("ExposureEnd").get().time',
    "vcx.SequencerProgram.brackets([100])",
    "cam.lines.user_outputs[1].value = 'high'",
    "cam.sequencer.write([100, 200])",
]


def found_by_mypy(path: Path) -> set[int]:
    run = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode in {0, 1}, run.stderr
    return {
        int(line) for line in re.findall(rf"^{re.escape(str(path))}:(\d+): error", run.stdout, re.MULTILINE)
    }


def found_by_pyright(path: Path) -> set[int]:
    run = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode in {0, 1}, run.stderr
    reports = json.loads(run.stdout)["generalDiagnostics"]
    return {each["range"]["start"]["line"] + 1 for each in reports if each["severity"] == "error"}


@pytest.mark.parametrize(("checker", "found_by"), [("mypy", found_by_mypy), ("pyright", found_by_pyright)])
def test_every_wrong_line_is_found_and_no_right_one(checker, found_by, tmp_path):
    pytest.importorskip(checker, reason="the type checkers come with `nox -s typing`")
    path = tmp_path / "program.py"
    path.write_text(HEAD + "\n".join([*RIGHT, *WRONG]) + "\n", encoding="utf-8")
    found = found_by(path)
    first = HEAD.count("\n") + 1
    wrong = range(first + len(RIGHT), first + len(RIGHT) + len(WRONG))
    assert [WRONG[line - wrong.start] for line in wrong if line not in found] == []
    assert found <= set(wrong)
