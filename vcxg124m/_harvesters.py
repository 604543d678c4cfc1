"""Cameras through harvesters and genicam: the only file that imports them.

What their behaviour asks for, all of it measured with harvesters 1.4.3 and genicam 1.6.0:

- Two Harvester objects on one .cti collide in GCInitLib: one shared object per file, counted.
- ``Harvester.update()`` destroys open cameras: it runs once, when the file is opened; later only the lists of the
  existing interface objects are refreshed, which leaves open cameras alone.
- ``create()`` takes over SIGINT: its handler is put back. A failing one leaves the device open: it is closed here.
- The binding holds the interpreter lock around every GenTL call; the forwarder (`_forwarder.py`) gives it away around
  those that may wait. Another thread may then enter the same node map, and the two dead-lock: every access to a map
  holds the map's own lock.
- Its own fetch loop queues incomplete frames again without a word: buffers and events are handled here instead.
- The binding announces ``bytes`` only (a writable object is refused with "invalid buffer pointer") and hands the same
  object back, so one numpy view per buffer, made when it is announced, serves for the whole stream. The memory changes
  under the view as the producer fills it.
- ``queue_buffer`` zeroes the whole buffer by default, 1 ms per 10 MB under the interpreter lock: switched off unless
  incomplete frames are to be handed out.
- An event adapter that outlives its node map aborts the process at exit: an acquirer is destroyed before it is let go,
  errors leave this file without the tracebacks that would keep its objects, and cameras are closed at exit.
- The finalizer of a chunk adapter refers to the adapter and keeps it alive, with its node map of 2 MB: called here.
  Module objects refer to themselves and keep theirs until Python collects garbage: it is taken from them here.
"""

# genicam and harvesters have no types of their own: what comes from them is Any, and stays in this file.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false, reportAttributeAccessIssue=false
# pyright: reportUnknownLambdaType=false
# ruff: noqa: ANN401

from __future__ import annotations

import ipaddress
import logging
import math
import os
import re
import signal
import tempfile
import threading
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from genicam import genapi, gentl
from harvesters import core

from vcxg124m import _forwarder
from vcxg124m._backend import CameraInfo, Limits, NodeKind, NodeValue, RawFrame
from vcxg124m._chunk_layout import without_image
from vcxg124m._producer import check_loadable
from vcxg124m.enums import AccessStatus
from vcxg124m.errors import (
    CameraClosedError,
    CameraInUseError,
    CameraNotFoundError,
    ChunkDataError,
    ControlLostError,
    DeviceCommunicationError,
    DeviceLostError,
    FeatureAccessError,
    FeatureUnavailableError,
    FeatureValueError,
    ProducerError,
    VcxgError,
)
from vcxg124m.units import format_ip, format_mac

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from threading import RLock

__all__ = ["camera_interfaces", "identity", "listing", "lock", "open_device"]

_log = logging.getLogger("vcxg124m")
# Guards the table of producers, their lists, every open and close, and the environment that producers read in those.
# Taken before the lock of a node map: who holds one of these must not want this one.
lock = threading.RLock()
# A device answers a discovery within milliseconds; the binding holds the interpreter lock as long as this.
_ENUMERATION_MS = 300

_FORKED = (
    "Open cameras after the fork, or start processes that do not inherit them: "
    'multiprocessing.get_context("spawn").'
)

_ACCESS_STATUS = {
    1: AccessStatus.READ_WRITE,
    2: AccessStatus.READ_ONLY,
    3: AccessStatus.NO_ACCESS,
    4: AccessStatus.BUSY,
    5: AccessStatus.OPEN_READ_WRITE,
    6: AccessStatus.OPEN_READ_ONLY,
}
_GENICAM_ERRORS = (gentl.GenericException, genapi.GenericException)
_IN_USE = (gentl.AccessDeniedException, gentl.ResourceInUseException, gentl.BusyException)
_REFUSED_VALUE = (
    genapi.OutOfRangeException,
    genapi.InvalidArgumentException,
    gentl.InvalidParameterException,
    gentl.InvalidValueException,
)
_REFUSED_ACCESS = (genapi.AccessException, gentl.AccessDeniedException)


# -- nodes -----------------------------------------------------------------------------------------

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


