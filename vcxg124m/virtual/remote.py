"""An object of a virtual camera, used from the process that started the camera.

`remote` makes a stand-in with the methods of the object's class. It sends every call over, so that no method is spelt
twice; what a method takes and returns must be numbers, texts, None, and lists of these.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")
Ask = Callable[[dict[str, Any]], Any]


def remote(face: type[T], ask: Ask) -> T:
    """Return a stand-in for an object of class `face`.

    Parameters
    ----------
    face
        Says which methods there are, how they are called, and what they are for.
    ask
        Brings ``{"method": name, "arguments": {...}}`` to `call` on the other side and returns the answer.
    """
    return cast("T", _StandIn(face, ask))


def call(target: object, request: dict[str, Any]) -> object:
    """Do what a stand-in asks of `target`.

    Raises
    ------
    ValueError
        The method refuses, or there is no such method.
    """
    name = str(request["method"])
    if name not in methods(type(target)):
        raise ValueError(f"{type(target).__name__} has no method {name!r}")
    return getattr(target, name)(**request["arguments"])


def methods(face: type[Any]) -> dict[str, Callable[..., Any]]:
    """Return the public methods of a class, in the order of its text."""
    functions = inspect.getmembers(face, inspect.isfunction)
    public = [(name, function) for name, function in functions if not name.startswith("_")]
    return dict(sorted(public, key=lambda item: item[1].__code__.co_firstlineno))


class _StandIn:
    def __init__(self, face: type[Any], ask: Ask) -> None:
        self._face = face
        self._methods = methods(face)
        self._ask = ask

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self._methods.get(name)
        if method is None:
            raise AttributeError(f"{self._face.__name__} has no method {name!r}")
        signature = inspect.signature(method)

        @functools.wraps(method)
        def sent_over(*positional: object, **named: object) -> Any:  # noqa: ANN401 - as many types as methods
            arguments = signature.bind(self, *positional, **named).arguments
            arguments.pop("self")
            return self._ask({"method": name, "arguments": arguments})

        return sent_over

    def __dir__(self) -> list[str]:
        return list(self._methods)
