"""The sensor of the virtual camera: draws the noise of every frame and packs it as it goes on the wire.

The physics of a setting (mean and sigma of every pixel, `exposure`) is worked out once. A frame is then
``mean + sigma * z``, cut to 12 bits, processed (`image_processor`) and packed in strips that stay in the second-level
cache, where ``z`` is a window of one bank of unit normals, at a new random place for every strip and frame. So mean
and variance are those of Poisson and dark noise; the shape is a normal distribution's, which together with 2 e- of
dark noise is the same thing to within a hundredth. The numpy calls leave the interpreter lock to the sending thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR
from vcxg124m.virtual import packing, patterns
from vcxg124m.virtual.exposure import SATURATION_DN, Exposed
from vcxg124m.virtual.fixed_pattern import FixedPattern
from vcxg124m.virtual.image_processor import ImageProcessor
from vcxg124m.virtual.scene import Scene
from vcxg124m.virtual.sensor_settings import SensorSettings

__all__ = ["Sensor", "SensorSettings"]

_BANK = 2**20  # unit normals, 4 MB


class Sensor:
    """Renders frames; the same seed, settings and index give the same bytes.

    One thread at a time may call `frame`.

    Parameters
    ----------
    seed : int
        0 or more; selects the noise and the specimen: the differences between pixels.
    scene : Scene
        What the sensor looks at.

    Attributes
    ----------
    brightness : float or None
        Mean of the pixels that the last frame's settings have metered, in DN of 12 bits before the look-up table.
    """

    def __init__(self, seed: int, scene: Scene) -> None:
        self._scene = scene
        self._scene.photon_rate(0)  # drawn now, so that the first frame need not wait for it
        self._pattern = FixedPattern(seed)
        bank = np.random.default_rng(seed).standard_normal(_BANK, dtype=np.float32)
        # Exactly unit mean and variance: the same bank serves all pixels, its chance deviation would not
        # average out.
        self._bank = (bank - bank.mean(dtype=np.float64)) / bank.std(dtype=np.float64)
        self._bank = self._bank.astype(np.float32)
        self._exposed: Exposed | None = None
        self._processor = ImageProcessor(SensorSettings())
        self._memory = np.empty((2, 0), np.float32)
        self._still: tuple[SensorSettings, NDArray[np.uint8]] | None = None
        self.brightness: float | None = None

    def frame(
        self, settings: SensorSettings, index: int, *, out: NDArray[np.uint8] | None = None
    ) -> NDArray[np.uint8]:
        """Expose and read one frame.

        Parameters
        ----------
        settings : SensorSettings
            A change costs the physics of all pixels once, less than 0.1 s for the full frame.
        index : int
            Frame index, 0 or more; moves the scene and selects the noise.
        out : ndarray of uint8, shape (settings.payload_bytes,), optional
            Memory to fill; a new array by default. Filling warm memory saves the page faults of 12 to 24 MB.

        Returns
        -------
        ndarray of uint8, shape (settings.payload_bytes,)
            The payload as it goes on the wire.

        Raises
        ------
        ValueError
            `out` is no contiguous uint8 array of the payload's size.
        """
        size = settings.payload_bytes
        if out is None:
            out = np.empty(size, np.uint8)
        elif out.shape != (size,) or out.dtype != np.uint8 or not out.flags.c_contiguous:
            raise ValueError(f"out is {out.dtype}{out.shape}, wanted contiguous uint8({size},)")
        if settings.test_pattern != "Off":
            self.brightness = None
            np.copyto(out, self._pattern_frame(settings, index))
            return out
        if settings.sensor_test_pattern != "Off":
            self._prepare(settings)
            self._finish(self._pattern_strips(settings, index), out)
        else:
            exposed = self._expose(settings, self._scene.photon_rate(index))
            with exposed.covered_by(self._scene.moving(index)) as (mean, sigma):
                self._finish(self._noisy_strips(mean, sigma, index), out)
        self.brightness = self._processor.brightness
        return out

    def _prepare(self, settings: SensorSettings) -> None:
        if self._processor.settings != settings:
            self._processor = ImageProcessor(settings)

    def _expose(self, settings: SensorSettings, photon_rate: NDArray[np.float32]) -> Exposed:
        exposed = self._exposed
        if exposed is None or exposed.settings != settings or exposed.photon_rate is not photon_rate:
            self._prepare(settings)
            pixels = self._processor.strips[-1].stop
            if self._memory.shape[1] < pixels:
                self._memory = np.empty((2, pixels), np.float32)
            exposed = Exposed(photon_rate, self._pattern, settings, self._processor.columns, self._memory)
            self._exposed = exposed
        return exposed

    def _pattern_frame(self, settings: SensorSettings, index: int) -> NDArray[np.uint8]:
        """Return a pattern of the image processor, which comes after all else."""
        if self._still is not None and self._still[0] == settings:
            return self._still[1]
        image = patterns.draw(
            settings.test_pattern,
            settings.offset_x + np.arange(settings.width),
            settings.offset_y + np.arange(settings.height),
            size=settings.size_max,
            index=index,
        )
        packed = packing.pack(image, settings.pixel_format)
        self._still = None if settings.test_pattern.endswith("Moving") else (settings, packed)
        return packed

    def _pattern_strips(self, settings: SensorSettings, index: int) -> Iterator[NDArray[np.uint16]]:
        """Read a pattern of the sensor, which goes the way of an image."""
        rows, columns = (_indices(part) for part in (settings.sensor_rows, self._processor.columns))
        image = patterns.draw(
            settings.sensor_test_pattern,
            columns[:: -1 if settings.reverse_x else 1],
            rows[:: -1 if settings.reverse_y else 1],
            size=(SENSOR.width, SENSOR.height),
            index=index,
        ).reshape(-1)
        for part in self._processor.strips:
            yield image[part].copy()

    def _noisy_strips(
        self, mean: NDArray[np.float32], sigma: NDArray[np.float32], index: int
    ) -> Iterator[NDArray[np.uint16]]:
        """Draw every pixel from its mean and sigma. A strip may be changed and lasts until the next one."""
        strips = self._processor.strips
        longest = strips[0].stop
        value, words = np.empty(longest, np.float32), np.empty(longest, np.uint16)
        places = np.random.default_rng(index).integers(0, _BANK - longest, len(strips))
        for part, place in zip(strips, places.tolist(), strict=True):
            length = part.stop - part.start
            value, words = value[:length], words[:length]
            np.multiply(sigma[part], self._bank[place : place + length], out=value)
            np.add(value, mean[part], out=value)
            np.clip(value, np.float32(0), np.float32(SATURATION_DN + 0.9), out=value)
            np.copyto(words, value, casting="unsafe")
            yield words

    def _finish(self, strips: Iterable[NDArray[np.uint16]], out: NDArray[np.uint8]) -> None:
        """Process and pack."""
        pixel_format, position = self._processor.settings.pixel_format, 0
        for number, words in enumerate(strips):
            image = self._processor.process(number, words)
            end = position + packing.payload_size(image.size, pixel_format)
            packing.pack_into(image, pixel_format, out[position:end])
            position = end


def _indices(part: slice) -> NDArray[np.intp]:
    return np.arange(part.stop, dtype=np.intp)[part]
