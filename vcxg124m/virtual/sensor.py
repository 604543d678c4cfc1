"""The sensor of the virtual camera: draws the noise of every frame and packs it as it goes on the wire.

The physics of a setting (mean and sigma of every pixel, `exposure`) is worked out once. A frame is then
``mean + sigma * z``, clipped, converted and packed in strips that stay in the second-level cache, where
``z`` is a window of one bank of unit normals, at a new random place for every strip and frame. So mean and
variance are those of Poisson and dark noise; the shape is a normal distribution's, which from about ten
electrons on is the same thing. The numpy calls leave the interpreter lock to the sending thread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vcxg124m.virtual import packing, patterns
from vcxg124m.virtual.exposure import SATURATION_DN, Exposed, SensorSettings
from vcxg124m.virtual.scene import Chart, Scene

__all__ = ["Sensor", "SensorSettings"]

_STRIP = 32768  # pixels: the float32 buffers of a strip take a quarter of a 2 MB cache. Mono12p needs a multiple of 4
_BANK = 2**20  # unit normals, 4 MB


class Sensor:
    """Renders frames; the same seed, settings and index give the same bytes.

    One thread at a time may call `frame`.

    Parameters
    ----------
    seed : int
        0 or more; selects the noise.
    scene : Scene, optional
        What the sensor looks at; a test chart by default.
    """

    def __init__(self, seed: int, scene: Scene | None = None) -> None:
        self._scene: Scene = Chart() if scene is None else scene
        self._scene.photon_rate()  # drawn now, so that the first frame need not wait for it
        bank = np.random.default_rng(seed).standard_normal(_BANK + _STRIP, dtype=np.float32)
        # Exactly unit mean and variance: the same bank serves all pixels, its chance deviation would not
        # average out.
        self._bank = (bank - bank.mean(dtype=np.float64)) / bank.std(dtype=np.float64)
        self._bank = self._bank.astype(np.float32)
        self._exposed: Exposed | None = None
        self._memory = np.empty((2, 0), np.float32)
        self._still: tuple[SensorSettings, NDArray[np.uint8]] | None = None

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
            np.copyto(out, self._pattern(settings, index))
            return out
        pixels = settings.width * settings.height
        if self._exposed is None or self._exposed.settings != settings:
            if self._memory.shape[1] < pixels:
                self._memory = np.empty((2, pixels), np.float32)
            self._exposed = Exposed(self._scene, settings, self._memory)
        strips = -(-pixels // _STRIP)
        places = np.random.default_rng(index).integers(0, _BANK, strips)
        with self._exposed.covered_by(self._scene.moving(index)) as (mean, sigma):
            self._read(mean, sigma, places, settings.pixel_format, out)
        return out

    def _pattern(self, settings: SensorSettings, index: int) -> NDArray[np.uint8]:
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

    def _read(
        self,
        mean: NDArray[np.float32],
        sigma: NDArray[np.float32],
        places: NDArray[np.int64],
        pixel_format: str,
        out: NDArray[np.uint8],
    ) -> None:
        """Draw every pixel from its mean and sigma, which are in units of the pixel format, and pack it."""
        top = np.float32((SATURATION_DN + 0.9) / 2 ** packing.DROPPED_BITS[pixel_format])
        work = np.empty(_STRIP, np.float32)
        words = np.empty(_STRIP, np.uint16)
        for strip, place in enumerate(places.tolist()):
            start = strip * _STRIP
            stop = min(start + _STRIP, mean.size)
            value = work[: stop - start]
            np.multiply(sigma[start:stop], self._bank[place : place + value.size], out=value)
            np.add(value, mean[start:stop], out=value)
            np.clip(value, np.float32(0), top, out=value)
            if pixel_format == "Mono12p":
                np.copyto(words[: value.size], value, casting="unsafe")
                packing.pack_mono12p(words[: value.size], out[start * 3 // 2 :])
            elif pixel_format == "Mono8":
                np.copyto(out[start:stop], value, casting="unsafe")
            else:
                np.copyto(out[2 * start : 2 * stop].view("<u2"), value, casting="unsafe")
