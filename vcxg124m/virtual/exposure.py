"""What one exposure puts on every pixel: mean and standard deviation, from photons to DN.

EMVA 1288's linear model with the data sheet's figures. For a pixel with the photoelectrons ``e``, the electrons of the
dark current ``d`` and its dark offset ``o``: ``mean = K g (e + d + o) + b`` with the gain ``g`` and the black level
``b``, and ``variance = (K g)^2 (e + d + 2^2)``: shot noise and 2 e- dark noise.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import PREPROCESSING, SENSOR
from vcxg124m.virtual.fixed_pattern import FixedPattern
from vcxg124m.virtual.scene import Patch
from vcxg124m.virtual.sensor_settings import SensorSettings

SATURATION_DN = 2**PREPROCESSING.lut_bits - 1

CLIPPING_ELECTRONS = SENSOR.saturation_electrons + 3 * math.sqrt(SENSOR.saturation_electrons)
"""The signal that 4095 DN stand for at gain 1 and black level 0: 9792 e-.

EMVA 1288 takes for the saturation (S3) the signal of the greatest variance, the last one whose noise is hardly cut off.
Three of its standard deviations, 97 e- each, lie between that and the clipping.
"""

SYSTEM_GAIN = SATURATION_DN / CLIPPING_ELECTRONS
"""DN of 12 bits per electron at gain 1: 0.418. A pixel holds more electrons than that, so the converter clips first."""

_DARK_CURRENT_ELECTRONS_PER_S = 1.5
_DARK_CURRENT_CELSIUS = 45.0
_DARK_CURRENT_DOUBLING_CELSIUS = 7.0

_PIXELS_AT_ONCE = 131072  # temporaries of half a megabyte stay in the second-level cache


def dark_current(celsius: float) -> float:
    """Return the mean dark current in electrons per second and pixel.

    Not in the data sheet: 1.5 e-/s at 45 degC, doubling every 7 degC, is the order of such sensors.

    Parameters
    ----------
    celsius : float
        Temperature of the sensor.
    """
    return float(
        _DARK_CURRENT_ELECTRONS_PER_S
        * 2 ** ((celsius - _DARK_CURRENT_CELSIUS) / _DARK_CURRENT_DOUBLING_CELSIUS)
    )


class Exposed:
    """Mean and sigma of every pixel of a rectangle of the sensor for one light and one group of settings.

    In DN of 12 bits and mirrored as the settings say. Half a DN is part of the mean: cutting off the fraction rounds.

    Parameters
    ----------
    photon_rate : ndarray of float32, shape (3000, 4096)
        Photons per second and pixel.
    pattern : FixedPattern
        The differences between pixels.
    settings : SensorSettings
        Exposure time, gain, black level and so on.
    columns : slice
        Columns of the sensor: those of the region, or more. The rows are the region's.
    memory : ndarray of float32, shape (2, at least the pixels)
        Keeps mean and sigma. Given, because fresh pages cost more than the physics.
    """

    def __init__(
        self,
        photon_rate: NDArray[np.float32],
        pattern: FixedPattern,
        settings: SensorSettings,
        columns: slice,
        memory: NDArray[np.float32],
    ) -> None:
        self.settings = settings
        self.photon_rate = photon_rate
        self._pattern = pattern
        self._rows, self._columns = settings.sensor_rows, columns
        shape = (self._rows.stop - self._rows.start, columns.stop - columns.start)
        flip = (
            slice(None, None, -1 if settings.reverse_y else 1),
            slice(None, None, -1 if settings.reverse_x else 1),
        )
        # In the sensor's orientation: what is written to these views arrives mirrored.
        self._mean, self._sigma = (part[: shape[0] * shape[1]].reshape(shape)[flip] for part in memory)
        self._flat = tuple(part[: shape[0] * shape[1]] for part in memory)
        rows_at_once = max(1, _PIXELS_AT_ONCE // shape[1])
        for top in range(self._rows.start, self._rows.stop, rows_at_once):
            rows = slice(top, min(top + rows_at_once, self._rows.stop))
            self._expose(photon_rate[rows, columns], rows, columns)

    @contextmanager
    def covered_by(
        self, patches: Sequence[Patch]
    ) -> Generator[tuple[NDArray[np.float32], NDArray[np.float32]], None, None]:
        """Lay patches over the scene while one frame is read.

        Parameters
        ----------
        patches : sequence of Patch
            In the order in which they cover each other.

        Yields
        ------
        tuple of ndarray
            Mean and sigma, one value a pixel, row after row.
        """
        uncovered: list[tuple[tuple[slice, slice], NDArray[np.float32], NDArray[np.float32]]] = []
        for patch in patches:
            height, width = patch.photon_rate.shape
            rows = _common(slice(patch.y, patch.y + height), self._rows)
            columns = _common(slice(patch.x, patch.x + width), self._columns)
            if rows is not None and columns is not None:
                place = self._place(rows, columns)
                uncovered.append((place, self._mean[place].copy(), self._sigma[place].copy()))
                inside = (
                    slice(rows.start - patch.y, rows.stop - patch.y),
                    slice(columns.start - patch.x, columns.stop - patch.x),
                )
                self._expose(patch.photon_rate[inside], rows, columns)
        try:
            yield self._flat[0], self._flat[1]
        finally:
            for place, mean, sigma in reversed(uncovered):
                self._mean[place], self._sigma[place] = mean, sigma

    def _place(self, rows: slice, columns: slice) -> tuple[slice, slice]:
        top, left = self._rows.start, self._columns.start
        return slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)

    def _expose(self, photon_rate: NDArray[np.float32], rows: slice, columns: slice) -> None:
        """Work out mean and sigma of a rectangle of the sensor."""
        settings, pattern = self.settings, self._pattern
        seconds = settings.exposure_s
        electrons = pattern.response(rows, columns)
        electrons *= photon_rate
        electrons *= np.float32(SENSOR.quantum_efficiency * seconds * settings.light)
        dark = pattern.dark_current(rows, columns)
        dark *= np.float32(dark_current(settings.temperature_celsius) * seconds)
        electrons += dark
        gain = np.float32(SYSTEM_GAIN * settings.gain)
        sigma = np.add(electrons, np.float32(SENSOR.dark_noise_electrons**2), out=dark)
        np.sqrt(sigma, out=sigma)
        place = self._place(rows, columns)
        np.multiply(sigma, gain, out=self._sigma[place])
        electrons += pattern.offset(rows, columns)
        electrons *= gain
        np.add(electrons, np.float32(settings.black_level + 0.5), out=self._mean[place])


def _common(first: slice, second: slice) -> slice | None:
    """Return what two spans have in common."""
    start, stop = max(first.start, second.start), min(first.stop, second.stop)
    return slice(start, stop) if start < stop else None
