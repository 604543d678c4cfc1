"""The planner against the virtual camera, which follows the data sheet with code of its own."""

import pytest
from vcxg_testing import planned
from vcxg_testing.engine import EngineRig

import vcxg124m as vcx
from vcxg124m.planning._course import course


@pytest.mark.parametrize(
    "settings", planned.SETTINGS, ids=lambda settings: ",".join(map(str, settings.values())) or "maker"
)
def test_the_planned_rate_is_the_virtual_cameras_within_2_per_cent(settings):
    plan = vcx.plan(**settings)
    assert planned.measured_rate(settings, plan) == pytest.approx(plan.frame_rate_hz, rel=0.02)


def test_the_table_has_20_settings_of_every_stage_that_can_limit():
    plans = [vcx.plan(**settings) for settings in planned.SETTINGS]
    assert len(plans) >= 20
    assert {plan.limited_by for plan in plans} == {"sensor", "exposure", "link", "frame rate", "trigger"}


def test_cameras_that_share_a_link_have_the_rates_of_the_plan_and_leave_the_reserve_free():
    link, cameras = planned.shared()
    assert [row.measured_hz for row in cameras] == [
        pytest.approx(plan.frame_rate_hz, rel=0.02) for plan in link.plans
    ]
    # While all three send at once, too: what each puts on the wire while it sends, not on the average.
    paces = [plan.wire_bytes / plan.prediction.transfer_s for plan in link.plans]
    assert sum(paces) <= 0.95 * 125e6


@pytest.mark.parametrize(
    "settings", [{}, {"height": 1024, "width": 1024, "exposure_us": 15_000}, {"exposure_us": 110_000}]
)
def test_no_trigger_is_lost_at_the_shortest_interval_that_a_plan_allows(settings):
    shortest = vcx.plan(triggered=True, **settings).prediction.interval_s
    at_limit, beyond = (
        planned.measured_rate(
            {"trigger_rate_hz": rate, **settings}, vcx.plan(trigger_rate_hz=rate, **settings)
        )
        for rate in (0.999 / shortest, 1.02 / shortest)
    )
    assert at_limit == pytest.approx(0.999 / shortest, rel=1e-4)
    assert beyond < 1.015 / shortest  # some of them gave no frame


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"height": 1024, "exposure_us": 15_000},
        {"height": 1024, "exposure_us": 15_000, "readout_mode": "Sequential"},
        {"exposure_us": 90_000, "frame_rate_hz": 3.0},
        {"trigger_rate_hz": 14.0},
        {"trigger_rate_hz": 18.0},
        {"trigger_rate_hz": 18.0, "readout_mode": "Sequential"},
    ],
)
def test_a_diagram_shows_the_course_of_the_virtual_cameras_frames(settings):
    plan = vcx.plan(**settings)
    frame = plan.prediction
    nanoseconds = {
        name: round(getattr(frame, f"{name}_s") * 1e9) for name in ("exposure", "readout", "transfer")
    }
    period = round(1e9 / plan.set_rate_hz) if plan.set_rate_hz else 0
    rig = EngineRig(**nanoseconds, period=period, triggered=plan.triggered, sequential=plan.sequential)
    rig.start()
    if plan.trigger_rate_hz:
        rig.software_trigger(*(round(n * 1e9 / plan.trigger_rate_hz) for n in range(40)))
    rig.until(4_000_000_000)
    drawn = course(plan, 8).frames
    # A trigger outside of a readout is 16.4 us quicker than the diagram's.
    near = {"abs": 2 * 16.4e-6 if plan.triggered else 1e-8}
    assert [each.exposed_s[0] for each in drawn] == [
        pytest.approx((at - rig.starts[0]) * 1e-9 + drawn[0].exposed_s[0], **near) for at in rig.starts[:8]
    ]
    assert [each.sent_s is not None for each in drawn] == [
        each.transfer is not None for each in rig.frames[:8]
    ]
