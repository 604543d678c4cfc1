"""What taking frames costs the interpreter, beside harvesters' own fetch loop on the same producer and virtual camera.

    PYTHONPATH=tests/helpers python tests/bench/bench_acquisition.py [--seconds 10] [--long 30] [--rounds 3]
    nox -s bench -- tests/bench/bench_acquisition.py

Needs root (network namespaces, a packet socket). Every measurement runs in a fresh process, ours and theirs in turn;
printed are medians. Nothing fails for being slow: whether a target is met is a line of the output.

- lines: 4096x1 Mono12p at the greatest rate; the fetching thread's processor time for each.
- full frames: Mono12p to an array of the user's own; processor time of the whole process.
- latency: from the time at which the kernel saw a frame's last packet to the frame in Python.
- ticker: a thread that sleeps for 1 ms again and again; how often it wakes during a wait, and its worst gap.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import Self
from vcxg_testing.netns import WHY_NOT, inside, namespace

import vcxg124m as vcx
from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera

IP = "127.0.0.1"
HELPERS = Path(__file__).parents[1] / "helpers"
Figures = dict[str, float]


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


# -- what is measured, each in a process of its own ------------------------------------------------


class Ticker:
    """A thread that sleeps for 1 ms again and again, and notes when it wakes."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            self._times.append(time.perf_counter())
            time.sleep(0.001)

    def during(self, work: Callable[[], object]) -> Figures:
        """Return how often it wakes each second while ``work`` runs, and the longest time without."""
        begin = time.perf_counter()
        work()
        end = time.perf_counter()
        ticks = [at for at in self._times if begin <= at <= end]
        edges = [begin, *ticks, end]
        gaps = [after - before for before, after in itertools.pairwise(edges)]
        return {
            "ticks_per_s": len(ticks) / (end - begin),
            "worst_gap_ms": max(gaps) * 1e3,
            "seconds": end - begin,
        }


class Ours:
    """This package."""

    def __init__(self) -> None:
        self.cam: vcx.Camera | None = None

    def find(self) -> None:
        vcx.find_cameras()

    def open(self) -> None:
        self.cam = vcx.open_camera(ip=IP)

    def frames(self, count: int) -> Iterator[int]:
        assert self.cam is not None
        with self.cam.stream(count) as stream:
            for frame in stream:
                yield frame.frame_id
            self.lost = stream.statistics.missed + stream.statistics.incomplete + stream.statistics.underrun

    def wait(self, seconds: float) -> None:
        assert self.cam is not None
        with self.cam.stream() as stream:
            try:
                stream.get(timeout=seconds)
            except vcx.FrameTimeoutError:
                return
        raise AssertionError("a frame came without a trigger")

    def read(self) -> None:
        assert self.cam is not None
        try:
            self.cam.exposure.time_us = 5000
        except vcx.DeviceCommunicationError:
            return
        raise AssertionError("a silent camera answered")

    def close(self) -> None:
        if self.cam is not None:
            self.cam.close()


class Theirs:
    """harvesters, used as its documentation shows."""

    def __init__(self) -> None:
        from harvesters.core import Harvester

        self.harvester = Harvester()
        self.harvester.add_file(str(_producer.bundled()))
        self.acquirer: Any = None
        self.lost = 0

    def find(self) -> None:
        self.harvester.update()

    def open(self) -> None:
        self.harvester.update()
        self.acquirer = self.harvester.create(0)

    def frames(self, count: int) -> Iterator[int]:
        self.acquirer.num_buffers = 200 if self.acquirer.remote_device.node_map.Height.value == 1 else 16
        self.acquirer.start()
        first = last = 0
        for _ in range(count):
            with self.acquirer.fetch(timeout=10) as buffer:
                last = int(buffer.module.frame_id)
                first = first or last
                component = buffer.payload.components[0]
                pixels = component.data  # expanded from Mono12p by harvesters
                pixels = pixels.reshape(component.height, component.width).copy()
                yield last
        self.acquirer.stop()
        self.lost = last - first + 1 - count

    def wait(self, seconds: float) -> None:
        self.acquirer.start()
        try:
            self.acquirer.fetch(timeout=seconds)
        except Exception:  # noqa: BLE001 - its time limit has a class of the binding's
            return
        finally:
            self.acquirer.stop()

    def read(self) -> None:
        try:
            self.acquirer.remote_device.node_map.ExposureTime.value = 5000.0
        except Exception:  # noqa: BLE001
            return

    def close(self) -> None:
        if self.acquirer is not None:
            self.acquirer.destroy()
        self.harvester.reset()


