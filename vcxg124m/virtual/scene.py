"""What the virtual camera looks at: photons per second on every pixel of the sensor, and what moves in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vcxg124m.datasheet import DEVICE, SENSOR

WHITE_PHOTON_RATE = (
    0.85 * SENSOR.saturation_electrons / SENSOR.quantum_efficiency / (DEVICE.factory_exposure_time_us * 1e-6)
)
"""Photons per second and pixel from white paper: 85 % of saturation at the factory settings, 3.0 million."""

_PHOTON_JOULES = 6.62607015e-34 * 299792458.0 / (SENSOR.quantum_efficiency_wavelength_nm * 1e-9)
_PIXEL_SQUARE_METRES = (SENSOR.pixel_pitch_um * 1e-6) ** 2


@dataclass(frozen=True)
class Patch:
    """A rectangle that covers the scene in one frame.

    Attributes
    ----------
    x, y : int
        Upper left pixel on the sensor.
    photon_rate : ndarray of float32, shape (height, width)
        Photons per second and pixel. The rectangle lies inside the sensor.
    """

    x: int
    y: int
    photon_rate: NDArray[np.float32]


class Scene(Protocol):
    """Irradiance of the sensor, green light of 536 nm (the wavelength of the quantum efficiency, S4)."""

    def photon_rate(self, index: int) -> NDArray[np.float32]:
        """Return the light in frame `index`: photons per second and pixel, shape (3000, 4096), read only.

        The same array object means that nothing has changed; another one costs the physics of all pixels anew.
        """
        ...

    def moving(self, index: int) -> Sequence[Patch]:
        """Return what covers it in frame `index`."""
        ...


def photon_rate_of(watts_per_square_metre: float) -> float:
    """Convert an irradiance of 536 nm to photons per second and pixel; 1 W/m2 are 32 million."""
    return watts_per_square_metre * _PIXEL_SQUARE_METRES / _PHOTON_JOULES


class FlatField:
    """The same irradiance on every pixel, for photon transfer measurements.

    A pixel gets ``photon_rate * exposure time`` photons on average, of which 67.3 % free an electron.

    Parameters
    ----------
    photon_rate : float
        Photons per second and pixel, 0 or more; 0 is the closed lens cap. `photon_rate_of` makes it of W/m2.

    Raises
    ------
    ValueError
        No such light.
    """

    def __init__(self, photon_rate: float = WHITE_PHOTON_RATE / 2) -> None:
        if not 0 <= photon_rate < float("inf"):
            raise ValueError(
                f"photon_rate={photon_rate} not accepted: 0 or more photons per second and pixel"
            )
        self._photon_rate = np.broadcast_to(np.float32(photon_rate), (SENSOR.height, SENSOR.width))

    def photon_rate(self, index: int) -> NDArray[np.float32]:  # noqa: ARG002 - the same in every frame
        """Return the constant irradiance, shape (3000, 4096)."""
        return self._photon_rate

    def moving(self, index: int) -> Sequence[Patch]:  # noqa: ARG002 - nothing moves in any frame
        """Return nothing."""
        return ()


class MovingTarget:
    """A white disc that crosses dark cloth and back, for tracking: its centre is known to a fraction of a pixel.

    Parameters
    ----------
    step : float
        Pixels that it moves between two frames, more than 0 and at most 1000.

    Raises
    ------
    ValueError
        No such step.
    """

    _RADIUS = 100.0
    _CLOTH = 0.1  # relative to white
    _LEFT, _WAY, _Y = 200.0, SENSOR.width - 400.0, 1500.25

    def __init__(self, step: float = 7.25) -> None:
        if not 0 < step <= 1000:
            raise ValueError(f"step={step} not accepted: more than 0 and at most 1000 pixels between frames")
        self._step = step
        self._cloth = FlatField(self._CLOTH * WHITE_PHOTON_RATE)

    def centre(self, index: int) -> tuple[float, float]:
        """Return column and row of the disc's centre in frame `index`; (0, 0) is the middle of the first pixel."""
        way = index * self._step % (2 * self._WAY)
        return self._LEFT + min(way, 2 * self._WAY - way), self._Y

    def photon_rate(self, index: int) -> NDArray[np.float32]:
        """Return the cloth."""
        return self._cloth.photon_rate(index)

    def moving(self, index: int) -> Sequence[Patch]:
        """Return the disc on cloth; a pixel at its edge gets light in proportion to what is covered."""
        centre_x, centre_y = self.centre(index)
        reach = int(self._RADIUS) + 2
        left, top = round(centre_x) - reach, round(centre_y) - reach
        offset = np.arange(2 * reach + 1, dtype=np.float32)
        distance = np.hypot(offset + left - centre_x, (offset + top - centre_y)[:, np.newaxis])
        cover = np.clip(self._RADIUS + 0.5 - distance, 0, 1)
        reflectance = self._CLOTH + cover * (1 - self._CLOTH)
        return (Patch(left, top, np.asarray(WHITE_PHOTON_RATE * reflectance, np.float32)),)


class FunctionScene:
    """Light from a function of the user.

    Parameters
    ----------
    function : callable
        Called with the frame index, from 0 at AcquisitionStart; returns photons per second and pixel for the whole
        sensor, shape (3000, 4096), or a number, a row of 4096 or a column of (3000, 1) that is repeated. The same
        object as for the frame before means that nothing has changed and saves time.
    name : str
        For messages.
    """

    def __init__(self, function: Callable[[int], ArrayLike], name: str) -> None:
        self._function = function
        self._name = name
        self._last: ArrayLike | None = None
        self._photon_rate = np.empty(0, np.float32)

    def photon_rate(self, index: int) -> NDArray[np.float32]:
        """Return what the function says.

        Raises
        ------
        ValueError
            It is not of the sensor's shape, or no light.
        """
        result = self._function(index)
        if result is not self._last:
            photon_rate = np.asarray(result, np.float32)
            if not (photon_rate >= 0).all() or not np.isfinite(photon_rate).all():
                raise ValueError(
                    f"{self._name}({index}) is no light: all values must be 0 or more and finite"
                )
            try:
                self._photon_rate = np.broadcast_to(photon_rate, (SENSOR.height, SENSOR.width))
            except ValueError:
                raise ValueError(
                    f"{self._name}({index}) has the shape {photon_rate.shape}; wanted ({SENSOR.height}, {SENSOR.width})"
                ) from None
            self._last = result
        return self._photon_rate

    def moving(self, index: int) -> Sequence[Patch]:  # noqa: ARG002 - the function draws everything
        """Return nothing."""
        return ()
