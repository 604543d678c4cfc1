"""The controls of the page, made from the camera's typed features: what they say about themselves is what is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from vcxg124m.configuration import features_of, groups_of
from vcxg124m.errors import DeviceCommunicationError, VcxgError

if TYPE_CHECKING:
    from vcxg124m.features._group import BoundFeature
    from vcxg124m.features.nodes import Nodes

__all__ = ["described"]

# The groups of the page in their order, and whether they are open at first.
_SECTIONS = {
    "exposure": True,
    "gain": True,
    "black_level": True,
    "trigger": True,
    "acquisition": True,
    "image_format": True,
    "roi": True,
    "binning": False,
    "auto": False,
    "auto.region": False,
}
_TITLES = {
    "roi": "Region",
    "auto": "Automatic exposure and gain",
    "auto.region": "Brightness region",
}
_KINDS = {
    "integer": "integer",
    "float": "number",
    "enumeration": "choice",
    "boolean": "switch",
}
_UNITS = {"us": "µs", "degC": "°C", "DN12": "DN at 12 bit"}


def described(nodes: Nodes, *, stream_can_be_paused: bool) -> list[dict[str, Any]]:
    """Return all settings of the page that this camera has, section by section.

    Parameters
    ----------
    nodes
        The camera's.
    stream_can_be_paused
        Whether the running stream may be stopped for a moment: what only it locks can then be changed.
    """
    groups = groups_of(nodes)
    sections: list[dict[str, Any]] = []
    for name, is_open in _SECTIONS.items():
        features = features_of({name: groups[name]})
        controls = [
            _control(way, feature, stream_can_be_paused=stream_can_be_paused)
            for way, feature in features.items()
            if feature.feature.kept and feature.available
        ]
        if controls:
            title = _TITLES.get(name, name.replace("_", " ").capitalize())
            sections.append({"name": name, "title": title, "open": is_open, "controls": controls})
    return sections


def _control(way: str, feature: BoundFeature, *, stream_can_be_paused: bool) -> dict[str, Any]:
    control: dict[str, Any] = {
        "name": way,
        "label": _words(feature.feature.name),
        "about": feature.feature.__doc__,
        "unit": _UNITS.get(feature.unit, feature.unit),
        "optional": feature.feature.optional,
        "pauses": False,
        "locked": "",
    }
    try:
        lock = feature.locked_by
        if lock and stream_can_be_paused and feature.locked_by_stream:
            control["pauses"], lock = True, ""
        control["locked"] = lock
        control["kind"] = _KINDS.get(feature.kind, "text")
        control["value"] = feature.value
        if control["kind"] in {"integer", "number"}:
            limits = feature.limits
            control |= {"min": limits.minimum, "max": limits.maximum, "step": limits.increment}
            control["accepts"] = feature.accepts()
        elif control["kind"] == "choice":
            control["entries"] = feature.entries
    except DeviceCommunicationError:
        raise
    except VcxgError as error:  # one that cannot be read now is shown with the reason
        control |= {"kind": "text", "value": None, "locked": str(error)}
    return control


def _words(name: str) -> str:
    """Return a feature's name as words: ``ExposureTime`` is "Exposure time"."""
    name = name.removesuffix("Enable")
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+", name)
    return " ".join([parts[0], *(part if part.isupper() else part.lower() for part in parts[1:])])
