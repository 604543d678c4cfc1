"""Row P3: the automatic functions find the nominal brightness within a few frames, on invented frames."""

from __future__ import annotations

import dataclasses

import pytest

from vcxg124m.virtual.auto import AutoLimits, BrightnessAuto, Drive

LIMITS = AutoLimits(
    moves_exposure=True, moves_gain=True, priority="ExposureAuto", nominal=0.5,
    exposure_us=(15.0, 1e6), gain=(1.0, 251.0), black_level=0.0,
)  # fmt: skip
TARGET = 2047.5
START = Drive(4000, 1)


def seen(dn_per_us: float, drive: Drive, black_level: float = 0.0) -> float:
    """What a flat field of that brightness gives."""
    return min(4095.0, dn_per_us * drive.exposure_us * drive.gain + black_level)


def run(
    dn_per_us: float,
    limits: AutoLimits = LIMITS,
    start: Drive = START,
    *,
    latency: int = 2,
    frames: int = 20,
):
    """Drives of all frames; those that were exposed before a decision arrive still use the old one."""
    auto, drives, now = BrightnessAuto(start), [start] * latency, start
    settled = None
    for number in range(frames):
        taken = drives[number]
        now, good = auto.next(limits, seen(dn_per_us, taken, limits.black_level), taken)
        if good and settled is None:
            settled = number
        drives.append(now)
    return drives, settled


@pytest.mark.parametrize("dn_per_us", [0.003, 0.02, 0.1, 0.5, 2.0, 20.0, 60.0])
@pytest.mark.parametrize("black_level", [0.0, 200.0])
def test_p3_the_nominal_brightness_is_found_within_six_corrections_and_kept(dn_per_us, black_level):
    limits = dataclasses.replace(LIMITS, black_level=black_level)
    drives, settled = run(dn_per_us, limits)
    assert seen(dn_per_us, drives[-1], black_level) == pytest.approx(TARGET, rel=0.03)
    assert settled <= 6 * 2
    assert len(set(drives[settled:])) == 1


@pytest.mark.parametrize("nominal", [0.05, 0.95])
def test_p3_the_nominal_value_can_be_anywhere_between_5_and_95_percent(nominal):
    drives, _ = run(0.5, dataclasses.replace(LIMITS, nominal=nominal))
    assert seen(0.5, drives[-1]) == pytest.approx(nominal * 4095, rel=0.02)


def test_p3_exposure_first_keeps_the_gain_until_the_exposure_is_at_its_limit():
    limits = dataclasses.replace(LIMITS, exposure_us=(100.0, 10_000.0))
    assert run(0.5, limits)[0][-1] == Drive(4095, 1)
    exposure, gain = dataclasses.astuple(run(0.02, limits)[0][-1])
    assert (exposure, gain) == (10_000, pytest.approx(TARGET / 200, rel=0.02))
    assert run(100.0, limits)[0][-1] == Drive(100, 1)  # too bright for both


def test_p3_gain_first_keeps_the_exposure_until_the_gain_is_at_its_limit():
    limits = dataclasses.replace(LIMITS, priority="GainAuto", gain=(1.0, 8.0))
    exposure, gain = dataclasses.astuple(run(0.1, limits)[0][-1])
    assert (exposure, gain) == (4000, pytest.approx(TARGET / 400, rel=0.02))
    exposure, gain = dataclasses.astuple(run(0.01, limits)[0][-1])
    assert (exposure, gain) == (pytest.approx(TARGET / 0.08, rel=0.02), 8)
    exposure, gain = dataclasses.astuple(run(5.0, limits)[0][-1])
    assert (exposure, gain) == (pytest.approx(TARGET / 5, rel=0.02), 1)


def test_p3_the_gain_goes_back_when_the_light_returns():
    limits = dataclasses.replace(LIMITS, exposure_us=(15.0, 10_000.0))
    auto, drive = BrightnessAuto(Drive(4000, 1)), Drive(4000, 1)
    for dn_per_us in [0.02] * 8 + [0.5] * 8:
        drive, settled = auto.next(limits, seen(dn_per_us, drive), drive)
    assert settled
    assert drive == Drive(pytest.approx(TARGET / 0.5, rel=0.02), 1)


@pytest.mark.parametrize(("moves", "fixed"), [("moves_exposure", "gain"), ("moves_gain", "exposure_us")])
def test_p3_one_alone_moves_alone(moves, fixed):
    limits = dataclasses.replace(LIMITS, **{"moves_exposure": False, "moves_gain": False, moves: True})
    start = Drive(1000, 2)
    drives, _ = run(0.1, limits, start)
    assert {getattr(drive, fixed) for drive in drives} == {getattr(start, fixed)}
    assert seen(0.1, drives[-1]) == pytest.approx(TARGET, rel=0.02)


def test_p3_exposure_times_are_whole_microseconds_inside_the_limits():
    for dn_per_us in (0.0007, 0.0333, 1.7, 300.0):
        for drive in run(dn_per_us)[0]:
            assert drive.exposure_us == int(drive.exposure_us)
            assert 15 <= drive.exposure_us <= 1e6
            assert 1 <= drive.gain <= 251


@pytest.mark.parametrize("dn_per_us", [0.0, 1e6])
def test_p3_where_nothing_helps_it_settles_at_the_limit(dn_per_us):
    drives, settled = run(dn_per_us)
    assert settled is not None
    assert drives[-1] == (Drive(1e6, 251) if dn_per_us == 0 else Drive(15, 1))
