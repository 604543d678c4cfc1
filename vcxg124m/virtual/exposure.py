"""What one exposure puts on every pixel: mean and standard deviation, from photons to DN.

EMVA 1288's linear model with the data sheet's figures. For every pixel ``mean = K g (e + d) + b``, with ``e`` the
photoelectrons, ``d`` those of the dark current and ``b`` the black level, and ``variance = (K g)^2 (e + d + 2^2)``:
shot noise and 2 e- dark noise. Pixels do not differ from each other (no PRNU, DSNU or defect pixels yet).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import ACQUISITION, PREPROCESSING, SENSOR
from vcxg124m.virtual import packing, patterns
from vcxg124m.virtual.scene import Patch, Scene

SATURATION_DN = 2**PREPROCESSING.lut_bits - 1
SYSTEM_GAIN = SATURATION_DN / SENSOR.saturation_electrons
"""DN of 12 bits per electron at gain 1: 0.431. Saturation is the clipping at 4095 DN, 9500 e- at gain 1."""

DARK_CURRENT_ELECTRONS_PER_S = 1.0
"""Per pixel. Not in the data sheet: the order of size of such sensors at 40 degC."""

_PIXELS_AT_ONCE = 131072  # temporaries of half a megabyte stay in the second-level cache


@dataclass(frozen=True)
class SensorSettings:
    """Everything that a frame depends on, besides the scene.

    Attributes
    ----------
    width, height, offset_x, offset_y : int
        Region in pixels of the binned and flipped image.
    binning_horizontal, binning_vertical : int
        1 or 2 (data sheet P5); electrons add.
    reverse_x, reverse_y : bool
        Flips (P6), applied before the region is cut out.
    exposure_s : float
        Seconds, more than 0.
    gain : float
        Linear factor, 1 to 251.19 (P2: 48 dB).
    black_level : float
        DN of 12 bits, 0 to 255 (P2), added after the gain.
    pixel_format, test_pattern : str
        SFNC names.
    """

    width: int = SENSOR.width
    height: int = SENSOR.height
    offset_x: int = 0
    offset_y: int = 0
    binning_horizontal: int = 1
    binning_vertical: int = 1
    reverse_x: bool = False
    reverse_y: bool = False
    exposure_s: float = 0.004
    gain: float = 1.0
    black_level: float = 0.0
    pixel_format: str = "Mono8"
    test_pattern: str = "Off"

    def __post_init__(self) -> None:
        factors = PREPROCESSING.binning_factors
        if self.binning_horizontal not in factors or self.binning_vertical not in factors:
            wanted = f"{self.binning_horizontal}x{self.binning_vertical}"
            raise ValueError(f"binning {wanted} not accepted: {factors[0]} or {factors[1]} each way")
        width_max, height_max = self.size_max
        for name, size, offset, limit in (
            ("width", self.width, self.offset_x, width_max),
            ("height", self.height, self.offset_y, height_max),
        ):
            if size < 1 or offset < 0 or size + offset > limit:
                raise ValueError(
                    f"{name}={size} at offset {offset} not accepted: must lie within 0 to {limit}"
                )
        if not self.exposure_s > 0:
            raise ValueError(f"exposure_s={self.exposure_s} not accepted: more than 0 s")
        if not 1 <= self.gain <= 10 ** (PREPROCESSING.gain_db.maximum / 20):
            raise ValueError(f"gain={self.gain} not accepted: a factor for {PREPROCESSING.gain_db} dB")
        if self.black_level not in PREPROCESSING.black_level_dn12:
            allowed = PREPROCESSING.black_level_dn12
            raise ValueError(f"black_level={self.black_level} not accepted: {allowed} DN at 12 bits")
        if self.pixel_format not in ACQUISITION.pixel_formats:
            formats = ", ".join(ACQUISITION.pixel_formats)
            raise ValueError(f"pixel_format={self.pixel_format!r} not accepted: one of {formats}")
        if self.test_pattern not in patterns.TEST_PATTERNS:
            names = ", ".join(patterns.TEST_PATTERNS)
            raise ValueError(f"test_pattern={self.test_pattern!r} not accepted: one of {names}")

    @property
    def size_max(self) -> tuple[int, int]:
        """WidthMax and HeightMax: the sensor's size after binning."""
        return SENSOR.width // self.binning_horizontal, SENSOR.height // self.binning_vertical

    @property
    def payload_bytes(self) -> int:
        """Bytes of the packed image."""
        return packing.payload_size(self.width * self.height, self.pixel_format)


