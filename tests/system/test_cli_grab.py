"""``vcxg124m grab``: what it prints and what it writes."""

import json
import re

import numpy as np
import tifffile
from vcxg_testing.commands import end_of, pages_of, run, started

from vcxg124m.virtual import VirtualCamera

SMALL = ("--camera", "virtual", "--roi", "320x240")


def test_grab_writes_full_frames_as_pages_of_a_tiff(tmp_path):
    out = tmp_path / "frames.tiff"
    grab = run("grab", "--camera", "virtual", "--frames", 20, "--format", "Mono12p", "--out", out)
    assert grab.returncode == 0, grab.stderr
    assert grab.stderr == ""
    match = re.fullmatch(
        r"20 frames of 4096x3000 Mono12p in ([\d.]+) s: ([\d.]+) frames/s, ([\d.]+) MB/s, "
        r"(\d+) incomplete, (\d+) missed, (\d+) underrun; .*frames\.tiff: 20 frames, 491\.5 MB\n",
        grab.stdout,
    )
    assert match, grab.stdout
    with tifffile.TiffFile(out) as file:
        assert len(file.pages) == 20
        ids = [json.loads(page.description)["frame_id"] for page in file.pages]
        times = [json.loads(page.description)["timestamp_ns"] for page in file.pages]
        first, last = file.pages[0].asarray(), file.pages[19].asarray()
    lost = sum(int(count) for count in match.groups()[3:])
    assert ids[-1] - ids[0] + 1 == 20 + lost
    assert times == sorted(set(times))
    for image in (first, last):
        assert image.shape == (3000, 4096)
        assert image.dtype == np.uint16
        assert 255 < image.max() <= 4095
    assert (first != last).any()


def test_grab_without_a_file_measures_and_prints_json():
    grab = run("grab", *SMALL, "--frames", 5, "--format", "Mono8", "--json")
    assert grab.returncode == 0, grab.stderr
    summary = json.loads(grab.stdout)
    assert summary["frames"] == 5
    assert (summary["width"], summary["height"], summary["pixel_format"]) == (320, 240, "Mono8")
    assert {"incomplete", "missed", "underrun"} < summary.keys()
    assert summary["file"] is None
    fates = ("delivered", "incomplete", "missed", "dropped", "underrun", "in_flight")
    assert sum(summary["statistics"][fate] for fate in fates) == summary["statistics"]["sent"] >= 5
    assert summary["statistics"]["counters"]["StreamPacketCount"] > 5
    assert summary["frames_per_second"] > 1


def test_two_grabs_side_by_side_use_two_cameras(tmp_path):
    arguments = ("grab", *SMALL, "--frames", 100, "--json", "--out")
    with started(*arguments, tmp_path / "a.tiff") as one, started(*arguments, tmp_path / "b.tiff") as two:
        ends = [end_of(one, within=60), end_of(two, within=60)]
    summaries = []
    for code, stdout, stderr in ends:
        assert code == 0, stderr
        summaries.append(json.loads(stdout))
    assert summaries[0]["serial_number"] != summaries[1]["serial_number"]
    assert [each["frames"] for each in summaries] == [100, 100]
    assert len(pages_of(tmp_path / "a.tiff")) == len(pages_of(tmp_path / "b.tiff")) == 100


def test_grab_sets_region_exposure_and_gain(tmp_path):
    out = tmp_path / "a.tiff"
    options = ("--roi", "640x100+16+200", "--exposure-us", 20, "--gain-db", 0, "--format", "Mono12")
    dark = run("grab", "--camera", "virtual", *options, "--out", out)
    assert dark.returncode == 0, dark.stderr
    options = ("--roi", "640x100+16+200", "--exposure-us", 20000, "--gain-db", 6, "--format", "Mono12")
    bright = run("grab", "--camera", "virtual", *options, "--out", out, "--overwrite")
    assert bright.returncode == 0, bright.stderr
    [image] = pages_of(out)
    assert image.shape == (100, 640)
    assert image.mean() > 200


def test_an_existing_file_is_kept_unless_it_may_be_overwritten(tmp_path):
    out = tmp_path / "a.tiff"
    out.write_bytes(b"precious")
    refused = run("grab", *SMALL, "--out", out)
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr
    assert out.read_bytes() == b"precious"
    done = run("grab", *SMALL, "--out", out, "--overwrite")
    assert done.returncode == 0, done.stderr
    assert len(pages_of(out)) == 1


def test_a_warning_is_a_sentence_without_a_line_of_python():
    with VirtualCamera(discoverable=False) as device:
        device.temperature_celsius = 70
        grab = run("grab", "--camera", device.ip, "--roi", "320x240", "--frames", 2)
    assert grab.returncode == 0, grab.stderr
    [warning] = grab.stderr.splitlines()
    assert warning.startswith("vcxg124m: ")
    assert "70" in warning
