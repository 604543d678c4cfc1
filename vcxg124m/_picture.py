"""A frame as people look at it: made small and eight bits deep, with its histogram. Computes only."""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["HISTOGRAM_BINS", "Picture", "encoded", "full_scale", "histogram_picture", "picture_of"]

HISTOGRAM_BINS = 256
# A picture is brightened when all but this share of its pixels would stay in the darkest quarter.
_BRIGHTEST_SHARE = 0.001
_GREY, _RED = (128, 128, 128, 200), (217, 69, 61, 255)  # seen on white and on black


@dataclass(frozen=True, eq=False)
class Picture:
    """A frame made small.

    Attributes
    ----------
    pixels
        uint8, (rows, columns) or (rows, columns, 3).
    reduction
        So many columns, and rows, became one.
    brightness
        Factor by which it was made brighter: 1, 2, 4, ...
    counts
        The frame's pixels in each of 256 equal steps from black to the greatest value, (256,).
    full_scale
        The greatest value that the pixel format has.
    minimum, maximum, mean
        Of the frame's values, in DN.
    saturated
        Pixels that have the greatest value.
    """

    pixels: npt.NDArray[np.uint8]
    reduction: int
    brightness: int
    counts: npt.NDArray[np.int64]
    full_scale: int
    minimum: int
    maximum: int
    mean: float
    saturated: int


def full_scale(pixel_format: str) -> int:
    """Return the greatest value of a pixel format: 1023 for Mono10, 255 for RGB8."""
    bits = re.search(r"(\d+)p?$", pixel_format)
    return (1 << int(bits[1])) - 1 if bits else 255


def picture_of(
    image: npt.NDArray[Any], pixel_format: str, *, width: int, height: int, brighten: bool = True
) -> Picture:
    """Make a frame small.

    Parameters
    ----------
    image
        A frame's ``image``, not empty.
    pixel_format
        Its ``pixel_format``.
    width, height
        What the picture has to fit into.
    brighten
        Make a dark one brighter.
    """
    top = full_scale(pixel_format)
    shift = max(top.bit_length() - 8, 0)
    eight = np.minimum(image >> shift, 255).astype(np.uint8) if shift else image.astype(np.uint8, copy=False)
    counts = np.array(Image.fromarray(eight.reshape(len(image), -1)).histogram(), np.int64)
    brightness = _brightness(counts) if brighten else 1
    if brightness > 1:
        less = max(shift - (brightness.bit_length() - 1), 0)
        more = brightness >> (shift - less)
        eight = np.minimum((image >> less).astype(np.uint32) * more, 255).astype(np.uint8)
    if eight.ndim == 3:
        eight = eight[..., 2::-1] if pixel_format.startswith("BGR") else eight[..., :3]
    reduction = max(math.ceil(eight.shape[1] / width), math.ceil(eight.shape[0] / height))
    return Picture(
        pixels=np.asarray(Image.fromarray(np.ascontiguousarray(eight)).reduce(reduction)),
        reduction=reduction,
        brightness=brightness,
        counts=counts,
        full_scale=top,
        minimum=int(image.min()),
        maximum=int(image.max()),
        mean=float(image.mean()),
        saturated=int(np.count_nonzero(image >= top)),
    )


def histogram_picture(picture: Picture, height: int) -> npt.NDArray[np.uint8]:
    """Draw the histogram, logarithmic in the counts; the last bar is red when pixels are saturated.

    Returns
    -------
    ndarray
        (height, 256, 4) uint8, red, green, blue and opacity.
    """
    levels = np.log1p(picture.counts)
    tall = np.ceil(levels / max(levels.max(), 1.0) * height)
    drawn = np.zeros((height, HISTOGRAM_BINS, 4), np.uint8)
    drawn[np.arange(height)[:, np.newaxis] >= height - tall] = _GREY
    if picture.saturated:
        drawn[-int(tall[-1]) :, -4:] = _RED
    drawn[-1] = _GREY
    return drawn


def encoded(pixels: npt.NDArray[np.uint8], kind: str = "PNG", **options: int) -> bytes:
    """Return a picture as the bytes of a file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def _brightness(counts: npt.NDArray[np.int64]) -> int:
    """Return the power of two that brings the brightest pixels of a dark frame into the upper half."""
    above = np.cumsum(counts[::-1])[::-1]  # pixels in this step or a brighter one
    brightest = int(np.count_nonzero(above > _BRIGHTEST_SHARE * counts.sum())) - 1
    return 1 << (8 - max(brightest, 1).bit_length()) if brightest < HISTOGRAM_BINS // 4 else 1
