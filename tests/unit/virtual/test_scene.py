"""The default scene is well exposed and moves."""

from __future__ import annotations

import numpy as np
import pytest

from vcxg124m.virtual.chart import Chart
from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor, SensorSettings


@pytest.fixture(scope="module")
def chart() -> Chart:
    return Chart()


@pytest.fixture(scope="module")
def image(chart) -> np.ndarray:
    return Sensor(1, chart).frame(SensorSettings(), 0).reshape(3000, 4096)


def test_the_factory_settings_expose_the_chart_well(image):
    assert 60 < image.mean() < 160
    assert (image == 255).mean() < 0.001
    assert np.percentile(image, 99.5) > 180
    assert np.percentile(image, 2) < 20


def test_the_grey_steps_fall_by_a_factor_of_1_3(chart):
    steps = [chart.photon_rate(0)[2600, 338 + 180 * step] for step in range(20)]
    ratios = np.array(steps[:-1]) / np.array(steps[1:])
    np.testing.assert_allclose(ratios, 1.3, rtol=0.03)  # the lamp falls off by at most 2 % from step to step


def test_successive_frames_move_the_ball_and_count(chart):
    first, second = chart.moving(0), chart.moving(1)
    assert [patch.x for patch in second] != [patch.x for patch in first]
    assert not np.array_equal(first[1].photon_rate, second[1].photon_rate)


def test_patches_stay_on_the_sensor_for_a_whole_run(chart):
    for index in [*range(300), 999_999, 1_000_000, 2**32]:
        for patch in chart.moving(index):
            height, width = patch.photon_rate.shape
            assert 0 <= patch.x <= 4096 - width
            assert 0 <= patch.y <= 3000 - height


def test_the_scene_cannot_be_written_to(chart):
    with pytest.raises(ValueError, match="read-only"):
        chart.photon_rate(0)[0, 0] = 0


def test_a_flat_field_is_the_same_everywhere():
    rate = FlatField(1.5e6).photon_rate(0)
    assert rate.shape == (3000, 4096)
    assert rate.min() == rate.max() == np.float32(1.5e6)


@pytest.mark.parametrize("rate", [-1.0, float("nan")])
def test_negative_light_is_refused(rate):
    with pytest.raises(ValueError, match="photon_rate="):
        FlatField(rate)
