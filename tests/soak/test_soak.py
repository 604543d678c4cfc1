"""An hour of streaming with everything that an hour brings: nothing grows, and every frame is accounted for.

    nox -s soak                      an hour
    nox -s soak -- --minutes 5       as long as you like, above the time of a few sessions

A session opens the camera, streams several times, whole series and ones that are broken off, with and without lost
packets, listens to events, and closes the camera; every fourth session ends with a camera that restarts. After each
one the processes are weighed: memory, open files, threads. The consumer is judged by the memory that is handed out to
its code. What is resident is shown beside it: the heap between small blocks that live long gets holes, more and more
slowly, as node maps of 100 000 blocks come and go.
"""

from __future__ import annotations

import ctypes
import gc
import itertools
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

WIDTH, HEIGHT, RATE = 640, 480, 20.0
SERIES = 60
LOSS = 0.002  # of packets: about every second frame of 318 packets lacks one
RESTART_EVERY = 4
GROWTH = 2 << 20
"""Bytes of memory that are still taken for noise: a leak of 8 KB in each session is more in half an hour. When a busy
computer makes more frames wait at once than ever before, the pool keeps their 0.6 MB each."""
PYTHON_BLOCK = 64
"""Bytes of one of Python's small blocks: 16 to 512, and most are of this order."""


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


class _MallInfo(ctypes.Structure):
    """``struct mallinfo2`` of the C library, over all arenas."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"
        )
    )  # fmt: skip


def handed_out() -> int:
    """Bytes that this process holds of the C library's heap, and of Python's own."""
    libc = ctypes.CDLL(None)
    libc.mallinfo2.restype = _MallInfo
    heap = libc.mallinfo2()
    return heap.uordblks + heap.hblkhd + PYTHON_BLOCK * sys.getallocatedblocks()


@dataclass(frozen=True)
class Weight:
    """What a process holds; `memory` is what is handed out to the code of this one, and of another what is resident."""

    memory: int
    resident: int
    files: int
    threads: int

    @classmethod
    def of(cls, process: int) -> Weight:
        folder = Path(f"/proc/{process}")
        resident = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
        return cls(
            handed_out() if process == os.getpid() else resident,
            resident,
            len(list((folder / "fd").iterdir())),
            len(list((folder / "task").iterdir())),
        )

    def __str__(self) -> str:
        return (
            f"{self.memory / 1e6:.2f} MB ({self.resident / 1e6:.1f} resident), {self.files} files,"
            f" {self.threads} threads"
        )


@dataclass
class Sums:
    """What became of all frames so far."""

    streams: int = 0
    delivered: int = 0
    incomplete: int = 0
    other: int = 0
    events: int = 0
    restarts: int = 0

    def add(self, result: vcx.StreamStatistics) -> None:
        self.streams += 1
        self.delivered += result.delivered
        self.incomplete += result.incomplete
        self.other += result.missed + result.dropped + result.underrun + result.in_flight


def open_camera(device: VirtualCamera) -> vcx.Camera:
    cam = vcx.open_camera(ip=device.ip)
    cam.image_format.pixel_format = "Mono12p"
    cam.roi.set(width=WIDTH, height=HEIGHT, offset_x=0, offset_y=0)
    cam.image_format.test_pattern = "GreyDiagonalRamp"
    cam.acquisition.frame_rate_hz = RATE
    return cam


def check_pixels(frame: vcx.Frame) -> None:
    if frame.complete:
        assert np.array_equal(frame.image, TRUTH)


TRUTH = ((np.arange(WIDTH) + np.arange(HEIGHT)[:, np.newaxis]) % 4096).astype(np.uint16)


def whole_series(cam: vcx.Camera, device: VirtualCamera, sums: Sums) -> None:
    """Receive what the camera sends, and compare with what it says that it sent."""
    cam.acquisition.mode = "MultiFrame"
    cam.acquisition.frame_count = SERIES
    before = device.statistics()
    with cam.events.listen("FrameEnd") as events:
        with cam.stream(incomplete="deliver", buffers=16) as stream:
            while (result := stream.statistics).sent - result.in_flight < SERIES:
                check_pixels(stream.get(timeout=10.0))
        for _ in range(SERIES):
            events.get(timeout=10.0)
        assert events.dropped == 0
    after = device.statistics()
    counters = result.counters
    sent, dropped = (after[key] - before[key] for key in ("blocks_sent", "packets_dropped"))
    assert sent == result.sent == SERIES
    assert result.delivered == counters["StreamCompleteFrameCount"]
    assert result.incomplete == counters["StreamIncompleteFrameCount"]
    # The camera's process may have to wait for its turn so long that a frame is given up before the rest of it comes.
    lost_here = counters["StreamKernelDroppedPacketCount"] + counters["StreamLatePacketCount"]
    missing = counters["StreamMissingPacketCount"]
    # A lost leader or trailer leaves no hole.
    assert dropped - 2 * SERIES <= missing <= dropped + lost_here, (
        f"camera {before} to {after}; producer {counters}"
    )
    if not dropped and not lost_here:
        assert result.delivered + result.underrun == SERIES
    sums.add(result)
    sums.events += SERIES


def broken_off(cam: vcx.Camera, sums: Sums) -> None:
    """Stop in the middle of a frame, after one more frame than the time before."""
    cam.acquisition.mode = "Continuous"
    with cam.stream(incomplete="deliver", buffers=4) as stream:
        for _ in range(3 + sums.streams % 10):
            frame = stream.get(timeout=10.0)
            check_pixels(frame)
    result = stream.statistics
    assert frame.frame_id <= result.sent
    sums.add(result)


def restarted(cam: vcx.Camera, device: VirtualCamera, sums: Sums) -> None:
    """Lose a camera that restarts."""
    cam.acquisition.mode = "Continuous"
    with cam.stream(incomplete="deliver") as stream:
        stream.get(timeout=10.0)
        device.faults.reboot()
        with pytest.raises(vcx.DeviceLostError):
            list(stream)
    sums.add(stream.statistics)
    sums.restarts += 1


def session(device: VirtualCamera, sums: Sums, *, restart: bool) -> None:
    with open_camera(device) as cam:
        for loss in (0.0, LOSS):
            device.faults.drop_packets(loss, seed=sums.streams)
            whole_series(cam, device, sums)
            broken_off(cam, sums)
        device.faults.drop_packets(0.0)
        if restart:
            restarted(cam, device, sums)


def tidy() -> None:
    """Give back what is free already: garbage that Python has not collected, and holes between what is in use."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


