"""Correction of defect pixels from a list of coordinates (data sheet P7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from vcxg124m.errors import FeatureValueError
from vcxg124m.features._descriptor import Boolean
from vcxg124m.features._group import FeatureGroup

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

__all__ = ["DefectPixels", "Pixel", "find_defect_pixels"]

_LIST = {"DefectPixelListSelector": "Pixel"}


class Pixel(NamedTuple):
    """A pixel of the full sensor, whatever region, binning or mirroring is set."""

    x: int
    y: int


class DefectPixels(FeatureGroup):
    """The camera's list of pixels to be replaced by their horizontal neighbours.

    A change acts at once; ``cam.user_sets.save`` keeps it.
    """

    correction = Boolean("DefectPixelCorrection", doc="Replace the pixels of the list.", sheet="P7")

    @property
    def capacity(self) -> int:
        """How many pixels the list can hold (data sheet P7: 512)."""
        with self.selected(**_LIST) as nodes:
            return int(nodes["DefectPixelListIndex"].limits.maximum) + 1

    @property
    def coordinates(self) -> list[Pixel]:
        """The pixels of the list.

        Raises
        ------
        FeatureValueError
            A list to be written holds more pixels than the camera takes, or one that is not on the sensor; nothing was
            written.
        """
        found: list[Pixel] = []
        with self.selected(**_LIST) as nodes:
            index, active = nodes["DefectPixelListIndex"], nodes["DefectPixelListEntryActive"]
            x, y = nodes["DefectPixelListEntryPosX"], nodes["DefectPixelListEntryPosY"]
            start = cast("int", index.value)
            try:
                for i in range(int(index.limits.maximum) + 1):
                    index.value = i
                    if active.value:
                        found.append(Pixel(cast("int", x.value), cast("int", y.value)))
            finally:
                index.value = start
        return found

    @coordinates.setter
    def coordinates(self, pixels: Iterable[tuple[int, int]]) -> None:
        wanted = list(dict.fromkeys(Pixel(int(x), int(y)) for x, y in pixels))
        with self.selected(**_LIST) as nodes:
            index, active = nodes["DefectPixelListIndex"], nodes["DefectPixelListEntryActive"]
            x, y = nodes["DefectPixelListEntryPosX"], nodes["DefectPixelListEntryPosY"]
            self._check(wanted, int(index.limits.maximum) + 1, int(x.limits.maximum), int(y.limits.maximum))
            start = cast("int", index.value)
            try:
                for i in range(int(index.limits.maximum) + 1):
                    index.value = i
                    if i < len(wanted):
                        x.value, y.value = wanted[i]
                    if active.value != (i < len(wanted)):
                        active.value = i < len(wanted)
            finally:
                index.value = start

    @staticmethod
    def _check(pixels: list[Pixel], capacity: int, last_x: int, last_y: int) -> None:
        if len(pixels) > capacity:
            raise FeatureValueError(
                f"{len(pixels)} defect pixels not accepted: the camera's list holds {capacity}.",
                feature="DefectPixelListIndex",
                value=len(pixels),
                maximum=capacity,
            )
        for pixel in pixels:
            if not (0 <= pixel.x <= last_x and 0 <= pixel.y <= last_y):
                raise FeatureValueError(
                    f"Defect pixel {tuple(pixel)} not accepted: the sensor has x 0 to {last_x} and y 0 to {last_y}.",
                    feature="DefectPixelListEntryPosX",
                    value=pixel,
                )


def find_defect_pixels(dark_frames: npt.ArrayLike, *, threshold: float = 8.0, most: int = 512) -> list[Pixel]:
    """Find pixels that are much brighter or darker than the others in dark frames.

    Parameters
    ----------
    dark_frames
        (frames, rows, columns) or (rows, columns): full frames without light, not binned, not mirrored, taken with
        ``cam.defect_pixels.correction = False``. More frames average the noise away.
    threshold
        How many robust standard deviations (1.4826 times the median absolute deviation) a pixel's mean must lie off the
        median of all.
    most
        Return at most so many, the worst ones first.

    Returns
    -------
    list of Pixel
        For :attr:`.DefectPixels.coordinates`.

    Raises
    ------
    FeatureValueError
        The array has neither two nor three dimensions.
    """
    stack = np.asarray(dark_frames)
    if stack.ndim not in {2, 3}:
        raise FeatureValueError(
            f"dark_frames has {stack.ndim} dimensions: (rows, columns) or (frames, rows, columns) are accepted."
        )
    mean = stack.astype(np.float64) if stack.ndim == 2 else stack.mean(axis=0, dtype=np.float64)
    deviation = np.abs(mean - np.median(mean))
    scale = 1.4826 * float(np.median(deviation)) or 1.0 / 1.4826  # without noise, one step of the converter
    rows, columns = np.nonzero(deviation > threshold * scale)
    order = np.argsort(-deviation[rows, columns], kind="stable")[:most]
    return [Pixel(int(columns[i]), int(rows[i])) for i in order]
