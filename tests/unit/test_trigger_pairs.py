"""Triggers and their frames, by time alone."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vcxg124m as vcx

MS = 1_000_000


@dataclass(frozen=True)
class Taken:
    """What a program keeps of a frame."""

    timestamp_ns: int


def event(name: str, timestamp_ns: int) -> vcx.Event:
    return vcx.Event(name, 0x9000, timestamp_ns, host_time_ns=0)


def edges(*times: int) -> list[vcx.Event]:
    return [event("Line0RisingEdge", at) for at in times]


def test_a_frame_belongs_to_the_trigger_97_7_us_before_its_exposure():
    found = vcx.pair_triggers(edges(0, 5 * MS, 10 * MS), [Taken(97_700), Taken(10 * MS + 114_000)])
    assert [(pair.trigger.timestamp_ns, pair.lag_us) for pair in found.pairs] == [(0, 97.7), (10 * MS, 114.0)]
    assert [(each.trigger.timestamp_ns, each.reason) for each in found.missed] == [(5 * MS, "unknown")]
    assert found.untriggered == ()


def test_a_trigger_that_the_camera_skipped_and_one_whose_frame_was_lost_say_so():
    told = [
        *edges(0, 5 * MS, 20 * MS),
        event("TriggerSkipped", 5 * MS),
        event("ExposureStart", 97_700),
        event("ExposureStart", 20 * MS + 97_700),
    ]
    found = vcx.pair_triggers(told, [Taken(97_700)])
    assert [each.reason for each in found.missed] == ["skipped", "lost"]
    assert str(found) == (
        "1 triggers with a frame, 2 without (1 skipped, 1 lost), 0 frames without a trigger"
    )


def test_of_two_edges_of_a_bouncing_contact_the_first_took_the_frame():
    found = vcx.pair_triggers([*edges(0, 50_000), event("TriggerSkipped", 50_000)], [Taken(97_700)])
    assert found.pairs[0].trigger.timestamp_ns == 0
    assert [each.reason for each in found.missed] == ["skipped"]


def test_a_frame_that_nothing_triggered_is_told():
    found = vcx.pair_triggers(edges(0), [Taken(97_700), Taken(50 * MS)])
    assert found.untriggered == (Taken(50 * MS),)


def test_other_events_are_no_triggers():
    found = vcx.pair_triggers([event("Line0FallingEdge", 0), event("Line1RisingEdge", 0)], [Taken(97_700)])
    assert (found.pairs, found.missed) == ((), ())
    assert vcx.pair_triggers([event("Line1RisingEdge", 0)], [Taken(97_700)], trigger="Line1RisingEdge").pairs


def test_negative_times_are_refused():
    with pytest.raises(vcx.FeatureValueError, match="delay_us=-1 not accepted: 0 or more"):
        vcx.pair_triggers([], [], delay_us=-1)


@given(
    steps=st.lists(st.integers(MS, 1000 * MS), min_size=1, max_size=40),
    fates=st.lists(st.sampled_from(["frame", "skipped", "lost"]), min_size=40, max_size=40),
    lags=st.lists(st.integers(97_700, 114_100), min_size=40, max_size=40),
    delay_us=st.integers(0, 2_000_000),
    shuffled=st.randoms(use_true_random=False),
)
def test_every_trigger_finds_its_fate_whatever_the_delay_and_the_order(
    steps, fates, lags, delay_us, shuffled
):
    at, told, frames, wanted = 0, [], [], []
    for step, fate, lag in zip(steps, fates, lags, strict=False):
        at += step
        told += edges(at)
        wanted.append(fate)
        exposure = at + delay_us * 1000 + lag
        told.append(
            event("TriggerSkipped", at + delay_us * 1000)
            if fate == "skipped"
            else event("ExposureStart", exposure)
        )
        frames += [Taken(exposure)] if fate == "frame" else []
    shuffled.shuffle(told)
    shuffled.shuffle(frames)
    found = vcx.pair_triggers(told, frames, delay_us=delay_us)
    fate_at = {pair.trigger.timestamp_ns: "frame" for pair in found.pairs}
    fate_at |= {each.trigger.timestamp_ns: each.reason for each in found.missed}
    assert [fate_at[time] for time in sorted(fate_at)] == wanted
    assert found.untriggered == ()
