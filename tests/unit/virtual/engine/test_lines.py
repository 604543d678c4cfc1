"""T9, T10, T11, T14: from the pins to the camera's signals and back, by hand-computed instants."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcxg_testing.engine import MS, US, EngineRig

from vcxg124m.virtual.engine.lines import LineSettings

INPUT, OUTPUT = LineSettings(), LineSettings(output=True)


def lines(line0=INPUT, line1=INPUT, line2=INPUT, line3=OUTPUT):
    return {"lines": (line0, line1, line2, line3)}


def test_t9_idle_inputs_read_line0_low_and_the_gpios_high():
    assert EngineRig().engine.lines.status_all == 0x6


@pytest.mark.parametrize(("width", "seen"), [(1_999, False), (2_000, True), (50_000, True)])
def test_t14_an_impulse_of_less_than_2_us_is_not_seen(width, seen):
    rig = EngineRig()
    rig.drive("Line0", (100 * US, True), (100 * US + width, False))
    rig.until(MS)
    assert rig.times("Line0RisingEdge") == ([102 * US] if seen else [])
    assert rig.times("Line0FallingEdge") == ([102 * US + width] if seen else [])


def test_t11_a_debounced_edge_comes_late_by_the_time_of_its_direction():
    rig = EngineRig()
    rig.set(**lines(LineSettings(debounce_high=30 * US, debounce_low=5_000 * US)))
    rig.drive("Line0", (MS, True), (20 * MS, False))
    rig.until(100 * MS)
    assert rig.times("Line0RisingEdge") == [1_032 * US]
    assert rig.times("Line0FallingEdge") == [25_002 * US]


def test_t11_a_bouncing_contact_counts_once_and_from_its_last_bounce():
    rig = EngineRig()
    rig.set(**lines(LineSettings(debounce_high=50 * US)))
    rig.drive("Line0", *((k * 20 * US, k % 2 == 0) for k in range(7)))  # rises last at 120 us
    rig.until(MS)
    assert rig.times("Line0RisingEdge") == [172 * US]


def test_t11_without_the_debouncer_every_bounce_counts():
    rig = EngineRig()
    rig.drive("Line0", *((k * 20 * US, k % 2 == 0) for k in range(7)))
    rig.until(MS)
    assert len(rig.times("Line0RisingEdge")) == 4


def test_an_inverter_turns_edges_and_status_around():
    rig = EngineRig()
    rig.set(**lines(LineSettings(inverted=True)))
    assert rig.engine.lines.status_all == 0x7
    assert rig.times("Line0RisingEdge") == [0]
    rig.drive("Line0", (10 * US, True), (50 * US, False))
    rig.until(MS)
    assert rig.times("Line0FallingEdge") == [12 * US]
    assert rig.times("Line0RisingEdge") == [0, 52 * US]


def test_t10_t14_an_optocoupler_output_follows_its_source_3_us_late_on_and_40_us_late_off():
    rig = EngineRig()
    rig.set(**lines(line3=LineSettings(output=True, source="UserOutput2")))
    rig.until(100 * US)
    rig.set(user_outputs=(False, True, False))
    assert rig.engine.lines["Line3"].status
    rig.until(500 * US)
    rig.set(user_outputs=(False, False, False))
    rig.until(MS)
    assert rig.edges == [("Line3", True, 103 * US), ("Line3", False, 540 * US)]


@pytest.mark.parametrize(("on", "seen"), [(2 * US, 0), (3 * US, 2)])
def test_t14_an_optocoupler_does_not_pass_what_is_shorter_than_its_lag(on, seen):
    rig = EngineRig(exposure=on, triggered=True)
    rig.set(**lines(line3=LineSettings(output=True, source="ExposureActive")))
    rig.start()
    rig.software_trigger(0)
    rig.until(MS)
    assert len(rig.edges) == seen


def test_a_gpio_output_has_no_lag_and_its_inverter_acts_at_the_pin():
    rig = EngineRig()
    rig.set(**lines(line1=LineSettings(output=True, source="UserOutput1", inverted=True)))
    rig.until(100 * US)
    rig.set(user_outputs=(True, False, False))
    assert rig.edges == [("Line1", True, 0), ("Line1", False, 100 * US)]
    assert rig.engine.lines.status_all == 0x4


def test_a_line_that_is_an_output_triggers_nothing():
    rig = EngineRig(triggered=True)
    rig.set(**lines(line1=LineSettings(output=True)))
    rig.start()
    rig.drive("Line1", (0, False), (10 * US, True))
    rig.until(MS)
    assert rig.frames == []
    assert rig.times("Line1RisingEdge") == []


def test_an_output_that_becomes_an_input_sees_its_pin_as_it_is_then():
    rig = EngineRig()
    rig.set(**lines(line1=LineSettings(output=True)))
    rig.drive("Line1", (0, False), (20 * US, True))
    rig.until(10 * US)
    rig.set(**lines())
    rig.until(MS)
    assert rig.times("Line1FallingEdge") == [10 * US]
    assert rig.times("Line1RisingEdge") == [22 * US]


@given(
    st.lists(st.tuples(st.integers(0, 300), st.booleans()), max_size=30, unique_by=lambda change: change[0]),
    st.integers(0, 40),
)
def test_t11_what_passes_has_held_and_what_has_held_passes(changes, high_us):
    rig = EngineRig()
    rig.set(**lines(LineSettings(debounce_high=high_us * US)))
    changes = sorted(changes, key=lambda change: change[0])
    rig.drive("Line0", *((us * US, level) for us, level in changes))
    rig.until(MS)
    # The same by hand: runs of equal level at the pin.
    runs = [(0, False)]
    for us, level in changes:
        if level != runs[-1][1]:
            runs.append((us, level))
    ends = [us for us, _ in runs[1:]] + [1000]
    # A run of less than 2 us is filled up by the one before it.
    held = [runs[0]]
    for (us, level), end in zip(runs[1:], ends[1:], strict=True):
        if end - us >= 2 and level != held[-1][1]:
            held.append((us, level))
    high = [
        (us, end) for (us, level), (end, _) in zip(held, [*held[1:], (1000, False)], strict=True) if level
    ]
    expected = [(us + 2 + high_us) * US for us, end in high if end - us >= high_us]
    assert rig.times("Line0RisingEdge") == expected
