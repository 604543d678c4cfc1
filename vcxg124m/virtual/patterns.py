"""Test patterns of the image processor: pictures without sensor, noise, gain or exposure.

The ramps follow SFNC: they run from the darkest to the brightest value over the whole (binned) sensor, so
that a region shows its part of the ramp. The diagonal ramp rises one DN a pixel and starts again after 4096
values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TEST_PATTERNS = (
    "Off",
    "Black",
    "White",
    "GreyHorizontalRamp",
    "GreyVerticalRamp",
    "GreyDiagonalRamp",
    "GreyHorizontalRampMoving",
    "GreyVerticalRampMoving",
)
"""Names by SFNC. Which of them a real VCXG-124M offers is unknown."""

MOVING_STEP = 16
"""Pixels that the moving ramps advance with each frame: one value of Mono8 on the full width. Chosen here."""

_TOP = 4095


def draw(
    name: str, columns: NDArray[np.int64], rows: NDArray[np.int64], *, size: tuple[int, int], index: int
) -> NDArray[np.uint16]:
    """Draw a region of a test pattern.

    Parameters
    ----------
    name : str
        One of `TEST_PATTERNS`, except ``Off``.
    columns, rows : ndarray of int
        Positions of the region's pixels on the sensor after binning.
    size : tuple of int
        ``(WidthMax, HeightMax)`` after binning.
    index : int
        Frame index, for the moving ramps.

    Returns
    -------
    ndarray of uint16, shape (rows, columns)
        0 to 4095 DN; read only.

    Raises
    ------
    ValueError
        There is no such pattern.
    """
    shape = (rows.size, columns.size)
    width, height = size
    if name in {"Black", "White"}:
        return np.broadcast_to(np.uint16(0 if name == "Black" else _TOP), shape)
    shift = MOVING_STEP * index if name.endswith("Moving") else 0
    if name.startswith("GreyHorizontalRamp"):
        across = (columns + shift) % width * _TOP // (width - 1)
        return np.broadcast_to(across.astype(np.uint16), shape)
    if name.startswith("GreyVerticalRamp"):
        down = (rows + shift) % height * _TOP // (height - 1)
        return np.broadcast_to(down.astype(np.uint16)[:, np.newaxis], shape)
    if name == "GreyDiagonalRamp":
        return ((columns + rows[:, np.newaxis]) % (_TOP + 1)).astype(np.uint16)
    raise ValueError(f"test_pattern={name!r} cannot be drawn: one of {', '.join(TEST_PATTERNS[1:])}")
