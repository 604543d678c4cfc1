"""What taking frames costs the interpreter, beside others who take frames.

    PYTHONPATH=tests/helpers python tests/bench/bench_acquisition.py [--seconds 10] [--long 30] [--rounds 3]
    nox -s bench -- tests/bench/bench_acquisition.py

Needs root (network namespaces, a packet socket). Every measurement runs in a fresh process (`acquire.py`), one party
after the other; printed are medians, and the machine's load. Nothing fails for being slow: whether a target is met is a
line of the output.

- lines: 4096x1 Mono12p at the greatest rate; the fetching thread's processor time for each.
- full frames: Mono12p to an array of the user's own; processor time of the whole process.
- latency: from the time at which the kernel saw a frame's last packet to the frame in Python.
- ticker: a thread that sleeps for 1 ms again and again; how often it wakes during a wait, and its worst gap.
- foreign camera: 640x480 Mono8 of viva-genicam's fake camera; the fetching thread's time for each.

What is matched: harvesters has the same camera and producer; viva-genicam's client the same camera and its own
receiver. pypylon has its emulated camera, which draws inside of the process: size and rate are the same, and that an
array of one's own comes out, but there is no network, no unpacking (Mono12 instead of Mono12p) and no last packet.
"""

from __future__ import annotations

import argparse
import ctypes
import importlib.util
import json
import os
import socket
import statistics
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import Self
from vcxg_testing.netns import WHY_NOT, inside, namespace

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

IP = "127.0.0.1"
HELPERS = Path(__file__).parents[1] / "helpers"
MODULES = {
    "ours": "vcxg124m",
    "harvesters": "harvesters",
    "viva-genicam": "viva_genicam",
    "pypylon": "pypylon",
}


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


def installed(*without: str) -> list[str]:
    return [who for who, module in MODULES.items() if who not in without and importlib.util.find_spec(module)]


def run(who: str, task: str, amount: int, device: VirtualCamera | None = None) -> dict[str, Any]:
    """Run one measurement in a fresh process."""
    with subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("acquire.py")), who, task, str(amount)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {"VCXG124M_DISCOVERY_ADDRESSES": IP, "PYTHONPATH": str(HELPERS)},
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        if device is not None and line.startswith("silent"):
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
    """The kernel's time of every trailer on the loopback interface, by block id; nothing runs while they pass."""

    SO_ATTACH_FILTER = 26
    SO_TIMESTAMPNS = 35
    # Of packets from their IP header on: protocol UDP, and GVSP's packet format (after 20 + 8 + 4 bytes) is a trailer,
    # whether with 16-bit or with 64-bit ids. Opcodes of the classic packet filter.
    LOAD, AND, IF_EQUAL, RETURN = 0x30, 0x54, 0x15, 0x06
    FILTER = (
        (LOAD, 0, 0, 9), (IF_EQUAL, 0, 4, socket.IPPROTO_UDP),
        (LOAD, 0, 0, 32), (AND, 0, 0, 0x0F), (IF_EQUAL, 0, 1, 2),
        (RETURN, 0, 0, 64),
        (RETURN, 0, 0, 0),
    )  # fmt: skip

    def __enter__(self) -> Self:
        program = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in self.FILTER))
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self._socket.setsockopt(
            socket.SOL_SOCKET,
            self.SO_ATTACH_FILTER,
            struct.pack("HL", len(self.FILTER), ctypes.addressof(program)),
        )
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        self._socket.setsockopt(socket.SOL_SOCKET, self.SO_TIMESTAMPNS, 1)
        self._socket.bind(("lo", 0x0800))
        self._socket.settimeout(0)
        self.seen_ns: dict[int, int] = {}
        return self

    def __exit__(self, *_: object) -> None:
        with self._socket:
            while True:
                try:
                    packet, extra, _, _ = self._socket.recvmsg(64, 64)
                except BlockingIOError:
                    return
                seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                gvsp = packet[28:]
                extended = gvsp[4] & 0x80
                block_id = int.from_bytes(gvsp[8:16] if extended else gvsp[2:4], "big")
                self.seen_ns.setdefault(block_id, seconds * 10**9 + nanoseconds)


def median(results: list[dict[str, Any]], name: str) -> float:
    return statistics.median(result[name] for result in results)


def judge(what: str, value: float, target: float, unit: str, *, at_least: bool = False) -> None:
    met = value >= target if at_least else value <= target
    show(f"    {what}: {value:.3g} {unit}, target {target:g} {unit}: {'met' if met else 'missed'}")


def each(
    options: argparse.Namespace,
    task: str,
    amount: int,
    device: VirtualCamera | None = None,
    *,
    without: str = "",
) -> dict[str, list[dict[str, Any]]]:
    """Run a measurement for every party, in turns."""
    results: dict[str, list[dict[str, Any]]] = {who: [] for who in installed(without)}
    for _ in range(options.rounds):
        for who, found in results.items():
            found.append(run(who, task, amount, device))
    return results


