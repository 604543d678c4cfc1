"""A live picture of the camera in the output of a notebook's cell, with its main settings beside it."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vcxg124m._ending import await_end
from vcxg124m._extras import require
from vcxg124m._interrupts import held_back
from vcxg124m._picture import encoded, picture_of
from vcxg124m.errors import CameraStateError, VcxgError
from vcxg124m.notebook._messages import Ready, Run, Set, parse
from vcxg124m.notebook._status import status_of
from vcxg124m.view._preview import Preview

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m.camera import Camera
    from vcxg124m.frame import Frame
    from vcxg124m.notebook._messages import Message

__all__ = ["LiveWidget"]

_HERE = Path(__file__).parent
_WIDTH, _HEIGHT = 512, 400
_JPEG_QUALITY = 85
# More pictures a second nobody needs, and drawing them may take half of a processor at the most.
_SHORTEST_INTERVAL_S = 1 / 15
# Where nobody asks for a picture for so long, nobody looks, and the camera rests.
_PATIENCE_S = 5.0
_STATUS_INTERVAL_S = 1.0
_TAP_TIMEOUT_S = 0.2
_HISTOGRAM_BINS = 64


class LiveWidget:
    """A live picture in a notebook; made by :meth:`vcxg124m.Camera.live`.

    While the program streams in a thread it shows what that fetches. Otherwise the camera runs for it, as long as
    somebody sees it, and makes way as soon as a cell streams or grabs. The notebook asks for each picture when it has
    drawn the one before; one that is hidden, scrolled away or closed asks for none.

    Attributes
    ----------
    frame
        The frame that is shown, with all its pixels; None at first.
    widget
        The ipywidget, to be put beside others.
    """

    def __init__(self, camera: Camera) -> None:
        anywidget, traitlets = require("anywidget", "notebook"), require("traitlets", "notebook")
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise CameraStateError(
                "A live widget lives in a notebook: make it in one of its cells. cam.view() shows the camera in the "
                "browser from any program."
            ) from None
        live = type(
            "LiveWidget",
            (anywidget.AnyWidget,),
            {
                "__module__": __name__,
                "_esm": (_HERE / "live.js").read_text(encoding="utf-8"),
                "_css": (_HERE / "live.css").read_text(encoding="utf-8"),
                "status": traitlets.Dict().tag(sync=True),
            },
        )
        self.frame: Frame | None = None
        self._camera = camera
        self._preview = Preview(camera)
        self._tap = camera.tap()
        self._changed = threading.Condition()
        self._asked = False
        self._asked_at = -math.inf
        self._wishes: dict[str, float] = {}
        self._stopped = self._closed = False
        self.widget: Any = live(status=status_of(camera, "starting"))
        self.widget.on_msg(self._hear)
        self._thread = threading.Thread(target=self._work, name="vcxg124m live", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the camera rest, and show the last picture."""
        self._run(wanted=False)

    def start(self) -> None:
        """Go on after :meth:`stop`."""
        self._run(wanted=True)

    @held_back()
    def close(self) -> None:
        """End it; its last picture stays. May be called again."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._tap.close()
        self._preview.close()
        if await_end(self._thread, f"The thread of {self!r}"):
            self._show_status()  # otherwise it may hold what the status is read with

    @property
    def is_closed(self) -> bool:
        """Whether it was ended; the end of its camera ends it too."""
        return self._closed

    def __repr__(self) -> str:
        return f"<LiveWidget of {self._camera.info}{', closed' if self._closed else ''}>"

    def _repr_mimebundle_(self, **options: object) -> Any:  # noqa: ANN401 - as ipywidgets has it
        return self.widget._repr_mimebundle_(**options)

    # -- called by the kernel, in whichever of its threads: only notes -------------------------------------------------

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        message = parse(content)
        if message is not None:
            self._note(message)

    def _note(self, message: Message) -> None:
        with self._changed:
            match message:
                case Ready():
                    self._asked, self._asked_at = True, time.monotonic()
                case Set(name, value):
                    self._wishes[name] = value
                case Run(wanted):
                    self._stopped = not wanted
            self._changed.notify_all()

    def _run(self, *, wanted: bool) -> None:
        self._note(Run(wanted=wanted))

    # -- in a thread ---------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        status_due, runs = 0.0, False
        while not self._closed:
            # Some time longer than it is asked for: a picture is on its way, or the kernel is busy with a cell.
            seen = time.monotonic() - self._asked_at < _PATIENCE_S
            if runs != (seen and not self._stopped):
                runs = not runs
                (self._preview.begin if runs else self._preview.end)()
                status_due = 0.0
            self._grant()
            if seen and time.monotonic() >= status_due:
                self._show_status()
                status_due = time.monotonic() + _STATUS_INTERVAL_S
            if self._asked and runs:
                self._show_frame()
            else:
                with self._changed:
                    self._changed.wait(_TAP_TIMEOUT_S)

    def _grant(self) -> None:
        """Write the settings that the sliders stand at."""
        with self._changed:
            wishes, self._wishes = self._wishes, {}
        problem = ""
        for name, value in wishes.items():
            try:
                self._camera.configure({name: value}, nearest=True)
            except VcxgError as error:  # noqa: PERF203 - one by one: each has a slider of its own
                problem = str(error)
        if wishes:
            self._show_status(problem)

    def _show_frame(self) -> None:
        frame = self._tap.get(_TAP_TIMEOUT_S)
        if frame is None:
            return
        began = time.monotonic()
        with suppress(VcxgError):  # a format that is not known here: the next frame may have another
            message, picture = _drawn(frame)
            with self._changed:
                self._asked = False
            self.frame = frame
            self._in_kernel(lambda: self.widget.send(message, buffers=[picture]))
        took = time.monotonic() - began
        with self._changed:
            self._changed.wait_for(lambda: self._closed, max(_SHORTEST_INTERVAL_S - took, took))

    def _show_status(self, problem: str = "") -> None:
        state = "closed" if self._closed else "stopped" if self._stopped else ""
        status = status_of(self._camera, state, problem or self._preview.problem)

        def show() -> None:
            self.widget.status = status

        self._in_kernel(show)

    def _in_kernel(self, do: Callable[[], object]) -> None:
        """Do something in the kernel's own loop, where all that a notebook sends and hears belongs."""
        with suppress(RuntimeError):  # the kernel is about to end
            self._loop.call_soon_threadsafe(do)


def _drawn(frame: Frame) -> tuple[dict[str, object], bytes]:
    image = frame.image
    picture = picture_of(image, str(frame.pixel_format), width=_WIDTH, height=_HEIGHT, brighten=False)
    counts = picture.counts.reshape(_HISTOGRAM_BINS, -1).sum(axis=1)
    facts: dict[str, object] = {
        "frame_id": frame.frame_id,
        "shape": [frame.width, frame.height],
        "pixel_format": str(frame.pixel_format),
        "full_scale": picture.full_scale,
        "values": [picture.minimum, picture.mean, picture.maximum],
        "saturated": picture.saturated / image.size,
        "histogram": [int(count) for count in counts],
    }
    return facts, encoded(picture.pixels, "JPEG", quality=_JPEG_QUALITY)
