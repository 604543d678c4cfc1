"""What the package needs from a transport, so that features and streams can be tested without one.

``_harvesters`` fulfils these protocols with real producers; unit tests fulfil them with a few dictionaries. A
backend raises the errors of ``errors.py``: no exception class of a third party leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from threading import RLock

    import numpy as np
    import numpy.typing as npt

    from vcxg124m.enums import AccessStatus
    from vcxg124m.errors import ChunkDataError

__all__ = [
    "CameraInfo",
    "DeviceBackend",
    "EventBackend",
    "Limits",
    "NodeBackend",
    "NodeKind",
    "NodeMapBackend",
    "NodeValue",
    "RawFrame",
    "StreamBackend",
]

NodeValue = int | float | bool | str | bytes


@dataclass(frozen=True)
class CameraInfo:
    """One camera as it was found on the network.

    Attributes
    ----------
    model, vendor, serial_number, user_id
        As the camera reports them; "" where it reports none.
    ip, mac
        Dotted quad and colon-separated hex; "" for a camera that is not on a network.
    interface
        The host's interface that it was found on.
    access
        Who may open it now.
    producer
        Path of the GenTL producer that found it.
    device_id
        The producer's own name for it.
    """

    model: str
    vendor: str
    serial_number: str
    user_id: str
    ip: str
    mac: str
    interface: str
    access: AccessStatus
    producer: str
    device_id: str

    def __str__(self) -> str:
        parts = [f"{self.vendor} {self.model}".strip(), f"serial number {self.serial_number or 'unknown'}"]
        parts += [f"user id {self.user_id!r}"] if self.user_id else []
        parts += [self.ip] if self.ip else []
        return ", ".join(parts)


class NodeKind(str, Enum):
    """What a node of the camera's description is."""

    INTEGER = "integer"
    FLOAT = "float"
    ENUMERATION = "enumeration"
    BOOLEAN = "boolean"
    COMMAND = "command"
    STRING = "string"
    REGISTER = "register"
    CATEGORY = "category"
    OTHER = "other"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Limits:
    """What a numeric node accepts now; ``increment`` is None where any value between the limits is fine."""

    minimum: float
    maximum: float
    increment: float | None


class NodeBackend(Protocol):
    """One node, unchecked. The caller holds the map's lock."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> NodeKind: ...
    @property
    def unit(self) -> str: ...
    @property
    def description(self) -> str: ...
    def access(self) -> str:
        """Return "NI", "NA", "RO", "WO" or "RW"."""
        ...

    def read(self) -> NodeValue: ...
    def write(self, value: NodeValue) -> None: ...
    def limits(self) -> Limits: ...
    def entries(self) -> tuple[str, ...]:
        """Return the entries that can be chosen now."""
        ...

    def execute(self) -> None: ...
    def is_done(self) -> bool: ...


class NodeMapBackend(Protocol):
    """The nodes of one module. Two threads inside one map can dead-lock, so every access holds ``lock``."""

    @property
    def lock(self) -> RLock: ...
    def require_open(self) -> None:
        """Raise CameraClosedError, with the reason, when there is no camera behind it any more."""
        ...

    def names(self) -> list[str]: ...
    def find(self, name: str) -> NodeBackend | None: ...
    def invalidate(self) -> None:
        """Forget every cached value: the camera has changed its settings by itself."""
        ...


@dataclass(frozen=True)
class RawFrame:
    """A filled buffer of the producer, lent until it is queued again.

    ``payload`` is a read-only view of the received bytes: its content changes as soon as the buffer is queued.
    """

    buffer: int
    payload: npt.NDArray[np.uint8]
    received: int
    expected: int
    frame_id: int
    timestamp_ns: int
    complete: bool
    is_image: bool
    pixel_format: int
    width: int
    height: int
    offset_x: int
    offset_y: int
    line_padding: int
    chunks: Mapping[str, NodeValue | tuple[NodeValue, ...]] | ChunkDataError | None = None
    """Values by node name, a tuple for one that a selector chooses among several; None where no chunks came."""
    unpacked: npt.NDArray[np.uint16] | None = None
    """The image, (height, width), where the producer unpacked it beside the payload; whoever takes it owns it."""


class StreamBackend(Protocol):
    """One acquisition: buffers announced and queued, producer and camera started."""

    @property
    def buffers(self) -> int:
        """Number of announced buffers."""
        ...

    @property
    def buffer_size(self) -> int:
        """Bytes of each."""
        ...

    def filled(self) -> int:
        """Return how many filled buffers wait to be taken; never waits."""
        ...

    def take(self, timeout: float) -> RawFrame | None:
        """Return the oldest filled buffer; wait for it for ``timeout`` seconds at the most, then return None.

        Other threads run meanwhile; one thread at a time may be in here.
        """
        ...

    def requeue(self, frame: RawFrame) -> None: ...
    def unpack_ahead(self) -> None:
        """Have the producer unpack one of the frames to come while its packets arrive, if it can."""
        ...

    def underruns(self) -> int | None:
        """Return how many frames of this acquisition found no free buffer; None where the producer does not tell."""
        ...

    def missed(self) -> int | None:
        """Return of how many frames of this acquisition nothing came; None where the producer does not tell."""
        ...

    def counters(self) -> dict[str, int]:
        """Return the producer's own counters, by the names of its stream node map."""
        ...

    def socket_buffer(self) -> int | None:
        """Return the bytes that the system granted for packets to wait in; None where the producer does not tell."""
        ...

    def stop(self) -> None:
        """Stop and release everything; safe with a lost camera and when called again."""
        ...


class EventBackend(Protocol):
    """The camera's events; no thread, no wait."""

    def names(self) -> dict[int, str]:
        """Return the camera's name of each event by its number."""
        ...

    def take(self) -> bytes | None:
        """Return the oldest event that waits, as it came over the network, or None; never waits."""
        ...


class DeviceBackend(Protocol):
    """One open camera."""

    @property
    def info(self) -> CameraInfo: ...
    @property
    def nodes(self) -> NodeMapBackend:
        """The camera's own nodes."""
        ...

    @property
    def stream_nodes(self) -> NodeMapBackend:
        """The nodes of the producer's stream module."""
        ...

    def start_stream(self, buffers: int, *, clear: bool) -> StreamBackend:
        """Announce ``buffers`` buffers and start; ``clear`` zeroes each before it is filled again."""
        ...

    def events(self) -> EventBackend:
        """Return the camera's events, beginning now.

        Raises
        ------
        FeatureUnavailableError
            The producer does not pass events on.
        """
        ...

    def check_alive(self) -> None:
        """Ask the camera for one register; raise DeviceLostError when it is gone or follows another controller."""
        ...

    def let_go(self, reason: str) -> None:
        """Close a lost camera in a way that :meth:`reopen` can follow; until then accesses raise DeviceLostError."""
        ...

    def reopen(self, found: CameraInfo, producer: Path) -> None:
        """Open the same camera where it was found again; node maps and nodes of before then belong to it."""
        ...

    def close(self, reason: str = "") -> None:
        """Close it; accesses then raise CameraClosedError, with ``reason`` where one is given."""
        ...
