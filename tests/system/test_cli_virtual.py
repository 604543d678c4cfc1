"""``vcxg124m virtual``: several cameras, their faults, what is shown, and how it ends."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time

import pytest
from vcxg_testing.commands import (
    COMMAND,
    children_of,
    end_of,
    has_ended,
    press_ctrl_c,
    run,
    started,
    virtual_camera,
)

import vcxg124m as vcx


def lines_of(process, count):
    """What the command prints about its cameras."""
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def test_several_cameras_have_consecutive_addresses_and_serial_numbers_and_all_are_found():
    with started(
        "virtual", "--count", 3, "--ip", "127.44.0.254", "--serial", "700000004498", "--json"
    ) as process:
        cameras = lines_of(process, 3)
        assert [camera["ip"] for camera in cameras] == ["127.44.0.254", "127.44.0.255", "127.44.1.0"]
        serials = ["700000004498", "700000004499", "700000004500"]
        assert [camera["serial_number"] for camera in cameras] == serials
        assert set(serials) <= {found.serial_number for found in vcx.find_cameras()}
        for camera in cameras:
            with vcx.open_camera(ip=camera["ip"]) as opened:
                assert opened.info.serial_number == camera["serial_number"]


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_all_cameras_cleanly(how):
    with started("virtual", "--count", 2, "--json") as process:
        lines_of(process, 2)
        children = children_of(process.pid)
        assert len(children) >= 2
        process.send_signal(how)
        assert end_of(process, within=10) == (0, "", "")
        assert all(has_ended(child) for child in children)


def test_a_fault_is_switched_on_from_the_start():
    with virtual_camera("--fault", "damage_xml=bad_zip") as (_, _, ip), pytest.raises(vcx.VcxgError):
        vcx.open_camera(ip=ip)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fault", "gravity=1"), "drop_packets"),
        (("--fault", "drop_packets"), "needs ratio"),
        (("--fault", "drop_packets=much"), "is not a number"),
        (("--fault", "drop_packets=0.1,speed=3"), "takes ratio, seed"),
        (("--fault", "drop_packets=2"), "0 to 1"),
        (("--fault", "damage_xml=burnt"), "wrong_length"),
        (("--count", "0"), "--count"),
        (("--ip", "127.0.0"), "127.0.0"),
        (("--serial", "12"), "12 decimal digits"),
        (("--scene", "moon"), "flat"),
        (("--state", "somewhere"), "serial_number or ip"),
    ],
)
def test_what_no_camera_can_be_is_a_wrong_argument(arguments, message):
    attempt = run("virtual", *arguments)
    assert attempt.returncode == 2, attempt.stderr
    assert message in re.sub(r"\s*│?\n│?\s*", " ", attempt.stderr)
    assert "Traceback" not in attempt.stderr


def test_the_faults_are_listed_with_what_they_model():
    listed = run("virtual", "--fault", "help")
    assert listed.returncode == 0
    rows = dict(line.split(maxsplit=1) for line in listed.stdout.splitlines())
    assert rows["drop_packets=RATIO,seed=0"].startswith("Lose each packet")
    assert len(rows) == 19


def test_the_names_given_to_a_camera_are_kept_in_the_state_folder(tmp_path):
    for name in ("left", None):
        with virtual_camera("--serial", "700000004600", "--state", tmp_path) as (process, _, ip):
            with vcx.open_camera(ip=ip) as camera:
                if name is None:
                    assert camera.nodes["DeviceUserID"].value == "left"
                else:
                    camera.nodes["DeviceUserID"].value = name
            press_ctrl_c(process)
            assert end_of(process, within=10)[0] == 0


def test_on_a_terminal_a_line_shows_what_the_camera_does():
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    command = [COMMAND, "virtual", "--serial", "700000004700", "--json"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=theirs, text=True, env={**os.environ, "TERM": "xterm"}
    )
    os.close(theirs)
    os.set_blocking(ours, False)
    shown = ""
    try:
        (camera,) = lines_of(process, 1)
        with vcx.open_camera(ip=camera["ip"]) as opened:
            opened.roi.set(width=64, height=64)
            opened.acquisition.mode = "MultiFrame"  # or the camera goes on until it hears the stop
            opened.acquisition.frame_count = 20
            assert len(list(opened.stream(20))) == 20
            deadline = time.monotonic() + 20
            while not re.search(r"700000004700 +[\d.]+ +127[\d.]+ +20 ", shown):
                assert time.monotonic() < deadline, shown
                try:
                    shown += os.read(ours, 65536).decode()
                except BlockingIOError:
                    time.sleep(0.05)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()
        os.close(ours)
    assert process.returncode == 0
