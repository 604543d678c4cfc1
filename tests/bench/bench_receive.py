"""What receiving costs, beside Aravis on the same stream, and what the producer's receiver can take.

    python tests/bench/bench_receive.py [--seconds 10] [--long 60] [--json FILE]
    nox -s bench -- tests/bench/bench_receive.py

Needs root (network namespaces, packet rings), a C++ compiler and, for the comparison, `arv-camera-test-0.8`. One
virtual camera sends full frames of 12.3 MB at the rate of Gigabit Ethernet, one packet a call, to one receiver after
the other. Compared is the processor time of the thread that receives, by the kernel's account. Then a sender in C++
goes to the limits. Nothing fails for being slow: whether a target is met is a line of the output.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace

import vcxg124m as vcx
from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera

ROOT = Path(__file__).parents[2]
ARAVIS = shutil.which("arv-camera-test-0.8")
SERIAL = "700000000001"
FRAME = 4096 * 3000
RATE = 10.0  # frames per second: 123 MB/s
EXTRA = 4.0  # seconds that a receiver runs beside those that are measured
THREADS = {"aravis": "arv_gv_stream", "ours": "vcxg-stream"}

CONSUMER = f"""
import json, sys, time
import vcxg124m as vcx
with vcx.open_camera(serial_number="{SERIAL}") as cam, cam.stream(incomplete="deliver", buffers=16, raw=True) as stream:
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end:
        stream.get(timeout=5)
    print(json.dumps(stream.statistics.counters))
"""


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


def seconds_of(process: int, thread: str) -> float:
    """Processor time that the threads of this name have used."""
    total = 0.0
    for task in Path(f"/proc/{process}/task").iterdir():
        if (task / "comm").read_text().strip() == thread[:15]:
            total += int((task / "schedstat").read_text().split()[0]) / 1e9
    return total


def cost(command: list[str], thread: str, seconds: float, environment: dict[str, str]) -> tuple[float, str]:
    """Run a receiver and return processor seconds of its thread per second of streaming, and what it printed."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | environment
    ) as process:
        deadline = time.monotonic() + 30
        while not (before := seconds_of(process.pid, thread)):
            if time.monotonic() > deadline:
                process.kill()
                raise TimeoutError(f"{command[0]} started no thread {thread}")
            time.sleep(0.1)
        time.sleep(2)  # the first frames go to memory that nobody touched before
        before, begin = seconds_of(process.pid, thread), time.monotonic()
        time.sleep(seconds)
        used, elapsed = seconds_of(process.pid, thread) - before, time.monotonic() - begin
        output, _ = process.communicate(timeout=60)
    return used / elapsed, output


def aravis(packet_size: int, seconds: float, *, ring: bool) -> tuple[float, int, str]:
    assert ARAVIS is not None
    command = [
        ARAVIS,
        "-n",
        f"Baumer-VCXG-124M-{SERIAL}",
        f"--duration={seconds + EXTRA:.0f}",
        "-i",
        str(packet_size),
    ]
    used, output = cost(command + ([] if ring else ["--no-packet-socket"]), THREADS["aravis"], seconds, {})
    counts = {name: int(count) for name, count in re.findall(r"^(n_\w+)\s*=\s*(\d+)$", output, re.MULTILINE)}
    whole, failed = counts["n_completed_buffers"], counts["n_failures"]
    return used, whole + failed, f"{whole} frames whole, {failed} failed"


def ours(packet_size: int, seconds: float, *, engine: str) -> tuple[float, int, str]:
    environment = {"VCXG124M_RECEIVE_ENGINE": engine, "VCXG124M_PACKET_SIZE_MAX": str(packet_size)}
    used, output = cost(
        [sys.executable, "-c", CONSUMER, str(seconds + EXTRA)], THREADS["ours"], seconds, environment
    )
    counts = json.loads(output)
    whole, failed = counts["StreamCompleteFrameCount"], counts["StreamIncompleteFrameCount"]
    what = f"{whole} frames whole, {failed} incomplete, {counts['StreamKernelDroppedPacketCount']} packets dropped here"
    return used, whole + failed, what


