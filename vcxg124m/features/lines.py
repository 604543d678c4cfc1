"""Input and output lines, debouncers and user outputs (SFNC chapter "Digital I/O Control")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.enums import LineMode, LineSource
from vcxg124m.features._descriptor import Boolean, BooleanReading, Enumeration, Float, Integer, IntegerReading
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._indexed import Indexed
from vcxg124m.features._transaction import Transaction

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Nodes

__all__ = ["Debouncer", "Debouncers", "Line", "Lines", "UserOutput"]

_LINES = {name: name for name in ("Line0", "Line1", "Line2", "Line3")}
_INPUTS = {name: name for name in ("Line0", "Line1", "Line2")}
_USER_OUTPUTS = {number: f"UserOutput{number}" for number in (1, 2, 3)}


class Line(FeatureGroup):
    """One line: Line0 is an input and Line3 an output (optocouplers), Line1 and Line2 are either (data sheet T9, W2).

    Line1 and Line2 share the ground of the supply and have no overload cut-off: a ground loop or a wrong connection can
    destroy the camera (data sheet W6).
    """

    mode = Enumeration("LineMode", LineMode, doc="Direction; fixed for Line0 and Line3.", sheet="T9")
    inverter = Boolean("LineInverter", doc="Turn high and low round.", sheet="T9 E2")
    status = BooleanReading("LineStatus", doc="Level now, behind the inverter.", sheet="T9")
    source = Enumeration("LineSource", LineSource, doc="Signal on an output.", sheet="T10 T6")

    def flash(self, *, inverted: bool = False) -> None:
        """Let the line be active during each exposure, for a flash: at most 3 us late (data sheet T6).

        A pulse of another length, or one that begins later, comes from ``cam.timer.strobe(...)``.

        Parameters
        ----------
        inverted
            Low during the exposure.

        Raises
        ------
        FeatureAccessError
            The line is an input and cannot be anything else (Line0); nothing was changed.
        """
        self.show(LineSource.EXPOSURE_ACTIVE, inverted=inverted)

    def show(self, source: LineSource | str, *, inverted: bool = False) -> None:
        """Make the line an output and let it show a signal, all or nothing.

        Raises
        ------
        FeatureAccessError
            The line is an input and cannot be anything else (Line0); nothing was changed.
        FeatureValueError
            There is no such signal; nothing was changed.
        """
        with self.selected(), Transaction() as change:
            if self.mode != LineMode.OUTPUT:
                change.set(self["mode"], LineMode.OUTPUT)
            change.set_all(self, inverter=inverted, source=source)


class Lines(Indexed[str, Line]):
    """The four lines by name, and the user outputs by number: ``cam.lines["Line3"]``, ``cam.lines.user_outputs[1]``."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__(nodes, Line, "LineSelector", _LINES)

    @property
    def user_outputs(self) -> Indexed[int, UserOutput]:
        """The user outputs 1 to 3: levels that a program sets, and that a line can show."""
        return Indexed(self._nodes, UserOutput, "UserOutputSelector", _USER_OUTPUTS)

    @property
    def all(self) -> LinesTogether:
        """Levels of all lines and of all user outputs as bits."""
        return LinesTogether(self._nodes)


class UserOutput(FeatureGroup):
    """A level that a program sets; a line shows it when its source is this output."""

    value = Boolean("UserOutputValue", doc="The level.", sheet="T10")


class LinesTogether(FeatureGroup):
    """Levels as bits of one number."""

    status = IntegerReading("LineStatusAll", doc="Bit n is the level of Line n.", sheet="T9")
    user_outputs = Integer("UserOutputValueAll", doc="Bit 0 is UserOutput1.", sheet="T10", kept=False)


class Debouncer(FeatureGroup):
    """How long an input must hold a level before it counts; the edge then comes late by that time."""

    high_time_us = Float(
        "LineDebouncerHighTimeAbs", unit="us", doc="For rising edges, 0 to 5000.", sheet="T11"
    )
    low_time_us = Float(
        "LineDebouncerLowTimeAbs", unit="us", doc="For falling edges, 0 to 5000.", sheet="T11"
    )

    def set(self, *, high_time_us: float, low_time_us: float) -> None:
        """Set both times.

        Raises
        ------
        FeatureValueError
            A time is outside 0 to 5000 us or no whole number of us.
        """
        self.high_time_us = high_time_us
        self.low_time_us = low_time_us


class Debouncers(Indexed[str, Debouncer]):
    """The debouncers of the inputs: ``cam.debouncer["Line0"].high_time_us = 10``."""

    def __init__(self, nodes: Nodes) -> None:
        super().__init__(nodes, Debouncer, "LineSelector", _INPUTS)
