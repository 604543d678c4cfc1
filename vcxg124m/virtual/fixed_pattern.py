"""How the pixels of one specimen of the sensor differ from each other: PRNU, DSNU and defect pixels.

The data sheet states no figures but that the camera corrects nothing of it (P8). Those here are of the order that
EMVA 1288 reports of cameras with such sensors give; a seed selects the specimen.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR

PRNU = 0.005
"""Standard deviation of the response to light, relative to its mean."""

DSNU_ELECTRONS = 0.5
"""Standard deviation of the dark signal at exposures too short for dark current."""

DARK_CURRENT_SPREAD = 0.4
"""Standard deviation of the logarithm of the dark current."""

_DEFECTS = {"hot": 20, "warm": 12, "dead": 8}
_DARK_CURRENTS = {
    "hot": (3.3, 4.6),
    "warm": (2.0, 3.3),
    "dead": (0.0, 0.0),
}  # times the mean, log10 from and to
# A normal distribution in 256 steps of equal probability, for maps of one byte a pixel: no draw is as quick as random
# bytes. It ends at 2.9 sigma; what is further off are the defect pixels.
_STEPS = np.array([round(40 * NormalDist().inv_cdf((step + 0.5) / 256)) for step in range(256)], np.int8)
_SIGMA = float(_STEPS.std(dtype=np.float64))


@dataclass(frozen=True)
class Defects:
    """The pixels that are broken: arrays of equal length, sorted by row and column."""

    x: NDArray[np.intp]
    y: NDArray[np.intp]
    response: NDArray[np.float32]
    dark_current: NDArray[np.float32]

    @property
    def positions(self) -> tuple[tuple[int, int], ...]:
        """Column and row of each."""
        return tuple(zip(self.x.tolist(), self.y.tolist(), strict=True))


def defects(seed: int) -> Defects:
    """Return the defect pixels of a specimen: hot, warm and dead ones, a few of them side by side.

    Parameters
    ----------
    seed : int
        0 or more.
    """
    rng = np.random.default_rng([seed, 2])
    kinds = [kind for kind, count in _DEFECTS.items() for _ in range(count)]
    places = rng.choice(SENSOR.width * SENSOR.height - 1, len(kinds), replace=False)
    places[-1], places[-2] = places[0] + 1, places[1] + 1  # two pairs
    currents = [10 ** rng.uniform(*_DARK_CURRENTS[kind]) for kind in kinds]
    order = np.argsort(places)
    y, x = np.divmod(places[order], SENSOR.width)
    response = np.array([0 if kind == "dead" else 1 for kind in kinds], np.float32)
    return Defects(x, y, response[order], np.array(currents, np.float32)[order])


class FixedPattern:
    """The differences between pixels, for any rectangle of the sensor.

    Parameters
    ----------
    seed : int
        0 or more; selects the specimen.
    """

    def __init__(self, seed: int) -> None:
        self.defects = defects(seed)
        self._light, self._dark = (_normal_map([seed, number]) for number in (0, 1))
        # One map serves offset and dark current: a pixel bright in a short exposure is bright in a long one, too.
        steps = np.arange(256, dtype=np.uint8).view(np.int8) / np.float32(_SIGMA)
        current = np.exp(DARK_CURRENT_SPREAD * steps)
        self._current = np.asarray(current / current[_STEPS.view(np.uint8)].mean(), np.float32)

    def response(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Sensitivity to light of a rectangle's pixels, relative to the mean."""
        response = _scaled(self._light[rows, columns], PRNU)
        response += np.float32(1)
        self._break(response, self.defects.response, rows, columns)
        return response

    def offset(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Dark signal of a rectangle's pixels without exposure, in electrons around 0."""
        return _scaled(self._dark[rows, columns], DSNU_ELECTRONS)

    def dark_current(self, rows: slice, columns: slice) -> NDArray[np.float32]:
        """Dark current of a rectangle's pixels, relative to the mean."""
        current: NDArray[np.float32] = self._current[self._dark[rows, columns].view(np.uint8)]
        self._break(current, self.defects.dark_current, rows, columns)
        return current

    def _break(
        self, values: NDArray[np.float32], broken: NDArray[np.float32], rows: slice, columns: slice
    ) -> None:
        x, y = self.defects.x, self.defects.y
        inside = (rows.start <= y) & (y < rows.stop) & (columns.start <= x) & (x < columns.stop)
        if inside.any():
            values[y[inside] - rows.start, x[inside] - columns.start] = broken[inside]


def _scaled(steps: NDArray[np.int8], sigma: float) -> NDArray[np.float32]:
    """Give a part of a map a standard deviation."""
    return np.asarray(np.multiply(steps, np.float32(sigma / _SIGMA), dtype=np.float32))


def _normal_map(seed: list[int]) -> NDArray[np.int8]:
    """Draw one of the steps for every pixel of the sensor."""
    noise = np.random.default_rng(seed).bytes(SENSOR.height * SENSOR.width).translate(_STEPS.tobytes())
    return np.frombuffer(noise, np.int8).reshape(SENSOR.height, SENSOR.width)
