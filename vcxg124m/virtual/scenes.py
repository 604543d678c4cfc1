"""The choice of a scene by a line of text, as the command line and the process of the camera take it."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from typing import cast

from numpy.typing import ArrayLike

from vcxg124m.virtual.chart import Chart
from vcxg124m.virtual.picture import Picture
from vcxg124m.virtual.scene import FlatField, FunctionScene, MovingTarget, Scene

SCENES = (
    "chart, flat, flat:PHOTONS_PER_SECOND, target, target:PIXELS_PER_FRAME, picture:FILE or MODULE:FUNCTION"
)
"""What can be chosen, for messages."""


def make_scene(text: str, *, import_path: Sequence[str] = ()) -> Scene:
    """Make the scene that a text names.

    Parameters
    ----------
    text : str
        One of `SCENES`.
    import_path : sequence of str
        Folders to look for MODULE in after those of this process.

    Raises
    ------
    OSError
        The picture cannot be read.
    ValueError
        There is no such scene; says which there are.
    """
    name, colon, argument = text.partition(":")
    if text == "chart":
        return Chart()
    if name in {"flat", "target"}:
        kind = FlatField if name == "flat" else MovingTarget
        return kind(_number(text, argument)) if colon else kind()
    if name == "picture" and argument:
        return Picture(argument)
    if colon and argument.isidentifier() and all(part.isidentifier() for part in name.split(".")):
        return _user_function(name, argument, import_path)
    raise ValueError(f"scene={text!r} not accepted: {SCENES}")


def _number(text: str, argument: str) -> float:
    try:
        return float(argument)
    except ValueError:
        raise ValueError(f"scene={text!r} not accepted: {argument!r} is no number") from None


def _user_function(module: str, function: str, import_path: Sequence[str]) -> FunctionScene:
    known = sys.path[:]
    sys.path += [folder for folder in import_path if folder not in known]
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"scene={module}:{function} not accepted: {error}; others are {SCENES}") from error
    finally:
        sys.path[:] = known
    if not callable(found):
        raise ValueError(f"scene={module}:{function} not accepted: {function} is no function")  # noqa: TRY004 - a choice
    return FunctionScene(cast("Callable[[int], ArrayLike]", found), f"{module}:{function}")
