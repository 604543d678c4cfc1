"""Finds cameras and chooses one."""

from __future__ import annotations

import ipaddress
import os
import re
import warnings
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from vcxg124m import _harvesters, _producer
from vcxg124m._backend import CameraInfo
from vcxg124m.errors import (
    CameraAmbiguousError,
    CameraNotFoundError,
    FeatureValueError,
    ProducerError,
    VcxgWarning,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

__all__ = ["ADDRESSES_VARIABLE", "CameraInfo", "find_cameras"]

ADDRESSES_VARIABLE = "VCXG124M_DISCOVERY_ADDRESSES"


def find_cameras(*, producer: str | os.PathLike[str] | None = None) -> list[CameraInfo]:
    """List the cameras that answer now; cameras already open stay untouched.

    Parameters
    ----------
    producer
        Path of a GenTL producer (.cti) to ask. By default the bundled one is asked, and then those of
        GENICAM_GENTL64_PATH for cameras that it does not see.

    Returns
    -------
    list of CameraInfo
        Each camera once.

    Raises
    ------
    ProducerNotFoundError, ProducerError
        The producer does not exist or cannot be used. One of GENICAM_GENTL64_PATH is only warned about.
    """
    with ExitStack() as held:
        return [info for info, _ in search(producer, held)]


def search(producer: str | os.PathLike[str] | None, held: ExitStack) -> list[tuple[CameraInfo, Path]]:
    """Return every camera with the producer that is to open it; ``held`` keeps the producers loaded."""
    if producer is not None:
        path = _producer.named(producer)
        return [(info, path) for info in held.enter_context(_harvesters.listing(path))]
    bundled = _producer.bundled().resolve()
    found = [(info, bundled) for info in held.enter_context(_harvesters.listing(bundled))]
    for path in _producer.from_environment():
        if path == bundled:
            continue
        try:
            others = held.enter_context(_harvesters.listing(path))
        except ProducerError as error:
            warnings.warn(f"{_producer.PATH_VARIABLE}: {error}", VcxgWarning, stacklevel=3)
            continue
        seen = {identity(info) for info, _ in found}
        found += [(info, path) for info in others if identity(info) not in seen]
    return found


def choose(
    found: list[tuple[CameraInfo, Path]], wanted: dict[str, str], anything: str | None
) -> tuple[CameraInfo, Path]:
    """Return the one camera that fits.

    Parameters
    ----------
    found
        From :func:`search`.
    wanted
        Attribute of CameraInfo to the value it must have.
    anything
        A serial number, address or user id, whichever of the camera's it equals.

    Raises
    ------
    CameraNotFoundError
        None fits; the message lists what was found.
    CameraAmbiguousError
        Several fit; the message lists them.
    """
    wanted = {name: _normal(name, value) for name, value in wanted.items()}
    fitting = [
        (info, path) for info, path in found if all(getattr(info, name) == wanted[name] for name in wanted)
    ]
    if anything is not None:
        fitting = [
            (info, path)
            for info, path in fitting
            if anything in {info.serial_number, info.ip, info.user_id} or _normal("mac", anything) == info.mac
        ]
    if len(fitting) == 1:
        return fitting[0]
    asked = ", ".join([*(f"{name}={value!r}" for name, value in wanted.items()), *filter(None, [anything])])
    if not fitting:
        seen = f" Found: {_listing(found)}." if found else " No camera answered at all."
        raise CameraNotFoundError(
            f"There is no camera{f' with {asked}' if asked else ''}.{seen} Check power, cable and the host's address "
            "(`vcxg124m doctor` does); "
            f"a camera behind a router is asked when {ADDRESSES_VARIABLE} or ip=... names its address; "
            'open_camera("virtual"), or --camera virtual, needs no hardware.'
        )
    raise CameraAmbiguousError(
        f"{len(fitting)} cameras fit{f' {asked}' if asked else ''}: {_listing(fitting)}. "
        "Choose one with serial_number=...",
        cameras=tuple(str(info) for info, _ in fitting),
    )


@contextmanager
def undisturbed(*, also_asking: str | None = None) -> Generator[None]:
    """Let no other thread search or open: what is found stays in the producers' lists until it is opened.

    Parameters
    ----------
    also_asking
        An address that is asked by unicast, too. The bundled producer reads it from the environment, and may crash when
        that changes meanwhile.
    """
    with _harvesters.lock:
        if also_asking is None:
            yield
            return
        before = os.environ.get(ADDRESSES_VARIABLE)
        os.environ[ADDRESSES_VARIABLE] = f"{before},{also_asking}" if before else also_asking
        try:
            yield
        finally:
            if before is None:
                os.environ.pop(ADDRESSES_VARIABLE, None)
            else:
                os.environ[ADDRESSES_VARIABLE] = before


def is_ip(text: str) -> bool:
    """Tell whether ``text`` is a dotted quad."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def check_mac(text: str) -> None:
    """Refuse what is no MAC address.

    Raises
    ------
    FeatureValueError
        It has not 12 hexadecimal digits.
    """
    if len(_normal("mac", text)) != len("00:06:be:00:00:01"):
        raise FeatureValueError(
            f"mac={text!r} not accepted: 12 hexadecimal digits, as in 00:06:be:00:00:01.",
            feature="mac",
            value=text,
        )


def _normal(name: str, value: str) -> str:
    if name != "mac":
        return value
    digits = re.sub(r"[^0-9a-f]", "", value.lower())
    return ":".join(digits[place : place + 2] for place in range(0, len(digits), 2))


def identity(info: CameraInfo) -> tuple[str, str, str]:
    """Return what no two cameras have in common, whichever producer has found them."""
    return (info.mac, "", "") if info.mac else (info.vendor, info.model, info.serial_number)


def _listing(found: list[tuple[CameraInfo, Path]]) -> str:
    return "; ".join(f"{info} ({info.access})" for info, _ in found)
