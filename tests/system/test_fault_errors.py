"""What goes wrong, and what a program hears of it: every row of docs/reference/faults-and-errors.md."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera
from vcxg124m.virtual.faults import Faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "faults-and-errors.md"
Reason = vcx.TimeoutReason


def fetch_for_ever(stream: vcx.Stream, timeout: float) -> None:
    while True:
        stream.get(timeout)


def wait_for_frames(_: VirtualCamera, __: vcx.Camera, stream: vcx.Stream) -> None:
    fetch_for_ever(stream, 2.0)


def read_a_feature(_: VirtualCamera, cam: vcx.Camera, __: vcx.Stream) -> None:
    cam.exposure.time_us  # noqa: B018 - it asks the camera


def wait_for_an_event(_: VirtualCamera, cam: vcx.Camera, __: vcx.Stream) -> None:
    with cam.events.listen("FrameEnd") as events:
        events.get(timeout=1.0)


def open_again(device: VirtualCamera, cam: vcx.Camera, _: vcx.Stream) -> None:
    cam.close()
    vcx.open_camera(ip=device.ip)


@dataclass(frozen=True)
class Row:
    """One line of the first table; ``cause`` and ``words`` (part of the message) are not in it."""

    what: str
    fault: str
    cause: Callable[[VirtualCamera, vcx.Camera], object]
    error: type[vcx.VcxgError]
    reason: vcx.TimeoutReason | None
    words: str
    incomplete: Literal["skip", "raise"] = "skip"
    meet: Callable[[VirtualCamera, vcx.Camera, vcx.Stream], object] = wait_for_frames

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
    Row("the time limit is shorter than one frame takes", "",
        lambda _, c: c.configure({"acquisition.frame_rate_hz": None, "exposure.time_us": 5e6}),
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
    Row("acknowledges get lost, and a feature is read", "drop_acknowledges(1.0)",
        lambda d, _: d.faults.drop_acknowledges(1.0), vcx.DeviceCommunicationError, None, "after 4 transmissions",
        meet=read_a_feature),
    Row("acknowledges are late, and a feature is read", "delay_acknowledges(2.0)",
        lambda d, _: d.faults.delay_acknowledges(2.0), vcx.DeviceCommunicationError, None, "after 4 transmissions",
        meet=read_a_feature),
    Row("messages get lost, and an event is waited for", "drop_events(1.0)", lambda d, _: d.faults.drop_events(1.0),
        vcx.EventTimeoutError, None, "came within 1 s", meet=wait_for_an_event),
    Row("the description in the camera is damaged", "damage_xml(\"truncated\")",
        lambda d, _: d.faults.damage_xml("truncated"), vcx.DeviceCommunicationError, None, "no usable description",
        meet=open_again),
]  # fmt: skip


@dataclass(frozen=True)
class Endured:
    """One line of the second table: frames, features and events come all the same."""

    what: str
    fault: str
    heard: str
    counted: str = ""
    """Where ``stream.statistics`` tells it."""

    def cells(self) -> list[str]:
        return [
            self.what,
            f"`{self.fault}`",
            f"{self.heard}; `{self.counted}`" if self.counted else self.heard,
        ]

    def count(self, statistics: vcx.StreamStatistics) -> int:
        counters = re.fullmatch(r'counters\["(\w+)"\]', self.counted)
        return statistics.counters[counters[1]] if counters else int(getattr(statistics, self.counted))


ENDURED = [
    Endured("packets overtake each other", "reorder_packets(0.2)", "whole frames"),
    Endured("packets arrive twice", "duplicate_packets(0.2)", "whole frames", 'counters["StreamDuplicatePacketCount"]'),
    Endured("packets are late", "delay_packets(0.02)", "whole frames, later"),
    Endured("packets are cut short", "truncate_packets(0.01)", "incomplete frames are skipped", "incomplete"),
    Endured("bits turn over on the way", "corrupt_packets(0.01)",
            "frames with wrong pixels: no checksum is behind the network card's. A wrong header costs the packet"),
    Endured("last packets of frames get lost", "drop_trailers(0.3)", "whole frames"),
    Endured("the camera counts frames wrongly", "stale_block_ids(0.3)", "whole frames; what carries an earlier id is "
            "left out", "missed"),
    Endured("some acknowledges get lost", "drop_acknowledges(0.1)", "the command is sent again after 0.3 s"),
    Endured("the camera takes its time for commands", "slow_commands(0.1)", "it is waited for, as it asks for it"),
    Endured("some messages get lost", "drop_events(0.3)", "events, later: the camera sends them again"),
    Endured("the link has 100 Mbit/s", "slow_link()", "`RateWarning` where it cannot carry the frame rate that is set"),
]  # fmt: skip


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
            row.meet(device, cam, stream)
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


@pytest.mark.filterwarnings("ignore::vcxg124m.RateWarning")
def test_frames_features_and_events_come_in_spite_of_each_fault_of_the_second_table(
    device: VirtualCamera, cam: vcx.Camera
) -> None:
    cam.acquisition.frame_rate_hz = 60
    for row in ENDURED:
        with cam.events.listen("FrameEnd") as events, cam.stream(20) as stream:
            eval(f"device.faults.{row.fault}", {"device": device})
            images = [frame.image.shape for frame in stream]
            cam.exposure.time_us = 3000
            assert events.get(timeout=10).name == "FrameEnd"
            statistics = stream.statistics
            device.faults.clear()
        assert images == [(480, 640)] * 20, row.what
        assert not row.counted or row.count(statistics) > 0, row.what


def rows_of_the_page(heading: str) -> list[list[str]]:
    page = PAGE.read_text(encoding="utf-8")
    section = page[page.index(heading) :].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")][:3] for line in lines[1:]]


def test_every_row_is_in_the_documentation_and_nothing_else() -> None:
    assert rows_of_the_page("# What goes wrong") == [row.cells() for row in ROWS]
    assert rows_of_the_page("## What is endured") == [row.cells() for row in ENDURED]


def test_every_fault_of_the_virtual_camera_is_in_a_table() -> None:
    knobs = {name for name in vars(Faults) if not name.startswith("_")} - {"clear"}
    assert {row.fault.partition("(")[0] for row in (*ROWS, *ENDURED) if row.fault} == knobs
