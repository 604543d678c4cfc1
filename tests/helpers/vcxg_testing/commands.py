"""Run the installed command ``vcxg124m`` as a person at a terminal would."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tifffile

COMMAND = Path(sys.executable).with_name("vcxg124m")


def run(*arguments: object, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, check=False
    )


@contextlib.contextmanager
def started(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start the command as the leader of a process group, as a terminal does; end the group with the block."""
    process = subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def press_ctrl_c(process: subprocess.Popen[str]) -> None:
    """Interrupt the whole process group, as a terminal does."""
    os.killpg(process.pid, signal.SIGINT)


def end_of(process: subprocess.Popen[str], *, within: float) -> tuple[int, str, str]:
    """Wait for the process; return exit code, stdout and stderr. TimeoutExpired when it does not end in time."""
    stdout, stderr = process.communicate(timeout=within)
    return process.returncode, stdout, stderr


def children_of(pid: int) -> list[int]:
    """Process ids of the direct children (Linux)."""
    return [
        int(child)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone, or an orphan that nobody has reaped yet (Linux)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


@contextlib.contextmanager
def virtual_camera(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """Run ``vcxg124m virtual``; yield the process, the serial number and the address that it printed."""
    with started("virtual", "--json", *arguments) as process:
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            raise AssertionError(f"no camera: {process.communicate(timeout=5)}")
        printed = json.loads(line)
        yield process, printed["serial_number"], printed["ip"]


def pages_of(path: Path) -> list[np.ndarray]:
    """Read every page of a TIFF file."""
    with tifffile.TiffFile(path) as file:
        return [page.asarray() for page in file.pages]
