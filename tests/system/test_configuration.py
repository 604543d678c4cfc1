"""Many settings at once on the virtual camera: any legal state is reached from any other, no illegal one is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPEATABLE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def cam() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        yield camera


@st.composite
def regions(draw: st.DrawFn, binning: int) -> dict[str, int]:
    width = 16 * draw(st.integers(1, 256 // binning))
    height = draw(st.integers(1, 3000 // binning))
    return {
        "roi.width": width,
        "roi.height": height,
        "roi.offset_x": 16 * draw(st.integers(0, (4096 // binning - width) // 16)),
        "roi.offset_y": draw(st.integers(0, 3000 // binning - height)),
    }


@st.composite
def legal_settings(draw: st.DrawFn) -> dict[str, object]:
    binning = draw(st.sampled_from([1, 2]))
    short = draw(st.booleans())
    return draw(regions(binning)) | {
        "binning.horizontal": binning,
        "binning.vertical": binning,
        "image_format.pixel_format": draw(st.sampled_from(["Mono8", "Mono10", "Mono12", "Mono12p"])),
        "exposure.short_exposure": short,
        "exposure.time_us": float(draw(st.integers(1 if short else 15, 60_000_000))),
        "gain.db": draw(st.floats(0, 48).map(lambda db: round(db, 3))),
        "black_level.level": float(draw(st.integers(0, 255))),
        "trigger.mode": draw(st.sampled_from(["Off", "On"])),
        "trigger.source": draw(st.sampled_from([source.value for source in vcx.TriggerSource])),
        "lines.Line1.mode": draw(st.sampled_from(["Input", "Output"])),
    }


@given(wanted=legal_settings())
@REPEATABLE
def test_every_legal_state_is_reached_from_the_one_before(cam: vcx.Camera, wanted: dict[str, object]) -> None:
    cam.configure(wanted)
    now = cam.config.settings(tables=False)
    assert {name: now[name] for name in wanted} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in wanted.items()
    }


BAD = [
    ("roi.width", 4112),
    ("roi.height", 3001),
    ("exposure.time_us", 60_000_001.0),
    ("exposure.time_us", 20.5),
    ("gain.db", 48.5),
    ("black_level.level", 256.0),
    ("image_format.pixel_format", "Mono14"),
    ("counters.1.duration", 0),
    ("timer.duration_us", 3.0),
    ("debouncer.Line0.high_time_us", 5001.0),
]


@given(wanted=legal_settings(), bad=st.sampled_from(BAD))
@REPEATABLE
def test_one_bad_value_among_good_ones_leaves_the_camera_as_it_was(
    cam: vcx.Camera, wanted: dict[str, object], bad: tuple[str, object]
) -> None:
    before = cam.config.settings(tables=False)
    with pytest.raises(vcx.FeatureValueError):
        cam.configure(wanted | dict([bad]))
    assert cam.config.settings(tables=False) == before


def test_a_file_carries_lines_counters_table_and_defects_to_another_camera(
    cam: vcx.Camera, tmp_path: Path
) -> None:
    cam.configure(
        {
            "lines.Line3.source": "Timer1Active",
            "timer.source": "ExposureStart",
            "timer.duration_us": 100,
            "counters.2.event_source": "Line1",
            "counters.2.duration": 12,
            "lut.enabled": True,
            "trigger.mode": "Off",
        }
    )
    cam.lut.set_gamma(0.5)
    cam.defect_pixels.coordinates = [(10, 20)]
    cam.config.save(tmp_path / "setup.toml")
    with vcx.open_camera("virtual") as other:
        assert other.config.diff(tmp_path / "setup.toml")
        other.config.load(tmp_path / "setup.toml")
        assert other.config.diff(tmp_path / "setup.toml") == []
        assert other.config.settings(tables=False) == cam.config.settings(tables=False)
        assert other.defect_pixels.coordinates == [(10, 20)]
        assert (other.lut.values == vcx.gamma_table(0.5)).all()