def lines(who: Ours | Theirs, count: int) -> Figures:
    who.open()
    begin, used = time.perf_counter(), time.thread_time()
    got = sum(1 for _ in who.frames(count))
    used, elapsed = time.thread_time() - used, time.perf_counter() - begin
    return {"us_per_frame": used / got * 1e6, "frames_per_s": got / elapsed, "lost": who.lost}


def full_frames(who: Ours | Theirs, count: int) -> Figures:
    who.open()
    frames = who.frames(count + 10)
    for _ in range(10):  # the first ones go to memory that nobody touched before
        next(frames)
    begin, used = time.perf_counter(), time.process_time()
    for _ in range(count):
        next(frames)
    used, elapsed = time.process_time() - used, time.perf_counter() - begin
    list(frames)
    return {"core": used / elapsed, "frames_per_s": count / elapsed, "lost": who.lost}


def latency(who: Ours | Theirs, count: int) -> dict[str, Any]:
    who.open()
    return {"arrived_ns": {frame_id: time.time_ns() for frame_id in who.frames(count)}}


def ticker(who: Ours | Theirs, seconds: int) -> dict[str, Any]:
    tick = Ticker()
    time.sleep(0.2)
    answers = {"idle": tick.during(lambda: time.sleep(seconds))}
    answers["discovery"] = tick.during(who.find)
    answers["connect"] = tick.during(who.open)
    answers["wait without a trigger"] = tick.during(lambda: who.wait(float(seconds)))
    print("silent, please", flush=True)  # noqa: T201  # the parent silences the camera
    sys.stdin.readline()
    answers["silent camera"] = tick.during(who.read)
    return answers


TASKS: dict[str, Callable[[Ours | Theirs, int], dict[str, Any]]] = {
    "lines": lines,
    "full_frames": full_frames,
    "latency": latency,
    "ticker": ticker,
}


def work(who: str, task: str, amount: str) -> None:
    party = Ours() if who == "ours" else Theirs()
    figures = TASKS[task](party, int(amount))
    print(json.dumps(figures), flush=True)  # noqa: T201  # the parent reads it
    party.close()


# -- the parent: camera, order, medians ------------------------------------------------------------


def run(who: str, task: str, amount: int, device: VirtualCamera) -> dict[str, Any]:
    """Run one measurement in a fresh process."""
    with subprocess.Popen(
        [sys.executable, __file__, "--work", who, task, str(amount)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"VCXG124M_DISCOVERY_ADDRESSES": IP, "PYTHONPATH": str(HELPERS)},
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        if line.startswith("silent"):
            device.faults.silence()
            process.stdin.write("done\n")
            process.stdin.flush()
            line = process.stdout.readline()
            device.faults.clear()
        process.communicate(timeout=60)
    if not line:
        message = f"{who} failed at {task}"
        raise RuntimeError(message)
    answer: dict[str, Any] = json.loads(line)
    return answer


@contextmanager
def camera(**settings: dict[str, object]) -> Iterator[VirtualCamera]:
    with VirtualCamera(serial_number="700000000001", ip=IP) as device:
        with vcx.open_camera(ip=IP) as cam:
            cam.configure(
                {"image_format.pixel_format": "Mono12p", "image_format.test_pattern": "GreyHorizontalRamp"}
            )
            cam.configure(settings)
        yield device


class LastPackets:
    """The kernel's time of every trailer on the loopback interface, by block id."""

    SO_TIMESTAMPNS = 35
    TRAILER = 2

    def __enter__(self) -> Self:
        self.seen_ns: dict[int, int] = {}
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(0x0800))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        self._socket.setsockopt(socket.SOL_SOCKET, self.SO_TIMESTAMPNS, 1)
        self._socket.bind(("lo", 0x0800))
        self._socket.settimeout(0.2)
        self._open = True
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._open = False
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        while self._open:
            try:
                packet, extra, _, _ = self._socket.recvmsg(64, 64)
            except TimeoutError:
                continue
            gvsp = packet[28:]  # behind the headers of IP and UDP
            if packet[9] == socket.IPPROTO_UDP and len(gvsp) >= 20 and gvsp[4] & 0x8F == 0x80 | self.TRAILER:
                seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                block_id = int.from_bytes(gvsp[8:16], "big")
                self.seen_ns.setdefault(block_id, seconds * 10**9 + nanoseconds)


