"""What all pages share: the newest frame, what the camera says of itself, and how its settings are changed."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Any

from vcxg124m.errors import CameraClosedError, FeatureAccessError, VcxgError
from vcxg124m.view._panel import described

if TYPE_CHECKING:
    from vcxg124m.camera import Camera
    from vcxg124m.frame import Frame
    from vcxg124m.stream import Stream, StreamStatistics
    from vcxg124m.view._preview import Preview

__all__ = ["Hub"]

# Seconds between two readings of the camera's state and settings: others change them too, and so does the camera.
_STATUS_INTERVAL_S = 1.0
# So long without a frame, and two intervals of a slow camera, is silence, or a wait for a trigger.
_SILENCE_S = 1.5
# The tap is asked anew after so many seconds, so that it notices the end.
_TAP_TIMEOUT_S = 0.5
# The rate is that of the last seconds.
_RATE_OVER_S = 3.0


class Hub:
    """Lives in the server's event loop; whatever waits for the camera runs in threads.

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
    """

    def __init__(self, camera: Camera, preview: Preview) -> None:
        self.camera = camera
        self.frame: Frame | None = None
        self.number = 0
        self.status: dict[str, Any] | None = None
        self.panel: list[dict[str, Any]] | None = None
        self.changed = asyncio.Condition()
        self._preview = preview
        self._tap = camera.tap()
        self._demand = asyncio.Event()
        self._pages = 0
        self._last_came = -math.inf
        self._sent: list[tuple[float, Stream, int]] = []
        self._refresh = asyncio.Event()
        self._tasks = [asyncio.create_task(self._take_frames()), asyncio.create_task(self._watch())]

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
            await asyncio.to_thread(self._preview.end)

    async def next_frame(self, after: int) -> None:
        """Wait for a frame later than number ``after``."""
        async with self.changed:
            while self.number <= after:
                self._demand.set()
                await self.changed.wait()

    async def set(self, values: dict[str, object], *, nearest: bool) -> dict[str, object]:
        """Write settings, and return what was written; the page's own stream is paused where it locks them."""
        try:
            return await asyncio.to_thread(self._set, values, nearest=nearest)
        finally:
            self._refresh.set()

    async def fire(self) -> None:
        """Give a software trigger."""
        await asyncio.to_thread(self.camera.trigger.fire)

    # -- in threads -----------------------------------------------------------------------------------------------

    def _set(self, values: dict[str, object], *, nearest: bool) -> dict[str, object]:
        try:
            return self.camera.configure(values, nearest=nearest)
        except FeatureAccessError:
            if not self._can_pause:
                raise
        with self._preview.paused():
            return self.camera.configure(values, nearest=nearest)

    def _read(self) -> tuple[dict[str, Any], list[dict[str, Any]] | None]:
        """Return status and panel; a camera that cannot be asked leaves the panel as it was."""
        status, panel = self._status(), self.panel
        if status["lost"]:  # nobody answers, and asking would take seconds
            return status | {"state": "lost"}, panel
        try:
            peek = self.camera.nodes.peek
            status |= {
                "temperature": peek("DeviceTemperature"),
                "trigger": {"mode": peek("TriggerMode"), "source": peek("TriggerSource")},
                "limit_hz": 1 / interval
                if (interval := self.camera.acquisition.predict().interval_s) > 0
                else None,
            }
            panel = described(self.camera.nodes, stream_can_be_paused=self._can_pause)
        except CameraClosedError as error:
            status |= {"state": "closed", "problem": str(error)}
        except VcxgError as error:
            status["problem"] = status["problem"] or str(error)
        status["state"] = status.get("state") or self._state(status)
        return status, panel

    @property
    def _can_pause(self) -> bool:
        stream = self.camera.running_stream
        return stream is not None and stream.gives_way

    def _status(self) -> dict[str, Any]:
        stream = self.camera.running_stream
        info = self.camera.info
        return {
            "camera": {
                "model": f"{info.vendor} {info.model}".strip(),
                "serial_number": info.serial_number,
                "user_id": info.user_id,
                "ip": info.ip,
            },
            "problem": self._preview.problem,
            "attached": stream is not None and not stream.gives_way,
            "lost": self._preview.lost
            or (stream is not None and stream.state == "waiting for the lost camera"),
            "statistics": None if stream is None else self._counted(stream, stream.statistics),
        }

    def _counted(self, stream: Stream, statistics: StreamStatistics) -> dict[str, Any]:
        """Return the frames of each kind, and the rate at which they come."""
        now = time.monotonic()
        came = statistics.sent - statistics.missed - statistics.underrun
        self._sent = [each for each in self._sent if each[1] is stream and now - each[0] <= _RATE_OVER_S]
        if came > (self._sent[-1][2] if self._sent else 0):
            self._last_came = now
        rate = (came - self._sent[0][2]) / (now - self._sent[0][0]) if self._sent else None
        self._sent.append((now, stream, came))
        return {"frames": dict(statistics.rows()), "rate_hz": rate}

    def _state(self, status: dict[str, Any]) -> str:
        if status["statistics"] is None:
            return "failed" if status["problem"] else "starting"
        slowest = 2 / status["limit_hz"] if status.get("limit_hz") else 0.0
        if time.monotonic() - self._last_came < _SILENCE_S + slowest:
            return "live"
        if status.get("trigger", {}).get("mode") == "On":
            return "waiting"
        return "failed" if status["problem"] else "silent"

    # -- tasks ----------------------------------------------------------------------------------------------------

    async def _take_frames(self) -> None:
        while True:
            await self._demand.wait()
            frame = await asyncio.to_thread(self._tap.get, _TAP_TIMEOUT_S)
            if frame is not None:
                self._demand.clear()
                self.frame = frame
                self.number += 1
                await self._notify()

    async def _watch(self) -> None:
        while True:
            if self._pages:
                status, panel = await asyncio.to_thread(self._read)
                if status != self.status or panel != self.panel:
                    self.status = status
                    self.panel = panel if panel != self.panel else self.panel
                    await self._notify()
            try:
                await asyncio.wait_for(self._refresh.wait(), _STATUS_INTERVAL_S)
            except asyncio.TimeoutError:
                continue
            self._refresh.clear()

    async def _notify(self) -> None:
        async with self.changed:
            self.changed.notify_all()
