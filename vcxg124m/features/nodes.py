"""Access to any node of the camera's description by its name: the untyped way, with all checks."""

from __future__ import annotations

import difflib
import math
import numbers
import operator
import time
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, cast

from vcxg124m._backend import NodeKind, NodeValue
from vcxg124m.errors import (
    CameraClosedError,
    DeviceCommunicationError,
    FeatureAccessError,
    FeatureTypeError,
    FeatureUnavailableError,
    FeatureValueError,
)
from vcxg124m.features import _explain, _numeric

if TYPE_CHECKING:
    from vcxg124m._backend import Limits, NodeBackend, NodeMapBackend

__all__ = ["Node", "Nodes"]

_NUMERIC = {NodeKind.INTEGER, NodeKind.FLOAT}
_VALUED = {*_NUMERIC, NodeKind.ENUMERATION, NodeKind.BOOLEAN, NodeKind.STRING, NodeKind.REGISTER}


class Node:
    """One node of the camera's description; holds no value of its own.

    Every property asks the camera (or genicam's cache of it) anew.
    """

    def __init__(self, nodes: Nodes, backend: NodeBackend) -> None:
        self._nodes = nodes
        self._backend = backend
        self.name = backend.name
        self.kind = backend.kind

    def __repr__(self) -> str:
        try:
            access = self.access
        except CameraClosedError:
            return f"<Node {self.name}: {self.kind} of a closed camera>"
        text = f"<Node {self.name}: {self.kind}, {access}"
        if access in {"RO", "RW"} and self.kind in _VALUED - {NodeKind.REGISTER}:
            unit = self.unit
            text += f", {self.value!r}" + (f" {unit}" if unit else "")
        return text + ">"

    @property
    def unit(self) -> str:
        """The camera's name of the unit; "" for none."""
        with self._nodes.lock:
            return self._backend.unit

    @property
    def description(self) -> str:
        """The camera's own words about the node."""
        with self._nodes.lock:
            return self._backend.description

    @property
    def access(self) -> str:
        """Access mode now: "NI" (not implemented), "NA" (not available), "RO", "WO" or "RW"."""
        with self._nodes.lock:
            return self._backend.access()

    @property
    def locked_by(self) -> str:
        """What keeps the node from being written or read now, in words; "" when no rule of the camera applies."""
        with self._nodes.lock:
            return _explain.what_locks(self.name, self._nodes.peek)

    @property
    def readable(self) -> bool:
        """Whether the value can be read now."""
        return self.access in {"RO", "RW"}

    @property
    def writable(self) -> bool:
        """Whether the value can be written now."""
        return self.access in {"WO", "RW"}

    @property
    def limits(self) -> Limits:
        """Minimum, maximum and increment now, for a number.

        Raises
        ------
        FeatureTypeError
            The node is not a number.
        """
        if self.kind not in _NUMERIC:
            raise FeatureTypeError(
                f"{self.name} is no number but {_with_article(self.kind)}.", feature=self.name
            )
        with self._nodes.lock:
            self._require("read")
            return self._backend.limits()

    @property
    def entries(self) -> tuple[str, ...]:
        """The entries that can be chosen now, for an enumeration; empty for anything else."""
        if self.kind is not NodeKind.ENUMERATION:
            return ()
        with self._nodes.lock:
            return self._backend.entries()

    @property
    def value(self) -> NodeValue:
        """The value now: int, float, bool or str by the node's kind; bytes for a register.

        Raises
        ------
        FeatureAccessError
            The node cannot be read (or written) now; the message says what locks it.
        FeatureValueError
            The value to be written is not one that the camera accepts.
        FeatureTypeError
            The node has no value, or one of another type.
        """
        self._require_value()
        with self._nodes.lock:
            self._require("read")
            return self._backend.read()

    @value.setter
    def value(self, value: NodeValue) -> None:
        self.set(value)

    def set(self, value: NodeValue, *, nearest: bool = False) -> NodeValue:
        """Write a value that the camera can take exactly.

        Parameters
        ----------
        value
            The new value.
        nearest
            For a number: take the nearest value that the camera accepts instead of raising.

        Returns
        -------
        int or float or bool or str or bytes
            What was written.

        Raises
        ------
        FeatureValueError, FeatureAccessError, FeatureTypeError
            As for :attr:`value`.
        """
        self._require_value()
        with self._nodes.lock:
            self._require("write")
            if self.kind in _NUMERIC:
                return self._set_number(value, nearest=nearest)
            if self.kind is NodeKind.ENUMERATION:
                return self._set_entry(value)
            plain = self._checked_plain(value)
            self._backend.write(plain)
            return plain

    def execute(self, *, timeout: float = 5.0) -> None:
        """Execute a command and wait until the camera reports it done.

        Parameters
        ----------
        timeout
            Time limit in seconds.

        Raises
        ------
        FeatureTypeError
            The node is no command.
        FeatureAccessError
            It cannot be executed now.
        DeviceCommunicationError
            It was not done within the time limit.
        """
        if self.kind is not NodeKind.COMMAND:
            raise FeatureTypeError(
                f"{self.name} is no command but {_with_article(self.kind)}.", feature=self.name
            )
        with self._nodes.lock:
            self._require("write")
            self._backend.execute()
        deadline = time.monotonic() + timeout
        while not self._done():
            if time.monotonic() > deadline:
                raise DeviceCommunicationError(
                    f"The camera did not report {self.name} as done within {timeout:g} s."
                )
            time.sleep(0.001)

    def _done(self) -> bool:
        with self._nodes.lock:
            return self._backend.is_done()

    def _set_number(self, value: NodeValue, *, nearest: bool) -> NodeValue:
        number = self._checked_number(value)
        limits = self._backend.limits()
        if nearest and not math.isnan(number):
            number = _numeric.nearest(number, limits)
            if self.kind is NodeKind.INTEGER:
                number = round(number)
        elif isinstance(number, float) and self.kind is NodeKind.INTEGER:
            raise self._refusal(number, limits)
        if not _numeric.fits(number, limits):
            raise self._refusal(number, limits)
        if self.kind is NodeKind.INTEGER:
            self._backend.write(number)
            return number
        return self._write_float(float(number), nearest=nearest)

    def _write_float(self, number: float, *, nearest: bool) -> float:
        """Write and read back: a camera may keep a float coarser than its description says."""
        before = cast("float", self._backend.read()) if self._backend.access() == "RW" else None
        self._backend.write(number)
        if before is None:
            return number
        taken = float(cast("float", self._backend.read()))
        if nearest or _numeric.same(number, taken):
            return taken
        self._backend.write(before)
        raise FeatureValueError(
            f"{self.name}={number:.9g} not accepted: the camera keeps {taken:.9g} instead "
            f"(it is back at {before:.9g}; nearest=True takes what the camera keeps).",
            feature=self.name,
            value=number,
        )

    def _set_entry(self, value: NodeValue) -> str:
        if not isinstance(value, str):
            raise FeatureTypeError(
                f"{self.name} takes the name of an entry, not {value!r}.", feature=self.name, value=value
            )
        entry = str(value.value) if isinstance(value, Enum) else value
        entries = self._backend.entries()
        if entry not in entries:
            raise FeatureValueError(
                f"{self.name}={entry!r} not accepted: this camera takes {', '.join(entries) or 'nothing now'}.",
                feature=self.name,
                value=entry,
                entries=entries,
            )
        self._backend.write(entry)
        return entry

    def _checked_number(self, value: NodeValue) -> int | float:
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise FeatureTypeError(
                f"{self.name} takes a number, not {value!r}.", feature=self.name, value=value
            )
        if isinstance(value, numbers.Integral):
            return operator.index(cast("int", value))
        number = float(value)
        if self.kind is NodeKind.INTEGER and number.is_integer():
            return int(number)
        return number

    def _checked_plain(self, value: NodeValue) -> NodeValue:
        if self.kind is NodeKind.BOOLEAN:
            if isinstance(value, bool) or (isinstance(value, int) and value in {0, 1}):
                return bool(value)
            raise FeatureTypeError(
                f"{self.name} takes True or False, not {value!r}.", feature=self.name, value=value
            )
        wanted = str if self.kind is NodeKind.STRING else bytes
        if isinstance(value, wanted):
            return value
        raise FeatureTypeError(
            f"{self.name} takes {wanted.__name__}, not {value!r}.", feature=self.name, value=value
        )

    def _refusal(self, number: float, limits: Limits) -> FeatureValueError:
        unit = self._backend.unit
        hint = _explain.what_would_help(self.name, self._nodes.peek)
        suggestion = ""
        if math.isfinite(number) and limits.minimum <= number <= limits.maximum:
            suggestion = f" (nearest: {_numeric.nearest(number, limits):.12g})"
        return FeatureValueError(
            f"{self.name}={number:.12g}{f' {unit}' if unit else ''} not accepted: "
            f"{_numeric.describe(limits, unit)}{suggestion}{f'; {hint}' if hint else ''}.",
            feature=self.name,
            value=number,
            minimum=limits.minimum,
            maximum=limits.maximum,
            increment=limits.increment,
        )

    def _require_value(self) -> None:
        if self.kind not in _VALUED:
            advice = "; use execute()" if self.kind is NodeKind.COMMAND else ""
            raise FeatureTypeError(
                f"{self.name} is {_with_article(self.kind)} and has no value{advice}.", feature=self.name
            )

    def _require(self, what: str) -> None:
        access = self._backend.access()
        if access == "NI":
            raise self._nodes.unavailable(self.name)
        allowed = {"RO", "RW"} if what == "read" else {"WO", "RW"}
        if access in allowed:
            return
        reason = _explain.what_locks(self.name, self._nodes.peek)
        state = {"NA": "not available now", "RO": "read-only now", "WO": "write-only"}[access]
        raise FeatureAccessError(
            f"{self.name} cannot be {'read' if what == 'read' else 'written'}: it is {state}"
            f"{f', because {reason}' if reason else ''}.",
            feature=self.name,
            access=access,
            locked_by=reason,
        )


