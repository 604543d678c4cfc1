"""Ctrl-C waits for the end of what must not be left half done."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from vcxg_testing.fake_camera import FakeDevice, FakeStream

import vcxg124m as vcx
from vcxg124m._interrupts import held_back


@pytest.fixture(autouse=True)
def _python_handles_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def ctrl_c() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), held_back():  # noqa: PT012 - the block is the subject
        ctrl_c()
        steps.append("behind")
    assert steps == ["behind"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_blocks_may_be_nested() -> None:
    steps = []
    with pytest.raises(KeyboardInterrupt), held_back():  # noqa: PT012 - the block is the subject
        with held_back():
            ctrl_c()
        steps.append("behind the inner one")
    assert steps == ["behind the inner one"]


def test_an_error_of_the_block_is_raised_when_nothing_interrupts() -> None:
    with pytest.raises(ValueError, match="of the block"), held_back():
        raise ValueError("of the block")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_thread_changes_no_handler() -> None:
    def work() -> None:
        with held_back():
            seen.append(signal.getsignal(signal.SIGINT))

    seen: list[object] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]


def test_a_stream_that_was_interrupted_while_it_started_does_not_stay_in_the_way() -> None:
    class Interrupted(FakeDevice):
        def start_stream(self, buffers: int, *, clear: bool) -> FakeStream:
            ctrl_c()
            return super().start_stream(buffers, clear=clear)

    device = Interrupted()
    with vcx.Camera(device) as cam:
        with pytest.raises(KeyboardInterrupt):
            cam.stream().start()
        assert device.streams[0].stopped
        assert cam.running_stream is None


def test_an_interrupt_while_a_stream_stops_leaves_nothing_running() -> None:
    device = FakeDevice()
    with vcx.Camera(device) as cam:
        stream = cam.stream()
        stream.start()
        stop = device.streams[0].stop
        device.streams[0].stop = lambda: (ctrl_c(), stop())
        with pytest.raises(KeyboardInterrupt):
            stream.close()
        assert device.streams[0].stopped
        assert cam.running_stream is None
