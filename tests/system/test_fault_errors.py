"""What goes wrong, and what a program hears of it: every row of docs/reference/faults-and-errors.md."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults-and-errors.md"
Reason = vcx.TimeoutReason


@dataclass(frozen=True)
class Row:
    """One line of the table; ``cause`` and ``words`` (part of the message) are in it."""

    what: str
    fault: str
    cause: Callable[[VirtualCamera, vcx.Camera], object]
    error: type[vcx.VcxgError]
    reason: vcx.TimeoutReason | None
    words: str
    incomplete: Literal["skip", "raise"] = "skip"

    def cells(self) -> list[str]:
        what = f"`{self.error.__name__}`" + (f", reason `{self.reason.name}`" if self.reason else "")
        return [self.what, f"`{self.fault}`" if self.fault else "", what]


def skipped_triggers(device: VirtualCamera, cam: vcx.Camera) -> None:
    cam.counters[1].event_source = "TriggerSkipped"
    cam.exposure.time_us = 5_000_000
    cam.trigger.configure(source="Line0")
    device.bench.train("Line0", 20, period_us=20_000)


ROWS = [
    Row("packets get lost", "drop_packets(0.5)", lambda d, _: d.faults.drop_packets(0.5, seed=3),
        vcx.FrameTimeoutError, Reason.ONLY_INCOMPLETE, "net.core.rmem_max"),
    Row("packets get lost, and `incomplete=\"raise\"`", "drop_packets(0.5)",
        lambda d, _: d.faults.drop_packets(0.5, seed=3), vcx.IncompleteFrameError, None, "of 460800 bytes", "raise"),
    Row("no packet arrives: firewall, other interface", "drop_packets(1.0)", lambda d, _: d.faults.drop_packets(1.0),
        vcx.FrameTimeoutError, Reason.NO_PACKETS, "firewall"),
    Row("packets too large for a switch on the way", "path_mtu(1500)", lambda d, _: d.faults.path_mtu(1500),
        vcx.FrameTimeoutError, Reason.PACKETS_TOO_LARGE, "packets of 9000 bytes"),
    Row("first packets of frames get lost", "drop_leaders(1.0)", lambda d, _: d.faults.drop_leaders(1.0),
        vcx.FrameTimeoutError, Reason.ONLY_INCOMPLETE, "packets missing"),
    Row("no trigger comes", "", lambda _, c: c.trigger.configure(source="Line0"),
        vcx.FrameTimeoutError, Reason.NO_TRIGGER, "Line0"),
    Row("triggers come too early, as a counter tells", "", skipped_triggers,
        vcx.FrameTimeoutError, Reason.TRIGGERS_SKIPPED, "before it was ready"),
    Row("the time limit is shorter than one frame takes", "", lambda _, c: setattr(c.exposure, "time_us", 5e6),
        vcx.FrameTimeoutError, Reason.TOO_SHORT, "takes 5"),
    Row("the camera is too hot", "overheat()", lambda d, _: d.faults.overheat(),
        vcx.OverTemperatureError, None, "too hot"),
    Row("the camera answers no command any more", "silence()",
        lambda d, _: d.faults.silence(),
        vcx.DeviceLostError, None, "does not answer"),
    Row("the camera is unplugged", "", lambda d, _: d.bench.pull_cable(), vcx.DeviceLostError, None, "does not answer"),
    Row("the camera restarts", "reboot()", lambda d, _: d.faults.reboot(), vcx.ControlLostError, None, "restarted"),
    Row("no heartbeat reached the camera in time", "expire_heartbeat()", lambda d, _: d.faults.expire_heartbeat(),
        vcx.ControlLostError, None, "no heartbeat came"),
    Row("another application takes control", "steal_control()", lambda d, _: d.faults.steal_control(),
        vcx.ControlLostError, None, "another application"),
]  # fmt: skip


def fetch_for_ever(stream: vcx.Stream, timeout: float) -> None:
    while True:
        stream.get(timeout)


@pytest.fixture
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as device:
        yield device


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.configure({"roi.width": 640, "roi.height": 480, "image_format.pixel_format": "Mono12p"})
        cam.acquisition.frame_rate_hz = 20
        yield cam


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_error_is_the_one_of_the_table(row: Row, device: VirtualCamera, cam: vcx.Camera) -> None:
    begin = time.monotonic()
    before_streaming = row.reason in {Reason.NO_TRIGGER, Reason.TRIGGERS_SKIPPED, Reason.TOO_SHORT}
    if before_streaming:
        row.cause(device, cam)
    if row.fault == "silence()":  # the stream alone would go on
        cam.trigger.configure(source="Line0")
    with cam.stream(incomplete=row.incomplete) as stream:
        if not before_streaming:
            row.cause(device, cam)
        with pytest.raises(row.error, match=row.words) as e:
            fetch_for_ever(stream, 2.0)
    assert type(e.value) is row.error
    assert getattr(e.value, "reason", None) is row.reason
    assert time.monotonic() - begin < 20


def test_a_camera_that_overheats_ends_the_wait_at_once_and_not_at_its_limit(
    device: VirtualCamera, cam: vcx.Camera
) -> None:
    with cam.stream() as stream:
        stream.get()
        device.faults.overheat()
        begin = time.monotonic()
        with pytest.raises(vcx.OverTemperatureError):
            fetch_for_ever(stream, 60)
        assert time.monotonic() - begin < 10


def test_a_camera_that_gets_hot_is_warned_about_once(device: VirtualCamera, cam: vcx.Camera) -> None:
    cam.trigger.configure(source="Line0")
    with cam.stream() as stream:
        device.temperature_celsius = cam.temperature.high_from_celsius + 1
        with pytest.warns(vcx.TemperatureWarning) as seen, pytest.raises(vcx.FrameTimeoutError):
            stream.get(timeout=1.5)
    assert len(seen) == 1
    with pytest.warns(vcx.TemperatureWarning, match="close to where it sends no more images"):
        cam.stream().start()


def test_every_row_is_in_the_documentation_and_nothing_else() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert [[cell.strip() for cell in line.strip("|").split("|")][:3] for line in lines[1:]] == [
        row.cells() for row in ROWS
    ]
