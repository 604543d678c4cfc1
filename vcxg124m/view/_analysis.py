"""What one look at a frame shows: a picture that fits the screen, and the figures beside it. Computes only.

Figures come from the camera's own values; only the picture is made smaller and 8 bit deep, and single pixels are sent
as they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from vcxg124m._picture import encoded

if TYPE_CHECKING:
    import numpy.typing as npt

    from vcxg124m.view._messages import Look

    Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

__all__ = ["Picture", "figures", "grey", "picture"]

S = TypeVar("S", np.uint32, np.bool_)

# Up to so many pixels are sent with their values instead of as a picture: half a megabyte.
_MOST_RAW_PIXELS = 1 << 18
# The histogram takes every n-th pixel of every n-th row to stay below this many; saturation is counted in all.
_MOST_COUNTED_PIXELS = 1 << 20
_BINS = 256
# The focus figure is that of the middle of what is shown, at most so many pixels high and wide.
_FOCUS_EXTENT = 768
# What part of the pixels "auto" levels let be black, and white.
_CLIPPED = 0.002
_JPEG_QUALITY = 90
_RED = (255, 0, 0)


@dataclass(frozen=True)
class Picture:
    """Pixels for the browser.

    Attributes
    ----------
    kind
        "values": uint16 little-endian, or "jpeg".
    region
        What it shows: first column, first row, columns, rows.
    levels
        Values that are shown black and white.
    data
        The bytes.
    """

    kind: str
    region: tuple[int, int, int, int]
    levels: tuple[int, int]
    data: bytes


def grey(image: Pixels) -> Pixels:
    """Return one value a pixel: a colour image's mean."""
    return image if image.ndim == 2 else image[..., :3].mean(axis=2).astype(image.dtype)


