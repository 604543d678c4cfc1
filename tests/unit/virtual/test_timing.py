"""Readout and transfer take what the data sheet's rates say."""

from __future__ import annotations

import math

import pytest

from vcxg124m.virtual import timing


@pytest.mark.parametrize(("height", "ns"), [(1, 1_222_920), (1080, 24_443_000), (3000, 65_761_400)])
def test_a2_the_readout_is_linear_in_the_rows(height, ns):
    assert timing.readout_time(height) == ns


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
    extra = timing.transfer_time(12_288_000, packet_size=9000) / 1e9 - 12_288_000 / rate
    assert 1e-6 < extra < 3e-6


def test_a1_the_full_frame_over_the_interface_is_the_known_exception_of_the_9_hz_in_the_sheet():
    assert 1_000_000_000 // timing.transfer_time(12_288_000, packet_size=9000) == 10


def test_n9_the_packet_delay_counts_once_a_packet():
    # 12 288 000 bytes in packets of 8964: 1371, and a leader and a trailer.
    without = timing.transfer_time(12_288_000, packet_size=9000)
    delayed = timing.transfer_time(12_288_000, packet_size=9000, packet_delay=10_000)
    assert delayed - without == 1373 * 10_000


def test_n11_a_throughput_limit_scales_the_payload_rate_and_the_link_speed_limits_nothing():
    free = timing.link_payload_rate(9000)
    assert timing.link_payload_rate(9000, throughput_limit=125e6) == free
    assert timing.link_payload_rate(9000, throughput_limit=12.5e6) == pytest.approx(free / 10)


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan])
def test_a_throughput_limit_that_lets_nothing_through_is_refused(limit):
    with pytest.raises(ValueError, match="throughput_limit"):
        timing.link_payload_rate(9000, throughput_limit=limit)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"payload_bytes": -1}, "payload_bytes=-1"), ({"packet_delay": -1}, "packet_delay=-1")],
)
def test_a_wrong_value_is_named_with_what_is_allowed(wrong, message):
    with pytest.raises(ValueError, match=message):
        timing.transfer_time(**({"payload_bytes": 0, "packet_size": 9000} | wrong))
