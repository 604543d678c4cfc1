"""What all pages share: the newest frame, what the camera says of itself, and how its settings are changed."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from vcxg124m.errors import FeatureAccessError, VcxgError
from vcxg124m.view._observer import Observer
from vcxg124m.view._panel import described

if TYPE_CHECKING:
    from vcxg124m.camera import Camera
    from vcxg124m.frame import Frame
    from vcxg124m.view._preview import Preview

__all__ = ["Hub"]

_log = logging.getLogger("vcxg124m")

# Seconds between two readings of the camera's state and settings: others change them too, and so does the camera.
_STATUS_INTERVAL_S = 1.0
# The tap is asked anew after so many seconds, so that it notices the end.
_TAP_TIMEOUT_S = 0.5


class Hub:
    """Lives in the server's event loop; whatever waits for the camera runs in threads.

    These are daemons as the server's own: those of asyncio work no more when the interpreter ends, which is
    before the cameras that it leaves open are closed, and the end of a loop waits for them without a limit.

    Attributes
    ----------
    camera
        What is shown.
    frame, number
        The newest frame, and how many there were; None and 0 at first.
    status, panel
        What the pages show beside it, as JSON's types; each is a new object when it has changed, and None at first.
    changed
        Notified when one of these is new.
    drawing
        Held by the page whose picture is drawn: one at a time, however many are open.
    """

    def __init__(self, camera: Camera, preview: Preview) -> None:
        self.camera = camera
        self.frame: Frame | None = None
        self.number = 0
        self.status: dict[str, Any] | None = None
        self.panel: list[dict[str, Any]] | None = None
        self.changed = asyncio.Condition()
        self.drawing = asyncio.Lock()
        self._preview = preview
        self._tap = camera.tap()
        self._demand = asyncio.Event()
        self._pages = 0
        self._observer = Observer(camera, preview)
        self._refresh = asyncio.Event()
        self._tasks = [asyncio.create_task(self._take_frames()), asyncio.create_task(self._watch())]
        for task in self._tasks:
            task.add_done_callback(_tell_failure)

    async def close(self) -> None:
        """End everything that runs for the pages."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tap.close()

    def enter(self) -> None:
        """Note that one more page is open."""
        self._pages += 1
        self._refresh.set()
        self._preview.begin()

    async def leave(self) -> None:
        """Note that one page was closed."""
        self._pages -= 1
        if not self._pages:
            await run_in_threadpool(self._preview.end)

    async def next_frame(self, after: int) -> None:
        """Wait for a frame later than number ``after``."""
        async with self.changed:
            while self.number <= after:
                self._demand.set()
                await self.changed.wait()

    async def set(self, values: dict[str, object], *, nearest: bool) -> dict[str, object]:
        """Write settings, and return what was written; the page's own stream is paused where it locks them."""
        try:
            return await run_in_threadpool(self._set, values, nearest=nearest)
        finally:
            self._refresh.set()

    async def fire(self) -> None:
        """Give a software trigger."""
        await run_in_threadpool(self.camera.trigger.fire)

    # -- in threads -----------------------------------------------------------------------------------------------

    def _set(self, values: dict[str, object], *, nearest: bool) -> dict[str, object]:
        try:
            return self.camera.configure(values, nearest=nearest)
        except FeatureAccessError:
            if not self._can_pause:
                raise
        with self._preview.paused():
            return self.camera.configure(values, nearest=nearest)

    def _described(self) -> list[dict[str, Any]] | None:
        try:
            return described(self.camera.nodes, stream_can_be_paused=self._can_pause)
        except VcxgError:  # it is being lost or closed: the next status says so
            return self.panel

    @property
    def _can_pause(self) -> bool:
        stream = self.camera.running_stream
        return stream is not None and stream.gives_way

    # -- tasks ----------------------------------------------------------------------------------------------------

    async def _take_frames(self) -> None:
        while True:
            await self._demand.wait()
            frame = await run_in_threadpool(self._tap.get, _TAP_TIMEOUT_S)
            if frame is not None:
                self._demand.clear()
                self.frame = frame
                self.number += 1
                await self._notify()

    async def _watch(self) -> None:
        while True:
            if self._pages:
                status = await run_in_threadpool(self._observer.status)
                panel = self.panel
                if status["state"] not in {
                    "lost",
                    "closed",
                }:  # then nobody answers, and asking would take seconds
                    panel = await run_in_threadpool(self._described)
                if status != self.status or panel != self.panel:
                    self.status = status
                    self.panel = panel if panel != self.panel else self.panel
                    await self._notify()
            # No wait_for: before Python 3.12 it forgets that it was cancelled when what it waits for has just come.
            alarm = asyncio.get_running_loop().call_later(_STATUS_INTERVAL_S, self._refresh.set)
            await self._refresh.wait()
            alarm.cancel()
            self._refresh.clear()

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()


def _tell_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.error("The live view has failed.", exc_info=error)
