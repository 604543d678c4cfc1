"""Node maps: every access holds the map's lock and raises the package's own errors."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

from genicam import genapi

from vcxg124m._backend import Limits, NodeKind, NodeValue
from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, REFUSED_ACCESS, REFUSED_VALUE, sentence
from vcxg124m._harvesters.locks import FORKED
from vcxg124m.errors import (
    CameraClosedError,
    DeviceCommunicationError,
    DeviceLostError,
    FeatureAccessError,
    FeatureUnavailableError,
    FeatureValueError,
)

if TYPE_CHECKING:
    from collections.abc import Generator
    from threading import RLock

__all__ = ["Node", "NodeMap"]

_KINDS = (
    (genapi.IInteger, NodeKind.INTEGER),
    (genapi.IFloat, NodeKind.FLOAT),
    (genapi.IEnumeration, NodeKind.ENUMERATION),
    (genapi.IBoolean, NodeKind.BOOLEAN),
    (genapi.ICommand, NodeKind.COMMAND),
    (genapi.IString, NodeKind.STRING),
    (genapi.IRegister, NodeKind.REGISTER),
    (genapi.ICategory, NodeKind.CATEGORY),
)


def _kind(node: Any) -> NodeKind:
    return next((kind for kind_class, kind in _KINDS if isinstance(node, kind_class)), NodeKind.OTHER)


class Node:
    """One genapi node. The C++ object dies with its map, so every use asks the map whether it is still the same."""

    def __init__(self, owner: NodeMap, name: str, node: Any) -> None:
        self._map = owner
        self._node = node
        self._exchanges = owner.exchanges
        self.name = name
        self.kind = _kind(node)

    @property
    def unit(self) -> str:
        with self._map.lock:
            return str(getattr(self._open(), "unit", "") or "")

    @property
    def description(self) -> str:
        with self._map.lock:
            about = self._open().node
            return str(about.description or about.tooltip or "")

    def access(self) -> str:
        with self._translated("The access mode of"):
            return str(genapi.EAccessMode(self._open().get_access_mode()).name)

    def read(self) -> NodeValue:
        with self._translated("Reading"):
            node = self._open()
            if self.kind is NodeKind.REGISTER:
                return bytes(node.get(node.length))
            if self.kind is NodeKind.ENUMERATION:
                return self._entry(node)
            value: NodeValue = node.value
            return value

    def read_code(self) -> int:
        """Return the number behind an enumeration's current entry."""
        with self._translated("Reading"):
            return int(self._open().get_int_value())

    def write(self, value: NodeValue) -> None:
        with self._translated(f"Writing {value!r} to"):
            if self.kind is NodeKind.REGISTER:
                self._open().set(value)
            else:
                self._open().value = value

    def limits(self) -> Limits:
        with self._translated("The limits of"):
            node = self._open()
            stepped = self.kind is NodeKind.INTEGER or node.has_inc()
            return Limits(node.min, node.max, node.inc if stepped else None)

    def entries(self) -> tuple[str, ...]:
        with self._translated("The entries of"):
            return tuple(
                entry.symbolic
                for entry in self._open().entries
                if entry.get_access_mode()
                in {genapi.EAccessMode.RO, genapi.EAccessMode.RW, genapi.EAccessMode.WO}
            )

    def execute(self) -> None:
        with self._translated("Executing"):
            self._open().execute()

    def is_done(self) -> bool:
        with self._translated("Asking for the end of"):
            return bool(self._open().is_done())

    def _entry(self, node: Any) -> str:
        try:
            return str(node.value)
        except genapi.PropertyException as error:  # the register holds none of the entries
            number, entries = self.read_code(), self.entries()
            remedy = "Write one of them. " if self.access() == "RW" else ""
            raise FeatureValueError(
                f"{self.name} holds {number} ({number:#x}), which is none of its entries {', '.join(entries)}. "
                f"{remedy}If it comes again, the camera's firmware and its description do not fit: load them anew with "
                "the maker's tool.",
                feature=self.name,
                value=number,
                entries=entries,
            ) from error.with_traceback(None)

    def _open(self) -> Any:
        self._map.require_open()
        if self._exchanges != self._map.exchanges:
            self._node, self._exchanges = self._map.genapi_node(self.name), self._map.exchanges
        return self._node

    @contextmanager
    def _translated(self, doing: str) -> Generator[None]:
        try:
            with self._map.lock:
                yield
        except REFUSED_VALUE as error:
            raise FeatureValueError(
                f"{doing} {self.name} was refused by the camera: {sentence(error)}", feature=self.name
            ) from error.with_traceback(None)
        except REFUSED_ACCESS as error:
            raise FeatureAccessError(
                f"{doing} {self.name} was refused: {sentence(error)}", feature=self.name
            ) from error.with_traceback(None)
        except GENICAM_ERRORS as error:
            raise DeviceCommunicationError(f"{doing} {self.name} failed: {sentence(error)}") from (
                error.with_traceback(None)
            )