def picture(image: Pixels, look: Look, greatest: int) -> Picture:
    """Return what ``look`` asks for: values where a pixel of the image covers pixels of the screen, else a JPEG.

    Marks are in the JPEG only; who has the values sees by himself which are saturated.
    """
    x, y, width, height = region = _region(image, look)
    pixels = image[y : y + height, x : x + width]
    levels = _levels(pixels, look, greatest)
    if look.screen_width >= width and width * height <= _MOST_RAW_PIXELS:
        return Picture("values", region, levels, pixels.astype("<u2").tobytes())
    step = max(1, min(width // look.screen_width, height // look.screen_height))
    shades = _shades(_smaller(pixels, step), levels, greatest)
    # Rows and columns that do not fill a step are left out.
    shown = (x, y, shades.shape[1] * step, shades.shape[0] * step)
    if look.mark_saturated:
        shades = _marked(shades, _gathered(pixels >= greatest, step, np.logical_or, np.bool_))
    return Picture("jpeg", shown, levels, encoded(shades, "JPEG", quality=_JPEG_QUALITY, subsampling=0))


def figures(image: Pixels, look: Look, greatest: int) -> dict[str, Any]:
    """Return histogram, statistics and focus of what is shown, and values along the line and under the pointer."""
    x, y, width, height = _region(image, look)
    pixels = image[y : y + height, x : x + width]
    counts = _counts(pixels, greatest)
    counted = int(counts.sum())
    values = np.arange(len(counts))
    mean = float((counts * values).sum() / counted)
    found = np.flatnonzero(counts)
    bins = min(_BINS, greatest + 1)
    return {
        "histogram": counts[: greatest + 1].reshape(bins, -1).sum(axis=1).tolist(),
        "counted": counted,
        "pixels": width * height,
        "saturated": int(np.count_nonzero(pixels >= greatest)),
        "mean": mean,
        "sigma": math.sqrt(float((counts * (values - mean) ** 2).sum() / counted)),
        "least": int(found[0]),
        "most": int(found[-1]),
        "focus": _focus(pixels),
        "line": look.line,
        "profile": None if look.line is None else _profile(image, look.line),
        "pointer": None if look.pointer is None else _value_at(image, *look.pointer),
    }


def _region(image: Pixels, look: Look) -> tuple[int, int, int, int]:
    """Return the part of the image that is asked for, at least one pixel."""
    rows, columns = image.shape
    left = min(max(math.floor(look.x), 0), columns - 1)
    top = min(max(math.floor(look.y), 0), rows - 1)
    right = min(max(math.ceil(look.x + look.width), left + 1), columns)
    bottom = min(max(math.ceil(look.y + look.height), top + 1), rows)
    return left, top, right - left, bottom - top


def _levels(pixels: Pixels, look: Look, greatest: int) -> tuple[int, int]:
    if look.levels == "full":
        return 0, greatest
    if look.levels == "auto":
        share = np.cumsum(_counts(pixels, greatest), dtype=np.float64)
        black, white = np.searchsorted(share, [_CLIPPED * share[-1], (1 - _CLIPPED) * share[-1]])
        return int(black), max(int(white), int(black) + 1)
    return look.levels


def _counts(pixels: Pixels, greatest: int) -> npt.NDArray[np.int64]:
    """Count how often each value occurs, in a grid of pixels when there are many."""
    step = math.ceil(math.sqrt(pixels.size / _MOST_COUNTED_PIXELS))
    return np.bincount(pixels[::step, ::step].ravel(), minlength=greatest + 1)


def _smaller(pixels: Pixels, step: int) -> npt.NDArray[np.uint32] | Pixels:
    """Return the mean of each ``step`` by ``step`` pixels."""
    return pixels if step == 1 else _gathered(pixels, step, np.add, np.uint32) // (step * step)


def _gathered(pixels: npt.NDArray[Any], step: int, gather: np.ufunc, kind: type[S]) -> npt.NDArray[S]:
    """Make one of each ``step`` by ``step`` pixels: rows first, which lie behind each other in memory."""
    rows, columns = pixels.shape[0] // step, pixels.shape[1] // step
    whole = pixels[: rows * step, : columns * step]
    tall = np.zeros((rows, columns * step), kind)
    for offset in range(step):
        gather(tall, whole[offset::step], out=tall)
    small = np.zeros((rows, columns), kind)
    for offset in range(step):
        gather(small, tall[:, offset::step], out=small)
    return small


def _marked(shades: npt.NDArray[np.uint8], marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    """Return the shades in colour, with what is marked in red."""
    coloured = np.repeat(shades[..., np.newaxis], 3, axis=2)
    coloured[marks] = _RED
    return coloured


def _shades(
    values: npt.NDArray[np.uint32] | Pixels, levels: tuple[int, int], greatest: int
) -> npt.NDArray[np.uint8]:
    black, white = levels
    table = (np.arange(greatest + 1, dtype=np.float32) - black) * (255 / (white - black))
    shades: npt.NDArray[np.uint8] = np.clip(table.round(), 0, 255).astype(np.uint8)[
        np.minimum(values, greatest)
    ]
    return shades


def _focus(pixels: Pixels) -> float:
    """Return how sharp it is: the root mean square of the gradient over the mean, which brightness leaves alone.

    The gradient is Sobel's, as in Tenengrad: noise counts less in it than in second derivatives.
    """
    rows, columns = pixels.shape
    height, width = min(rows, _FOCUS_EXTENT), min(columns, _FOCUS_EXTENT)
    if height < 3 or width < 3:
        return 0.0
    top, left = (rows - height) // 2, (columns - width) // 2
    middle = pixels[top : top + height, left : left + width].astype(np.float32)
    tall = middle[:-2] + 2 * middle[1:-1] + middle[2:]
    wide = middle[:, :-2] + 2 * middle[:, 1:-1] + middle[:, 2:]
    across, along = tall[:, 2:] - tall[:, :-2], wide[2:] - wide[:-2]
    energy = float(np.mean(across * across + along * along)) / 64  # the kernel's weights add up to 8
    mean = float(middle.mean())
    return math.sqrt(energy) / mean if mean > 0 else 0.0


def _profile(image: Pixels, line: tuple[int, int, int, int]) -> list[int]:
    """Return the values along a line from one pixel to another, both included, one for each pixel on the way."""
    rows, columns = image.shape
    x0, y0, x1, y1 = line
    steps = max(abs(x1 - x0), abs(y1 - y0)) + 1
    x = np.linspace(x0, x1, steps).round().astype(np.intp).clip(0, columns - 1)
    y = np.linspace(y0, y1, steps).round().astype(np.intp).clip(0, rows - 1)
    values: list[int] = image[y, x].tolist()
    return values


def _value_at(image: Pixels, x: int, y: int) -> int | None:
    rows, columns = image.shape
    return int(image[y, x]) if 0 <= x < columns and 0 <= y < rows else None
