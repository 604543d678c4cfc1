"""``vcxg124m list``, ``info``, ``features`` and ``virtual``, and what wrong arguments lead to."""

import json
import re

import pytest
from vcxg_testing.commands import end_of, press_ctrl_c, run, virtual_camera

SMALL = ("--camera", "virtual", "--roi", "320x240")


def test_list_shows_the_virtual_camera_of_another_terminal():
    with virtual_camera("--serial", "700000000123") as (_, serial_number, ip):
        assert serial_number == "700000000123"
        table = run("list")
        assert table.returncode == 0, table.stderr
        assert re.search(rf"^VCXG-124M +700000000123 .* {re.escape(ip)} ", table.stdout, re.MULTILINE), (
            table.stdout
        )
        data = run("list", "--json", "--camera", "700000000123")
        assert data.returncode == 0, data.stderr
        [found] = json.loads(data.stdout)
        assert (found["model"], found["ip"], found["access"]) == ("VCXG-124M", ip, "ReadWrite")


def test_list_without_a_match_says_so_and_prints_nothing_else():
    empty = run("list", "--camera", "700000000998")
    assert (empty.returncode, empty.stdout) == (0, "")
    assert "no camera answers" in empty.stderr
    assert json.loads(run("list", "--camera", "700000000998", "--json").stdout) == []


def test_list_names_the_cameras_there_are_when_another_is_asked_for():
    with virtual_camera() as (_, serial_number, _):
        empty = run("list", "--camera", "700000000998")
        assert (empty.returncode, empty.stdout) == (0, "")
        assert empty.stderr.startswith("vcxg124m: no camera 700000000998. Found: ")
        assert serial_number in empty.stderr


def test_the_settings_of_a_camera_are_planned_with():
    printed = run("plan", "--camera", "virtual", "--json")
    assert printed.returncode == 0, printed.stderr
    plan = json.loads(printed.stdout)
    assert (plan["width"], plan["height"], plan["limited_by"]) == (4096, 3000, "link")
    assert plan["frame_rate_hz"] == pytest.approx(10.05, abs=0.01)
    assert plan["name"].startswith("VCXG-124M ")


def test_ctrl_c_ends_the_virtual_camera():
    with virtual_camera() as (process, serial_number, _):
        press_ctrl_c(process)
        code, stdout, stderr = end_of(process, within=5)
        assert (code, stdout, stderr) == (0, "", "")
        assert run("list", "--camera", serial_number).stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("grab", *SMALL, "--out", "frames.png"), 2, "does not end in one of .raw, .tiff"),
        (("grab", *SMALL, "--out", "/nonexistent/frames.tiff"), 2, "is not a folder"),
        (("grab", "--camera", "virtual", "--roi", "640"), 2, "is not WIDTHxHEIGHT"),
        (("grab", *SMALL, "--frames", "0"), 2, "--frames"),
        (("grab", "--camera", "virtual", "--format", "Mono9"), 1, "Mono12p"),
        (("grab", "--camera", "virtual", "--roi", "1000x1000"), 1, "steps of 16"),
        (("grab", "--camera", "virtual", "--exposure-us", "1e9"), 1, "60000000"),
        (("grab", "--camera", "700000000999"), 1, "700000000999"),
        (("features", "get", "ExposureTme", "--camera", "virtual"), 1, "did you mean ExposureTime?"),
        (("virtual", "--ip", "203.0.113.9"), 1, "vcxg124m: 203.0.113.9 is no address of this machine"),
        (("grab", "--camera", "127.9.9.9"), 1, "127.9.9.9"),
        (("list", "--producer", "/nonexistent.cti"), 1, "/nonexistent.cti"),
        (("features", "get", "--camera", "virtual", "ExposureTyme"), 1, "ExposureTyme"),
        (("features", "set", "--camera", "virtual", "Gain"), 2, "NAME=VALUE"),
        (("features", "set", "--camera", "virtual", "Gain=loud"), 2, "loud"),
    ],
)
def test_what_cannot_be_done_is_one_message_and_no_traceback(arguments, code, message):
    attempt = run(*arguments)
    assert attempt.returncode == code, attempt.stderr
    assert message in re.sub(r"\s*\n│?\s*", " ", attempt.stderr)
    assert "Traceback" not in attempt.stderr
    assert attempt.stdout == ""


