"""Conversions between what people say and what cameras keep."""

from __future__ import annotations

import ipaddress
import math

from vcxg124m.errors import FeatureValueError

__all__ = ["db_to_factor", "factor_to_db", "format_ip", "format_mac", "parse_ip"]


def db_to_factor(db: float) -> float:
    """Return the amplitude factor of a gain in dB: 20 dB are a factor of 10."""
    return math.pow(10.0, db / 20.0)


def factor_to_db(factor: float) -> float:
    """Return a gain factor in dB, to a billionth: 6 dB written as a factor read as 6 dB again.

    Raises
    ------
    FeatureValueError
        The factor is not positive.
    """
    if factor <= 0:
        raise FeatureValueError(
            f"A gain factor of {factor:g} has no value in dB: it must be positive.", value=factor
        )
    return round(20.0 * math.log10(factor), 9) + 0.0


def format_ip(number: int) -> str:
    """Return a 32-bit IPv4 address as dotted quad."""
    return ".".join(str(byte) for byte in number.to_bytes(4, "big"))


def parse_ip(text: object, feature: str) -> int:
    """Return a dotted quad as 32-bit number.

    Raises
    ------
    FeatureValueError
        It is no IPv4 address; the error names ``feature``.
    """
    try:
        return int(ipaddress.IPv4Address(text if isinstance(text, str) else repr(text)))
    except ValueError as error:
        raise FeatureValueError(
            f"{feature}={text!r} not accepted: an IPv4 address as dotted quad, for example '192.168.0.10'.",
            feature=feature,
            value=text,
        ) from error


def format_mac(number: int) -> str:
    """Return a 48-bit MAC address as colon-separated hex."""
    return ":".join(f"{byte:02x}" for byte in number.to_bytes(6, "big"))
