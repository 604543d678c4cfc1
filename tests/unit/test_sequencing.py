"""Sequencer programs without a camera: what is wrong with them, their words, their file, their frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.sequence_model import simulate

if TYPE_CHECKING:
    from pathlib import Path

SMALL = vcx.CameraModel(settings={"exposure.time_us": 1000.0, "roi.width": 640, "roi.height": 480})


def test_a_bracket_goes_through_its_exposure_times_in_turn() -> None:
    program = vcx.SequencerProgram.bracket([100, 1000, 10_000])
    assert program.explain() == (
        "Starts with set 0; each set applies when the next exposure begins.\n"
        "Set 0: exposure.time_us = 100\n    ExposureActive rises -> set 1\n"
        "Set 1: exposure.time_us = 1000\n    ExposureActive rises -> set 2\n"
        "Set 2: exposure.time_us = 10000\n    ExposureActive rises -> set 0"
    )


def test_the_diagram_names_every_set_and_every_path() -> None:
    diagram = vcx.SequencerProgram.bracket([100, 1000]).mermaid()
    assert diagram.startswith("stateDiagram-v2\n    [*] --> S0\n")
    assert "S0 --> S1 : ExposureActive rises" in diagram
    assert "S1 --> S0 : ExposureActive rises" in diagram


def test_everything_that_is_wrong_is_listed() -> None:
    program = vcx.SequencerProgram(
        {
            0: vcx.SequencerSet({"exposure.time_us": 5.0, "lut.enabled": True}, (vcx.Transition(7),)),
            128: vcx.SequencerSet({"roi.width": 4096, "roi.offset_x": 16, "trigger.mode": "Maybe"}),
            1: vcx.SequencerSet({}, (vcx.Transition(0, "Line7"),) + (vcx.Transition(0),) * 4),
        },
        start=3,
    )
    text = "\n".join(program.problems())
    for part in (
        "there is no set 128: 0 to 127",
        "starts with set 3, which it does not have",
        "set 0: exposure.time_us = 5.0: 15.0 to 60000000.0",
        "set 0: lut.enabled cannot be part of a set",
        "set 0: a path leads to set 7, which there is not",
        "set 128: trigger.mode = 'Maybe': one of Off, On",
        "set 128: the region ends at 4112, beyond the sensor's 4096",
        "set 1: a path has the source Line7",
        "set 1: 5 paths: 4 are possible",
    ):
        assert part in text
    with pytest.raises(vcx.ConfigurationError, match="cannot be used"):
        program.check()


def test_a_program_comes_back_from_its_file(tmp_path: Path) -> None:
    program = vcx.SequencerProgram(
        {
            3: vcx.SequencerSet(
                {"exposure.time_us": 50.0, "gain.db": 6.0}, (vcx.Transition(5, "Line0", "AnyEdge"),)
            ),
            5: vcx.SequencerSet({"exposure.time_us": 500.0, "gain.db": 0.0}, (vcx.Transition(3),)),
        },
        start=3,
    )
    program.save(tmp_path / "program.toml")
    assert vcx.SequencerProgram.load(tmp_path / "program.toml").explain() == program.explain()


@pytest.mark.parametrize(
    "text", ["start = [", "[set0]\ntransitions = [{too = 1}]", "[setx]\n", "start = 0\nset0 = 5"]
)
def test_a_file_that_holds_no_program_says_why(tmp_path: Path, text: str) -> None:
    (tmp_path / "program.toml").write_text(text)
    with pytest.raises(vcx.ConfigurationError, match="holds no sequencer program"):
        vcx.SequencerProgram.load(tmp_path / "program.toml")


def test_frames_of_a_bracket_follow_each_other_at_the_sensors_pace() -> None:
    readout = 0.0012014 + 480 * 21.52e-6
    frames = simulate(vcx.SequencerProgram.bracket([100, 5000]), 4, model=SMALL)
    assert [frame.sequencer_set for frame in frames] == [0, 1, 0, 1]
    assert frames[1].start_s == pytest.approx(100e-6 + readout - 5000e-6)
    assert frames[2].start_s - frames[1].start_s == pytest.approx(5000e-6 + readout - 100e-6)


def test_an_exposure_waits_for_the_delay_after_a_longer_one() -> None:
    frames = simulate(vcx.SequencerProgram.bracket([50_000, 60_000]), 2, model=SMALL)
    assert frames[1].start_s == pytest.approx(0.05 + 114.1e-6)


def test_a_line_chooses_the_set_of_the_next_frame() -> None:
    stay, go = (
        vcx.SequencerSet({"exposure.time_us": 100.0}, (vcx.Transition(1, "Line0"),)),
        vcx.SequencerSet({"exposure.time_us": 200.0}),
    )
    frames = simulate(vcx.SequencerProgram({0: stay, 1: go}), 4, model=SMALL, events={"Line0": [0.015]})
    assert [frame.sequencer_set for frame in frames] == [0, 0, 1, 1]


def test_a_simulation_of_no_frame_is_refused() -> None:
    with pytest.raises(vcx.FeatureValueError, match="1 or more"):
        simulate(vcx.SequencerProgram.bracket([100]), 0)
