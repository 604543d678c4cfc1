"""Wait for what another thread or process does, with an end."""

import subprocess
import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], object],
    what: str = "the condition",
    *,
    within: float = 10.0,
    process: subprocess.Popen[str] | None = None,
) -> None:
    """Return when the condition holds.

    Raises
    ------
    AssertionError
        It did not within so many seconds; or the process ended before, whose output is told.
    """
    deadline = time.monotonic() + within
    while not condition():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"ended with exit code {process.returncode}: {process.communicate()}")
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come within {within:g} s")
        time.sleep(0.005)