def test_debug_shows_the_traceback():
    attempt = run("--debug", "grab", "--camera", "virtual", "--format", "Mono9")
    assert attempt.returncode == 1
    assert "Traceback" in attempt.stderr
    assert "FeatureValueError" in attempt.stderr


def test_features_are_read_and_written_by_name():
    done = run(
        "features",
        "set",
        "--camera",
        "virtual",
        "--json",
        "ExposureTime=12345",
        "PixelFormat=Mono12p",
        "Width=0x400",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"ExposureTime": 12345.0, "PixelFormat": "Mono12p", "Width": 1024}
    done = run("features", "set", "--camera", "virtual", "--nearest", "Width=1000")
    assert done.stdout.split() == ["Width", "992"] or done.stdout.split() == ["Width", "1008"]
    done = run("features", "get", "--camera", "virtual", "ExposureTime", "DeviceModelName")
    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["ExposureTime", "4000.0"],
        ["DeviceModelName", "VCXG-124M"],
    ]


def test_features_dump_tells_every_readable_value():
    done = run("features", "dump", "--camera", "virtual", "--json")
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    assert values["Width"] == 4096
    assert values["PixelFormat"] == "Mono8"
    table = run("features", "dump", "--camera", "virtual")
    assert table.stdout.splitlines()[0].split() == ["FEATURE", "VALUE", "UNIT", "ACCESS"]
    assert re.search(r"^Width +4096 .*RW$", table.stdout, re.MULTILINE)


def test_info_tells_what_the_camera_is():
    done = run("info", "--camera", "virtual", "--json")
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["model"] == "VCXG-124M"
    assert (facts["sensor"], facts["sensor_width"], facts["sensor_height"]) == ("IMX304", 4096, 3000)
    assert facts["packet_size"] == 9000
    assert facts["exposure_us"] == 4000
    text = run("info", "--camera", "virtual")
    assert re.search(r"^pixel_format +Mono8$", text.stdout, re.MULTILINE), text.stdout


def test_info_tells_what_the_data_sheet_says_of_wiring_and_supply():
    sheet = json.loads(run("info", "--camera", "virtual", "--json").stdout)["data_sheet"]
    assert sheet["device"]["supply_volts"] == {"minimum": 12.0, "maximum": 24.0, "increment": None}
    assert {"number": 6, "signal": "OUT1", "line": "Line3"} in sheet["wiring"]["process_pins"]
    text = run("info", "--camera", "virtual").stdout
    for line in (
        r"poe_volts +36\.0 to 57\.0",
        r"process_pins +pin 1 GPIO \(Line2\), pin 3 IN1 \(Line0\), .*",
        r"leds +green static link, .*",
        r"input_high_volts +11\.0 to 30\.0",
        r"output_max_milliamperes +50",
        r"storage_celsius +-10\.0 to 70\.0",
        r"mtbf_years_at_celsius +51 45, 33 60",
        r"WARNING: Line1 and Line2 .* can destroy the camera\.",
    ):
        assert re.search(rf"^{line}$", text, re.MULTILINE), line


def test_settings_travel_from_one_camera_to_another_through_a_file(tmp_path):
    file = str(tmp_path / "setup.toml")
    with virtual_camera() as (_, one, _):
        assert (
            run("features", "set", "--camera", one, "ExposureTime=250", "LineSelector=Line3").returncode == 0
        )
        assert run("features", "dump", "--camera", one, "--out", file).returncode == 0
    assert run("features", "check", file).returncode == 0
    with virtual_camera() as (_, other, _):
        different = run("features", "diff", "--camera", other, file)
        assert (different.returncode, different.stdout.split()[-3:]) == (
            1,
            ["exposure.time_us", "250.0", "4000.0"],
        )
        loaded = run("features", "load", "--camera", other, file, "--json")
        assert json.loads(loaded.stdout)["exposure.time_us"] == 250.0
        assert run("features", "diff", "--camera", other, file).returncode == 0


def test_a_wrong_file_of_settings_is_told_without_a_camera(tmp_path):
    file = tmp_path / "setup.toml"
    file.write_text("[exposure]\ntime_us = 1e9\n[gain]\ndbs = 3\n")
    check = run("features", "check", str(file))
    assert check.returncode == 1
    assert "exposure.time_us = 1000000000.0: 1.0 to 60000000.0" in check.stderr
    assert "did you mean gain.db?" in check.stderr
