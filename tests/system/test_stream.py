"""Streams over the whole path: nothing lost silently, every byte checked against what the camera sent."""

from __future__ import annotations

import asyncio
import time
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pytest
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False, hash_frames=True) as device:
        yield device


@pytest.fixture
def cam(device: VirtualCamera) -> Iterator[vcx.Camera]:
    with vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=640, height=480, offset_x=0, offset_y=0)
        cam.image_format.pixel_format = "Mono12p"
        cam.configure(acquisition={"mode": "Continuous", "frame_rate_hz": 20}, exposure={"time_us": 4000})
        yield cam
        device.faults.drop_packets(ratio=0)


def crc(frame: vcx.Frame) -> tuple[int, str]:
    assert frame.raw is not None
    return frame.frame_id, f"{zlib.crc32(frame.raw):08x}"


def test_full_frames_arrive_as_they_were_sent(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.acquisition.frame_rate_hz = 4  # what two busy cores manage beside the hashing
    cam.roi.set(width=4096, height=3000)
    stream = cam.stream(12, raw=True)
    received = [crc(frame) for frame in stream]
    assert [frame_id for frame_id, _ in received] == list(range(1, 13))
    assert set(received) <= set(device.frame_hashes())
    result = stream.statistics
    assert (result.delivered, result.incomplete, result.missed, result.underrun) == (12, 0, 0, 0)


def test_every_frame_of_a_stream_is_counted_on_both_sides(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.acquisition.mode = "MultiFrame"
    cam.acquisition.frame_count = 60
    cam.acquisition.frame_rate_hz = 80
    sent_before = device.statistics()["blocks_sent"]
    with cam.stream(raw=True, buffers=64) as stream:
        received = [crc(frame) for frame in stream]
    assert device.statistics()["blocks_sent"] - sent_before == 60
    assert received == device.frame_hashes()
    assert stream.statistics.sent == stream.statistics.delivered == 60
    cam.acquisition.mode = "Continuous"


def test_100_kept_arrays_are_what_the_camera_sent_after_2000_more(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    cam.roi.set(width=4096, height=8)  # 64 KB, the smallest array that comes from the pool
    cam.configure(exposure={"time_us": 100}, acquisition={"frame_rate_hz": 600})
    with cam.stream(2100, buffers=16) as stream:
        kept = [stream.get() for _ in range(100)]
        before = [zlib.crc32(frame.image) for frame in kept]
        later = sum(1 for _ in stream)
    assert (len(set(before)), later) == (100, 2000)
    assert [zlib.crc32(frame.image) for frame in kept] == before
    sent = dict(device.frame_hashes())
    for frame in kept:
        assert f"{zlib.crc32(vcx.pack_mono12p(frame.image)):08x}" == sent[frame.frame_id]


@pytest.mark.parametrize("ratio", [0, 0.0005])
def test_large_frames_are_unpacked_while_they_arrive_and_are_what_the_camera_sent(
    cam: vcx.Camera, device: VirtualCamera, ratio: float
) -> None:
    cam.roi.set(width=4096, height=1000)
    cam.acquisition.frame_rate_hz = 10
    device.faults.drop_packets(ratio=ratio, seed=2)
    with cam.stream(12) as stream:
        frames = list(stream)
        result = stream.statistics
    sent = dict(device.frame_hashes())
    for frame in frames:
        assert f"{zlib.crc32(vcx.pack_mono12p(frame.image)):08x}" == sent[frame.frame_id]
    assert result.counters["StreamUnpackedFrameCount"] > 0
    assert bool(result.incomplete) is bool(ratio)


def test_the_newest_frame_is_new_however_slow_its_reader(cam: vcx.Camera) -> None:
    with cam.stream(delivery="newest", buffers=4) as stream:
        first = stream.get()
        wait_until(lambda: stream.statistics.in_flight == 4)
        wait_until(lambda: (stream.statistics.underrun or 0) >= 3)
        second = stream.get()
        result = stream.statistics
    assert second.frame_id - first.frame_id >= 7, "an old frame was taken for the newest"
    assert result.dropped >= 4
    assert result.missed == 0
    assert result.sent >= second.frame_id


def test_frames_without_a_buffer_are_underruns_and_raise_when_asked(cam: vcx.Camera) -> None:
    with cam.stream(buffers=3, overflow="raise") as stream:
        stream.get()
        wait_until(lambda: stream.statistics.underrun >= 2)
        with pytest.raises(vcx.StreamOverflowError, match="found no free buffer") as e:
            stream.get()
        assert e.value.lost >= 2
        assert stream.get().complete


def test_lost_packets_make_incomplete_frames_that_are_skipped_and_counted(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    device.faults.drop_packets(ratio=0.02, seed=7)
    with cam.stream(10) as stream:
        assert all(frame.complete for frame in stream)
        result = stream.statistics
    assert result.delivered == 10
    assert result.incomplete > 0
    assert result.counters["StreamMissingPacketCount"] > 0


def test_without_lost_packets_no_frame_is_incomplete(cam: vcx.Camera) -> None:
    with cam.stream(10) as stream:
        list(stream)
        assert stream.statistics.incomplete == 0


def test_an_incomplete_frame_is_handed_out_with_zeros_where_nothing_came(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    list(cam.stream(6, buffers=3))  # so that the buffers are not zero from the start
    device.faults.drop_packets(ratio=0.03, seed=3)
    packet_payload = 9000 - 48  # headers of IP, UDP and GVSP with 64-bit block ids
    with cam.stream(incomplete="deliver", buffers=3, raw=True) as stream:
        frames = [frame for frame, _ in zip(stream, range(20), strict=False) if not frame.complete]
    assert len(frames) >= 4
    for frame in frames:
        assert 0 < frame.received <= frame.expected == 640 * 480 * 3 // 2
        assert frame.image.shape == (480, 640)
        packets = [frame.raw[at : at + packet_payload] for at in range(0, frame.expected, packet_payload)]
        assert sum(packet.size for packet in packets if not packet.any()) == frame.expected - frame.received


def test_an_incomplete_frame_raises_when_asked(cam: vcx.Camera, device: VirtualCamera) -> None:
    device.faults.drop_packets(ratio=0.05, seed=3)
    with cam.stream(200, incomplete="raise") as stream:
        with pytest.raises(vcx.IncompleteFrameError, match="of 460800 bytes"):
            list(stream)
        assert stream.statistics.incomplete == 1


def test_when_every_frame_is_incomplete_the_wait_says_so(cam: vcx.Camera, device: VirtualCamera) -> None:
    device.faults.drop_packets(ratio=0.5, seed=3)
    with cam.stream() as stream, pytest.raises(vcx.FrameTimeoutError) as e:
        stream.get(timeout=1.0)
    assert e.value.reason is vcx.TimeoutReason.ONLY_INCOMPLETE
    assert e.value.incomplete > 0


def test_async_for_lets_the_loop_run(cam: vcx.Camera) -> None:
    async def count() -> tuple[int, int]:
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.005)
                ticks += 1

        ticker = asyncio.create_task(tick())
        frames = [frame.frame_id async for frame in cam.stream(5)]
        ticker.cancel()
        return len(frames), ticks

    frames, ticks = asyncio.run(count())
    assert frames == 5
    assert ticks > 10


def test_a_killed_camera_is_lost_within_the_heartbeat_time_and_can_be_closed() -> None:
    with VirtualCamera(discoverable=False) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.roi.set(width=640, height=480)
        with cam.stream() as stream:
            stream.get()
            device.kill()
            start = time.monotonic()
            with pytest.raises(vcx.DeviceLostError, match=device.serial_number):
                list(stream)
            assert time.monotonic() - start < 4.0
        assert stream.statistics.delivered >= 1
        with pytest.raises(vcx.DeviceCommunicationError):
            cam.grab()


def test_a_camera_whose_control_channel_dies_is_lost_at_the_end_of_its_frames() -> None:
    with VirtualCamera(discoverable=False) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.trigger.configure(source="Software")
        with cam.stream() as stream:
            device.faults.silence()
            start = time.monotonic()
            with pytest.raises(vcx.DeviceLostError):
                stream.get()
            assert time.monotonic() - start < 5.0


def test_a_camera_that_restarted_has_forgotten_us_and_is_lost() -> None:
    with VirtualCamera(discoverable=False) as device, vcx.open_camera(ip=device.ip) as cam:
        cam.trigger.configure(source="Software")
        with cam.stream() as stream:
            device.kill()
            with VirtualCamera(discoverable=False, ip=device.ip), pytest.raises(vcx.DeviceLostError):
                stream.get()


def test_two_cameras_stream_at_once_and_do_not_mind_each_other(
    device: VirtualCamera, cam: vcx.Camera
) -> None:
    with VirtualCamera(discoverable=False) as second_device:
        with cam.stream() as stream:
            stream.get()
            with vcx.open_camera(ip=second_device.ip) as second:
                second.roi.set(width=64, height=64)
                assert second.info.serial_number != cam.info.serial_number
                assert second.grab().image.shape == (64, 64)
                assert stream.get().image.shape == (480, 640)
            assert stream.get().complete
        assert stream.statistics.incomplete == 0


def test_what_a_lease_shows_does_not_change_while_later_frames_and_streams_fill_their_buffers(
    cam: vcx.Camera,
) -> None:
    with cam.stream(buffers=4) as stream:
        lease = stream.lease()
        kept = np.asarray(lease.view)
        before = zlib.crc32(kept)
        with pytest.raises(vcx.BufferLeaseError):
            lease.release()
        for _ in range(12):
            assert stream.get().complete
    for _ in cam.stream(8, buffers=4):
        pass
    assert zlib.crc32(kept) == before
    del kept
    lease.release()


def test_a_stack_is_filled_in_place_by_the_frames_that_were_sent(
    cam: vcx.Camera, device: VirtualCamera
) -> None:
    stack = np.zeros((10, 480, 640), np.uint16)
    assert cam.grab_stack(10, stack) is stack
    sent = [digest for _, digest in device.frame_hashes()]
    assert [f"{zlib.crc32(vcx.pack_mono12p(image)):08x}" for image in stack] == sent[:10]
    cam.trigger.configure(source="Software")
    assert cam.grab_stack(3).shape == (3, 480, 640)
    cam.trigger.disable()


def test_a_function_gets_every_frame_on_a_thread_of_its_own(cam: vcx.Camera) -> None:
    seen: list[int] = []
    subscription = cam.stream(10).on_frame(lambda frame: seen.append(frame.frame_id))
    assert subscription.wait(20)
    assert seen == list(range(1, 11))


def test_frames_of_every_fate_add_up_to_what_the_camera_sent(cam: vcx.Camera, device: VirtualCamera) -> None:
    cam.acquisition.mode = "MultiFrame"
    cam.acquisition.frame_count = 100
    cam.acquisition.frame_rate_hz = 60
    device.faults.drop_packets(0.005, seed=11)
    sent_before = device.statistics()["blocks_sent"]
    with cam.stream(buffers=4) as stream:
        for _ in range(20):
            stream.get()
        wait_until(lambda: device.statistics()["blocks_sent"] - sent_before == 100)
        wait_until(lambda: not stream.statistics.counters["StreamOpenFrameCount"])
        device.faults.drop_packets(0)
        now = stream.statistics
        counted = now.counters
    assert (now.delivered, now.incomplete > 0, now.underrun > 0, now.in_flight) == (20, True, True, 4)
    assert counted["StreamCompleteFrameCount"] + counted["StreamIncompleteFrameCount"] == (
        now.delivered + now.incomplete + now.in_flight
    )
    assert now.sent == 100
    cam.acquisition.mode = "Continuous"