class _Node:
    """One genapi node. The C++ object dies with its map, so every use asks the map whether it is still the same."""

    def __init__(self, owner: _NodeMap, name: str, node: Any) -> None:
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
        except _REFUSED_VALUE as error:
            raise FeatureValueError(
                f"{doing} {self.name} was refused by the camera: {_sentence(error)}", feature=self.name
            ) from error.with_traceback(None)
        except _REFUSED_ACCESS as error:
            raise FeatureAccessError(
                f"{doing} {self.name} was refused: {_sentence(error)}", feature=self.name
            ) from error.with_traceback(None)
        except _GENICAM_ERRORS as error:
            raise DeviceCommunicationError(f"{doing} {self.name} failed: {_sentence(error)}") from (
                error.with_traceback(None)
            )


class _NodeMap:
    """One genapi node map and the lock that every access to it holds; a camera that was found again brings a new one.

    Attributes
    ----------
    exchanges
        How often that happened.
    """

    _alive: ClassVar[weakref.WeakSet[_NodeMap]] = weakref.WeakSet()

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
                f"The camera belongs to the process that this one was forked from. {_FORKED}"
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

    def find(self, name: str) -> _Node | None:
        with self.lock:
            self.require_open()
            try:
                return _Node(self, name, self.genapi_node(name))
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

    def chunks(self) -> _Chunks:
        """Return what reads chunk data through this map."""
        with self.lock:
            self.require_open()
            return _Chunks(self, genapi.ChunkAdapterGEV(self._node_map))

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


def _sentence(error: Exception) -> str:
    """Return the producer's own words out of a binding's message, with the name of the code."""
    text = str(error)
    source = re.search(r"Message from the source: (.*?)\) \(ID: (-?\d+)\)", text, re.DOTALL)
    name = type(error).__name__.removesuffix("Exception")
    return f"{source[1] or 'no word of explanation'} ({name}, {source[2]})" if source else f"{text} ({name})"


# -- chunks ----------------------------------------------------------------------------------------


class _Chunks:
    """Reads the values behind an image through the camera's node map, which knows what its chunks mean.

    Only the chunks themselves are shown to the map (0.3 KB instead of the whole block), which takes 50 us a frame.
    """

    _NO_VALUES: ClassVar = {"ChunkModeActive", "ChunkSelector", "ChunkEnable", "ChunkImage"}

    def __init__(self, nodes: _NodeMap, adapter: Any) -> None:
        self._nodes = nodes
        self._adapter: Any = adapter
        with nodes.lock:
            found = [
                node
                for name in nodes.names()
                if name.startswith("Chunk") and name not in self._NO_VALUES and (node := nodes.find(name))
            ]
        self._selector = next((node for node in found if node.name == "ChunkCounterSelector"), None)
        self._found = [node for node in found if node is not self._selector]

    def read(
        self, block: np.ndarray[Any, np.dtype[np.uint8]]
    ) -> dict[str, NodeValue | tuple[NodeValue, ...]]:
        """Return what the chunks at the end of ``block`` say, by node name."""
        tail = without_image(block)
        with self._nodes.lock:
            try:
                self._adapter.attach_buffer(tail, len(tail))
                return {
                    node.name: self._selected(node) if node.name == "ChunkCounterValue" else node.read()
                    for node in self._found
                    if node.access() in {"RO", "RW"}
                }
            except _GENICAM_ERRORS as error:
                raise ChunkDataError(
                    f"The camera's description does not fit its chunk data: {_sentence(error)}"
                ) from error.with_traceback(None)
            finally:
                self._adapter.detach_buffer()

    def _selected(self, node: _Node) -> NodeValue | tuple[NodeValue, ...]:
        if self._selector is None:
            return node.read()
        values: list[NodeValue] = []
        for entry in self._selector.entries():
            self._selector.write(entry)
            values.append(node.read())
        return tuple(values)

    def close(self) -> None:
        """Let go of the node map: an adapter that outlives it aborts the process."""
        with self._nodes.lock:
            if self._adapter is not None:
                _end(self._adapter)
                self._adapter = None


def _end(chunk_adapter: Any) -> None:
    """Detach a chunk adapter, and have its finalizer forgotten, which keeps it and its node map for ever."""
    chunk_adapter._finalizer()  # noqa: SLF001 - the binding offers no other way


# -- streams ---------------------------------------------------------------------------------------

_IMAGE_PAYLOADS = {1, 4}  # image; image with chunks as producers before GenTL 1.5 called it
# Producers' own names of counters: those of the standard end in "Count", Baumer's are spelt otherwise.
_COUNTER = re.compile(r"(Frame|Packet|Byte)\w*Count$|^(Good|Corrupted)Frames$|^Resend|^DataBlock|^Packet")


