"""How the camera is: what the page says beside its picture, read now and then."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

from vcxg124m.errors import CameraClosedError, VcxgError

if TYPE_CHECKING:
    from vcxg124m.camera import Camera
    from vcxg124m.stream import Stream
    from vcxg124m.view._preview import Preview

__all__ = ["Observer"]

# So long without a frame, and two intervals of a slow camera, is silence, or a wait for a trigger.
_SILENCE_S = 1.5
# The rate is that of the last seconds.
_RATE_OVER_S = 3.0


class Observer:
    """Reads the state of a camera and of the stream that runs, its own or the program's."""

    def __init__(self, camera: Camera, preview: Preview) -> None:
        self._camera = camera
        self._preview = preview
        self._last_came = -math.inf
        self._counts: list[tuple[float, Stream, int]] = []

    def status(self) -> dict[str, Any]:
        """Return the state as JSON's types.

        ``state`` is "starting", "live", "waiting" (for a trigger), "silent" (nothing yet), "failed" (``problem`` says
        why), "lost" or "closed".
        """
        stream, preview, info = self._camera.running_stream, self._preview, self._camera.info
        status: dict[str, Any] = {
            "camera": {
                "model": f"{info.vendor} {info.model}".strip(),
                "serial_number": info.serial_number,
                "user_id": info.user_id,
                "ip": info.ip,
            },
            "attached": stream is not None and not stream.gives_way,
            "problem": preview.problem,
            "statistics": None if stream is None else self._counted(stream),
        }
        if preview.lost or (stream is not None and stream.state == "waiting for the lost camera"):
            return status | {"state": "lost"}
        try:
            status |= self._asked()
        except CameraClosedError as error:
            return status | {"state": "closed", "problem": str(error)}
        except VcxgError as error:
            status["problem"] = status["problem"] or str(error)
        return status | {"state": self._state(status)}

    def _asked(self) -> dict[str, Any]:
        nodes = self._camera.nodes
        return {
            "temperature": nodes.peek("DeviceTemperature"),
            "trigger": {"mode": nodes.peek("TriggerMode"), "source": nodes.peek("TriggerSource")},
            "interval_s": self._camera.acquisition.predict().interval_s,
        }

    def _counted(self, stream: Stream) -> dict[str, Any]:
        """Return the frames of each kind, and the rate at which they come."""
        now, statistics = time.monotonic(), stream.statistics
        came = statistics.sent - statistics.missed - statistics.underrun
        before = [each for each in self._counts if each[1] is stream and now - each[0] <= _RATE_OVER_S]
        if came > (before[-1][2] if before else 0):
            self._last_came = now
        self._counts = [*before, (now, stream, came)]
        rate = (came - before[0][2]) / (now - before[0][0]) if before else None
        return {"frames": dict(statistics.rows()), "rate_hz": rate}

    def _state(self, status: dict[str, Any]) -> str:
        if status["statistics"] is None:
            return "failed" if status["problem"] else "starting"
        if time.monotonic() - self._last_came < _SILENCE_S + 2 * status.get("interval_s", 0.0):
            return "live"
        if status.get("trigger", {}).get("mode") == "On":
            return "waiting"
        return "failed" if status["problem"] else "silent"
