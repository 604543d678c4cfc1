"""One acquisition: buffers of our own, taken filled from the producer and queued again."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import logging
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from genicam import gentl

from vcxg124m._backend import NodeKind, NodeValue, RawFrame
from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, sentence
from vcxg124m._harvesters.chunks import Chunks
from vcxg124m._harvesters.unpacking import UnpackTargets
from vcxg124m.errors import ChunkDataError, FeatureUnavailableError, VcxgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._harvesters.device import Device
    from vcxg124m._harvesters.nodes import Node

__all__ = ["Stream"]

_log = logging.getLogger("vcxg124m")
_IMAGE_PAYLOADS = {1, 4}  # image; image with chunks as producers before GenTL 1.5 called it
# Producers' own names of counters: those of the standard end in "Count", Baumer's are spelt otherwise.
_COUNTER = re.compile(r"(Frame|Packet|Byte)\w*Count$|^(Good|Corrupted)Frames$|^Resend|^DataBlock|^Packet")


class Stream:
    """Buffers of our own announced to the producer."""

    def __init__(self, device: Device, data_stream: Any, monitor: Any, count: int, *, clear: bool) -> None:
        self._device = device
        self._data_stream = data_stream
        self._monitor = monitor
        self._clear = clear
        self._views: list[np.ndarray[Any, np.dtype[np.uint8]]] = []
        self._handles: list[Any] = []
        self._lent: set[int] = set()
        self._stopped = False
        self._counters: list[tuple[Node, int]] = []
        self._underruns_before = 0
        self._chunks: Chunks | None = None
        self._targets: UnpackTargets | None = None
        nodes = device.nodes
        self._fallback_format = self._format_code()
        self._fallback_size = tuple(int(device.peek(name) or 0) for name in ("Width", "Height"))
        try:
            self._announce(count)
            if device.peek("ChunkModeActive"):
                self._chunks = Chunks(nodes)
            self._targets = UnpackTargets(device.stream_nodes, self._fallback_format, *self._fallback_size)
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

    def unpack_ahead(self) -> None:
        targets = self._targets
        if targets is not None and not self._stopped:
            targets.lend()

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
            except (*GENICAM_ERRORS, VcxgError) as error:  # noqa: PERF203 - each step has a failure of its own
                _log.warning(
                    "A step of stopping the stream of %s failed: %s", self._device.info, sentence(error)
                )
        if self._chunks is not None:
            self._chunks.close()
        self._targets = None
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
        width = int(_ask(buffer, "width") or self._fallback_size[0])
        height = int(_ask(buffer, "height") or self._fallback_size[1])
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
            width=width,
            height=height,
            offset_x=int(_ask(buffer, "offset_x") or 0),
            offset_y=int(_ask(buffer, "offset_y") or 0),
            line_padding=int(_ask(buffer, "padding_x") or 0),
            chunks=self._read_chunks(buffer, view) if complete and self._chunks is not None else None,
            unpacked=self._targets.fetch(buffer, width, height) if self._targets is not None else None,
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

    def _find_counters(self) -> list[tuple[Node, int]]:
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