class _Stream:
    """Buffers of our own announced to the producer."""

    def __init__(self, device: _Device, data_stream: Any, monitor: Any, count: int, *, clear: bool) -> None:
        self._device = device
        self._data_stream = data_stream
        self._monitor = monitor
        self._clear = clear
        self._views: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
        self._handles: list[Any] = []
        self._lent: set[int] = set()
        self._stopped = False
        self._counters: list[tuple[_Node, int]] = []
        self._underruns_before = 0
        self._chunks: _Chunks | None = None
        nodes = device.nodes
        self._fallback_format = self._format_code()
        self._fallback_size = tuple(int(device.peek(name) or 0) for name in ("Width", "Height"))
        try:
            self._announce(count)
            if device.peek("ChunkModeActive"):
                self._chunks = nodes.chunks()
            device.write_if_there("TLParamsLocked", 1)
            data_stream.start_acquisition(gentl.ACQ_START_FLAGS_LIST.ACQ_START_FLAGS_DEFAULT, -1)
            # Some producers reset their counters at this start, some do not: count from here, before the camera sends.
            self._counters = self._find_counters()
            self._underruns_before = self.underruns() or 0
            start = nodes.find("AcquisitionStart")
            if start is None:
                raise FeatureUnavailableError(  # noqa: TRY301
                    f"{device.info} cannot stream: it has no AcquisitionStart.", feature="AcquisitionStart"
                )
            with nodes.lock:
                start.execute()
        except BaseException:
            self.stop()
            raise

    @property
    def buffers(self) -> int:
        return len(self._handles)

    def filled(self) -> int:
        return 0 if self._stopped else int(self._monitor.num_in_queue)

    @property
    def buffer_size(self) -> int:
        return self._views[0].size if self._views else 0

    def take(self, timeout: float) -> RawFrame | None:
        if self._stopped or not (timeout or self._monitor.num_in_queue):
            return None
        try:
            self._monitor.update_event_data(math.ceil(timeout * 1000))
        except gentl.TimeoutException:
            return None
        taken = self._describe(self._monitor.buffer)
        self._lent.add(taken.buffer)
        return taken

    def requeue(self, frame: RawFrame) -> None:
        self._lent.discard(frame.buffer)
        if not self._stopped:
            self._data_stream.queue_buffer(self._handles[frame.buffer], self._clear)

    def underruns(self) -> int | None:
        if self._stopped:
            return None
        try:
            return int(self._data_stream.num_underrun) - self._underruns_before
        except gentl.GenericException:
            return None  # an optional answer

    def missed(self) -> int | None:
        with self._device.stream_nodes.lock:
            for node, before in self._counters:
                if node.name == "StreamMissedFrameCount":
                    return int(node.read()) - before
        return None

    def counters(self) -> dict[str, int]:
        with self._device.stream_nodes.lock:
            return {node.name: int(node.read()) - before for node, before in self._counters}

    def socket_buffer(self) -> int | None:
        with self._device.stream_nodes.lock:
            node = self._device.stream_nodes.find("StreamSocketBufferGranted")
            return None if node is None else int(node.read())

    def stop(self) -> None:
        """Release everything, step by step: a step that fails must not keep the next one from happening."""
        if self._stopped:
            return
        self._stopped = True
        stream, monitor = self._data_stream, self._monitor
        steps: list[Callable[[], object]] = []
        if self._device.is_alive():
            steps += [self._stop_camera, lambda: self._device.write_if_there("TLParamsLocked", 0)]
        discard = gentl.ACQ_QUEUE_TYPE_LIST.ACQ_QUEUE_ALL_DISCARD
        steps += [
            lambda: stream.stop_acquisition(gentl.ACQ_STOP_FLAGS_LIST.ACQ_STOP_FLAGS_KILL),
            lambda: stream.flush_buffer_queue(discard),
            monitor.flush_event_queue,
            *[lambda handle=handle: stream.revoke_buffer(handle) for handle in self._handles],
        ]
        for step in steps:
            try:
                step()
            except (*_GENICAM_ERRORS, VcxgError) as error:  # noqa: PERF203 - each step has a failure of its own
                _log.warning(
                    "A step of stopping the stream of %s failed: %s", self._device.info, _sentence(error)
                )
        if self._chunks is not None:
            self._chunks.close()
        self._device.forget_memory(self._lent)
        self._handles.clear()
        self._views.clear()

    def _stop_camera(self) -> None:
        nodes = self._device.nodes
        with nodes.lock:
            node = nodes.find("AcquisitionStop")
            if node is not None:
                node.execute()

    def _announce(self, count: int) -> None:
        stream = self._data_stream
        size = stream.payload_size if stream.defines_payload_size() else self._device.peek("PayloadSize")
        if not isinstance(size, int) or size <= 0:
            raise FeatureUnavailableError(
                f"{self._device.info} cannot stream: it does not tell its PayloadSize.", feature="PayloadSize"
            )
        try:
            least = int(stream.buffer_announce_min)
        except gentl.GenericException:
            least = 1  # an optional answer
        for index, memory in enumerate(self._device.memory(max(count, least), size)):
            self._views.append(np.frombuffer(memory, np.uint8))
            self._handles.append(stream.announce_buffer(gentl.BufferToken(memory, index)))
        for handle in self._handles:
            stream.queue_buffer(handle, self._clear)

    def _describe(self, buffer: Any) -> RawFrame:
        index = int(buffer.context)
        view = self._views[index]
        received = int(_ask(buffer, "size_filled") or 0)
        expected = int(_ask(buffer, "data_size") or received)
        complete = bool(buffer.is_complete())
        return RawFrame(
            buffer=index,
            payload=view[: received if complete else max(received, expected)],
            received=received,
            expected=max(received, expected),
            frame_id=int(_ask(buffer, "frame_id") or 0),
            timestamp_ns=_timestamp_ns(buffer),
            complete=complete,
            is_image=int(buffer.payload_type) in _IMAGE_PAYLOADS,
            pixel_format=int(_ask(buffer, "pixel_format") or self._fallback_format),
            width=int(_ask(buffer, "width") or self._fallback_size[0]),
            height=int(_ask(buffer, "height") or self._fallback_size[1]),
            offset_x=int(_ask(buffer, "offset_x") or 0),
            offset_y=int(_ask(buffer, "offset_y") or 0),
            line_padding=int(_ask(buffer, "padding_x") or 0),
            chunks=self._read_chunks(buffer, view) if complete and self._chunks is not None else None,
        )

    def _read_chunks(
        self, buffer: Any, view: np.ndarray[Any, np.dtype[np.uint8]]
    ) -> dict[str, NodeValue | tuple[NodeValue, ...]] | ChunkDataError | None:
        size = _ask(buffer, "delivered_chunk_payload_size")
        if self._chunks is None or not size:
            return None
        try:
            return self._chunks.read(view[: min(size, view.size)])
        except ChunkDataError as error:
            return error.with_traceback(None)

    def _format_code(self) -> int:
        nodes = self._device.nodes
        with nodes.lock:
            return nodes.entry_code("PixelFormat")

    def _find_counters(self) -> list[tuple[_Node, int]]:
        nodes = self._device.stream_nodes
        with nodes.lock:
            found = [nodes.find(name) for name in nodes.names() if _COUNTER.search(name)]
            return [
                (node, int(node.read()))
                for node in found
                if node is not None and node.kind is NodeKind.INTEGER and node.access() == "RO"
            ]


