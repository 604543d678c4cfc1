"""A lost camera that is looked for, against a fake one: patience, settings, the gap, and how it ends."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import INFO, FakeDevice, raw_frame
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m import _listening, _reconnector, _waiting, discovery

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = vcx.Reconnect(delay_s=0.0, give_up_after_s=10.0)
ELSEWHERE = replace(INFO, ip="127.0.0.9", device_id="dev9")


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> FakeDevice:
    monkeypatch.setattr(_waiting, "_SILENCE_BEFORE_LOOK", 0.02)
    monkeypatch.setattr(_listening, "_SILENCE_BEFORE_CHECK_S", 0.02)
    monkeypatch.setattr(discovery, "search", lambda *_: [(ELSEWHERE, Path("/nowhere/fake.cti"))])
    return FakeDevice()


@pytest.fixture
def cam(device: FakeDevice) -> Iterator[vcx.Camera]:
    with vcx.Camera(device, reconnect=QUICK) as cam:
        yield cam


def lose(device: FakeDevice, stream: vcx.Stream, *next_ids: int) -> None:
    """Take the camera away; it will be found with these frames."""
    device.upcoming = [raw_frame(number) for number in next_ids]
    device.lost = True


def test_a_stream_goes_on_with_a_gap_at_its_next_frame(cam: vcx.Camera, device: FakeDevice) -> None:
    device.upcoming = [raw_frame(1), raw_frame(3)]
    with cam.stream() as stream:
        assert [stream.get().gap, stream.get().gap] == [None, None]
        lose(device, stream, 1, 2)
        frame = stream.get()
        assert frame.frame_id == 1
        assert frame.gap is not None
        assert frame.gap.last_frame_id == 3
        assert frame.gap.reconnection.info.ip == "127.0.0.9"
        assert frame.gap.seconds >= frame.gap.reconnection.seconds >= 0
        assert stream.get().gap is None
        now = stream.statistics
    assert device.streams[0].stopped
    assert (now.delivered, now.missed, now.reconnections) == (4, 1, 1)
    assert now.seconds_lost == frame.gap.seconds
    assert cam.info.ip == "127.0.0.9"


def test_counters_of_before_and_after_the_loss_add_up(cam: vcx.Camera, device: FakeDevice) -> None:
    device.upcoming = [raw_frame(1), raw_frame(5)]
    with cam.stream() as stream:
        stream.get()
        stream.get()
        device.streams[0].without_buffer = 2
        device.streams[0].waiting.extend([raw_frame(6)])
        device.upcoming = [raw_frame(2), raw_frame(4)]
        device.lost = True
        cam.reconnect()
        assert [stream.get().frame_id, stream.get().frame_id] == [2, 4]
        device.streams[1].without_buffer = 1
        now = stream.statistics
    assert (now.delivered, now.missed, now.underrun, now.dropped) == (4, 1, 3, 1)


def test_a_loop_hands_out_as_many_frames_as_asked_for_across_a_loss(
    cam: vcx.Camera, device: FakeDevice
) -> None:
    device.upcoming = [raw_frame(1), raw_frame(2)]
    ids = []
    stream = cam.stream(4)
    for frame in stream:
        ids.append(frame.frame_id)
        if len(ids) == 2:
            lose(device, stream, 1, 2, 3)
    assert ids == [1, 2, 1, 2]


def test_without_a_policy_a_loss_is_an_error(device: FakeDevice) -> None:
    with vcx.Camera(device) as cam, cam.stream() as stream:
        device.lost = True
        with pytest.raises(vcx.DeviceLostError):
            stream.get()
    assert device.reopened == 0


def test_a_stream_may_be_told_otherwise_than_its_camera(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.stream(reconnect=False) as stream:
        device.lost = True
        with pytest.raises(vcx.DeviceLostError):
            stream.get()
    assert device.reopened == 0


def test_settings_that_the_camera_lost_are_written_again(cam: vcx.Camera, device: FakeDevice) -> None:
    cam.exposure.time_us = 777
    cam.roi.set(width=640, height=480)
    cam.black_level.level = 12
    device.forgets = {"ExposureTime": 4000.0, "Width": 4096, "Height": 3000}
    with cam.stream() as stream:
        lose(device, stream, 1)
        gap = stream.get().gap
    assert gap is not None
    assert dict(gap.reconnection.restored) == {
        "exposure.time_us": 777.0,
        "roi.width": 640,
        "roi.height": 480,
    }
    assert gap.reconnection.refused == {}
    assert (cam.exposure.time_us, cam.roi.width, cam.black_level.level) == (777.0, 640, 12.0)


def test_a_setting_that_is_refused_is_told_and_the_others_are_written(
    cam: vcx.Camera, device: FakeDevice
) -> None:
    cam.black_level.level = 12
    cam.image_format.pixel_format = "Mono12"
    device.forgets = {"BlackLevel": 0.0, "PixelFormat": "Mono8"}
    with cam.stream() as stream:
        device.nodes.by_name["PixelFormat"].choices = ("Mono8",)
        lose(device, stream, 1)
        gap = stream.get().gap
    assert gap is not None
    assert list(gap.reconnection.refused) == ["image_format.pixel_format"]
    assert "Mono12" in gap.reconnection.refused["image_format.pixel_format"]
    assert cam.black_level.level == 12.0


def test_events_that_were_enabled_are_enabled_again(device: FakeDevice) -> None:
    device.nodes.by_name["EventNotification"].value = "On"
    with vcx.Camera(device, reconnect=QUICK) as cam:
        device.forgets = {"EventNotification": "Off"}
        device.lost = True
        cam.reconnect()
        assert cam.events.enabled == ("ExposureEnd", "Line0RisingEdge")


def test_it_is_tried_again_until_it_succeeds(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraInUseError("held"), vcx.DeviceCommunicationError("starting")]
    with cam.stream() as stream:
        lose(device, stream, 1)
        gap = stream.get().gap
    assert gap is not None
    assert gap.reconnection.attempts == 3


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_unforeseen_error_of_the_search_reaches_who_waits(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(discovery, "search", fail)
    with cam.stream() as stream:
        lose(device, stream)
        with pytest.raises(vcx.DeviceLostError, match="unforeseen error"):
            stream.get()


def test_it_gives_up_after_the_attempts_allowed(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.DeviceCommunicationError(f"number {number}") for number in range(9)]
    with cam.stream(reconnect=vcx.Reconnect(attempts=3, delay_s=0)) as stream:
        device.lost = True
        with pytest.raises(vcx.DeviceLostError, match=r"3 attempts in 0\.\d s: number 2"):
            stream.get()
        with pytest.raises(vcx.DeviceLostError, match="3 attempts"):
            stream.get()
    assert len(device.obstacles) == 6


def test_it_gives_up_after_the_time_allowed(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")] * 1000
    begin = time.monotonic()
    policy = vcx.Reconnect(delay_s=0.01, backoff=1, give_up_after_s=0.2)
    with cam.stream(reconnect=policy) as stream:
        device.lost = True
        with pytest.raises(vcx.DeviceLostError, match="no answer"):
            stream.get()
    assert 0.15 < time.monotonic() - begin < 5
    assert len(device.obstacles) > 900


def test_a_camera_that_another_application_holds_is_not_fought_for(
    cam: vcx.Camera, device: FakeDevice
) -> None:
    device.obstacles = [vcx.CameraInUseError("10.0.0.7 holds it")] * 9
    with cam.stream(reconnect=vcx.Reconnect(attempts=2, delay_s=0)) as stream:
        device.lost = True
        with pytest.raises(vcx.CameraInUseError, match=r"10\.0\.0\.7"):
            stream.get()


def test_after_giving_up_it_can_be_looked_for_once_more(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")]
    device.lost = True
    with pytest.raises(vcx.DeviceLostError):
        cam.reconnect(vcx.Reconnect(attempts=1))
    found = cam.reconnect()
    assert found is not None
    assert found.attempts == 1
    assert cam.reconnect() is found


def test_a_camera_that_never_was_lost_is_left_alone(cam: vcx.Camera, device: FakeDevice) -> None:
    assert cam.reconnect() is None
    assert device.reopened == 0


def test_a_time_limit_that_was_asked_for_holds_while_the_camera_is_away(
    cam: vcx.Camera, device: FakeDevice
) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")]
    with cam.stream(reconnect=vcx.Reconnect(delay_s=5, give_up_after_s=60)) as stream:
        device.lost = True
        with pytest.raises(vcx.FrameTimeoutError) as e:
            stream.get(timeout=0.3)
        assert e.value.reason is vcx.TimeoutReason.CAMERA_LOST


def test_a_wait_for_the_camera_ends_in_time_and_the_search_goes_on(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, search = threading.Event(), discovery.search
    monkeypatch.setattr(discovery, "search", lambda *args: there.wait(10) and search(*args))
    device.lost = True
    with pytest.raises(vcx.DeviceLostError, match=r"not found within 0\.01 s, and is still looked for"):
        cam.reconnect(timeout=0.01)
    there.set()
    found = cam.reconnect(timeout=10)
    assert found is not None
    assert found.attempts == 1
    with pytest.raises(ValueError, match="timeout=-1"):
        cam.reconnect(timeout=-1)


def test_closing_ends_the_search(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")] * 99
    with cam.stream(reconnect=vcx.Reconnect(delay_s=30, give_up_after_s=60)) as stream:
        device.lost = True
        with pytest.raises(vcx.FrameTimeoutError):
            stream.get(timeout=0)
        wait_until(lambda: "waiting for the lost camera" in repr(stream))
        begin = time.monotonic()
        cam.close()
        assert time.monotonic() - begin < 5
        with pytest.raises(vcx.StreamClosedError):
            stream.get()
    assert "vcxg124m reconnection" not in {thread.name for thread in threading.enumerate()}


def test_who_waits_for_a_camera_that_is_closed_meanwhile_is_told(cam: vcx.Camera, device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")]
    device.lost = True
    with pytest.raises(vcx.DeviceLostError, match="still looked for"):
        cam.reconnect(vcx.Reconnect(delay_s=30, give_up_after_s=60), timeout=0.0)
    closer = threading.Timer(0.05, cam.close)
    closer.start()
    with pytest.raises(vcx.CameraClosedError, match="closed"):
        cam.reconnect(timeout=20)
    closer.join()


def test_an_attempt_that_was_left_alone_when_the_camera_was_closed_does_not_keep_it_open(
    cam: vcx.Camera, device: FakeDevice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_reconnector, "_LONGEST_ATTEMPT_S", 0.05)
    asked, answers, reopen = threading.Event(), threading.Event(), device.reopen

    def hang(*found: object) -> None:
        asked.set()
        assert answers.wait(20)
        reopen(*found)
        device.log = device.nodes.log.copy()

    monkeypatch.setattr(device, "reopen", hang)
    device.lost = True
    with pytest.raises(vcx.DeviceLostError, match="still looked for"):
        cam.reconnect(timeout=0.0)
    assert asked.wait(20)
    [attempt] = [each for each in threading.enumerate() if each.name == "vcxg124m reconnection"]
    cam.close()
    assert device.closed
    assert "did not end within 0.05 s" in caplog.text
    answers.set()
    attempt.join(20)
    assert device.reopened == 1
    assert device.lost, "it was let go of again"
    assert device.nodes.log == device.log, "no setting was written"


def test_a_listener_of_events_goes_on(cam: vcx.Camera, device: FakeDevice) -> None:
    with cam.events.listen("ExposureEnd") as events:
        device.forgets = {"EventNotification": "Off"}
        device.event_source.waiting.append(bytes.fromhex("0000 9002 ffff 0001 0000000000000007"))
        assert events.get(timeout=10).timestamp_ns == 7
        device.lost = True
        wait_until(lambda: device.reopened == 1)
        assert cam.reconnect() is not None
        assert "ExposureEnd" in cam.events.enabled
        device.event_source.waiting.append(bytes.fromhex("0000 9002 ffff 0001 0000000000000008"))
        assert events.get(timeout=10).timestamp_ns == 8


def test_a_listener_is_told_when_the_camera_is_not_found(device: FakeDevice) -> None:
    device.obstacles = [vcx.CameraNotFoundError("no answer")]
    with (
        vcx.Camera(device, reconnect=vcx.Reconnect(attempts=1)) as cam,
        cam.events.listen("ExposureEnd") as events,
    ):
        device.lost = True
        with pytest.raises(vcx.DeviceLostError, match="no answer"):
            events.get(timeout=10)


@pytest.mark.parametrize(
    "wrong",
    [
        {"attempts": 0},
        {"delay_s": -1.0},
        {"backoff": 0.5},
        {"give_up_after_s": float("inf")},
        {"delay_s": float("nan")},
    ],
)
def test_a_policy_without_an_end_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(vcx.FeatureValueError, match=next(iter(wrong))):
        vcx.Reconnect(**wrong)
