"""How punctual the virtual camera is, and what it costs: ``pytest -s tests/bench/bench_schedule.py``.

Frames of a free-running camera are received on loopback. Each should arrive a constant time after its timestamp,
which is exact; what it comes later than the most punctual one is its delay. Only on an idle computer is that the
camera's own, so the load is printed beside it.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from pathlib import Path

import pytest
from vcxg_testing.application import ADDRESSES, Application

from vcxg124m.virtual import VirtualCamera

SECONDS = 5.0
WARM_UP = 3.0
"""The sensor is being made when the process is new, and the first frame is drawn for longer than the others."""


def processor_seconds(pid: int) -> float:
    """Return the time that a process has spent on processors."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def receive(stream: socket.socket, seconds: float) -> list[tuple[float, float]]:
    """Return timestamp and arrival of the last packet, in seconds, of the blocks that come within `seconds`."""
    blocks: list[tuple[float, float]] = []
    timestamp, end = None, time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        data = stream.recv(65536)
        if data[4] == 1:
            timestamp = int.from_bytes(data[12:20], "big")
        elif (
            data[4] == 2 and timestamp is not None
        ):  # the block that is under way at first has no leader here
            blocks.append((timestamp / 1e9, now))
    return blocks


@pytest.mark.parametrize(("width", "height", "rate"), [(4096, 1, 817), (640, 480, 86), (4096, 3000, 10)])
def test_the_schedule_is_kept(width: int, height: int, rate: int) -> None:
    with (
        VirtualCamera(discoverable=False) as camera,
        Application(camera.ip) as host,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stream,
    ):
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        stream.bind(("127.0.0.1", 0))
        stream.settimeout(10)
        host.write(0x0A00, 2)
        host.write(0x0954, 1)  # no heartbeat
        host.write_memory(ADDRESSES["ExposureTime"], struct.pack(">d", 15.0))
        host.start(stream, Width=width, Height=height)
        receive(stream, WARM_UP)
        spent, begin = processor_seconds(camera.pid), time.monotonic()
        blocks = receive(stream, SECONDS)
        wall = time.monotonic() - begin
        spent = processor_seconds(camera.pid) - spent
        skipped = camera.statistics()["frames_skipped"]
    late = sorted(arrival - timestamp for timestamp, arrival in blocks)
    late = [1e3 * (delay - late[0]) for delay in late]
    measured = (len(blocks) - 1) / (blocks[-1][0] - blocks[0][0])
    print(  # noqa: T201 - a benchmark tells its figures
        f"\n{width}x{height}: {measured:.2f} Hz (data sheet: {rate}), {skipped} skipped, delay median "
        f"{late[len(late) // 2]:.2f} ms, 99 % below {late[int(0.99 * len(late))]:.2f} ms, most {late[-1]:.2f} ms; "
        f"{100 * spent / wall:.0f} % of a processor, load {os.getloadavg()[0]:.1f}"
    )
