"""Recording at the full rate: memory stays flat, and a disk that is too slow is counted frame by frame.

Seconds of each run: ``VCXG124M_BENCH_SECONDS`` (30). Files go to ``VCXG124M_BENCH_FOLDER`` (pytest's own).
"""

from __future__ import annotations

import os
import time
import warnings
from pathlib import Path

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m.recording import RawWriter

SECONDS = float(os.environ.get("VCXG124M_BENCH_SECONDS", "30"))


class ThrottledWriter(RawWriter):
    """A disk of so many bytes per second."""

    rate = 60e6

    def write(self, record, pixels):
        end = time.monotonic() + pixels.nbytes / self.rate
        super().write(record, pixels)
        time.sleep(max(0.0, end - time.monotonic()))  # what a slow disk does


def show(line: object) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


@pytest.fixture
def folder(tmp_path):
    named = os.environ.get("VCXG124M_BENCH_FOLDER")
    path = Path(named) if named else tmp_path
    yield path
    for each in path.glob("bench_recording.raw*"):
        each.unlink()


def rss_mb() -> float:
    status = Path("/proc/self/status").read_text().split("VmRSS:")[1]
    return int(status.split()[0]) * 1024 / 1e6


def recorded(writer, **options):
    """Record at the full rate; return the report and the resident memory once a second."""
    curve: list[tuple[float, float]] = []
    began = time.monotonic()

    def look(report):
        if not curve or time.monotonic() - began > curve[-1][0] + 1:
            curve.append((time.monotonic() - began, rss_mb()))

    with vcx.open_camera("virtual") as cam:
        cam.image_format.pixel_format = "Mono12p"
        processor = time.process_time()
        report = cam.record(writer, seconds=SECONDS, progress=look, **options)
        processor = time.process_time() - processor
    show(
        f"\n{report}\nfirst dropped ids {report.dropped_ids[:5]}, queue at most {report.peak_queued_bytes / 1e6:.0f} MB"
    )
    show(f"processor {100 * processor / SECONDS:.0f} % of a core")
    every = max(1, len(curve) // 30)
    show("resident MB by second: " + " ".join(f"{at:.0f}:{mb:.0f}" for at, mb in curve[::every]))
    return report, np.array([mb for _, mb in curve])


@pytest.mark.timeout(3600)
def test_nothing_is_lost_and_memory_is_flat(folder):
    report, resident = recorded(RawWriter(str(folder / "bench_recording.raw")))
    settled = resident[len(resident) // 3 :]
    with vcx.open_recording(folder / "bench_recording.raw") as recording:
        assert (np.diff(recording.frame_ids) == 1).all()
        assert len(recording) == report.frames
    assert (report.lost, report.dropped) == (0, 0)
    show(f"resident in the last two thirds: {settled.min():.0f} to {settled.max():.0f} MB")


@pytest.mark.timeout(3600)
@pytest.mark.filterwarnings("default")
def test_a_disk_of_half_the_speed_is_told_and_counted(folder):
    writer = ThrottledWriter(str(folder / "bench_recording.raw"))
    with warnings.catch_warnings(record=True) as told:
        report, resident = recorded(writer, queue_mb=500)
    show(told[0].message)
    settled = resident[len(resident) // 3 :]
    show(f"resident in the last two thirds: {settled.min():.0f} to {settled.max():.0f} MB")
    with vcx.open_recording(folder / "bench_recording.raw") as recording:
        ids = recording.frame_ids.tolist()
        counted = {n for first, last in recording.report.dropped_ids for n in range(first, last + 1)}
    assert [each.category for each in told] == [vcx.SlowDiskWarning]
    assert report.frames + report.dropped == report.stream.delivered
    assert len(counted) == report.dropped > 0
    assert counted.isdisjoint(ids)
    assert report.peak_queued_bytes <= 500e6
    network = report.stream.incomplete + report.stream.missed + report.stream.underrun
    if not network:  # then every id is either in the file or among those counted
        assert sorted(counted | set(ids)) == list(range(ids[0], ids[0] + report.stream.delivered))
