"""The lock above all others of this package, and what a forked process is told."""

from __future__ import annotations

import os
import threading

__all__ = ["FORKED", "lock"]

# Guards the table of producers, their lists, every open and close, and the environment that producers read in those.
# Taken before the lock of a node map: who holds one of these must not want this one.
lock = threading.RLock()

FORKED = (
    "Open cameras after the fork, or start processes that do not inherit them: "
    'multiprocessing.get_context("spawn").'
)

if hasattr(os, "register_at_fork"):
    # A thread of the parent may have held it.
    os.register_at_fork(after_in_child=lock._at_fork_reinit)  # type: ignore[attr-defined]  # noqa: SLF001
