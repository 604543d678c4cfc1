"""Pixel format and region of the sensor (SFNC chapter "Image Format Control")."""

from __future__ import annotations

from typing import NamedTuple

from vcxg124m._backend import Limits
from vcxg124m.enums import BinningMode, PixelFormat, TestPattern
from vcxg124m.errors import FeatureUnavailableError, FeatureValueError
from vcxg124m.features import _numeric
from vcxg124m.features._descriptor import (
    Boolean,
    Enumeration,
    FloatReading,
    Integer,
    IntegerReading,
)
from vcxg124m.features._group import FeatureGroup

__all__ = ["Binning", "ImageFormat", "Region", "Roi"]


class ImageFormat(FeatureGroup):
    """How the image is formed. All of it is locked while a stream runs."""

    pixel_format = Enumeration("PixelFormat", PixelFormat, doc="How pixels lie in memory.", sheet="A3")
    sensor_width = IntegerReading("SensorWidth", unit="px", doc="Columns of the sensor.", sheet="S2")
    sensor_height = IntegerReading("SensorHeight", unit="px", doc="Rows of the sensor.", sheet="S2")
    width_max = IntegerReading("WidthMax", unit="px", doc="Columns after binning.", sheet="P5")
    height_max = IntegerReading("HeightMax", unit="px", doc="Rows after binning.", sheet="P5")
    pixel_width_um = FloatReading("SensorPixelWidth", unit="um", doc="Pixel pitch, horizontal.", sheet="S2")
    pixel_height_um = FloatReading("SensorPixelHeight", unit="um", doc="Pixel pitch, vertical.", sheet="S2")
    reverse_x = Boolean("ReverseX", doc="Mirror left and right, before the region is cut out.", sheet="P6")
    reverse_y = Boolean("ReverseY", doc="Mirror top and bottom, before the region is cut out.", sheet="P6")
    test_pattern = Enumeration("TestPattern", TestPattern, doc="Computed image instead of an exposed one.")


class Binning(FeatureGroup):
    """Neighbouring pixels made one, behind the sensor: it does not shorten the readout (data sheet A1, P5).

    The region shrinks with it: width and height that no longer fit are cut to the new size. Locked while a stream runs.
    """

    horizontal = Integer(
        "BinningHorizontal", unit="px", doc="Columns that become one, 1 or 2.", sheet="P5 A1"
    )
    vertical = Integer("BinningVertical", unit="px", doc="Rows that become one, 1 or 2.", sheet="P5 A1")
    horizontal_mode = Enumeration(
        "BinningHorizontalMode", BinningMode, doc="Add columns, or average.", sheet="P5"
    )
    vertical_mode = Enumeration("BinningVerticalMode", BinningMode, doc="Add rows, or average.", sheet="P5")

    def set(self, horizontal: int, vertical: int, *, mode: BinningMode | str | None = None) -> None:
        """Set both directions.

        Parameters
        ----------
        horizontal, vertical
            1 or 2.
        mode
            "Sum" adds, and clips at the highest value; "Average" keeps the brightness. Unchanged by default.

        Raises
        ------
        FeatureValueError
            A value is not accepted.
        FeatureAccessError
            A stream runs.
        """
        with self._nodes.lock:
            self.horizontal, self.vertical = horizontal, vertical
            if mode is not None:
                self.horizontal_mode = self.vertical_mode = mode


class Region(NamedTuple):
    """A region of the sensor in pixels after binning."""

    width: int
    height: int
    offset_x: int
    offset_y: int


