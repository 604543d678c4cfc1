"""A camera made of dictionaries, with the VCXG-124M's limits restated, for tests without a transport."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from vcxg124m._backend import CameraInfo, Limits, NodeKind, NodeValue, RawFrame
from vcxg124m.enums import AccessStatus
from vcxg124m.errors import DeviceLostError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

INFO = CameraInfo(
    model="VCXG-124M",
    vendor="Baumer",
    serial_number="700000000001",
    user_id="left",
    ip="127.0.0.2",
    mac="00:06:be:00:00:01",
    interface="lo",
    access=AccessStatus.READ_WRITE,
    producer="/nowhere/fake.cti",
    device_id="dev0",
)


@dataclass
class FakeNode:
    name: str
    kind: NodeKind
    value: NodeValue = 0
    unit: str = ""
    description: str = ""
    mode: str | Callable[[], str] = "RW"
    range: Limits | Callable[[], Limits] = field(default_factory=lambda: Limits(0, 0, None))
    choices: tuple[str, ...] = ()
    coarse: Callable[[NodeValue], NodeValue] = field(default=lambda value: value)
    log: list[tuple[str, NodeValue]] = field(default_factory=list)

    def access(self) -> str:
        return self.mode if isinstance(self.mode, str) else self.mode()

    def read(self) -> NodeValue:
        return self.value

    def write(self, value: NodeValue) -> None:
        limits = self.limits()
        if self.kind is NodeKind.INTEGER:
            assert limits.minimum <= value <= limits.maximum, f"{self.name} = {value} is outside {limits}"
        self.value = self.coarse(value)
        self.log.append((self.name, value))

    def limits(self) -> Limits:
        return self.range if isinstance(self.range, Limits) else self.range()

    def entries(self) -> tuple[str, ...]:
        return self.choices

    def execute(self) -> None:
        self.log.append((self.name, True))

    def is_done(self) -> bool:
        return True


class FakeNodeMap:
    def __init__(self, nodes: list[FakeNode]) -> None:
        self.lock = threading.RLock()
        self.log: list[tuple[str, NodeValue]] = []
        self.by_name = {node.name: node for node in nodes}
        for node in nodes:
            node.log = self.log

    def require_open(self) -> None: ...

    def names(self) -> list[str]:
        return list(self.by_name)

    def find(self, name: str) -> FakeNode | None:
        return self.by_name.get(name)

    def invalidate(self) -> None:
        self.log.append(("invalidate", True))


def vcxg_nodes() -> FakeNodeMap:
    """Return the nodes that tests touch, with limits that depend on each other as the camera's do."""
    nodes: dict[str, FakeNode] = {}

    def value(name: str) -> int:
        return int(nodes[name].value)

    def locked() -> str:
        return "RO" if value("TLParamsLocked") else "RW"

    def add(name: str, kind: NodeKind, start: NodeValue, **rest: object) -> None:
        nodes[name] = FakeNode(name, kind, start, **rest)

    add("TLParamsLocked", NodeKind.INTEGER, 0, range=Limits(0, 1, 1))
    for name, extent in (("WidthMax", 4096), ("HeightMax", 3000)):
        add(name, NodeKind.INTEGER, extent, mode="RO", range=Limits(1, extent, 1))
    for size, offset, extent, step in (("Width", "OffsetX", 4096, 16), ("Height", "OffsetY", 3000, 1)):
        add(
            size,
            NodeKind.INTEGER,
            extent,
            mode=locked,
            range=lambda o=offset, e=extent, s=step: Limits(s, e - value(o), s),
        )
        add(
            offset,
            NodeKind.INTEGER,
            0,
            mode=locked,
            range=lambda z=size, e=extent, s=step: Limits(0, e - value(z), s),
        )
    add(
        "PixelFormat",
        NodeKind.ENUMERATION,
        "Mono8",
        mode=locked,
        choices=("Mono8", "Mono10", "Mono12", "Mono12p"),
    )
    add("ExposureAuto", NodeKind.ENUMERATION, "Off", choices=("Off", "Once", "Continuous"))
    add("ShortExposureTimeEnable", NodeKind.BOOLEAN, start=False)
    add(
        "ExposureTime",
        NodeKind.FLOAT,
        4000.0,
        unit="us",
        mode=lambda: "RW" if nodes["ExposureAuto"].value == "Off" else "RO",
        range=lambda: Limits(1.0 if nodes["ShortExposureTimeEnable"].value else 15.0, 60e6, 1.0),
    )
    add("Gain", NodeKind.FLOAT, 1.0, range=Limits(1.0, 251.189, None))
    add("GainAuto", NodeKind.ENUMERATION, "Off", choices=("Off", "Once", "Continuous"))
    add("BlackLevel", NodeKind.FLOAT, 0.0, range=Limits(0.0, 255.0, None))
    add("AcquisitionFrameRateEnable", NodeKind.BOOLEAN, start=False)
    add(
        "AcquisitionFrameRate",
        NodeKind.FLOAT,
        10.0,
        unit="Hz",
        mode=lambda: "RW" if nodes["AcquisitionFrameRateEnable"].value else "RO",
        range=Limits(0.01, 65535.0, None),
    )
    add(
        "AcquisitionMode",
        NodeKind.ENUMERATION,
        "Continuous",
        choices=("Continuous", "SingleFrame", "MultiFrame"),
    )
    add("AcquisitionFrameCount", NodeKind.INTEGER, 1, range=Limits(1, 65535, 1))
    add("TriggerMode", NodeKind.ENUMERATION, "Off", choices=("Off", "On"))
    add("TriggerSource", NodeKind.ENUMERATION, "All", choices=("All", "Off", "Software", "Line0"))
    add("TriggerActivation", NodeKind.ENUMERATION, "RisingEdge", choices=("RisingEdge", "FallingEdge"))
    add("TriggerSoftware", NodeKind.COMMAND, 0, mode="WO")
    add("DeviceTemperature", NodeKind.FLOAT, 44.6875, unit="C", mode="RO")
    add(
        "DeviceTemperatureStatus",
        NodeKind.ENUMERATION,
        "Normal",
        mode="RO",
        choices=("Normal", "High", "Exceeded"),
    )
    add("EventSelector", NodeKind.ENUMERATION, "ExposureEnd", choices=("ExposureEnd", "Line0RisingEdge"))
    add("EventNotification", NodeKind.ENUMERATION, "Off", choices=("Off", "On"))
    add("DeviceUserID", NodeKind.STRING, "")
    add("PayloadSize", NodeKind.INTEGER, 12288000, mode="RO", range=Limits(0, 24576224, 1))
    add("GevSCPSPacketSize", NodeKind.INTEGER, 9000, range=Limits(576, 9000, 4))
    add("ReadOutTime", NodeKind.INTEGER, 65761, mode="RO")
    add("ActionDeviceKey", NodeKind.INTEGER, 0, mode="WO", range=Limits(0, 2**32 - 1, 1))
    return FakeNodeMap(list(nodes.values()))


