"""What holds for every test."""

import os
import signal
from pathlib import Path

import pytest
from vcxg_testing import netns


def pytest_configure(config):
    """Make what tests rely on: Ctrl-C ends programs, and the cameras of one test process are not those of another."""
    if (
        signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    ):  # as in a shell's background job; programs would inherit it
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(config, "workerinput"):
        netns.leave_for_a_new_one()


@pytest.fixture(scope="session", autouse=True)
def _away_from_the_checkout(tmp_path_factory):
    """Work in an empty folder: `python -c` puts the working folder first, and the checkout would hide the wheel."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("work"))
    yield
    os.chdir(before)


@pytest.fixture(autouse=True)
def _ctrl_c_as_before():
    """Give Ctrl-C back after each test: harvesters, used directly, takes it over and keeps it."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)
