"""What is left of a recording whose process is killed at any moment."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import vcxg_testing
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx

PACKAGES = {".zarr": "zarr", ".h5": "h5py"}
# Records as fast as the disk takes it, and says how many frames are written.
WRITE = """
import itertools, signal, sys
sys.path.insert(0, sys.argv[2])
from vcxg_testing.recordings import HEADER, mono12p_frame
from vcxg124m.recording import Recorder, open_writer

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
with Recorder(open_writer(sys.argv[1]), HEADER, queue_mb=4, on_overflow="wait") as recorder:
    for frame_id in itertools.count(1):
        recorder.put(mono12p_frame(frame_id, width=512, height=300))
        print(recorder.report().frames, flush=True)
"""


@pytest.fixture(params=[".raw", ".tiff", ".zarr", ".h5"])
def suffix(request):
    if request.param in PACKAGES:
        pytest.importorskip(PACKAGES[request.param])
    return request.param


def killed_after(frames, path):
    """Kill a recording shortly after so many frames; return how many it said were written."""
    helpers = Path(vcxg_testing.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, path, helpers], stdout=subprocess.PIPE, text=True
    ) as process:
        written = 0
        while written < frames:
            written = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        said = process.stdout.read().split("\n")[:-1]
    return int(said[-1]) if said else written


@pytest.mark.parametrize("seed", range(4))
def test_all_frames_of_a_killed_recording_are_whole_and_right(tmp_path, suffix, seed):
    path = tmp_path / f"a{suffix}"
    written = killed_after(random.Random(seed).randrange(1, 40), path)
    with vcx.open_recording(path) as recording:
        assert recording.report is None
        assert len(recording) >= written
        assert recording.frame_ids.tolist() == list(range(1, len(recording) + 1))
        for frame_id, image in enumerate(recording, 1):
            assert image.shape == (300, 512)
            assert (image == frame_id).all()


def test_a_recording_can_be_read_while_it_is_written(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    helpers = Path(vcxg_testing.__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-c", WRITE, path, helpers], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            wait_until(lambda: int(process.stdout.readline()) >= 5, within=60, process=process)
            with vcx.open_recording(path) as recording:
                assert len(recording) >= 5
                assert (recording[-1] == len(recording)).all()
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=60)
            with vcx.open_recording(path) as recording:
                assert recording.report.frames == len(recording)
        finally:
            process.kill()
