"""Starts other people's programs for a test and makes sure that they end."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def wait_for(condition: Callable[[], bool], what: str, *, seconds: float = 10) -> None:
    """Return when the condition holds.

    Raises
    ------
    TimeoutError
        It did not within the time.
    """
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            message = f"waited {seconds} s for {what}"
            raise TimeoutError(message)
        time.sleep(0.05)


def consume(
    script: str, *arguments: object, environment: Mapping[str, str] | None = None, seconds: float = 90
) -> Any:
    """Run one of ``tests/interop/consumers`` in a process of its own and return the JSON that it prints."""
    command = [sys.executable, "-P", str(CONSUMERS / script), *map(str, arguments)]
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
