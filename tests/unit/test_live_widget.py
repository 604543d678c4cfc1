"""The live widget, with a notebook's side that is written down here: one picture for each time that it asks."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image
from vcxg_testing.fake_camera import FakeDevice, FakeStream, raw_frame

import vcxg124m as vcx
from vcxg124m import _ending
from vcxg124m.notebook import LiveWidget
from vcxg124m.notebook._messages import Ready, Run, Set, parse
from vcxg124m.view._preview import Preview

if TYPE_CHECKING:
    from collections.abc import Callable


class EndlessStream(FakeStream):
    """A camera that has a frame for everybody who waits."""

    count = 0

    def take(self, timeout: float) -> Any:
        if not timeout:
            return None
        time.sleep(0.001)
        EndlessStream.count += 1
        self.waiting.append(
            raw_frame(EndlessStream.count, width=64, height=48, payload=np.zeros(64 * 48, np.uint8))
        )
        return super().take(timeout)


class EndlessDevice(FakeDevice):
    def start_stream(self, buffers: int, *, clear: bool) -> EndlessStream:
        self.clear = clear
        self.streams.append(EndlessStream(buffers))
        return self.streams[-1]


class FakeAnyWidget:
    """What of anywidget the widget uses: traits, messages, what an output shows."""

    def __init__(self, **traits: Any) -> None:
        self.sent: list[tuple[dict[str, Any], list[bytes]]] = []
        vars(self).update(traits)

    def on_msg(self, hear: Callable[..., None]) -> None:
        self.say = lambda content: hear(self, content, [])

    def send(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.sent.append((content, buffers))


@pytest.fixture
def _notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    trait = SimpleNamespace(tag=lambda **_: {})
    monkeypatch.setitem(sys.modules, "anywidget", SimpleNamespace(AnyWidget=FakeAnyWidget))
    monkeypatch.setitem(sys.modules, "traitlets", SimpleNamespace(Dict=lambda: trait))


async def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.005)


@pytest.mark.usefixtures("_notebook")
def test_each_picture_is_asked_for() -> None:
    async def run() -> None:
        with vcx.Camera(EndlessDevice()) as cam:
            widget = cam.live()
            page = widget.widget
            await asyncio.sleep(0.3)
            assert page.sent == []
            for count in (1, 2):
                page.say({"say": "ready"})
                await until(lambda count=count: len(page.sent) == count)
                await asyncio.sleep(0.3)
                assert len(page.sent) == count
            facts, [picture] = page.sent[1]
            assert facts["shape"] == [64, 48]
            assert sum(facts["histogram"]) == 64 * 48
            assert Image.open(io.BytesIO(picture)).size == (64, 48)
            assert widget.frame is not None
            assert widget.frame.frame_id == facts["frame_id"]

    asyncio.run(run())


@pytest.mark.usefixtures("_notebook")
def test_a_cell_that_streams_comes_first() -> None:
    async def run() -> None:
        device = EndlessDevice()
        with vcx.Camera(device) as cam:
            page = cam.live().widget
            page.say({"say": "ready"})
            await until(lambda: page.sent)
            with cam.stream(3) as stream:
                assert [stream.get() for _ in range(3)]
            assert stream.statistics.delivered == 3

    asyncio.run(run())


@pytest.mark.usefixtures("_notebook")
def test_a_slider_sets_what_the_camera_can_take_and_stop_lets_it_rest() -> None:
    async def run() -> None:
        with vcx.Camera(EndlessDevice()) as cam:
            page = cam.live().widget
            page.say({"say": "ready"})
            await until(lambda: cam.running_stream)
            page.say({"say": "set", "name": "exposure.time_us", "value": 1234.4})
            await until(lambda: page.status["settings"]["exposure.time_us"]["value"] == 1234)
            page.say({"say": "run", "wanted": False})
            await until(lambda: cam.running_stream is None and page.status["state"] == "stopped")
            page.say({"say": "run", "wanted": True})
            await until(lambda: cam.running_stream and page.status["state"] == "live")

    asyncio.run(run())


@pytest.mark.usefixtures("_notebook")
def test_closing_ends_although_the_camera_holds_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_ending, "_LONGEST_END_S", 0.05)
    asked, answers = threading.Event(), threading.Event()

    async def run() -> None:
        device = FakeDevice()
        find = device.nodes.find

        def hang(name: str) -> Any:
            asked.set()
            assert answers.wait(20)
            return find(name)

        with vcx.Camera(device) as cam:
            widget = cam.live()
            monkeypatch.setattr(device.nodes, "find", hang)
            widget.widget.say({"say": "set", "name": "exposure.time_us", "value": 1234.0})
            assert asked.wait(20)
            widget.close()
            assert "The thread of <LiveWidget of" in caplog.text
            assert "did not end within 0.05 s" in caplog.text
            answers.set()

    asyncio.run(run())


@pytest.mark.usefixtures("_notebook")
def test_an_interrupt_while_it_is_closed_waits_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    async def show(cam: vcx.Camera) -> LiveWidget:
        return cam.live()

    def close(preview: Preview) -> None:
        monkeypatch.setattr(Preview, "close", closed)
        signal.raise_signal(signal.SIGINT)
        closed(preview)

    closed = Preview.close
    monkeypatch.setattr(Preview, "close", close)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job ignores it
    with vcx.Camera(FakeDevice()) as cam:
        widget = asyncio.run(show(cam))
        with pytest.raises(KeyboardInterrupt):
            widget.close()
        signal.signal(signal.SIGINT, before)
        assert not widget._preview._thread.is_alive()


@pytest.mark.usefixtures("_notebook")
def test_the_end_of_the_camera_ends_its_widget() -> None:
    async def run() -> None:
        cam = vcx.Camera(EndlessDevice())
        widget = cam.live()
        assert cam.live() is widget
        cam.close()
        assert widget.is_closed
        await until(lambda: widget.widget.status["state"] == "closed")

    asyncio.run(run())


@pytest.mark.usefixtures("_notebook")
def test_outside_of_a_notebook_another_way_is_named() -> None:
    with vcx.Camera(FakeDevice()) as cam, pytest.raises(vcx.CameraStateError, match=r"cam\.view\(\)"):
        cam.live()


def test_without_anywidget_the_command_that_installs_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with (
        vcx.Camera(FakeDevice()) as cam,
        pytest.raises(vcx.MissingPackageError, match=r"pip install 'vcxg124m\[notebook\]'"),
    ):
        cam.live()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"say": "ready"}, Ready()),
        ({"say": "run", "wanted": False}, Run(wanted=False)),
        ({"say": "set", "name": "gain.db", "value": 6}, Set("gain.db", 6.0)),
        ({"say": "set", "name": "device.user_id", "value": 6}, None),
        ({"say": "set", "name": "gain.db", "value": "6"}, None),
        ({"say": "set", "name": "gain.db", "value": True}, None),
        ({"say": "set", "name": "gain.db", "value": float("nan")}, None),
        ({"say": "run", "wanted": 1}, None),
        ({"say": "format"}, None),
        (["ready"], None),
        (None, None),
    ],
)
def test_what_is_no_message_is_ignored(content: object, message: object) -> None:
    assert parse(content) == message
