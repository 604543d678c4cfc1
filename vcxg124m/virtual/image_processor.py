"""The digital half of the camera: from the converter's 12-bit values to the image's, strip by strip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import PREPROCESSING, SENSOR
from vcxg124m.virtual.defect_correction import Repairs, columns_needed, runs_in
from vcxg124m.virtual.exposure import SATURATION_DN
from vcxg124m.virtual.sensor_settings import SensorSettings

_STRIP = 32768  # pixels: the float32 buffers of a strip take a quarter of a 2 MB cache


class ImageProcessor:
    """Defect pixel correction, binning, metering and look-up table for one group of settings.

    Parameters
    ----------
    settings : SensorSettings
        What to do.

    Raises
    ------
    ValueError
        The list of defects or the look-up table is none.

    Attributes
    ----------
    columns : slice
        Columns of the sensor that are needed: the region's, and further where a neighbour of a defect lies outside.
    strips : list of slice
        Parts of the sensor's pixels that are processed together, whole rows, in the order of the image.
    """

    def __init__(self, settings: SensorSettings) -> None:
        self.settings = settings
        rows, region = settings.sensor_rows, settings.sensor_columns
        _check_defects(settings.defects)
        runs = runs_in(settings.defects, rows, region)
        self.columns = columns_needed(runs, region)
        self._width = self.columns.stop - self.columns.start
        left, right = region.start - self.columns.start, self.columns.stop - region.stop
        first = right if settings.reverse_x else left
        self._inside = slice(first, first + region.stop - region.start)
        rows_per_strip = max(2, _STRIP // self._width // 2 * 2)
        self._repairs = Repairs(
            runs,
            rows,
            self.columns,
            rows_per_strip,
            reverse_x=settings.reverse_x,
            reverse_y=settings.reverse_y,
        )
        pixels, step = (rows.stop - rows.start) * self._width, rows_per_strip * self._width
        self.strips = [slice(start, min(start + step, pixels)) for start in range(0, pixels, step)]
        self._rows_per_strip = rows_per_strip // settings.binning_vertical
        self._lut = None if settings.lut is None else _table(settings.lut)
        self._sum, self._count = 0, 0

    @property
    def brightness(self) -> float | None:
        """Mean of the metered pixels since the last call, in DN of 12 bits before the look-up table."""
        mean = self._sum / self._count if self._count else None
        self._sum = self._count = 0
        return mean

    def process(self, strip: int, pixels: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Process one strip.

        Parameters
        ----------
        strip : int
            Its number.
        pixels : ndarray of uint16, shape (n,)
            The pixels of ``strips[strip]``, 0 to 4095; may be changed.

        Returns
        -------
        ndarray of uint16, shape (m,)
            Pixels of the image, 0 to 4095.
        """
        self._repairs.apply(strip, pixels)
        image = pixels.reshape(-1, self._width)[:, self._inside]
        if self.settings.binning_vertical > 1 or self.settings.binning_horizontal > 1:
            image = self._bin(image)
        if self.settings.metered is not None:
            self._meter(strip * self._rows_per_strip, image, self.settings.metered)
        if self._lut is not None:
            image = self._lut[image]
        return np.ascontiguousarray(image).reshape(-1)

    def _bin(self, image: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Join pixels; sums are cut off once, at the end, averages rounded."""
        settings, halvings = self.settings, 0
        if settings.binning_vertical > 1:
            image = image[0::2] + image[1::2]
            halvings += settings.binning_vertical_mode == "Average"
        if settings.binning_horizontal > 1:
            image = image[:, 0::2] + image[:, 1::2]
            halvings += settings.binning_horizontal_mode == "Average"
        if halvings:
            image += np.uint16(halvings)  # half of 2 or of 4
            image >>= np.uint16(halvings)
        np.minimum(image, np.uint16(SATURATION_DN), out=image)
        return image

    def _meter(self, top: int, image: NDArray[np.uint16], metered: tuple[int, int, int, int]) -> None:
        """Add the metered pixels of these rows; of many rows every fourth is enough."""
        x, y, width, height = metered
        step = 4 if height >= 256 else 1
        first = max(top, y + -(-max(0, top - y) // step) * step)
        stop = min(top + image.shape[0], y + height)
        if first < stop:
            part = image[first - top : stop - top : step, x : x + width]
            self._sum += int(part.sum(dtype=np.uint32))
            self._count += part.size


def _check_defects(defects: Sequence[tuple[int, int]]) -> None:
    if len(defects) > PREPROCESSING.defect_pixels_max:
        raise ValueError(f"{len(defects)} defects not accepted: at most {PREPROCESSING.defect_pixels_max}")
    for x, y in defects:
        if not (0 <= x < SENSOR.width and 0 <= y < SENSOR.height):
            raise ValueError(f"defect ({x}, {y}) not accepted: on a sensor of {SENSOR.width}x{SENSOR.height}")


def _table(lut: Sequence[int]) -> NDArray[np.uint16]:
    entries, top = 2**PREPROCESSING.lut_bits, 2**PREPROCESSING.lut_bits - 1
    if len(lut) != entries or not 0 <= min(lut) <= max(lut) <= top:
        raise ValueError(f"a lut of {len(lut)} entries not accepted: {entries} entries, each 0 to {top}")
    return np.array(lut, np.uint16)
