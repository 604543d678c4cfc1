"""How ``vcxg124m grab`` ends when it may not go on, and what is left in the file."""

import contextlib
import json
import os
import re
import signal

import pytest
import tifffile
from vcxg_testing.commands import (
    children_of,
    end_of,
    has_ended,
    pages_of,
    press_ctrl_c,
    started,
    virtual_camera,
)
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

ENDLESS = 1_000_000
ARGUMENTS = ("grab", "--frames", ENDLESS, "--roi", "320x240", "--camera")


@contextlib.contextmanager
def grabbing(out, camera="virtual"):
    """Yield the process of a grab that has written some pages and is far from done."""
    with started(*ARGUMENTS, camera, "--out", out) as process:
        wait_until(lambda: out.exists() and out.stat().st_size > 1_000_000, within=30, process=process)
        yield process


def pages_reported(line, out):
    match = re.fullmatch(rf"vcxg124m: (\d+) of {ENDLESS} frames came; {re.escape(str(out))} holds them", line)
    assert match, line
    return int(match[1])


def test_ctrl_c_ends_grab_with_a_message_and_a_readable_file(tmp_path):
    out = tmp_path / "a.tiff"
    with grabbing(out) as grab:
        [camera] = children_of(grab.pid)
        press_ctrl_c(grab)
        code, stdout, stderr = end_of(grab, within=10)
    assert (code, stdout) == (130, "")
    came, message = stderr.splitlines()
    assert message == "vcxg124m: interrupted"
    pages = pages_of(out)
    assert len(pages) == pages_reported(came, out) > 0
    assert {page.shape for page in pages} == {(240, 320)}
    with pytest.raises(ProcessLookupError):
        os.kill(camera, 0)


def test_grab_ends_with_a_message_when_its_own_virtual_camera_is_killed(tmp_path):
    out = tmp_path / "a.tiff"
    with grabbing(out) as grab:
        [camera] = children_of(grab.pid)
        os.kill(camera, signal.SIGKILL)
        code, _, stderr = end_of(grab, within=8)
    assert_lost(code, stderr, out)


def test_grab_ends_with_a_message_when_a_camera_on_the_network_falls_silent(tmp_path):
    out = tmp_path / "a.tiff"
    with virtual_camera() as (camera, serial_number, _), grabbing(out, serial_number) as grab:
        camera.kill()
        code, _, stderr = end_of(grab, within=8)
    assert_lost(code, stderr, out)


def assert_lost(code, stderr, out):
    assert code == 1, stderr
    came, reason = stderr.splitlines()
    assert "lost" in reason or "answer" in reason
    assert len(pages_of(out)) == pages_reported(came, out) > 0


@pytest.mark.parametrize("command", ["grab", "record"])
def test_a_command_told_to_reconnect_goes_on_after_a_power_cut(tmp_path, command):
    out = tmp_path / "a.raw"
    asked = ("--frames", 40, "--reconnect", 40, "--json", "--out", out)
    with VirtualCamera(discoverable=False) as device:
        with vcx.open_camera(ip=device.ip) as cam:
            cam.configure({"roi.width": 320, "roi.height": 240, "acquisition.frame_rate_hz": 20.0})
        with started(command, "--camera", device.ip, *asked) as process:
            wait_until(lambda: out.exists() and out.stat().st_size > 0, within=30, process=process)
            device.bench.power_cycle(off_s=1.0)
            code, stdout, stderr = end_of(process, within=60)
    assert code == 0, stderr
    lost, found = stderr.splitlines()
    assert lost.endswith("It is looked for.")
    assert re.fullmatch(rf"vcxg124m: .* {device.ip} is back after [\d.]+ s\.", found)
    assert json.loads(stdout)["frames"] == 40
    with vcx.open_recording(out) as recording:
        assert recording.shape == (40, 240, 320)
        [(behind, gap)] = recording.gaps.items()
        assert recording.report.gaps == (gap,)
        ids = recording.frame_ids.tolist()
        assert ids[behind - 1] == gap.last_frame_id
        assert ids[behind:] == list(range(ids[behind], ids[behind] + 40 - behind))
        assert ids[behind] <= 2  # the camera counts anew


def test_a_killed_grab_leaves_a_readable_file_and_no_camera_behind(tmp_path):
    out = tmp_path / "a.tiff"
    with grabbing(out) as grab:
        [camera] = children_of(grab.pid)
        grab.kill()
        grab.wait(timeout=5)
        with tifffile.TiffFile(out) as file:  # the last page may be cut off
            assert {page.asarray().shape for page in file.pages[:-1]} == {(240, 320)}
        wait_until(lambda: has_ended(camera), within=5)
