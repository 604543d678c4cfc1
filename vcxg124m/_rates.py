"""Warns before a start whose rate cannot be kept, by the camera's own settings or for what other cameras send."""

from __future__ import annotations

import inspect
import ipaddress
import math
import threading
import warnings
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from vcxg124m.errors import RateWarning
from vcxg124m.planning._sharing import piled_up

if TYPE_CHECKING:
    from types import FrameType

    from vcxg124m._backend import CameraInfo
    from vcxg124m.planning import Plan

__all__ = ["Loads", "loads", "warn_about_rate"]

_INTERFACES = Path("/sys/class/net")
_BYTES_PER_MBIT = 125_000
# Small switches have 128 to 512 KiB for the packets of all their ports.
_STORED_BY_A_SWITCH = 512 * 1024


def warn_about_rate(plan: Plan) -> None:
    """Warn that the rate that is asked for does not come."""
    if not plan.keeps_rate:
        _warn(f"{plan.name}: {' '.join(plan.problems)}")


class Loads:
    """What the streams of this process bring to each of the computer's interfaces."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: weakref.WeakKeyDictionary[object, tuple[str, Plan]] = weakref.WeakKeyDictionary()

    def begin(self, stream: object, info: CameraInfo, plan: Plan) -> None:
        """Count a stream in."""
        with self._lock:
            self._running[stream] = (info.interface, plan)

    def end(self, stream: object) -> None:
        """Count it out."""
        with self._lock:
            self._running.pop(stream, None)

    def warn(self, info: CameraInfo, plan: Plan) -> None:
        """Warn that a camera and those that stream already would send more than their common link carries.

        All the time, or while they send frames at the same moment, when that is more than a switch stores.
        """
        with self._lock:
            beside = [other for interface, other in self._running.values() if interface == info.interface]
        if not beside or _is_within_the_computer(info.ip):
            return
        plans = [*beside, plan]
        carried = _speed(info.interface) or max(each.link_speed for each in plans)
        names = ", ".join(each.name for each in plans)
        sent = sum(each.wire_rate for each in plans)
        if sent > carried:
            _warn(
                f"{names} together send up to {sent / 1e6:.0f} MB/s to {info.interface}, which carries "
                f"{carried / 1e6:.0f}: packets will be lost. vcxg124m.share_link(cams), before they stream, gives each "
                "its part."
            )
        elif math.isfinite(carried) and (stored := piled_up(plans, carried)) > _STORED_BY_A_SWITCH:
            _warn(
                f"{names} share {info.interface}, which carries {carried / 1e6:.0f} MB/s: when they send frames at the "
                f"same moment, a switch has to store {stored / 1e6:.1f} MB, and packets are lost where it cannot. "
                "vcxg124m.share_link(cams), before they stream, limits the throughput of each, or its packet delay."
            )


loads = Loads()


def _warn(text: str) -> None:
    """Warn where the package was called: streams start in many ways."""
    package, level = str(Path(__file__).parent), 1
    frame: FrameType | None = inspect.currentframe()
    while frame is not None and frame.f_code.co_filename.startswith(package):
        frame, level = frame.f_back, level + 1
    warnings.warn(text, RateWarning, stacklevel=level)


def _is_within_the_computer(ip: str) -> bool:
    return bool(ip) and ipaddress.ip_address(ip).is_loopback


def _speed(interface: str) -> float | None:
    """Return the bytes per second of a network interface, which the bundled producer names ``eth0_192.168.1.10``."""
    try:
        megabits = int((_INTERFACES / interface.rpartition("_")[0] / "speed").read_text(encoding="ascii"))
    except (OSError, ValueError):  # another system, another producer's name, no cable
        return None
    return megabits * _BYTES_PER_MBIT if megabits > 0 else None