def median(results: list[dict[str, Any]], name: str) -> float:
    return statistics.median(result[name] for result in results)


def judge(what: str, value: float, target: float, unit: str, *, at_least: bool = False) -> None:
    met = value >= target if at_least else value <= target
    show(f"    {what}: {value:.3g} {unit}, target {target:g} {unit}: {'met' if met else 'missed'}")


def both(
    options: argparse.Namespace, task: str, amount: int, device: VirtualCamera
) -> dict[str, list[dict[str, Any]]]:
    results: dict[str, list[dict[str, Any]]] = {"ours": [], "harvesters": []}
    for _ in range(options.rounds):
        for who, found in results.items():
            found.append(run(who, task, amount, device))
    return results


def measure_lines(options: argparse.Namespace) -> object:
    with camera(roi={"height": 1}, exposure={"time_us": 20}) as device:
        results = both(options, "lines", int(817 * options.seconds), device)
        for who, found in results.items():
            show(
                f"lines        {who:11} {median(found, 'us_per_frame'):6.0f} us a frame, "
                f"{median(found, 'frames_per_s'):.0f} a second, lost {[round(each['lost']) for each in found]}"
            )
        long = run("ours", "lines", int(817 * options.long), device)
        judge("interpreter's time", median(results["ours"], "us_per_frame"), 100, "us")
        judge(f"lines lost in {options.long:g} s", long["lost"], 0, "")
    return results, long


def measure_full_frames(options: argparse.Namespace) -> object:
    with camera() as device:
        results = both(options, "full_frames", int(6 * options.seconds), device)
        for who, found in results.items():
            show(
                f"full frames  {who:11} {median(found, 'core') * 100:6.1f} % of a core, "
                f"{median(found, 'frames_per_s'):.2f} a second, lost {[round(each['lost']) for each in found]}"
            )
        judge("of a core", median(results["ours"], "core") * 100, 25, "%")
    return results


def measure_latency(options: argparse.Namespace) -> object:
    delays: dict[str, list[float]] = {"ours": [], "harvesters": []}
    with camera(roi={"width": 640, "height": 480}, acquisition={"frame_rate_hz": 20}) as device:
        for _ in range(options.rounds):
            for who, found in delays.items():
                with LastPackets() as packets:
                    arrived = run(who, "latency", int(20 * options.seconds), device)["arrived_ns"]
                found += [
                    (at - packets.seen_ns[int(block)]) / 1e6
                    for block, at in arrived.items()
                    if int(block) in packets.seen_ns
                ]
        for who, found in delays.items():
            show(
                f"last packet to Python {who:11} median {statistics.median(found):.2f} ms, "
                f"95 % {statistics.quantiles(found, n=20)[-1]:.2f} ms of {len(found)}"
            )
        judge("median", statistics.median(delays["ours"]), 1.0, "ms")
    return delays


def measure_ticker(options: argparse.Namespace) -> object:
    with camera(trigger={"source": "Line0", "mode": "On"}) as device:
        results = both(options, "ticker", max(2, int(options.seconds / 3)), device)
        for phase in results["ours"][0]:
            for who, found in results.items():
                rate, gap, lasted = (
                    statistics.median(each[phase][name] for each in found)
                    for name in ("ticks_per_s", "worst_gap_ms", "seconds")
                )
                idle = statistics.median(each["idle"]["ticks_per_s"] for each in found)
                show(
                    f"ticker, {phase:23} {who:11} {rate:5.0f} a second, worst gap {gap:6.1f} ms, in {lasted:.2f} s"
                )
                if who == "ours" and phase != "idle":
                    judge("of its idle rate", rate / idle * 100, 80, "%", at_least=True)
                    judge("worst gap", gap, 20, "ms")
    return results


PARTS: dict[str, Callable[[argparse.Namespace], object]] = {
    "lines": measure_lines,
    "full_frames": measure_full_frames,
    "latency": measure_latency,
    "ticker": measure_ticker,
}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10, help="of one measurement")
    parser.add_argument("--long", type=float, default=30, help="seconds of the run that counts lost lines")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    parser.add_argument("--only", choices=PARTS, help="one part instead of all")
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        work(*options.work)
        return
    with namespace() as network, inside(network):
        parts = [options.only] if options.only else PARTS
        figures = {part: PARTS[part](options) for part in parts}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_taking_frames_beside_harvesters() -> None:
    show("")
    main(["--seconds", "6", "--rounds", "1"])


if __name__ == "__main__":
    main()
