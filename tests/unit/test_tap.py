"""Looking on at streams against a fake camera: copies for who waits, and nothing else."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.fake_camera import FakeDevice, raw_frame
from vcxg_testing.waiting import wait_until

import vcxg124m as vcx
from vcxg124m import _tap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcxg124m._backend import RawFrame


@pytest.fixture
def cam() -> Iterator[vcx.Camera]:
    device = FakeDevice()
    device.upcoming = [raw_frame(number) for number in (1, 2, 3)]
    with vcx.Camera(device) as cam:
        yield cam


class Looker(threading.Thread):
    """Somebody who waits for one frame."""

    def __init__(self, tap: vcx.Tap) -> None:
        super().__init__()
        self.tap = tap
        self.frame: vcx.Frame | None = None
        self.start()
        wait_until(lambda: tap._wanted, "the wait for a frame")

    def run(self) -> None:
        self.frame = self.tap.get(timeout=30)


def test_a_tap_shows_the_next_frame_that_the_program_fetches_and_takes_none_away(cam: vcx.Camera) -> None:
    with cam.tap() as tap, cam.stream() as stream:
        assert stream.get().frame_id == 1
        looker = Looker(tap)
        fetched = stream.get()
        looker.join()
        assert looker.frame is not None
        assert (fetched.frame_id, looker.frame.frame_id, stream.get().frame_id) == (2, 2, 3)
        assert stream.statistics.delivered == 3


def test_what_the_program_does_to_its_image_is_not_seen_through_the_tap(cam: vcx.Camera) -> None:
    with cam.tap() as tap, cam.stream() as stream:
        looker = Looker(tap)
        stream.get().image[...] = 99
        looker.join()
        assert looker.frame is not None
        assert set(looker.frame.image.flat) == {1}


def test_a_tap_sees_frames_that_are_only_lent(cam: vcx.Camera) -> None:
    with cam.tap() as tap, cam.stream() as stream:
        looker = Looker(tap)
        with stream.lease() as lease:
            assert lease.frame_id == 1
        looker.join()
        assert looker.frame is not None
        assert set(looker.frame.image.flat) == {1}


def test_nothing_is_copied_that_nobody_wants(cam: vcx.Camera, monkeypatch: pytest.MonkeyPatch) -> None:
    copies: list[int] = []

    def counted(source: RawFrame, **rest: bool) -> vcx.Frame:
        copies.append(source.frame_id)
        return vcx.Frame(source, **rest)

    monkeypatch.setattr(_tap, "Frame", counted)
    with cam.tap() as tap, cam.stream() as stream:
        stream.get()
        assert copies == []
        looker = Looker(tap)
        stream.get()
        looker.join()
        stream.get()
        assert copies == [2]


def test_a_frame_between_two_calls_is_kept_for_the_second(cam: vcx.Camera) -> None:
    with cam.tap() as tap, cam.stream() as stream:
        assert tap.get(timeout=0) is None
        stream.get()
        kept = tap.get(timeout=0)
        assert kept is not None
        assert kept.frame_id == 1


def test_two_who_wait_at_one_tap_get_a_frame_each(cam: vcx.Camera) -> None:
    with cam.tap() as tap, cam.stream() as stream:
        lookers = [Looker(tap), Looker(tap)]
        while any(looker.is_alive() for looker in lookers):
            if tap._wanted and not stream.finished:
                stream.get()
        assert {looker.frame.frame_id for looker in lookers if looker.frame} == {1, 2}


def test_who_waits_at_a_tap_that_is_closed_gets_nothing(cam: vcx.Camera) -> None:
    tap = cam.tap()
    looker = Looker(tap)
    tap.close()
    looker.join(5)
    assert not looker.is_alive()
    assert looker.frame is None


def test_a_frame_that_cannot_be_copied_goes_back_to_the_producer(
    cam: vcx.Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_memory(*_: object, **__: object) -> vcx.Frame:
        raise MemoryError

    monkeypatch.setattr(_tap, "Frame", without_memory)
    with cam.tap() as tap, cam.stream() as stream:
        looker = Looker(tap)
        with pytest.raises(MemoryError):
            stream.get()
        assert cam._device.streams[-1].lent == []
        tap.close()
        looker.join()


def test_a_stream_that_gives_way_is_closed_by_the_next_one(cam: vcx.Camera) -> None:
    display = cam.stream()
    display.gives_way = True
    with display:
        with cam.stream() as stream:
            assert stream.get().frame_id == 1
            assert cam.running_stream is stream
        with pytest.raises(vcx.StreamClosedError):
            display.get()


def test_a_stream_that_gives_way_does_not_take_anothers_place(cam: vcx.Camera) -> None:
    display = cam.stream()
    display.gives_way = True
    with cam.stream() as stream:
        with pytest.raises(vcx.CameraStateError, match="streams already"):
            display.start()
        assert stream.get().frame_id == 1