def settled(most: Weight, process: int) -> Weight:
    """Weigh a process once its files and threads are no more than before; some end a moment after what they served."""
    deadline = time.monotonic() + 5.0
    while True:
        weight = Weight.of(process)
        if weight.files <= most.files and weight.threads <= most.threads:
            return weight
        assert time.monotonic() < deadline, f"more is open than after the first session: {weight}, not {most}"
        time.sleep(0.05)


def curve(samples: list[Weight]) -> str:
    """Return about 30 of the memories, in MB, in the order of time."""
    return " ".join(f"{w.memory / 1e6:.2f}" for w in samples[:: 1 + len(samples) // 30])


def growth(samples: list[Weight]) -> float:
    """Bytes between the medians of the second and the last quarter; the first one is for warming up."""
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    return statistics.median(w.memory for w in late) - statistics.median(w.memory for w in early)


@pytest.mark.timeout(0)
def test_nothing_grows_while_frames_stream_and_all_of_them_are_accounted_for(
    pytestconfig: pytest.Config,
) -> None:
    end = time.monotonic() + 60.0 * pytestconfig.getoption("--minutes")
    sums = Sums()
    ours: list[Weight] = []
    theirs: list[Weight] = []
    told = 0.0
    with VirtualCamera(discoverable=False) as device:
        for number in itertools.count(1):
            session(device, sums, restart=number % RESTART_EVERY == 0)
            tidy()
            if number <= RESTART_EVERY:  # everything has happened once
                most, device_most = Weight.of(os.getpid()), Weight.of(device.pid)
            ours.append(settled(most, os.getpid()))
            theirs.append(settled(device_most, device.pid))
            if time.monotonic() - told > 60.0:
                told = time.monotonic()
                show(f"{(told - end) / 60:6.1f} min: consumer {ours[-1]}; camera {theirs[-1]}; {sums}")
            if time.monotonic() > end and number > 2 * RESTART_EVERY:
                break
    show(f"{len(ours)} sessions; {sums}")
    for who, samples in (("consumer", ours), ("camera", theirs)):
        show(
            f"{who}: {samples[0]} after the first session, {samples[-1]} after the last; MB: {curve(samples)}"
        )
    assert growth(ours) < GROWTH
    assert growth(theirs) < GROWTH