def _ask(buffer: Any, name: str) -> int | None:
    """Return an optional answer about a buffer."""
    try:
        value: int = getattr(buffer, name)
    except gentl.GenericException:
        return None
    return value


def _timestamp_ns(buffer: Any) -> int:
    answer = _ask(buffer, "timestamp_ns")
    return int(answer) if answer is not None else int(_ask(buffer, "timestamp") or 0)


# -- events ----------------------------------------------------------------------------------------


class _Events:
    """What waits in the producer's queue of the camera's events.

    harvesters registers for them; its own monitor, which would pass them to an adapter, stays off.
    """

    def __init__(self, nodes: _NodeMap, monitor: Any) -> None:
        self._nodes = nodes
        self._monitor = monitor
        monitor.flush_event_queue()

    def names(self) -> dict[int, str]:
        return self._nodes.event_names()

    def take(self) -> bytes | None:
        try:
            if not self._monitor.num_in_queue:
                return None
            self._monitor.update_event_data(1)
            return bytes(self._monitor.optional_data)
        except gentl.TimeoutException:
            return None
        except _GENICAM_ERRORS as error:
            raise DeviceCommunicationError(f"Reading an event failed: {_sentence(error)}") from (
                error.with_traceback(None)
            )


# -- devices ---------------------------------------------------------------------------------------

_CONTROL_PRIVILEGE_REGISTER = 0x0A00  # GigE Vision bootstrap register; bits 0 and 1: exclusive, control
_CONTROL_BITS = 0b11
_CONTROLLER_REGISTERS = (0x0A04, 0x0A14)  # port and IP address of the application in control; optional


