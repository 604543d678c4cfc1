"""Waiting for the end of a thread, with an end."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading

__all__ = ["await_end"]

# For a thread that speaks with the camera. One that died answers nothing for a heartbeat's time, usually 3 s; then the
# producer gives up. It may be more: a camera may ask for patience, and who holds a node map's lock may wait for the end
# of a thread that wants it.
_LONGEST_END_S = 10.0

_log = logging.getLogger("vcxg124m")


def await_end(thread: threading.Thread, what: str, limit_s: float | None = None) -> bool:
    """Wait for a thread that was told to end, 10 s by default and no longer; tell whether it did.

    The log says what is left alone.
    """
    limit_s = _LONGEST_END_S if limit_s is None else limit_s
    thread.join(limit_s)
    if not thread.is_alive():
        return True
    _log.error("%s did not end within %g s, and is left alone.", what, limit_s)
    return False
