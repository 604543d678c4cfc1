"""How long to wait for a frame, and why none came."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, TypeVar

from vcxg124m.enums import TemperatureStatus
from vcxg124m.errors import DeviceCommunicationError, FrameTimeoutError, TimeoutReason
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from collections.abc import Callable

    from vcxg124m._backend import DeviceBackend
    from vcxg124m._ledger import StreamStatistics
    from vcxg124m.features.nodes import Nodes

__all__ = ["Wait", "checked_timeout", "expected_frame_time", "expected_interval"]

T = TypeVar("T")

# Polling: a nap is 1/20 of what was waited so far, within these limits in seconds. The end of a wait is then noticed at
# most 1 ms late, and an idle wait costs a thousand polls of half a microsecond per second.
_SHORTEST_NAP, _LONGEST_NAP = 0.0002, 0.001
# After so many seconds without a frame (and an expected interval) the camera is asked whether it is still there.
_SILENCE_BEFORE_CHECK = 0.7
# Seconds of the default time limit that cover what the camera's settings do not say: scheduling, a busy host.
_MARGIN = 3.0
# Nobody can know when the next external trigger comes.
_TRIGGER_PATIENCE = 10.0


def checked_timeout(timeout: float | None) -> float | None:
    """Return ``timeout`` when it is None or a finite number of seconds from 0.

    Raises
    ------
    ValueError
        It is negative, infinite or not a number: every wait ends.
    """
    if timeout is not None and not (math.isfinite(timeout) and timeout >= 0):
        raise ValueError(f"timeout={timeout!r} s not accepted: give 0 or more, and an end.")
    return timeout


def expected_frame_time(nodes: Nodes) -> float:
    """Return the seconds from the start of an exposure to the last byte, from the camera's settings."""
    return prediction(nodes).latency_s


def expected_interval(nodes: Nodes) -> float:
    """Return the seconds between frames that run freely, from the camera's settings."""
    return prediction(nodes).interval_s


class Wait:
    """One wait for one frame: says how long to nap, checks the camera, and ends with a reason.

    Parameters
    ----------
    device, nodes
        The camera.
    timeout
        Seconds; None computes the limit from the camera's settings.
    before
        The stream's statistics at the start of the wait.
    """

    def __init__(
        self, device: DeviceBackend, nodes: Nodes, timeout: float | None, before: StreamStatistics
    ) -> None:
        self._device = device
        self._nodes = nodes
        self._timeout = timeout
        self._before = before
        self._start = self._last_check = time.monotonic()

    def nap(self) -> float:
        """Return how many seconds to sleep before the next look.

        Raises
        ------
        DeviceLostError
            The camera does not answer any more.
        """
        now = time.monotonic()
        if now - self._last_check > _SILENCE_BEFORE_CHECK:
            self._device.check_alive()
            self._last_check = time.monotonic()
        nap = min(max((now - self._start) / 20, _SHORTEST_NAP), _LONGEST_NAP)
        return nap if self._timeout is None else max(0.0, min(nap, self._start + self._timeout - now))

    @property
    def over(self) -> bool:
        """Whether the time limit is reached."""
        waited = time.monotonic() - self._start
        if (
            self._timeout is None and waited > _MARGIN
        ):  # asked late, so that frames in time cost no register access
            self._timeout = self._asking(self._default_timeout)
        return self._timeout is not None and waited >= self._timeout

    def error(self, now: StreamStatistics) -> FrameTimeoutError:
        """Return the error that says why no frame came.

        Raises
        ------
        DeviceLostError
            The camera does not answer any more.
        """
        self._device.check_alive()
        timeout = self._timeout or 0.0
        incomplete = now.incomplete - self._before.incomplete
        missed = now.missed - self._before.missed
        underrun = now.underrun - self._before.underrun
        reason, detail = self._asking(lambda: self._reason(timeout, incomplete, underrun))
        return FrameTimeoutError(
            f"No frame within {timeout:.3g} s: {reason}. {detail}",
            reason=reason,
            timeout=timeout,
            incomplete=incomplete,
            missed=missed,
            underrun=underrun,
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

    def _reason(self, timeout: float, incomplete: int, underrun: int) -> tuple[TimeoutReason, str]:
        nodes = self._nodes
        if nodes.peek("DeviceTemperatureStatus") == TemperatureStatus.EXCEEDED.value:
            return (
                TimeoutReason.OVER_TEMPERATURE,
                f"The camera is at {nodes.peek('DeviceTemperature')!s} degC and sends no image until it has cooled.",
            )
        if incomplete:
            return (
                TimeoutReason.ONLY_INCOMPLETE,
                f"{incomplete} frame{'s' * (incomplete > 1)} came with packets missing: raise the socket buffer "
                "(net.core.rmem_max), lower transport.throughput_limit, or look at the network.",
            )
        if underrun:
            return (
                TimeoutReason.NO_BUFFERS,
                f"{underrun} frames found no free buffer: open the stream with more.",
            )
        if nodes.peek("TriggerMode") == "On":
            return (
                TimeoutReason.NO_TRIGGER,
                f"The camera waits for a trigger from {nodes.peek('TriggerSource')!s}; call trigger.fire(), check the "
                "signal, or trigger.disable().",
            )
        needed = expected_frame_time(nodes)
        if timeout < needed:
            return TimeoutReason.TOO_SHORT, f"One frame takes {needed:.3g} s by the camera's settings."
        return (
            TimeoutReason.NO_PACKETS,
            "The camera answers, but nothing of its stream arrives: check firewall, reverse-path filter and "
            f"transport.packet_size ({nodes.peek('GevSCPSPacketSize')!s} bytes).",
        )
