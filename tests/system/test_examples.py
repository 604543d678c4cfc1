"""The examples run as they stand."""

import csv
import re
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples"


def said(example: str, *arguments: str) -> str:
    """Run an example and return what it printed."""
    run = subprocess.run(
        [sys.executable, EXAMPLES / f"{example}.py", *arguments],
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_quickstart_shows_one_picture_and_ten_more():
    lines = said("quickstart").splitlines()
    assert lines[0].startswith("One frame: (1080, 1920), uint16, mean ")
    assert [line.split(" at ")[0] for line in lines[1:11]] == [f"Frame {index}" for index in range(1, 11)]
    assert lines[11:] == ["Delivered 10, incomplete 0"]


def test_hardware_trigger_pairs_pulses_and_frames():
    lines = said("hardware_trigger").splitlines()
    assert re.fullmatch(
        r"20 triggers with a frame, (1[89]|20) without .* 0 frames without a trigger", lines[-1]
    )


def test_encoder_line_scan_puts_lines_together():
    # On a busy computer the virtual camera may skip pulses, as a camera does whose link is too slow.
    assert re.fullmatch(
        r"400 lines of 4096 pixels at [1-4]\d\d\.\d lines/s, 0 missed\n", said("encoder_line_scan")
    )


def test_flash_lights_both_lamps():
    lines = said("flash").splitlines()
    assert "Line3 went on 3.0 us after the start of the exposure" in lines
    assert "Line1 went off 150.0 us after the start of the exposure" in lines


def test_hdr_by_sequencer_fuses_brackets_to_the_same_light():
    lines = [line for line in said("hdr_by_sequencer").splitlines() if line.startswith("Fused")]
    assert len(lines) == 2
    assert all(line.startswith("Fused [200.0, 2000.0, 20000.0] us: ") for line in lines)
    one, other = (float(re.search(r"to ([0-9.]+) DN/us", line)[1]) for line in lines)
    assert abs(one / other - 1) < 0.1


def test_chunk_and_event_logging_writes_a_line_a_frame():
    rows = list(csv.DictReader(said("chunk_and_event_logging").splitlines()))
    assert [row["frame"] for row in rows] == [str(number) for number in range(1, 31)]
    assert {row["exposure_us"] for row in rows} == {"4000.0"}
    assert (
        sum(row["exposed_us"] == "4000.0" for row in rows) >= 25
    )  # the last events may come after their frames


def test_long_exposure_corrects_the_hot_pixels():
    lines = said("long_exposure", "", "0.3").splitlines()
    found = re.fullmatch(r"(\d+) pixels corrected: highest (\d+) DN", lines[-1])
    assert int(found[1]) > 5
    assert int(found[2]) < 100


def test_two_cameras_by_action_expose_at_the_same_moment():
    *shots, last = said("two_cameras_by_action").splitlines()
    assert shots == [
        f"Shot {number}: frame {number} of each camera, 2 acknowledged" for number in range(1, 6)
    ]
    # On a busy computer one of the virtual cameras may hear of it late.
    assert float(re.fullmatch(r"From shot to shot the cameras are at most ([0-9.]+) ms apart", last)[1]) < 500
