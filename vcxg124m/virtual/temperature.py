"""The camera's judgement of its own temperature: Normal, High, Exceeded and straight back to Normal."""

from __future__ import annotations

from enum import IntEnum


class TemperatureStatus(IntEnum):
    """The judgement, numbered as in the camera's register."""

    NORMAL = 0
    HIGH = 1
    EXCEEDED = 2


def judge(
    celsius: float,
    before: TemperatureStatus,
    *,
    normal_to_high: float,
    high_to_exceeded: float,
    exceeded_to_normal: float,
) -> TemperatureStatus:
    """Return the judgement of a new temperature.

    Parameters
    ----------
    celsius
        Temperature inside the housing.
    before
        The judgement until now. Exceeded is left only towards Normal, below `exceeded_to_normal`; High is not passed on
        the way down.
    normal_to_high, high_to_exceeded, exceeded_to_normal
        Limits in degrees Celsius; reaching one of the first two is enough.
    """
    if before is TemperatureStatus.EXCEEDED and celsius >= exceeded_to_normal:
        return before
    if celsius >= high_to_exceeded:
        return TemperatureStatus.EXCEEDED
    return TemperatureStatus.HIGH if celsius >= normal_to_high else TemperatureStatus.NORMAL
