"""Gain and black level (SFNC chapter "Analog Control")."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vcxg124m import units
from vcxg124m._backend import Limits
from vcxg124m.enums import AutoMode
from vcxg124m.errors import FeatureTypeError, FeatureValueError
from vcxg124m.features import _numeric
from vcxg124m.features._descriptor import Enumeration, Float
from vcxg124m.features._group import FeatureGroup

if TYPE_CHECKING:
    from vcxg124m.features.nodes import Node

__all__ = ["BlackLevel", "Gain"]


class _InDb(Float):
    """Gain in dB, whether the camera keeps a factor (this one does) or dB."""

    def get(self, group: FeatureGroup) -> float:
        with self.node(group) as node:
            value = self._converted(node.value, group)
            return value if _is_db(node) else units.factor_to_db(value)

    def limits(self, group: FeatureGroup) -> Limits:
        with self.node(group) as node:
            return _in_db(node)

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> float:
        with self.node(group) as node:
            if _is_db(node):
                return self._converted(node.set(cast("float", value), nearest=nearest), group)
            number, limits = _number(value), _in_db(node)
            if not nearest and not limits.minimum - 1e-4 <= number <= limits.maximum + 1e-4:
                raise FeatureValueError(
                    f"Gain={number:g} dB not accepted: {_numeric.describe(_rounded(limits), 'dB')}.",
                    feature="Gain",
                    value=value,
                    minimum=limits.minimum,
                    maximum=limits.maximum,
                )
            factor = min(max(units.db_to_factor(number), node.limits.minimum), node.limits.maximum)
            return units.factor_to_db(self._converted(node.set(factor, nearest=nearest), group))

    def accepts(self, group: FeatureGroup) -> str:
        return _numeric.describe(_rounded(self.limits(group)), self.unit)


class _AsFactor(Float):
    """Gain as a factor, whether the camera keeps a factor (this one does) or dB."""

    def get(self, group: FeatureGroup) -> float:
        with self.node(group) as node:
            value = self._converted(node.value, group)
            return units.db_to_factor(value) if _is_db(node) else value

    def limits(self, group: FeatureGroup) -> Limits:
        with self.node(group) as node:
            limits = node.limits
            if not _is_db(node):
                return limits
            return Limits(units.db_to_factor(limits.minimum), units.db_to_factor(limits.maximum), None)

    def put(self, group: FeatureGroup, value: object, *, nearest: bool = False) -> float:
        with self.node(group) as node:
            if not _is_db(node):
                return self._converted(node.set(cast("float", value), nearest=nearest), group)
            taken = node.set(units.factor_to_db(_number(value)), nearest=nearest)
            return units.db_to_factor(self._converted(taken, group))


class Gain(FeatureGroup):
    """Amplification of the signal: 0 to 48 dB, the same as a factor of 1 to 251.189 (data sheet P2).

    This camera keeps a factor. A camera whose node says dB is served as well.
    """

    db = _InDb("Gain", unit="dB", doc="Gain in dB, 0 to 48; 20 dB are a factor of 10.", sheet="P2")
    factor = _AsFactor("Gain", doc="Gain as a factor, 1 to 251.189; 1 is none.", sheet="P2", kept=False)
    auto = Enumeration("GainAuto", AutoMode, doc="Automatic gain.", sheet="P3")

    def set_db(self, value: float, *, nearest: bool = False) -> float:
        """Set the gain in dB; ``nearest=True`` takes the nearest possible one. Returns what was written, in dB."""
        return type(self).db.put(self, value, nearest=nearest)

    def set_factor(self, value: float, *, nearest: bool = False) -> float:
        """Set the gain as a factor; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        return type(self).factor.put(self, value, nearest=nearest)


class BlackLevel(FeatureGroup):
    """Offset added to every pixel."""

    level = Float("BlackLevel", unit="DN12", doc="Offset in steps of 12 bit, 0 to 255.", sheet="P2")

    def set_level(self, value: float, *, nearest: bool = False) -> float:
        """Set the offset; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        return type(self).level.put(self, value, nearest=nearest)


def _is_db(node: Node) -> bool:
    return node.unit.lower() == "db"


def _in_db(node: Node) -> Limits:
    limits = node.limits
    if _is_db(node):
        return limits
    return Limits(units.factor_to_db(limits.minimum), units.factor_to_db(limits.maximum), None)


def _number(value: object) -> float:
    if isinstance(value, (str, bytes, bool)) or not hasattr(value, "__float__"):
        raise FeatureTypeError(f"Gain takes a number, not {value!r}.", feature="Gain", value=value)
    return float(cast("float", value))


def _rounded(limits: Limits) -> Limits:
    """Round to what dB are read to: 251.189 is meant as 48 dB."""
    return Limits(round(limits.minimum, 3) + 0.0, round(limits.maximum, 3), None)