class Roi(FeatureGroup):
    """The region that is read out. Locked while a stream runs.

    A smaller height raises the frame rate, a smaller width does not change the sensor's rate (data sheet A4).
    """

    width = Integer("Width", unit="px", doc="Columns.", sheet="A4")
    height = Integer("Height", unit="px", doc="Rows.", sheet="A4")
    offset_x = Integer("OffsetX", unit="px", doc="First column.", sheet="A4")
    offset_y = Integer("OffsetY", unit="px", doc="First row.", sheet="A4")

    def get(self) -> Region:
        """Return the region; offsets that the camera does not have are 0."""
        with self._nodes.lock:
            return Region(*(self._current(name) for name in ("Width", "Height", "OffsetX", "OffsetY")))

    def set(
        self,
        *,
        width: int | None = None,
        height: int | None = None,
        offset_x: int | None = None,
        offset_y: int | None = None,
        center: bool = False,
        nearest: bool = False,
    ) -> Region:
        """Change the region from any legal state to any other, in an order that the camera accepts.

        Everything is checked before anything is written. What is not given keeps its value.

        Parameters
        ----------
        width, height, offset_x, offset_y
            The new region in pixels.
        center
            Place the region in the middle of the sensor, as near as the offsets' increments allow; not together
            with an offset.
        nearest
            Take the nearest region that the camera accepts instead of raising.

        Returns
        -------
        Region
            What was written.

        Raises
        ------
        FeatureValueError
            The region does not fit the sensor or its increments; nothing was written.
        FeatureAccessError
            The region is locked, for example by a running stream.
        FeatureUnavailableError
            The camera has no offsets and one was asked for.
        """
        if center and (offset_x is not None or offset_y is not None):
            raise FeatureValueError(
                "roi.set(center=True) computes the offsets: give center or offsets, not both.",
                feature="OffsetX",
                value=offset_x,
            )
        with self._nodes.lock:
            horizontal = self._plan("Width", "OffsetX", width, offset_x, center=center, nearest=nearest)
            vertical = self._plan("Height", "OffsetY", height, offset_y, center=center, nearest=nearest)
            self._move("Width", "OffsetX", *horizontal)
            self._move("Height", "OffsetY", *vertical)
        return Region(horizontal[0], vertical[0], horizontal[1], vertical[1])

    def _current(self, name: str) -> int:
        value = self._nodes.peek(name)
        return value if isinstance(value, int) else 0

    def _extent(self, size: str, offset: str) -> int:
        """Return the sensor's extent after binning; without WidthMax or HeightMax it follows from the limits."""
        extent = self._nodes.peek(f"{size}Max")
        if isinstance(extent, int):
            return extent
        return int(self._nodes[size].limits.maximum) + self._current(offset)

    def _plan(
        self,
        size: str,
        offset: str,
        new_size: int | None,
        new_offset: int | None,
        *,
        center: bool,
        nearest: bool,
    ) -> tuple[int, int]:
        """Return size and offset to write, checked against what holds once both are written."""
        node = self._nodes[size]
        extent = self._extent(size, offset)
        wanted = node.limits
        size_limits = Limits(wanted.minimum, extent, wanted.increment)
        length = self._fit(
            size, self._current(size) if new_size is None else new_size, size_limits, nearest=nearest
        )
        if new_offset is not None and not self._nodes.has(offset):
            raise self._nodes.unavailable(offset)
        step = int(self._nodes[offset].limits.increment or 1) if self._nodes.has(offset) else extent
        offset_limits = Limits(0, (extent - length) // step * step, step)
        if center:
            start = int(_numeric.nearest((extent - length) / 2, offset_limits))
        else:
            start = self._fit(
                offset,
                self._current(offset) if new_offset is None else new_offset,
                offset_limits,
                nearest=nearest,
                context=f" beside {size}={length} of {extent}",
            )
        return length, start

    @staticmethod
    def _fit(name: str, value: int, limits: Limits, *, nearest: bool, context: str = "") -> int:
        if nearest:
            return int(_numeric.nearest(value, limits))
        if not _numeric.fits(value, limits):
            raise FeatureValueError(
                f"{name}={value} px not accepted{context}: {_numeric.describe(limits, 'px')} "
                f"(nearest: {int(_numeric.nearest(value, limits))}).",
                feature=name,
                value=value,
                minimum=limits.minimum,
                maximum=limits.maximum,
                increment=limits.increment,
            )
        return value

    def _move(self, size: str, offset: str, length: int, start: int) -> None:
        """Write both in the order that keeps offset + size within the sensor at every step.

        One of the two orders always does: if the new offset does not fit beside the old size, it is larger than the
        old offset, so the new size fits beside the old offset.
        """
        old_length = self._current(size)
        writes = [(offset, start), (size, length)]
        if start + old_length > self._extent(size, offset):
            writes.reverse()
        for name, value in writes:
            if self._current(name) != value:
                self._write(name, value)

    def _write(self, name: str, value: int) -> None:
        if not self._nodes.has(name):
            raise FeatureUnavailableError(
                f"This camera cannot place its region: it has no {name}.", feature=name
            )
        self._nodes.set(name, value)
