"""Rows S, A and P as Aravis sees them: sensor, acquisition, image pre-processing."""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from vcxg_testing.aravis import Aravis, why_not
from vcxg_testing.netns import WHY_NOT
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

MS = 1_000_000
PARTIAL_SCANS = [
    *(
        (1920, 1080, 40, 40),
        (1280, 720, 59, 59),
        (1024, 768, 56, 56),
        (640, 480, 86, 86),
        (320, 240, 157, 157),
    ),
    *(
        (176, 144, 232, 232),
        (4096, 2048, 22, 14),
        (4096, 1024, 43, 29),
        (4096, 512, 81, 58),
        (4096, 128, 252, 235),
    ),
    *(
        (4096, 64, 387, 387),
        (4096, 32, 529, 529),
        (4096, 8, 728, 728),
        (4096, 4, 776, 776),
        (4096, 2, 803, 803),
    ),
    (4096, 1, 817, 817),
]
"""Width, height, frames a second from the sensor and over the interface."""


def image(camera: Aravis, folder: Path, **features: object) -> npt.NDArray[np.uint16]:
    """One image of 12 bits."""
    camera.put(**{"Width": 64, "Height": 32, "PixelFormat": "Mono12", **features})
    (frame,) = camera.frames(1, keep=folder / "image")
    _, _, width, height = frame["region"]
    return np.fromfile(folder / "image", "<u2")[: width * height].reshape(height, width)


# -- S: sensor


def test_s1_s2_the_sensor_says_what_it_is(camera: Aravis) -> None:
    names = (
        "SensorName",
        "SensorShutterMode",
        "DeviceSensorType",
        "SensorWidth",
        "SensorHeight",
        "SensorPixelWidth",
    )
    assert [camera.get(name) for name in names] == ["IMX304", "Global", "CMOS", 4096, 3000, 3.45]
    assert camera.get("SensorPixelHeight") == 3.45
    assert not any(camera.available(name) for name in ("BalanceRatio", "PixelColorFilter"))


# -- A: acquisition


