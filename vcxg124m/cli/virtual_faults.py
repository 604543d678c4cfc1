"""The faults of a virtual camera as words of a command line."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from vcxg124m.virtual import Faults
from vcxg124m.virtual.remote import methods

_SWITCHES = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}
_MOMENTS = ("clear", "expire_heartbeat", "reboot")  # nothing that a camera could start with


@dataclass(frozen=True)
class Switch:
    """A fault to switch on: the name of the method of `Faults`, and its arguments."""

    name: str
    arguments: dict[str, object]


def faults() -> dict[str, Callable[..., Any]]:
    """Return the methods of `Faults` that switch something on for longer than a moment."""
    return {name: method for name, method in methods(Faults).items() if name not in _MOMENTS}


def overview() -> str:
    """Return a line for each fault: how it is written, and what it is."""
    lines: list[tuple[str, str]] = []
    for name, method in faults().items():
        first, *more = _parameters(method)
        spelt = name if first.annotation == "bool" else f"{name}={_placeholder(first)}"
        spelt += "".join(f",{parameter.name}={parameter.default}" for parameter in more)
        lines.append((spelt, (inspect.getdoc(method) or "").splitlines()[0]))
    width = max(len(spelt) for spelt, _ in lines)
    return "\n".join(f"{spelt.ljust(width)}  {text}" for spelt, text in lines)


def read_switch(text: str) -> Switch:
    """Read ``NAME``, ``NAME=VALUE`` or ``NAME=VALUE,PARAMETER=VALUE``.

    Raises
    ------
    ValueError
        There is no such fault, or it does not take the value; says what there is.
    """
    name, _, rest = text.partition("=")
    method = faults().get(name)
    if method is None:
        raise ValueError(f"--fault {text} not accepted: there is {', '.join(faults())}")
    parameters = {parameter.name: parameter for parameter in _parameters(method)}
    types = get_type_hints(method)
    arguments: dict[str, object] = {}
    for number, item in enumerate(rest.split(",") if rest else ()):
        key, equals, value = item.partition("=")
        if not equals and number == 0 and parameters:
            key, value = next(iter(parameters)), key
        if key not in parameters:
            allowed = ", ".join(parameters) or "nothing"
            raise ValueError(f"--fault {text} not accepted: {name} takes {allowed}, not {key!r}")
        arguments[key] = _value(text, types[key], value)
    missing = [p.name for p in parameters.values() if p.default is p.empty and p.name not in arguments]
    if missing:
        raise ValueError(f"--fault {text} not accepted: {name} needs {missing[0]}, as in {name}=VALUE")
    return Switch(name, arguments)


def _parameters(method: Callable[..., Any]) -> list[inspect.Parameter]:
    return [p for p in inspect.signature(method).parameters.values() if p.name != "self"]


def _placeholder(parameter: inspect.Parameter) -> str:
    return parameter.name.upper() if parameter.default is parameter.empty else str(parameter.default)


def _value(text: str, kind: object, value: str) -> object:
    try:
        if kind is bool:
            return _SWITCHES[value.lower()]
        if kind is int:
            return int(value)
        return float(value) if kind is float else value
    except (KeyError, ValueError):
        wanted = {bool: "on or off", int: "a whole number", float: "a number"}[kind]  # type: ignore[index]
        raise ValueError(f"--fault {text} not accepted: {value!r} is not {wanted}") from None
