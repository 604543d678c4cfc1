"""``vcxg124m bench``: figures that fit together, as JSON and as a table for a terminal."""

import json

from vcxg_testing.commands import run

from vcxg124m.cli.bench import Latency, Streaming, Unpacking
from vcxg124m.virtual import VirtualCamera


def test_bench_measures_the_camera_that_it_is_given():
    with VirtualCamera(discoverable=False) as device:
        bench = run("bench", "--camera", device.ip, "--format", "Mono12p", "--seconds", 1, "--json")
        sent = device.statistics()["blocks_sent"]
    assert bench.returncode == 0, bench.stderr
    figures = json.loads(bench.stdout)
    assert device.ip in figures["camera"]
    stream, latency, unpacking = figures["stream"], figures["stream"]["latency"], figures["unpacking"]
    assert (stream["width"], stream["height"], stream["pixel_format"]) == (4096, 3000, "Mono12p")
    assert 1 <= stream["frames"] < sent
    assert 0.2 < stream["frames_per_second"] / stream["planned_frames_per_second"] < 1.01
    assert stream["limited_by"] == "link"
    assert 0 < stream["fetching_ms"] <= stream["processor_ms"]
    assert latency["planned_ms"] - latency["error_ms"] < latency["median_ms"] <= latency["p99_ms"]
    assert latency["p99_ms"] <= latency["worst_ms"]
    assert unpacking["unpack_ms"] > 0 < unpacking["memcpy_ms"]


def test_the_table_fits_into_80_columns():
    latency = Latency(12345.678, 12345.678, 12345.678, 12.3, 12345.678)
    streaming = Streaming(
        100000, 4096, 3000, "Mono12p", 1234.5, 817.28, 817.28, "frame rate", 123.4, 1000, 1000, 1000, 12.3, 1.23, 123.4,
        latency,
    )  # fmt: skip
    rows = {**streaming.rows(), **Unpacking("avx512vbmi", 4096, 3000, 123.45, 123.45).rows()}
    assert max(len(row) for row in rows.values()) <= 80 - len("processor  ")
