"""The stream that runs for a page: when the camera refuses it, and that nobody waits for its end for ever."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeStream
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m import discovery
from vcxg124m.view import _preview
from vcxg124m.view._preview import Preview

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREVER = vcx.Reconnect(delay_s=3600.0, give_up_after_s=1e6)


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice()


@pytest.fixture
def cam(device: FakeDevice) -> Iterator[vcx.Camera]:
    with vcx.Camera(device) as cam:
        yield cam


@pytest.fixture
def preview(cam: vcx.Camera) -> Iterator[Preview]:
    with contextlib.closing(Preview(cam)) as preview:
        yield preview


def test_a_start_that_fails_although_the_camera_answers_is_told_and_not_repeated_without_pause(
    device: FakeDevice, preview: Preview
) -> None:
    begun = threading.Semaphore(0)

    def refuse(buffers: int, *, clear: bool) -> FakeStream:
        del buffers, clear
        begun.release()
        raise vcx.DeviceCommunicationError("The stream did not start: busy.")

    device.start_stream = refuse
    preview.begin()
    assert begun.acquire(timeout=10)
    assert not begun.acquire(timeout=0.3), "tried again at once"
    assert (preview.problem, preview.lost) == ("The stream did not start: busy.", False)


def test_it_ends_while_somebody_patient_looks_for_the_lost_camera(
    cam: vcx.Camera, device: FakeDevice, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise vcx.DeviceLostError("It is away.")

    monkeypatch.setattr(discovery, "search", away)
    monkeypatch.setattr(device.nodes, "find", away)
    device.lost = True
    with pytest.raises(vcx.DeviceLostError, match="still looked for"):
        cam.reconnect(FOREVER, timeout=0.0)
    preview.begin()
    wait_until(lambda: preview.lost)
    begin = time.monotonic()
    preview.close()
    assert time.monotonic() - begin < 5


def test_a_pause_does_not_wait_for_the_stream_of_a_closed_camera(
    cam: vcx.Camera, preview: Preview, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_preview, "_QUIET_BEFORE_START_S", 0.0)
    preview.begin()
    wait_until(lambda: cam.running_stream is not None)
    cam.close()
    wait_until(lambda: "closed" in preview.problem)
    with preview.paused():
        assert cam.running_stream is None


def test_who_waits_for_a_camera_that_holds_on_is_told(
    device: FakeDevice,
    preview: Preview,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked, answers, find = threading.Event(), threading.Event(), device.nodes.find

    def slow(name: str) -> object:
        asked.set()
        assert answers.wait(20)
        return find(name)

    monkeypatch.setattr(device.nodes, "find", slow)
    monkeypatch.setattr(_preview, "_LONGEST_END_S", 0.05)
    preview.begin()
    assert asked.wait(20)
    with pytest.raises(vcx.CameraStateError, match=r"did not end within 0\.05 s"), preview.paused():
        pass
    preview.close()
    assert "did not end within 0.05 s" in caplog.text
    answers.set()
