"""How long to wait for a frame, and what to look at meanwhile."""

from __future__ import annotations

import math
import time
import warnings
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING, Protocol, TypeVar

from vcxg124m._timeout_reason import Facts
from vcxg124m.enums import TemperatureStatus
from vcxg124m.errors import (
    DeviceCommunicationError,
    FeatureTypeError,
    FeatureValueError,
    FrameTimeoutError,
    OverTemperatureError,
    TemperatureWarning,
    TimeoutReason,
)
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._backend import DeviceBackend
    from vcxg124m._ledger import StreamStatistics
    from vcxg124m.features.nodes import Nodes

__all__ = [
    "Wait",
    "check_temperature",
    "checked_timeout",
    "expected_frame_time",
    "expected_interval",
    "warn_about_temperature",
]

T = TypeVar("T")

# Seconds that a wait stays inside the producer: so late does it notice Ctrl-C, or that the stream was closed.
_LONGEST_STAY = 0.01
# After so many seconds without a frame the camera is asked whether it is there, and how warm; then again and again.
_SILENCE_BEFORE_LOOK = 0.5
# Seconds of the default time limit that cover what the camera's settings do not say: scheduling, a busy host.
_MARGIN = 3.0
# Nobody can know when the next external trigger comes.
_TRIGGER_PATIENCE = 10.0


def checked_timeout(timeout: float | None) -> float | None:
    """Return ``timeout`` when it is None or a finite number of seconds from 0.

    Raises
    ------
    FeatureValueError
        It is negative, infinite or not a number: every wait ends.
    FeatureTypeError
        It is something else than a number.
    """
    if timeout is None:
        return None
    if not isinstance(timeout, Real):
        raise FeatureTypeError(
            f"timeout={timeout!r} not accepted: a number of seconds.", feature="timeout", value=timeout
        )
    if not (math.isfinite(timeout) and timeout >= 0):
        raise FeatureValueError(
            f"timeout={timeout!r} s not accepted: give 0 or more, and an end.",
            feature="timeout",
            value=timeout,
        )
    return timeout


def expected_frame_time(nodes: Nodes) -> float:
    """Return the seconds from the start of an exposure to the last byte, from the camera's settings."""
    return prediction(nodes).latency_s


def expected_interval(nodes: Nodes) -> float:
    """Return the seconds between frames that run freely, from the camera's settings."""
    return prediction(nodes).interval_s


def check_temperature(nodes: Nodes) -> bool:
    """Ask the camera whether it is cool enough to send images, and tell whether it is close to its limit.

    Raises
    ------
    OverTemperatureError
        It is not.
    """
    status = nodes.peek("DeviceTemperatureStatus")
    if status != TemperatureStatus.EXCEEDED.value:
        return status == TemperatureStatus.HIGH.value
    celsius = nodes.peek("DeviceTemperature")
    raise OverTemperatureError(
        f"The camera is too hot to send images ({celsius!s} degC): cool it; it goes on by itself below "
        "temperature.normal_below_celsius.",
        celsius=celsius if isinstance(celsius, float) else None,
    )


def warn_about_temperature(nodes: Nodes, stacklevel: int) -> None:
    """Warn that the camera comes close to its limit."""
    warnings.warn(
        f"The camera is at {nodes.peek('DeviceTemperature')!s} degC, close to where it sends no more images "
        "(temperature.exceeded_from_celsius): cool it.",
        TemperatureWarning,
        stacklevel=stacklevel + 1,
    )


class _Statistics(Protocol):
    def __call__(self, *, counters: bool) -> StreamStatistics: ...


