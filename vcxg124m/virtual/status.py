"""Status codes of GigE Vision acknowledges, and the exception that carries one to the control channel."""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """Status codes that this device answers with (GVCP acknowledge, GVSP header)."""

    SUCCESS = 0x0000
    NOT_IMPLEMENTED = 0x8001
    INVALID_PARAMETER = 0x8002
    INVALID_ADDRESS = 0x8003
    WRITE_PROTECT = 0x8004
    BAD_ALIGNMENT = 0x8005
    ACCESS_DENIED = 0x8006
    BUSY = 0x8007
    PACKET_UNAVAILABLE = 0x800C
    DATA_OVERRUN = 0x800D
    INVALID_HEADER = 0x800E
    PACKET_REMOVED_FROM_MEMORY = 0x8012
    ACTION_LATE = 0x8016
    ERROR = 0x8FFF


class Refused(Exception):  # noqa: N818 - it is an answer of the protocol, not an error of this program
    """The device does not do what was asked; the status says why.

    Parameters
    ----------
    status
        What the acknowledge carries.
    reason
        For people who read a log.
    """

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(f"{status.name} (0x{status.value:04X}): {reason}")
        self.status = status