@contextmanager
def camera() -> Iterator[VirtualCamera]:
    with VirtualCamera(serial_number=SERIAL, ip="127.0.0.1", burst=False) as device:
        with vcx.open_camera(ip=device.ip) as cam:
            cam.image_format.pixel_format = "Mono8"
            cam.image_format.test_pattern = "GreyHorizontalRamp"  # cheap to draw
            cam.acquisition.frame_rate_hz = RATE
        yield device


def beside_aravis(figures: dict[str, object], seconds: float) -> None:
    for size in (9000, 1500):
        costs: dict[str, float] = {}

        def measure(
            name: str, run: tuple[float, int, str], costs: dict[str, float] = costs, size: int = size
        ) -> None:
            used, frames, what = run
            # By what really came: a camera on a busy machine does not always keep its rate.
            costs[name] = used * (seconds + EXTRA) / (frames * FRAME / 1e9)
            show(f"{size:5} {name:22} {costs[name]:.3f} s/GB   {what}")

        with camera():
            measure("Aravis, socket", aravis(size, seconds, ring=False))
            measure("ours, batches", ours(size, seconds, engine="batches"))
            measure("ours, gro", ours(size, seconds, engine="gro"))
            measure("Aravis, packet socket", aravis(size, seconds, ring=True))
            measure("ours, ring", ours(size, seconds, engine="ring"))
        for name, peer, limit in (
            ("ours, gro", "Aravis, socket", 0.5),
            ("ours, ring", "Aravis, packet socket", 1.0),
        ):
            ratio = costs[name] / costs[peer]
            show(
                f"{size:5} {name} / {peer}: {ratio:.2f}, target {limit}: {'met' if ratio <= limit else 'missed'}"
            )
        figures[f"cost_{size}"] = costs


def to_the_limits(figures: dict[str, object], seconds: float, long: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "stream"
        subprocess.run(
            ["g++", "-O2", "-std=c++20", f"-I{ROOT}/native", f"-I{ROOT}/native/tests",
             f'-DVCXG_PRODUCER="{_producer.bundled()}"', str(Path(__file__).with_name("stream.cpp")), "-o", program,
             "-ldl"],
            check=True,
        )  # fmt: skip
        for engine in ("gro", "ring"):
            for name, arguments in {
                "full frames at 123 MB/s, one packet a call": (9000, FRAME, RATE, long, "single"),
                "full frames as fast as they can be sent": (9000, FRAME, 0, seconds, "batch"),
                "lines of 4096 pixels, 817 a second": (9000, 4096, 817, long, "single"),
            }.items():
                run = subprocess.run(
                    [program, *map(str, arguments)], capture_output=True, text=True, check=True,
                    env=os.environ | {"VCXG124M_RECEIVE_ENGINE": engine}, timeout=long + 60,
                )  # fmt: skip
                result = json.loads(run.stdout)
                figures[f"{engine}: {name}"] = result
                median, most, worst = result["delay_ms"]
                show(
                    f"{engine:5} {name}: {result['complete']} of {result['frames']} whole, "
                    f"{result['mb_per_s']:.0f} MB/s, {result['cpu_s_per_gb']:.3f} s/GB; "
                    f"last packet to consumer {median:.2f} ms, 99 % {most:.2f}, all {worst:.2f}"
                )


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10, help="of a short run")
    parser.add_argument("--long", type=float, default=60, help="seconds of a run that counts losses")
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args(arguments)
    figures: dict[str, object] = {}
    with namespace() as network, inside(network):
        if ARAVIS is None:
            show("Aravis is not installed (apt install aravis-tools)")
        else:
            beside_aravis(figures, options.seconds)
        to_the_limits(figures, options.seconds, options.long)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_receiving_beside_aravis_and_to_the_limits() -> None:
    show("")
    main(["--long", "20"])


if __name__ == "__main__":
    main()
