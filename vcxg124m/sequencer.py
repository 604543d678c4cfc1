"""Writes a sequencer program into a camera, reads it back, and runs it (data sheet Q1 to Q3)."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

from vcxg124m import configuration
from vcxg124m.enums import SequencerMode
from vcxg124m.errors import CameraStateError, DeviceCommunicationError
from vcxg124m.features._transaction import Transaction
from vcxg124m.features.sequencer import SequencerFeatures
from vcxg124m.sequence_model import CameraModel, PlannedFrame, simulate
from vcxg124m.sequencing import SETTINGS, SequencerProgram, SequencerSet, Transition

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping

__all__ = ["Sequencer"]

_PATHS = 4
PIXEL_BITS = {"Mono8": 8, "Mono10": 16, "Mono12": 16, "Mono12p": 12}
_OFF = Transition(0, "Off")


class Sequencer(SequencerFeatures):
    """Frames with settings of their own: a program of sets, each with up to 4 paths to others.

    ``cam.sequencer.write(program)``, ``cam.sequencer.start()``, then stream; ``cam.sequencer.stop()`` at the end.
    """

    # Inherited features are written by set(): ``self.mode = ...`` looks to pyright like an attribute of this class.

    def write(self, program: SequencerProgram) -> None:
        """Write a program, read it back and compare; the camera's own settings are afterwards what they were.

        Parameters
        ----------
        program
            Checked against the data sheet before the first write.

        Raises
        ------
        ConfigurationError
            The program has problems; nothing was written.
        CameraStateError
            The sequencer runs, or short exposures are allowed, which exclude it (``cam.exposure.short_exposure``).
        VcxgError
            The camera refuses a setting. Sets before it were written; the camera's own settings are what they were.
        DeviceCommunicationError
            What was read back differs.
        """
        program.check()
        with self._nodes.lock:
            if self._nodes.peek("ShortExposureTimeEnable"):
                raise CameraStateError(
                    "The sequencer cannot be used while short exposures are allowed: set "
                    "cam.exposure.short_exposure = False first."
                )
            with self._configuring(program.names) as base:
                for number, each in program.sets.items():
                    configuration.apply(configuration.groups_of(self._nodes), {**base, **each.settings})
                    self._save(number, each.transitions)
                self["set_start"].set(program.start)
                written = self._read(program.names, program.sets)
            self._compare(program, written)

    def read(self, numbers: Iterable[int] | None = None) -> SequencerProgram:
        """Read sets from the camera.

        Parameters
        ----------
        numbers
            Of the sets; by default those that can be reached from the first one.

        Raises
        ------
        CameraStateError
            The sequencer runs.
        """
        with self._nodes.lock:
            names = [name for name, node in SETTINGS.items() if self._holds(node)]
            with self._configuring(names):
                start = self.set_start
                sets = self._read(names, numbers) if numbers is not None else self._reachable(names, start)
        return SequencerProgram(sets, start)

    def start(self) -> None:
        """Use the sets from the next acquisition on.

        Raises
        ------
        FeatureAccessError
            Short exposures are allowed, or a stream runs.
        """
        with self._nodes.lock:
            self["configuration_mode"].set(SequencerMode.OFF)
            self["mode"].set(SequencerMode.ON)

    def stop(self) -> None:
        """Use the camera's own settings again; they are those of the set that applied last."""
        if self.mode != SequencerMode.OFF:
            self["mode"].set(SequencerMode.OFF)

    def simulate(
        self, program: SequencerProgram, frames: int, *, events: Mapping[str, Iterable[float]] | None = None
    ) -> list[PlannedFrame]:
        """Return what this camera's first frames would be with a program, without writing it.

        Parameters
        ----------
        program, frames, events
            As for :func:`vcxg124m.sequence_model.simulate`.

        Returns
        -------
        list of PlannedFrame
            For a free-running camera with its present settings.
        """
        return simulate(program, frames, model=self._model(), events=events)

    def _model(self) -> CameraModel:
        nodes = self._nodes
        with nodes.lock:
            features = configuration.features_of(configuration.groups_of(nodes))
            names = ("exposure.time_us", "roi.width", "roi.height")
            limited = nodes.peek("AcquisitionFrameRateEnable")
            return CameraModel(
                settings={name: _plain(features[name].value) for name in names},
                bits_per_pixel=PIXEL_BITS[nodes.get_str("PixelFormat")],
                binning_vertical=nodes.get_int("BinningVertical"),
                frame_rate_hz=nodes.get_float("AcquisitionFrameRate") if limited else None,
                sequential=nodes.peek("ReadoutMode") == "Sequential",
                packet_size=nodes.get_int("GevSCPSPacketSize"),
                throughput_limit=float(
                    min(nodes.get_int(n) for n in ("DeviceLinkThroughputLimit", "DeviceLinkSpeed"))
                ),
                packet_delay_ns=nodes.get_int("GevSCPD"),
                extended_ids=nodes.peek("GVSPConfigurationBlockID64Bit") is True,
            )

    @contextmanager
    def _configuring(self, names: Iterable[str]) -> Generator[dict[str, object]]:
        """Let sets be changed that hold these settings; give the camera's own, and put those back at the end."""
        if self.mode == SequencerMode.ON:
            raise CameraStateError("The sequencer runs: call cam.sequencer.stop() first.")
        groups = configuration.groups_of(self._nodes)
        features = configuration.features_of(groups)
        own = {name: _plain(features[name].value) for name in names}
        with Transaction() as change:
            self["configuration_mode"].set(SequencerMode.ON)
            change.on_error("SequencerConfigurationMode", self._leave_configuration)
            change.on_error("the camera's own settings", lambda: configuration.apply(groups, own))
            self._hold_only({SETTINGS[name] for name in names})
            yield own
            configuration.apply(groups, own)
            self._leave_configuration()

    def _leave_configuration(self) -> None:
        self["configuration_mode"].set(SequencerMode.OFF)

    def _hold_only(self, nodes: set[str]) -> None:
        for entry in self._nodes["SequencerFeatureSelector"].entries:
            with self.selected(SequencerFeatureSelector=entry) as found:
                if found["SequencerFeatureEnable"].writable:
                    found.set("SequencerFeatureEnable", value=entry in nodes)

    def _holds(self, node: str) -> bool:
        with self.selected(SequencerFeatureSelector=node) as found:
            return found.peek("SequencerFeatureEnable") is True

    def _save(self, number: int, transitions: Iterable[Transition]) -> None:
        paths = [*transitions, *[_OFF] * _PATHS][:_PATHS]
        with self.selected(SequencerSetSelector=number) as nodes:
            for index, path in enumerate(paths):
                with self.selected(SequencerPathSelector=index):
                    nodes.set("SequencerTriggerSource", str(path.source))
                    nodes.set("SequencerTriggerActivation", str(path.activation))
                    nodes.set("SequencerSetNext", path.to)
            nodes.execute("SequencerSetSave")

    def _read(self, names: Iterable[str], numbers: Iterable[int]) -> dict[int, SequencerSet]:
        return {number: self._load(list(names), number) for number in numbers}

    def _reachable(self, names: Iterable[str], start: int) -> dict[int, SequencerSet]:
        found: dict[int, SequencerSet] = {}
        waiting, wanted = [start], list(names)
        while waiting:
            number = waiting.pop(0)
            if number not in found:
                found[number] = self._load(wanted, number)
                waiting += [path.to for path in found[number].transitions]
        return found

    def _load(self, names: list[str], number: int) -> SequencerSet:
        with self.selected(SequencerSetSelector=number) as nodes:
            nodes.execute("SequencerSetLoad")
            nodes.invalidate()
            paths: list[Transition] = []
            for index in range(_PATHS):
                with self.selected(SequencerPathSelector=index):
                    source = nodes.get_str("SequencerTriggerSource")
                    if source != "Off":
                        edge = nodes.get_str("SequencerTriggerActivation")
                        paths.append(Transition(nodes.get_int("SequencerSetNext"), source, edge))
        features = configuration.features_of(configuration.groups_of(self._nodes))
        return SequencerSet({name: _plain(features[name].value) for name in names}, tuple(paths))

    @staticmethod
    def _compare(program: SequencerProgram, written: Mapping[int, SequencerSet]) -> None:
        for number, each in program.sets.items():
            got = written[number]
            paths = [(path.to, str(path.source), str(path.activation)) for path in got.transitions]
            asked = [(path.to, str(path.source), str(path.activation)) for path in each.transitions]
            different = [
                name for name, value in each.settings.items() if not _same(_plain(value), got.settings[name])
            ]
            if different or paths != asked:
                what = ", ".join(different) or "its paths"
                raise DeviceCommunicationError(
                    f"Set {number} of the sequencer was read back with another {what}."
                )


def _plain(value: object) -> object:
    return value.value if isinstance(value, Enum) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-6 * max(1.0, abs(one))
    return one == other