class NodeMap:
    """One genapi node map and the lock that every access to it holds; a camera that was found again brings a new one.

    Attributes
    ----------
    exchanges
        How often that happened.
    """

    _alive: ClassVar[weakref.WeakSet[NodeMap]] = weakref.WeakSet()

    def __init__(self, node_map: Any, lock: RLock | None = None) -> None:
        self.lock = lock or threading.RLock()
        self.exchanges = 0
        self._node_map: Any = node_map
        self._lost = self._reason = ""
        self._owner = os.getpid()
        self._alive.add(self)

    @classmethod
    def abandon_all(cls) -> None:
        """Free the locks that a thread of the parent process may have held; the maps stay closed here."""
        for nodes in cls._alive:
            nodes.lock._at_fork_reinit()  # type: ignore[attr-defined]  # noqa: SLF001 - as the standard library does

    def exchange(self, node_map: Any) -> None:
        """Be the map of the camera that was just opened."""
        with self.lock:
            self._node_map = node_map
            self.exchanges += 1

    def require_open(self) -> None:
        if self._owner != os.getpid():
            raise CameraClosedError(
                f"The camera belongs to the process that this one was forked from. {FORKED}"
            )
        if self._node_map is None:
            if self._lost:
                raise DeviceLostError(self._lost)
            raise CameraClosedError(self._reason or "The camera is closed: open it again.")

    def is_described(self) -> bool:
        """Tell whether a description was loaded into this map."""
        try:
            return bool(self._node_map.nodes)
        except genapi.AccessException:
            return False

    def names(self) -> list[str]:
        with self.lock:
            self.require_open()
            return sorted(
                node.node.name
                for node in self._node_map.nodes
                if node.node.is_feature() and _kind(node) is not NodeKind.CATEGORY
            )

    def find(self, name: str) -> Node | None:
        with self.lock:
            self.require_open()
            try:
                return Node(self, name, self.genapi_node(name))
            except FeatureUnavailableError:
                return None

    def genapi_node(self, name: str) -> Any:
        try:
            return self._node_map.get_node(name)
        except genapi.LogicalErrorException:
            raise FeatureUnavailableError(f"The camera has no feature {name}.", feature=name) from None

    def invalidate(self) -> None:
        with self.lock:
            self.require_open()
            self._node_map._invalidate_nodes()  # noqa: SLF001 - the binding has no other name for it

    def event_names(self) -> dict[int, str]:
        """Return the name of each event by its number: that of the feature which reads through the event's port."""
        names: dict[int, str] = {}
        with self.lock:
            self.require_open()
            for node in self._node_map.nodes:
                number = node.node.event_id
                features = _features_above(node) if number else set()
                if features:
                    names[int(number, 16)] = min(features, key=len).removeprefix("Event")
        return names

    def chunk_adapter(self) -> Any:
        """Return what shows chunk data to this map; it must not outlive the map."""
        with self.lock:
            self.require_open()
            return genapi.ChunkAdapterGEV(self._node_map)

    def entry_code(self, name: str) -> int:
        """Return the number behind an enumeration's current entry; 0 where there is none."""
        with self.lock:
            found = self.find(name)
            if found is None or found.kind is not NodeKind.ENUMERATION or found.access() not in {"RO", "RW"}:
                return 0
            return found.read_code()

    def close(self, *, lost: str = "", reason: str = "") -> None:
        """Let go of the map; accesses raise DeviceLostError with ``lost``, CameraClosedError without."""
        with self.lock:
            self._node_map, self._lost, self._reason = None, lost, reason


def _features_above(node: Any) -> set[str]:
    """Return the features that get their value from a node, directly or through others."""
    found: set[str] = set()
    waiting, seen = list(node.node.parents), set[str]()
    while waiting:
        parent = waiting.pop()
        name = parent.node.name
        if name in seen:
            continue
        seen.add(name)
        if parent.node.is_feature() and _kind(parent) is not NodeKind.CATEGORY:
            found.add(name)
        else:
            waiting += [] if _kind(parent) is NodeKind.CATEGORY else list(parent.node.parents)
    return found


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=NodeMap.abandon_all)
