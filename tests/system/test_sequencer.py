"""Sequencer programs on the virtual camera: written, read back, run, and as the model foretold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Iterator

REPEATABLE = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def opened() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        yield camera


@pytest.fixture
def cam(opened: vcx.Camera) -> vcx.Camera:
    opened.sequencer.stop()
    opened.user_sets.load()
    opened.roi.set(width=640, height=480)
    opened.chunks.enable("ExposureTime", "Gain", "SequencerSetActive")
    return opened


def test_a_bracket_gives_each_frame_its_exposure_time_when_the_model_says(cam: vcx.Camera) -> None:
    program = vcx.SequencerProgram.bracket([100, 2000, 20_000])
    planned = cam.sequencer.simulate(program, 12)
    cam.sequencer.write(program)
    cam.sequencer.start()
    frames = list(cam.stream(12))
    cam.sequencer.stop()
    assert [frame.chunks.exposure_time_us for frame in frames] == [100.0, 2000.0, 20_000.0] * 4
    assert [frame.chunks.sequencer_set for frame in frames] == [each.sequencer_set for each in planned]
    for frame, each in zip(frames, planned, strict=True):
        assert (frame.timestamp_ns - frames[0].timestamp_ns) * 1e-9 == pytest.approx(
            each.start_s, rel=1e-3, abs=1e-6
        )


def test_the_cameras_own_settings_stay_what_they_were(cam: vcx.Camera) -> None:
    cam.configure({"exposure.time_us": 777, "gain.db": 3.0})
    before = cam.config.settings(tables=False)
    cam.sequencer.write(
        vcx.SequencerProgram.cycle([{"exposure.time_us": 50.0, "gain.db": 6.0}, {"gain.db": 0.0}])
    )
    assert cam.config.settings(tables=False) == before
    program = cam.sequencer.read()
    assert program.sets[1].settings == {"exposure.time_us": 777.0, "gain.db": pytest.approx(0.0)}


def test_a_program_that_the_camera_refuses_leaves_its_settings_alone(cam: vcx.Camera) -> None:
    cam.binning.set(2, 2)
    cam.roi.set(width=640, height=480, offset_x=0, offset_y=0)
    before = cam.config.settings(tables=False)
    with pytest.raises(vcx.FeatureValueError, match="Width=4096"):
        cam.sequencer.write(vcx.SequencerProgram.cycle([{"roi.width": 640}, {"roi.width": 4096}]))
    assert cam.config.settings(tables=False) == before
    assert cam.sequencer.configuration_mode is vcx.SequencerMode.OFF


def test_short_exposures_exclude_the_sequencer(cam: vcx.Camera) -> None:
    cam.exposure.short_exposure = True
    with pytest.raises(vcx.CameraStateError, match="short exposures"):
        cam.sequencer.write(vcx.SequencerProgram.bracket([100]))


def test_a_running_sequencer_is_not_rewritten(cam: vcx.Camera) -> None:
    cam.sequencer.write(vcx.SequencerProgram.bracket([100, 200]))
    cam.sequencer.start()
    with pytest.raises(vcx.CameraStateError, match=r"cam\.sequencer\.stop\(\)"):
        cam.sequencer.write(vcx.SequencerProgram.bracket([100]))


@st.composite
def programs(draw: st.DrawFn) -> vcx.SequencerProgram:
    numbers = draw(st.lists(st.integers(0, 127), min_size=1, max_size=4, unique=True))
    sources = [
        str(source) for source in vcx.SequencerTriggerSource if source is not vcx.SequencerTriggerSource.OFF
    ]
    paths = st.builds(
        vcx.Transition,
        st.sampled_from(numbers),
        st.sampled_from(sources),
        st.sampled_from(["RisingEdge", "FallingEdge", "AnyEdge"]),
    )
    sets = {
        number: vcx.SequencerSet(
            {
                "exposure.time_us": float(draw(st.integers(15, 60_000_000))),
                "gain.db": draw(st.integers(0, 48)) * 1.0,
                "counters.1.duration": draw(st.integers(1, 65535)),
                "lines.user_outputs.2.value": draw(st.booleans()),
            },
            tuple(draw(st.lists(paths, max_size=4))),
        )
        for number in numbers
    }
    return vcx.SequencerProgram(sets, draw(st.sampled_from(numbers)))


@given(program=programs())
@REPEATABLE
def test_every_legal_program_is_written_and_read_back(cam: vcx.Camera, program: vcx.SequencerProgram) -> None:
    cam.sequencer.write(program)
    read = cam.sequencer.read(program.sets)
    assert read.start == program.start
    for number, each in program.sets.items():
        assert read.sets[number].transitions == each.transitions
        for name, value in each.settings.items():
            assert read.sets[number].settings[name] == pytest.approx(value)
