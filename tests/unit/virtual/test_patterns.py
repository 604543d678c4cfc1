"""Test patterns are exact, whatever the light."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor, SensorSettings

SETTINGS = SensorSettings(width=64, height=48, offset_x=1000, offset_y=200, pixel_format="Mono12", gain=2.0)


@pytest.fixture(scope="module")
def sensor() -> Sensor:
    return Sensor(1, FlatField(1e6))


def draw(sensor: Sensor, name: str, index: int = 0, **changes) -> np.ndarray:
    settings = dataclasses.replace(SETTINGS, test_pattern=name, **changes)
    return sensor.frame(settings, index).view("<u2").reshape(settings.height, settings.width)


def test_a_pattern_of_the_sensor_goes_the_way_of_an_image(sensor):
    settings = dataclasses.replace(
        SETTINGS, width=32, height=4, offset_x=16, offset_y=0, sensor_test_pattern="GreyHorizontalRamp"
    )

    def row(**changes) -> list[int]:
        changed = dataclasses.replace(settings, **changes)
        return sensor.frame(changed, 0).view("<u2").reshape(4, 32)[0, :4].tolist()

    assert row() == [16, 17, 18, 19]
    assert row(reverse_x=True) == [4079, 4078, 4077, 4076]
    assert row(binning_horizontal=2, binning_horizontal_mode="Average") == [33, 35, 37, 39]  # 32.5, 34.5, ...
    assert row(binning_horizontal=2, binning_vertical=2) == [130, 138, 146, 154]
    assert row(lut=tuple(4095 - value for value in range(4096))) == [4079, 4078, 4077, 4076]
    assert row(defects=((17, 0),), black_level=99.0) == [16, 17, 18, 19]
    assert row(test_pattern="White") == [4095] * 4


@pytest.mark.parametrize(("name", "value"), [("Black", 0), ("White", 4095)])
def test_black_and_white_are_the_ends_of_the_range(sensor, name, value):
    assert (draw(sensor, name) == value).all()


def test_the_horizontal_ramp_counts_the_columns_of_the_sensor(sensor):
    np.testing.assert_array_equal(draw(sensor, "GreyHorizontalRamp"), [[*range(1000, 1064)]] * 48)


def test_the_vertical_ramp_runs_from_black_to_white_over_the_sensor(sensor):
    rows = draw(sensor, "GreyVerticalRamp", width=16, height=3000, offset_y=0)[:, 5]
    assert (rows[0], rows[-1]) == (0, 4095)
    assert set(np.diff(rows.astype(int)).tolist()) == {1, 2}


def test_the_diagonal_ramp_rises_by_one_in_both_directions_and_starts_again(sensor):
    image = draw(sensor, "GreyDiagonalRamp", width=4096, height=3000, offset_x=0, offset_y=0)
    assert [image[0, 0], image[7, 5], image[96, 4000], image[2999, 4095]] == [0, 12, 0, 2998]


@pytest.mark.parametrize("name", ["GreyHorizontalRampMoving", "GreyVerticalRampMoving"])
def test_moving_ramps_move_with_the_frame_and_the_others_do_not(sensor, name):
    still = name.removesuffix("Moving")
    np.testing.assert_array_equal(draw(sensor, name, 0), draw(sensor, still, 0))
    axis, shift = (1, 32) if "Horizontal" in name else (0, 32)
    moved, first = draw(sensor, name, 2), draw(sensor, still, 5)
    np.testing.assert_array_equal(
        np.take(moved, range(16), axis), np.take(first, range(shift, shift + 16), axis)
    )


def test_a_pattern_has_the_bytes_of_the_format(sensor):
    packed = sensor.frame(
        dataclasses.replace(SETTINGS, test_pattern="GreyHorizontalRamp", pixel_format="Mono12p"), 0
    )
    assert packed[:6].tobytes() == bytes.fromhex("e8 93 3e ea b3 3e")  # 1000, 1001, 1002, 1003
    packed = sensor.frame(
        dataclasses.replace(SETTINGS, test_pattern="GreyHorizontalRamp", pixel_format="Mono8"), 0
    )
    assert packed[:9].tolist() == [62] * 8 + [63]


def test_a_frame_can_be_overwritten_without_spoiling_the_next(sensor):
    first = draw(sensor, "White")
    first[:] = 0
    assert (draw(sensor, "White") == 4095).all()
