"""Several cameras on one link: who may send how much, worked out by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.planning._sharing import piled_up

if TYPE_CHECKING:
    from collections.abc import Mapping

LINK = 125e6


def limits(link: vcx.LinkPlan) -> list[float]:
    return [plan.throughput_limit for plan in link.plans]


def test_cameras_without_a_wish_get_equal_parts_of_what_is_not_kept_free() -> None:
    link = vcx.plan_link([vcx.plan()] * 3, reserve=0.1)
    assert limits(link) == [pytest.approx(0.9 * LINK / 3, abs=1)] * 3
    assert link.link_load == pytest.approx(0.9 * 0.9973, rel=1e-4)
    assert link.problems == ()


def test_a_camera_that_needs_less_leaves_the_rest_to_the_others() -> None:
    small = vcx.plan(width=320, height=240)  # 157 times 76.8 kB a second: 12 MB/s of 125
    link = vcx.plan_link([small, vcx.plan(), vcx.plan()], reserve=0)
    assert link.plans[0].limited_by == "sensor"
    assert limits(link)[1] == limits(link)[2]
    assert sum(limits(link)) == pytest.approx(LINK, abs=3)
    assert limits(link)[1] > LINK / 3 * 1.3


def test_of_frames_that_begin_together_all_waits_but_what_the_link_carries_meanwhile() -> None:
    # A full frame takes 12.406 MB of the wire and 99.5 ms, in which the link carries 12.440 MB; half of it waits less.
    assert piled_up([vcx.plan()], LINK) == 0
    assert piled_up([vcx.plan()] * 2, LINK) == pytest.approx(2 * 12.406e6 - 12.440e6, rel=1e-3)
    assert piled_up([vcx.plan()] * 3, LINK) == pytest.approx(3 * 12.406e6 - 12.440e6, rel=1e-3)
    assert piled_up([vcx.plan(), vcx.plan(height=1500)], LINK) == pytest.approx(6.19e6, rel=1e-3)
    assert piled_up([vcx.plan()] * 2, 10 * LINK) == 0


@pytest.mark.parametrize("by", ["throughput_limit", "packet_delay"])
def test_nothing_piles_up_before_a_link_that_is_shared(by: str) -> None:
    plans = [vcx.plan(), vcx.plan(frame_rate_hz=2), vcx.plan(trigger_rate_hz=3, pixel_format="Mono12p")]
    assert piled_up(plans, LINK) > 12e6
    assert piled_up(vcx.plan_link(plans, by=by).plans, LINK) == 0


def test_a_rate_that_is_asked_for_comes_before_cameras_without_a_wish() -> None:
    link = vcx.plan_link([vcx.plan(frame_rate_hz=7), vcx.plan()])
    first, second = link.plans
    assert first.keeps_rate
    assert first.frame_rate_hz == pytest.approx(7)
    assert second.frame_rate_hz == pytest.approx(0.95 * 10.048 - 1.02 * 7, rel=1e-3)
    assert link.problems == ()


def test_rates_that_do_not_fit_together_are_told_by_camera() -> None:
    link = vcx.plan_link([vcx.plan(frame_rate_hz=8), vcx.plan(frame_rate_hz=2), vcx.plan(frame_rate_hz=8)])
    assert [plan.keeps_rate for plan in link.plans] == [False, True, False]
    assert [problem.partition(":")[0] for problem in link.problems[:2]] == ["camera 1", "camera 3"]
    assert "Mono8" in link.problems[2]


def test_a_rate_that_a_camera_alone_cannot_keep_is_told_as_its_own_problem() -> None:
    link = vcx.plan_link([vcx.plan(frame_rate_hz=20), vcx.plan(width=16, height=16)])
    assert "the sensor allows" in link.problems[0]


def test_what_nobody_needs_is_dealt_out_too() -> None:
    link = vcx.plan_link([vcx.plan(frame_rate_hz=1)] * 2, reserve=0)
    assert limits(link) == [pytest.approx(LINK / 2, abs=1)] * 2
    assert [plan.frame_rate_hz for plan in link.plans] == [1, 1]


def test_no_camera_is_given_more_than_its_own_link_carries() -> None:
    link = vcx.plan_link([vcx.plan(link_mbit=100), vcx.plan()], link_mbit=10_000)
    assert limits(link) == [12.5e6, LINK]


def test_a_packet_delay_gives_the_same_rate_as_a_throughput_limit() -> None:
    by_limit, by_delay = (
        vcx.plan_link([vcx.plan(), vcx.plan(height=1000)], by=by)
        for by in ("throughput_limit", "packet_delay")
    )
    assert [plan.throughput_limit for plan in by_delay.plans] == [LINK, LINK]
    assert all(plan.packet_delay_ns > 0 for plan in by_delay.plans)
    for one, other in zip(by_limit.plans, by_delay.plans, strict=True):
        assert one.frame_rate_hz == pytest.approx(other.frame_rate_hz, rel=5e-3)
    assert by_delay.wire_rate <= 0.95 * LINK


def test_what_cameras_are_limited_to_already_does_not_count() -> None:
    slow = vcx.plan(throughput_limit=10e6, packet_delay_ns=10_000)
    assert vcx.plan_link([slow, slow]).plans == vcx.plan_link([vcx.plan()] * 2).plans


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"reserve": 1.0}, "0 to 0.9"),
        ({"link_mbit": 0}, "10 to 400000 Mbit/s"),
        ({"by": "luck"}, "throughput_limit, packet_delay"),
    ],
)
def test_a_link_that_cannot_be_shared_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(vcx.FeatureValueError, match=message):
        vcx.plan_link([vcx.plan()], **arguments)


def test_nobody_to_share_with_is_refused() -> None:
    with pytest.raises(vcx.FeatureValueError, match="one for each camera"):
        vcx.plan_link([])


class Coarse:
    """A camera that takes limits in steps of 1 MB/s."""

    def __init__(self, plan: vcx.Plan) -> None:
        self._plan = plan
        self.settings: dict[str, object] = {}

    def plan(self) -> vcx.Plan:
        return self._plan

    def configure(self, settings: Mapping[str, object], *, nearest: bool) -> dict[str, object]:
        assert nearest
        self.settings = dict(settings)
        self.settings["transport.throughput_limit"] = settings["transport.throughput_limit"] // 10**6 * 10**6
        return self.settings


def test_sharing_writes_to_the_cameras_and_returns_what_they_took() -> None:
    cams = [Coarse(vcx.plan(width=2048)), Coarse(vcx.plan(frame_rate_hz=2))]
    link = vcx.share_link(cams)
    assert [cam.settings["transport.throughput_limit"] for cam in cams] == limits(link)
    assert all(limit % 10**6 == 0 for limit in limits(link))
    assert sum(limits(link)) <= 0.95 * LINK


def test_a_plan_is_applied_to_as_many_cameras_as_it_is_for() -> None:
    with pytest.raises(vcx.FeatureValueError, match="1 cameras do not fit a plan for 2"):
        vcx.plan_link([vcx.plan()] * 2).apply([Coarse(vcx.plan())])


def test_the_plan_of_a_link_prints_in_80_columns() -> None:
    text = str(vcx.plan_link([vcx.plan(frame_rate_hz=8)] * 12))
    assert max(map(len, text.splitlines())) <= 80
    assert "camera 12" in text
