"""Feature groups on the virtual camera: what is written is what the camera has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def shared() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        yield camera


@pytest.fixture
def cam(shared: vcx.Camera) -> vcx.Camera:
    shared.user_sets.load("UserSet0")
    return shared


GROUPS = [
    "device", "image_format", "roi", "binning", "acquisition", "exposure", "gain", "black_level", "auto", "lut",
    "defect_pixels", "trigger", "timer", "user_sets", "custom_data", "actions", "transport", "temperature",
]  # fmt: skip


@pytest.mark.parametrize("group", GROUPS)
def test_every_feature_of_a_group_is_implemented_by_the_camera(cam: vcx.Camera, group: str) -> None:
    features = getattr(cam, group)
    assert [name for name in features if not features[name].implemented] == []


@pytest.mark.parametrize("group", ["lines", "debouncer", "counters"])
def test_every_feature_of_several_equal_groups_is_implemented(cam: vcx.Camera, group: str) -> None:
    for each in getattr(cam, group).values():
        assert [name for name in each if not each[name].implemented] == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_shows_itself_as_text_and_as_a_table(cam: vcx.Camera, group: str) -> None:
    features = getattr(cam, group)
    assert all(f"  {name} = " in repr(features) for name in features)
    assert features._repr_html_().count("<tr") == 1 + len(list(features))


def test_a_lookup_table_goes_in_and_comes_out(cam: vcx.Camera) -> None:
    table = vcx.gamma_table(0.45)
    cam.lut.values = table
    np.testing.assert_array_equal(cam.lut.values, table)


def test_a_lookup_table_with_a_value_too_large_is_refused_before_anything_is_written(cam: vcx.Camera) -> None:
    before = cam.lut.values
    wrong = before.copy()
    wrong[[0, 17]] = 1, 4096
    with pytest.raises(vcx.FeatureValueError, match="Entry 17 of the lookup table is 4096: 0 to 4095"):
        cam.lut.values = wrong
    np.testing.assert_array_equal(cam.lut.values, before)


@pytest.mark.parametrize(
    ("table", "error"),
    [(np.zeros(4095, np.uint16), vcx.FeatureValueError), (np.zeros(4096), vcx.FeatureTypeError)],
)
def test_a_lookup_table_of_another_size_or_type_is_refused(
    cam: vcx.Camera, table: np.ndarray, error: type[Exception]
) -> None:
    with pytest.raises(error, match="lookup table"):
        cam.lut.values = table


def test_the_list_of_defect_pixels_is_replaced_as_a_whole(cam: vcx.Camera) -> None:
    cam.defect_pixels.coordinates = [(1, 2), (4095, 2999), (1, 2)]
    assert cam.defect_pixels.coordinates == [(1, 2), (4095, 2999)]
    cam.defect_pixels.coordinates = [(5, 6)]
    assert cam.defect_pixels.coordinates == [(5, 6)]


def test_a_defect_pixel_off_the_sensor_is_refused_before_anything_is_written(cam: vcx.Camera) -> None:
    cam.defect_pixels.coordinates = [(5, 6)]
    with pytest.raises(vcx.FeatureValueError, match=r"\(4096, 0\) not accepted: the sensor has x 0 to 4095"):
        cam.defect_pixels.coordinates = [(1, 1), (4096, 0)]
    assert cam.defect_pixels.coordinates == [(5, 6)]


def test_more_defect_pixels_than_the_list_holds_are_refused(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match="513 defect pixels not accepted: the camera's list holds 512"
    ):
        cam.defect_pixels.coordinates = [(x, 0) for x in range(513)]


def test_custom_data_are_bytes_and_keep_what_is_not_written(cam: vcx.Camera) -> None:
    cam.custom_data.write(bytes(128))
    cam.custom_data.write(b"lens 25 mm", offset=118)
    assert cam.custom_data.read() == bytes(118) + b"lens 25 mm"
    with pytest.raises(vcx.FeatureValueError, match="the camera keeps 128 bytes"):
        cam.custom_data.write(b"xx", offset=127)


def test_the_makers_user_set_cannot_be_overwritten(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureAccessError, match="this set is the maker's"):
        cam.user_sets.save("UserSet0")


def test_an_input_has_no_source_and_says_why(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureAccessError, match="the line is an input"):
        cam.lines["Line1"].source = "ExposureActive"
    cam.lines["Line1"].mode = "Output"
    cam.lines["Line1"].source = "ExposureActive"
    assert cam.lines["Line1"].source is vcx.LineSource.EXPOSURE_ACTIVE
    assert cam.lines["Line2"].mode is vcx.LineMode.INPUT


def test_the_clock_goes_on_and_can_be_set_to_0(cam: vcx.Camera) -> None:
    first = cam.device.timestamp_ns()
    assert first % 8 == 0
    assert cam.device.timestamp_ns() > first
    cam.device.reset_timestamp()
    assert cam.device.timestamp_ns() < first


def test_a_persistent_address_is_kept_for_the_next_start(cam: vcx.Camera) -> None:
    cam.transport.set_persistent_ip("192.168.3.4", "255.255.255.0")
    assert (cam.transport.persistent_ip, cam.transport.persistent_subnet_mask) == (
        "192.168.3.4",
        "255.255.255.0",
    )
    assert cam.transport.use_persistent_ip
    with pytest.raises(vcx.FeatureValueError, match="an IPv4 address as dotted quad"):
        cam.transport.persistent_ip = "192.168.3"
    assert cam.transport.persistent_ip == "192.168.3.4"


def test_a_key_that_cannot_be_read_can_be_written(cam: vcx.Camera) -> None:
    cam.actions.configure(device_key=1, group_key=2, group_mask=4)
    assert (cam.actions.group_key, cam.actions.group_mask) == (2, 4)
    with pytest.raises(vcx.FeatureAccessError, match="write-only"):
        _ = cam.actions.device_key


def test_the_limits_of_the_temperature_are_features_of_their_own(cam: vcx.Camera) -> None:
    cam.temperature.high_from_celsius = 60
    levels = cam.temperature.high_from_celsius, cam.temperature.exceeded_from_celsius
    assert levels == (60, 76)
    with pytest.raises(vcx.FeatureAccessError, match="can only be read"):
        cam.temperature.exceeded_from_celsius = 80


def test_a_user_set_brings_settings_back(cam: vcx.Camera) -> None:
    cam.exposure.time_us = 1234
    cam.user_sets.save("UserSet1")
    cam.user_sets.load()
    assert cam.exposure.time_us == 4000.0
    cam.user_sets.load(vcx.UserSet.USER_SET1)
    assert cam.exposure.time_us == 1234.0


def test_debouncers_are_set_by_line_and_edge(cam: vcx.Camera) -> None:
    cam.debouncer["Line0"].set(high_time_us=12, low_time_us=34)
    times = [(each.high_time_us, each.low_time_us) for each in cam.debouncer.values()]
    assert times == [(12.0, 34.0), (0.0, 0.0), (0.0, 0.0)]


@pytest.mark.parametrize(("line", "reason"), [("Line0", "always an input"), ("Line3", "always an output")])
def test_a_line_of_one_direction_says_so(cam: vcx.Camera, line: str, reason: str) -> None:
    assert reason in cam.lines[line]["mode"].locked_by


def test_e2_the_makers_settings_are_those_of_the_data_sheet(shared: vcx.Camera) -> None:
    shared.configure(
        {"exposure.time_us": 77, "gain.db": 3, "trigger.mode": "On", "lines.Line3.source": "ExposureActive"}
    )
    shared.user_sets.load()
    now = shared.config.settings()
    wanted: dict[str, object] = {
        "trigger.mode": "Off",
        "trigger.source": "All",
        "exposure.time_us": 4000.0,
        "gain.db": pytest.approx(0.0),
        "black_level.level": 0.0,
        "image_format.pixel_format": "Mono8",
        "roi.width": 4096,
        "roi.height": 3000,
        "roi.offset_x": 0,
        "roi.offset_y": 0,
        "timer.source": "Off",
        "counters.1.event_source": "Off",
        "counters.2.event_source": "Off",
        "defect_pixels.correction": True,
        "lines.Line1.mode": "Input",
        "lines.Line2.mode": "Input",
        "lines.Line3.source": "Off",
        **{f"lines.Line{number}.inverter": False for number in range(4)},
    }
    assert {name: now.get(name) for name in wanted} == wanted
    assert shared.acquisition.frame_rate_hz is None
    assert shared.sequencer.mode is vcx.SequencerMode.OFF