@pytest.mark.parametrize(("horizontal", "vertical"), [(2, 2), (2, 1), (1, 2)])
def test_a1_a_binned_full_frame_comes_15_times_a_second(
    camera: Aravis, horizontal: int, vertical: int
) -> None:
    camera.put(BinningHorizontal=horizontal, BinningVertical=vertical, ExposureTime=15)
    assert (camera.get("Width"), camera.get("Height")) == (4096 // horizontal, 3000 // vertical)
    assert math.floor(1e9 / camera.period(65_761_400)) == 15


def test_a2_the_full_frame_is_read_in_65_8_ms(camera: Aravis) -> None:
    assert camera.get("ReadOutTime") == pytest.approx(65_800, abs=50)


@pytest.mark.parametrize(
    ("pixel_format", "code", "size"),
    [
        ("Mono8", 0x01080001, 2048),
        ("Mono10", 0x01100003, 4096),
        ("Mono12", 0x01100005, 4096),
        ("Mono12p", 0x010C0047, 3072),
    ],
)
def test_a3_each_pixel_format_travels_under_its_code(
    camera: Aravis, pixel_format: str, code: int, size: int
) -> None:
    assert camera.entries("PixelFormat") == {"Mono8", "Mono10", "Mono12", "Mono12p"}
    camera.small(PixelFormat=pixel_format)
    (frame,) = camera.frames(1)
    assert (frame["pixel_format"], frame["size"]) == (code, size)


def test_a4_a_region_has_its_limits_and_steps(camera: Aravis) -> None:
    assert (camera.limits("Width"), camera.limits("Height")) == ([16, 4096, 16], [1, 3000, 1])
    camera.put(Width=16, Height=1, OffsetX=4080, OffsetY=2999)
    (frame,) = camera.frames(1)
    assert frame["region"] == [4080, 2999, 16, 1]


@pytest.mark.parametrize(("width", "height", "sensor", "interface"), PARTIAL_SCANS)
def test_a4_every_partial_scan_comes_at_its_rate(
    camera: Aravis, width: int, height: int, sensor: int, interface: int
) -> None:
    camera.put(Width=width, Height=height, ExposureTime=15)
    whole_us = camera.get("ReadOutTime")
    assert math.floor(1e6 / (whole_us + 1)) <= sensor <= math.floor(1e6 / whole_us)
    readout = 1_201_400 + 21_520 * height
    sent = 1e9 * width * height / 123.73e6  # at the most that the table's rows allow; the least is 123.21
    wanted = max(readout, sent)
    tolerance = 16 if readout >= sent else 0.005 * sent + 2000
    assert math.floor(1e9 / camera.period(wanted, tolerance=tolerance)) == interface


@pytest.mark.parametrize(
    ("width", "height"), [(4096, 777), (1024, 17), (16, 2999), (3008, 2000), (4096, 300)]
)
def test_a4_sizes_that_are_not_listed_follow_the_same_law(camera: Aravis, width: int, height: int) -> None:
    camera.put(Width=width, Height=height, ExposureTime=15)
    readout = 1_201_400 + 21_520 * height
    slowest, quickest = (1e9 * width * height / rate for rate in (123.21e6, 123.73e6))
    if readout >= slowest:
        assert camera.period(readout) == pytest.approx(readout, abs=16)
    else:
        assert camera.period(quickest, tolerance=slowest - quickest + 2000) <= slowest + 2000


def test_a5_the_frame_rate_is_limited_when_that_is_switched_on(camera: Aravis) -> None:
    camera.small(AcquisitionFrameRateEnable=True, AcquisitionFrameRate=40)
    assert camera.limits("AcquisitionFrameRate")[:2] == [0.01, 65535]
    assert camera.period(25 * MS) == pytest.approx(25 * MS, abs=16)


@pytest.mark.parametrize(("mode", "frames"), [("SingleFrame", 1), ("MultiFrame", 3)])
def test_a6_an_acquisition_ends_after_its_frames(camera: Aravis, mode: str, frames: int) -> None:
    assert camera.entries("AcquisitionMode") == {"Continuous", "SingleFrame", "MultiFrame"}
    camera.small(AcquisitionMode=mode)
    if mode == "MultiFrame":
        camera.put(AcquisitionFrameCount=3)
    with camera.streaming():
        taken = [camera.pop() for _ in range(frames)]
        assert all(taken)
        assert camera.pop(0.2) is None


def test_a7_a9_the_status_tells_what_runs_and_an_abort_ends_it(camera: Aravis) -> None:
    assert camera.entries("AcquisitionStatusSelector") == {"AcquisitionActive", "AcquisitionTriggerWait"}
    camera.small(TriggerMode="On", TriggerSource="Software", ExposureTime=60_000_000)

    def status() -> tuple[bool, bool]:
        active, waits = (
            camera.get("AcquisitionStatus", AcquisitionStatusSelector=name)
            for name in ("AcquisitionActive", "AcquisitionTriggerWait")
        )
        return active, waits

    assert status() == (False, False)
    with camera.streaming():
        assert status() == (True, True)
        camera.execute("TriggerSoftware")
        wait_until(lambda: status() == (True, False), "the exposure")
        camera.execute("AcquisitionAbort")  # of a minute that has just begun
        wait_until(lambda: status() == (False, False), "the end of one readout", within=2)
        assert camera.pop(0) is None


@pytest.mark.parametrize(
    ("mode", "wanted"), [("Overlapped", 10_114_100), ("Sequential", 10_000_000 + 1_889_900)]
)
def test_a8_the_readout_overlaps_the_next_exposure_or_comes_before_it(
    camera: Aravis, mode: str, wanted: int
) -> None:
    assert camera.entries("ExposureMode") == {"Timed"}
    assert camera.entries("ReadoutMode") == {"Overlapped", "Sequential"}
    camera.small(ReadoutMode=mode, ExposureTime=10_000)
    assert camera.period(wanted, tolerance=120_000) >= 10 * MS


# -- P: image pre-processing


def test_p1_exposure_times_below_15_us_want_to_be_allowed(camera: Aravis) -> None:
    assert camera.limits("ExposureTime") == [15, 60_000_000, 1]
    camera.put(ShortExposureTimeEnable=True)
    assert camera.limits("ExposureTime") == [1, 60_000_000, 1]


def test_p2_gain_and_black_level_have_their_ranges_and_act(camera: Aravis, tmp_path: Path) -> None:
    least, greatest, _ = camera.limits("Gain")
    assert [20 * math.log10(factor) for factor in (least, greatest)] == pytest.approx([0, 48], abs=1e-3)
    assert camera.limits("BlackLevel")[:2] == [0, 255]
    plain = image(camera, tmp_path)
    raised = image(camera, tmp_path, BlackLevel=200)
    assert raised.mean() - plain.mean() == pytest.approx(200, abs=20)
    doubled = image(camera, tmp_path, BlackLevel=0, Gain=2)
    assert doubled.mean() == pytest.approx(2 * plain.mean(), rel=0.05)


@pytest.mark.parametrize("auto", ["ExposureAuto", "GainAuto"])
def test_p3_an_automatic_function_finds_the_nominal_brightness_once(
    camera: Aravis, tmp_path: Path, auto: str
) -> None:
    assert camera.entries("BrightnessAutoPriority") == {"ExposureAuto", "GainAuto"}
    camera.small(PixelFormat="Mono12", ExposureTime=500, BrightnessAutoNominalValue=30, **{auto: "Once"})
    with camera.streaming():
        wait_until(lambda: bool(camera.pop()) and camera.get(auto) == "Off", "the brightness")
    assert image(camera, tmp_path).mean() == pytest.approx(0.30 * 4095, rel=0.06)


def test_p4_the_table_has_an_entry_for_each_value_of_12_bits_and_acts(
    camera: Aravis, device: VirtualCamera, tmp_path: Path
) -> None:
    assert [camera.limits(name)[:2] for name in ("LUTIndex", "LUTValue")] == [[0, 4095]] * 2
    device.light = 0
    before = {}
    for index in range(8):
        before[index] = camera.get("LUTValue", LUTIndex=index)
        camera.put(LUTValue=1234)
    mapped = image(camera, tmp_path, LUTEnable=True)
    for index, value in before.items():
        camera.put(LUTIndex=index, LUTValue=value)
    device.light = 1
    assert set(mapped.flat) == {1234}  # all that is dark


def test_p5_each_direction_is_binned_by_one_or_two(camera: Aravis, tmp_path: Path) -> None:
    assert [camera.limits(name)[:2] for name in ("BinningHorizontal", "BinningVertical")] == [[1, 2]] * 2
    plain = image(camera, tmp_path, Width=128, Height=64, ExposureTime=500)
    binned = image(camera, tmp_path, BinningHorizontal=2, BinningVertical=2, Width=64, Height=32)
    blocks = plain.reshape(32, 2, 64, 2).sum(axis=(1, 3))
    assert binned.mean() == pytest.approx(blocks.mean(), rel=0.05)


def test_p6_the_image_is_flipped_in_each_direction(camera: Aravis, tmp_path: Path) -> None:
    whole = {"Width": 4096, "Height": 3000, "ExposureTime": 8000}
    plain = image(camera, tmp_path, **whole)
    flipped = image(camera, tmp_path, **whole, ReverseX=True, ReverseY=True)
    back = flipped[::-1, ::-1].astype(int)
    assert np.abs(back - plain).mean() < 0.2 * np.abs(flipped.astype(int) - plain).mean()


def test_p7_512_pixels_can_be_corrected(camera: Aravis) -> None:
    assert camera.get("DefectPixelCorrection") is True
    assert camera.limits("DefectPixelListIndex")[:2] == [0, 511]
    camera.put(DefectPixelListIndex=511, DefectPixelListEntryPosX=4095, DefectPixelListEntryPosY=2999)
    assert camera.get("DefectPixelListEntryPosX") == 4095
    camera.put(DefectPixelListEntryActive=False)


def test_p8_there_is_no_correction_of_fixed_patterns_and_no_colour(camera: Aravis) -> None:
    absent = ("FixedPatternNoiseCorrection", "BalanceWhiteAuto", "ColorTransformationEnable", "ShadingEnable")
    assert not any(camera.available(name) for name in absent)
