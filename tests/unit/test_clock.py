"""The camera's time as the computer's: always within the bound that is told, whatever crystals and networks do."""

from __future__ import annotations

import random
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vcxg_testing.fake_camera import FakeDevice, FakeNode
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m import _ending
from vcxg124m._backend import Limits, NodeKind
from vcxg124m.clock import Clock, ClockFit, ClockSample

SECOND = 1_000_000_000


class InventedCamera:
    """A camera whose clock drifts, behind a network that takes its time, on an invented computer."""

    def __init__(self, *, drift_ppm: float, seed: int = 0, quickest_ns: int = 60_000) -> None:
        self.host_ns = 7_000 * SECOND
        self._rate = 1 + drift_ppm * 1e-6
        self._zero = self.host_ns - 1000 * SECOND
        self._random = random.Random(seed)
        self._quickest_ns = quickest_ns
        self.broken = False
        nodes = FakeDevice().nodes
        self._value = FakeNode(
            "TimestampLatchValue", NodeKind.INTEGER, 0, mode="RO", range=Limits(0, 2**63, 8)
        )
        self._latch = FakeNode("TimestampLatch", NodeKind.COMMAND)
        self._latch.execute = self._execute
        nodes.by_name |= {node.name: node for node in (self._value, self._latch)}
        self.clock = Clock(vcx.Nodes(nodes, "the camera"), now=lambda: self.host_ns)

    def device_at(self, host_ns: int) -> int:
        return int((host_ns - self._zero) * self._rate) // 8 * 8

    def reset(self) -> None:
        self._zero = self.host_ns

    def _execute(self) -> None:
        if self.broken:
            raise vcx.DeviceLostError("The camera does not answer.")
        self._pass()
        self._value.value = self.device_at(self.host_ns)
        self._pass()

    def _pass(self) -> None:
        self.host_ns += self._quickest_ns // 2 + int(self._random.expovariate(1 / 40_000))

    def error_ns(self, host_ns: int) -> int:
        """Return how wrong the conversion of an instant is."""
        return abs(self.clock.fit.host_ns(self.device_at(host_ns)) - host_ns)


@given(
    drift=st.floats(-90, 90),
    pauses=st.lists(st.floats(0.0, 30.0), min_size=1, max_size=12),
    look=st.floats(-20.0, 100.0),
    seed=st.integers(0, 1000),
)
@settings(max_examples=200, deadline=None)
def test_a_converted_time_is_never_further_off_than_the_bound(drift, pauses, look, seed):
    camera = InventedCamera(drift_ppm=drift, seed=seed)
    for pause in pauses:
        camera.host_ns += int(pause * SECOND)
        camera.clock.sample(readings=4)
    instant = camera.host_ns + int(look * SECOND)
    assert camera.error_ns(instant) <= camera.clock.error_at(camera.device_at(instant)) + 1
    assert camera.clock.resets == 0


@given(
    samples=st.lists(
        st.tuples(st.integers(0, 10**9), st.integers(0, 10**6), st.integers(0, 10**9)), min_size=1
    )
)
@settings(max_examples=200, deadline=None)
def test_any_samples_have_a_line(samples):
    fit = ClockFit.through([ClockSample(host, host + width, device) for host, width, device in samples])
    assert fit.error_ns >= 0
    assert fit.host_ns(5) == fit.host_ns(5)


@pytest.mark.parametrize("drift", [-40.0, 0.0, 25.0])
def test_the_drift_is_measured_over_half_a_minute(drift):
    camera = InventedCamera(drift_ppm=drift)
    for _ in range(30):
        camera.clock.sample()
        camera.host_ns += SECOND
    assert camera.clock.drift_ppm == pytest.approx(drift, abs=1.0)
    assert camera.clock.error_ns < 100_000


def test_samples_close_together_cannot_tell_the_drift_and_the_clock_says_so():
    camera = InventedCamera(drift_ppm=40.0)
    camera.clock.sample()
    camera.clock.sample()
    assert camera.clock.drift_ppm is None
    assert camera.clock.fit.rate == 1.0
    assert "drift not measured yet" in repr(camera.clock)


def test_the_quickest_of_several_readings_counts():
    camera = InventedCamera(drift_ppm=0.0, quickest_ns=60_000)
    one, many = camera.clock.sample(readings=1), camera.clock.sample(readings=64)
    assert many.samples[-1].width_ns < one.samples[-1].width_ns
    assert many.samples[-1].width_ns < 80_000


@pytest.mark.parametrize("pause", [1, 5000])
def test_a_clock_that_was_set_back_is_noticed_and_fitted_anew(pause):
    """After 5000 s the new time is beyond the old one: only the line tells."""
    camera = InventedCamera(drift_ppm=30.0)
    for _ in range(20):
        camera.clock.sample()
        camera.host_ns += SECOND
    camera.reset()
    camera.host_ns += pause * SECOND
    fit = camera.clock.sample()
    assert (camera.clock.resets, len(fit.samples)) == (1, 1)
    assert camera.error_ns(camera.host_ns) <= fit.error_ns + 1


def test_the_first_conversion_samples_by_itself_and_gives_the_time_of_the_day():
    camera = InventedCamera(drift_ppm=0.0)
    device = camera.device_at(camera.host_ns)
    assert repr(camera.clock) == "<Clock: not sampled yet>"
    assert abs(camera.clock.to_host_ns(device) - time.time_ns()) < SECOND


def test_no_reading_is_no_sample():
    with pytest.raises(vcx.FeatureValueError, match="readings=0 not accepted: 1 or more"):
        InventedCamera(drift_ppm=0.0).clock.sample(readings=0)


def test_a_clock_that_is_followed_is_sampled_again_and_again():
    camera = InventedCamera(drift_ppm=0.0)
    with camera.clock.following(every_s=0.001) as clock:
        wait_until(lambda: len(clock.fit.samples) == 60)  # the window is full


def test_a_camera_that_falls_silent_while_it_is_followed_is_told_at_the_end():
    camera = InventedCamera(drift_ppm=0.0)
    following = camera.clock.following(every_s=0.001)
    following.__enter__()
    [thread] = [each for each in threading.enumerate() if each.name == "vcxg124m clock"]
    camera.broken = True
    thread.join(10)
    with pytest.raises(
        vcx.CameraStateError, match=r"could not be followed: The camera does not answer\."
    ) as e:
        following.__exit__(None, None, None)
    assert isinstance(e.value.__cause__, vcx.DeviceLostError)


def test_the_end_does_not_wait_for_ever_for_a_camera_that_holds_on(monkeypatch, caplog):
    monkeypatch.setattr(_ending, "_LONGEST_END_S", 0.05)
    camera = InventedCamera(drift_ppm=0.0)
    asked, answers = threading.Event(), threading.Event()

    def hang():
        asked.set()
        assert answers.wait(20)

    with camera.clock.following(every_s=0.001):
        monkeypatch.setattr(camera._latch, "execute", hang)
        assert asked.wait(20)
    assert "What follows the camera's clock did not end within 0.05 s" in caplog.text
    answers.set()
