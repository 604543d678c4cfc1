"""The option of the soak."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, default=60.0, help="how long to stream (60)")
