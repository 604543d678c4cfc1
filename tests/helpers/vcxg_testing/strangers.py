"""Starts other people's programs for a test and makes sure that they end."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from vcxg_testing.waiting import wait_until

AHEAD_OF_OTHERS = ["nice", "-n", "-10"] if os.geteuid() == 0 else []
"""Begins a command whose program must not lose packets because something else runs: a socket holds milliseconds."""

CONSUMERS = Path(__file__).parents[2] / "interop" / "consumers"


@contextmanager
def running(command: Sequence[str | Path], *, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the length of the block, its output in ``log``; killed when it does not end when asked."""
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()


def consume(
    script: str, *arguments: object, environment: Mapping[str, str] | None = None, seconds: float = 90
) -> Any:
    """Run one of ``tests/interop/consumers`` in a process of its own and return the JSON that it prints."""
    command = [*AHEAD_OF_OTHERS, sys.executable, "-P", str(CONSUMERS / script), *map(str, arguments)]
    run = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
        env=environment and dict(environment),
    )
    assert run.returncode == 0, f"{script} ended with {run.returncode}\n{run.stdout}\n{run.stderr}"
    return json.loads(run.stdout.splitlines()[-1])


@contextmanager
def aravis_camera(log: Path) -> Iterator[None]:
    """Run Aravis's fake camera at every address of the loopback interface; skip the test where it is not installed."""
    camera, tool = shutil.which("arv-fake-gv-camera-0.8"), shutil.which("arv-tool-0.8")
    if camera is None or tool is None:
        pytest.skip("Aravis is not installed (apt install aravis-tools)")
    with running(["timeout", "100", camera, "-i", "lo", "-s", "F1"], log=log):
        wait_until(
            lambda: b"F1" in subprocess.run([tool], capture_output=True, timeout=30, check=False).stdout,
            "Aravis's fake camera to answer",
            within=30,
        )
        yield


@contextmanager
def viva_camera(pixel_format: str) -> Iterator[None]:
    """Run viva-genicam's fake camera at 127.0.0.1; skip the test where it is not installed.

    It does not hear broadcasts, only what is sent to its own address.
    """
    if find_spec("viva_genicam") is None:
        pytest.skip("viva-genicam is not installed (pip install viva-genicam)")
    command = [sys.executable, "-P", str(CONSUMERS / "viva_camera.py"), pixel_format]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as camera:
        assert camera.stdin is not None
        assert camera.stdout is not None
        try:
            assert camera.stdout.readline() == "ready\n"
            yield
        finally:
            camera.stdin.close()
            camera.wait(20)
