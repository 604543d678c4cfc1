"""Tests against strangers: other people's clients, cameras and dissectors; skipped where they are absent."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "interop: needs a stranger's program (Aravis, tshark, viva-genicam …)")
