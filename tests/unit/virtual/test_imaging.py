"""What a host writes reaches the pixels: registers by hand-made datagrams, frames from the sensor, invented time."""

import numpy as np
import pytest
from vcxg_testing.device import Rig

from vcxg124m.virtual.scene import FlatField
from vcxg124m.virtual.sensor import Sensor

MONO12 = 0x01100005
PERCENT_50 = 2047.5


@pytest.fixture(scope="module")
def lit():
    """1000 electrons in 4 ms: 418 DN."""
    return Sensor(1, FlatField(1000 / 0.673 / 0.004))


def small_rig(**options):
    rig = Rig(**options)
    for name, value in (("Width", 64), ("Height", 64), ("PixelFormat", MONO12)):
        assert rig.set(name, value) == 0
    rig.open_stream()
    return rig


def frames(rig, sensor, count):
    """Let the camera take frames; each is drawn and measured when it is ready, as the process does it."""
    assert rig.set("AcquisitionStart", 1) == 0
    images = []
    for _ in range(10_000):
        for frame in rig.run_until(rig.now + 0.002):
            payload = sensor.frame(frame.settings, frame.index)
            if sensor.brightness is not None:
                rig.device.brightness_measured(frame, sensor.brightness, rig.now)
            images.append(payload.view("<u2").reshape(frame.settings.height, frame.settings.width))
        if len(images) >= count:
            break
    assert rig.set("AcquisitionStop", 1) == 0
    rig.run_until(rig.now + 1.2)  # the next exposure has begun; less than the heartbeat of 3 s
    return images[:count]


def set_entry(rig, name, index, value):
    assert rig.write(rig.address(name) + 4 * index, value) == 0


def test_p4_a_table_that_is_written_acts_while_it_is_enabled(lit):
    rig = small_rig()
    for index in range(300, 500):
        set_entry(rig, "LUTValue", index, 4095 - index)
    assert frames(rig, lit, 1)[0].mean() == pytest.approx(418, rel=0.01)
    assert rig.set("LUTEnable", 1) == 0
    assert frames(rig, lit, 1)[0].mean() == pytest.approx(4095 - 418, rel=0.01)
    set_entry(rig, "LUTValue", 418, 0)
    assert (frames(rig, lit, 1)[0] == 0).any()


def test_p4_gamma_is_an_exponent(lit):
    rig = small_rig()
    assert rig.set("LUTEnable", 1) == 0
    assert rig.set("LUTContent", 0) == 0
    assert rig.set_float("Gamma", 0.5) == 0
    assert frames(rig, lit, 1)[0].mean() == pytest.approx(4095 * (418 / 4095) ** 0.5, rel=0.01)


def test_p7_the_factory_list_holds_the_defects_and_is_switched_on():
    rig = small_rig(defects=((7, 5), (4095, 2999)))
    assert rig.get("DefectPixelCorrection") == 1
    assert [rig.read(rig.address("DefectPixelListEntryActive") + 4 * index) for index in range(3)] == [
        1,
        1,
        0,
    ]
    assert rig.read(rig.address("DefectPixelListEntryPosX") + 4) == 4095
    assert rig.read(rig.address("DefectPixelListEntryPosY") + 4) == 2999


def test_p7_an_entry_acts_while_it_is_active_and_the_correction_is_on():
    class Glare(FlatField):
        def __init__(self):
            super().__init__(0)
            rate = np.full((3000, 4096), 1000 / 0.673 / 0.004, np.float32)
            rate[20, 30] = 1e7
            self._photon_rate = rate

    sensor, rig = Sensor(1, Glare()), small_rig()
    assert frames(rig, sensor, 1)[0][20, 30] == 4095
    set_entry(rig, "DefectPixelListEntryPosX", 511, 30)
    set_entry(rig, "DefectPixelListEntryPosY", 511, 20)
    assert frames(rig, sensor, 1)[0][20, 30] == 4095
    set_entry(rig, "DefectPixelListEntryActive", 511, 1)
    assert frames(rig, sensor, 1)[0][20, 30] == pytest.approx(418, abs=80)
    assert rig.set("DefectPixelCorrection", 0) == 0
    assert frames(rig, sensor, 1)[0][20, 30] == 4095