class _Device:
    """One open camera: an acquirer of harvesters whose parts are used one by one."""

    def __init__(self, producer: _Producer, acquirer: Any, info: CameraInfo) -> None:
        self._stream: _Stream | None = None
        self._memory: list[bytes] = []
        self.nodes, self.stream_nodes = _NodeMap(None), _NodeMap(None)
        self.attach(producer, acquirer, info)

    def attach(self, producer: _Producer, acquirer: Any, info: CameraInfo) -> None:
        """Be the camera that was just opened."""
        self.nodes.exchange(acquirer.remote_device.node_map)
        if not self.nodes.is_described():
            self.nodes.close()
            raise _undescribed(info, acquirer.remote_device.port)
        self.info = info
        self._producer = producer
        self._acquirer: Any = acquirer
        data_streams = acquirer.data_streams
        self._data_stream = data_streams[0] if data_streams else None
        self.stream_nodes.exchange(self._data_stream.node_map if self._data_stream else genapi.NodeMap())
        self._is_gige = str(acquirer.device.tl_type) == "GEV"
        self._controlled_by = self._controller() if self._is_gige else None
        self.lost = False

    def start_stream(self, buffers: int, *, clear: bool) -> _Stream:
        self.nodes.require_open()
        if self._data_stream is None:
            raise FeatureUnavailableError(f"{self.info} has no data stream.")
        monitor = self._acquirer._new_buffer_event_monitor_dict[self._data_stream]  # noqa: SLF001 - no public way
        try:
            self._stream = _Stream(self, self._data_stream.module, monitor, buffers, clear=clear)
        except _GENICAM_ERRORS as error:
            raise DeviceCommunicationError(
                f"The stream of {self.info} did not start: {_sentence(error)}"
            ) from (error.with_traceback(None))
        return self._stream

    def events(self) -> _Events:
        with lock:
            self.nodes.require_open()
            monitors = self._acquirer._module_event_monitor_dict  # noqa: SLF001 - no public way
            monitor = monitors.get(self._acquirer._remote_device)  # noqa: SLF001
        if monitor is None:
            raise FeatureUnavailableError(
                f"The GenTL producer {self.info.producer} passes no events of the camera on.",
                feature="EventSelector",
            )
        return _Events(self.nodes, monitor)

    def memory(self, count: int, size: int) -> list[bytes]:
        """Return the buffers of the last stream where they fit: pages once touched cost nothing again."""
        if not self._memory or len(self._memory[0]) != size:
            self._memory.clear()
        self._memory += [bytes(size) for _ in range(count - len(self._memory))]
        return self._memory[:count]

    def forget_memory(self, lent: set[int]) -> None:
        """Leave buffers that somebody still looks at to him: a later stream must not write to them."""
        self._memory = [memory for index, memory in enumerate(self._memory) if index not in lent]

    def check_alive(self) -> None:
        if self.lost:
            raise DeviceLostError(f"{self.info} was lost: open it again.")
        if not self._is_gige:
            return
        with self.nodes.lock:
            self.nodes.require_open()
            try:
                privilege = self._register(_CONTROL_PRIVILEGE_REGISTER)
            except gentl.GenericException as error:
                self.lost = True
                raise DeviceLostError(f"{self.info} does not answer any more: {_sentence(error)}") from (
                    error.with_traceback(None)
                )
            controller = self._controller()
        if not privilege & _CONTROL_BITS or (controller and self._controlled_by not in {None, controller}):
            self.lost = True
            raise ControlLostError(
                f"{self.info} answers, but has dropped this application's control: it restarted, no heartbeat came, or "
                "another application took over. Open it again."
            )

    def _register(self, address: int) -> int:
        _, answer = self._acquirer.remote_device.port.read(address, 4)
        return int.from_bytes(answer, "big")

    def _controller(self) -> tuple[int, ...] | None:
        """Return who the camera says controls it: another application's privilege looks the same as ours."""
        try:
            return tuple(self._register(address) for address in _CONTROLLER_REGISTERS)
        except gentl.GenericException:
            return None

    def is_alive(self) -> bool:
        """Tell whether the camera can still be spoken to."""
        try:
            self.check_alive()
        except DeviceLostError as error:
            _log.info("%s", error)
            return False
        return True

    def peek(self, name: str) -> NodeValue | None:
        with self.nodes.lock:
            node = self.nodes.find(name)
            return node.read() if node is not None and node.access() in {"RO", "RW"} else None

    def write_if_there(self, name: str, value: NodeValue) -> None:
        with self.nodes.lock:
            node = self.nodes.find(name)
            if node is not None and node.access() in {"WO", "RW"}:
                node.write(value)

    def let_go(self, reason: str) -> None:
        with lock:
            self.lost = True
            self._detach(lost=reason)

    def reopen(self, found: CameraInfo, producer: Path) -> None:
        with lock:
            open_device(found, producer, device=self)
            # One that was not switched off still streams for the connection of before.
            stop = self.nodes.find("AcquisitionStop")
            if stop is not None and stop.access() in {"WO", "RW"}:
                stop.execute()
            self.write_if_there("TLParamsLocked", 0)

    def close(self, reason: str = "") -> None:
        with lock:
            self._memory.clear()
            self._detach(reason=reason)

    def _detach(self, *, lost: str = "", reason: str = "") -> None:
        with lock:
            if self._stream is not None:
                self._stream.stop()
            self._stream = self._data_stream = None
            with self.nodes.lock:
                acquirer, self._acquirer = self._acquirer, None
                self.nodes.close(lost=lost, reason=reason)
            self.stream_nodes.close(lost=lost, reason=reason)
            if acquirer is None:
                return
            try:
                self._producer.destroy(acquirer)
            finally:
                self._producer.release(self)


