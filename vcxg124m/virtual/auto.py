"""The automatic exposure time and gain: a controller that is told how bright a frame was and says how to take the next.

Reads no clock and no register. A measurement comes with the settings of the frame that it was made on, so frames that
were already on their way when the settings changed do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Priority = Literal["ExposureAuto", "GainAuto"]

FULL_SCALE_DN = 4095
TOLERANCE = 0.02
"""Deviation from the nominal value, relative, that is left alone."""

_CLIPPED_DN = 0.98 * FULL_SCALE_DN
_CLIPPED_STEP = 1 / 8  # how far it is too bright cannot be seen
_DARKEST_DN = 1.0
_GREATEST_STEP = 16.0


@dataclass(frozen=True, kw_only=True)
class AutoLimits:
    """What the controller may do.

    Attributes
    ----------
    moves_exposure, moves_gain : bool
        What is automatic.
    priority : str
        Which of both moves first, SFNC-like name of the feature.
    nominal : float
        Mean aimed at, as a share of full scale.
    exposure_us, gain : tuple of float
        Smallest and greatest value.
    black_level : float
        DN of 12 bits that are no light.
    """

    moves_exposure: bool
    moves_gain: bool
    priority: Priority
    nominal: float
    exposure_us: tuple[float, float]
    gain: tuple[float, float]
    black_level: float


@dataclass(frozen=True)
class Drive:
    """Exposure time in microseconds and gain as a factor."""

    exposure_us: float
    gain: float


class BrightnessAuto:
    """Finds exposure time and gain for a nominal brightness.

    The quantity with priority moves first. The other one leaves the value that it had when the automatic was switched
    on only as long as the first one is at a limit, and returns to it.

    Parameters
    ----------
    start : Drive
        The values at which the automatic was switched on.
    """

    def __init__(self, start: Drive) -> None:
        self._start = start

    def next(self, limits: AutoLimits, brightness: float, taken: Drive) -> tuple[Drive, bool]:
        """Return how to take the next frame, and whether nothing is left to improve.

        Parameters
        ----------
        limits : AutoLimits
            What may be done.
        brightness : float
            Mean of the frame in DN of 12 bits.
        taken : Drive
            How that frame was taken.
        """
        wanted = limits.nominal * FULL_SCALE_DN - limits.black_level
        signal = brightness - limits.black_level
        if abs(signal - wanted) <= TOLERANCE * abs(wanted):
            return taken, True
        if brightness >= _CLIPPED_DN:
            step = _CLIPPED_STEP
        else:
            step = min(max(wanted, _DARKEST_DN) / max(signal, _DARKEST_DN), _GREATEST_STEP)
        drive = self._share(limits, taken.exposure_us * taken.gain * step, taken)
        return drive, drive == taken

    def _share(self, limits: AutoLimits, product: float, taken: Drive) -> Drive:
        """Make a product of exposure time and gain of what may move."""

        def exposure(gain: float) -> float:
            return float(round(_clamp(product / gain, limits.exposure_us)))

        def gain(exposure_us: float) -> float:
            return _clamp(product / exposure_us, limits.gain)

        if not limits.moves_gain:
            return Drive(exposure(taken.gain), taken.gain)
        if not limits.moves_exposure:
            return Drive(taken.exposure_us, gain(taken.exposure_us))
        usual = Drive(
            _clamp(self._start.exposure_us, limits.exposure_us), _clamp(self._start.gain, limits.gain)
        )
        if limits.priority == "ExposureAuto":
            first = exposure(usual.gain)
            return Drive(first, gain(first) if first in limits.exposure_us else usual.gain)
        second = gain(usual.exposure_us)
        return Drive(exposure(second) if second in limits.gain else usual.exposure_us, second)


def _clamp(value: float, limits: tuple[float, float]) -> float:
    return min(max(value, limits[0]), limits[1])
