"""One open camera."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import logging
import math
import os
from typing import TYPE_CHECKING, Any

from genicam import genapi, gentl

from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, sentence
from vcxg124m._harvesters.description import undescribed
from vcxg124m._harvesters.events import Events
from vcxg124m._harvesters.locks import lock
from vcxg124m._harvesters.nodes import NodeMap
from vcxg124m._harvesters.producer import Producer
from vcxg124m._harvesters.stream import Stream
from vcxg124m.errors import (
    ControlLostError,
    DeviceCommunicationError,
    DeviceLostError,
    FeatureUnavailableError,
    FeatureValueError,
)

if TYPE_CHECKING:
    from pathlib import Path

    from vcxg124m._backend import CameraInfo, NodeValue

__all__ = ["Device", "open_device"]

_log = logging.getLogger("vcxg124m")
_CONTROL_PRIVILEGE_REGISTER = 0x0A00  # GigE Vision bootstrap register; bits 0 and 1: exclusive, control
_CONTROL_BITS = 0b11
_CONTROLLER_REGISTERS = (0x0A04, 0x0A14)  # port and IP address of the application in control; optional


class Device:
    """One open camera: an acquirer of harvesters whose parts are used one by one."""

    def __init__(self, producer: Producer, acquirer: Any, info: CameraInfo) -> None:
        self._stream: Stream | None = None
        self._memory: list[bytes] = []
        self.nodes, self.stream_nodes = NodeMap(None), NodeMap(None)
        self.attach(producer, acquirer, info)

    def attach(self, producer: Producer, acquirer: Any, info: CameraInfo) -> None:
        """Be the camera that was just opened."""
        self.nodes.exchange(acquirer.remote_device.node_map)
        if not self.nodes.is_described():
            self.nodes.close()
            raise undescribed(info, acquirer.remote_device.port)
        self.info = info
        self._producer = producer
        self._acquirer: Any = acquirer
        data_streams = acquirer.data_streams
        self._data_stream = data_streams[0] if data_streams else None
        self.stream_nodes.exchange(self._data_stream.node_map if self._data_stream else genapi.NodeMap())
        self._is_gige = str(acquirer.device.tl_type) == "GEV"
        self._controlled_by = self._controller() if self._is_gige else None
        self.lost = False
        producer.keep(self)

    def start_stream(self, buffers: int, *, clear: bool) -> Stream:
        self.nodes.require_open()
        if self._data_stream is None:
            raise FeatureUnavailableError(f"{self.info} has no data stream.")
        monitor = self._acquirer._new_buffer_event_monitor_dict[self._data_stream]  # noqa: SLF001 - no public way
        try:
            self._stream = Stream(self, self._data_stream.module, monitor, buffers, clear=clear)
        except GENICAM_ERRORS as error:
            raise DeviceCommunicationError(
                f"The stream of {self.info} did not start: {sentence(error)}"
            ) from (error.with_traceback(None))
        return self._stream

    def events(self) -> Events:
        with lock:
            self.nodes.require_open()
            monitors = self._acquirer._module_event_monitor_dict  # noqa: SLF001 - no public way
            monitor = monitors.get(self._acquirer._remote_device)  # noqa: SLF001
        if monitor is None:
            raise FeatureUnavailableError(
                f"The GenTL producer {self.info.producer} passes no events of the camera on.",
                feature="EventSelector",
            )
        return Events(self.nodes, monitor)

    def memory(self, count: int, size: int) -> list[bytes]:
        """Return the buffers of the last stream where they fit: pages once touched cost nothing again."""
        if count * size > _memory_of_this_computer():
            raise FeatureValueError(
                f"buffers={count} not accepted: {count} of {size / 1e6:.4g} MB are more than the "
                f"{_memory_of_this_computer() / 1e9:.3g} GB of this computer.",
                feature="buffers",
                value=count,
            )
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
                raise DeviceLostError(f"{self.info} does not answer any more: {sentence(error)}") from (
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
            Producer.loaded(producer).open(found, self.attach)
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


def _memory_of_this_computer() -> float:
    """Return bytes; infinite where the system does not tell."""
    if not hasattr(os, "sysconf"):
        return math.inf
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def open_device(wanted: CameraInfo, path: Path) -> Device:
    """Open a camera of a :func:`listing` that is still held; :meth:`Producer.open` says what is raised."""
    with lock:
        return Producer.loaded(path).open(wanted, Device)