# -- producers -------------------------------------------------------------------------------------


class _Producer:
    """One .cti file, loaded once and shared; reset when its last user lets go."""

    _open: ClassVar[dict[Path, _Producer]] = {}

    def __init__(self, path: Path) -> None:
        check_loadable(path)
        self.path = path
        self._users: set[object] = set()
        self.owner = os.getpid()
        self._harvester: Any = core.Harvester(
            config=core.ParameterSet(
                {core.ParameterKey.TIMEOUT_PERIOD_ON_MODULE_ENUMERATION: _ENUMERATION_MS}
            )
        )
        self._harvester.add_file(str(_forwarder.through(path)))
        self._harvester.update()
        if not self._harvester._systems:  # noqa: SLF001 - harvesters only logs why
            self._harvester.reset()
            raise ProducerError(f"The GenTL producer {path} does not start: {_why_not(path)}", path=str(path))

    @classmethod
    def acquire(cls, path: Path, user: object) -> _Producer:
        """Return the shared producer with fresh lists; pair with :meth:`release`."""
        known = path in cls._open
        producer = cls.shared(path, user)
        if known:
            producer.refresh()
        return producer

    @classmethod
    def shared(cls, path: Path, user: object) -> _Producer:
        """Return the shared producer with the lists that it has; pair with :meth:`release`."""
        producer = cls._open.get(path)
        if producer is not None and producer.owner != os.getpid():
            raise ProducerError(
                f"The GenTL producer {path} is in use by the process that this one was forked from. {_FORKED}",
                path=str(path),
            )
        if producer is None:
            producer = cls._open[path] = cls(path)
        producer.keep(user)
        return producer

    @classmethod
    def loaded(cls, path: Path) -> _Producer:
        """Return the shared producer that somebody holds."""
        return cls._open[path]

    @classmethod
    def abandon_all(cls) -> None:
        """Let harvesters clean up nothing at the end of a forked process: all of it is the parent's."""
        for producer in cls._open.values():
            harvester = producer._harvester  # noqa: SLF001
            for owner in (harvester, *harvester.image_acquirers):
                owner._finalizer.atexit = False  # noqa: SLF001 - there is no public way

    def keep(self, user: object) -> None:
        """Count one more user."""
        self._users.add(user)

    def release(self, user: object) -> None:
        """Let go; the last one resets harvesters and unloads the producer."""
        self._users.discard(user)
        if not self._users and self._open.pop(self.path, None) is not None:
            self._harvester.reset()

    def cameras(self) -> list[tuple[CameraInfo, Any]]:
        """Return each camera once, with harvesters' own record of it.

        One that answers on several of the host's interfaces is taken from the one whose network it is in.
        """
        found: dict[tuple[str, str], tuple[CameraInfo, Any]] = {}
        for record in self._harvester.device_info_list:
            info = self._info(record)
            key = (info.device_id, info.ip)
            if key not in found or _in_network(info.ip, record.parent):
                found[key] = (info, record)
        return list(found.values())

    def open(self, record: Any, info: CameraInfo, device: _Device | None) -> _Device:
        """Open one camera with exclusive control, as ``device`` where it is one that was lost."""
        raw = record.create_device()
        handler = signal.getsignal(signal.SIGINT)
        try:
            acquirer = self._harvester._create_acquirer(  # noqa: SLF001 - create() hides the device it leaks
                device_proxy=core.Device(module=raw, parent=record.parent)
            )
            try:
                if device is None:
                    return _Device(self, acquirer, info)
                device.attach(self, acquirer, info)
                return device  # noqa: TRY300 - as the one above
            except BaseException:
                self.destroy(acquirer)
                raise
        except _IN_USE as error:
            raise CameraInUseError(
                f"{info} is in use: {_sentence(error)}. Close it in the other application (or this one), or wait for "
                "the camera to notice that it ended."
            ) from error.with_traceback(None)
        except genapi.GenericException as error:  # it has only read the description so far
            raise _undescribed(info, raw.remote_port) from error.with_traceback(None)
        except gentl.GenericException as error:
            raise DeviceCommunicationError(f"{info} could not be opened: {_sentence(error)}") from (
                error.with_traceback(None)
            )
        finally:
            if threading.current_thread() is threading.main_thread() and handler is not None:
                signal.signal(signal.SIGINT, handler)
            if (
                not any(acquirer.device.module is raw for acquirer in self._harvester.image_acquirers)
                and raw.is_open()
            ):
                raw.close()

    def destroy(self, acquirer: Any) -> None:
        """Destroy an acquirer, also one whose camera is gone, and forget it."""
        device = acquirer.device.module
        modules = [acquirer.device, acquirer.remote_device, *acquirer.data_streams]
        _end(acquirer._chunk_adapter)  # noqa: SLF001 - the acquirer only drops it
        try:
            acquirer.__exit__(None, None, None)  # destroy() through its finalizer, which would keep it alive
        except _GENICAM_ERRORS as error:
            _log.warning("Closing a camera of %s failed: %s", self.path, _sentence(error))
            if device.is_open():
                device.close()
        for module in modules:  # they wait for the garbage collector, which cannot see how large these are
            module._node_map = None  # noqa: SLF001 - no public way
        if acquirer in self._harvester.image_acquirers:
            self._harvester.image_acquirers.remove(acquirer)

    def refresh(self) -> None:
        """Bring the lists up to date without touching open cameras."""
        harvester = self._harvester
        system = harvester._systems[0]  # noqa: SLF001 - update() would destroy open cameras
        interfaces = harvester._ifaces  # noqa: SLF001
        try:
            system.update_interface_info_list(_ENUMERATION_MS)
            known = {interface.id_ for interface in interfaces}
            for record in system.interface_info_list:
                if record.id_ not in known:
                    raw = record.create_interface()
                    raw.open()
                    interfaces.append(core.Interface(module=raw, parent=system))
            records: list[Any] = []
            for interface in interfaces:
                interface.update_device_info_list(_ENUMERATION_MS)
                records += [
                    core.DeviceInfo(module=raw, parent=interface) for raw in interface.device_info_list
                ]
        except _GENICAM_ERRORS as error:
            raise ProducerError(
                f"The GenTL producer {self.path} could not list its cameras: {_sentence(error)}",
                path=str(self.path),
            ) from error.with_traceback(None)
        harvester.device_info_list[:] = records

    def _info(self, record: Any) -> CameraInfo:
        said = record.property_dict
        device_id = str(said["id_"])
        ip, mac = _addresses(record.parent, device_id)
        return CameraInfo(
            model=said["model"] or "",
            vendor=said["vendor"] or "",
            serial_number=said["serial_number"] or "",
            user_id=said["user_defined_name"] or "",
            ip=ip,
            mac=mac,
            interface=str(record.parent.id_),
            access=_ACCESS_STATUS.get(int(said["access_status"] or 0), AccessStatus.UNKNOWN),
            producer=str(self.path),
            device_id=device_id,
        )


