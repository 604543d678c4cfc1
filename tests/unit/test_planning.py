"""The timing model against the data sheet's numbers, written down again here."""

from __future__ import annotations

import math

import pytest

import vcxg124m as vcx
from vcxg124m import planning

PARTIAL_SCAN = [  # width, height, frames/s of the sensor and over the link (data sheet, partial scan)
    (1920, 1080, 40, 40), (1280, 720, 59, 59), (1024, 768, 56, 56), (640, 480, 86, 86), (320, 240, 157, 157),
    (176, 144, 232, 232), (4096, 2048, 22, 14), (4096, 1024, 43, 29), (4096, 512, 81, 58), (4096, 128, 252, 235),
    (4096, 64, 387, 387), (4096, 32, 529, 529), (4096, 8, 728, 728), (4096, 4, 776, 776), (4096, 2, 803, 803),
    (4096, 1, 817, 817),
]  # fmt: skip


def predicted(width: int, height: int, **settings: object) -> vcx.FramePrediction:
    payload = width * height
    return planning.predict(
        **{
            "exposure_s": 15e-6,
            "readout_s": planning.readout_time(height),
            "transfer_s": planning.transfer_time(payload),
            "payload_bytes": payload,
        }
        | settings
    )


@pytest.mark.parametrize(("width", "height", "sensor", "link"), PARTIAL_SCAN)
def test_the_partial_scan_table_comes_out(width: int, height: int, sensor: int, link: int) -> None:
    frame = predicted(width, height)
    assert math.floor(1 / frame.sensor_interval_s) == sensor
    assert math.floor(frame.frame_rate_hz) == link


def test_the_readout_of_the_full_frame_takes_65_8_ms() -> None:
    assert round(planning.readout_time(3000) * 1e3, 1) == 65.8


@pytest.mark.parametrize(
    ("settings", "stage"),
    [
        ({}, "link"),
        ({"transfer_s": 0.01}, "sensor"),
        ({"exposure_s": 0.2}, "exposure"),
        ({"frame_rate_hz": 2.0}, "frame rate"),
    ],
)
def test_what_bounds_the_rate_is_named(settings: dict[str, float], stage: str) -> None:
    assert predicted(4096, 3000, **settings).limited_by == stage


def test_in_sequential_mode_exposure_and_readout_follow_each_other() -> None:
    frame = predicted(640, 480, sequential=True, exposure_s=0.005)
    assert frame.interval_s == pytest.approx(0.005 + 0.0012014 + 480 * 21.52e-6)


def test_the_set_frame_rate_does_not_bind_a_triggered_camera() -> None:
    assert predicted(640, 480, frame_rate_hz=1.0, triggered=True).frame_rate_hz > 80


def test_a_packet_delay_is_paid_after_every_packet() -> None:
    packets = math.ceil(12_288_000 / (9000 - 48)) + 2
    slower = planning.transfer_time(12_288_000, packet_delay_ns=1000) - planning.transfer_time(12_288_000)
    assert slower == pytest.approx(packets * 1e-6)


def test_a_tenth_of_the_throughput_takes_ten_times_as_long() -> None:
    times = [planning.transfer_time(12_288_000, throughput_limit=limit) for limit in (125e6, 12.5e6)]
    assert times[1] / times[0] == pytest.approx(10.0)


@pytest.mark.parametrize("arguments", [{"packet_size": 48}, {"throughput_limit": 0}])
def test_a_link_that_carries_nothing_is_refused(arguments: dict[str, int]) -> None:
    with pytest.raises(vcx.FeatureValueError, match="not accepted"):
        planning.transfer_time(1000, **arguments)


def test_a_prediction_tells_itself_in_a_sentence() -> None:
    assert str(predicted(4096, 3000)).startswith("10.05 frames/s, limited by the link: exposure 0.015 ms")