def measure_lines(options: argparse.Namespace) -> object:
    with camera(roi={"height": 1}, exposure={"time_us": 20}) as device:
        results = each(options, "lines", int(817 * options.seconds), device)
        show_lines("lines", results)
        judge("interpreter's time", median(results["ours"], "us_per_frame"), 100, "us")
        long = run("ours", "lines", int(817 * options.long), device)
        judge(f"lines lost of {int(817 * options.long)} in {options.long:g} s", long["lost"], 0, "")
    return results, long


def show_lines(what: str, results: dict[str, list[dict[str, Any]]]) -> None:
    for who, found in results.items():
        show(
            f"{what:15}{who:13}{median(found, 'us_per_frame'):6.0f} us a frame, "
            f"{median(found, 'frames_per_s'):.0f} a second, lost {[round(one['lost']) for one in found]}"
        )


def measure_full_frames(options: argparse.Namespace) -> object:
    with camera() as device:
        results = each(options, "full_frames", int(6 * options.seconds), device)
        for who, found in results.items():
            show(
                f"full frames    {who:13}{median(found, 'core') * 100:6.1f} % of a core, "
                f"{median(found, 'frames_per_s'):.2f} a second, lost {[round(one['lost']) for one in found]}"
            )
        judge("of a core", median(results["ours"], "core") * 100, 25, "%")
    return results


def measure_latency(options: argparse.Namespace) -> object:
    small: dict[str, Any] = {"roi": {"width": 640, "height": 480}, "acquisition": {"frame_rate_hz": 20}}
    count = int(6 * options.seconds)
    results = [
        measure_latency_of("640x480", options, int(20 * options.seconds), small),
        measure_latency_of("4096x3000", options, count, {}),
    ]
    alone: list[float] = run("ours", "unpacking", count)["ms"]
    show(f"    of which unpacking takes, alone on this machine now: median {statistics.median(alone):.2f} ms")
    return [*results, alone]


def measure_latency_of(
    size: str, options: argparse.Namespace, frames: int, settings: dict[str, Any]
) -> dict[str, list[float]]:
    delays: dict[str, list[float]] = {who: [] for who in installed("pypylon")}
    with camera(**settings) as device:
        for _ in range(options.rounds):
            for who, found in delays.items():
                with LastPackets() as packets:
                    arrived = run(who, "latency", frames, device)["arrived_ns"]
                times = [
                    (at - packets.seen_ns[int(block)]) / 1e6
                    for block, at in arrived.items()
                    if int(block) in packets.seen_ns
                ]
                found.extend(times[10:])  # the first ones go to memory that nobody touched before
    for who, found in delays.items():
        show(
            f"last packet to Python, {size:10}{who:13}median {statistics.median(found):.2f} ms, "
            f"95 % {statistics.quantiles(found, n=20)[-1]:.2f} ms of {len(found)}"
        )
    judge("median", statistics.median(delays["ours"]), 1.0, "ms")
    return delays


def measure_foreign_camera(options: argparse.Namespace) -> object:
    if not importlib.util.find_spec("viva_genicam"):
        show("foreign camera: viva-genicam is not installed")
        return None
    from viva_genicam.testing import FakeGigeCamera

    with FakeGigeCamera(width=640, height=480, fps=50, pixel_format="Mono8"):
        results = each(options, "lines", int(50 * options.seconds), without="pypylon")
    show_lines("foreign camera", results)
    return results


def measure_ticker(options: argparse.Namespace) -> object:
    with camera(trigger={"source": "Line0", "mode": "On"}) as device:
        results = each(options, "ticker", max(2, int(options.seconds / 3)), device)
    for phase in results["ours"][0]:
        for who, found in results.items():
            if phase not in found[0]:
                continue
            rate, gap, lasted = (
                statistics.median(one[phase][name] for one in found)
                for name in ("ticks_per_s", "worst_gap_ms", "seconds")
            )
            idle = statistics.median(one["idle"]["ticks_per_s"] for one in found)
            show(
                f"ticker, {phase:23}{who:13}{rate:5.0f} a second, worst gap {gap:6.1f} ms, in {lasted:.2f} s"
            )
            if who == "ours" and phase != "idle":
                judge("of its idle rate", rate / idle * 100, 80, "%", at_least=True)
                judge("worst gap", gap, 20, "ms")
    return results


PARTS = {
    "lines": measure_lines,
    "full_frames": measure_full_frames,
    "latency": measure_latency,
    "ticker": measure_ticker,
    "foreign_camera": measure_foreign_camera,
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
    options = parser.parse_args(arguments)
    with namespace() as network, inside(network):
        parts = [options.only] if options.only else PARTS
        figures: dict[str, object] = {}
        for part in parts:
            figures[part] = PARTS[part](options)
            show(f"    load {' '.join(f'{load:.1f}' for load in os.getloadavg())}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


@pytest.mark.timeout(900)
@pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
def test_taking_frames_beside_others() -> None:
    show("")
    main(["--seconds", "6", "--rounds", "1"])


if __name__ == "__main__":
    main()
