"""Settings in a TOML file with units and limits as comments, and GenApi's own persistence files.

::

    [camera]                       # where the settings come from; not written back
    model = "VCXG-124M"

    [exposure]
    time_us = 4000.0               # us, 15 to 60000000 us in steps of 1 us

    [lines.Line3]
    source = "ExposureActive"      # Off, ExposureActive, Timer1Active, ...
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import tomlkit
from tomlkit.exceptions import TOMLKitError

from vcxg124m import configuration
from vcxg124m.datasheet import ACQUISITION, NETWORK, PREPROCESSING, TRIGGER
from vcxg124m.errors import ConfigurationError, DeviceCommunicationError, FeatureTypeError, VcxgError
from vcxg124m.features.defect_pixels import DefectPixels
from vcxg124m.features.lut import Lut

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Mapping

    from vcxg124m._backend import CameraInfo
    from vcxg124m.datasheet import Range
    from vcxg124m.features._descriptor import Feature
    from vcxg124m.features._group import BoundFeature
    from vcxg124m.features.nodes import Nodes

__all__ = ["Configuration", "Difference"]

_SOURCE = "camera"
_TABLE, _DEFECTS = "lut.values", "defect_pixels.coordinates"
# What the data sheet says of a number, for a file that is checked without a camera.
_SHEET: dict[str, Range[Any]] = {
    "exposure.time_us": PREPROCESSING.short_exposure_time_us,
    "gain.db": PREPROCESSING.gain_db,
    "black_level.level": PREPROCESSING.black_level_dn12,
    "acquisition.frame_rate_hz": ACQUISITION.frame_rate_hz,
    "roi.width": ACQUISITION.width,
    "roi.height": ACQUISITION.height,
    "trigger.delay_us": TRIGGER.delay_us,
    "timer.delay_us": TRIGGER.timer_delay_us,
    "timer.duration_us": TRIGGER.timer_duration_us,
    "transport.packet_delay_ns": NETWORK.packet_delay_ns,
    **{
        f"debouncer.Line{n}.{edge}_time_us": TRIGGER.debouncer_us
        for n in range(3)
        for edge in ("high", "low")
    },
}


@dataclass(frozen=True)
class Difference:
    """One setting that a file and a camera do not agree on.

    Attributes
    ----------
    name
        Of the setting, for example "exposure.time_us".
    file, camera
        The two values; None where one of them has none.
    """

    name: str
    file: object
    camera: object

    def __str__(self) -> str:
        return f"{self.name}: {self.file!r} in the file, {self.camera!r} in the camera"


class Configuration:
    """The camera's settings as a file: ``cam.config.save("setup.toml")``, ``cam.config.load("setup.toml")``.

    What belongs to one camera or one network stays out of it: name, addresses, packet size, heartbeat.
    """

    def __init__(self, info: CameraInfo, nodes: Nodes) -> None:
        self._info = info
        self._nodes = nodes
        self._groups = configuration.groups_of(nodes)
        self._lut, self._defects = Lut(nodes), DefectPixels(nodes)

    def settings(self, *, tables: bool = True) -> dict[str, object]:
        """Return every setting that a file would keep, by name, as plain values.

        Parameters
        ----------
        tables
            Also the lookup table (while it is enabled) and the list of defect pixels, which take a register access for
            each of their 4096 and 512 entries; False leaves them out.
        """
        return self._settings({_TABLE, _DEFECTS} if tables else set())

    def _settings(self, tables: Collection[str]) -> dict[str, object]:
        with self._nodes.lock:
            found = {name: _plain(feature.value) for name, feature in self._kept().items()}
            found = {name: value for name, value in found.items() if value is not None}
            if _TABLE in tables and self._nodes.peek("LUTEnable"):
                found[_TABLE] = self._lut.values.tolist()
            if _DEFECTS in tables and self._nodes.has("DefectPixelListIndex"):
                pixels = [list(pixel) for pixel in self._defects.coordinates]
                found |= {_DEFECTS: pixels} if pixels else {}
        return found

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all settings into a TOML file, with units and limits as comments.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        document = tomlkit.document()
        document.add(
            tomlkit.comment("Settings of a camera; vcxg124m writes them back with cam.config.load(...).")
        )
        source = tomlkit.table()
        source.comment("where the settings come from; not written back")
        source.update({"model": self._info.model, "serial_number": self._info.serial_number})
        document[_SOURCE] = source
        with self._nodes.lock:
            comments = {name: _comment(feature) for name, feature in self._kept().items()}
            for name, value in self.settings().items():
                *tables, last = name.split(".")
                table: Any = document
                for each in tables:
                    if each not in table:
                        table[each] = tomlkit.table()
                    table = table[each]
                item = cast("Any", tomlkit).item(value)  # its own type says what kinds of values there are
                if comments.get(name):
                    item.comment(comments[name])
                table[last] = item
        Path(path).write_text(tomlkit.dumps(document), encoding="utf-8")

    def load(self, path: str | os.PathLike[str], *, nearest: bool = False) -> dict[str, object]:
        """Write the settings of a file to the camera, all of them or none.

        Parameters
        ----------
        path
            A file of :meth:`save`; parts may be missing.
        nearest
            Take the nearest number that the camera accepts instead of raising.

        Returns
        -------
        dict
            What was written, by name.

        Raises
        ------
        ConfigurationError
            The file is no TOML, or names a setting that there is not; nothing was written.
        VcxgError
            The camera refuses a setting; all are back at what they were.
        OSError
            The file cannot be read.
        """
        settings = _read(path)
        problems = _problems(settings, configuration.rows_of(self._groups), sheet=False)
        if problems:
            raise _error(path, problems)
        arrays = {name: settings.pop(name) for name in (_TABLE, _DEFECTS) if name in settings}
        with self._nodes.lock:
            before = {name: self._array(name) for name in arrays}
            try:
                for name, value in arrays.items():
                    self._set_array(name, value)
                written = configuration.apply(self._groups, settings, nearest=nearest)
            except BaseException:
                for name, value in before.items():
                    self._set_array(name, value)
                raise
        return written | arrays

    def restore(self, settings: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
        """Write back what is no longer as it was, as far as the camera takes it.

        Parameters
        ----------
        settings
            From :meth:`settings`, of before.

        Returns
        -------
        written, refused : dict
            Values by name; of what the camera refused, the reason.

        Raises
        ------
        DeviceCommunicationError
            The camera does not answer.
        """
        refused: dict[str, str] = {}
        with self._nodes.lock:
            present = self.settings()
            changed = {name: value for name, value in settings.items() if not _same(value, present.get(name))}
            arrays = {name: changed.pop(name) for name in (_TABLE, _DEFECTS) if name in changed}
            for name, value in arrays.items():
                try:
                    self._set_array(name, value)
                except VcxgError as error:  # noqa: PERF203 - each has a refusal of its own
                    if isinstance(error, DeviceCommunicationError):
                        raise
                    refused[name] = str(error)
            written = configuration.apply(self._groups, changed, refused=refused)
        return written | {name: arrays[name] for name in arrays if name not in refused}, refused

    def diff(self, path: str | os.PathLike[str]) -> list[Difference]:
        """Compare a file with the camera; what the file does not name counts only where the camera has more.

        Raises
        ------
        ConfigurationError
            The file is no TOML.
        OSError
            The file cannot be read.
        """
        wanted = _read(path)
        present = self._settings(wanted.keys())
        return [
            Difference(name, value, present.get(name))
            for name, value in wanted.items()
            if not _same(value, present.get(name))
        ]

    @staticmethod
    def check(path: str | os.PathLike[str]) -> None:
        """Check a file without a camera: names, types, entries, and the data sheet's limits.

        Raises
        ------
        ConfigurationError
            Lists everything that is wrong.
        OSError
            The file cannot be read.
        """
        problems = _problems(_read(path), configuration.all_rows(), sheet=True)
        if problems:
            raise _error(path, problems)

    def load_genapi(self, path: str | os.PathLike[str]) -> dict[str, object]:
        """Write a GenApi persistence file (lines of ``Feature<tab>Value``, as other programs save it), all or nothing.

        Parameters
        ----------
        path
            The file. What this camera does not have, or can never be written, is an error.

        Returns
        -------
        dict
            What was written, in order, by node name; of a node that comes several times the last value.

        Raises
        ------
        ConfigurationError
            A line has no tab.
        VcxgError
            The camera refuses a value; all are back at what they were.
        OSError
            The file cannot be read.
        """
        undo: list[tuple[str, object]] = []
        written: dict[str, object] = {}
        with self._nodes.lock:
            try:
                for name, text in _persistent(path):
                    node = self._nodes[name]
                    value = _parsed(text, node.kind.value, name)
                    undo.append((name, node.value))
                    written[name] = node.set(cast("Any", value))
            except BaseException:
                for name, value in reversed(undo):
                    self._nodes.set(name, cast("Any", value))
                raise
        return written

    def _kept(self) -> dict[str, BoundFeature]:
        return {
            name: feature
            for name, feature in configuration.features_of(self._groups).items()
            if feature.feature.kept and feature.access == "RW"
        }

    def _array(self, name: str) -> object:
        return self._lut.values if name == _TABLE else self._defects.coordinates

    def _set_array(self, name: str, value: object) -> None:
        if name == _TABLE:
            self._lut.values = np.asarray(value)
        else:
            self._defects.coordinates = cast("list[tuple[int, int]]", value)


def _comment(feature: BoundFeature) -> str:
    return feature.accepts() or feature.unit


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-6 * max(abs(one), abs(other))
    return one == other


def _read(path: str | os.PathLike[str]) -> dict[str, object]:
    try:
        document = tomlkit.parse(Path(path).read_text(encoding="utf-8")).unwrap()
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is no TOML file: {error}", problems=[str(error)]) from error
    document.pop(_SOURCE, None)
    return configuration.flattened(document)


def _error(path: str | os.PathLike[str], problems: list[str]) -> ConfigurationError:
    return ConfigurationError("\n  ".join([f"{path} cannot be used:", *problems]), problems=problems)


def _problems(settings: Mapping[str, object], rows: Mapping[str, Feature], *, sheet: bool) -> list[str]:
    found: list[str] = []
    for name, value in settings.items():
        if name in {_TABLE, _DEFECTS}:
            continue
        if name not in rows:
            close = difflib.get_close_matches(name, rows, n=1)
            found.append(f"there is no setting {name}{f'; did you mean {close[0]}?' if close else ''}")
        elif problem := configuration.problem(rows[name], value) or (_beyond(name, value) if sheet else ""):
            found.append(f"{name} = {value!r}: {problem}")
    return found


def _beyond(name: str, value: object) -> str:
    limits = _SHEET.get(name)
    if limits is None or not isinstance(value, (int, float)) or value in limits:
        return ""
    return f"{limits} is accepted by the data sheet"


def _persistent(path: str | os.PathLike[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, tab, value = line.partition("\t")
        if not tab:
            problem = f"line {number} has no tab between feature and value: {line[:60]!r}"
            raise _error(path, [problem])
        pairs.append((name.strip(), value.strip()))
    return pairs


def _parsed(text: str, kind: str, name: str) -> object:
    parsers: dict[str, Callable[[str], object]] = {
        "integer": lambda number: int(number, 0),
        "float": float,
        "boolean": lambda word: {"true": True, "1": True, "false": False, "0": False}[word.lower()],
        "register": bytes.fromhex,
    }
    try:
        return parsers.get(kind, str)(text)
    except (ValueError, KeyError) as error:
        raise FeatureTypeError(f"{name} is of type {kind}, which {text!r} is not.", feature=name) from error
