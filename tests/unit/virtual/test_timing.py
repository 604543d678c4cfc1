"""The virtual camera keeps the data sheet's frame rates, for the listed sizes and between them."""

from __future__ import annotations

import math

import pytest

from vcxg124m.virtual import timing

# Data sheet, partial scan table: width, height, sensor limit, interface limit (Mono8, minimum exposure).
PARTIAL_SCAN = [
    (1920, 1080, 40, 40),
    (1280, 720, 59, 59),
    (1024, 768, 56, 56),
    (640, 480, 86, 86),
    (320, 240, 157, 157),
    (176, 144, 232, 232),
    (4096, 2048, 22, 14),
    (4096, 1024, 43, 29),
    (4096, 512, 81, 58),
    (4096, 128, 252, 235),
    (4096, 64, 387, 387),
    (4096, 32, 529, 529),
    (4096, 8, 728, 728),
    (4096, 4, 776, 776),
    (4096, 2, 803, 803),
    (4096, 1, 817, 817),
]


def interval(**changes) -> float:
    """Full frame Mono8 as the camera wakes up, but with jumbo packets."""
    settings = {
        "height": 3000,
        "exposure_s": 0.004,
        "payload_bytes": 4096 * 3000,
        "packet_size": 9000,
        "frame_rate_hz": None,
        "throughput_limit": None,
    }
    return timing.frame_interval(**(settings | changes))


@pytest.mark.parametrize(("width", "height", "sensor_rate", "_"), PARTIAL_SCAN)
def test_the_readout_gives_the_sensor_rate_of_every_partial_scan(width, height, sensor_rate, _):
    assert math.floor(1 / timing.readout_time(height)) == sensor_rate


@pytest.mark.parametrize("extended_ids", [False, True])
@pytest.mark.parametrize(("width", "height", "_", "interface_rate"), PARTIAL_SCAN)
def test_the_link_gives_the_interface_rate_of_every_partial_scan(
    width, height, _, interface_rate, extended_ids
):
    seconds = interval(
        height=height, exposure_s=15e-6, payload_bytes=width * height, extended_ids=extended_ids
    )
    assert math.floor(1 / seconds) == interface_rate


def test_the_full_frame_is_read_in_65_8_ms_and_leaves_the_sensor_15_times_a_second():
    assert round(timing.readout_time(3000) * 1e3, 1) == 65.8
    assert math.floor(1 / timing.readout_time(3000)) == 15


@pytest.mark.parametrize(("width", "height"), [(2048, 1500), (2048, 3000), (4096, 1500)])
def test_binned_full_frames_reach_15_hz_over_the_interface(width, height):
    assert math.floor(1 / interval(height=3000, payload_bytes=width * height)) == 15


def test_the_full_frame_over_the_interface_is_the_known_exception_of_the_9_hz_in_the_sheet():
    assert math.floor(1 / interval()) == 10


@pytest.mark.parametrize("height", [0, 3001])
def test_a_height_that_the_sensor_has_not_is_refused(height):
    with pytest.raises(ValueError, match=f"height={height} .*1 to 3000"):
        timing.readout_time(height)


@pytest.mark.parametrize(
    ("packet_size", "extended_ids", "data"), [(9000, False, 8964), (9000, True, 8952), (576, False, 540)]
)
def test_a_packet_carries_what_its_headers_leave(packet_size, extended_ids, data):
    assert timing.packet_data_size(packet_size, extended_ids=extended_ids) == data


@pytest.mark.parametrize(("packet_size", "megabytes"), [(9000, 123.5), (1500, 118.0), (576, 107.5)])
def test_the_payload_rate_follows_the_packet_size(packet_size, megabytes):
    rate = timing.link_payload_rate(packet_size, extended_ids=True)
    assert rate / 1e6 == pytest.approx(megabytes, rel=0.004)


@pytest.mark.parametrize("extended_ids", [False, True])
def test_the_payload_rate_at_9000_bytes_lies_where_the_interface_rows_want_it(extended_ids):
    assert 123.21e6 < timing.link_payload_rate(9000, extended_ids=extended_ids) < 123.73e6


@pytest.mark.parametrize("packet_size", [575, 9001])
def test_a_packet_size_out_of_range_is_refused(packet_size):
    with pytest.raises(ValueError, match=f"packet_size={packet_size} .*576 to 9000"):
        timing.link_payload_rate(packet_size)


def test_a_block_takes_its_payload_time_and_two_microseconds_for_leader_and_trailer():
    rate = timing.link_payload_rate(9000)
    extra = timing.transfer_time(12_288_000, packet_size=9000) - 12_288_000 / rate
    assert 1e-6 < extra < 3e-6


def test_the_packet_delay_counts_once_a_packet():
    # 12 288 000 bytes in packets of 8964: 1371, and a leader and a trailer.
    without = timing.transfer_time(12_288_000, packet_size=9000)
    delayed = timing.transfer_time(12_288_000, packet_size=9000, packet_delay_s=10e-6)
    assert delayed - without == pytest.approx(1373 * 10e-6)


def test_a_throughput_limit_scales_the_payload_rate_and_the_link_speed_limits_nothing():
    free = timing.link_payload_rate(9000)
    assert timing.link_payload_rate(9000, throughput_limit=125e6) == free
    assert timing.link_payload_rate(9000, throughput_limit=12.5e6) == pytest.approx(free / 10)
    assert interval(throughput_limit=12.5e6) == pytest.approx(0.994, rel=0.002)


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan])
def test_a_throughput_limit_that_lets_nothing_through_is_refused(limit):
    with pytest.raises(ValueError, match="throughput_limit"):
        timing.link_payload_rate(9000, throughput_limit=limit)


def test_a_long_exposure_sets_the_interval_when_overlapped():
    # Data sheet T4: the next exposure starts at most 114.1 us after a trigger during readout.
    assert interval(exposure_s=0.5) == pytest.approx(0.5001141)


def test_exposure_and_readout_add_up_when_sequential():
    seconds = timing.sensor_interval(height=3000, exposure_s=0.5, readout_mode="Sequential")
    assert seconds == pytest.approx(0.5 + 0.0657614)
    assert timing.sensor_interval(height=3000, exposure_s=0.01) == pytest.approx(0.0657614)


def test_the_frame_rate_setting_only_ever_slows_down():
    assert interval(frame_rate_hz=2.0) == 0.5
    assert interval(frame_rate_hz=65535.0) == interval()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"frame_rate_hz": 0.0}, "frame_rate_hz=0.0 .*0.01 to 65535"),
        ({"exposure_s": 61.0}, "exposure_s=61.0 .*1e-06 to 60 s"),
        ({"payload_bytes": -1}, "payload_bytes=-1"),
        ({"packet_delay_s": -1e-6}, "packet_delay_s=-1e-06"),
        ({"readout_mode": "Rolling"}, "'Rolling' .*'Overlapped' or 'Sequential'"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed(wrong, message):
    with pytest.raises(ValueError, match=message):
        interval(**wrong)