class Wait:
    """One wait for one frame: how long to stay in the producer, when to look at the camera, and why it ended.

    Parameters
    ----------
    device, nodes
        The camera.
    timeout
        Seconds; None computes the limit from the camera's settings, once the wait has become long.
    incomplete
        Frames of the stream so far that lack packets.
    statistics
        Returns what the stream knows now, with the producer's counters or, which is quick, without.
    """

    def __init__(
        self,
        device: DeviceBackend,
        nodes: Nodes,
        timeout: float | None,
        incomplete: int,
        statistics: _Statistics,
    ) -> None:
        self._device = device
        self._nodes = nodes
        self._timeout = timeout
        self._limited = timeout is not None
        self._incomplete = incomplete
        self._statistics = statistics
        self._before: StreamStatistics | None = None
        self._counters: dict[str, int] = {}
        self.is_hot = False
        self._start = self._last_look = time.monotonic()

    @property
    def stay(self) -> float:
        """Seconds to wait inside the producer before the next turn."""
        if self._timeout is None:
            return _LONGEST_STAY
        return max(0.0, min(_LONGEST_STAY, self._start + self._timeout - time.monotonic()))

    def go_on(self) -> StreamStatistics:
        """Return what the stream knew when nothing had come at first: a frame in time costs no question about it."""
        if self._before is None:
            self._before = replace(self._statistics(counters=False), incomplete=self._incomplete)
        return self._before

    @property
    def look_is_due(self) -> bool:
        """Whether it is time to :meth:`look` at the camera."""
        return time.monotonic() - self._last_look >= _SILENCE_BEFORE_LOOK

    @property
    def is_over(self) -> bool:
        """Whether the time limit is reached."""
        return self._timeout is not None and time.monotonic() - self._start >= self._timeout

    def begin_anew(self) -> None:
        """Wait on for a camera that is looked for: a limit that was computed counts from when it is found again.

        Raises
        ------
        FrameTimeoutError
            The limit that was asked for is reached.
        """
        self._last_look = time.monotonic()
        if not self._limited:
            self._start, self._timeout = self._last_look, None
        elif self.is_over:
            raise FrameTimeoutError(
                f"No frame within {self._timeout:.3g} s: the camera is lost, and is still looked for.",
                reason=TimeoutReason.CAMERA_LOST,
                timeout=self._timeout or 0.0,
            )

    def look(self) -> None:
        """Ask the camera whether it can still send a frame.

        Raises
        ------
        DeviceLostError
            It does not answer any more, or follows somebody else.
        OverTemperatureError
            It is too hot.
        """
        self._device.check_alive()
        self.is_hot = self._asking(lambda: check_temperature(self._nodes))
        # Asked late, so that frames in time cost no register access.
        if self._timeout is None:
            self._timeout = self._asking(self._default_timeout)
        if not self._counters:
            self._counters = self._statistics(counters=True).counters
        self._last_look = time.monotonic()

    def error(self) -> FrameTimeoutError:
        """Return the error that says why no frame came.

        Raises
        ------
        DeviceLostError, OverTemperatureError
            As for :meth:`look`.
        """
        counters = self._counters  # none for a short wait: then all since the start of the stream count
        before = self.go_on()
        self.look()
        timeout, now = self._timeout or 0.0, self._statistics(counters=True)
        facts = Facts(
            self._nodes,
            timeout,
            incomplete=now.incomplete - before.incomplete,
            underrun=now.underrun - before.underrun,
            counters={name: value - counters.get(name, 0) for name, value in now.counters.items()},
            granted=now.socket_buffer,
        )
        reason, detail = self._asking(facts.reason)
        return FrameTimeoutError(
            f"No frame within {timeout:.3g} s: {reason}. {detail}",
            reason=reason,
            timeout=timeout,
            incomplete=facts.incomplete,
            missed=now.missed - before.missed,
            underrun=facts.underrun,
        )

    def _asking(self, question: Callable[[], T]) -> T:
        """Ask the camera something; one that is gone is reported as lost, whatever register noticed it."""
        try:
            return question()
        except DeviceCommunicationError:
            self._device.check_alive()
            raise

    def _default_timeout(self) -> float:
        patience = _TRIGGER_PATIENCE if self._nodes.peek("TriggerMode") == "On" else 0.0
        return patience + _MARGIN + 3 * expected_interval(self._nodes) + expected_frame_time(self._nodes)
