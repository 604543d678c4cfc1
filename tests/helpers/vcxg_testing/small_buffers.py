"""Lets a process get no larger socket buffers than the system's default, as on a computer that was not tuned.

The kernel's limit (net.core.rmem_max) holds for the whole machine, and root may exceed it. A system call filter of the
process's own gives the same result: what asks for more is refused (force) or gets what there was (ask).

``python small_buffers.py COMMAND ...`` runs a command so.
"""

import ctypes
import errno
import os
import platform
import struct
import sys

_SETSOCKOPT = {"x86_64": 54, "aarch64": 208}.get(platform.machine())
WHY_NOT = "" if _SETSOCKOPT is not None else f"no system call number known for {platform.machine()}"

_RCVBUF, _RCVBUFFORCE = 8, 33
_ALLOW, _ANSWER = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER, _OPTION = 0, 32  # in struct seccomp_data: the call, the low half of its third argument


def refuse() -> None:
    """Install the filter in this process and all that it starts."""
    steps = [
        (_LOAD, 0, 0, _NUMBER),
        (_EQUAL, 0, 5, _SETSOCKOPT),
        (_LOAD, 0, 0, _OPTION),
        (_EQUAL, 0, 1, _RCVBUFFORCE),
        (_RETURN, 0, 0, _ANSWER | errno.EPERM),
        (_EQUAL, 0, 1, _RCVBUF),
        (_RETURN, 0, 0, _ANSWER),
        (_RETURN, 0, 0, _ALLOW),
    ]
    program = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    described = struct.pack("@HP", len(steps), ctypes.addressof(program))
    libc = ctypes.CDLL(None, use_errno=True)
    if (
        libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, described, 0, 0) != 0
    ):  # NO_NEW_PRIVS, SECCOMP filter
        raise OSError(ctypes.get_errno(), "cannot filter system calls")


if __name__ == "__main__":
    refuse()
    os.execv(sys.argv[1], sys.argv[1:])
