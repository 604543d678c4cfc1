"""An EMVA 1288 evaluation of images that came over the network gives the data sheet's figures (rows S3 and S4)."""

import pytest
from vcxg_testing.emva1288 import Point, evaluate, spatial_deviation
from vcxg_testing.photon_transfer import EXPOSURE_S, FULL_LIGHT, SCENE, take

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera


@pytest.fixture(scope="module")
def result():
    with VirtualCamera(scene=SCENE, seed=1) as device, vcx.open_camera(ip=device.ip) as cam:
        return evaluate(*take(device, cam))


def test_s3_the_dark_noise_is_2_electrons(result):
    assert result.dark_noise_electrons == pytest.approx(2.0, rel=0.05)


def test_s3_the_saturation_is_9500_electrons(result):
    assert result.saturation_electrons == pytest.approx(9500, rel=0.02)


def test_s3_the_dynamic_range_is_71_db(result):
    assert result.dynamic_range_db == pytest.approx(71, abs=0.5)


def test_s3_the_greatest_signal_to_noise_ratio_is_40_db(result):
    assert result.snr_max_db == pytest.approx(40, abs=0.3)


def test_s4_the_quantum_efficiency_is_67_3_percent_at_536_nm(result):
    assert result.quantum_efficiency == pytest.approx(0.673, rel=0.02)


def test_the_camera_is_linear_to_half_a_percent_between_5_and_95_percent_of_saturation(result):
    """Deviations from the line through the points, each weighted with its signal, as the standard has it."""
    signal = [(p.photons, p.mean - result.dark.mean) for p in result.points]
    top = result.saturation_electrons / result.quantum_efficiency
    inside = [(x, y) for x, y in signal if 0.05 * top <= x <= 0.95 * top]
    slope = sum(1 for _ in inside) / sum(x / y for x, y in inside)
    assert max(abs(y / (slope * x) - 1) for x, y in inside) < 0.005


def test_p8_pixels_differ_by_half_a_percent_in_light_and_half_an_electron_in_the_dark(result):
    with VirtualCamera(scene=SCENE, seed=1) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=256, height=256, center=True)
        cam.image_format.pixel_format = "Mono12p"
        cam.black_level.level = 16
        half = result.saturation_electrons / 2
        deviations = []
        for light in (half / result.quantum_efficiency / (FULL_LIGHT * EXPOSURE_S), 0):
            device.light = light
            variance = result.dark.variance + result.system_gain**2 * (half if light else 0)
            images = [frame.image for frame in cam.stream(100)]
            deviations.append(spatial_deviation(images, variance) / result.system_gain)
    lit, dark = deviations
    assert (lit**2 - dark**2) ** 0.5 / half == pytest.approx(0.005, rel=0.06)
    assert dark == pytest.approx(0.5, rel=0.1)


def test_the_evaluation_itself_finds_the_parameters_of_an_ideal_camera():
    """Exact means and variances of K = 0.5 DN/e-, 50 %, 3 e- and a fall of the variance above 8000 e-."""
    gain, efficiency, noise = 0.5, 0.5, 3.0
    dark = Point(0, 20, gain**2 * noise**2 + 1 / 12)
    points = [
        Point(
            electrons / efficiency,
            20 + gain * min(electrons, 8000),
            dark.variance + (gain**2 * electrons if electrons <= 8000 else 0),
        )
        for electrons in range(400, 10000, 400)
    ]
    found = evaluate(points, dark)
    assert found.system_gain == pytest.approx(gain)
    assert found.quantum_efficiency == pytest.approx(efficiency)
    assert found.dark_noise_electrons == pytest.approx(noise)
    assert found.saturation_electrons == pytest.approx(8000)
    assert found.snr_max_db == pytest.approx(39.03, abs=0.01)
    # Signal equals noise at 0.5 + sqrt(0.25 + 9 + 1/3) = 3.596 e-.
    assert found.dynamic_range_db == pytest.approx(66.945, abs=0.01)
    with pytest.raises(ValueError, match="points on both sides"):
        evaluate(points[:20], dark)