class Exposed:
    """Mean and sigma of every pixel for one scene and one group of settings, in DN of the pixel format.

    Half a DN of 12 bits is part of the mean: cutting off the fraction then rounds.

    Parameters
    ----------
    scene : Scene
        What the sensor looks at.
    settings : SensorSettings
        How it looks.
    memory : ndarray of float32, shape (2, at least width * height)
        Keeps mean and sigma. Given, because fresh pages cost more than the physics.
    """

    def __init__(self, scene: Scene, settings: SensorSettings, memory: NDArray[np.float32]) -> None:
        self.settings = settings
        shape = (settings.height, settings.width)
        pixels = settings.height * settings.width
        self._mean = memory[0, :pixels].reshape(shape)
        self._sigma = memory[1, :pixels].reshape(shape)
        photon_rate = scene.photon_rate()
        columns = _on_sensor(
            offset=settings.offset_x,
            size=settings.width,
            binning=settings.binning_horizontal,
            sensor_size=SENSOR.width,
            reverse=settings.reverse_x,
        )
        rows_at_once = max(1, _PIXELS_AT_ONCE // settings.width)
        for top in range(0, settings.height, rows_at_once):
            count = min(rows_at_once, settings.height - top)
            rows = _on_sensor(
                settings.offset_y + top,
                count,
                settings.binning_vertical,
                SENSOR.height,
                reverse=settings.reverse_y,
            )
            band = slice(top, top + count)
            self._mean[band], self._sigma[band] = self._expose(photon_rate[rows, columns])

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
            place, part = self._place(patch)
            if part is not None:
                uncovered.append((place, self._mean[place].copy(), self._sigma[place].copy()))
                self._mean[place], self._sigma[place] = self._expose(part)
        try:
            yield self._mean.reshape(-1), self._sigma.reshape(-1)
        finally:
            for place, mean, sigma in reversed(uncovered):
                self._mean[place], self._sigma[place] = mean, sigma

    def _expose(self, photon_rate: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Mean and sigma of the image pixels that this rectangle of the sensor makes."""
        settings = self.settings
        seconds = settings.exposure_s
        across, down = settings.binning_horizontal, settings.binning_vertical
        flipped = photon_rate[:: -1 if settings.reverse_y else 1, :: -1 if settings.reverse_x else 1]
        electrons = flipped * np.float32(SENSOR.quantum_efficiency * seconds)
        electrons += np.float32(DARK_CURRENT_ELECTRONS_PER_S * seconds)
        if down > 1:
            electrons = electrons[0::2] + electrons[1::2]
        if across > 1:
            electrons = electrons[:, 0::2] + electrons[:, 1::2]
        reduction = 2 ** packing.DROPPED_BITS[settings.pixel_format]
        gain = np.float32(SYSTEM_GAIN * settings.gain / reduction)
        dark_variance = np.float32(across * down * SENSOR.dark_noise_electrons**2)
        sigma = np.sqrt(electrons + dark_variance)
        sigma *= gain
        electrons *= gain
        electrons += np.float32((settings.black_level + 0.5) / reduction)
        return electrons, sigma

    def _place(self, patch: Patch) -> tuple[tuple[slice, slice], NDArray[np.float32] | None]:
        """Where in the image a patch lies, and the part of it that does; None when it lies outside the region."""
        settings = self.settings
        height, width = patch.photon_rate.shape
        columns, used_columns = _overlap(
            patch.x,
            width,
            offset=settings.offset_x,
            size=settings.width,
            binning=settings.binning_horizontal,
            sensor_size=SENSOR.width,
            reverse=settings.reverse_x,
        )
        rows, used_rows = _overlap(
            patch.y,
            height,
            offset=settings.offset_y,
            size=settings.height,
            binning=settings.binning_vertical,
            sensor_size=SENSOR.height,
            reverse=settings.reverse_y,
        )
        inside = columns.stop > columns.start and rows.stop > rows.start
        return (rows, columns), patch.photon_rate[used_rows, used_columns] if inside else None


def _on_sensor(offset: int, size: int, binning: int, sensor_size: int, *, reverse: bool) -> slice:
    """Sensor pixels behind a span of image pixels."""
    start, stop = offset * binning, (offset + size) * binning
    return slice(sensor_size - stop, sensor_size - start) if reverse else slice(start, stop)


def _overlap(
    start: int, length: int, *, offset: int, size: int, binning: int, sensor_size: int, reverse: bool
) -> tuple[slice, slice]:
    """Span of the region that a span of the sensor covers, and the used part of that sensor span."""
    first = (sensor_size - start - length if reverse else start) // binning - offset
    low, high = max(first, 0), min(first + length // binning, size)
    used = slice((low - first) * binning, (high - first) * binning)
    if reverse:
        used = slice(length - used.stop, length - used.start)
    return slice(low, high), used
