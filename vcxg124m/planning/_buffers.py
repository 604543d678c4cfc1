"""How many buffers a stream needs to bridge what the computer may be busy with otherwise."""

from __future__ import annotations

import math

__all__ = ["buffer_count"]

_SECONDS = 0.4
_FEWEST, _MOST = 8, 512
_BYTES = 256 * 2**20


def buffer_count(payload_bytes: int, frame_rate_hz: float) -> int:
    """Return the buffers that a stream has by default: 0.4 s of frames, 8 to 512, as a rule within 256 MiB."""
    if payload_bytes <= 0 or not 0 < frame_rate_hz < math.inf:
        return _FEWEST
    wanted = min(max(math.ceil(frame_rate_hz * _SECONDS), _FEWEST), _MOST)
    return max(_FEWEST, min(wanted, _BYTES // payload_bytes))
