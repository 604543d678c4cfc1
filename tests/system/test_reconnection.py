"""Virtual cameras that are killed, unplugged, restarted and taken away while a program works with them."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

SERIAL = "700000000071"
PATIENT = vcx.Reconnect(delay_s=0.2, backoff=1.0, give_up_after_s=40.0)


@contextmanager
def opened(device: VirtualCamera, policy: vcx.Reconnect | None = PATIENT) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip, reconnect=policy) as cam:
        cam.roi.set(width=640, height=480)
        cam.image_format.pixel_format = "Mono12p"
        cam.exposure.time_us = 777
        cam.acquisition.frame_rate_hz = 20
        yield cam


@pytest.fixture
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as device:
        yield device


def wait_for_gap(stream: vcx.Stream) -> vcx.Gap:
    """Fetch frames until one tells of a loss; the stream's own limits bound each wait."""
    for frame in stream:
        if frame.gap is not None:
            return frame.gap
    raise AssertionError("the stream ended")


def fetch_until_late(stream: vcx.Stream, timeout: float) -> None:
    while True:
        stream.get(timeout)


@contextmanager
def watched(stream: vcx.Stream) -> Iterator[list[int]]:
    """Fetch every frame on a thread, and yield the list to which their ids are added."""
    ids: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.is_set():
            ids.append(stream.get().frame_id)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield ids
    finally:
        done.set()
        watcher.join(20)


def test_a_camera_killed_and_started_at_another_address_goes_on_and_another_one_never_notices() -> None:
    with (
        ExitStack() as later,
        VirtualCamera(discoverable=False) as neighbour,
        opened(neighbour, None) as other,
        other.stream(buffers=256) as undisturbed,
        VirtualCamera(serial_number=SERIAL) as first,
        opened(first) as cam,
    ):
        width = cam.nodes["Width"]
        with watched(undisturbed) as ids, cam.events.listen("FrameEnd") as events, cam.stream() as stream:
            stream.get()
            events.get(timeout=10)
            first.kill()
            second = later.enter_context(VirtualCamera(serial_number=SERIAL))
            assert second.ip != first.ip
            gap = wait_for_gap(stream)
            assert gap.reconnection.info.ip == cam.info.ip == second.ip
            assert gap.reconnection.refused == {}
            assert (width.value, cam.exposure.time_us, cam.roi.height) == (640, 777.0, 480)
            assert stream.get().image.shape == (480, 640)
            found_at = time.time_ns()
            while events.get(timeout=10).host_time_ns < found_at:
                pass
            assert stream.statistics.reconnections == 1
            assert stream.statistics.seconds_lost == gap.seconds > 0
        result = undisturbed.statistics
    assert ids == list(range(1, len(ids) + 1))
    assert (result.incomplete, result.missed, result.underrun, result.reconnections) == (0, 0, 0, 0)


def test_a_cable_that_is_pulled_and_plugged_leaves_a_gap(device: VirtualCamera) -> None:
    with opened(device) as cam, cam.stream() as stream:
        stream.get()
        device.bench.pull_cable()
        with pytest.raises(vcx.FrameTimeoutError) as e:
            fetch_until_late(stream, timeout=2.0)
        assert e.value.reason is vcx.TimeoutReason.CAMERA_LOST
        device.bench.plug_cable()
        gap = wait_for_gap(stream)
    assert gap.seconds > 1.0
    assert gap.reconnection.info.ip == device.ip


def test_settings_survive_a_power_cut(device: VirtualCamera) -> None:
    with opened(device) as cam, cam.stream() as stream:
        stream.get()
        device.bench.power_cycle(off_s=1.0)
        gap = wait_for_gap(stream)
        assert stream.get().image.shape == (480, 640)
        assert cam.exposure.time_us == 777.0
    assert set(gap.reconnection.restored) >= {"exposure.time_us", "roi.width", "image_format.pixel_format"}


@pytest.mark.parametrize("fault", ["reboot", "expire_heartbeat"])
def test_a_camera_that_forgot_its_application_is_opened_anew(device: VirtualCamera, fault: str) -> None:
    with opened(device) as cam, cam.stream() as stream:
        stream.get()
        getattr(device.faults, fault)()
        wait_for_gap(stream)
        frame = stream.get()
        assert frame.image.shape == (480, 640)
        assert frame.gap is None


def test_control_that_another_application_took_is_not_fought_for_and_may_come_back(
    device: VirtualCamera,
) -> None:
    with opened(device) as cam:
        begin = time.monotonic()
        with cam.stream(reconnect=vcx.Reconnect(delay_s=0.2, give_up_after_s=2.0)) as stream:
            stream.get()
            device.faults.steal_control()
            with pytest.raises(vcx.CameraInUseError, match=device.serial_number):
                list(stream)
        assert time.monotonic() - begin < 25
        assert device.statistics()["controller"].startswith("192.0.2.1:")
        with pytest.raises(vcx.DeviceLostError):
            cam.exposure.time_us = 20
        device.faults.steal_control(on=False)
        found = cam.reconnect()
        assert found is not None
        assert found.info.ip == device.ip
        assert cam.grab().image.shape == (480, 640)


def test_a_camera_that_does_not_come_back_is_given_up_in_time(device: VirtualCamera) -> None:
    policy = vcx.Reconnect(delay_s=0.2, give_up_after_s=1.5)
    with opened(device, policy) as cam, cam.stream() as stream:
        stream.get()
        device.kill()
        begin = time.monotonic()
        with pytest.raises(vcx.DeviceLostError, match="could not be opened again"):
            list(stream)
        assert time.monotonic() - begin < 20


def test_the_loop_of_asyncio_runs_while_the_camera_is_away(device: VirtualCamera) -> None:
    async def watch() -> tuple[vcx.Gap | None, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.01)
                ticks += 1

        ticker = asyncio.create_task(tick())
        with opened(device) as cam:
            async for frame in cam.stream(1000):
                if frame.frame_id == 3 and not frame.gap:
                    device.bench.power_cycle(off_s=1.0)
                if frame.gap:
                    break
        ticker.cancel()
        return frame.gap, ticks

    gap, ticks = asyncio.run(watch())
    assert gap is not None
    assert ticks > 20


def test_who_only_listens_to_events_hears_them_again(device: VirtualCamera) -> None:
    with opened(device) as cam:
        cam.trigger.configure(source="Off")
        cam.lines["Line1"].mode = "Input"
        with cam.events.listen("Line0RisingEdge") as events:
            device.bench.pulse("Line0")
            events.get(timeout=10)
            device.faults.reboot()
            wait_until(lambda: cam.reconnect() is not None, "the listener's notice", within=30)
            device.bench.pulse("Line0")
            assert events.get(timeout=10).name == "Line0RisingEdge"
