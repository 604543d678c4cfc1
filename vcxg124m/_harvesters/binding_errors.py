"""What genicam's binding raises, by what it means, and how to say it in a producer's own words."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import re

from genicam import genapi, gentl

__all__ = ["GENICAM_ERRORS", "IN_USE", "REFUSED_ACCESS", "REFUSED_VALUE", "sentence"]

GENICAM_ERRORS = (gentl.GenericException, genapi.GenericException)
IN_USE = (gentl.AccessDeniedException, gentl.ResourceInUseException, gentl.BusyException)
REFUSED_VALUE = (
    genapi.OutOfRangeException,
    genapi.InvalidArgumentException,
    gentl.InvalidParameterException,
    gentl.InvalidValueException,
)
REFUSED_ACCESS = (genapi.AccessException, gentl.AccessDeniedException)


def sentence(error: Exception) -> str:
    """Return the producer's own words out of a binding's message, with the name of the code."""
    text = str(error)
    source = re.search(r"Message from the source: (.*?)\) \(ID: (-?\d+)\)", text, re.DOTALL)
    name = type(error).__name__.removesuffix("Exception")
    if source:
        return f"{source[1] or 'no word of explanation'} ({name}, {source[2]})"
    # Where in genicam's sources tells nobody anything.
    said, _, _ = text.partition(f" : {type(error).__name__} thrown ")
    return f"{said} ({name})"
