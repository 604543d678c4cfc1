"""One event as it travels on the message channel (GigE Vision EVENT and EVENTDATA), bytes to numbers."""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["EventItem", "parse"]

# reserved, event id, stream channel, block id (or reserved), then with 64-bit ids the block id, and the time stamp
_SHORT, _LONG = struct.Struct(">HHHHQ"), struct.Struct(">HHHHQQ")
_HEADER = struct.Struct(">BBHHH")
_KEY, _COMMANDS, _EXTENDED = 0x42, {0x00C0, 0x00C2}, 0x10


@dataclass(frozen=True)
class EventItem:
    """What the camera wrote about one event; ``block_id`` is 0 where it belongs to no frame."""

    event_id: int
    block_id: int
    timestamp: int
    data: bytes


def parse(item: bytes, *, extended_ids: bool) -> EventItem | None:
    """Return the event, or None when there are too few bytes.

    Parameters
    ----------
    item
        The event without the command's header, as the GenTL standard has it, or with it, as some producers do.
    extended_ids
        Whether the camera counts blocks with 64 bits: decides where length and header leave it open.
    """
    if len(item) >= _HEADER.size:
        key, flags, command, length, _ = _HEADER.unpack_from(item)
        if key == _KEY and command in _COMMANDS and length == len(item) - _HEADER.size:
            item, extended_ids = item[_HEADER.size :], bool(flags & _EXTENDED)
        elif len(item) in {_SHORT.size, _LONG.size}:
            extended_ids = len(item) == _LONG.size
    layout = _LONG if extended_ids else _SHORT
    if len(item) < layout.size:
        return None
    fields = layout.unpack_from(item)
    return EventItem(fields[1], fields[4] if extended_ids else fields[3], fields[-1], item[layout.size :])
