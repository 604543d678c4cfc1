"""``vcxg124m plan`` without a camera."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from vcxg124m.cli.app import app

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


def plan(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["plan", *map(str, arguments)], env={"COLUMNS": "80"})


def test_a_plan_needs_no_camera_and_80_columns() -> None:
    printed = plan("--format", "Mono12p", "--roi", "1920x1080", "--frame-rate-hz", "45", "--mtu", "1500")
    assert printed.exit_code == 0
    lines = printed.stdout.splitlines()
    assert lines[0] == "1920x1080 Mono12p, exposure 4 ms, overlapped, free running"
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("link") and line.endswith("<- limits") for line in lines)
    assert any(line.startswith("problem") and "45 Hz" in line for line in lines)


def test_cameras_with_the_same_settings_share_a_link() -> None:
    printed = plan("--cameras", "4", "--trigger-rate-hz", "2", "--by", "packet_delay", "--json")
    link = json.loads(printed.stdout)
    assert len(link["cameras"]) == 4
    assert all(camera["packet_delay_ns"] > 0 for camera in link["cameras"])
    assert link["problems"] == []
    table = plan("--cameras", "4", "--trigger-rate-hz", "2").stdout.splitlines()
    assert table[0].split()[:2] == ["CAMERA", "FRAMES/S"]
    assert [line.split()[:3] for line in table[1:5]] == [["camera", str(n), "2"] for n in range(1, 5)]


def test_a_diagram_is_drawn_and_no_file_replaced_unasked(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="the diagram needs the extra 'plot'")
    path = tmp_path / "timing.svg"
    assert plan("--diagram", path).exit_code == 0
    assert path.stat().st_size > 10_000
    again = plan("--diagram", path)
    assert again.exit_code == 2
    assert "--overwrite" in again.output
    assert plan("--diagram", path, "--overwrite").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--roi", "1000x100"), "16 to 4096 px in steps of 16"),
        (("--roi", "wide"), "is not two numbers"),
        (("--link-mbit", "10"), "1000 or 100"),
        (("--by", "luck", "--cameras", "2"), "'throughput_limit', 'packet_delay'"),
        (("--diagram", "timing.jpg"), ".svg, .pdf or .png"),
        (("--camera", "7000", "--mtu", "1500"), "settings that the camera has"),
    ],
)
def test_what_cannot_be_planned_is_told_with_the_limits(arguments: tuple[str, ...], message: str) -> None:
    refused = plan(*arguments)
    assert refused.exit_code == 2
    told = " ".join(refused.output.replace("\N{BOX DRAWINGS LIGHT VERTICAL}", " ").split())
    assert message in told
