"""How long the virtual sensor takes to render, beside copying: ``pytest -s tests/bench/bench_sensor.py``.

CPU time of the calling thread (best of ten), because rendering shares its core with sending.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable

import numpy as np
import pytest

from vcxg124m.virtual.chart import Chart
from vcxg124m.virtual.sensor import Sensor, SensorSettings


def best(action: Callable[[int], object], rounds: int = 10) -> float:
    """Seconds of the quickest round."""
    seconds = []
    for index in range(rounds):
        begin = time.thread_time()
        action(index)
        seconds.append(time.thread_time() - begin)
    return min(seconds)


@pytest.fixture(scope="module")
def sensor() -> Sensor:
    return Sensor(1, Chart())


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("all off", {}),
        ("look-up table", {"lut": tuple(range(4096))}),
        ("metering", {"metered": (0, 0, 4096, 3000)}),
        ("512 defects", {"defects": tuple((17 * n % 4096, 5 * n) for n in range(512))}),
        ("binning 2x2", {"width": 2048, "height": 1500, "binning_horizontal": 2, "binning_vertical": 2}),
        ("moving ramp", {"test_pattern": "GreyHorizontalRampMoving"}),
    ],
)
def test_what_the_digital_steps_cost(sensor: Sensor, what: str, changes: dict[str, object]) -> None:
    settings = dataclasses.replace(SensorSettings(pixel_format="Mono12p"), **changes)
    out = np.zeros(settings.payload_bytes, np.uint8)
    render = best(lambda index: sensor.frame(settings, index, out=out))
    print(f"\nMono12p, {what}: {render * 1e3:.1f} ms")  # noqa: T201 - a benchmark tells its figures
    assert out.any()


@pytest.mark.parametrize("height", [3000, 1080, 1])
@pytest.mark.parametrize("pixel_format", ["Mono8", "Mono12", "Mono12p"])
def test_rendering_beside_copying(sensor: Sensor, pixel_format: str, height: int) -> None:
    settings = SensorSettings(pixel_format=pixel_format, height=height)
    out, copy = np.zeros((2, settings.payload_bytes), np.uint8)
    begin = time.thread_time()
    sensor.frame(settings, 0, out=out)
    change = time.thread_time() - begin
    render = best(lambda index: sensor.frame(settings, index, out=out))
    memcpy = best(lambda _: np.copyto(copy, out))
    print(  # noqa: T201 - a benchmark tells its figures
        f"\n4096x{height} {pixel_format}: {render * 1e3:.2f} ms, {1 / render:.0f} frames/s, "
        f"{render / memcpy:.0f} x memcpy; first after a change of settings {change * 1e3:.0f} ms"
    )
    assert not np.array_equal(copy, sensor.frame(settings, 99))
