"""Takes the images for a photon transfer curve from the virtual camera, over the network."""

from __future__ import annotations

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera
from vcxg_testing.emva1288 import Point, average, pair

EXPOSURE_S = 0.004
FULL_LIGHT = 4e6
"""Photons per second and pixel at full light: 16000 in 4 ms, more than 9500 e- whatever the quantum efficiency."""

LEVELS = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02),
    *(0.04 * step for step in range(1, 20)),
    *(0.78 + 0.0075 * step for step in range(24)),
)
"""Shares of the full light: from 5 electrons on, coarse over the linear part, fine around saturation."""

SCENE = f"flat:{FULL_LIGHT}"


def take(
    device: VirtualCamera, cam: vcx.Camera, *, size: int = 512, dark_pairs: int = 16
) -> tuple[list[Point], Point]:
    """Take two images at each level and `dark_pairs` times two without light, at the data sheet's conditions (S3).

    Returns
    -------
    list of Point, Point
        The exposures and the dark.
    """
    cam.roi.set(width=size, height=size, center=True)
    cam.image_format.pixel_format = "Mono12p"
    cam.exposure.time_us = EXPOSURE_S * 1e6
    cam.gain.db = 0
    cam.black_level.level = 16  # keeps the dark noise clear of zero, as the standard asks

    def images(light: float, count: int) -> list[Point]:
        device.light = light
        taken = [frame.image for frame in cam.stream(2 * count)]
        return [pair(light * FULL_LIGHT * EXPOSURE_S, *taken[i : i + 2]) for i in range(0, 2 * count, 2)]

    return [images(level, 1)[0] for level in LEVELS], average(images(0, dark_pairs))
