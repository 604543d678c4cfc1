"""A picture file as the scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import tifffile
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR
from vcxg124m.virtual.scene import WHITE_PHOTON_RATE, Patch

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722], np.float32)  # of red, green and blue, ITU-R BT.709


class Picture:
    """A picture that hangs before the camera.

    It covers the sensor: it is scaled, its proportions kept, and what stands out is cut off; one of 4096x3000 is shown
    pixel by pixel. Its values are proportional to the light. The greatest value of an integer type, 1.0 of a floating
    point one, is as bright as white paper: 85 % of saturation at the factory settings.

    Parameters
    ----------
    path : path-like
        ``.npy`` or ``.tif``: grey (height, width) or colour (height, width, 3 or 4), which becomes grey. Other formats
        are read with Pillow where it is installed.

    Raises
    ------
    OSError
        There is no such file.
    ValueError
        It is no such picture.
    """

    def __init__(self, path: str | Path) -> None:
        try:
            grey = _grey(_read(Path(path)))
        except ValueError as error:
            raise ValueError(f"{path} cannot be the scene: {error}") from error
        except OSError as error:
            raise OSError(
                error.errno or 0, f"{path} cannot be the scene: {error.strerror or error}"
            ) from error
        self._photon_rate = np.asarray(_cover(grey) * WHITE_PHOTON_RATE, np.float32)
        self._photon_rate.flags.writeable = False

    def photon_rate(self, index: int) -> NDArray[np.float32]:  # noqa: ARG002 - the same in every frame
        """Return the picture's light."""
        return self._photon_rate

    def moving(self, index: int) -> Sequence[Patch]:  # noqa: ARG002 - nothing moves in any frame
        """Return nothing."""
        return ()


def _read(path: Path) -> NDArray[np.generic]:
    suffix = path.suffix.lower()
    if suffix == ".npy":
        return np.asarray(np.load(path, allow_pickle=False))
    if suffix in {".tif", ".tiff"}:
        try:
            return np.asarray(tifffile.imread(path, key=0))
        except tifffile.TiffFileError as error:
            raise ValueError(str(error)) from error
    path.stat()  # a missing file is told before a missing library
    try:
        from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - optional
    except ImportError:
        raise ValueError(
            f"reading {suffix or 'a file without suffix'} needs Pillow; install it, or save as .npy or .tif"
        ) from None
    try:
        with Image.open(path) as image:
            return np.asarray(image.convert("RGB") if image.mode in {"P", "CMYK", "YCbCr"} else image)
    except UnidentifiedImageError as error:
        raise ValueError(str(error)) from error


def _grey(picture: NDArray[np.generic]) -> NDArray[np.float32]:
    """Return values from 0 (black) to 1 (white), shape (height, width)."""
    kind = picture.dtype
    if kind.kind not in "buf" or picture.size == 0:
        raise ValueError(f"values of {kind}, shape {picture.shape}; wanted unsigned integers or floats")
    white = 1.0 if kind.kind in "bf" else float(2 ** (8 * kind.itemsize) - 1)
    grey = np.asarray(picture, np.float32) / np.float32(white)
    if grey.ndim == 3 and grey.shape[2] in {3, 4}:
        grey = grey[:, :, :3] @ _LUMINANCE
    if grey.ndim != 2:
        raise ValueError(f"shape {picture.shape}; wanted (height, width) or (height, width, 3)")
    if not np.isfinite(grey).all() or grey.min() < 0:
        raise ValueError("it has negative or infinite values")
    return np.asarray(grey, np.float32)


def _cover(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale to the sensor's size, bilinearly."""
    height, width = grey.shape
    if (height, width) == (SENSOR.height, SENSOR.width):
        return grey
    scale = max(SENSOR.height / height, SENSOR.width / width)
    rows = (np.arange(SENSOR.height) + 0.5 - SENSOR.height / 2) / scale + height / 2 - 0.5
    columns = (np.arange(SENSOR.width) + 0.5 - SENSOR.width / 2) / scale + width / 2 - 0.5
    return np.ascontiguousarray(_interpolate(_interpolate(grey, rows).T, columns).T)


def _interpolate(lines: NDArray[np.float32], positions: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return lines at fractional positions; beyond the first and the last these go on."""
    positions = np.clip(positions, 0, lines.shape[0] - 1)
    below = positions.astype(np.intp)
    above = np.minimum(below + 1, lines.shape[0] - 1)
    share = (positions - below).astype(np.float32)[:, np.newaxis]
    return np.asarray(lines[below] * (1 - share) + lines[above] * share, np.float32)
