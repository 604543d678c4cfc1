"""One action command for several cameras, over the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = {"device_key": 0x11223344, "group_key": 5, "group_mask": 0b110}


@pytest.fixture(scope="module")
def devices() -> Iterator[list[VirtualCamera]]:
    with VirtualCamera() as one, VirtualCamera() as other:
        yield [one, other]


@pytest.fixture
def cameras(devices: list[VirtualCamera]) -> Iterator[list[vcx.Camera]]:
    with vcx.open_camera(ip=devices[0].ip) as one, vcx.open_camera(ip=devices[1].ip) as other:
        for cam in (one, other):
            cam.roi.set(width=64, height=64)
            cam.trigger.configure(source="Action1")
            cam.actions.configure(**KEYS)
        yield [one, other]


def test_one_command_gives_one_frame_of_each_camera(
    cameras: list[vcx.Camera], devices: list[VirtualCamera]
) -> None:
    with cameras[0].stream() as one, cameras[1].stream() as other:
        result = vcx.fire_action(**KEYS, expected=2, timeout=5.0)
        assert set(result.acknowledged) == {device.ip for device in devices}
        assert result.refused == {}
        for stream in (one, other):
            assert stream.get(timeout=5.0).frame_id == 1
            with pytest.raises(vcx.FrameTimeoutError):
                stream.get(timeout=0.3)


def test_a_camera_that_is_not_meant_stays_silent(
    cameras: list[vcx.Camera], devices: list[VirtualCamera]
) -> None:
    cameras[1].actions.group_mask = 0b1000
    with cameras[0].stream() as one, cameras[1].stream() as other:
        result = vcx.fire_action(**KEYS, timeout=0.5)
        assert result.acknowledged == (devices[0].ip,)
        assert one.get(timeout=5.0).complete
        with pytest.raises(vcx.FrameTimeoutError):
            other.get(timeout=0.3)


def test_too_few_answers_are_an_error_that_names_those_who_acted(
    cameras: list[vcx.Camera], devices: list[VirtualCamera]
) -> None:
    with pytest.raises(vcx.DeviceCommunicationError, match="2 of 3 cameras acknowledged") as error:
        vcx.fire_action(**KEYS, expected=3, timeout=0.5)
    assert all(device.ip in str(error.value) for device in devices)


def test_without_a_wish_for_answers_nobody_waits(cameras: list[vcx.Camera]) -> None:
    with cameras[0].stream() as stream:
        assert vcx.fire_action(**KEYS, expected=0) == vcx.ActionResult()
        assert stream.get(timeout=5.0).complete


def test_a_command_can_be_kept_to_one_interface(cameras: list[vcx.Camera]) -> None:
    name = cameras[0].info.interface
    assert len(vcx.fire_action(**KEYS, interface=name, expected=2, timeout=5.0).acknowledged) == 2
    with pytest.raises(vcx.FeatureValueError, match=f"'eth77' not accepted: cameras were found on .*{name}"):
        vcx.fire_action(**KEYS, interface="eth77")


def test_open_cameras_that_a_later_search_does_not_meet_are_still_reached(
    cameras: list[vcx.Camera], devices: list[VirtualCamera]
) -> None:
    try:
        for device in devices:
            device.faults.drop_acknowledges(1.0)
        assert vcx.find_cameras() == []
    finally:
        for device in devices:
            device.faults.drop_acknowledges(0.0)
    assert len(vcx.fire_action(**KEYS, expected=2, timeout=5.0).acknowledged) == len(cameras)


def test_a_key_out_of_range_is_refused() -> None:
    with pytest.raises(
        vcx.FeatureValueError, match="ActionGroupKey=4294967296 not accepted: 0 to 4294967295"
    ):
        vcx.fire_action(device_key=1, group_key=2**32)
