"""The GenICam description (GenApi 1.1) that the camera serves, written from the feature table."""

from __future__ import annotations

import functools
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from html import escape

from vcxg124m.virtual.bootstrap import BOOTSTRAP
from vcxg124m.virtual.feature import Feature
from vcxg124m.virtual.features import CATEGORIES
from vcxg124m.virtual.registers import Access, Bound, Form, Register

_PRODUCT = "5C1D8E0A-2B7F-4B0C-9B51-6F3B1C9C124D"


@functools.cache
def registers() -> tuple[Register, ...]:
    """Return every register of the camera: the bootstrap rows and those of the features."""
    return BOOTSTRAP + tuple(row for feature in _features() if (row := feature.row) is not None)


@functools.cache
def description() -> str:
    """Return the GenICam description as XML text."""
    rows = {row.name: row for row in registers()}
    selected = _selected_by_selector()
    body = "\n".join(
        line
        for feature in _features()
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
        '<Port Name="Device" NameSpace="Standard"></Port>',
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


def _features() -> Iterator[Feature]:
    for features in CATEGORIES.values():
        yield from features


def _selected_by_selector() -> dict[str, list[str]]:
    selected: dict[str, list[str]] = {}
    for feature in _features():
        if feature.selector is not None and feature.kind != "Hidden":
            selected.setdefault(feature.selector, []).append(feature.name)
    return selected


def _categories() -> Iterator[str]:
    yield _node("Category", "Root", "Standard", *(_tag("pFeature", name) for name in CATEGORIES))
    for name, features in CATEGORIES.items():
        members = (_tag("pFeature", feature.name) for feature in features if feature.kind != "Hidden")
        yield _node("Category", name, "Standard", *members)


def _feature_nodes(
    feature: Feature, rows: Mapping[str, Register], selected: list[str] | tuple[()]
) -> Iterator[str]:
    register = None if feature.register_name is None else rows[feature.register_name]
    space = "Custom" if feature.vendor else "Standard"
    if feature.kind == "Hidden":
        assert register is not None  # noqa: S101 - a hidden row is nothing but a register
        yield _register_node(feature, register)
        return
    about = [_tag("ToolTip", feature.tip), _tag("Visibility", feature.visibility)]
    if feature.locked_by is not None:
        about.append(_tag("pIsLocked", _reference(feature.locked_by)))
    if feature.kind == "String":
        assert register is not None  # noqa: S101 - texts stand in registers
        yield _node("StringReg", feature.name, space, *about, *_place(feature, register))
        return
    if register is None and feature.access is Access.READ_ONLY:
        about.append(_tag("ImposedAccessMode", "RO"))
    elif register is not None and feature.access is not register.access:
        about.append(_tag("ImposedAccessMode", feature.access.value))
    source = _tag("Value", feature.value) if register is None else _tag("pValue", f"{feature.name}Reg")
    if feature.factor != 1:
        source = _tag("pValue", f"{feature.name}Converter")
    yield _node(
        feature.kind,
        feature.name,
        space,
        *about,
        *_content(feature, source),
        *(_tag("pSelected", name) for name in selected),
    )
    if feature.factor != 1:
        yield _converter(feature)
    if register is not None:
        yield _register_node(feature, register)


def _content(feature: Feature, source: str) -> Iterator[str]:
    if feature.kind == "Enumeration":
        for name, value in feature.entries:
            yield f'<EnumEntry Name="{name}" NameSpace="Standard"><Value>{value}</Value></EnumEntry>'
        yield source
    elif feature.kind == "Boolean":
        yield source
        yield "<OnValue>1</OnValue><OffValue>0</OffValue>"
    elif feature.kind == "Command":
        yield source
        yield _tag("CommandValue", 1 if feature.value is None else feature.value)
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


def _register_node(feature: Feature, register: Register) -> str:
    name = f"{feature.name}Reg"
    if register.form is Form.FLOAT:
        return _node("FloatReg", name, "Custom", *_place(feature, register), _tag("Endianess", "BigEndian"))
    tail = (_tag("Sign", "Unsigned"), _tag("Endianess", "BigEndian"))
    if feature.bits is None:
        return _node("IntReg", name, "Custom", *_place(feature, register), *tail)
    lowest, highest = (
        feature.bits
    )  # GenApi counts the bits of a big-endian register from the most significant one
    last = 8 * register.length - 1
    bits = (_tag("LSB", last - lowest), _tag("MSB", last - highest))
    return _node("MaskedIntReg", name, "Custom", *_place(feature, register), *bits, *tail)


def _place(feature: Feature, register: Register) -> Iterator[str]:
    yield _tag("Address", f"0x{register.address:04X}")
    if register.count > 1:
        yield f'<pIndex Offset="{register.length}">{feature.selector}</pIndex>'
    yield _tag("Length", register.length)
    yield _tag("AccessMode", register.access.value)
    yield _tag("pPort", "Device")
    # a part of a word is written by reading the word first: never from a cache, in which other parts may be old
    shared = feature.bits is not None and feature.access is Access.READ_WRITE
    cached = register.access is not Access.WRITE_ONLY and not feature.volatile and not shared
    yield _tag("Cachable", "WriteThrough" if cached else "NoCache")
    for name in feature.invalidated_by:
        yield _tag("pInvalidator", name)


def _limit(which: str, bound: Bound) -> str:
    return _tag(f"p{which}", _reference(bound)) if isinstance(bound, str) else _tag(which, bound)


def _reference(name: str) -> str:
    """Return the node that stands for row `name`: a hidden row has only its register node."""
    return f"{name}Reg" if name in _HIDDEN else name


def _tag(name: str, content: object) -> str:
    return f"<{name}>{escape(str(content), quote=False)}</{name}>"


def _node(kind: str, name: str, space: str, *content: str) -> str:
    return f'<{kind} Name="{name}" NameSpace="{space}">{"".join(content)}</{kind}>'


_HIDDEN = frozenset(feature.name for feature in _features() if feature.kind == "Hidden")
