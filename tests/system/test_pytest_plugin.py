"""The pytest plugin that comes with the package, in a test run of somebody else."""

import subprocess
import sys
from pathlib import Path

# Warnings are errors, but for one that only an editable install of this package brings.
INI = """
[pytest]
filterwarnings =
    error
    ignore:Module already imported so cannot be rewritten; _editable_skbc_vcxg124m:pytest.PytestAssertRewriteWarning
"""


def run_tests(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a test file of a project that has nothing to do with this one."""
    (folder / "pytest.ini").write_text(INI)
    (folder / "test_theirs.py").write_text(text)
    command = [str(Path(sys.executable).with_name("pytest")), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


def test_the_fixture_is_a_camera_that_takes_pictures_and_ends_with_the_test(tmp_path):
    done = run_tests(
        tmp_path,
        """
import os

import vcxg124m as vcx

pids = []

def test_takes_a_picture(virtual_camera):
    pids.append(virtual_camera.pid)
    with vcx.open_camera(ip=virtual_camera.ip) as camera:
        camera.roi.set(width=64, height=32)
        assert camera.grab().image.shape == (32, 64)

def test_it_is_gone_afterwards():
    (pid,) = pids
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return
    raise AssertionError("still there")
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_factory_makes_several_cameras_with_options(tmp_path):
    done = run_tests(
        tmp_path,
        """
import pytest

def test_two(virtual_cameras):
    first = virtual_cameras(serial_number="700000000041", discoverable=False)
    second = virtual_cameras(serial_number="700000000042", discoverable=False, seed=3)
    assert (first.serial_number, second.serial_number) == ("700000000041", "700000000042")
    assert first.ip != second.ip
    second.faults.drop_packets(0.5)

def test_what_no_camera_can_be_is_refused(virtual_cameras):
    with pytest.raises(ValueError, match="12 decimal digits"):
        virtual_cameras(serial_number="1")
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_that_needs_no_camera_imports_nothing_of_the_package(tmp_path):
    done = run_tests(
        tmp_path,
        """
import sys

def test_nothing():
    assert "pytest_vcxg124m" in sys.modules
    assert [name for name in sys.modules if name.split(".")[0] in {"vcxg124m", "numpy"}] == []
""",
        "-p",
        "no:zarr",  # its plugin imports numpy
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_fixtures_are_documented_where_pytest_lists_them(tmp_path):
    listed = run_tests(tmp_path, "", "--fixtures", "-v").stdout
    assert "virtual_camera" in listed
    assert "Return a virtual VCXG-124M that runs in a process of its own until the test ends." in listed


def test_a_fixture_of_the_same_name_in_their_project_wins(tmp_path):
    done = run_tests(
        tmp_path,
        """
import pytest

@pytest.fixture
def virtual_camera():
    return "theirs"

def test_theirs(virtual_camera):
    assert virtual_camera == "theirs"
""",
    )
    assert done.returncode == 0, done.stdout + done.stderr
