"""The GenICam description (GenApi 1.1) that the camera serves, written from the feature table."""

from __future__ import annotations

import functools
import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from html import escape

from vcxg124m.datasheet import SEQUENCER
from vcxg124m.virtual.feature import Feature, Place
from vcxg124m.virtual.features import CATEGORIES, REGISTERS, features
from vcxg124m.virtual.register import Access, Bound, Register

_DEVICE = "Device"
_POLLING_TIME_MS = 1000
_PRODUCT = "5C1D8E0A-2B7F-4B0C-9B51-6F3B1C9C124D"


@functools.cache
def description() -> str:
    """Return the GenICam description as XML text."""
    rows = {row.name: row for row in REGISTERS}
    selected = _selected_by_selector()
    body = "\n".join(
        line
        for feature in features()
        for line in _feature_nodes(feature, rows, selected.get(feature.name, ()))
    )
    digest = hashlib.sha1(body.encode(), usedforsecurity=False).hexdigest().upper()
    version = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    return "\n".join((
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<RegisterDescription ModelName="VCXG_124M" VendorName="Baumer" ToolTip="Virtual VCXG-124M"'
        ' StandardNameSpace="GEV" SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0"'
        ' MajorVersion="1" MinorVersion="0" SubMinorVersion="0"'
        f' ProductGuid="{_PRODUCT}" VersionGuid="{version}"'
        ' xmlns="http://www.genicam.org/GenApi/Version_1_1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        ' xsi:schemaLocation="http://www.genicam.org/GenApi/Version_1_1'
        ' http://www.genicam.org/GenApi/GenApiSchema_Version_1_1.xsd">',
        *_categories(),
        body,
        _node("Port", _DEVICE, "Standard"),
        *_ports(),
        "</RegisterDescription>",
        "",
    ))  # fmt: skip


@functools.cache
def zipped(xml: str, member: str) -> bytes:
    """Return a zip file with `xml` as its only member; equal text gives equal bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(member, date_time=(2020, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, xml.encode())
    return stream.getvalue()


def _selected_by_selector() -> dict[str, list[str]]:
    selected: dict[str, list[str]] = {}
    for feature in features():
        if feature.selector is not None and feature.kind != "Hidden":
            selected.setdefault(feature.selector, []).append(feature.name)
    return selected


def _categories() -> Iterator[str]:
    yield _node("Category", "Root", "Standard", *(_tag("pFeature", name) for name in CATEGORIES))
    for name, rows in CATEGORIES.items():
        members = (_tag("pFeature", feature.name) for feature in rows if feature.kind != "Hidden")
        yield _node("Category", name, "Standard", *members)


def _ports() -> Iterator[str]:
    places = {feature.place.port: feature.place for feature in features() if feature.place is not None}
    for name, place in places.items():
        yield _node("Port", name, "Custom", _tag(place.of, f"{place.id:04X}"))


def _feature_nodes(
    feature: Feature, rows: Mapping[str, Register], selected: list[str] | tuple[()]
) -> Iterator[str]:
    register = None if feature.register_name is None else rows[feature.register_name]
    space = "Custom" if feature.vendor else "Standard"
    constant = register is None and feature.place is None
    if feature.kind == "Hidden":
        yield _register_node(feature, register)
        return
    about = [*_about(feature)]
    if feature.kind == "String":
        yield _node("StringReg", feature.name, space, *about, *_register_content(feature, register))
        return
    if feature.kind == "Image":
        yield _node("Register", feature.name, space, *about, *_register_content(feature, register))
        return
    if constant and feature.access is Access.READ_ONLY:
        about.append(_tag("ImposedAccessMode", "RO"))
    elif register is not None and feature.access is not register.access:
        about.append(_tag("ImposedAccessMode", feature.access.value))
    source = _tag("Value", feature.value) if constant else _tag("pValue", f"{feature.name}Reg")
    if feature.name in _CHOSEN_BY_NAME:
        yield _node("Integer", f"{feature.name}Number", "Custom", source)
        source = _tag("pValue", f"{feature.name}Number")
    if feature.factor != 1:
        source = _tag("pValue", f"{feature.name}Converter")
    selects = (_tag("pSelected", name) for name in selected)
    yield _node(feature.kind, feature.name, space, *about, *_content(feature, source), *selects)
    if feature.factor != 1:
        yield _converter(feature)
    if not constant:
        yield _register_node(feature, register)


def _about(feature: Feature) -> Iterator[str]:
    yield _tag("ToolTip", feature.tip)
    yield _tag("Visibility", feature.visibility)
    if feature.available is not None:
        yield _tag("pIsAvailable", _reference(feature.available))
    if feature.locked_by is not None:
        yield _tag("pIsLocked", _reference(feature.locked_by))


def _content(feature: Feature, source: str) -> Iterator[str]:
    if feature.kind == "Enumeration":
        conditions = dict(feature.entries_available)
        for name, value in feature.entries:
            condition = conditions.get(name)
            available = () if condition is None else (_tag("pIsAvailable", _reference(condition)),)
            yield _node("EnumEntry", name, "Standard", *available, _tag("Value", value))
        yield source
    elif feature.kind == "Boolean":
        yield source
        yield "<OnValue>1</OnValue><OffValue>0</OffValue>"
    elif feature.kind == "Command":
        yield source
        yield _tag("CommandValue", feature.command)
    else:
        yield source
        if feature.minimum is not None:
            yield _limit("Min", feature.minimum)
        if feature.maximum is not None:
            yield _limit("Max", feature.maximum)
        if feature.increment is not None:
            yield _tag("Inc", feature.increment)
        if feature.unit:
            yield _tag("Unit", feature.unit)
        if feature.representation:
            yield _tag("Representation", feature.representation)


def _converter(feature: Feature) -> str:
    return _node(
        "Converter" if feature.kind == "Float" else "IntConverter",
        f"{feature.name}Converter",
        "Custom",
        _tag("FormulaTo", f"FROM / {feature.factor}"),
        _tag("FormulaFrom", f"TO * {feature.factor}"),
        _tag("pValue", f"{feature.name}Reg"),
        _tag("Slope", "Increasing"),
    )


def _register_node(feature: Feature, register: Register | None) -> str:
    name = f"{feature.name}Reg"
    # a program that walks over all nodes must not meet a register that refuses it
    available = () if feature.available is None else (_tag("pIsAvailable", _reference(feature.available)),)
    content = (*available, *_register_content(feature, register))
    # a feature whose value is converted stands in a register of integers
    if feature.kind == "Float" and feature.factor == 1:
        return _node("FloatReg", name, "Custom", *content, _tag("Endianess", "BigEndian"))
    tail = (_tag("Sign", "Unsigned"), _tag("Endianess", "BigEndian"))
    if feature.bits is None or register is None:
        return _node("IntReg", name, "Custom", *content, *tail)
    lowest, highest = feature.bits
    # GenApi counts the bits of a big-endian register from the most significant one
    last = 8 * register.length - 1
    bits = (_tag("LSB", last - lowest), _tag("MSB", last - highest))
    return _node("MaskedIntReg", name, "Custom", *content, *bits, *tail)


def _register_content(feature: Feature, register: Register | None) -> Iterator[str]:
    """Return what says where a register is and how it is reached, without what the feature's node says already."""
    if register is not None:
        yield from _device_register(feature, register)
    elif feature.place is not None:
        yield from _delivered_register(feature, feature.place)