@pytest.mark.parametrize(("horizontal", "vertical", "factor"), [(0, 0, 4), (1, 0, 2), (0, 1, 2), (1, 1, 1)])
def test_p5_binning_sums_or_averages_as_the_modes_say(lit, horizontal, vertical, factor):
    rig = small_rig()
    for name, value in (
        ("BinningHorizontal", 2), ("BinningVertical", 2),
        ("BinningHorizontalMode", horizontal), ("BinningVerticalMode", vertical),
    ):  # fmt: skip
        assert rig.set(name, value) == 0
    assert frames(rig, lit, 1)[0].mean() == pytest.approx(418 * factor, rel=0.01)


def test_s5_a_hotter_sensor_has_more_dark_current():
    rig, dark = small_rig(), Sensor(1, FlatField(0))
    assert rig.set_float("ExposureTime", 1e6) == 0
    assert rig.set_float("Gain", 16.0) == 0
    means = []
    for celsius in (45, 59):  # 1.5 and 6 e-/s; 6.7 DN/e-
        rig.device.temperature_celsius = celsius
        assert rig.set_float("BlackLevel", 100.0) == 0
        means.append(np.median(frames(rig, dark, 1)[0]) - 100)
    assert means == pytest.approx([10, 40], abs=3)


@pytest.mark.parametrize(("feature", "value"), [("ExposureAuto", "ExposureTime"), ("GainAuto", "Gain")])
def test_p3_once_finds_the_nominal_brightness_and_switches_itself_off(lit, feature, value):
    rig = small_rig()
    before = rig.get_float(value)
    assert rig.set(feature, 1) == 0
    images = frames(rig, lit, 12)
    assert images[-1].mean() == pytest.approx(PERCENT_50, rel=0.03)
    assert rig.get(feature) == 0
    assert rig.get_float(value) == pytest.approx(before * PERCENT_50 / 418, rel=0.05)


def test_p3_continuous_follows_the_light():
    sensor, rig = Sensor(1, FlatField(1000 / 0.673 / 0.004)), small_rig()
    assert rig.set("ExposureAuto", 2) == 0
    assert rig.set_float("BrightnessAutoNominalValue", 25.0) == 0
    for light in (1.0, 0.1, 8.0):
        rig.device.light = light
        assert frames(rig, sensor, 12)[-1].mean() == pytest.approx(0.25 * 4095, rel=0.03)
    assert rig.get("ExposureAuto") == 2


def test_p3_limits_hold_and_the_other_quantity_takes_over(lit):
    rig = small_rig()
    assert rig.set_float("ExposureAutoMaxValue", 8000.0) == 0
    assert rig.set("ExposureAuto", 2) == 0
    assert frames(rig, lit, 8)[-1].mean() == pytest.approx(836, rel=0.02)
    assert rig.set("GainAuto", 2) == 0
    assert frames(rig, lit, 12)[-1].mean() == pytest.approx(PERCENT_50, rel=0.03)
    assert rig.get_float("ExposureTime") == 8000
    assert rig.get_float("Gain") == pytest.approx(PERCENT_50 / 836, rel=0.04)


def test_p3_the_brightness_is_measured_in_the_auto_feature_region():
    class Halves(FlatField):
        def __init__(self):
            super().__init__(0)
            rate = np.full((3000, 4096), 500 / 0.673 / 0.004, np.float32)
            rate[:, 32:] *= 4
            self._photon_rate = rate

    sensor, rig = Sensor(1, Halves()), small_rig()
    for name, value in (
        ("AutoFeatureRegionMode", 1), ("AutoFeatureOffsetX", 0), ("AutoFeatureWidth", 32), ("ExposureAuto", 2),
    ):  # fmt: skip
        assert rig.set(name, value) == 0
    assert frames(rig, sensor, 12)[-1][:, :32].mean() == pytest.approx(PERCENT_50, rel=0.03)
    assert rig.set("AutoFeatureOffsetX", 32) == 0
    image = frames(rig, sensor, 12)[-1]
    assert image[:, 32:].mean() == pytest.approx(PERCENT_50, rel=0.03)
    assert image[:, :32].mean() == pytest.approx(PERCENT_50 / 4, rel=0.05)


def test_p3_a_region_outside_the_image_measures_nothing(lit):
    rig = small_rig()
    for name, value in (("AutoFeatureRegionMode", 1), ("AutoFeatureOffsetX", 64), ("ExposureAuto", 2)):
        assert rig.set(name, value) == 0
    frames(rig, lit, 6)
    assert rig.get_float("ExposureTime") == 4000
