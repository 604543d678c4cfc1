"""What the virtual camera looks at: photons per second on every pixel of the sensor, and what moves in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR


@dataclass(frozen=True)
class Patch:
    """A rectangle that covers the scene in one frame.

    Attributes
    ----------
    x, y : int
        Upper left pixel on the sensor.
    photon_rate : ndarray of float32, shape (height, width)
        Photons per second and pixel; the rectangle lies inside the sensor.
    """

    x: int
    y: int
    photon_rate: NDArray[np.float32]


class Scene(Protocol):
    """Irradiance of the sensor, green light of 536 nm (the wavelength of the quantum efficiency, S4)."""

    def photon_rate(self) -> NDArray[np.float32]:
        """Return what stands still: photons per second and pixel, shape (3000, 4096), read only."""
        ...

    def moving(self, index: int) -> Sequence[Patch]:
        """Return what covers it in frame `index`."""
        ...


class FlatField:
    """The same irradiance on every pixel, for photon transfer measurements.

    Parameters
    ----------
    photon_rate : float
        Photons per second and pixel, 0 or more; 0 is the closed lens cap.
    """

    def __init__(self, photon_rate: float) -> None:
        if not photon_rate >= 0:
            raise ValueError(f"photon_rate={photon_rate} not accepted: 0 or more photons per second")
        self._photon_rate = np.broadcast_to(np.float32(photon_rate), (SENSOR.height, SENSOR.width))

    def photon_rate(self) -> NDArray[np.float32]:
        """Return the constant irradiance, shape (3000, 4096)."""
        return self._photon_rate

    def moving(self, index: int) -> Sequence[Patch]:  # noqa: ARG002 - nothing moves in any frame
        """Return nothing."""
        return ()
