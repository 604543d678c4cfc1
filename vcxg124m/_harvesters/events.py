"""The camera's events as they wait in the producer's queue."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from genicam import gentl

from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, sentence
from vcxg124m.errors import DeviceCommunicationError

if TYPE_CHECKING:
    from vcxg124m._harvesters.nodes import NodeMap

__all__ = ["Events"]


class Events:
    """What waits in the producer's queue of the camera's events.

    harvesters registers for them; its own monitor, which would pass them to an adapter, stays off.
    """

    def __init__(self, nodes: NodeMap, monitor: Any) -> None:
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
            return self._data()
        except gentl.TimeoutException:
            return None
        except GENICAM_ERRORS as error:
            raise DeviceCommunicationError(f"Reading an event failed: {sentence(error)}") from (
                error.with_traceback(None)
            )

    def _data(self) -> bytes:
        # The binding's `optional_data` makes an object for each event that is never freed (genicam 1.6).
        size = self._monitor._optional_data_size()  # noqa: SLF001
        return ctypes.string_at(int(self._monitor._optional_data_ptr()), size) if size else b""  # noqa: SLF001
