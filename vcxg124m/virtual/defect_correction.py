"""Defect pixel correction: which pixels are replaced by what, worked out once for a region."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR


@dataclass(frozen=True)
class Run:
    """Listed pixels side by side in one row: columns `first` to `last`, both included."""

    y: int
    first: int
    last: int

    @property
    def outer(self) -> tuple[int, int]:
        """Columns of the sound neighbours. At the sensor's edge there is only one; it stands for both."""
        left, right = self.first - 1, self.last + 1
        return (right if left < 0 else left), (left if right >= SENSOR.width else right)

    @property
    def replacements(self) -> Iterator[tuple[int, int, int]]:
        """Column and the two columns whose average it becomes, in the order in which to do it."""
        left, right = self.outer
        for column in range(self.first, self.last + 1):
            yield column, left if column == self.first else column - 1, right


def runs_in(defects: Iterable[tuple[int, int]], rows: slice, columns: slice) -> list[Run]:
    """Join listed pixels to runs and return those that reach into a rectangle of the sensor.

    Parameters
    ----------
    defects : iterable of (int, int)
        Column and row on the sensor.
    rows, columns : slice
        The rectangle.
    """
    runs: list[Run] = []
    for y, x in sorted({(y, x) for x, y in defects if rows.start <= y < rows.stop}):
        if runs and (runs[-1].y, runs[-1].last + 1) == (y, x):
            runs[-1] = Run(y, runs[-1].first, x)
        else:
            runs.append(Run(y, x, x))
    return [run for run in runs if run.first < columns.stop and run.last >= columns.start]


def columns_needed(runs: Iterable[Run], columns: slice) -> slice:
    """Widen a span of columns so that the sound neighbours of every run lie in it."""
    reach = [column for run in runs for column in (run.first, run.last, *run.outer)]
    return slice(min([columns.start, *reach]), max([columns.stop - 1, *reach]) + 1)


class Repairs:
    """The replacements for the rows of an image that is worked on in strips.

    Parameters
    ----------
    runs : iterable of Run
        What to correct.
    rows, columns : slice
        The rectangle of the sensor that the image shows; it holds all runs and their neighbours.
    rows_per_strip : int
        Rows of the image, mirrored or not, that are given to `apply` together.
    reverse_x, reverse_y : bool
        Whether the image is mirrored. Left and right mean the sensor's, all the same.
    """

    def __init__(
        self,
        runs: Iterable[Run],
        rows: slice,
        columns: slice,
        rows_per_strip: int,
        *,
        reverse_x: bool,
        reverse_y: bool,
    ) -> None:
        # In the n-th step every run's n-th pixel is replaced: pixel, one side, other side.
        steps: dict[int, list[list[tuple[int, int, int]]]] = {}
        width = columns.stop - columns.start
        for run in runs:
            strip, row = divmod(rows.stop - 1 - run.y if reverse_y else run.y - rows.start, rows_per_strip)
            of_strip = steps.setdefault(strip, [])
            for number, replacement in enumerate(run.replacements):
                if number == len(of_strip):
                    of_strip.append([])
                pixel, left, right = (
                    row * width + (columns.stop - 1 - x if reverse_x else x - columns.start)
                    for x in replacement
                )
                of_strip[number].append((pixel, left, right))
        self._steps: dict[int, list[NDArray[np.intp]]] = {
            strip: [np.array(step, np.intp).T for step in of_strip] for strip, of_strip in steps.items()
        }

    def apply(self, strip: int, pixels: NDArray[np.uint16]) -> None:
        """Correct a strip.

        Parameters
        ----------
        strip : int
            Number of the strip, from 0 at the image's top.
        pixels : ndarray of uint16, shape (n,)
            Its pixels, row after row; changed.
        """
        for pixel, left, right in self._steps.get(strip, ()):
            pixels[pixel] = (pixels[left] + pixels[right]) >> 1
