"""The region: from any legal state to any legal state, in an order that the camera accepts.

The fake camera refuses every write outside the limits of its moment, as the real one does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcxg_testing.fake_camera import FakeDevice, FakeNode, FakeNodeMap

import vcxg124m as vcx
from vcxg124m._backend import Limits, NodeKind

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    with vcx.Camera(FakeDevice()) as camera:
        yield camera


@st.composite
def regions(draw: st.DrawFn) -> vcx.Region:
    width = 16 * draw(st.integers(1, 256))
    height = draw(st.integers(1, 3000))
    return vcx.Region(
        width, height, 16 * draw(st.integers(0, (4096 - width) // 16)), draw(st.integers(0, 3000 - height))
    )


@given(before=regions(), after=regions())
def test_any_region_follows_any_region(before: vcx.Region, after: vcx.Region) -> None:
    with vcx.Camera(FakeDevice()) as cam:
        cam.roi.set(**before._asdict())
        assert cam.roi.get() == before
        assert cam.roi.set(**after._asdict()) == after
        assert cam.roi.get() == after


def test_center_places_the_region_in_the_middle(cam: vcx.Camera) -> None:
    assert cam.roi.set(width=1920, height=1080, center=True) == (1920, 1080, 1088, 960)


def test_what_is_not_given_stays(cam: vcx.Camera) -> None:
    cam.roi.set(width=160, height=100, offset_x=32, offset_y=7)
    assert cam.roi.set(height=50) == (160, 50, 32, 7)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"width": 17}, r"Width=17 px not accepted: 16 to 4096 px in steps of 16 px \(nearest: 16\)"),
        ({"width": 8192}, r"Width=8192 px not accepted: 16 to 4096 px"),
        ({"height": 0}, r"Height=0 px not accepted: 1 to 3000 px"),
        (
            {"width": 4000, "offset_x": 112},
            r"OffsetX=112 px not accepted beside Width=4000 of 4096: 0 to 96 px",
        ),
        ({"offset_y": 1}, r"OffsetY=1 px not accepted beside Height=3000 of 3000: 0 to 0 px"),
    ],
)
def test_a_region_that_does_not_fit_is_refused_before_anything_is_written(
    cam: vcx.Camera, asked: dict[str, int], message: str
) -> None:
    with pytest.raises(vcx.FeatureValueError, match=message):
        cam.roi.set(**asked)
    assert cam._backend.nodes.log == []


def test_a_valid_width_is_not_written_when_the_height_is_refused(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError):
        cam.roi.set(width=160, height=4000)
    assert cam.roi.get() == (4096, 3000, 0, 0)


def test_nearest_takes_the_nearest_region_and_says_which(cam: vcx.Camera) -> None:
    assert cam.roi.set(width=100, height=5000, offset_x=9, nearest=True) == (96, 3000, 16, 0)


def test_center_and_an_offset_exclude_each_other(cam: vcx.Camera) -> None:
    with pytest.raises(vcx.FeatureValueError, match="center or offsets"):
        cam.roi.set(width=160, center=True, offset_x=0)


def test_a_locked_region_names_the_stream(cam: vcx.Camera) -> None:
    cam._backend.nodes.by_name["TLParamsLocked"].value = 1
    with pytest.raises(vcx.FeatureAccessError, match="a stream is running"):
        cam.roi.set(width=160)


def test_a_camera_without_offsets_can_change_its_size_only() -> None:
    nodes = FakeNodeMap(
        [
            FakeNode("Width", NodeKind.INTEGER, 400, range=Limits(100, 800, 1)),
            FakeNode("Height", NodeKind.INTEGER, 400, range=Limits(100, 800, 1)),
        ]
    )
    with vcx.Camera(FakeDevice(nodes)) as cam:
        assert cam.roi.set(width=200) == (200, 400, 0, 0)
        with pytest.raises(vcx.FeatureUnavailableError, match="OffsetX"):
            cam.roi.set(width=200, offset_x=0)
