"""Many settings at once: in an order that the camera takes, all of them or none.

A setting is named by its way in Python: ``exposure.time_us``, ``lines.Line3.source``, ``counters.1.duration``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from vcxg124m.errors import DeviceCommunicationError, FeatureUnavailableError, VcxgError
from vcxg124m.features._descriptor import BooleanReading, EnumerationReading, FloatReading, IntegerReading
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._transaction import Transaction
from vcxg124m.features.acquisition import Acquisition, Exposure
from vcxg124m.features.analog import BlackLevel, Gain
from vcxg124m.features.auto import Auto
from vcxg124m.features.chunks import Chunks
from vcxg124m.features.defect_pixels import DefectPixels
from vcxg124m.features.device import Device, Temperature
from vcxg124m.features.image_format import Binning, ImageFormat, Roi
from vcxg124m.features.lines import Debouncers, Lines
from vcxg124m.features.lut import Lut
from vcxg124m.features.timing import Counters, Timer
from vcxg124m.features.transport import Actions, Transport
from vcxg124m.features.trigger import Trigger

if TYPE_CHECKING:
    from enum import Enum

    from vcxg124m.features._descriptor import Feature
    from vcxg124m.features._group import BoundFeature
    from vcxg124m.features._indexed import Indexed
    from vcxg124m.features.nodes import Nodes

__all__ = ["Groups", "all_rows", "apply", "features_of", "flattened", "groups_of", "problem", "rows_of"]

Groups = Mapping[str, "FeatureGroup | Indexed[Any, Any]"]

# What has to be written before what: one line after the other, and what is not named at the end. "*" is any line.
_ORDER = (
    ("binning.horizontal", "binning.vertical"),
    ("roi",),
    ("exposure.auto", "gain.auto"),
    ("exposure.short_exposure",),
    ("exposure.time_us", "gain.db", "gain.factor"),
    ("lines.*.mode", "lut.enabled"),
)
_RANKS = {name: rank for rank, names in enumerate(_ORDER) for name in names}
_MODE, _SHORT = "trigger.mode", "exposure.short_exposure"
_OFF = "trigger.mode = Off"


def groups_of(nodes: Nodes) -> Groups:
    """Return the groups whose features are settings, by name. Made anew: groups keep nothing."""
    auto, lines = Auto(nodes), Lines(nodes)
    return {
        "acquisition": Acquisition(nodes),
        "actions": Actions(nodes),
        "auto": auto,
        "auto.region": auto.region,
        "binning": Binning(nodes),
        "black_level": BlackLevel(nodes),
        "chunks": Chunks(nodes),
        "counters": Counters(nodes),
        "debouncer": Debouncers(nodes),
        "defect_pixels": DefectPixels(nodes),
        "device": Device(nodes),
        "exposure": Exposure(nodes),
        "gain": Gain(nodes),
        "image_format": ImageFormat(nodes),
        "lines": lines,
        "lines.user_outputs": lines.user_outputs,
        "lut": Lut(nodes),
        "roi": Roi(nodes),
        "temperature": Temperature(nodes),
        "timer": Timer(nodes),
        "transport": Transport(nodes),
        "trigger": Trigger(nodes),
    }


def features_of(groups: Groups) -> dict[str, BoundFeature]:
    """Return every feature of the groups by its name from the camera on."""
    return {f"{way}.{each}": member[each] for way, member in _members(groups).items() for each in member}


def rows_of(groups: Groups) -> dict[str, Feature]:
    """Return the row of every feature of the groups by its name from the camera on."""
    return {
        f"{way}.{each}": row
        for way, member in _members(groups).items()
        for each, row in member.features().items()
    }


def all_rows() -> dict[str, Feature]:
    """Return the row of every feature there is; needs no camera."""
    return rows_of(groups_of(cast("Nodes", None)))  # rows belong to classes: no node is asked


def _members(groups: Groups) -> dict[str, FeatureGroup]:
    members: dict[str, FeatureGroup] = {}
    for name, group in groups.items():
        if isinstance(group, FeatureGroup):
            members[name] = group
        else:
            members |= {f"{name}.{key}": member for key, member in group.items()}
    return members


def flattened(settings: Mapping[str, object]) -> dict[str, object]:
    """Return nested settings with dotted names: ``{"exposure": {"time_us": 1}}`` is ``{"exposure.time_us": 1}``."""
    flat: dict[str, object] = {}
    for name, value in settings.items():
        if isinstance(value, Mapping):
            inner = flattened(cast("Mapping[str, object]", value))
            flat |= {f"{name}.{rest}": each for rest, each in inner.items()}
        else:
            flat[str(name)] = value
    return flat


def apply(
    groups: Groups,
    settings: Mapping[str, object],
    *,
    nearest: bool = False,
    refused: dict[str, str] | None = None,
) -> dict[str, object]:
    """Write settings in an order that the camera takes; when one is refused, what was written is taken back.

    Parameters
    ----------
    groups
        The camera's feature groups by name.
    settings
        Values by name.
    nearest
        Take the nearest number that the camera accepts instead of raising.
    refused
        Takes what the camera refuses, with the reason, and all else is written; by default nothing is.

    Returns
    -------
    dict
        What was written, by name.

    Raises
    ------
    FeatureUnavailableError
        There is no such feature; nothing was written.
    VcxgError
        Of the setting that was refused. All others are back at what they were; what could not be taken back is named in
        the error's notes.
    """
    features = features_of(groups)
    for name in settings:
        if name not in features:
            raise _unknown(name, features)
    roi = cast("Roi", groups["roi"])
    region: dict[str, Any] = {name[4:]: value for name, value in settings.items() if name.startswith("roi.")}
    written: dict[str, object] = {}
    with Transaction() as change:
        # Binning cuts the region down: it is noted before anything is written, and put back after everything.
        before = (
            roi.get()._asdict() if region or any(name.startswith("binning.") for name in settings) else {}
        )
        change.on_error("the region", lambda: roi.set(**before) if before else None)
        for name in _ordered(settings):
            try:
                if name == "roi":
                    taken = roi.set(**region, nearest=nearest)._asdict()
                    written |= {f"roi.{part}": taken[part] for part in region}
                elif name == _OFF:
                    change.set(features[_MODE], "Off")
                else:
                    written[name] = change.set(features[name], settings[name], nearest=nearest)
            except VcxgError as error:  # noqa: PERF203 - each has a refusal of its own
                if refused is None or isinstance(error, DeviceCommunicationError):
                    raise
                refused[name] = str(error)
    return written


def _ordered(settings: Mapping[str, object]) -> list[str]:
    """Return the writes in a valid order; "roi" stands for the whole region."""
    names = list(dict.fromkeys("roi" if name.startswith("roi.") else name for name in settings))
    # A time below 15 us must be gone before short exposures are switched off.
    last = _SHORT if settings.get(_SHORT) is False else ""
    names.sort(key=lambda name: len(_ORDER) if name == last else _rank(name))
    if _MODE in settings:  # what a trigger depends on changes while it is off
        names.remove(_MODE)
        names = [_OFF, *names, _MODE]
    return names


def _rank(name: str) -> int:
    parts = name.split(".")
    return _RANKS.get(name, _RANKS.get(".".join([parts[0], "*", parts[-1]]), len(_ORDER)))


def _unknown(name: str, features: Mapping[str, BoundFeature]) -> FeatureUnavailableError:
    inside = [each for each in features if each.startswith(f"{name}.") and features[each].feature.writable]
    if inside:
        last = inside[0].rpartition(".")[2]
        return FeatureUnavailableError(
            f'{name} is a group of settings: give them by name, such as {name}={{"{last}": ...}}.',
            feature=name,
        )
    close = difflib.get_close_matches(name, features, n=1)
    return FeatureUnavailableError(
        f"There is no setting {name}{f'; did you mean {close[0]}?' if close else '.'}", feature=name
    )


def problem(row: Feature, value: object) -> str:
    """Say what is wrong with a value for a feature, whatever camera it is; "" for nothing."""
    if not row.writable:
        return "it can only be read"
    if isinstance(row, EnumerationReading):
        entries = [str(member.value) for member in cast("type[Enum]", row.entries)]
        return "" if str(value) in entries else f"one of {', '.join(entries)} is accepted"
    if isinstance(row, BooleanReading):
        return "" if isinstance(value, bool) else "true or false is accepted"
    if isinstance(row, IntegerReading):
        return "" if isinstance(value, int) and not isinstance(value, bool) else "a whole number is accepted"
    if isinstance(row, FloatReading):
        return (
            "" if isinstance(value, (int, float)) and not isinstance(value, bool) else "a number is accepted"
        )
    return ""
