"""An acquisition with a live view attached and without: no frame is lost, and the rate is the same.

The page is played in a process of its own, as a browser is one, and asks for pictures as fast as it gets them. Runs
with and without it take turns. Seconds of each: ``VCXG124M_BENCH_SECONDS`` (10); how many pairs:
``VCXG124M_BENCH_ROUNDS`` (5).
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m import Tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcxg124m._backend import RawFrame
    from vcxg124m.view import LiveView

SECONDS = float(os.environ.get("VCXG124M_BENCH_SECONDS", "10"))
ROUNDS = int(os.environ.get("VCXG124M_BENCH_ROUNDS", "5"))
HELPERS = Path(__file__).parents[1] / "helpers"
# Prints a line for each picture.
PAGE = """
import sys
from types import SimpleNamespace
from vcxg_testing.browser import tab
url, number = sys.argv[1], 0
page = SimpleNamespace(url=url, port=int(url.split(":")[2].split("/")[0]))
with tab(page) as browser:
    while True:
        number = browser.look(after=number, width=4096, height=3000, screen_width=932, screen_height=682)["number"]
        print(number, flush=True)
"""


@dataclass
class Run:
    """What one acquisition gave."""

    frames_per_second: float
    statistics: vcx.StreamStatistics
    processor: float
    pictures: int = 0


def show(line: object) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


@contextlib.contextmanager
def watched(page: LiveView) -> Iterator[subprocess.Popen[str]]:
    """Run the page's process while pictures come."""
    with subprocess.Popen(
        [sys.executable, "-c", PAGE, page.url],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HELPERS)},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def acquired(cam: vcx.Camera, *, page: LiveView | None) -> Run:
    """Stream for the time of one run, by the camera's clock."""
    with contextlib.ExitStack() as held:
        process = held.enter_context(watched(page)) if page else None
        if process:
            assert process.stdout
            assert process.stdout.readline()
        stream = held.enter_context(cam.stream())
        first = frame = stream.get()
        processor = time.process_time()
        while frame.timestamp_ns - first.timestamp_ns < SECONDS * 1e9:
            frame = stream.get()
        processor = time.process_time() - processor
        statistics = stream.statistics
        pictures = 0
        if process:
            process.kill()
            pictures = len(process.stdout.readlines())
        span = (frame.timestamp_ns - first.timestamp_ns) / 1e9
        return Run((statistics.delivered - 1) / span, statistics, processor / span, pictures)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    ("size", "rate_hz"), [((4096, 3000), 6.0), ((1024, 768), 50.0)], ids=["full frames", "small frames"]
)
def test_an_acquisition_is_the_same_with_a_viewer(size: tuple[int, int], rate_hz: float) -> None:
    runs: dict[bool, list[Run]] = {False: [], True: []}
    with vcx.open_camera("virtual") as cam, cam.view() as page:
        cam.image_format.pixel_format = "Mono12p"
        cam.roi.set(width=size[0], height=size[1])
        cam.acquisition.frame_rate_hz = rate_hz
        for _ in range(ROUNDS):
            for with_viewer in (False, True):
                runs[with_viewer].append(acquired(cam, page=page if with_viewer else None))
    show(f"\n{size[0]}x{size[1]} Mono12p, {rate_hz:g} Hz asked for, {SECONDS:g} s each")
    show("viewer    rate Hz  delivered  incomplete  missed  underrun  processor  pictures/s")
    for with_viewer, each in ((viewer, run) for viewer, several in runs.items() for run in several):
        counted = each.statistics
        viewer = "attached" if with_viewer else "none"
        show(
            f"{viewer:8}{each.frames_per_second:9.3f}{counted.delivered:11}{counted.incomplete:12}"
            f"{counted.missed:8}{counted.underrun:10}{100 * each.processor:9.0f} %{each.pictures / SECONDS:12.1f}"
        )
    rates = {viewer: median(run.frames_per_second for run in several) for viewer, several in runs.items()}
    show(f"median rate with a viewer / without: {rates[True] / rates[False]:.4f}")
    lost = [run.statistics.incomplete + run.statistics.missed + run.statistics.underrun for run in runs[True]]
    assert lost == [0] * ROUNDS


def test_what_looking_on_costs_the_thread_that_fetches(monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[float] = []
    offer = Tap.offer

    def measured(tap: Tap, source: RawFrame) -> None:
        began = time.perf_counter()
        offer(tap, source)
        took.append(time.perf_counter() - began)

    monkeypatch.setattr(Tap, "offer", measured)
    ending = threading.Event()
    with vcx.open_camera("virtual") as cam, cam.tap() as tap:
        cam.image_format.pixel_format = "Mono12p"
        cam.acquisition.frame_rate_hz = 4
        for _ in cam.stream(20):
            pass
        show(f"\na full frame that nobody wants: {1e6 * median(took):.0f} us")
        took.clear()

        def look() -> None:
            while not ending.is_set():
                tap.get(0.1)

        looker = threading.Thread(target=look)
        looker.start()
        for _ in cam.stream(20):
            pass
        ending.set()
        looker.join()
    show(f"one that is copied: {1e3 * median(took):.2f} ms, at most {1e3 * max(took):.2f} ms")
