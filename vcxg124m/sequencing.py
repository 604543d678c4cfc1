"""The sequencer as a program: sets of settings, and what leads from one to the next (data sheet Q1 to Q3).

::

    program = vcx.SequencerProgram.bracket([100, 1000, 10_000])     # HDR: three exposure times in turn
    print(program.explain())
    cam.sequencer.write(program)
    cam.sequencer.start()
    for frame in cam.stream(30): ...

A program can be kept as TOML, and run on the timing model before a camera sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError

from vcxg124m import configuration
from vcxg124m.datasheet import ACQUISITION, PREPROCESSING, SENSOR, SEQUENCER
from vcxg124m.enums import EdgeActivation, SequencerTriggerSource
from vcxg124m.errors import ConfigurationError

if TYPE_CHECKING:
    import os

    from typing_extensions import Self

__all__ = ["SETTINGS", "SequencerProgram", "SequencerSet", "Transition"]

#: What a set can hold (data sheet Q3): names as in ``cam.configure``, and the camera's names for them.
SETTINGS: Mapping[str, str] = {
    "exposure.time_us": "ExposureTime",
    "gain.db": "Gain",
    "trigger.mode": "TriggerMode",
    "roi.width": "Width",
    "roi.height": "Height",
    "roi.offset_x": "OffsetX",
    "roi.offset_y": "OffsetY",
    **{f"counters.{n}.duration": "CounterDuration" for n in (1, 2)},
    **{f"counters.{n}.event_source": "CounterEventSource" for n in (1, 2)},
    **{f"counters.{n}.event_activation": "CounterEventActivation" for n in (1, 2)},
    **{f"counters.{n}.reset_source": "CounterResetSource" for n in (1, 2)},
    **{f"lines.user_outputs.{n}.value": "UserOutputValue" for n in (1, 2, 3)},
}
_SHEET = {
    "exposure.time_us": PREPROCESSING.exposure_time_us,
    "gain.db": PREPROCESSING.gain_db,
    "roi.width": ACQUISITION.width,
    "roi.height": ACQUISITION.height,
}


@dataclass(frozen=True)
class Transition:
    """A path out of a set: when ``source`` shows the edge, the set ``to`` is chosen for the next exposure.

    Attributes
    ----------
    to
        Number of the next set.
    source
        What leads there; "ExposureActive" with its rising edge gives each set one frame.
    activation
        Which edge of it.
    """

    to: int
    source: SequencerTriggerSource | str = SequencerTriggerSource.EXPOSURE_ACTIVE
    activation: EdgeActivation | str = EdgeActivation.RISING_EDGE

    def __str__(self) -> str:
        return f"{self.source!s} {_EDGES.get(str(self.activation), str(self.activation))} -> set {self.to}"


@dataclass(frozen=True)
class SequencerSet:
    """One set.

    Attributes
    ----------
    settings
        Values by name, of those in ``SETTINGS``. What one set of a program holds and another does not, that one takes
        from the camera's settings when the program is written.
    transitions
        Up to 4 paths; of two with the same trigger the first is taken.
    """

    settings: Mapping[str, object] = field(default_factory=dict[str, object])
    transitions: Sequence[Transition] = ()


@dataclass(frozen=True)
class SequencerProgram:
    """Sets by their number, 0 to 127, and the one that an acquisition begins with."""

    sets: Mapping[int, SequencerSet]
    start: int = 0

    @classmethod
    def cycle(
        cls,
        settings: Sequence[Mapping[str, object]],
        *,
        source: SequencerTriggerSource | str = "ExposureActive",
    ) -> Self:
        """Return a program that goes through settings in turn, for ever.

        Parameters
        ----------
        settings
            For each set, values by name.
        source
            What leads to the next; by default every exposure.
        """
        count = len(settings)
        return cls(
            {
                n: SequencerSet(dict(each), (Transition((n + 1) % count, source),))
                for n, each in enumerate(settings)
            }
        )

    @classmethod
    def bracket(cls, exposure_times_us: Sequence[float]) -> Self:
        """Return a program of exposure times in turn, for images of high dynamic range.

        Parameters
        ----------
        exposure_times_us
            In us, 15 us to 60 s each.
        """
        return cls.cycle([{"exposure.time_us": float(time)} for time in exposure_times_us])

    @property
    def names(self) -> tuple[str, ...]:
        """The settings that any set holds."""
        return tuple(dict.fromkeys(name for each in self.sets.values() for name in each.settings))

    def problems(self) -> list[str]:
        """Return everything that the data sheet forbids, a sentence each; needs no camera."""
        found: list[str] = []
        if not self.sets:
            found.append("there is no set")
        found += [
            f"there is no set {number}: 0 to {SEQUENCER.sets - 1}"
            for number in self.sets
            if not 0 <= number < SEQUENCER.sets
        ]
        if self.sets and self.start not in self.sets:
            found.append(f"it starts with set {self.start}, which it does not have")
        rows = configuration.all_rows()
        for number, each in self.sets.items():
            found += [f"set {number}: {problem}" for problem in self._set_problems(each, rows)]
        return found

    def check(self) -> None:
        """Raise when there are problems.

        Raises
        ------
        ConfigurationError
            Lists them all.
        """
        problems = self.problems()
        if problems:
            raise ConfigurationError(
                "\n  ".join(["The sequencer program cannot be used:", *problems]), problems=problems
            )

    def explain(self) -> str:
        """Return the program in words, a line for each set and path."""
        lines = [f"Starts with set {self.start}; each set applies when the next exposure begins."]
        for number, each in sorted(self.sets.items()):
            settings = ", ".join(f"{name} = {_text(value)}" for name, value in each.settings.items())
            lines.append(f"Set {number}: {settings or 'changes nothing'}")
            lines += [f"    {transition}" for transition in each.transitions]
            if not each.transitions:
                lines.append("    stays for ever")
        return "\n".join(lines)

    def mermaid(self) -> str:
        """Return a state diagram in Mermaid's language, which JupyterLab, GitHub and Sphinx can draw."""
        lines = ["stateDiagram-v2", f"    [*] --> S{self.start}"]
        for number, each in sorted(self.sets.items()):
            settings = "<br/>".join(f"{name} = {_text(value)}" for name, value in each.settings.items())
            lines.append(f"    S{number} : set {number}{'<br/>' + settings if settings else ''}")
            lines += [
                f"    S{number} --> S{path.to} : {path.source!s} {_EDGES.get(str(path.activation), '')}"
                for path in each.transitions
            ]
        return "\n".join(lines) + "\n"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.explain(), "text/vnd.mermaid": self.mermaid()}

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the program into a TOML file.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        document = tomlkit.document()
        document.add(
            tomlkit.comment("A sequencer program; cam.sequencer.write(SequencerProgram.load(...)) uses it.")
        )
        document["start"] = self.start
        for number, each in sorted(self.sets.items()):
            table = tomlkit.table()
            settings = tomlkit.inline_table()
            settings.update({name: _plain(value) for name, value in each.settings.items()})
            table["settings"] = settings
            table["transitions"] = [
                {"to": each.to, "source": str(each.source), "activation": str(each.activation)}
                for each in each.transitions
            ]
            document[f"set{number}"] = table
        Path(path).write_text(tomlkit.dumps(document), encoding="utf-8")

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a program from a TOML file and check it.

        Raises
        ------
        ConfigurationError
            The file is no TOML, or the program has problems.
        OSError
            The file cannot be read.
        """
        try:
            document: dict[str, Any] = tomlkit.parse(Path(path).read_text(encoding="utf-8")).unwrap()
            sets = {
                int(name.removeprefix("set")): SequencerSet(
                    configuration.flattened(table.get("settings", {})),
                    tuple(Transition(**each) for each in table.get("transitions", ())),
                )
                for name, table in document.items()
                if name != "start"
            }
            program = cls(sets, int(document.get("start", 0)))
        except (TOMLKitError, UnicodeDecodeError, ValueError, TypeError, AttributeError) as error:
            raise ConfigurationError(
                f"{path} holds no sequencer program: {error}", problems=[str(error)]
            ) from error
        program.check()
        return program

    def _set_problems(self, each: SequencerSet, rows: Mapping[str, Any]) -> list[str]:
        found: list[str] = []
        for name, value in each.settings.items():
            if name not in SETTINGS:
                found.append(f"{name} cannot be part of a set: it can hold {', '.join(SETTINGS)}")
            elif problem := configuration.problem(rows[name], value):
                found.append(f"{name} = {value!r}: {problem}")
            elif name in _SHEET and value not in cast("Any", _SHEET[name]):
                found.append(f"{name} = {value!r}: {_SHEET[name]} is accepted")
        for size, offset, extent in (
            ("width", "offset_x", SENSOR.width),
            ("height", "offset_y", SENSOR.height),
        ):
            far = sum(int(cast("int", each.settings.get(f"roi.{part}", 0))) for part in (size, offset))
            if far > extent:
                found.append(f"the region ends at {far}, beyond the sensor's {extent}")
        if len(each.transitions) > SEQUENCER.paths_per_set:
            found.append(f"{len(each.transitions)} paths: {SEQUENCER.paths_per_set} are possible")
        for path in each.transitions:
            found += [] if path.to in self.sets else [f"a path leads to set {path.to}, which there is not"]
            if str(path.source) not in {str(source.value) for source in SequencerTriggerSource}:
                found.append(
                    f"a path has the source {path.source!s}: {', '.join(map(str, SequencerTriggerSource))}"
                )
            if str(path.activation) not in {str(edge.value) for edge in EdgeActivation}:
                found.append(
                    f"a path has the activation {path.activation!s}: {', '.join(map(str, EdgeActivation))}"
                )
        return found


_EDGES = {"RisingEdge": "rises", "FallingEdge": "falls", "AnyEdge": "changes"}


def _text(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(_plain(value))


def _plain(value: object) -> Any:  # noqa: ANN401 - whatever TOML can hold
    return value.value if isinstance(value, Enum) else value
