"""One open page: it asks for each picture, and gets no more than it asks for."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from vcxg124m._picture import full_scale
from vcxg124m.errors import VcxgError
from vcxg124m.view import _analysis
from vcxg124m.view._messages import Fire, Look, MessageError, Set, parse

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from vcxg124m.frame import Frame
    from vcxg124m.view._hub import Hub

__all__ = ["Session"]

# More pictures than this nobody sees; and drawing them may take half of a processor at the most, one for many pages.
_SHORTEST_INTERVAL_S = 1 / 25
_POLICY_VIOLATION = 1008


class Session:
    """Talks to one page until it is closed.

    Attributes
    ----------
    frame
        The frame that the page shows; None at first.
    """

    def __init__(self, name: str, hub: Hub, socket: WebSocket) -> None:
        self.name = name
        self.frame: Frame | None = None
        self._number = 0
        self._hub = hub
        self._socket = socket
        self._look: Look | None = None
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Serve the page until either side closes."""
        await self._tell({"type": "hello", "session": self.name})
        tasks = [asyncio.create_task(each) for each in (self._listen(), self._show(), self._report())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except WebSocketDisconnect:
            pass  # the page was closed
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _tell(self, message: dict[str, Any]) -> None:
        await self._socket.send_text(json.dumps(message, default=str))

    async def _listen(self) -> None:
        while True:
            try:
                message = parse(await self._socket.receive_text())
            except (MessageError, KeyError) as error:  # KeyError: bytes
                await self._socket.close(_POLICY_VIOLATION, str(error)[:100])
                return
            match message:
                case Look():
                    self._look = message
                    self._asked.set()
                case Set():
                    await self._answer(message)
                case Fire():
                    await self._try(self._hub.fire())

    async def _answer(self, message: Set) -> None:
        names = list(message.values)
        await self._try(self._hub.set(message.values, nearest=message.nearest), names)

    async def _try(self, doing: Any, names: list[str] | None = None) -> None:  # noqa: ANN401 - an awaitable
        """Do it, and tell the page what came of it, in the library's own words."""
        try:
            await doing
        except VcxgError as error:
            kind = type(error).__name__
            await self._tell({"type": "refused", "names": names or [], "kind": kind, "error": str(error)})
        else:
            await self._tell({"type": "done", "names": names or []})

    async def _show(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            look = self._look
            if look is None:
                continue
            frame = self.frame if look.hold and self.frame else await self._frame_for(look)
            if frame is None:
                continue
            began = time.monotonic()
            async with self._hub.drawing:
                answer = await run_in_threadpool(self._drawn, frame, look)
            await self._socket.send_bytes(answer)
            took = time.monotonic() - began
            await asyncio.sleep(max(_SHORTEST_INTERVAL_S - took, took))

    async def _frame_for(self, look: Look) -> Frame | None:
        """Wait for a frame that is new to the page; None when the page has asked for something else meanwhile."""
        if self._hub.number <= look.after:
            coming = asyncio.create_task(self._hub.next_frame(look.after))
            asked = asyncio.create_task(self._asked.wait())
            try:
                await asyncio.wait({coming, asked}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                coming.cancel()
                asked.cancel()
            if self._hub.number <= look.after:
                return None
        self.frame, self._number = self._hub.frame, self._hub.number
        return self.frame

    def _drawn(self, frame: Frame, look: Look) -> bytes:
        """Return one picture: the length of its description in 4 bytes, the description as JSON, and the pixels."""
        pixel_format = str(frame.pixel_format)
        head: dict[str, Any] = {
            "look": look.id,
            "number": self._number,
            "frame_id": frame.frame_id,
            "timestamp_ns": frame.timestamp_ns,
            "width": frame.width,
            "height": frame.height,
            "offset_x": frame.offset_x,
            "offset_y": frame.offset_y,
            "pixel_format": pixel_format,
        }
        pixels = b""
        try:
            image = _analysis.grey(frame.image)
            greatest = full_scale(pixel_format)
            shown = _analysis.picture(image, look, greatest)
            head |= {"kind": shown.kind, "region": shown.region, "levels": shown.levels, "greatest": greatest}
            head |= _analysis.figures(image, look, greatest)
            pixels = shown.data
        except VcxgError as error:  # a format that is not known here
            head |= {"kind": "none", "error": str(error)}
        text = json.dumps(head).encode()
        return len(text).to_bytes(4, "little") + text + pixels

    async def _report(self) -> None:
        hub, status, panel = self._hub, None, None
        while True:
            if hub.status is not None and hub.status is not status:
                status = hub.status
                await self._tell({"type": "status", **status})
            if hub.panel is not None and hub.panel is not panel:
                panel = hub.panel
                await self._tell({"type": "panel", "sections": panel})
            async with hub.changed:
                while hub.status is status and hub.panel is panel:
                    await hub.changed.wait()
