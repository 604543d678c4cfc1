"""Numbers of the GigE Vision control protocol: what its datagrams begin with, and how long they may be."""

from __future__ import annotations

KEY = 0x42
ACKNOWLEDGE = 0x01
BROADCAST_ACKNOWLEDGE = 0x10  # of DISCOVERY and FORCEIP
EXTENDED_IDS = 0x10
SCHEDULED = 0x80

DISCOVERY, FORCEIP, PACKETRESEND = 0x0002, 0x0004, 0x0040
READREG, WRITEREG, READMEM, WRITEMEM = 0x0080, 0x0082, 0x0084, 0x0086
PENDING_ACK = 0x0089
EVENT, EVENTDATA = 0x00C0, 0x00C2
ACTION = 0x0100

BROADCAST = frozenset({DISCOVERY, FORCEIP, ACTION})
"""Commands that may be meant for all; others count only when they come to the device's own address."""

MAX_DATA = 540
"""A control datagram fits into an IP packet of 576 bytes."""
MAX_MEMORY = 536
