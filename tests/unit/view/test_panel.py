"""The controls of the live view say what the features say, whatever camera it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m._backend import Limits
from vcxg124m.view._panel import described

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    with vcx.Camera(FakeDevice()) as cam:
        yield cam


def controls(cam: vcx.Camera, *, stream_can_be_paused: bool = False) -> dict[str, dict[str, Any]]:
    sections = described(cam.nodes, stream_can_be_paused=stream_can_be_paused)
    return {control["name"]: control for section in sections for control in section["controls"]}


def set_node(cam: vcx.Camera, name: str, value: object) -> None:
    cam._device.nodes.by_name[name].value = value


def test_a_camera_shows_what_it_has_and_nothing_else(cam: vcx.Camera) -> None:
    sections = described(cam.nodes, stream_can_be_paused=False)
    assert [section["title"] for section in sections] == [
        "Exposure", "Gain", "Black level", "Trigger", "Acquisition", "Image format", "Region"
    ]  # fmt: skip
    assert list(controls(cam)) == [
        "exposure.time_us", "exposure.short_exposure", "exposure.auto", "gain.db", "gain.auto", "black_level.level",
        "trigger.mode", "trigger.source", "trigger.activation", "acquisition.mode", "acquisition.frame_count",
        "acquisition.frame_rate_hz", "image_format.pixel_format", "roi.width", "roi.height", "roi.offset_x",
        "roi.offset_y",
    ]  # fmt: skip


def test_a_control_has_label_unit_value_and_limits_of_its_feature(cam: vcx.Camera) -> None:
    exposure = controls(cam)["exposure.time_us"]
    assert (exposure["label"], exposure["unit"], exposure["kind"]) == ("Exposure time", "µs", "number")
    assert [exposure[name] for name in ("value", "min", "max", "step")] == [4000, 15, 60e6, 1]
    assert exposure["accepts"] == "15 to 60000000 us in steps of 1 us"
    assert controls(cam)["gain.db"]["max"] == pytest.approx(48, abs=0.001)
    assert controls(cam)["exposure.short_exposure"]["label"] == "Short exposure time"
    assert controls(cam)["trigger.source"]["entries"] == ("All", "Off", "Software", "Line0")


def test_limits_are_those_of_now(cam: vcx.Camera) -> None:
    set_node(cam, "ShortExposureTimeEnable", value=True)
    set_node(cam, "OffsetX", 96)
    assert controls(cam)["exposure.time_us"]["min"] == 1
    assert controls(cam)["roi.width"]["max"] == 4000


def test_a_rate_that_is_not_limited_is_off_and_can_be_set(cam: vcx.Camera) -> None:
    rate = controls(cam)["acquisition.frame_rate_hz"]
    assert (rate["value"], rate["optional"], rate["locked"], rate["max"]) == (None, True, "", 65535)


def test_a_lock_is_told_with_its_reason(cam: vcx.Camera) -> None:
    set_node(cam, "ExposureAuto", "Continuous")
    assert "the automatic exposure sets it" in controls(cam)["exposure.time_us"]["locked"]


def test_what_only_a_stream_locks_is_open_where_it_may_be_paused(cam: vcx.Camera) -> None:
    set_node(cam, "TLParamsLocked", 1)
    set_node(cam, "ExposureAuto", "Continuous")
    locked, pausable = controls(cam), controls(cam, stream_can_be_paused=True)
    assert "a stream is running" in locked["roi.width"]["locked"]
    assert (pausable["roi.width"]["locked"], pausable["roi.width"]["pauses"]) == ("", True)
    assert pausable["exposure.time_us"]["locked"] == locked["exposure.time_us"]["locked"] != ""
    assert not pausable["exposure.time_us"]["pauses"]


def test_a_feature_that_contradicts_itself_is_shown_with_the_reason(cam: vcx.Camera) -> None:
    set_node(cam, "BlackLevel", "bright")
    level = controls(cam)["black_level.level"]
    assert (level["kind"], level["value"]) == ("text", None)
    assert "BlackLevel of Baumer VCXG-124M is not a number but 'bright'" in level["locked"]
    cam._device.nodes.by_name["Gain"].range = Limits(1.0, 251.189, None)
    assert controls(cam)["gain.db"]["value"] == 0