class Nodes(Mapping[str, Node]):
    """All nodes of one module by name, as the camera's description spells them.

    Categories are left out of the iteration; any node can be asked by name.

    Attributes
    ----------
    owner
        Whose nodes they are, in words.
    lock
        What every access holds: hold it for several accesses that belong together.
    """

    def __init__(self, backend: NodeMapBackend, owner: str) -> None:
        self._backend = backend
        self.owner = owner
        self.lock = backend.lock

    def __getitem__(self, name: str) -> Node:
        with self.lock:
            found = self._backend.find(name)
            names = () if found is not None else self._backend.names()
        if found is None:
            raise self.unavailable(name, names)
        return Node(self, found)

    def __contains__(self, name: object) -> bool:
        with self.lock:
            return isinstance(name, str) and self._backend.find(name) is not None

    def __iter__(self) -> Iterator[str]:
        with self.lock:
            return iter(self._backend.names())

    def __len__(self) -> int:
        with self.lock:
            return len(self._backend.names())

    def __repr__(self) -> str:
        return f"<{len(self)} nodes of {self.owner}>"

    def invalidate(self) -> None:
        """Read everything anew: for when the camera has changed its settings by itself."""
        with self.lock:
            self._backend.invalidate()

    def require_open(self) -> None:
        """Raise CameraClosedError when the camera is closed, or another process's."""
        self._backend.require_open()

    def unavailable(self, name: str, names: Iterable[str] = ()) -> FeatureUnavailableError:
        """Return the error for a feature that this camera does not have, with one of the names that was meant."""
        close = difflib.get_close_matches(name, names, n=1)
        meant = f"; did you mean {close[0]}?" if close else "."
        return FeatureUnavailableError(f"{self.owner} has no feature {name}{meant}", feature=name)

    def has(self, name: str) -> bool:
        """Tell whether the camera implements ``name``, whatever its access mode is now."""
        with self.lock:
            found = self._backend.find(name)
            return found is not None and found.access() != "NI"

    def peek(self, name: str) -> NodeValue | None:
        """Return the value of ``name``, or None when the camera has no such node or it cannot be read now."""
        with self.lock:
            found = self._backend.find(name)
            if found is None or found.kind not in _VALUED or found.access() not in {"RO", "RW"}:
                return None
            return found.read()

    def get_float(self, name: str) -> float:
        """Return a number as float."""
        return float(self._typed(name, (int, float), "a number"))

    def get_int(self, name: str) -> int:
        """Return an integer."""
        return int(self._typed(name, (int,), "an integer"))

    def get_bool(self, name: str) -> bool:
        """Return a boolean."""
        return bool(self._typed(name, (bool, int), "a boolean"))

    def get_str(self, name: str) -> str:
        """Return a string or the name of an enumeration's current entry."""
        return str(self._typed(name, (str,), "a string"))

    def set(self, name: str, value: NodeValue, *, nearest: bool = False) -> NodeValue:
        """Write one node; see :meth:`Node.set`."""
        return self[name].set(value, nearest=nearest)

    def execute(self, name: str, *, timeout: float = 5.0) -> None:
        """Execute one command; see :meth:`Node.execute`."""
        self[name].execute(timeout=timeout)

    def _typed(self, name: str, kinds: tuple[type, ...], wanted: str) -> NodeValue:
        value = self[name].value
        if not isinstance(value, kinds):
            raise FeatureTypeError(f"{name} of {self.owner} is not {wanted} but {value!r}.", feature=name)
        return value


def _with_article(kind: NodeKind) -> str:
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind}"