def _why_not(path: Path) -> str:
    """Open the producer once more by hand, to hear the reason that harvesters only logs."""
    producer = gentl.GenTLProducer.create_producer()
    try:
        producer.open(str(_forwarder.through(path)))
        producer.create_system().open()
    except gentl.GenericException as error:
        return _sentence(error)
    finally:
        if producer.is_open():
            producer.close()
    return "it gives no reason."


def _undescribed(info: CameraInfo, port: Any) -> DeviceCommunicationError:
    return DeviceCommunicationError(
        f"{info} has no usable description of its features: {_why_no_description(port)} Restart the camera (power off "
        "and on) and open it again; if this stays, its firmware is damaged: load it anew with the vendor's tool."
    )


def _why_no_description(port: Any) -> str:
    """Fetch a camera's description once more by hand, to hear the reason that harvesters only logs."""
    try:
        (url, *_) = (info.url for info in port.url_info_list)
        place = re.fullmatch(r"local:.*;([0-9a-f]+);([0-9a-f]+)(\?.*)?", url, re.IGNORECASE)
        if place is None:
            return f"it names {url!r}, which is no place inside of it."
        _, content = port.read(int(place[1], 16), int(place[2], 16))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "description.zip")
            file.write_bytes(content)
            genapi.NodeMap().load_xml_from_zip_file(str(file))
    except _GENICAM_ERRORS as error:
        return f"{_sentence(error)}."
    return "this time it could be read."


