"""The command line ``vcxg124m``: one file for each group of commands."""

from __future__ import annotations

from vcxg124m.cli.app import main

__all__ = ["main"]
