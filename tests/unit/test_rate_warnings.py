"""Warnings before a start whose rate cannot be kept."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeNode

import vcxg124m as vcx
from vcxg124m._backend import NodeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vcxg124m._backend import NodeValue

    Open = Callable[..., vcx.Camera]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Return a function that opens a camera with the given nodes on an interface whose speed nobody knows."""
    cameras: list[vcx.Camera] = []

    def camera(
        number: int = 1, interface: str = "wire_10.0.0.1", ip: str = "", **nodes: NodeValue
    ) -> vcx.Camera:
        device = FakeDevice()
        device.info = replace(
            device.info, serial_number=str(number), interface=interface, ip=ip or f"10.0.0.{number + 1}"
        )
        for name, value in nodes.items():
            node = device.nodes.by_name.setdefault(name, FakeNode(name, NodeKind.INTEGER))
            node.value = value
        cameras.append(vcx.Camera(device))
        return cameras[-1]

    yield camera
    for each in cameras:
        each.close()


def told(start: Callable[[], object]) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        start()
    assert all(issubclass(each.category, vcx.RateWarning) for each in caught)
    assert all(each.filename == __file__ for each in caught), "points at the library, not at who called it"
    return [str(each.message) for each in caught]


def enter(cam: vcx.Camera, **arguments: float) -> Callable[[], object]:
    def start() -> None:
        with cam.stream(**arguments):
            pass

    return start


@pytest.mark.parametrize(("rate", "count"), [(10.0, 0), (10.07, 0), (20.0, 1)])
def test_a_set_frame_rate_that_the_link_cannot_carry_is_told_at_the_start(
    opened: Open, rate: float, count: int
) -> None:
    cam = opened(AcquisitionFrameRateEnable=True, AcquisitionFrameRate=rate)
    messages = told(enter(cam))
    assert len(messages) == count
    if messages:
        assert "set to 20 Hz, but the sensor allows 15.21" in messages[0]
        assert "the link allows 10.0" in messages[0]


def test_a_frame_rate_that_is_not_enabled_is_nobodys_wish(opened: Open) -> None:
    assert told(enter(opened(AcquisitionFrameRate=1000.0))) == []


def test_triggers_that_come_too_often_are_told_when_their_rate_is_known(opened: Open) -> None:
    cam = opened(TriggerMode="On")
    assert told(enter(cam)) == []
    assert told(enter(cam, trigger_rate_hz=9.0)) == []
    [message] = told(enter(cam, trigger_rate_hz=12.0))
    assert "Triggers come at 12 Hz, but the link allows 10.0" in message


def test_the_rate_of_triggers_does_not_matter_to_a_free_running_camera(opened: Open) -> None:
    assert told(enter(opened(), trigger_rate_hz=1000.0)) == []


def test_a_loop_and_a_recording_tell_it_too(opened: Open, tmp_path: Path) -> None:
    cam = opened(AcquisitionFrameRateEnable=True, AcquisitionFrameRate=20.0)

    with pytest.warns(vcx.RateWarning), pytest.raises(vcx.FrameTimeoutError):
        cam.grab(timeout=0)
    with pytest.warns(vcx.RateWarning), pytest.raises(vcx.FrameTimeoutError):
        cam.record(tmp_path / "run.raw", frames=1, timeout=0)


def test_cameras_that_together_overload_their_link_are_told_with_their_names(opened: Open) -> None:
    first, second, third = (opened(number) for number in (1, 2, 3))
    with first.stream() as stream:
        [message] = told(enter(second))
        assert "VCXG-124M 1, VCXG-124M 2 together send up to 24" in message
        assert "which carries 125" in message
        assert "share_link" in message
    assert told(enter(third)) == [], f"the first does not stream any more: {stream}"


SLOW = {"AcquisitionFrameRateEnable": True, "AcquisitionFrameRate": 4.0}


@pytest.mark.parametrize("start", [SLOW, {"TriggerMode": "On"}])
def test_cameras_whose_frames_together_are_more_than_a_switch_stores_are_told_what_it_would_have_to(
    opened: Open, start: dict[str, NodeValue]
) -> None:
    with opened(1, **start).stream(trigger_rate_hz=4.0):
        [message] = told(enter(opened(2, **start), trigger_rate_hz=4.0))
    assert "VCXG-124M 1, VCXG-124M 2 share wire_10.0.0.1, which carries 125 MB/s" in message
    assert "a switch has to store 12.4 MB" in message
    assert "share_link" in message


@pytest.mark.parametrize(
    "paced",
    [
        {"DeviceLinkThroughputLimit": 60_000_000},
        {"GevSCPD": 80_000},  # 72 us for a packet of 9000 bytes, and as long a pause
        {"PayloadSize": 4096 * 64},  # small frames: 0.26 MB wait
    ],
)
def test_cameras_that_fit_on_their_link_and_into_a_switch_start_without_a_word(
    opened: Open, paced: dict[str, NodeValue]
) -> None:
    with opened(1, **SLOW, **paced).stream():
        assert told(enter(opened(2, **SLOW, **paced))) == []


@pytest.mark.parametrize("place", [{"interface": "other_10.0.1.1"}, {"ip": "127.0.0.9"}])
def test_cameras_on_other_interfaces_or_within_the_computer_share_no_link(
    opened: Open, place: dict[str, str]
) -> None:
    with opened(1, **({"ip": "127.0.0.8"} if "ip" in place else {})).stream():
        assert told(enter(opened(2, **place))) == []


def test_a_faster_port_of_the_computer_carries_more(
    opened: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vcxg124m._rates._INTERFACES", tmp_path)
    (tmp_path / "wire").mkdir()
    for megabits, count in ((10_000, 0), (1000, 1), (-1, 1)):
        (tmp_path / "wire" / "speed").write_text(f"{megabits}\n")
        with opened(1).stream():
            assert len(told(enter(opened(2)))) == count
