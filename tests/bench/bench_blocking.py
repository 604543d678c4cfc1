"""How long the interpreter stands still while the package talks to a camera.

    python tests/bench/bench_blocking.py [--json FILE]
    nox -s bench -- tests/bench/bench_blocking.py

A thread ticks every millisecond while another one does what may wait. Shown are its rate, as a share of the rate with
nothing beside it, and its worst gap. Nothing fails for being slow: whether the target (80 %, 20 ms) is met is a column.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

TICK_S = 0.001
SHARE, GAP_S = 0.8, 0.020


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


@dataclass
class Ticking:
    """How a thread fared that wanted to run every millisecond."""

    rate_hz: float = 0.0
    worst_gap_s: float = 0.0
    seconds: float = 0.0


@contextmanager
def ticking() -> Iterator[Ticking]:
    result, stop, started = Ticking(), threading.Event(), threading.Event()
    instants: list[float] = []

    def tick() -> None:
        started.set()
        while not stop.is_set():
            instants.append(time.perf_counter())
            time.sleep(TICK_S)

    thread = threading.Thread(target=tick)
    thread.start()
    started.wait()
    begin = time.perf_counter()
    try:
        yield result
    finally:
        end = time.perf_counter()
        stop.set()
        thread.join()
        inside = [begin, *(instant for instant in instants if begin < instant < end), end]
        result.seconds = end - begin
        result.rate_hz = (len(inside) - 2) / result.seconds
        result.worst_gap_s = max(after - before for before, after in pairwise(inside))


def repeated(work: Callable[[], object], seconds: float = 1.5) -> Ticking:
    with ticking() as result:
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            work()
    return result


def measured() -> dict[str, Ticking]:
    found: dict[str, Ticking] = {}
    with VirtualCamera(discoverable=False) as device:
        found["idle"] = repeated(lambda: time.sleep(0.1))
        found["discovery"] = repeated(vcx.find_cameras)
        with ticking() as found["opening"]:
            cam = vcx.open_camera(ip=device.ip)
        found["features"] = repeated(lambda: cam.exposure.time_us)
        cam.roi.set(width=640, height=480)
        found["grab"] = repeated(cam.grab)
        with cam.stream() as stream:
            found["stream"] = repeated(stream.get)
        cam.trigger.configure(source="Software")
        with cam.stream() as stream:

            def wait() -> None:
                with suppress(vcx.FrameTimeoutError):
                    stream.get(timeout=0.5)

            found["waiting for a frame"] = repeated(wait)
        with ticking() as found["closing"]:
            cam.close()
        cam = vcx.open_camera(ip=device.ip)
        device.faults.silence()
        with ticking() as found["a feature of a silent camera"], suppress(vcx.VcxgError):
            _ = cam.temperature.celsius
        with ticking() as found["closing a silent camera"]:
            cam.close()
    return found


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    found = measured()
    idle = found["idle"].rate_hz
    show(f"{'':32}{'s':>8}{'ticks/s':>10}{'share':>8}{'worst gap':>12}  target")
    for name, result in found.items():
        share = result.rate_hz / idle
        met = "met" if share >= SHARE and result.worst_gap_s < GAP_S else "missed"
        show(
            f"{name:32}{result.seconds:8.2f}{result.rate_hz:10.0f}{share:8.0%}{result.worst_gap_s * 1e3:9.1f} ms  {met}"
        )
    if options.json:
        options.json.write_text(
            json.dumps({name: asdict(result) for name, result in found.items()}, indent=1)
        )


def test_the_interpreter_stands_still() -> None:
    main([])


if __name__ == "__main__":
    main()
