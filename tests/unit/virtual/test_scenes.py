"""Scenes are chosen by a line of text; pictures and users' functions are checked, and say what is wrong."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import tifffile

from vcxg124m.virtual.chart import Chart
from vcxg124m.virtual.options import import_path, portable_scene
from vcxg124m.virtual.picture import Picture
from vcxg124m.virtual.scene import FlatField, FunctionScene, MovingTarget, photon_rate_of
from vcxg124m.virtual.scenes import make_scene
from vcxg124m.virtual.sensor import Sensor, SensorSettings

WHITE = 0.85 * 9500 / 0.673 / 0.004


def saved(picture: np.ndarray) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "p.npy", picture)
        return Picture(Path(folder) / "p.npy").photon_rate(0)


def test_every_kind_of_scene_can_be_named(tmp_path):
    np.save(tmp_path / "grey.npy", np.zeros((30, 40), np.uint8))
    for text, kind in {
        "chart": Chart, "flat": FlatField, "flat:2.5e6": FlatField, "target": MovingTarget, "target:3": MovingTarget,
        f"picture:{tmp_path / 'grey.npy'}": Picture, "math:sqrt": FunctionScene,
    }.items():  # fmt: skip
        assert type(make_scene(text)) is kind
    assert make_scene("flat:2.5e6").photon_rate(0)[7, 9] == np.float32(2.5e6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Chart",
        "chart:1",
        "flat:",
        "flat:bright",
        "flat:-1",
        "flat:nan",
        "target:0",
        "picture:",
        "a b:c",
        ":x",
    ],
)
def test_an_unknown_scene_is_refused(text):
    with pytest.raises(ValueError, match="not accepted"):
        make_scene(text)


@pytest.mark.parametrize("text", ["no_such_module_here:light", "math:no_such_function", "math:pi"])
def test_a_function_that_is_none_is_refused_by_name(text):
    with pytest.raises(ValueError, match=f"scene={text} not accepted"):
        make_scene(text)


def test_a_users_module_is_found_where_the_user_works(tmp_path, monkeypatch):
    (tmp_path / "my_lights_of_a_test.py").write_text("def light(index):\n    return 1e6 * (index + 1)\n")
    monkeypatch.chdir(tmp_path)
    before = sys.path[:]
    scene = make_scene("my_lights_of_a_test:light", import_path=import_path())
    assert sys.path == before
    assert scene.photon_rate(2)[2999, 4095] == np.float32(3e6)


def test_a_picture_named_from_the_working_folder_is_found_from_another(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert portable_scene("picture:a.tif") == f"picture:{tmp_path / 'a.tif'}"
    assert portable_scene("flat:1e6") == "flat:1e6"


def test_a_function_may_change_the_light_of_every_frame_and_costs_nothing_when_it_does_not():
    calls = []
    bright, dim = np.float32(2e6), np.full((1, 4096), 1e6, np.float32)

    def light(index: int) -> object:
        calls.append(index)
        return dim if index < 2 else bright

    scene = FunctionScene(light, "test:light")
    sensor = Sensor(1, scene)
    settings = SensorSettings(width=64, height=64, pixel_format="Mono12")
    means = [sensor.frame(settings, index).view("<u2").mean() for index in range(4)]
    assert means == pytest.approx([1126, 1126, 2252, 2252], rel=0.01)  # 1e6/s * 4 ms * 67.3 % * 0.418 DN/e-
    assert scene.photon_rate(0) is scene.photon_rate(1)
    assert calls == [0, 0, 1, 2, 3, 0, 1]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (np.zeros((10, 10)), r"test:light\(4\) has the shape \(10, 10\); wanted \(3000, 4096\)"),
        (-1.0, "no light"),
        (float("nan"), "no light"),
        (np.float32([[np.inf]]), "no light"),
    ],
)
def test_a_function_that_returns_no_light_is_told_so(result, message):
    with pytest.raises(ValueError, match=message):
        FunctionScene(lambda _: result, "test:light").photon_rate(4)


def test_irradiance_becomes_photons():
    # h c / 536 nm = 3.706e-19 J; a pixel has 3.45 um squared.
    assert photon_rate_of(0.1) == pytest.approx(0.1 * 3.45e-6**2 / 3.7061e-19, rel=1e-4)


def test_s4_the_mean_of_a_flat_field_can_be_computed_exactly():
    sensor = Sensor(1, FlatField(photon_rate_of(0.02)))
    settings = SensorSettings(width=256, height=256, pixel_format="Mono12", exposure_s=0.01)
    photons = 0.02 * 3.45e-6**2 / 3.7061e-19 * 0.01
    assert sensor.frame(settings, 0).view("<u2").mean() == pytest.approx(
        photons * 0.673 * 4095 / 9792.4, rel=1e-3
    )


@pytest.mark.parametrize("light", [0.0, 0.5, 2.0])
def test_the_lamp_can_be_turned(light):
    sensor = Sensor(1, FlatField(5e5))
    settings = SensorSettings(width=256, height=256, pixel_format="Mono12", black_level=20.0, light=light)
    assert sensor.frame(settings, 0).view("<u2").mean() == pytest.approx(20 + 562.8 * light, abs=1.5)


@pytest.mark.parametrize("index", [0, 1, 13, 511, 700, 12345])
def test_the_targets_centre_is_known_to_a_fiftieth_of_a_pixel(index):
    scene = MovingTarget(7.25)
    image = (
        Sensor(1, scene).frame(SensorSettings(pixel_format="Mono12"), index).view("<u2").reshape(3000, 4096)
    )
    x, y = scene.centre(index)
    left, top = round(x) - 120, round(y) - 120
    part = image[top : top + 241, left : left + 241].astype(float)
    weight = np.clip(part - 2000, 0, 1000)  # the disc
    measured = (
        (weight * np.arange(left, left + 241)).sum() / weight.sum(),
        (weight.T * np.arange(top, top + 241)).sum() / weight.sum(),
    )
    assert measured == pytest.approx((x, y), abs=0.02)


def test_the_target_turns_round_at_both_ends_of_its_way():
    scene = MovingTarget(1000)
    assert [scene.centre(index)[0] for index in range(9)] == [
        200,
        1200,
        2200,
        3200,
        3592,
        2592,
        1592,
        592,
        808,
    ]


@pytest.mark.parametrize("suffix", [".npy", ".tif", ".png"])
def test_a_picture_of_the_sensors_size_is_shown_pixel_by_pixel(tmp_path, suffix):
    picture = np.random.default_rng(1).integers(0, 256, (3000, 4096), np.uint8)
    path = tmp_path / f"picture{suffix}"
    if suffix == ".npy":
        np.save(path, picture)
    elif suffix == ".tif":
        tifffile.imwrite(path, picture)
    else:
        pytest.importorskip("PIL.Image").fromarray(picture).save(path, compress_level=1)
    np.testing.assert_allclose(Picture(path).photon_rate(0), picture * (WHITE / 255), rtol=1e-5)


def test_a_small_picture_covers_the_sensor_and_what_stands_out_is_cut_off():
    wide = np.tile(
        np.linspace(0, 1, 300, dtype=np.float32), (75, 1)
    )  # 4:1, twice as wide as it needs to be at least
    rate = saved(wide)
    assert rate.shape == (3000, 4096)
    middle, scale = rate[1500] / WHITE, 3000 / 75
    assert middle[2048] == pytest.approx(0.5, abs=0.001)
    assert middle[-1] - middle[0] == pytest.approx(4095 / scale / 299, rel=0.001)


def test_16_bits_and_colour_become_light():
    assert saved(np.full((3, 4), 65535, np.uint16))[5, 5] == pytest.approx(WHITE)
    green = np.zeros((3, 4, 3), np.uint8)
    green[:, :, 1] = 255
    assert saved(green)[5, 5] == pytest.approx(0.7152 * WHITE, rel=1e-4)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((2, 2, 2)),
        np.zeros(7),
        np.zeros((4, 4), np.int16),
        np.float32([[np.nan]]),
        np.float32([[-1]]),
        np.zeros((0, 4)),
    ],
)
def test_an_array_that_is_no_picture_is_refused(picture):
    with pytest.raises(ValueError, match=r"p.npy cannot be the scene"):
        saved(picture)


def test_a_file_that_is_missing_or_no_picture_is_named(tmp_path):
    for name in ("none.npy", "none.tif", "none.png"):
        with pytest.raises(FileNotFoundError, match=name):
            Picture(tmp_path / name)
    for name in ("broken.npy", "broken.tif", "broken.png"):
        (tmp_path / name).write_bytes(b"no picture")
        with pytest.raises(ValueError, match=f"{name} cannot be the scene"):
            Picture(tmp_path / name)


def test_without_pillow_other_formats_are_refused_with_a_way_out(tmp_path, monkeypatch):
    (tmp_path / "p.png").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ValueError, match=r"needs Pillow; install it, or save as .npy or .tif"):
        Picture(tmp_path / "p.png")
