"""Pixels differ as those of a real sensor do, and the same specimen always does so in the same way."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vcxg124m.virtual.exposure import dark_current
from vcxg124m.virtual.fixed_pattern import FixedPattern, defects
from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor, SensorSettings

K = 4095 / 9792.4
REGION = SensorSettings(width=512, height=256, offset_x=1024, offset_y=1200, pixel_format="Mono12")


def mean_of(sensor: Sensor, settings: SensorSettings, count: int) -> np.ndarray:
    total = np.zeros((settings.height, settings.width))
    for index in range(count):
        total += sensor.frame(settings, index).view("<u2").reshape(total.shape)
    return total / count


def without_defects(image: np.ndarray) -> np.ndarray:
    return image[np.abs(image - np.median(image)) < 6 * np.median(np.abs(image - np.median(image)))]


def test_p8_the_response_of_the_pixels_differs_by_half_a_percent_and_nothing_corrects_it():
    sensor = Sensor(3, FlatField(6000 / 0.673 / 0.004))
    averaged = without_defects(mean_of(sensor, REGION, 400))
    temporal = K**2 * 6004 / 400
    spread = np.sqrt(averaged.var() - temporal) / averaged.mean()
    assert spread == pytest.approx(0.005, rel=0.05)


def test_p8_the_dark_signal_of_the_pixels_differs_by_half_an_electron():
    settings = dataclasses.replace(REGION, gain=8.0, black_level=128.0, exposure_s=15e-6)
    averaged = without_defects(mean_of(Sensor(3, FlatField(0)), settings, 100))
    temporal = 4 / 100
    assert np.sqrt(averaged.var() / (8 * K) ** 2 - temporal) == pytest.approx(0.5, rel=0.05)


def test_the_pattern_is_white():
    pattern = FixedPattern(5).response(slice(0, 600), slice(0, 1024)) - 1
    for shift in ((0, 1), (1, 0), (1, 1), (0, 2), (60, 0)):
        other = np.roll(pattern, shift, (0, 1))
        assert abs(np.corrcoef(pattern.ravel(), other.ravel())[0, 1]) < 0.01


def test_another_specimen_has_another_pattern_and_other_defects():
    here = slice(0, 100), slice(0, 100)
    one, same, other = FixedPattern(1), FixedPattern(1), FixedPattern(2)
    np.testing.assert_array_equal(one.response(*here), same.response(*here))
    assert abs(np.corrcoef(one.response(*here).ravel(), other.response(*here).ravel())[0, 1]) < 0.05
    assert one.defects.positions == same.defects.positions
    assert not set(one.defects.positions) & set(other.defects.positions)


def test_dark_current_doubles_every_seven_degrees():
    assert dark_current(45) == 1.5
    assert dark_current(52) == pytest.approx(3)
    assert dark_current(20) == pytest.approx(1.5 * 2 ** (-25 / 7))


@pytest.mark.parametrize(("celsius", "electrons_per_s"), [(45.0, 1.5), (66.0, 12.0)])
def test_long_dark_exposures_fill_with_dark_current_and_its_shot_noise(celsius, electrons_per_s):
    settings = dataclasses.replace(
        REGION, gain=4.0, black_level=100.0, exposure_s=20.0, temperature_celsius=celsius
    )
    sensor = Sensor(3, FlatField(0))
    images = np.stack([sensor.frame(settings, index).view("<u2").astype(float) for index in range(40)])
    sound = images.mean(axis=0) < 4 * np.median(images)
    electrons = (images[:, sound].mean() - 100) / (4 * K)
    assert electrons == pytest.approx(20 * electrons_per_s, rel=0.02)
    noise = images[:, sound].var(axis=0, ddof=1).mean() / (4 * K) ** 2
    assert noise == pytest.approx(20 * electrons_per_s + 4, rel=0.03)


def test_p7_defect_pixels_lie_on_the_sensor_and_fewer_than_the_list_takes():
    for seed in range(50):
        found = defects(seed)
        assert len(found.positions) == 40
        assert all(0 <= x < 4096 and 0 <= y < 3000 for x, y in found.positions)


def test_hot_pixels_shine_and_dead_ones_stay_black():
    found = defects(3)
    lit, dark = Sensor(3, FlatField(5e5)), Sensor(3, FlatField(0))
    full = SensorSettings(pixel_format="Mono12", black_level=20.0)
    image = lit.frame(full, 0).view("<u2").reshape(3000, 4096)
    dead = found.response == 0
    assert dead.sum() == 8
    assert image[found.y[dead], found.x[dead]].max() < 30
    assert np.median(image) > 500
    image = dark.frame(dataclasses.replace(full, exposure_s=2.0), 0).view("<u2").reshape(3000, 4096)
    hot = found.dark_current > 2000
    assert hot.sum() == 20
    assert image[found.y[hot], found.x[hot]].min() > 500
    assert np.median(image) < 25
