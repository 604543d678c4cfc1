"""Time limits computed from the camera's settings, and the reasons of a wait that ended without a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeNodeMap

import vcxg124m as vcx
from vcxg124m import _waiting
from vcxg124m._ledger import StreamStatistics
from vcxg124m.features.nodes import Nodes

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(_waiting, "time", clock)
    return clock


def nodes_of(device: FakeDevice) -> Nodes:
    return Nodes(device.nodes, "Baumer VCXG-124M")


def known(*statistics: StreamStatistics) -> Callable[..., StreamStatistics]:
    """Return what a stream knows at each question; the last one stays."""
    left = list(statistics)
    return lambda **_: left.pop(0) if len(left) > 1 else left[0]


def wait_for(device: FakeDevice, timeout: float | None) -> _waiting.Wait:
    return _waiting.Wait(device, nodes_of(device), timeout, 0, known(StreamStatistics()))


def seconds_until_over(wait: _waiting.Wait, clock: Clock) -> float:
    start = clock.now
    while not wait.is_over:
        clock.now += 0.01
        if wait.look_is_due:
            wait.look()
        assert clock.now - start < 1000, "the wait does not end"
    return clock.now - start


def test_a_free_running_wait_is_over_after_a_few_frame_times(clock: Clock) -> None:
    assert 3.0 < seconds_until_over(wait_for(FakeDevice(), None), clock) < 4.0


def test_a_long_exposure_is_waited_for(clock: Clock) -> None:
    device = FakeDevice()
    device.nodes.by_name["ExposureTime"].value = 60e6
    assert seconds_until_over(wait_for(device, None), clock) > 120


def test_an_external_trigger_gets_ten_seconds_more(clock: Clock) -> None:
    device = FakeDevice()
    device.nodes.by_name["TriggerMode"].value = "On"
    assert 13.0 < seconds_until_over(wait_for(device, None), clock) < 14.0


def test_a_given_time_limit_is_kept(clock: Clock) -> None:
    assert seconds_until_over(wait_for(FakeDevice(), 0.25), clock) == pytest.approx(0.25, abs=0.02)


def test_the_limit_of_the_frame_rate_counts() -> None:
    device = FakeDevice()
    nodes = nodes_of(device)
    assert _waiting.expected_interval(nodes) == pytest.approx(12288000 / 123.64e6, rel=1e-4)
    nodes.set("AcquisitionFrameRateEnable", value=True)
    nodes.set("AcquisitionFrameRate", 0.5)
    assert _waiting.expected_interval(nodes) == pytest.approx(2.0)


def test_a_camera_that_tells_nothing_expects_nothing() -> None:
    nodes = nodes_of(FakeDevice(FakeNodeMap([])))
    assert _waiting.expected_interval(nodes) == 0.0
    assert _waiting.expected_frame_time(nodes) == 0.0


def test_a_silent_camera_is_asked_whether_it_is_there(clock: Clock) -> None:
    device = FakeDevice()
    wait = wait_for(device, 60.0)
    assert not wait.look_is_due
    clock.now += 0.5
    assert wait.look_is_due
    wait.look()
    assert not wait.look_is_due
    device.lost = True
    with pytest.raises(vcx.DeviceLostError):
        wait.look()


def test_a_camera_that_gets_too_hot_ends_the_wait(clock: Clock) -> None:
    device = FakeDevice()
    wait = wait_for(device, 60.0)
    device.nodes.by_name["DeviceTemperatureStatus"].value = "High"
    wait.look()
    assert wait.is_hot
    device.nodes.by_name["DeviceTemperatureStatus"].value = "Exceeded"
    device.nodes.by_name["DeviceTemperature"].value = 77.0
    with pytest.raises(vcx.OverTemperatureError, match="too hot") as e:
        wait.look()
    assert e.value.celsius == 77.0
    assert clock.now == 100.0


def test_a_wait_stays_in_the_producer_for_ten_milliseconds_and_never_past_its_limit(clock: Clock) -> None:
    wait = wait_for(FakeDevice(), 0.6)
    assert wait.stay == pytest.approx(0.01)
    clock.now += 0.5997
    assert wait.stay == pytest.approx(0.0003, abs=1e-6)
    clock.now += 1
    assert wait.stay == 0.0


@pytest.mark.parametrize(
    ("after", "reason", "words"),
    [
        (
            StreamStatistics(incomplete=3),
            vcx.TimeoutReason.ONLY_INCOMPLETE,
            "3 frames came with packets missing",
        ),
        (StreamStatistics(underrun=2), vcx.TimeoutReason.NO_BUFFERS, "2 frames found no free buffer"),
        (StreamStatistics(), vcx.TimeoutReason.NO_PACKETS, "packet_size (9000 bytes)"),
    ],
)
def test_the_error_says_why_nothing_came(
    clock: Clock, after: StreamStatistics, reason: vcx.TimeoutReason, words: str
) -> None:
    device = FakeDevice()
    wait = _waiting.Wait(
        device, nodes_of(device), 5.0, 0, known(StreamStatistics(), StreamStatistics(), after)
    )
    wait.go_on()
    clock.now += 5.0
    error = wait.error()
    assert error.reason is reason
    assert words in str(error)
    assert str(error).startswith(f"No frame within 5 s: {reason}")
    assert (error.incomplete, error.underrun) == (after.incomplete, after.underrun)
