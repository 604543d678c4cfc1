"""What stands around the live picture, as JSON's types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vcxg124m.errors import CameraClosedError, VcxgError

if TYPE_CHECKING:
    from vcxg124m.camera import Camera
    from vcxg124m.features._group import FeatureGroup

__all__ = ["status_of"]


def status_of(camera: Camera, state: str, problem: str = "") -> dict[str, Any]:
    """Return the camera's name, what it does, its statistics and the settings of the sliders.

    Parameters
    ----------
    camera
        What is shown.
    state
        What the widget does, where it is not up to the camera; "" otherwise.
    problem
        Why no pictures come; "" where they do.
    """
    info, stream = camera.info, camera.running_stream
    status: dict[str, Any] = {"camera": str(info), "problem": problem, "statistics": [], "settings": {}}
    if stream is not None:
        status["statistics"] = [[name, number] for name, number in stream.statistics.rows()]
    try:
        peek = camera.nodes.peek
        waiting = peek("TriggerMode") == "On"
        celsius = peek("DeviceTemperature")
        status["temperature"] = celsius if isinstance(celsius, (int, float)) else None
        status["settings"] = {
            f"{group}.{name}": _slider(getattr(camera, group), name)
            for group, name in (("exposure", "time_us"), ("gain", "db"))
            if getattr(camera, group)[name].available
        }
    except CameraClosedError as error:
        return {**status, "state": "closed", "problem": str(error)}
    except VcxgError as error:
        return {**status, "state": "lost", "problem": problem or str(error)}
    running = "the program streams" if stream is not None and not stream.gives_way else "live"
    trigger = f", waits for {peek('TriggerSource')!s}" if waiting else ""
    return {**status, "state": state or f"{running}{trigger}"}


def _slider(group: FeatureGroup, name: str) -> dict[str, Any]:
    feature = group[name]
    limits = feature.limits
    return {
        "value": feature.value,
        "minimum": limits.minimum,
        "maximum": limits.maximum,
        "locked": feature.locked_by,
    }
