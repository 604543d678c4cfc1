"""``vcxg124m record``: what it prints, what it writes, and how it ends when it may not go on."""

import json
import os
import signal
import subprocess

import numpy as np
import pytest
from vcxg_testing.commands import COMMAND, children_of, end_of, press_ctrl_c, run, started
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx

SMALL = ("--camera", "virtual", "--set", "Width=320", "--set", "Height=240")
PACKAGES = {".zarr": "zarr", ".h5": "h5py"}


@pytest.mark.parametrize("suffix", [".raw", ".tiff", ".zarr", ".h5"])
def test_record_writes_every_kind_of_file(tmp_path, suffix):
    if suffix in PACKAGES:
        pytest.importorskip(PACKAGES[suffix])
    out = tmp_path / f"a{suffix}"
    chunks = ("--set", "ChunkModeActive=1", "--set", "ChunkSelector=ExposureTime", "--set", "ChunkEnable=1")
    record = run("record", *SMALL, *chunks, "--format", "Mono12p", "--frames", 20, "--out", out, "--json")
    assert record.returncode == 0, record.stderr
    report = json.loads(record.stdout)
    assert (report["frames"], report["dropped"], report["stream"]["delivered"]) == (20, 0, 20)
    with vcx.open_recording(out) as recording:
        assert (recording.shape, recording.dtype) == ((20, 240, 320), np.uint16)
        assert recording.settings["roi.width"] == 320
        assert vcx.RecordingReport.from_dict(report) == recording.report
        assert recording.report.lost == report["lost"]
        assert [chunks.exposure_time_us for chunks in recording.chunks] == [4000.0] * 20
        assert (np.diff(recording.timestamps_ns) > 0).all()
        assert (np.diff(recording.host_times_ns) > 0).all()
        images = recording[:]
        assert 255 < images.max() <= 4095
        assert (images[0] != images[-1]).any()


def test_record_of_some_seconds_prints_a_line(tmp_path):
    out = tmp_path / "a.raw"
    record = run("record", *SMALL, "--seconds", 0.5, "--out", out)
    assert record.returncode == 0, record.stderr
    assert record.stdout.startswith(f"{out}: ")
    assert record.stdout.rstrip().endswith("0 dropped by the recording")
    with vcx.open_recording(out) as recording:
        assert 0.2 < recording.report.seconds < 1.5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--out", "a.png"), "does not end in one of .raw"),
        (("--out", "/nonexistent/a.raw"), "is not a folder"),
        (("--out", "a.raw", "--seconds", "nan"), "nan is not above 0"),
        (("--out", "a.raw", "--queue-mb", "0"), "0 is not above 0"),
        (("--out", "a.raw", "--on-overflow", "hope"), "'hope' is not one of 'count', 'raise', 'wait'"),
    ],
)
def test_wrong_arguments_are_refused_before_a_camera_is_opened(arguments, message):
    record = run("record", "--camera", "none", *arguments)
    assert record.returncode == 2
    assert message in " ".join(record.stderr.replace("│", " ").split())


def recording_process(out):
    return started("record", *SMALL, "--format", "Mono12p", "--out", out)


def wait_for_frames(out, process):
    wait_until(lambda: out.exists() and out.stat().st_size > 1_000_000, within=30, process=process)


def test_ctrl_c_completes_the_file_and_says_what_it_holds(tmp_path):
    out = tmp_path / "a.raw"
    with recording_process(out) as process:
        wait_for_frames(out, process)
        [camera] = children_of(process.pid)
        press_ctrl_c(process)
        code, stdout, stderr = end_of(process, within=20)
    assert (code, stdout) == (130, "")
    summary, message = stderr.splitlines()
    assert message == "vcxg124m: interrupted"
    with vcx.open_recording(out) as recording:
        assert summary == f"vcxg124m: {recording.report}"
        assert recording.report.frames == len(recording) > 0
        assert recording.report.stream.delivered == len(recording)
    with pytest.raises(ProcessLookupError):
        os.kill(camera, 0)


def test_a_lost_camera_completes_the_file(tmp_path):
    out = tmp_path / "a.raw"
    with recording_process(out) as process:
        wait_for_frames(out, process)
        [camera] = children_of(process.pid)
        os.kill(camera, signal.SIGKILL)
        code, _, stderr = end_of(process, within=20)
    assert code == 1
    with vcx.open_recording(out) as recording:
        assert f"{recording.report}" in stderr
        assert len(recording) > 0


def test_a_killed_record_leaves_a_readable_file(tmp_path):
    out = tmp_path / "a.raw"
    with recording_process(out) as process:
        wait_for_frames(out, process)
        process.kill()
        process.wait(timeout=5)
        with vcx.open_recording(out) as recording:
            assert recording.report is None
            assert recording[:].shape == (len(recording), 240, 320)


@pytest.mark.parametrize(
    ("suffix", "reason"), [(".raw", "File too large"), (".tiff", "cannot be written, the disk may be full")]
)
def test_a_full_disk_ends_record_with_a_message_and_a_readable_file(tmp_path, suffix, reason):
    out = tmp_path / f"a{suffix}"
    command = f"ulimit -f 1000; exec {COMMAND} record {' '.join(SMALL)} --frames 100 --out {out}"
    record = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert record.returncode == 1, record.stdout
    message = record.stderr.splitlines()[-1]
    assert message.startswith(f"vcxg124m: {out}")
    assert reason in message
    with vcx.open_recording(out) as recording:
        assert len(recording) == 13  # of 76 800 bytes in 1000 KiB
        assert recording[:].any(axis=(1, 2)).all()
