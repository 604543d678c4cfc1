"""Gain and black level (SFNC chapter "Analog Control")."""

from __future__ import annotations

from typing import cast

from vcxg124m import units
from vcxg124m._backend import Limits
from vcxg124m.enums import AutoMode
from vcxg124m.errors import FeatureTypeError, FeatureValueError
from vcxg124m.features import _numeric
from vcxg124m.features._descriptor import Enumeration, FeatureGroup, Float

__all__ = ["BlackLevel", "Gain"]


class Gain(FeatureGroup):
    """Amplification of the signal: 0 to 48 dB, the same as a factor of 1 to 251.189 (data sheet P2).

    This camera keeps a factor. A camera whose node says dB is served as well.
    """

    auto = Enumeration("GainAuto", AutoMode, doc="Automatic gain.", sheet="P3")

    @property
    def db(self) -> float:
        """Gain in dB; 20 dB are a factor of 10.

        Raises
        ------
        FeatureValueError
            The gain is outside the camera's limits.
        """
        value = self._nodes.get_float("Gain")
        return value if self._node_is_db() else units.factor_to_db(value)

    @db.setter
    def db(self, value: float) -> None:
        self.set_db(value)

    @property
    def factor(self) -> float:
        """Gain as a factor; 1 is none.

        Raises
        ------
        FeatureValueError
            The gain is outside the camera's limits.
        """
        value = self._nodes.get_float("Gain")
        return units.db_to_factor(value) if self._node_is_db() else value

    @factor.setter
    def factor(self, value: float) -> None:
        self.set_factor(value)

    def set_db(self, value: float, *, nearest: bool = False) -> float:
        """Set the gain in dB; ``nearest=True`` takes the nearest possible one. Returns what was written, in dB."""
        if isinstance(cast("object", value), str):
            raise FeatureTypeError(f"Gain takes a number of dB, not {value!r}.", feature="Gain", value=value)
        with self._nodes.lock:
            if self._node_is_db():
                return cast("float", self._nodes.set("Gain", value, nearest=nearest))
            limits = self._nodes["Gain"].limits
            in_db = Limits(units.factor_to_db(limits.minimum), units.factor_to_db(limits.maximum), None)
            if not nearest and not in_db.minimum - 1e-4 <= value <= in_db.maximum + 1e-4:
                raise FeatureValueError(
                    f"Gain={value:g} dB not accepted: {_numeric.describe(_rounded(in_db), 'dB')}.",
                    feature="Gain",
                    value=value,
                    minimum=in_db.minimum,
                    maximum=in_db.maximum,
                )
            factor = min(max(units.db_to_factor(value), limits.minimum), limits.maximum)
            return units.factor_to_db(cast("float", self._nodes.set("Gain", factor, nearest=nearest)))

    def set_factor(self, value: float, *, nearest: bool = False) -> float:
        """Set the gain as a factor; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        with self._nodes.lock:
            if self._node_is_db():
                return units.db_to_factor(self.set_db(units.factor_to_db(value), nearest=nearest))
            return cast("float", self._nodes.set("Gain", value, nearest=nearest))

    def _node_is_db(self) -> bool:
        return self._nodes["Gain"].unit.lower() == "db"


def _rounded(limits: Limits) -> Limits:
    """Round to what dB are read to: 251.189 is meant as 48 dB."""
    return Limits(round(limits.minimum, 3) + 0.0, round(limits.maximum, 3), None)


class BlackLevel(FeatureGroup):
    """Offset added to every pixel."""

    level = Float("BlackLevel", unit="DN12", doc="Offset in steps of 12 bit, 0 to 255.", sheet="P2")

    def set_level(self, value: float, *, nearest: bool = False) -> float:
        """Set the offset; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        return cast("float", self._nodes.set("BlackLevel", value, nearest=nearest))
