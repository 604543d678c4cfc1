"""Recording at the full rate: memory stays flat, and a disk that is too slow is counted frame by frame.

Seconds of each run: ``VCXG124M_BENCH_SECONDS`` (30). Files go to ``VCXG124M_BENCH_FOLDER`` (pytest's own).

The recording process also unpacks each frame and looks at its middle. A reader in another process follows the writer,
computes the CRC-32 of each frame as it is on the disk and frees its blocks: 600 s are 74 GB, of which 1.2 GB are on the
disk at a time. The sums are compared with those that the camera computed when it sent the frames.
"""

from __future__ import annotations

import os
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from vcxg_testing.reader_behind import ReaderBehind

import vcxg124m as vcx
from vcxg124m.recording import RawWriter, RecordingReport
from vcxg124m.virtual import VirtualCamera

SECONDS = float(os.environ.get("VCXG124M_BENCH_SECONDS", "30"))


class ThrottledWriter(RawWriter):
    """A disk of so many bytes per second."""

    rate = 60e6

    def write(self, record, pixels):
        end = time.monotonic() + pixels.nbytes / self.rate
        super().write(record, pixels)
        time.sleep(max(0.0, end - time.monotonic()))  # what a slow disk does


@dataclass(frozen=True)
class Run:
    """What the recorder says, what is in the file, and what the camera says."""

    report: RecordingReport
    resident_mb: np.ndarray
    last_id: int
    on_disk: list[tuple[int, str]]
    by_camera: dict[int, str]
    camera: dict[str, int]

    def check(self, path: Path) -> None:
        """See that every frame that the camera sent is in the file as it was sent, or counted."""
        report, stream = self.report, self.report.stream
        ids = [frame_id for frame_id, _ in self.on_disk]
        with vcx.open_recording(path) as recording:
            assert recording.frame_ids.tolist() == ids
            assert recording.report == report
            assert recording[-1].shape == (3000, 4096)
        dropped = [n for first, last in report.dropped_ids for n in range(first, last + 1)]
        assert len(ids) == report.frames
        assert len(dropped) == report.dropped
        assert report.frames + report.dropped == stream.delivered
        assert [digest for _, digest in self.on_disk] == [self.by_camera[frame_id] for frame_id in ids]
        missing = set(range(1, self.last_id + 1)) - set(ids) - set(dropped)
        lost = stream.incomplete + stream.missed + stream.underrun
        sent, skipped = self.camera["blocks_sent"], self.camera["frames_skipped"]
        after_the_end = sent - self.last_id  # the camera goes on until it is told to stop
        assert len(ids) + len(dropped) + len(missing) == self.last_id
        assert 0 <= lost - len(missing) <= after_the_end
        show(
            f"the camera sent {sent} frames, {after_the_end} of them after the last one, and skipped {skipped}: "
            f"{report.frames} in the file with the camera's sums, {report.dropped} dropped and listed, {len(missing)} "
            "lost on the way"
        )


def show(line: object) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


@pytest.fixture
def path(tmp_path):
    file = Path(os.environ.get("VCXG124M_BENCH_FOLDER", tmp_path), "bench_recording.raw")
    yield file
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()


def rss_mb() -> float:
    status = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(status.split()[0]) * 1024 / 1e6


def recorded(writer: RawWriter, **options) -> Run:
    """Record at the full rate and look at every image; note the resident memory once a second."""
    curve: list[tuple[float, float]] = []
    behind = ReaderBehind(Path(writer.path))
    with VirtualCamera(hash_frames=True, seed=1) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.image_format.pixel_format = "Mono12p"
        began, processor = time.monotonic(), time.process_time()
        with cam.recorder(writer, **options) as recorder:
            with cam.stream(raw=recorder.packed) as stream:
                for frame in stream:
                    recorder.put(frame)
                    assert 0 < frame.image[1400:1600, 1900:2100].mean() < 4095
                    elapsed = time.monotonic() - began
                    if not curve or elapsed > curve[-1][0] + 1:
                        curve.append((elapsed, rss_mb()))
                    if elapsed > SECONDS:
                        break
            report = recorder.close(stream.statistics)
        processor = time.process_time() - processor
        run = Run(
            report,
            np.array([mb for _, mb in curve]),
            frame.frame_id,
            behind.digests(),
            dict(device.frame_hashes()),
            device.statistics(),
        )
    show(
        f"\n{report}\nfirst dropped ids {report.dropped_ids[:5]}, queue at most {report.peak_queued_bytes / 1e6:.0f} MB"
    )
    show(
        f"processor {100 * processor / SECONDS:.0f} % of a core; load over 1, 5, 15 min "
        + ", ".join(f"{load:.1f}" for load in os.getloadavg())
    )
    every = max(1, len(curve) // 30)
    show("resident MB by second: " + " ".join(f"{at:.0f}:{mb:.0f}" for at, mb in curve[::every]))
    settled = run.resident_mb[len(curve) // 3 :]
    show(f"resident in the last two thirds: {settled.min():.0f} to {settled.max():.0f} MB")
    return run


@pytest.mark.timeout(3600)
def test_nothing_is_lost_and_memory_is_flat(path):
    run = recorded(RawWriter(str(path)))
    run.check(path)
    assert (run.report.lost, run.report.dropped) == (0, 0)


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("default")
def test_a_disk_of_half_the_speed_is_told_and_counted(path):
    with warnings.catch_warnings(record=True) as told:
        run = recorded(ThrottledWriter(str(path)), queue_mb=500)
    show(told[0].message)
    run.check(path)
    assert [each.category for each in told] == [vcx.SlowDiskWarning]
    assert run.report.dropped > 0
    assert run.report.peak_queued_bytes <= 500e6
