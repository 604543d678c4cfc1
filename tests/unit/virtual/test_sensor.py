"""The virtual sensor follows the photons: mean, noise, saturation, and what region, binning and flips do to them."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from vcxg124m.virtual.scene import FlatField, Patch
from vcxg124m.virtual.sensor import Sensor, SensorSettings

# Data sheet S3 and S4: 2 e- dark noise, 9500 e- saturation, 67.3 % quantum efficiency. The converter clips three sigma
# above the saturation, at 9500 + 3 * 97.47 e-.
K = 4095 / 9792.4
EXPOSURE_S = 0.004
DARK_ELECTRONS = 0.004  # 1 e-/s of dark current, negligible
SMALL = SensorSettings(
    width=256, height=128, offset_x=1024, offset_y=600, exposure_s=EXPOSURE_S, pixel_format="Mono12"
)


def flat(electrons: float) -> FlatField:
    """A flat field that frees so many electrons in 4 ms."""
    return FlatField(electrons / 0.673 / EXPOSURE_S)


def images12(sensor: Sensor, settings: SensorSettings, count: int) -> np.ndarray:
    frames = [sensor.frame(settings, index).view("<u2") for index in range(count)]
    return np.stack(frames).reshape(count, settings.height, settings.width).astype(np.float64)


class Split:
    """Bright upper left quarter, a gradient elsewhere, and a dark patch that frame 1 shows."""

    def __init__(self) -> None:
        x = np.arange(4096, dtype=np.float32) / 4096
        y = np.arange(3000, dtype=np.float32)[:, np.newaxis] / 1500
        self.rate = (1 + x + y) * np.float32(4e5)
        self.rate[:1500, :2048] = 2.5e6

    def photon_rate(self, index) -> np.ndarray:  # noqa: ARG002 - stands still
        return self.rate

    def moving(self, index: int) -> list[Patch]:
        return [Patch(1000, 500, np.full((40, 60), 1e4, np.float32))] if index == 1 else []


@pytest.fixture(scope="module")
def split() -> Sensor:
    return Sensor(3, Split())


@pytest.fixture(scope="module")
def full(split) -> np.ndarray:
    """The full frame of the split scene."""
    return split.frame(SensorSettings(pixel_format="Mono12"), 0).view("<u2").reshape(3000, 4096)


@pytest.mark.parametrize(
    ("electrons", "gain"),
    [(50, 1.0), (200, 1.0), (1000, 1.0), (3000, 1.0), (6000, 1.0), (8500, 1.0), (1500, 4.0), (100, 20.0)],
)
def test_mean_and_temporal_variance_follow_the_photon_transfer_curve(electrons, gain):
    images = images12(Sensor(1, flat(electrons)), dataclasses.replace(SMALL, gain=gain), 100)
    assert images.mean() == pytest.approx(K * gain * electrons, rel=0.003)
    variance = images.var(axis=0, ddof=1).mean()
    assert variance == pytest.approx((K * gain) ** 2 * (electrons + 4) + 1 / 12, rel=0.03)


def test_s3_the_dark_noise_is_two_electrons():
    # At 20 times gain the 2 e- are 17 DN, and the black level keeps the lower half of them.
    settings = dataclasses.replace(SMALL, gain=20.0, black_level=200.0)
    images = images12(Sensor(2, flat(0)), settings, 100)
    assert images.mean() == pytest.approx(200, abs=0.3)
    assert images.std(axis=0, ddof=1).mean() / (K * 20) == pytest.approx(2.0, rel=0.03)


def test_binned_pixels_bring_their_dark_noise_each():
    settings = dataclasses.replace(
        SMALL, offset_x=0, offset_y=0, gain=20.0, black_level=250.0, binning_horizontal=2, binning_vertical=2
    )
    images = images12(Sensor(2, flat(0)), settings, 30)
    assert images.mean() == pytest.approx(1000, abs=1)  # the black levels add, too
    assert images.std(axis=0, ddof=1).mean() / (K * 20) == pytest.approx(4.0, rel=0.04)


def test_without_black_level_the_dark_is_cut_at_zero():
    images = images12(Sensor(2, flat(0)), dataclasses.replace(SMALL, gain=20.0), 10)
    assert images.min() == 0
    assert (images == 0).mean() == pytest.approx(0.5, abs=0.05)


def test_s3_the_sensor_saturates_above_9500_electrons():
    assert (images12(Sensor(1, flat(9500)), SMALL, 5) == 4095).mean() < 0.005
    assert images12(Sensor(1, flat(10100)), SMALL, 5).mean() > 4090
    above = images12(Sensor(1, flat(20000)), SMALL, 5)
    assert above.min() == above.max() == 4095
    assert images12(Sensor(1, flat(9000)), SMALL, 5).mean() == pytest.approx(K * 9000, rel=0.003)


def test_s3_the_signal_to_noise_ratio_near_saturation_is_the_data_sheets_40_db():
    images = images12(Sensor(1, flat(9000)), SMALL, 100)
    ratio = images.mean() / math.sqrt(images.var(axis=0, ddof=1).mean())
    assert 20 * math.log10(ratio) == pytest.approx(39.5, abs=0.3)


def test_p1_p2_exposure_time_gain_and_black_level_act_on_the_mean():
    sensor = Sensor(1, flat(500))
    assert images12(sensor, dataclasses.replace(SMALL, exposure_s=0.016), 4).mean() == pytest.approx(
        K * 2000, rel=0.005
    )
    assert images12(sensor, dataclasses.replace(SMALL, gain=4.0), 4).mean() == pytest.approx(
        K * 2000, rel=0.005
    )
    assert images12(sensor, dataclasses.replace(SMALL, black_level=100.0), 4).mean() == pytest.approx(
        K * 500 + 100, rel=0.005
    )


def test_the_noise_of_one_pixel_has_no_memory_and_no_pattern():
    images = images12(Sensor(1, flat(3000)), SMALL, 200)
    sigma = K * math.sqrt(3004)
    # What stays the same is the pixels' own: 200 frames minus another 200 leave nothing else.
    noise = images[:100] - images[100:]
    sigma *= math.sqrt(2)
    # Averages of 100 frames shrink by 10: a frozen pattern would stay.
    assert noise.mean(axis=0).std() == pytest.approx(sigma / 10, rel=0.05)
    assert abs((noise[1:] * noise[:-1]).mean()) < 0.01 * sigma**2
    assert abs((noise[:, :, 1:] * noise[:, :, :-1]).mean()) < 0.01 * sigma**2
    assert abs((noise[:, 1:] * noise[:, :-1]).mean()) < 0.01 * sigma**2


def test_the_noise_of_two_frames_has_nothing_in_common_at_any_small_shift():
    settings = dataclasses.replace(SMALL, width=256, height=256)
    images = images12(Sensor(1, flat(3000)), settings, 101)
    noise = images[1:] - images.mean(axis=0)
    before = images[:-1] - images.mean(axis=0)
    spectrum = (np.fft.rfft2(noise) * np.conj(np.fft.rfft2(before))).mean(axis=0)
    correlation = np.fft.irfft2(spectrum) / noise.var() / 256**2
    # 65536 shifts of 100 * 65536 products each: chance alone gives a sigma of 0.0004 and a greatest value of 0.002.
    # (The mean of all frames that was taken off leaves -1/101 at shift 0.)
    assert correlation[0, 0] == pytest.approx(-1 / 101, abs=0.003)
    correlation[0, 0] = 0
    near = np.roll(correlation, (8, 8), (0, 1))[:17, :17]
    assert np.abs(near).max() < 0.003


@pytest.mark.parametrize(
    ("exposure_us", "electrons"), [(1, 1e-2), (15, 0.15), (4000, 40), (1_000_000, 10_000)]
)
def test_p1_the_signal_is_proportional_to_the_exposure_time_from_1_us_on(exposure_us, electrons):
    sensor = Sensor(1, FlatField(1e4 / 0.673))
    settings = dataclasses.replace(SMALL, exposure_s=exposure_us * 1e-6, gain=100.0, black_level=255.0)
    if electrons > 10:
        settings = dataclasses.replace(settings, gain=1.0)
    mean = images12(sensor, settings, 30).mean()
    dark_electrons = 1.5 * exposure_us * 1e-6
    expected = 255 + K * settings.gain * (electrons + dark_electrons)
    assert mean == pytest.approx(min(expected, 4095), rel=0.003)


def test_p2_48_db_are_a_factor_of_251():
    settings = dataclasses.replace(SMALL, gain=10 ** (48 / 20), exposure_s=1e-3, black_level=50.0)
    mean = images12(Sensor(1, flat(40)), settings, 20).mean()
    assert mean == pytest.approx(50 + K * 251.19 * 10, rel=0.01)


def test_noise_of_different_strips_of_one_frame_differs():
    image = images12(Sensor(1, flat(3000)), dataclasses.replace(SMALL, width=2048, height=32), 1)[0]
    assert abs(np.corrcoef(image[:16].ravel(), image[16:].ravel())[0, 1]) < 0.02


def test_the_same_seed_settings_and_index_give_the_same_bytes():
    settings = dataclasses.replace(SMALL, pixel_format="Mono12p")
    first, second = Sensor(5, flat(900)), Sensor(5, flat(900))
    expected = first.frame(settings, 7).tobytes()
    second.frame(SMALL, 0)
    second.frame(settings, 3)
    assert second.frame(settings, 7).tobytes() == expected


@pytest.mark.parametrize("changed", ["seed", "index"])
def test_another_seed_or_index_gives_other_noise(changed):
    frame = Sensor(5, flat(900)).frame(SMALL, 7)
    other = (
        Sensor(6, flat(900)).frame(SMALL, 7) if changed == "seed" else Sensor(5, flat(900)).frame(SMALL, 8)
    )
    assert (frame.view("<u2") == other.view("<u2")).mean() < 0.1


def test_a_region_shows_its_part_of_the_full_frame(split, full):
    settings = SensorSettings(width=512, height=300, offset_x=1792, offset_y=1400, pixel_format="Mono12")
    region = images12(split, settings, 1)[0]
    difference = region - full[1400:1700, 1792:2304]
    assert abs(difference.mean()) < 0.5
    blocks = difference.reshape(10, 30, 16, 32).mean(axis=(1, 3))
    assert (
        np.abs(blocks).max() < 12
    )  # noise of a block is below 2 DN; the edge inside the region is 500 DN high


@pytest.mark.parametrize(("reverse_x", "reverse_y"), [(True, False), (False, True), (True, True)])
def test_p6_flips_mirror_the_frame_before_the_region_is_cut(split, full, reverse_x, reverse_y):
    mirrored = full[:: -1 if reverse_y else 1, :: -1 if reverse_x else 1]
    settings = SensorSettings(
        width=512, height=300, offset_x=1600, offset_y=1300, pixel_format="Mono12",
        reverse_x=reverse_x, reverse_y=reverse_y,
    )  # fmt: skip
    difference = images12(split, settings, 1)[0] - mirrored[1300:1600, 1600:2112]
    assert np.abs(difference.reshape(10, 30, 16, 32).mean(axis=(1, 3))).max() < 15


@pytest.mark.parametrize(("across", "down"), [(2, 1), (1, 2), (2, 2)])
def test_p5_binning_adds_electrons_and_their_noise(across, down):
    settings = dataclasses.replace(
        SMALL, offset_x=0, offset_y=0, binning_horizontal=across, binning_vertical=down
    )
    images = images12(Sensor(1, flat(1000)), settings, 100)
    electrons = 1000 * across * down
    assert images.mean() == pytest.approx(K * electrons, rel=0.003)
    variance = K**2 * (electrons + 4 * across * down) + 1 / 12
    assert images.var(axis=0, ddof=1).mean() == pytest.approx(variance, rel=0.03)


@pytest.mark.parametrize(
    ("changes", "columns", "rows"),
    [
        # The patch covers columns 1000 to 1059 and rows 500 to 539 of the sensor; mirrored it starts at
        # 4096 - 1060 = 3036 and 3000 - 540 = 2460, binned by two everything halves.
        ({}, (1000, 1060), (500, 540)),
        ({"reverse_x": True}, (3036, 3096), (500, 540)),
        ({"reverse_y": True}, (1000, 1060), (2460, 2500)),
        ({"binning_horizontal": 2, "binning_vertical": 2, "reverse_x": True}, (1518, 1548), (250, 270)),
        ({"binning_vertical": 2, "reverse_y": True}, (1000, 1060), (1230, 1250)),
    ],
)
def test_a_patch_covers_its_place_in_one_frame_only(split, changes, columns, rows):
    left, top = columns[0] - 24, rows[0] - 5
    settings = SensorSettings(
        width=112, height=64, offset_x=left, offset_y=top, pixel_format="Mono12", **changes
    )
    before, covered, after = images12(split, settings, 3)
    expected = np.zeros(covered.shape, bool)
    expected[rows[0] - top : rows[1] - top, columns[0] - left : columns[1] - left] = True
    electrons = 1e4 * 0.004 * 0.673 * settings.binning_horizontal * settings.binning_vertical
    assert covered[expected].mean() == pytest.approx(K * electrons, rel=0.05)
    np.testing.assert_array_equal(np.abs(covered - before) > 400, expected)
    assert (np.abs(after - before) > 400).sum() == 0


@pytest.mark.parametrize("reverse_x", [False, True])
def test_a_patch_half_outside_the_region_is_cut(reverse_x):
    class Steps(FlatField):
        """Four steps of light, each 16 columns wide, over a dark field."""

        def moving(self, index: int) -> list[Patch]:  # noqa: ARG002 - the same in every frame
            return [
                Patch(1000, 500, np.repeat(np.float32([[1e6, 2e6, 3e6, 4e6]]), 16, axis=1).repeat(40, axis=0))
            ]

    left = 4096 - 1064 if reverse_x else 1000
    settings = SensorSettings(
        width=64, height=20, offset_x=left + 32, offset_y=510, exposure_s=1e-3, reverse_x=reverse_x
    )
    image = Sensor(1, Steps(0)).frame(settings, 0).reshape(20, 64)
    # 1, 2, 3 and 4 million photons/s are 673, 1346, 2019 and 2692 e- in 1 ms: 17.6, 35.2, 52.8 and
    # 70.4 DN of Mono8, of which half a DN is cut off.
    expected = [34.7, 17.1] if reverse_x else [52.3, 69.9]
    steps = [image[:, :16].mean(), image[:, 16:32].mean()]
    assert steps == pytest.approx(expected, abs=0.5)
    assert image[:, 32:].max() == 0


def test_a3_the_formats_show_the_same_frame():
    sensor, settings = Sensor(1, flat(3000)), dataclasses.replace(SMALL, height=333)
    words = sensor.frame(settings, 4).view("<u2")
    mono8 = sensor.frame(dataclasses.replace(settings, pixel_format="Mono8"), 4)
    mono10 = sensor.frame(dataclasses.replace(settings, pixel_format="Mono10"), 4).view("<u2")
    packed = (
        sensor.frame(dataclasses.replace(settings, pixel_format="Mono12p"), 4)
        .reshape(-1, 3)
        .astype(np.uint16)
    )
    np.testing.assert_array_equal(mono8, words >> 4)
    np.testing.assert_array_equal(mono10, words >> 2)
    np.testing.assert_array_equal(packed[:, 0] | (packed[:, 1] & 15) << 8, words[0::2])
    np.testing.assert_array_equal(packed[:, 1] >> 4 | packed[:, 2] << 4, words[1::2])


@pytest.mark.parametrize(
    ("pixel_format", "size"), [("Mono8", 12_288_000), ("Mono10", 24_576_000), ("Mono12p", 18_432_000)]
)
def test_s2_a3_a_full_frame_has_the_payload_size_of_its_format(pixel_format, size):
    assert SensorSettings(pixel_format=pixel_format).payload_bytes == size


def test_a_frame_fills_the_memory_that_is_given():
    sensor, out = Sensor(1, flat(100)), np.empty(SMALL.payload_bytes, np.uint8)
    assert sensor.frame(SMALL, 0, out=out) is out
    np.testing.assert_array_equal(out, sensor.frame(SMALL, 0))


@pytest.mark.parametrize(
    "wrong", [np.empty(3, np.uint8), np.empty(65536, np.uint16), np.empty(131072, np.uint8)[::2]]
)
def test_memory_of_another_size_or_kind_is_refused(wrong):
    with pytest.raises(ValueError, match="wanted contiguous uint8"):
        Sensor(1, flat(100)).frame(SMALL, 0, out=wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"width": 4096, "offset_x": 16}, "width=4096 at offset 16 .*0 to 4096"),
        ({"height": 0}, "height=0"),
        ({"width": 2064, "binning_horizontal": 2, "offset_x": 0}, "width=2064 .*0 to 2048"),
        ({"binning_vertical": 3}, "binning 1x3"),
        ({"exposure_s": 0.0}, "exposure_s=0.0"),
        ({"gain": 0.5}, "gain=0.5"),
        ({"gain": 252.0}, "gain=252.0"),
        ({"black_level": 256.0}, "black_level=256.0 .*0.0 to 255.0"),
        ({"pixel_format": "Mono12Packed"}, "Mono12Packed.*Mono12p"),
        ({"test_pattern": "Rainbow"}, "Rainbow.*GreyDiagonalRamp"),
    ],
)
def test_settings_that_the_camera_has_not_are_refused_with_what_it_has(wrong, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMALL, **wrong)