def _addresses(interface: Any, device_id: str) -> tuple[str, str]:
    """Return IP and MAC address as the interface's nodes tell them; "" for what they do not tell."""
    nodes = _NodeMap(interface.node_map)
    selector, found_id = nodes.find("DeviceSelector"), nodes.find("DeviceID")
    ip, mac = nodes.find("GevDeviceIPAddress"), nodes.find("GevDeviceMACAddress")
    if selector is None or found_id is None or ip is None or mac is None:
        return "", ""
    with nodes.lock:
        for index in range(int(selector.limits().minimum), int(selector.limits().maximum) + 1):
            selector.write(index)
            if found_id.read() == device_id:
                return format_ip(int(ip.read())), format_mac(int(mac.read()))
    return "", ""


def _in_network(ip: str, interface: Any) -> bool:
    """Tell whether ``ip`` belongs to the network of a host's interface, as that interface's nodes tell it."""
    nodes = _NodeMap(interface.node_map)
    address, mask = nodes.find("GevInterfaceSubnetIPAddress"), nodes.find("GevInterfaceSubnetMask")
    if not ip or address is None or mask is None:
        return False
    with nodes.lock:
        network = ipaddress.IPv4Network((int(address.read()), format_ip(int(mask.read()))), strict=False)
    return ipaddress.IPv4Address(ip) in network


@contextmanager
def listing(path: Path) -> Generator[list[CameraInfo]]:
    """Keep a producer loaded and give the cameras that it finds now, in a stable order.

    Raises
    ------
    ProducerError
        The producer cannot be loaded or does not start.
    """
    user = object()
    with lock:
        producer = _Producer.acquire(path, user)
    try:
        with lock:
            found = [info for info, _ in producer.cameras()]
        yield sorted(found, key=lambda info: (info.mac, info.device_id))
    finally:
        with lock:
            producer.release(user)


def identity(path: Path) -> tuple[str, str]:
    """Return the vendor and the version that a producer gives itself.

    Raises
    ------
    ProducerError
        The producer cannot be loaded or does not start.
    """
    user = object()
    with lock:
        producer = _Producer.shared(path, user)
        try:
            system = producer._harvester._systems[0].module  # noqa: SLF001
            return str(system.vendor), str(system.version)
        finally:
            producer.release(user)


@contextmanager
def camera_interfaces(path: Path) -> Generator[dict[str, _NodeMap]]:
    """Give the features of each of the host's interfaces on which a producer has found cameras, by its identifier.

    Cameras are looked for only when the producer is not loaded yet: while some are open, it is known where they are.
    """
    user = object()
    with lock:
        producer = _Producer.shared(path, user)
    try:
        with lock:
            interfaces = [record.parent for _, record in producer.cameras()]
            nodes = {str(interface.id_): _NodeMap(interface.node_map, lock) for interface in interfaces}
        yield nodes
    finally:
        with lock:
            producer.release(user)


def open_device(wanted: CameraInfo, path: Path, *, device: _Device | None = None) -> _Device:
    """Open a camera of a :func:`listing` that is still held; as ``device`` where it is one that was lost.

    Raises
    ------
    CameraNotFoundError
        It is gone since.
    CameraInUseError
        Another application controls it, or this one.
    DeviceCommunicationError
        It does not answer as a camera should.
    """
    with lock:
        producer = _Producer.loaded(path)
        for info, record in producer.cameras():
            if (info.device_id, info.interface) == (wanted.device_id, wanted.interface):
                device = producer.open(record, info, device)
                producer.keep(device)
                return device
    raise CameraNotFoundError(f"{wanted} answered a moment ago and is gone now.")


def _start_anew_in_a_child() -> None:
    """Free what a thread of the parent process may have held at the fork."""
    global lock  # noqa: PLW0603
    lock = threading.RLock()
    _NodeMap.abandon_all()
    _Producer.abandon_all()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_anew_in_a_child)
