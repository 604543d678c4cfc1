"""The timing diagram: which bars it has, by hand-computed instants."""

from __future__ import annotations

import itertools
import sys
from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("matplotlib", reason="the diagram needs the extra 'plot'")


def lanes(plan: vcx.Plan) -> list[str]:
    [axes] = plan.figure().axes
    return [label.get_text() for label in axes.get_yticklabels()]


def bars(plan: vcx.Plan, lane: str) -> list[tuple[float, float]]:
    """Begin and end of each bar of a lane, in the unit of the axis."""
    [axes] = plan.figure().axes
    [y] = [at for at, name in zip(axes.get_yticks(), lanes(plan), strict=True) if name.startswith(lane)]
    return [
        (bar.get_x(), bar.get_x() + bar.get_width())
        for bar in axes.patches
        if bar.get_y() < y < bar.get_y() + bar.get_height()
    ]


def said(plan: vcx.Plan) -> str:
    [axes] = plan.figure().axes
    titles = (axes.get_title(loc=side) for side in ("left", "right"))
    return " ".join([*(text.get_text() for text in axes.texts), *titles, axes.get_xlabel()])


def test_overlapped_exposures_lie_in_the_readout_before() -> None:
    # readout of 1024 rows: 23.24 ms; the narrow image is sent in 8.5 ms
    plan = vcx.plan(width=1024, height=1024, exposure_us=15_000)
    read, exposed = bars(plan, "readout"), bars(plan, "exposure")
    assert exposed[0] == (0, 15)
    assert read[0] == pytest.approx((15, 38.2379), abs=1e-3)
    assert exposed[1] == pytest.approx((23.2379, 38.2379), abs=1e-3)
    assert bars(plan, "transfer")[0][0] == pytest.approx(38.2379, abs=1e-3)
    assert "23.24 ms: 43.03 frames/s, limited by the sensor" in said(plan)
    assert "time (ms)" in said(plan)


def test_sequential_exposures_begin_at_the_end_of_the_readout() -> None:
    plan = vcx.plan(width=1024, height=1024, exposure_us=15_000, readout_mode="Sequential")
    for (_, read_until), (begin, _) in zip(bars(plan, "readout"), bars(plan, "exposure")[1:], strict=False):
        assert begin == pytest.approx(read_until)


def test_a_free_running_camera_leaves_no_gap_on_the_link_that_limits_it() -> None:
    sent = bars(vcx.plan(), "transfer")
    assert all(begin == pytest.approx(end) for (_, end), (begin, _) in itertools.pairwise(sent))


def test_only_a_triggered_camera_has_a_lane_of_triggers() -> None:
    assert [lane.split(",")[0] for lane in lanes(vcx.plan())] == ["exposure", "readout", "transfer"]
    assert lanes(vcx.plan(trigger_rate_hz=5))[0] == "trigger, 5 Hz"
    assert lanes(vcx.plan(triggered=True))[0] == "trigger"


@pytest.mark.parametrize(
    ("trigger_rate_hz", "crosses"), [(8, ""), (14, "image not sent"), (18, "trigger skipped")]
)
def test_what_comes_too_fast_is_crossed_out(trigger_rate_hz: float, crosses: str) -> None:
    text = said(vcx.plan(trigger_rate_hz=trigger_rate_hz))
    assert (crosses in text) if crosses else ("\N{MULTIPLICATION SIGN} " not in text)


@pytest.mark.parametrize(
    "settings", [{}, {"trigger_rate_hz": 8}, {"trigger_rate_hz": 14}, {"trigger_rate_hz": 18}]
)
def test_the_dimension_is_as_long_as_the_interval_that_it_names(settings: dict[str, float]) -> None:
    plan = vcx.plan(**settings)
    [axes] = plan.figure().axes
    [arrow] = [text for text in axes.texts if text.get_text() == ""]
    assert abs(arrow.xy[0] - arrow.xyann[0]) == pytest.approx(1000 / plan.frame_rate_hz, rel=1e-3)


@pytest.mark.parametrize("suffix", ["svg", "pdf", "png"])
def test_a_diagram_is_written_as_picture(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"timing.{suffix}"
    vcx.plan(width=320, height=4, exposure_us=15).figure().savefig(path)
    assert path.stat().st_size > 5000


def test_millions_of_skipped_triggers_are_not_all_drawn() -> None:
    [axes] = vcx.plan(trigger_rate_hz=65535, exposure_us=60e6).figure().axes
    assert len(axes.lines) < 600


def test_too_few_frames_to_show_an_interval_are_refused() -> None:
    with pytest.raises(vcx.FeatureValueError, match="3 to 100"):
        vcx.plan().figure(frames=2)


def test_without_matplotlib_the_error_has_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(vcx.MissingPackageError, match=r"pip install 'vcxg124m\[plot\]'"):
        vcx.plan().figure()
