"""What a browser may say, as records: everything else is refused by name."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Literal, cast

from vcxg124m.errors import VcxgError

__all__ = ["Fire", "Look", "Message", "MessageError", "Set", "parse"]

_MOST_PIXELS = 1 << 16  # of an image or a screen, along one side
_MOST_VALUES = 64
_LONGEST_TEXT = 256


class MessageError(VcxgError, ValueError):
    """Raised when a message is not one of those that the page sends."""


@dataclass(frozen=True)
class Look:
    """Ask for one picture; it is also the word that the one before was shown.

    Attributes
    ----------
    id
        Any number; the picture that answers has it too.
    after
        Number of the frame that the page has: a later one is wanted. 0 for any, so at once.
    hold
        Show the last frame again instead of a new one.
    x, y, width, height
        The part of the image to show, in pixels of the image.
    screen_width, screen_height
        Its size on the screen, in pixels of the screen.
    levels
        Values to show black and white; "full": the whole range, "auto": as the picture has them.
    mark_saturated
        Show pixels at the greatest value in red.
    line
        Ends of the line whose values are wanted, x and y each; None for none.
    pointer
        Pixel whose value is wanted, x and y; None for none.
    """

    id: int
    after: int
    hold: bool
    x: float
    y: float
    width: float
    height: float
    screen_width: int
    screen_height: int
    levels: Literal["full", "auto"] | tuple[int, int]
    mark_saturated: bool
    line: tuple[int, int, int, int] | None
    pointer: tuple[int, int] | None


@dataclass(frozen=True)
class Set:
    """Write settings, by their names from the camera on; ``nearest`` lets numbers be rounded to what is possible."""

    values: dict[str, object]
    nearest: bool


@dataclass(frozen=True)
class Fire:
    """Give a software trigger."""


Message = Look | Set | Fire


def parse(text: str) -> Message:
    """Return the message.

    Raises
    ------
    MessageError
        It is none.
    """
    try:
        data: object = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"The message is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise MessageError("The message is no JSON object.")
    fields = _Fields(cast("dict[str, object]", data))
    match fields.take("type"):
        case "look":
            message: Message = _look(fields)
        case "set":
            message = Set(_values(fields.take("values")), fields.flag("nearest"))
        case "fire":
            message = Fire()
        case kind:
            raise MessageError(f"There is no message of type {_shown(kind)}.")
    fields.must_be_empty()
    return message


def _look(fields: _Fields) -> Look:
    return Look(
        id=fields.whole("id", 0, 2**53),
        after=fields.whole("after", 0, 2**53),
        hold=fields.flag("hold"),
        x=fields.number("x", -_MOST_PIXELS, _MOST_PIXELS),
        y=fields.number("y", -_MOST_PIXELS, _MOST_PIXELS),
        width=fields.number("width", 0, _MOST_PIXELS),
        height=fields.number("height", 0, _MOST_PIXELS),
        screen_width=fields.whole("screen_width", 1, _MOST_PIXELS),
        screen_height=fields.whole("screen_height", 1, _MOST_PIXELS),
        levels=_levels(fields.take("levels")),
        mark_saturated=fields.flag("mark_saturated"),
        line=cast("tuple[int, int, int, int] | None", fields.pixels("line", 4)),
        pointer=cast("tuple[int, int] | None", fields.pixels("pointer", 2)),
    )


class _Fields:
    """The entries of one message; each is taken once, and none may be left."""

    def __init__(self, data: dict[str, object]) -> None:
        self._data = dict(data)

    def take(self, name: str) -> object:
        if name not in self._data:
            raise MessageError(f"The message has no {name}.")
        return self._data.pop(name)

    def flag(self, name: str) -> bool:
        value = self.take(name)
        if not isinstance(value, bool):
            raise MessageError(f"{name}={_shown(value)} is neither true nor false.")
        return value

    def number(self, name: str, least: float, most: float) -> float:
        value = self.take(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise MessageError(f"{name}={_shown(value)} is no number from {least} to {most}.")
        return float(value)

    def whole(self, name: str, least: int, most: int) -> int:
        return _whole(self.take(name), name, least, most)

    def pixels(self, name: str, count: int) -> tuple[int, ...] | None:
        value = self.take(name)
        if value is None:
            return None
        entries = _listed(value)
        if len(entries) != count:
            raise MessageError(f"{name}={_shown(value)} is no list of {count} numbers.")
        return tuple(_whole(each, name, -_MOST_PIXELS, _MOST_PIXELS) for each in entries)

    def must_be_empty(self) -> None:
        if self._data:
            raise MessageError(f"The message has an unknown {_shown(next(iter(self._data)))}.")


def _whole(value: object, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise MessageError(f"{name}={_shown(value)} is no whole number from {least} to {most}.")
    return value


def _levels(value: object) -> Literal["full", "auto"] | tuple[int, int]:
    if value == "full":
        return "full"
    if value == "auto":
        return "auto"
    entries = _listed(value)
    if len(entries) == 2:
        black, white = (_whole(each, "levels", -_MOST_PIXELS, _MOST_PIXELS) for each in entries)
        if black < white:
            return black, white
    raise MessageError(
        f'levels={_shown(value)} is neither "full" nor "auto" nor black and white, black below white.'
    )


def _values(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise MessageError(f"values={_shown(value)} is no object.")
    values = cast("dict[str, object]", value)
    if not 1 <= len(values) <= _MOST_VALUES:
        raise MessageError(f"values={_shown(values)} is no object of 1 to {_MOST_VALUES} settings.")
    for name, each in values.items():
        plain = each is None or isinstance(each, (bool, int, float))
        text = isinstance(each, str) and len(each) <= _LONGEST_TEXT
        if not (plain or text) or (isinstance(each, float) and not math.isfinite(each)):
            raise MessageError(f"{_shown(name)}={_shown(each)} is no value of a setting.")
    return values


def _listed(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _no_number(text: str) -> Any:  # noqa: ANN401 - what json wants
    raise ValueError(f"{text} is no number")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
