"""What can be chosen when a virtual camera is started."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a virtual camera is to be.

    Parameters
    ----------
    serial_number
        12 digits; None for one that follows from the address.
    ip
        IPv4 address of this machine; None for a free loopback address.
    seed
        Of the sensor's noise and of its pixels' differences: equal seeds and settings give equal images.
    scene
        What the camera looks at, as `scenes.make_scene` reads it.
    import_path
        Where to look for the module of a scene that is a user's function.
    user_id
        DeviceUserID of a camera that was never given another one, at most 15 bytes.
    state
        Folder that keeps what outlives a power cut: user sets, custom data, names, addresses. None: it is forgotten.
    discoverable
        Answer discovery by broadcast, too; else only when asked at the own address.
    burst
        Send many packets a system call; else one by one.
    plain_xml
        Serve the GenICam description as it is instead of zipped.
    hash_frames
        Remember a hash of every payload sent.
    """

    serial_number: str | None = None
    ip: str | None = None
    seed: int = 0
    scene: str = "chart"
    import_path: tuple[str, ...] = ()
    user_id: str = ""
    state: str | None = None
    discoverable: bool = True
    burst: bool = True
    plain_xml: bool = False
    hash_frames: bool = False

    def __post_init__(self) -> None:
        number = self.serial_number
        if number is not None and not (len(number) == 12 and number.isascii() and number.isdigit()):
            raise ValueError(
                f"serial_number={number!r} not accepted: 12 decimal digits, as on the real camera"
            )
        if self.state is not None and number is None and self.ip is None:
            raise ValueError(
                f"state={self.state!r} needs serial_number or ip: by default both are others at every start"
            )
        if not isinstance(self.seed, Integral) or self.seed < 0:
            raise ValueError(f"seed={self.seed!r} not accepted: a whole number, 0 or more")
        if len(self.user_id.encode()) > 15:
            raise ValueError(f"user_id={self.user_id!r} not accepted: at most 15 bytes of UTF-8")


def portable_scene(text: str) -> str:
    """Return the name of a scene with a picture's path made absolute, for a process that works in another folder."""
    name, _, path = text.partition(":")
    return f"picture:{Path(path).absolute()}" if name == "picture" and path else text


def import_path() -> tuple[str, ...]:
    """Return where this process looks for modules, and its working folder, for a process that works in another one."""
    return tuple(str(Path(folder).absolute()) for folder in (*sys.path, os.curdir))
