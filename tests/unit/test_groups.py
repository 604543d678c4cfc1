"""Groups of features: one feature with all there is to know about it, selectors, and how a notebook shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeNode

import vcxg124m as vcx
from vcxg124m._backend import Limits, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator


class PerCounter(FakeNode):
    """A register of each counter behind one node, as the camera has it."""

    def __init__(self, name: str, kind: NodeKind, selector: FakeNode, **rest: object) -> None:
        super().__init__(name, kind, **rest)
        self.selector = selector
        self.values: dict[object, object] = {}

    def read(self) -> object:
        return self.values.get(self.selector.value, self.value)

    def write(self, value: object) -> None:
        self.values[self.selector.value] = value
        self.log.append((f"{self.name} of {self.selector.value}", value))


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    device = FakeDevice()
    selector = FakeNode("CounterSelector", NodeKind.ENUMERATION, "Counter2", choices=("Counter1", "Counter2"))
    duration = PerCounter("CounterDuration", NodeKind.INTEGER, selector, value=1, range=Limits(1, 65535, 1))
    for node in (selector, duration):
        node.log = device.nodes.log
        device.nodes.by_name[node.name] = node
    with vcx.Camera(device) as camera:
        yield camera


def test_a_feature_knows_its_limits_unit_and_data_sheet_row(cam: vcx.Camera) -> None:
    time = cam.exposure["time_us"]
    assert (time.limits, time.unit) == (Limits(15.0, 60e6, 1.0), "us")
    assert (time.feature.name, time.feature.sheet) == ("ExposureTime", "P1")
    assert (time.value, time.available, time.locked_by) == (4000.0, True, "")


def test_a_feature_names_what_locks_it(cam: vcx.Camera) -> None:
    cam.exposure.auto = "Continuous"
    time = cam.exposure["time_us"]
    assert time.access == "RO"
    assert "ExposureAuto is not Off" in time.locked_by


def test_a_reading_is_not_called_locked(cam: vcx.Camera) -> None:
    assert (cam.temperature["celsius"].access, cam.temperature["celsius"].locked_by) == ("RO", "")


def test_a_feature_that_the_camera_lacks_is_not_implemented(cam: vcx.Camera) -> None:
    feature = cam.image_format["reverse_x"]
    assert (feature.implemented, feature.available, feature.access) == (False, False, "NI")


def test_a_feature_is_written_through_its_handle_with_rounding_on_request(cam: vcx.Camera) -> None:
    assert cam.exposure["time_us"].set(99.6, nearest=True) == 100.0
    cam.exposure["time_us"].value = 200
    assert cam.exposure.time_us == 200.0


def test_limits_of_the_gain_are_told_in_the_unit_of_the_feature(cam: vcx.Camera) -> None:
    assert cam.gain["db"].limits.maximum == pytest.approx(48.0, abs=1e-3)
    assert cam.gain["factor"].limits.maximum == 251.189


def test_the_frame_rate_can_be_written_while_it_is_off(cam: vcx.Camera) -> None:
    rate = cam.acquisition["frame_rate_hz"]
    assert (rate.value, rate.access, rate.locked_by) == (None, "RW", "")
    rate.value = 5
    assert cam.acquisition.frame_rate_hz == 5.0


def test_an_unknown_feature_of_a_group_is_refused_with_the_right_one(cam: vcx.Camera) -> None:
    with pytest.raises(KeyError, match="did you mean 'time_us'"):
        cam.exposure["tim_us"]


def test_each_counter_is_reached_with_its_selector_which_is_then_set_back(cam: vcx.Camera) -> None:
    cam.counters[1].duration = 7
    assert cam._backend.nodes.log == [
        ("CounterSelector", "Counter1"),
        ("CounterDuration of Counter1", 7),
        ("CounterSelector", "Counter2"),
    ]
    assert (cam.counters[1].duration, cam.counters[2].duration) == (7, 1)


def test_the_selector_is_set_back_after_a_refusal_too(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match="1 to 65535"):
        cam.counters[1].duration = 0
    assert cam.nodes["CounterSelector"].value == "Counter2"


def test_a_counter_that_there_is_not_is_refused_with_those_there_are(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureUnavailableError, match="no Counter 3: this camera has 1, 2"):
        cam.counters[3]


def test_a_notebook_shows_a_group_as_a_table_with_limits_and_locks(cam: vcx.Camera) -> None:
    cam.exposure.auto = "Once"
    html = cam.exposure._repr_html_()
    row = next(line for line in html.split("<tr") if ">time_us<" in line)
    assert "4000.0" in row
    assert "15 to 60000000 us in steps of 1 us" in row
    assert "locked: the automatic exposure sets it" in row
    assert "Exposure time, 15 us to 60 s" in row


def test_a_notebook_completes_the_names_in_brackets(cam: vcx.Camera) -> None:
    assert "time_us" in cam.exposure._ipython_key_completions_()
    assert cam.counters._ipython_key_completions_() == [1, 2]


def test_a_gamma_table_and_its_inverse_give_the_input_back() -> None:
    there, back = vcx.gamma_table(0.5), vcx.gamma_table(0.5, inverse=True)
    assert (there[0], there[4095], there[1024]) == (0, 4095, 2048)
    bright = np.arange(1000, 4096)
    assert np.abs(back[there[bright]].astype(int) - bright).max() <= 2


@pytest.mark.parametrize("exponent", [0, -1, float("nan"), float("inf")])
def test_a_gamma_that_is_none_is_refused(exponent: float) -> None:
    with pytest.raises(vcx.FeatureValueError, match="above 0"):
        vcx.gamma_table(exponent)


def test_hot_pixels_are_found_in_dark_frames_the_worst_first() -> None:
    generator = np.random.default_rng(1)
    frames = generator.normal(50, 2, (8, 60, 80)).round().astype(np.uint16)
    frames[:, 10, 20] += 40
    frames[:, 30, 7] += 90
    assert vcx.find_defect_pixels(frames) == [(7, 30), (20, 10)]
    assert vcx.find_defect_pixels(frames, most=1) == [(7, 30)]


def test_frames_without_any_noise_have_no_defect_pixels() -> None:
    assert vcx.find_defect_pixels(np.full((3, 8, 8), 7, np.uint16)) == []
