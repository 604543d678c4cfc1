"""The lookup table behind the analog-digital converter (SFNC chapter "LUT Control", data sheet P4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from vcxg124m.enums import LutContent
from vcxg124m.errors import FeatureTypeError, FeatureValueError
from vcxg124m.features._descriptor import Boolean, Enumeration, Float
from vcxg124m.features._group import FeatureGroup

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["Lut", "gamma_table"]

_SELECTED = {"LUTSelector": "Luminance"}


class Lut(FeatureGroup):
    """A 12-bit value for each 12-bit value. It acts before the pixel format reduces the bits.

    ``cam.lut.values = vcxg124m.gamma_table(0.45)`` writes all 4096 entries; only those that differ go over the network.
    """

    enabled = Boolean("LUTEnable", doc="Use the table.", sheet="P4", select=_SELECTED)
    content = Enumeration(
        "LUTContent", LutContent, doc="A gamma curve, or the user's table.", sheet="P4", select=_SELECTED
    )
    gamma = Float("Gamma", doc="Exponent of the camera's own curve, where it has one; 1 is none.", sheet="P4")

    @property
    def values(self) -> npt.NDArray[np.uint16]:
        """The table: (4096,) uint16 of 0 to 4095 DN. Reading it takes one register access an entry.

        Raises
        ------
        FeatureValueError
            A table to be written has another number of entries, or one outside the camera's limits; nothing was
            written.
        FeatureTypeError
            It does not hold whole numbers.
        FeatureUnavailableError, FeatureAccessError
            The camera has no table, or locks it.
        """
        with self.selected(**_SELECTED) as nodes:
            index, value = nodes["LUTIndex"], nodes["LUTValue"]
            start, size = cast("int", index.value), int(index.limits.maximum) + 1
            table = np.empty(size, np.uint16)
            try:
                for i in range(size):
                    index.value = i
                    table[i] = cast("int", value.value)
            finally:
                index.value = start
        return table

    @values.setter
    def values(self, table: npt.ArrayLike) -> None:
        with self.selected(**_SELECTED) as nodes:
            index, value = nodes["LUTIndex"], nodes["LUTValue"]
            start = cast("int", index.value)
            wanted = _checked(np.asarray(table), int(index.limits.maximum) + 1, int(value.limits.maximum))
            try:
                for i, entry in enumerate(wanted.tolist()):
                    index.value = i
                    if value.value != entry:
                        value.value = entry
            finally:
                index.value = start

    def set_gamma(self, exponent: float) -> None:
        """Fill the table with output = input ** exponent, both from 0 to 1; below 1 brightens the shadows."""
        self.values = gamma_table(exponent)

    def invert(self) -> None:
        """Fill the table so that bright becomes dark."""
        self.values = np.arange(4096, dtype=np.uint16)[::-1]

    def reset(self) -> None:
        """Fill the table so that it changes nothing."""
        self.values = np.arange(4096, dtype=np.uint16)


def gamma_table(exponent: float, *, inverse: bool = False) -> npt.NDArray[np.uint16]:
    """Return the table of output = input ** exponent, both from 0 to 1, for :attr:`.Lut.values`.

    Parameters
    ----------
    exponent
        Above 0; below 1 brightens the shadows.
    inverse
        Undo such a table instead.

    Returns
    -------
    ndarray
        (4096,) uint16, 0 to 4095 DN.

    Raises
    ------
    FeatureValueError
        The exponent is not above 0.
    """
    if not exponent > 0 or not np.isfinite(exponent):
        raise FeatureValueError(f"exponent={exponent} not accepted: a finite number above 0.", value=exponent)
    curve = np.linspace(0.0, 1.0, 4096) ** (1.0 / exponent if inverse else exponent)
    return np.rint(curve * 4095).astype(np.uint16)


def _checked(table: npt.NDArray[np.generic], size: int, highest: int) -> npt.NDArray[np.integer]:
    if table.dtype.kind not in "iu":
        raise FeatureTypeError(
            f"A lookup table holds whole numbers, not {table.dtype}: round it yourself, for example with "
            "numpy.rint(table).astype(numpy.uint16).",
            feature="LUTValue",
        )
    numbers = cast("npt.NDArray[np.integer]", table)
    if numbers.shape != (size,):
        raise FeatureValueError(
            f"A lookup table has the shape ({size},), not {numbers.shape}.", feature="LUTValue"
        )
    wrong = np.flatnonzero((numbers < 0) | (numbers > highest))
    if wrong.size:
        first = int(wrong[0])
        raise FeatureValueError(
            f"Entry {first} of the lookup table is {numbers[first]}: 0 to {highest} are accepted.",
            feature="LUTValue",
            value=int(numbers[first]),
            minimum=0,
            maximum=highest,
        )
    return numbers
