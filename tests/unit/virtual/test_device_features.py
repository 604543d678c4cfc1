"""What the camera's features accept, refuse and cause. Addresses come from the table, numbers from the data sheet."""

import pytest
from vcxg_testing.device import Rig

INVALID, BUSY, PROTECTED = 0x8002, 0x8007, 0x8004
MONO8, MONO10, MONO12, MONO12P = 0x01080001, 0x01100003, 0x01100005, 0x010C0047


@pytest.mark.parametrize(
    ("feature", "good", "bad"),
    [
        ("Width", (16, 32, 4096), (0, 8, 17, 4112)),
        ("Height", (1, 2, 3000), (0, 3001)),
        ("BinningHorizontal", (1, 2), (0, 3)),
        ("PixelFormat", (MONO8, MONO10, MONO12, MONO12P), (0, 0x010C0006, 0x01100007)),
        ("AcquisitionFrameCount", (1, 65535), (0, 65536)),
        ("TriggerMode", (0, 1), (2,)),
        ("ReverseX", (0, 1), (2,)),
    ],
)
def test_integers_are_held_to_the_data_sheet(feature, good, bad):
    rig = Rig()
    assert [rig.set(feature, value) for value in good] == [0] * len(good)
    assert [rig.set(feature, value) for value in bad] == [INVALID] * len(bad)
    assert rig.get(feature) == good[-1]


@pytest.mark.parametrize(
    ("feature", "good", "bad"),
    [
        ("ExposureTime", (15.0, 16.0, 60e6), (14.0, 15.5, 60e6 + 1, float("nan"))),
        ("Gain", (1.0, 1.5, 251.188), (0.99, 251.2)),
        ("BlackLevel", (0.0, 0.5, 255.0), (-1.0, 255.5)),
        ("TriggerDelay", (0.0, 2e6), (-1.0, 2e6 + 1)),
    ],
)
def test_floats_are_held_to_the_data_sheet(feature, good, bad):
    rig = Rig()
    assert [rig.set_float(feature, value) for value in good] == [0] * len(good)
    assert [rig.set_float(feature, value) for value in bad] == [INVALID] * len(bad)
    assert rig.get_float(feature) == good[-1]


def test_the_region_stays_inside_the_sensor():
    rig = Rig()
    assert rig.set("OffsetX", 16) == INVALID
    assert rig.set("Width", 4064) == 0
    assert rig.set("OffsetX", 32) == 0
    assert rig.set("OffsetX", 48) == INVALID
    assert rig.set("Width", 4096) == INVALID
    assert (rig.get("WidthLimit"), rig.get("OffsetXLimit")) == (4064, 32)


def test_binning_halves_the_region_and_clamps_what_no_longer_fits():
    rig = Rig()
    rig.set("Height", 1600)
    rig.set("OffsetY", 1400)
    assert rig.set("BinningVertical", 2) == 0
    assert rig.set("BinningHorizontal", 2) == 0
    assert [rig.get(name) for name in ("WidthMax", "HeightMax", "Width", "Height", "OffsetY")] == [
        2048,
        1500,
        2048,
        1500,
        0,
    ]
    rig.set("BinningHorizontal", 1)
    assert (rig.get("WidthMax"), rig.get("Width")) == (4096, 2048)


@pytest.mark.parametrize(
    ("code", "size"), [(MONO8, 12_288_000), (MONO10, 24_576_000), (MONO12, 24_576_000), (MONO12P, 18_432_000)]
)
def test_the_payload_size_follows_the_pixel_format(code, size):
    rig = Rig()
    rig.set("PixelFormat", code)
    assert rig.get("PayloadSize") == size


def test_the_readout_time_follows_the_rows_of_the_sensor_not_of_the_image():
    rig = Rig()
    assert rig.get("ReadOutTime") == 65761
    rig.set("BinningVertical", 2)
    assert rig.get("ReadOutTime") == 65761
    rig.set("Height", 1)
    assert rig.get("ReadOutTime") == 1244


def test_short_exposures_need_their_switch_and_go_with_it():
    rig = Rig()
    assert rig.set_float("ExposureTime", 1.0) == INVALID
    rig.set("ShortExposureTimeEnable", 1)
    assert rig.set_float("ExposureTime", 1.0) == 0
    rig.set("ShortExposureTimeEnable", 0)
    assert rig.get_float("ExposureTime") == 15.0


def test_the_frame_rate_is_fixed_until_it_is_enabled():
    rig = Rig()
    assert rig.set_float("AcquisitionFrameRate", 5.0) == PROTECTED
    assert rig.get_float("AcquisitionFrameRate") == 10.0
    rig.set("AcquisitionFrameRateEnable", 1)
    assert rig.set_float("AcquisitionFrameRate", 5.0) == 0


@pytest.mark.parametrize(
    "feature", ["Width", "Height", "BinningHorizontal", "ReverseY", "PixelFormat", "AcquisitionMode"]
)
@pytest.mark.parametrize("by", ["TLParamsLocked", "AcquisitionStart"])
def test_what_shapes_a_block_is_locked_while_streaming(feature, by):
    rig = Rig()
    value = rig.get(feature)
    rig.set(by, 1)
    assert rig.set(feature, value) == BUSY
    rig.set("AcquisitionStop", 1)
    rig.set("TLParamsLocked", 0)
    assert rig.set(feature, value) == 0


def test_exposure_gain_and_offsets_may_change_while_streaming():
    rig = Rig()
    rig.set("Height", 100)
    rig.set("TLParamsLocked", 1)
    rig.set("AcquisitionStart", 1)
    assert rig.set_float("ExposureTime", 100.0) == 0
    assert rig.set_float("Gain", 2.0) == 0
    assert rig.set("OffsetY", 10) == 0


def test_the_temperature_goes_to_exceeded_and_straight_back_to_normal():
    rig = Rig()
    states = []
    for celsius in (40, 67, 75.9, 76, 70, 65, 64.9):
        rig.device.temperature_celsius = celsius
        states.append(rig.get("DeviceTemperatureStatus"))
    assert states == [0, 1, 1, 2, 2, 2, 0]
    assert rig.get_float("DeviceTemperature") == 64.875  # in steps of 1/16


def test_only_the_makers_temperature_limit_is_read_only():
    rig = Rig()
    first = rig.address("DeviceTemperatureStatusTransition")
    assert [rig.read(first + 4 * i) for i in range(3)] == [67, 76, 65]
    assert [rig.write(first + 4 * i, 60) for i in range(3)] == [0, PROTECTED, 0]


def test_a_camera_that_is_too_hot_sends_no_image():
    rig = Rig()
    rig.open_stream()
    rig.device.temperature_celsius = 80
    rig.set("AcquisitionStart", 1)
    assert rig.run_until(rig.now + 0.5) == []
    rig.device.temperature_celsius = 40
    rig.read(0x0A00)
    assert rig.run_until(rig.now + 0.5) != []


def test_a_reset_brings_a_camera_back_that_has_cooled_down_a_little():
    rig = Rig()
    rig.device.temperature_celsius = 80
    rig.device.temperature_celsius = 66  # still Exceeded: that ends below 65
    rig.set("AcquisitionStart", 1)
    rig.run_until(rig.now + 0.5)
    assert rig.device.frames_exposed == 0
    rig.set("DeviceReset", 1)
    assert rig.write(0x0A00, 2) == 0
    rig.set("AcquisitionStart", 1)
    rig.run_until(rig.now + 0.5)
    assert rig.device.frames_exposed > 0
