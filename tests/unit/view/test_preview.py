"""The stream that runs for a page, when the camera refuses it."""

from __future__ import annotations

import threading

from vcxg_testing.fake_camera import FakeDevice, FakeStream

import vcxg124m as vcx
from vcxg124m.view._preview import Preview


def test_a_start_that_fails_although_the_camera_answers_is_told_and_not_repeated_without_pause() -> None:
    device, begun = FakeDevice(), threading.Semaphore(0)

    def refuse(buffers: int, *, clear: bool) -> FakeStream:
        del buffers, clear
        begun.release()
        raise vcx.DeviceCommunicationError("The stream did not start: busy.")

    device.start_stream = refuse
    with vcx.Camera(device) as cam:
        preview = Preview(cam)
        preview.begin()
        assert begun.acquire(timeout=10)
        assert not begun.acquire(timeout=0.3), "tried again at once"
        assert (preview.problem, preview.lost) == ("The stream did not start: busy.", False)
        preview.close()
