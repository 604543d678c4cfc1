"""What GenApi's schema 1.1 wants to find in a description, as far as ours use it, written down from knowledge.

The schema itself may not be shipped. Each kind of node is a sequence: elements that are there stand in this order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEAD = (
    "Extension", "ToolTip", "Description", "DisplayName", "Visibility", "DocuURL", "IsDeprecated", "EventID",
    "pIsImplemented", "pIsAvailable", "pIsLocked", "pBlockPolling", "ImposedAccessMode", "pError", "pAlias",
    "pCastAlias",
)  # fmt: skip
_PLACE = ("Streamable", ("Address", "pAddress", "IntSwissKnife", "pIndex"), ("Length", "pLength"))
_REGISTER = (*_PLACE, "AccessMode", "pPort", "Cachable", "PollingTime", "pInvalidator")
_LIMITS = (("Value", "pValue"), ("Min", "pMin"), ("Max", "pMax"), ("Inc", "pInc"), "Unit", "Representation")
_FORMULA = (
    "pVariable",
    "Constant",
    "Expression",
    "FormulaTo",
    "FormulaFrom",
    "pValue",
    "Unit",
    "Representation",
)
_NUMBER = ("Sign", "Endianess", "Unit", "Representation", "pSelected")
_FLOAT = ("DisplayNotation", "DisplayPrecision")

ORDER: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "Category": (*_HEAD, "pFeature"),
    "Integer": (*_HEAD, "Streamable", *_LIMITS, "pSelected"),
    "Float": (*_HEAD, "Streamable", *_LIMITS, *_FLOAT, "pSelected"),
    "Boolean": (*_HEAD, "Streamable", ("Value", "pValue"), "OnValue", "OffValue", "pSelected"),
    "Enumeration": (*_HEAD, "Streamable", "EnumEntry", ("Value", "pValue"), "pSelected", "PollingTime"),
    "EnumEntry": (*_HEAD, "Value", "NumericValue", "Symbolic", "IsSelfClearing"),
    "Command": (*_HEAD, ("Value", "pValue"), ("CommandValue", "pCommandValue"), "PollingTime"),
    "Converter": (*_HEAD, "Streamable", *_FORMULA, *_FLOAT, "Slope", "IsLinear"),
    "IntConverter": (*_HEAD, "Streamable", *_FORMULA, "Slope"),
    "Register": (*_HEAD, *_REGISTER),
    "StringReg": (*_HEAD, *_REGISTER),
    "IntReg": (*_HEAD, *_REGISTER, *_NUMBER),
    "MaskedIntReg": (*_HEAD, *_REGISTER, "Bit", "LSB", "MSB", *_NUMBER),
    "FloatReg": (*_HEAD, *_REGISTER, "Endianess", "Unit", "Representation", *_FLOAT),
    "Port": (*_HEAD, ("ChunkID", "pChunkID"), "SwapEndianess", "CacheChunkData"),
}  # fmt: skip
"""Elements of each kind of node in their order; of those in a group any may come first."""

NEEDED = {
    "Integer": [("Value", "pValue")],
    "Float": [("Value", "pValue")],
    "Boolean": [("Value", "pValue")],
    "Enumeration": [("EnumEntry",), ("Value", "pValue")],
    "EnumEntry": [("Value",)],
    "Command": [("Value", "pValue"), ("CommandValue", "pCommandValue")],
    "Converter": [("FormulaTo",), ("FormulaFrom",), ("pValue",)],
    "IntConverter": [("FormulaTo",), ("FormulaFrom",), ("pValue",)],
    **{
        kind: [("Address", "pAddress", "pIndex"), ("Length", "pLength"), ("AccessMode",), ("pPort",)]
        for kind in ("Register", "StringReg", "IntReg", "MaskedIntReg", "FloatReg")
    },
}
"""Of each group at least one element must be there."""


def _tags(node: Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in node]


def out_of_order(node: Element) -> str | None:
    """Return the first element that stands where the schema does not want it, if the kind of node is one of ours."""
    order = ORDER.get(node.tag.rpartition("}")[2])
    if order is None:
        return None
    last = 0
    for tag in _tags(node):
        place = next((index for index, group in enumerate(order) if tag == group or tag in _group(group)), -1)
        if place < last:
            return tag
        last = place
    return None


def missing(node: Element) -> str | None:
    """Return the first element that the schema wants and the node lacks."""
    tags = set(_tags(node))
    needed = NEEDED.get(node.tag.rpartition("}")[2], [])
    return next((group[0] for group in needed if not tags & set(group)), None)


def _group(group: str | tuple[str, ...]) -> tuple[str, ...]:
    return group if isinstance(group, tuple) else ()
