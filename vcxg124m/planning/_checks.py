"""Refuses what the camera could not take, with the limits in the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from vcxg124m.enums import CameraEnum
from vcxg124m.errors import FeatureValueError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vcxg124m.datasheet import Range

__all__ = ["among", "member", "within"]

Entry = TypeVar("Entry", bound=CameraEnum)


def within(name: str, value: float, limits: Range[int] | Range[float], unit: str) -> None:
    """Refuse a number outside of its limits or between its steps."""
    if value not in limits:
        step = "" if limits.increment is None else f" in steps of {limits.increment:g}"
        raise FeatureValueError(
            f"{name}={value} not accepted: {limits.minimum:g} to {limits.maximum:.12g} {unit}{step}.",
            feature=name,
            value=value,
            minimum=limits.minimum,
            maximum=limits.maximum,
            increment=limits.increment,
        )


def among(name: str, value: float, choices: Iterable[float]) -> None:
    """Refuse a number that is none of a few."""
    choices = tuple(choices)
    if value not in choices:
        texts = " or ".join(f"{choice:g}" for choice in choices)
        raise FeatureValueError(f"{name}={value} not accepted: {texts}.", feature=name, value=value)


def member(name: str, value: Entry | str, entries: type[Entry]) -> Entry:
    """Return the entry of an enumeration that a text spells."""
    try:
        return entries(value)
    except ValueError:
        texts = ", ".join(entries)
        raise FeatureValueError(
            f"{name}={value!r} not accepted: choose from {texts}.", feature=name, value=value
        ) from None
