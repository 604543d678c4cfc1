"""Ctrl-C between two steps that belong together would leave a camera that can neither be used nor closed."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

__all__ = ["held_back"]


@contextmanager
def held_back() -> Generator[None]:
    """Let Ctrl-C, and a notebook's interrupt, wait for the end of the block; also a decorator.

    For blocks that end by themselves. Python delivers signals to the main thread only: in others nothing is to be done.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield
        return
    came: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came:
            handler(*came[0])