def _device_register(feature: Feature, register: Register) -> Iterator[str]:
    yield _tag("Address", f"0x{register.address:04X}")
    if register.count > 1 and feature.selector is not None:
        yield _index(feature.selector, register.length)
    yield _tag("Length", register.length)
    yield _tag("AccessMode", register.access.value)
    yield _tag("pPort", _DEVICE)
    # a part of a word is written by reading the word first: never from a cache, in which other parts may be old
    shared = register.name in _WRITTEN_IN_PARTS and feature.access is Access.READ_WRITE
    cached = register.access is not Access.WRITE_ONLY and not feature.volatile and not shared
    yield _tag("Cachable", "WriteThrough" if cached else "NoCache")
    if feature.volatile:
        yield _tag("PollingTime", _POLLING_TIME_MS)
    for name in _invalidators(feature):
        yield _tag("pInvalidator", name)


def _delivered_register(feature: Feature, place: Place) -> Iterator[str]:
    yield _tag("Address", f"0x{place.offset:X}")
    if feature.selector is not None:
        yield _index(feature.selector, feature.length)
    if feature.kind == "Image":
        yield _tag("pLength", _reference("ImageSize"))
    else:
        yield _tag("Length", feature.length)
    yield _tag("AccessMode", "RO")
    yield _tag("pPort", place.port)
    yield _tag("Cachable", "NoCache")


def _index(selector: str, step: int) -> str:
    number = f"{selector}Number" if selector in _CHOSEN_BY_NAME else _reference(selector)
    return f'<pIndex Offset="{step}">{number}</pIndex>'


def _invalidators(feature: Feature) -> Iterator[str]:
    yield from feature.invalidated_by
    if feature.in_user_set or feature.invalidated_by:
        yield "UserSetLoad"
    if feature.name in SEQUENCER.features or feature.selector == "SequencerPathSelector":
        yield "SequencerSetLoad"
    if feature.name in SEQUENCER.features:  # a running sequencer leaves its last set behind
        yield from ("AcquisitionStart", "AcquisitionStop", "AcquisitionAbort")


def _limit(which: str, bound: Bound) -> str:
    # the register, not the feature: two features that limit each other would be a circle
    return _tag(f"p{which}", f"{bound}Reg") if isinstance(bound, str) else _tag(which, bound)


def _reference(name: str) -> str:
    """Return the node that stands for row `name`: a hidden row has only its register node."""
    return f"{name}Reg" if name in _HIDDEN else name


def _tag(name: str, content: object) -> str:
    return f"<{name}>{escape(str(content), quote=False)}</{name}>"


def _node(kind: str, name: str, space: str, *content: str) -> str:
    return f'<{kind} Name="{name}" NameSpace="{space}">{"".join(content)}</{kind}>'


_HIDDEN = frozenset(feature.name for feature in features() if feature.kind == "Hidden")
_CHOSEN_BY_NAME = frozenset(
    feature.name
    for feature in features()
    if feature.kind == "Enumeration" and feature.value is not None and feature.access is Access.READ_WRITE
)
"""Selectors that are enumerations. An index must be an integer, so each has its number in a node of its own."""
_WRITTEN_IN_PARTS = frozenset(
    name
    for name, number in Counter(
        feature.register
        for feature in features()
        if feature.bits is not None and feature.access is Access.READ_WRITE
    ).items()
    if number > 1
)
"""Registers that hold several features that can be written."""
