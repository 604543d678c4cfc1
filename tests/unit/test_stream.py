"""Streams against a fake camera: order, policies, counters that add up, and ends. No test sleeps."""

from __future__ import annotations

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, ClassVar

import numpy as np
import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeStream, raw_frame
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(autouse=True)
def _every_camera_is_closed() -> Iterator[None]:
    yield
    while Rig.cameras:
        Rig.cameras.pop().close()


class Rig:
    cameras: ClassVar[list[vcx.Camera]] = []

    def __init__(self, *frame_ids: int, incomplete: tuple[int, ...] = ()) -> None:
        self.device = FakeDevice()
        self.device.upcoming = [raw_frame(number, complete=number not in incomplete) for number in frame_ids]
        self.cam = vcx.Camera(self.device)
        self.cameras.append(self.cam)

    @property
    def stream(self) -> FakeStream:
        return self.device.streams[-1]

    def set(self, name: str, value: object) -> None:
        self.device.nodes.by_name[name].value = value


def slow_frames(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Make frames wait: return what is set when one begins to be made, and what lets it go on."""
    decoding, may_go_on = threading.Event(), threading.Event()

    def slow_frame(*arguments: object, **options: object) -> vcx.Frame:
        decoding.set()
        assert may_go_on.wait(10)
        assert not rig.stream.stopped, "the buffers were given back under the reader"
        return vcx.Frame(*arguments, **options)

    monkeypatch.setattr("vcxg124m.stream.Frame", slow_frame)
    return decoding, may_go_on


def test_a_loop_hands_out_exactly_the_frames_asked_for_and_stops() -> None:
    rig = Rig(1, 2, 3, 4, 5)
    assert [frame.frame_id for frame in rig.cam.stream(3)] == [1, 2, 3]
    assert rig.stream.stopped
    assert rig.stream.lent == []


def test_a_loop_left_early_stops_the_stream() -> None:
    rig = Rig(1, 2, 3)
    for frame in rig.cam.stream():
        if frame.frame_id == 2:
            break
    assert rig.stream.stopped


def test_a_loop_inside_a_with_block_leaves_the_stream_running() -> None:
    rig = Rig(1, 2, 3)
    with rig.cam.stream() as stream:
        for _ in stream:
            break
        assert not rig.stream.stopped
        assert stream.get().frame_id == 2
    assert rig.stream.stopped


def test_async_for_hands_out_the_frames_asked_for() -> None:
    rig = Rig(1, 2, 3, 4)

    async def collect() -> list[int]:
        return [frame.frame_id async for frame in rig.cam.stream(3)]

    assert asyncio.run(collect()) == [1, 2, 3]
    assert rig.stream.stopped


def test_an_image_is_the_users_own_memory() -> None:
    rig = Rig(7)
    frame = rig.cam.grab()
    source = rig.device.upcoming[0].payload
    assert not np.shares_memory(frame.image, source)
    source[:] = 0
    assert (frame.image == 7).all()
    assert frame.image.shape == (2, 16)


def test_an_image_that_the_producer_unpacked_is_handed_out_as_it_is() -> None:
    rig = Rig()
    unpacked = np.full((2, 16), 1, np.uint16)
    rig.device.upcoming = [raw_frame(number, unpacked=unpacked) for number in (1, 2)]
    with rig.cam.stream() as stream:
        assert stream.get().image is unpacked
        out = np.zeros((2, 16), np.uint8)
        assert stream.get(out=out).image is out
    assert (out == 2).all()
    rig.device.upcoming = [raw_frame(3, unpacked=unpacked)]
    frame = rig.cam.grab(raw=True)
    assert (frame.raw == 3).all()
    assert (frame.image == 3).all()


@pytest.mark.parametrize(
    ("wait", "raw", "asked"),
    [
        (lambda stream: stream.get(timeout=0), False, True),
        (lambda stream: stream.get(timeout=0, out=np.zeros((2, 16), np.uint8)), False, False),
        (lambda stream: stream.lease(timeout=0), False, False),
        (lambda stream: stream.get(timeout=0), True, False),
    ],
    ids=["array of one's own", "out", "lease", "raw"],
)
def test_who_waits_for_an_array_of_his_own_has_it_unpacked_ahead(
    wait: Callable[[vcx.Stream], object],
    raw: bool,  # noqa: FBT001
    asked: bool,  # noqa: FBT001
) -> None:
    rig = Rig()
    with rig.cam.stream(raw=raw) as stream:
        with pytest.raises(vcx.FrameTimeoutError):
            wait(stream)
        assert bool(rig.stream.asked_to_unpack) is asked


def test_the_counters_add_up_to_the_frames_sent() -> None:
    rig = Rig(1, 2, 3, 5, 6, 10, 11, incomplete=(3,))
    with rig.cam.stream() as stream:
        rig.stream.without_buffer = 2
        ids = [stream.get().frame_id for _ in range(5)]
        assert ids == [1, 2, 5, 6, 10]
        now = stream.statistics
    assert (now.delivered, now.incomplete, now.missed, now.dropped, now.underrun, now.in_flight) == (
        5,
        1,
        2,
        0,
        2,
        1,
    )
    assert now.sent == 11
    assert stream.statistics.sent == 11


def test_a_producer_that_counts_missed_frames_is_believed() -> None:
    rig = Rig(1, 2, 5)
    with rig.cam.stream() as stream:
        stream.get()
        rig.stream.without_buffer, rig.stream.without_packets = 9, 2
        assert (stream.statistics.missed, stream.statistics.sent) == (2, 14)


def test_frames_without_a_gap_are_not_missed() -> None:
    rig = Rig(4, 5, 6)
    stream = rig.cam.stream(3)
    assert len(list(stream)) == 3
    assert stream.statistics.missed == 0


def test_sixteen_bit_ids_wrap_from_65535_to_1() -> None:
    rig = Rig(65534, 65535, 1, 3)
    stream = rig.cam.stream(4)
    assert len(list(stream)) == 4
    assert stream.statistics.missed == 1


def test_extended_ids_pass_65535() -> None:
    rig = Rig(65535, 65536, 65538)
    stream = rig.cam.stream(3)
    assert len(list(stream)) == 3
    assert stream.statistics.missed == 1


def test_newest_drops_what_is_older() -> None:
    rig = Rig(1, 2, 3)
    with rig.cam.stream(delivery="newest", buffers=8) as stream:
        assert stream.get().frame_id == 3
        assert stream.statistics.dropped == 2
        assert stream.statistics.sent == 3


def test_newest_does_not_take_old_frames_for_new_when_all_buffers_were_full() -> None:
    rig = Rig(1, 2, 3)
    with rig.cam.stream(delivery="newest", buffers=3) as stream:
        with pytest.raises(vcx.FrameTimeoutError):
            stream.get(timeout=0)
        assert stream.statistics.dropped == 3
        rig.stream.waiting.append(raw_frame(9))
        assert stream.get().frame_id == 9


def test_newest_keeps_as_many_as_asked_for_and_hands_them_out_in_order() -> None:
    rig = Rig(1, 2, 3, 4, 5)
    with rig.cam.stream(delivery="newest", keep=2, buffers=8) as stream:
        assert stream.get().frame_id == 4
        assert (stream.statistics.dropped, stream.statistics.in_flight) == (3, 1)
        assert stream.get().frame_id == 5
        assert stream.statistics.sent == 5
    assert rig.stream.lent == []


def test_a_flood_of_incomplete_frames_cannot_prolong_a_wait() -> None:
    rig = Rig()
    with rig.cam.stream() as stream:
        rig.stream.take = lambda timeout: raw_frame(1, complete=False)  # noqa: ARG005
        rig.stream.requeue = lambda frame: None  # noqa: ARG005
        with pytest.raises(vcx.FrameTimeoutError) as e:
            stream.get(timeout=0.05)
    assert e.value.reason is vcx.TimeoutReason.ONLY_INCOMPLETE
    assert e.value.incomplete > 1


def test_incomplete_frames_are_skipped_by_default_and_counted() -> None:
    rig = Rig(1, 2, incomplete=(1,))
    with rig.cam.stream() as stream:
        assert stream.get().frame_id == 2
        assert stream.statistics.incomplete == 1
    assert rig.device.clear is False


def test_incomplete_frames_raise_when_asked_and_the_stream_goes_on() -> None:
    rig = Rig(1, 2, incomplete=(1,))
    with rig.cam.stream(incomplete="raise") as stream:
        with pytest.raises(vcx.IncompleteFrameError, match="Frame 1 is incomplete: 16 of 32 bytes") as e:
            stream.get()
        assert (e.value.frame_id, e.value.received, e.value.expected) == (1, 16, 32)
        assert stream.get().frame_id == 2


def test_incomplete_frames_are_delivered_when_asked_from_cleared_buffers() -> None:
    rig = Rig(1, incomplete=(1,))
    with rig.cam.stream(incomplete="deliver") as stream:
        frame = stream.get()
        assert not frame.complete
        assert frame.image.shape == (2, 16)
        assert (stream.statistics.delivered, stream.statistics.incomplete) == (0, 1)
    assert rig.device.clear is True


def test_overflow_raises_when_asked_and_tells_how_many() -> None:
    rig = Rig(1, 2)
    with rig.cam.stream(overflow="raise") as stream:
        stream.get()
        rig.stream.without_buffer = 4
        with pytest.raises(vcx.StreamOverflowError) as e:
            stream.get()
        assert e.value.lost == 4
        assert stream.get().frame_id == 2


def test_only_one_stream_runs_at_a_time() -> None:
    rig = Rig(1, 2)
    with rig.cam.stream() as stream:
        with pytest.raises(vcx.CameraStateError, match="streams already"):
            rig.cam.grab()
        assert stream.get().frame_id == 1
    assert rig.cam.grab().frame_id == 1


def test_a_frame_that_comes_at_once_costs_no_question_about_what_was_missed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(1, 2, 3)
    with rig.cam.stream() as stream:
        take, asked = rig.stream.take, list[str]()
        monkeypatch.setattr(rig.stream, "take", lambda stay: take(stay) if stay else None)
        monkeypatch.setattr(rig.stream, "missed", lambda: asked.append("missed"))
        monkeypatch.setattr(rig.stream, "underruns", lambda: asked.append("underruns"))
        assert [stream.get().frame_id for _ in range(3)] == [1, 2, 3]
        assert asked == []


def test_a_closed_stream_gives_no_frames() -> None:
    rig = Rig(1, 2)
    with rig.cam.stream() as stream:
        stream.get()
    with pytest.raises(vcx.StreamClosedError):
        stream.get()
    with pytest.raises(vcx.StreamClosedError):
        stream.start()


def test_more_frames_than_asked_for_are_not_handed_out() -> None:
    rig = Rig(1, 2)
    with rig.cam.stream(1) as stream:
        stream.get()
        with pytest.raises(vcx.StreamClosedError, match="All 1 frames"):
            stream.get()


def test_single_frame_mode_hands_out_one() -> None:
    rig = Rig(1, 2)
    rig.set("AcquisitionMode", "SingleFrame")
    assert [frame.frame_id for frame in rig.cam.stream()] == [1]
    with pytest.raises(vcx.CameraStateError, match="in acquisition mode SingleFrame the camera sends 1"):
        list(rig.cam.stream(2))


def test_a_software_triggered_grab_fires_itself() -> None:
    rig = Rig(1)
    rig.cam.trigger.configure(source="Software")
    rig.cam.grab()
    assert ("TriggerSoftware", True) in rig.device.nodes.log


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"delivery": "latest"}, "delivery"),
        ({"incomplete": "drop"}, "incomplete"),
        ({"overflow": "block"}, "overflow"),
        ({"buffers": 0}, "buffers"),
        ({"frames": -1}, "frames"),
    ],
)
def test_an_unknown_policy_is_refused(arguments: dict[str, object], name: str) -> None:
    with pytest.raises(vcx.FeatureValueError, match=name):
        Rig().cam.stream(**arguments)


@pytest.mark.parametrize("timeout", [-1, float("inf"), float("nan")])
def test_a_wait_without_end_is_refused(timeout: float) -> None:
    with Rig(1).cam.stream() as stream, pytest.raises(ValueError, match="give 0 or more, and an end"):
        stream.get(timeout)


def timeout_of(rig: Rig) -> vcx.FrameTimeoutError:
    with rig.cam.stream() as stream, pytest.raises(vcx.FrameTimeoutError) as e:
        stream.get(timeout=0)
    return e.value


def test_a_timeout_without_trigger_says_so() -> None:
    rig = Rig()
    rig.cam.trigger.configure(source="Line0")
    error = timeout_of(rig)
    assert error.reason is vcx.TimeoutReason.NO_TRIGGER
    assert "Line0" in str(error)


def test_an_overheated_camera_is_told_at_once() -> None:
    rig = Rig()
    rig.set("DeviceTemperatureStatus", "Exceeded")
    rig.set("DeviceTemperature", 77.0)
    with pytest.raises(vcx.OverTemperatureError, match=r"77\.0 degC") as e:
        rig.cam.grab()
    assert e.value.celsius == 77.0
    assert rig.device.streams == []


def test_a_camera_close_to_its_limit_of_temperature_is_warned_about_and_streams() -> None:
    rig = Rig(1)
    rig.set("DeviceTemperatureStatus", "High")
    with pytest.warns(vcx.TemperatureWarning, match=r"44\.6875 degC"):
        assert rig.cam.grab().frame_id == 1


def test_a_timeout_shorter_than_a_frame_says_so() -> None:
    assert timeout_of(Rig()).reason is vcx.TimeoutReason.TOO_SHORT


def test_a_timeout_of_a_camera_gone_is_a_lost_device() -> None:
    rig = Rig()
    rig.device.lost = True
    with rig.cam.stream() as stream, pytest.raises(vcx.DeviceLostError):
        stream.get(timeout=0)
    assert rig.stream.stopped


def test_a_closed_camera_stops_its_stream() -> None:
    rig = Rig(1, 2)
    stream = rig.cam.stream()
    stream.start()
    rig.cam.close()
    assert rig.stream.stopped
    assert rig.device.closed
    with pytest.raises(vcx.CameraClosedError):
        rig.cam.grab()


def test_a_stream_closes_only_when_no_thread_turns_its_buffers_into_a_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(1)
    stream = rig.cam.stream()
    stream.start()
    decoding, may_go_on = slow_frames(rig, monkeypatch)
    with ThreadPoolExecutor(2) as threads:
        frame = threads.submit(stream.get)
        assert decoding.wait(10)
        closed = threads.submit(stream.close)
        wait_until(lambda: stream.state == "closed")
        may_go_on.set()
        assert frame.result(10).frame_id == 1
        closed.result(10)
    assert rig.stream.stopped


def test_who_closes_a_stream_may_start_the_next_although_another_thread_closes_it_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rig = Rig(1)
    stream = rig.cam.stream()
    stream.start()
    decoding, may_go_on = slow_frames(rig, monkeypatch)
    with ThreadPoolExecutor(3) as threads:
        frame = threads.submit(stream.get)
        assert decoding.wait(10)
        first = threads.submit(stream.close)
        wait_until(lambda: stream.state == "closed")
        second = threads.submit(lambda: (stream.close(), rig.stream.stopped, rig.cam.stream().start()))
        wait([second], timeout=0.2)  # it must not come back now
        may_go_on.set()
        assert second.result(10) == (None, True, None)
        assert frame.result(10).frame_id == 1
        first.result(10)


def test_whoever_closes_a_camera_finds_it_closed_although_another_thread_closes_it_too() -> None:
    rig = Rig()
    closing, may_go_on = threading.Event(), threading.Event()
    close = rig.device.close

    def slow_close(reason: str) -> None:
        closing.set()
        assert may_go_on.wait(10)
        close(reason)

    rig.device.close = slow_close
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(rig.cam.close)
        assert closing.wait(10)
        second = threads.submit(lambda: (rig.cam.close(), rig.device.closed))
        wait([second], timeout=0.2)  # it must not come back now
        may_go_on.set()
        assert second.result(10) == (None, True)
        first.result(10)


def test_a_camera_that_is_collected_takes_no_lock_on_the_thread_that_collects_it() -> None:
    device = FakeDevice()
    camera = vcx.Camera(device)
    camera._itself = camera  # ends with the garbage, not with the last name
    closed, close = threading.Event(), device.close

    def close_with_the_lock(reason: str) -> None:
        with device.nodes.lock:
            close(reason)
        closed.set()

    device.close = close_with_the_lock
    with ThreadPoolExecutor(1) as threads:

        def collect_with_the_lock() -> None:
            with device.nodes.lock:
                with pytest.warns(ResourceWarning, match="was not closed"):
                    gc.collect()
                assert not device.closed

        del camera
        threads.submit(collect_with_the_lock).result(10)
    assert closed.wait(10)


def test_a_stream_that_fails_to_start_leaves_the_camera_free() -> None:
    rig = Rig(1)
    working = rig.device.start_stream

    def fail(buffers: int, *, clear: bool) -> FakeStream:
        del buffers, clear
        raise vcx.DeviceCommunicationError("refused")

    rig.device.start_stream = fail
    with pytest.raises(vcx.DeviceCommunicationError):
        rig.cam.grab()
    rig.device.start_stream = working
    assert rig.cam.grab().frame_id == 1


def test_the_default_buffers_follow_rate_and_size() -> None:
    rig = Rig(1)
    rig.cam.grab()
    assert rig.stream.buffers == 8
    rig.set("PayloadSize", 4096)
    rig.set("ReadOutTime", 1220)
    rig.set("ExposureTime", 15.0)
    rig.cam.grab()
    assert rig.stream.buffers == 328


def test_frames_go_to_the_callers_array_without_another() -> None:
    rig = Rig(1, 2)
    place = np.zeros((2, 16), np.uint8)
    with rig.cam.stream() as stream:
        frame = stream.get(out=place)
        assert frame.image is place
        assert (place == 1).all()
        with pytest.raises(vcx.ArrayLayoutError, match=r"shape \(2, 16\)"):
            stream.get(out=np.zeros((3, 16), np.uint8))
    assert rig.stream.lent == []


def test_what_can_take_no_image_is_refused_before_a_frame_is_fetched_for_it() -> None:
    rig = Rig(1)
    read_only = np.zeros((2, 16), np.uint8)
    read_only.flags.writeable = False
    with rig.cam.stream() as stream:
        with pytest.raises(vcx.ArrayTypeError, match="out is of type list; a numpy array is needed"):
            stream.get(out=[[0] * 16] * 2)
        with pytest.raises(vcx.ArrayLayoutError, match="out is read-only"):
            stream.get(out=read_only)
        with pytest.raises(vcx.ArrayLayoutError, match="out is not C-contiguous"):
            stream.get(out=np.zeros((16, 2), np.uint8).T)
        assert stream.get().frame_id == 1
    with pytest.raises(vcx.ArrayTypeError, match="out is of type int"):
        rig.cam.grab_stack(3, 3)


def test_a_stack_has_one_frame_after_the_other() -> None:
    rig = Rig(1, 2, 3, 4)
    stack = rig.cam.grab_stack(3)
    assert stack.shape == (3, 2, 16)
    assert [int(frame[0, 0]) for frame in stack] == [1, 2, 3]
    mine = np.zeros((2, 2, 16), np.uint8)
    assert rig.cam.grab_stack(2, mine) is mine
    assert [int(frame[1, 15]) for frame in mine] == [1, 2]


@pytest.mark.parametrize(
    ("out", "error"),
    [
        (np.zeros((3, 2, 16), np.uint8), vcx.ArrayLayoutError),
        (np.zeros((2, 2, 15), np.uint8), vcx.ArrayLayoutError),
        (np.zeros((2, 2, 16), np.uint16), vcx.ArrayTypeError),
        (np.zeros((2, 2, 32), np.uint8)[:, :, ::2], vcx.ArrayLayoutError),
    ],
)
def test_a_stack_that_does_not_fit_is_refused(out: np.ndarray, error: type[vcx.VcxgError]) -> None:
    rig = Rig(1, 2)
    with pytest.raises(error, match="out"):
        rig.cam.grab_stack(2, out)


def test_a_lease_shows_the_producers_own_memory_and_raises_after_its_end() -> None:
    rig = Rig(5, 6)
    with rig.cam.stream() as stream:
        with stream.lease() as lease:
            assert lease.frame_id == 5
            assert lease.view.shape == (2, 16)
            assert np.shares_memory(np.asarray(lease.view), rig.device.upcoming[0].payload)
            assert len(rig.stream.lent) == 1
        assert rig.stream.lent == []
        with pytest.raises(ValueError, match="released"):
            lease.view[0, 0]
        assert stream.statistics.delivered == 1


@pytest.mark.parametrize("look", [np.asarray, lambda view: view[:], lambda view: np.asarray(view)[1, 3:]])
def test_a_buffer_that_somebody_looks_at_is_not_filled_again(look: object) -> None:
    rig = Rig(5)
    with rig.cam.stream() as stream:
        lease = stream.lease()
        kept = look(lease.view)
        with pytest.raises(vcx.BufferLeaseError, match="frame 5 is still looked at"):
            lease.release()
        assert len(rig.stream.lent) == 1
        del kept
        lease.release()
        assert rig.stream.lent == []


def test_a_function_is_called_for_each_frame_and_the_stream_closes_behind_the_last() -> None:
    rig = Rig(1, 2, 3)
    seen: list[int] = []
    subscription = rig.cam.stream(3).on_frame(lambda frame: seen.append(frame.frame_id))
    assert subscription.wait(10)
    assert seen == [1, 2, 3]
    assert rig.stream.stopped
    subscription.close()


def test_an_exception_in_the_function_ends_the_stream_and_reaches_its_owner() -> None:
    rig = Rig(1, 2, 3)

    def fail(frame: vcx.Frame) -> None:
        raise RuntimeError(f"frame {frame.frame_id} is odd")

    subscription = rig.cam.stream().on_frame(fail)
    with pytest.raises(RuntimeError, match="frame 1 is odd"):
        subscription.wait(10)
    assert rig.stream.stopped
    subscription.close()


def test_a_function_may_end_its_own_subscription() -> None:
    rig = Rig(1, 2, 3)
    seen: list[int] = []

    def first_only(frame: vcx.Frame) -> None:
        seen.append(frame.frame_id)
        stream.close()

    stream = rig.cam.stream()
    with stream.on_frame(first_only) as subscription:
        assert subscription.wait(10)
    assert seen == [1]


def test_a_cancelled_wait_loses_no_frame() -> None:
    rig = Rig(1)

    async def run() -> list[int]:
        stream = rig.cam.stream()
        seen, came = [], asyncio.Event()

        async def take() -> None:
            async for frame in stream:
                seen.append(frame.frame_id)
                came.set()

        with stream:
            task = asyncio.create_task(take())
            await asyncio.wait_for(came.wait(), 10)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            rig.stream.waiting.append(raw_frame(2))
            seen.append(stream.get().frame_id)
        return seen

    assert asyncio.run(run()) == [1, 2]


def test_statistics_print_as_a_table() -> None:
    rig = Rig(1, 2, incomplete=(2,))
    with rig.cam.stream(1) as stream:
        stream.get()
        table = dict(line.rsplit(maxsplit=1) for line in str(stream.statistics).splitlines())
        assert (table["delivered"], table["in flight"], table["sent"]) == ("1", "1", "2")
        assert (stream.statistics.buffers, stream.statistics.buffer_bytes) == (8, 256)
        assert stream.statistics.most_in_flight == 2