def raw_frame(
    frame_id: int, *, complete: bool = True, width: int = 16, height: int = 2, **rest: object
) -> RawFrame:
    """Return a small Mono8 frame whose pixels all hold the low byte of its id."""
    size = width * height
    frame = RawFrame(
        buffer=0,
        payload=np.full(size, frame_id % 256, np.uint8),
        received=size if complete else size // 2,
        expected=size,
        frame_id=frame_id,
        timestamp_ns=frame_id * 1000,
        complete=complete,
        is_image=True,
        pixel_format=0x01080001,
        width=width,
        height=height,
        offset_x=0,
        offset_y=0,
        line_padding=0,
    )
    return replace(frame, **rest)


class FakeStream:
    """Frames that a test puts in; every frame taken must be queued again before it ends."""

    def __init__(self, buffers: int) -> None:
        self.buffers = buffers
        self.buffer_size = 32
        self.waiting: deque[RawFrame] = deque()
        self.lent: list[RawFrame] = []
        self.without_buffer = 0
        self.without_packets: int | None = None
        self.asked_to_unpack = 0
        self.stopped = False

    def filled(self) -> int:
        return len(self.waiting)

    def take(self, timeout: float) -> RawFrame | None:
        assert 0 <= timeout < 1, "a wait inside the producer cannot be ended"
        if not self.waiting:
            return None
        self.lent.append(self.waiting.popleft())
        return self.lent[-1]

    def requeue(self, frame: RawFrame) -> None:
        self.lent.remove(frame)

    def unpack_ahead(self) -> None:
        self.asked_to_unpack += 1

    def underruns(self) -> int | None:
        return self.without_buffer

    def missed(self) -> int | None:
        return self.without_packets

    def counters(self) -> dict[str, int]:
        return {}

    def socket_buffer(self) -> int | None:
        return None

    def stop(self) -> None:
        self.stopped = True


class FakeEvents:
    """Events that a test puts in, as they come over the network."""

    def __init__(self) -> None:
        self.waiting: deque[bytes] = deque()

    def names(self) -> dict[int, str]:
        return {0x9002: "ExposureEnd", 0x9010: "Line0RisingEdge"}

    def take(self) -> bytes | None:
        return self.waiting.popleft() if self.waiting else None


class FakeDevice:
    def __init__(self, nodes: FakeNodeMap | None = None) -> None:
        self.info = INFO
        self.nodes = nodes or vcxg_nodes()
        self.stream_nodes = FakeNodeMap([])
        self.lost = False
        self.closed = False
        self.streams: list[FakeStream] = []
        self.upcoming: list[RawFrame] = []
        self.event_source = FakeEvents()
        self.clear = False
        self.reopened = 0
        self.obstacles: list[Exception] = []
        """What the next attempts to reopen it meet."""
        self.forgets: dict[str, NodeValue] = {}
        """Values that nodes have when it is found again."""

    def start_stream(self, buffers: int, *, clear: bool) -> FakeStream:
        stream = FakeStream(buffers)
        stream.waiting.extend(self.upcoming)
        self.clear = clear
        self.streams.append(stream)
        return stream

    def events(self) -> FakeEvents:
        return self.event_source

    def check_alive(self) -> None:
        if self.lost:
            raise DeviceLostError("The camera does not answer any more.")

    def let_go(self, _reason: str) -> None:
        self.lost = True

    def reopen(self, found: CameraInfo, _producer: Path) -> None:
        if self.obstacles:
            raise self.obstacles.pop(0)
        self.info, self.lost = found, False
        self.reopened += 1
        for name, value in self.forgets.items():
            self.nodes.by_name[name].value = value

    def close(self, reason: str = "") -> None:
        self.closed, self.reason = True, reason
