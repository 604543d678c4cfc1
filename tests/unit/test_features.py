"""Features: exact values or an error that lets the reader act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeNode

import vcxg124m as vcx
from vcxg124m._backend import Limits, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    with vcx.Camera(FakeDevice()) as camera:
        yield camera


def node(cam: vcx.Camera, name: str) -> FakeNode:
    return cam._backend.nodes.by_name[name]


def test_exposure_is_written_in_microseconds(cam: vcx.Camera) -> None:
    cam.exposure.time_us = 250
    assert node(cam, "ExposureTime").value == 250.0
    assert cam.exposure.time_us == 250.0


def test_a_value_off_the_grid_is_refused_with_limits_and_increment(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match=r"ExposureTime=20\.5 us not accepted: 15 to 60000000 us in steps"
    ) as e:
        cam.exposure.time_us = 20.5
    assert (e.value.minimum, e.value.maximum, e.value.increment) == (15.0, 60e6, 1.0)
    assert node(cam, "ExposureTime").value == 4000.0


def test_nearest_rounds_and_returns_what_was_written(cam: vcx.Camera) -> None:
    assert cam.exposure.set_time_us(20.4, nearest=True) == 20.0
    assert cam.exposure.set_time_us(3.0, nearest=True) == 15.0


def test_a_short_exposure_says_what_would_allow_it(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match=r"exposures from 1 us need cam\.exposure\.short_exposure = True"
    ):
        cam.exposure.time_us = 5
    cam.exposure.short_exposure = True
    cam.exposure.time_us = 5
    assert node(cam, "ExposureTime").value == 5.0


def test_a_locked_exposure_names_its_lock(cam: vcx.Camera) -> None:
    cam.exposure.auto = "Continuous"
    with pytest.raises(vcx.FeatureAccessError, match="ExposureAuto is not Off") as e:
        cam.exposure.time_us = 100
    assert e.value.locked_by


def test_a_running_stream_is_named_as_the_lock(cam: vcx.Camera) -> None:
    node(cam, "TLParamsLocked").value = 1
    with pytest.raises(vcx.FeatureAccessError, match="a stream is running"):
        cam.image_format.pixel_format = vcx.PixelFormat.MONO12P


def test_a_running_stream_is_not_blamed_for_what_is_always_read_only(cam: vcx.Camera) -> None:
    node(cam, "TLParamsLocked").value = 1
    with pytest.raises(
        vcx.FeatureAccessError, match=r"DeviceTemperature cannot be written: it is read-only now\."
    ):
        cam.nodes["DeviceTemperature"].value = 20.0


def test_an_enumeration_reads_as_member_and_takes_member_or_string(cam: vcx.Camera) -> None:
    cam.image_format.pixel_format = vcx.PixelFormat.MONO12P
    assert node(cam, "PixelFormat").value == "Mono12p"
    assert type(node(cam, "PixelFormat").value) is str
    cam.image_format.pixel_format = "Mono10"
    assert cam.image_format.pixel_format is vcx.PixelFormat.MONO10


def test_an_unknown_entry_is_refused_with_the_entries_there_are(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match="this camera takes Mono8, Mono10, Mono12, Mono12p"):
        cam.image_format.pixel_format = "Mono12Packed"


def test_an_entry_of_the_cameras_own_reads_as_plain_string(cam: vcx.Camera) -> None:
    node(cam, "PixelFormat").value = "BayerRG8"
    assert cam.image_format.pixel_format == "BayerRG8"


@pytest.mark.parametrize("value", ["fast", None, True, [1]])
def test_a_number_is_asked_for_where_a_number_belongs(cam: vcx.Camera, value: object) -> None:
    with pytest.raises(vcx.FeatureTypeError, match="ExposureTime takes a number"):
        cam.exposure.time_us = value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_none_is_refused(cam: vcx.Camera, value: float) -> None:
    with pytest.raises(vcx.FeatureValueError):
        cam.exposure.time_us = value


def test_a_float_that_the_camera_keeps_coarser_is_refused_and_put_back(cam: vcx.Camera) -> None:
    node(cam, "BlackLevel").coarse = lambda value: float(round(value))
    with pytest.raises(
        vcx.FeatureValueError, match=r"BlackLevel=10\.4 not accepted: the camera keeps 10 instead"
    ):
        cam.black_level.level = 10.4
    assert cam.black_level.level == 0.0
    assert cam.black_level.set_level(10.4, nearest=True) == 10.0


def test_a_misspelt_feature_is_refused_with_the_right_one(cam: vcx.Camera) -> None:
    with pytest.raises(AttributeError, match="did you mean 'time_us'"):
        cam.exposure.tim_us = 100


def test_a_reading_cannot_be_set(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureAccessError, match="DeviceTemperature of Temperature can only be read"):
        cam.temperature.celsius = 20.0


def test_a_feature_that_the_camera_lacks_is_unavailable(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureUnavailableError, match="Baumer VCXG-124M has no feature ReverseX"):
        _ = cam.image_format.reverse_x


def test_a_write_only_node_is_not_read(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureAccessError, match="write-only"):
        _ = cam.nodes["ActionDeviceKey"].value
    cam.nodes["ActionDeviceKey"].value = 7
    assert node(cam, "ActionDeviceKey").value == 7


@pytest.mark.parametrize(
    ("db", "factor"), [(0.0, 1.0), (20.0, 10.0), (6.0, 1.9952623149688795), (48.0, 251.188643)]
)
def test_gain_in_db_is_written_as_a_factor(cam: vcx.Camera, db: float, factor: float) -> None:
    cam.gain.db = db
    assert node(cam, "Gain").value == pytest.approx(factor, rel=1e-6)
    assert cam.gain.db == pytest.approx(db, abs=1e-6)
    assert cam.gain.factor == pytest.approx(factor, rel=1e-6)


def test_too_much_gain_is_refused_in_db(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"Gain=50 dB not accepted: 0 to 48 dB"):
        cam.gain.db = 50
    assert cam.gain.set_db(50, nearest=True) == pytest.approx(48.0, abs=1e-3)


def test_a_gain_node_in_db_is_served_too(cam: vcx.Camera) -> None:
    node(cam, "Gain").unit = "dB"
    node(cam, "Gain").range = Limits(0.0, 24.0, None)
    node(cam, "Gain").value = 0.0
    cam.gain.factor = 10.0
    assert node(cam, "Gain").value == pytest.approx(20.0)


def test_the_frame_rate_is_none_until_it_is_limited(cam: vcx.Camera) -> None:
    assert cam.acquisition.frame_rate_hz is None
    cam.acquisition.frame_rate_hz = 5
    assert node(cam, "AcquisitionFrameRateEnable").value is True
    assert cam.acquisition.frame_rate_hz == 5.0
    cam.acquisition.frame_rate_hz = None
    assert node(cam, "AcquisitionFrameRateEnable").value is False


def test_a_refused_frame_rate_leaves_the_limit_off(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"0\.01 to 65535 Hz"):
        cam.acquisition.frame_rate_hz = 0.001
    assert cam.acquisition.frame_rate_hz is None


def test_a_software_trigger_fires(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Software")
    cam.trigger.fire()
    assert ("TriggerSoftware", True) in cam._backend.nodes.log


def test_firing_a_camera_that_runs_freely_is_an_error(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.CameraStateError, match="runs freely"):
        cam.trigger.fire()


def test_firing_a_camera_that_listens_to_a_line_is_an_error(cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Line0", activation=vcx.TriggerActivation.FALLING_EDGE)
    with pytest.raises(vcx.CameraStateError, match="triggered by Line0"):
        cam.trigger.fire()


def test_a_refused_trigger_source_leaves_the_trigger_off(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError):
        cam.trigger.configure(source="Line9")
    assert cam.trigger.mode is vcx.TriggerMode.OFF


def test_every_row_names_feature_unit_and_sheet_in_its_docstring(cam: vcx.Camera) -> None:
    doc = type(cam.exposure).time_us.__doc__
    assert "ExposureTime" in doc
    assert "us" in doc
    assert "data sheet P1" in doc


def test_a_command_has_no_value(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureTypeError, match="use execute"):
        _ = cam.nodes["TriggerSoftware"].value


def test_a_node_shows_itself(cam: vcx.Camera) -> None:
    assert repr(cam.nodes["ExposureTime"]) == "<Node ExposureTime: float, RW, 4000.0 us>"
    assert repr(cam.exposure).splitlines()[1] == "  time_us = 4000.0 us"


def test_a_boolean_takes_no_other_number(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureTypeError, match="takes True or False"):
        cam.exposure.short_exposure = 2


def test_limits_of_a_text_are_refused(cam: vcx.Camera) -> None:
    assert cam.nodes["DeviceUserID"].kind is NodeKind.STRING
    with pytest.raises(vcx.FeatureTypeError, match="no number"):
        _ = cam.nodes["DeviceUserID"].limits
