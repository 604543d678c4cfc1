"""What the virtual camera looks at is chosen at its start, and its lamp while it runs; seen through the network."""

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

FUNCTIONS = """
def bright(index):
    return 2e6

def fails_later(index):
    if index == 3:
        raise RuntimeError("the lamp has burnt out")
    return 1e6
"""


def small(cam):
    cam.roi.set(width=256, height=256, center=True)
    cam.image_format.pixel_format = "Mono12"
    return cam


def test_s4_a_flat_field_has_the_mean_that_its_photons_say():
    with VirtualCamera(scene="flat:1.5e6") as device, vcx.open_camera(ip=device.ip) as cam:
        mean = small(cam).grab().image.mean()
        # 1.5e6 photons/s * 4 ms * 67.3 % * 4095 DN / 9792.4 e-
        assert mean == pytest.approx(1688.8, rel=0.002)
        cam.exposure.time_us = 1000
        assert cam.grab().image.mean() == pytest.approx(422.2, rel=0.005)


def test_the_lamp_can_be_turned_while_the_camera_runs():
    with VirtualCamera(scene="flat:1.5e6") as device, vcx.open_camera(ip=device.ip) as cam:
        small(cam)
        assert device.light == 1
        device.light = 0.5
        assert cam.grab().image.mean() == pytest.approx(844.4, rel=0.005)
        with pytest.raises(ValueError, match="light=-1"):
            device.light = -1
        assert device.light == 0.5


@pytest.mark.parametrize(
    ("scene", "error", "message"),
    [
        ("sunset", ValueError, "scene='sunset' not accepted: chart, flat"),
        ("picture:no_such_file.tif", FileNotFoundError, "no_such_file.tif"),
        ("no_such_module_here:f", ValueError, "no_such_module_here"),
    ],
)
def test_a_scene_that_cannot_be_made_is_told_when_the_camera_starts(scene, error, message):
    with pytest.raises(error, match=message):
        VirtualCamera(scene=scene)


def test_a_function_of_the_user_lights_the_sensor(tmp_path, monkeypatch):
    (tmp_path / "lights_of_this_test.py").write_text(FUNCTIONS)
    monkeypatch.syspath_prepend(tmp_path)
    with VirtualCamera(scene="lights_of_this_test:bright") as device, vcx.open_camera(ip=device.ip) as cam:
        assert small(cam).grab().image.mean() == pytest.approx(2251.7, rel=0.002)


def test_a_function_that_fails_ends_the_camera_and_the_reason_can_be_read(tmp_path, monkeypatch):
    (tmp_path / "lights_of_this_test.py").write_text(FUNCTIONS)
    monkeypatch.syspath_prepend(tmp_path)
    with (
        VirtualCamera(scene="lights_of_this_test:fails_later") as device,
        vcx.open_camera(ip=device.ip) as cam,
    ):
        small(cam)
        with pytest.raises(vcx.VcxgError):
            for _ in cam.stream(10):
                pass
        with pytest.raises(ConnectionError, match="the lamp has burnt out"):
            device.statistics()


@pytest.mark.parametrize("feature", ["ExposureAuto", "GainAuto"])
def test_p3_an_automatic_function_finds_the_nominal_brightness_within_a_second(feature):
    with VirtualCamera(scene="flat:2e5") as device, vcx.open_camera(ip=device.ip) as cam:
        small(cam)
        cam.nodes[feature].value = "Continuous"
        means = [frame.image.mean() for frame in cam.stream(30)]
        assert means[0] == pytest.approx(225, rel=0.03)
        assert means[-1] == pytest.approx(2047.5, rel=0.03)


def test_p7_the_factory_list_hides_the_defects_of_the_sensor():
    with VirtualCamera(scene="flat:1.5e6", seed=3) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.image_format.pixel_format = "Mono12"
        corrected = cam.grab().image
        cam.nodes["DefectPixelCorrection"].value = False
        raw = cam.grab().image
        assert (corrected < 1000).sum() == 0
        assert (raw < 1000).sum() == 8  # dead ones
