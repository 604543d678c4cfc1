"""The digital steps after the converter: binning, metering, look-up table."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vcxg124m.virtual.image_processor import ImageProcessor
from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor, SensorSettings

BINNED = SensorSettings(width=16, height=1, binning_horizontal=2, binning_vertical=2, pixel_format="Mono12")
UPPER, LOWER = [1, 2, 1000, 1001, 4000, 95, 0, 0] * 4, [3, 5, 2000, 2001, 0, 0, 0, 1] * 4


@pytest.mark.parametrize(
    ("horizontal", "vertical", "expected"),
    [
        ("Sum", "Sum", [11, 4095, 4095, 1]),  # 11, 6002, 4095, 1
        ("Average", "Average", [3, 1501, 1024, 0]),  # 2.75, 1500.5, 1023.75, 0.25
        ("Sum", "Average", [6, 3001, 2048, 1]),  # 5.5, 3001, 2047.5, 0.5
        ("Average", "Sum", [6, 3001, 2048, 1]),
    ],
)
def test_p5_binning_adds_or_averages_and_cuts_off_at_the_top(horizontal, vertical, expected):
    settings = dataclasses.replace(BINNED, binning_horizontal_mode=horizontal, binning_vertical_mode=vertical)
    pixels = np.array(UPPER + LOWER, np.uint16)
    assert ImageProcessor(settings).process(0, pixels).tolist() == expected * 4


def test_p5_one_direction_alone():
    across = dataclasses.replace(BINNED, binning_vertical=1)
    assert ImageProcessor(across).process(0, np.array(UPPER, np.uint16)).tolist() == [3, 2001, 4095, 0] * 4
    down = dataclasses.replace(BINNED, width=32, binning_horizontal=1)
    rows = np.array(UPPER + LOWER, np.uint16)
    assert ImageProcessor(down).process(0, rows)[:8].tolist() == [4, 7, 3000, 3002, 4000, 95, 0, 1]


def test_p4_the_table_maps_every_12_bit_value_before_the_format_drops_bits():
    table = tuple(4095 - value for value in range(4096))
    settings = SensorSettings(width=4096, height=1, lut=table)
    values = np.arange(4096, dtype=np.uint16)
    np.testing.assert_array_equal(ImageProcessor(settings).process(0, values.copy()), 4095 - values)
    image = Sensor(1, FlatField(0)).frame(settings, 0)
    assert image.min() == 255  # at most 15 DN of noise, inverted, without the low four bits


def test_p4_a_table_acts_after_binning():
    table = tuple(min(value, 9) for value in range(4096))
    processor = ImageProcessor(dataclasses.replace(BINNED, lut=table))
    assert processor.process(0, np.array(UPPER + LOWER, np.uint16)).tolist() == [9, 9, 9, 1] * 4


@pytest.mark.parametrize("table", [(0,) * 4095, (0,) * 4095 + (4096,), (-1,) + (0,) * 4095])
def test_p4_a_table_of_another_size_or_range_is_refused(table):
    with pytest.raises(ValueError, match="4096 entries, each 0 to 4095"):
        ImageProcessor(SensorSettings(lut=table))


def test_p3_the_brightness_is_the_mean_of_the_metered_pixels_before_the_table():
    settings = dataclasses.replace(BINNED, metered=(1, 0, 3, 1), lut=(0,) * 4096)
    processor = ImageProcessor(settings)
    assert processor.brightness is None
    processor.process(0, np.array(UPPER + LOWER, np.uint16))
    assert processor.brightness == pytest.approx((4095 + 4095 + 1) / 3)


@pytest.mark.parametrize(
    "metered", [(0, 0, 4096, 3000), (100, 700, 2000, 299), (4000, 2999, 96, 1), (0, 5, 1, 1000)]
)
def test_p3_metering_looks_at_its_rectangle_only(metered):
    x, y, width, height = metered

    class Window(FlatField):
        def __init__(self):
            super().__init__(0)
            rate = np.full((3000, 4096), 1e7, np.float32)
            rate[y : y + height, x : x + width] = 1000 / 0.673 / 0.004
            self._photon_rate = rate

    sensor = Sensor(1, Window())
    sensor.frame(SensorSettings(metered=metered), 0)
    assert sensor.brightness == pytest.approx(1000 * 4095 / 9792.4, rel=0.03)


def test_p3_nothing_is_measured_unless_asked_and_not_in_a_test_pattern():
    sensor = Sensor(1, FlatField(1e6))
    small = SensorSettings(width=64, height=64)
    metered = dataclasses.replace(small, metered=(0, 0, 64, 64))
    for settings, measured in (
        (small, False),
        (metered, True),
        (dataclasses.replace(metered, test_pattern="White"), False),
    ):
        sensor.frame(settings, 0)
        assert (sensor.brightness is not None) == measured


@pytest.mark.parametrize("metered", [(0, 0, 65, 64), (60, 0, 5, 1), (-1, 0, 5, 5), (3, 3, 0, 5)])
def test_p3_a_metered_rectangle_outside_the_image_is_refused(metered):
    with pytest.raises(ValueError, match="inside 64x64, not empty"):
        SensorSettings(width=64, height=64, metered=metered)
