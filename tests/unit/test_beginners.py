"""What goes wrong on the first day: each mistake is refused at once, with what was given and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cam() -> Iterator[Any]:
    """A camera whose types are not looked at, as in a program without a type checker."""
    with vcx.Camera(cast("Any", FakeDevice())) as camera:
        yield camera


def test_a_setting_written_to_the_camera_instead_of_its_group_is_refused_with_the_groups_name(
    cam: Any,
) -> None:
    with pytest.raises(AttributeError, match="A camera has no 'exposure_time'; did you mean 'exposure'"):
        cam.exposure_time = 100


def test_a_group_is_not_replaced_by_a_value(cam: Any) -> None:
    with pytest.raises(
        AttributeError, match=r"exposure is a group of features: .* such as exposure\.time_us"
    ):
        cam.exposure = 100
    assert cam.exposure.time_us == 4000.0


@pytest.mark.parametrize("name", ["lines", "nodes", "grab", "config"])
def test_nothing_else_of_a_camera_is_replaced(cam: Any, name: str) -> None:
    with pytest.raises(AttributeError, match=f"{name} cannot be replaced"):
        setattr(cam, name, 1)


def test_a_misspelt_node_is_refused_with_the_right_name(cam: Any) -> None:
    with pytest.raises(
        vcx.FeatureUnavailableError, match="has no feature ExposureTme; did you mean ExposureTime"
    ):
        cam.nodes["ExposureTme"]


def test_a_group_configured_by_a_bare_value_is_refused_with_how_to_write_it(cam: Any) -> None:
    with pytest.raises(
        vcx.FeatureUnavailableError, match=r'exposure is a group .* exposure=\{"\w+": \.\.\.\}'
    ):
        cam.configure(exposure=4000)


@pytest.mark.parametrize("frames", ["10", 1.5])
def test_a_number_of_frames_is_whole(cam: Any, frames: object) -> None:
    with pytest.raises(vcx.FeatureTypeError, match=f"frames={frames!r} not accepted: a whole number"):
        cam.stream(frames)
    assert cam.stream(np.int64(3)) is not None


def test_a_timeout_is_a_number(cam: Any) -> None:
    with pytest.raises(vcx.FeatureTypeError, match="timeout='1' not accepted: a number of seconds"):
        cam.grab(timeout="1")


def test_a_negative_timeout_is_an_error_of_this_package_and_a_value_error(cam: Any) -> None:
    with pytest.raises(vcx.FeatureValueError, match="timeout=-1 s not accepted: give 0 or more") as caught:
        cam.grab(timeout=-1)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("wrong", [{"serial_number": 700000000001}, {"camera": 700000000001}, {"user_id": 7}])
def test_a_serial_number_is_a_text(wrong: dict[str, Any]) -> None:
    with pytest.raises(vcx.FeatureTypeError, match=r'a text is needed, such as \w+="\d+"'):
        vcx.open_camera(**wrong)


def test_half_an_address_is_refused_before_a_camera_is_looked_for() -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"ip='10\.0\.0' not accepted: .* dotted quad"):
        vcx.open_camera(ip="10.0.0")


@pytest.mark.parametrize("seed", ["x", -1, 0.5])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(ValueError, match=f"seed={seed!r} not accepted: a whole number, 0 or more"):
        VirtualCamera(seed=seed)


@pytest.mark.parametrize("mac", ["zz", "00:06:be:00:00", "700000000001f"])
def test_half_a_mac_address_is_refused_before_a_camera_is_looked_for(mac: str) -> None:
    with pytest.raises(vcx.FeatureValueError, match=f"mac='{mac}' not accepted: 12 hexadecimal digits"):
        vcx.open_camera(mac=mac)


@pytest.mark.parametrize("reconnect", [300, "yes"])
def test_a_number_of_seconds_is_no_policy_for_lost_cameras(cam: Any, reconnect: object) -> None:
    with pytest.raises(
        vcx.FeatureTypeError, match=r"reconnect=.* True, False or a policy, .*give_up_after_s=300"
    ):
        cam.stream(reconnect=reconnect)


def test_a_line_that_the_camera_lacks_is_not_in_its_lines(cam: Any) -> None:
    assert "Line7" not in cam.lines
    assert all(name in cam.lines for name in cam.lines)
    with pytest.raises(vcx.FeatureUnavailableError, match="There is no Line 'Line7': this camera has"):
        cam.lines["Line7"]


@pytest.mark.parametrize("rate", [0, -1, float("nan")])
def test_triggers_come_at_a_rate_above_zero(cam: Any, rate: float) -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"trigger_rate_hz=.* not accepted: above 0"):
        cam.plan(trigger_rate_hz=rate)


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_doctor_looks_for_a_time_with_an_end(cam: Any, seconds: float) -> None:
    for examine in (cam.doctor, vcx.diagnose):
        with pytest.raises(vcx.FeatureValueError, match=r"seconds=.* not accepted: above 0, and an end"):
            examine(seconds=seconds)


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_port_is_one_of_tcp(cam: Any, port: int) -> None:
    with pytest.raises(vcx.FeatureValueError, match=f"port={port} not accepted: 0 to 65535"):
        cam.view(port=port)


@pytest.mark.parametrize(
    ("ip", "mask", "said"),
    [
        ("10.0.0.0", "255.255.255.0", r"ip='10\.0\.0\.0' not accepted: .* no single host"),
        ("10.0.0.255", "255.255.255.0", "no single host"),
        ("224.0.0.5", "255.255.255.0", "no single host"),
        ("10.0.0.5", "255.0.255.0", r"subnet_mask='255\.0\.255\.0' not accepted: ones first, then zeros"),
        ("10.0.0.5", "0.0.0.0", "ones first, then zeros"),
    ],
)
def test_a_camera_is_given_no_address_that_it_could_not_have(cam: Any, ip: str, mask: str, said: str) -> None:
    with pytest.raises(vcx.FeatureValueError, match=said):
        cam.transport.set_persistent_ip(ip, mask)
