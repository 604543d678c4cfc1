"""Events: their bytes, the queue of a listener, callbacks, and what ends a wait."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m import _ending
from vcxg124m._event_item import EventItem, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG = bytes.fromhex("0000 9002 0000 0000 0000000000000007 00000000000003e8")
SHORT = bytes.fromhex("0000 9002 0000 0007 00000000000003e8")
END = EventItem(0x9002, 7, 1000, b"")


@pytest.mark.parametrize("extended", [True, False])
@pytest.mark.parametrize("item", [LONG, SHORT], ids=["64-bit ids", "16-bit ids"])
def test_the_length_tells_the_layout(item: bytes, *, extended: bool) -> None:
    assert parse(item, extended_ids=extended) == END


@pytest.mark.parametrize(
    ("item", "extended"),
    [(LONG + b"\x01\x02", True), (SHORT + b"\x01\x02", False)],
    ids=["64-bit ids", "16-bit ids"],
)
def test_further_bytes_are_the_events_data(item: bytes, *, extended: bool) -> None:
    assert parse(item, extended_ids=extended) == EventItem(0x9002, 7, 1000, b"\x01\x02")


def test_a_header_in_front_is_taken_off() -> None:
    assert parse(bytes.fromhex("42 11 00c0 0018 0001") + LONG, extended_ids=False) == END
    assert parse(bytes.fromhex("42 01 00c2 0010 0001") + SHORT, extended_ids=True) == END


@pytest.mark.parametrize("length", range(16))
def test_too_few_bytes_are_no_event(length: int) -> None:
    assert parse(LONG[:length], extended_ids=True) is None


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice()


@pytest.fixture
def cam(device: FakeDevice) -> Iterator[vcx.Camera]:
    with vcx.Camera(device) as camera:
        yield camera


def item(number: int, event_id: int = 0x9002) -> bytes:
    return (
        event_id.to_bytes(4, "big") + bytes(4) + number.to_bytes(8, "big") + (number * 8).to_bytes(8, "big")
    )


def test_events_come_in_order_with_name_time_and_frame(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("ExposureEnd") as events:
        device.event_source.waiting.extend(map(item, (1, 2, 3)))
        got = [events.get(timeout=5.0) for _ in range(3)]
    assert [(event.name, event.frame_id, event.timestamp_ns) for event in got] == [
        ("ExposureEnd", 1, 8),
        ("ExposureEnd", 2, 16),
        ("ExposureEnd", 3, 24),
    ]


def test_only_the_events_asked_for_come(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("Line0RisingEdge") as events:
        device.event_source.waiting.extend([item(1), item(0, 0x9010), item(2)])
        event = events.get(timeout=5.0)
        assert (event.name, event.line, event.rising, event.frame_id) == (
            "Line0RisingEdge",
            "Line0",
            True,
            None,
        )
        with pytest.raises(vcx.EventTimeoutError, match=r"within 0\.01 s"):
            events.get(timeout=0.01)


def test_an_event_without_a_name_has_its_number(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen() as events:
        device.event_source.waiting.append(item(1, 0x9999))
        assert events.get(timeout=5.0).name == "0x9999"


def test_events_are_enabled_while_somebody_listens_and_no_longer(cam: vcx.Camera) -> None:
    assert cam.events.enabled == ()
    with cam.events.listen("ExposureEnd"):
        assert cam.nodes["EventNotification"].value == "On"
    assert cam.nodes["EventNotification"].value == "Off"


def test_events_that_were_enabled_before_stay_enabled(cam: vcx.Camera) -> None:
    cam.events.enable("ExposureEnd")
    with cam.events.listen("ExposureEnd"):
        pass
    assert cam.nodes["EventNotification"].value == "On"


def test_an_unknown_event_is_refused_with_those_there_are(cam: vcx.Camera) -> None:
    with pytest.raises(
        vcx.FeatureValueError, match="'ExposureStop' not accepted: this camera has ExposureEnd, Line0"
    ):
        cam.events.listen("ExposureStop")


def test_a_full_queue_drops_counts_and_tells(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("ExposureEnd", queue=2) as events:
        device.event_source.waiting.extend(map(item, range(1, 6)))
        wait_until(lambda: events.received == 5)
        with pytest.raises(vcx.EventOverflowError, match="3 events were dropped, because 2 waited") as error:
            events.get(timeout=1.0)
        assert (error.value.dropped, events.dropped) == (3, 3)
        assert [events.get(timeout=1.0).frame_id for _ in range(2)] == [1, 2]


def test_two_listeners_get_every_event_each(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("ExposureEnd") as one, cam.events.listen("ExposureEnd") as other:
        device.event_source.waiting.append(item(1))
        assert one.get(timeout=5.0) == other.get(timeout=5.0)


def test_a_lost_camera_ends_the_wait(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("ExposureEnd") as events:
        device.lost = True
        with pytest.raises(vcx.DeviceLostError):
            events.get(timeout=10.0)


def test_closing_the_camera_ends_a_waiting_listener(device: FakeDevice) -> None:
    cam = vcx.Camera(device)
    events = cam.events.listen("ExposureEnd")
    closer = threading.Timer(0.05, cam.close)
    closer.start()
    assert list(events) == []
    closer.join()


def test_a_function_is_called_for_each_event(cam: vcx.Camera, device: FakeDevice) -> None:
    called: list[int | None] = []
    with cam.events.on(lambda event: called.append(event.frame_id), "ExposureEnd"):
        device.event_source.waiting.extend(map(item, (1, 2)))
        wait_until(lambda: len(called) == 2)
    assert called == [1, 2]


def test_an_exception_in_the_function_reaches_the_owner(cam: vcx.Camera, device: FakeDevice) -> None:
    def fail(event: vcx.Event) -> None:
        raise RuntimeError(f"event {event.frame_id}")

    subscription = cam.events.on(fail, "ExposureEnd")
    device.event_source.waiting.append(item(4))
    wait_until(lambda: not subscription._thread.is_alive())
    with pytest.raises(RuntimeError, match="event 4"):
        subscription.close()
    subscription.close()


def test_events_come_to_async_for_and_cancelling_loses_none(cam: vcx.Camera, device: FakeDevice) -> None:
    async def first(events: vcx.EventListener) -> vcx.Event:
        async for event in events:
            return event
        raise AssertionError

    async def run() -> list[int | None]:
        with cam.events.listen("ExposureEnd") as events:
            waiting = asyncio.ensure_future(first(events))
            await asyncio.sleep(0.01)
            waiting.cancel()
            device.event_source.waiting.extend(map(item, (1, 2)))
            return [(await asyncio.wait_for(first(events), 5)).frame_id for _ in range(2)]

    assert asyncio.run(run()) == [1, 2]


def test_the_reading_thread_ends_with_the_last_listener(cam: vcx.Camera) -> None:
    with cam.events.listen("ExposureEnd"):
        assert any(thread.name == "vcxg124m event reader" for thread in threading.enumerate())
    assert not any(thread.name == "vcxg124m event reader" for thread in threading.enumerate())


def test_closing_ends_although_the_reading_hangs_and_what_is_left_alone_disturbs_nobody(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_ending, "_LONGEST_END_S", 0.05)
    asked, answers, take = threading.Event(), threading.Event(), device.event_source.take

    def hang_and_fail() -> bytes | None:
        monkeypatch.setattr(device.event_source, "take", take)
        asked.set()
        assert answers.wait(20)
        raise vcx.DeviceCommunicationError("too late")

    monkeypatch.setattr(device.event_source, "take", hang_and_fail)
    events = cam.events.listen("ExposureEnd")
    assert asked.wait(20)
    [left_alone] = [each for each in threading.enumerate() if each.name == "vcxg124m event reader"]
    events.close()
    assert f"The reading of events of {cam.info} did not end within 0.05 s" in caplog.text
    with cam.events.listen("ExposureEnd") as events:
        answers.set()
        left_alone.join(20)
        device.event_source.waiting.append(item(1))
        assert events.get(timeout=5.0).frame_id == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_nobody_foresaw_ends_the_wait_for_an_event(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bytes | None:
        raise ZeroDivisionError

    monkeypatch.setattr(device.event_source, "take", fail)
    with cam.events.listen("ExposureEnd") as events:
        with pytest.raises(vcx.DeviceCommunicationError, match="read no more: ZeroDivisionError") as error:
            events.get(timeout=10.0)
        assert isinstance(error.value.__cause__, ZeroDivisionError)
    for each in threading.enumerate():  # its traceback belongs to this test
        if each.name == "vcxg124m event reader":
            each.join(20)


def test_who_listens_after_a_failure_hears_again(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> bytes | None:
        raise vcx.DeviceCommunicationError("for once")

    with monkeypatch.context() as patch:
        patch.setattr(device.event_source, "take", fail)
        failed = cam.events.listen("ExposureEnd")
        with pytest.raises(vcx.DeviceCommunicationError, match="for once"):
            failed.get(timeout=10.0)
    with cam.events.listen("ExposureEnd") as events:
        device.event_source.waiting.append(item(1))
        assert events.get(timeout=10.0).frame_id == 1
    failed.close()
