"""The camera's time as this computer's time: a fitted offset and drift, with a bound of the error.

::

    cam.clock.sample()
    host_ns = cam.clock.to_host_ns(frame.timestamp_ns)      # comparable with time.time_ns()

A sample is a reading of the camera's clock between two readings of the computer's; whatever the network did, the camera
noted its time between them. Of several readings the quickest one is kept.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from vcxg124m._ending import await_end
from vcxg124m.datasheet import NETWORK
from vcxg124m.errors import CameraStateError, FeatureValueError, VcxgError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from vcxg124m.features.nodes import Nodes

__all__ = ["Clock", "ClockFit", "ClockSample"]

_WINDOW = 60  # samples: at one a second, the drift of the last minute
_TICK_NS = NETWORK.timestamp_increment_ns
_CRYSTAL = 100e-6  # no camera's or computer's crystal is further off than this


class ClockSample(NamedTuple):
    """One reading of the camera's clock, in ns; the computer's clock is ``time.monotonic_ns``."""

    before_ns: int
    after_ns: int
    device_ns: int

    @property
    def width_ns(self) -> int:
        """How long the reading took: the camera noted its time within it."""
        return self.after_ns - self.before_ns


@dataclass(frozen=True)
class ClockFit:
    """A straight line through samples: computes only.

    Attributes
    ----------
    samples
        Those that the line goes through, oldest first.
    error_ns
        How far the line can be from the truth at the samples, at most.
    rate
        Host seconds for each second of the camera; 1 as long as the samples cannot tell it from 1.
    drift_measured
        Whether they can.
    """

    samples: tuple[ClockSample, ...]
    error_ns: float
    rate: float
    drift_measured: bool
    _host_ns: float  # of the line, at the last sample's device time, from that sample's `before_ns` on

    @classmethod
    def through(cls, samples: Sequence[ClockSample]) -> ClockFit:
        """Fit by least squares, quick readings counting more; at least one sample."""
        last = samples[-1]
        # Differences to the last sample: absolute ns would not fit into a float.
        device = [float(each.device_ns - last.device_ns) for each in samples]
        host = [each.before_ns - last.before_ns + each.width_ns / 2 for each in samples]
        weights = [1.0 / max(each.width_ns, 1) ** 2 for each in samples]
        total = sum(weights)
        x0 = sum(w * x for w, x in zip(weights, device, strict=True)) / total
        y0 = sum(w * y for w, y in zip(weights, host, strict=True)) / total

        def error(rate: float) -> float:
            return max(
                abs(y - y0 - rate * (x - x0)) + each.width_ns / 2 + _TICK_NS
                for each, x, y in zip(samples, device, host, strict=True)
            )

        rate, measured = 1.0, False
        span = device[-1] - device[0]
        if span > 0:
            square = sum(w * (x - x0) ** 2 for w, x in zip(weights, device, strict=True))
            slope = (
                sum(w * (x - x0) * (y - y0) for w, x, y in zip(weights, device, host, strict=True)) / square
            )
            if 2 * error(slope) / span < _CRYSTAL:
                rate, measured = slope, True
        return cls(tuple(samples), error(rate), rate, measured, y0 - rate * x0)

    def host_ns(self, device_ns: int) -> int:
        """Return the computer's time of an instant of the camera's clock."""
        last = self.samples[-1]
        return last.before_ns + round(self._host_ns + self.rate * (device_ns - last.device_ns))

    def error_at(self, device_ns: int) -> float:
        """Return the bound of the error at an instant: outside of the samples it grows with the distance."""
        first, last = self.samples[0].device_ns, self.samples[-1].device_ns
        outside = max(first - device_ns, device_ns - last, 0)
        drift = 2 * self.error_ns / (last - first) if self.drift_measured else _CRYSTAL
        return self.error_ns + drift * outside

    def contradicts(self, sample: ClockSample) -> bool:
        """Tell whether no drift explains a sample: the camera's clock was set back, or the camera was started again."""
        host = self.host_ns(sample.device_ns)
        distance = abs(sample.device_ns - self.samples[-1].device_ns)
        slack = self.error_ns + 2 * _CRYSTAL * distance
        return not sample.before_ns - slack <= host <= sample.after_ns + slack


class Clock:
    """The camera's time as this computer's.

    Sampled when :meth:`sample` is called, or at intervals inside ``with cam.clock.following()``; the first conversion
    samples by itself.

    Attributes
    ----------
    resets
        How often the camera's clock was found set back (its timestamp reset, or the camera started again); samples from
        before are forgotten then.
    """

    def __init__(self, nodes: Nodes, *, now: Callable[[], int] = time.monotonic_ns) -> None:
        self._nodes = nodes
        self._now = now
        self._lock = threading.Lock()
        self._fit: ClockFit | None = None
        self._wall_ns = 0  # from time.monotonic_ns to time.time_ns, when last looked at
        self.resets = 0

    def __repr__(self) -> str:
        fit = self._fit
        if fit is None:
            return "<Clock: not sampled yet>"
        drift = f"{self.drift_ppm:+.2f} ppm" if fit.drift_measured else "drift not measured yet"
        return f"<Clock: {len(fit.samples)} samples, within {fit.error_ns / 1e3:.0f} us, {drift}>"

    @property
    def fit(self) -> ClockFit:
        """The line through the samples, in ``time.monotonic_ns``; samples when there is none yet."""
        return self._fit or self.sample()

    @property
    def error_ns(self) -> float:
        """How far :meth:`to_host_ns` can be wrong between the samples, at most; :meth:`error_at` tells it elsewhere."""
        return self.fit.error_ns

    @property
    def drift_ppm(self) -> float | None:
        """By how many millionths the camera's clock is faster than this computer's; None until samples can tell.

        That takes samples some seconds apart: twice the error over their distance must be below 100 ppm.
        """
        fit = self.fit
        return (1.0 / fit.rate - 1.0) * 1e6 if fit.drift_measured else None

    def to_host_ns(self, device_ns: int) -> int:
        """Return this computer's time (as ``time.time_ns``) of an instant of the camera's clock.

        Parameters
        ----------
        device_ns
            For example ``frame.timestamp_ns`` or ``event.timestamp_ns``, of the time since the camera's clock was last
            reset.

        Raises
        ------
        VcxgError
            There is no sample yet, and the camera does not answer.
        """
        return self.fit.host_ns(device_ns) + self._wall_ns

    def error_at(self, device_ns: int) -> float:
        """Return how many ns :meth:`to_host_ns` can be wrong: outside of the samples more with the distance."""
        return self.fit.error_at(device_ns)

    def sample(self, readings: int = 8) -> ClockFit:
        """Read the camera's clock and fit again.

        Parameters
        ----------
        readings
            How often; the quickest one counts. 1 or more; one takes some register accesses, below 1 ms.

        Returns
        -------
        ClockFit
            The new line.

        Raises
        ------
        FeatureValueError
            ``readings`` is below 1.
        FeatureUnavailableError
            The camera has no clock that can be read.
        DeviceLostError, DeviceCommunicationError
            The camera does not answer.
        """
        if readings < 1:
            raise FeatureValueError(
                f"readings={readings} not accepted: 1 or more.", feature="TimestampLatch", value=readings
            )
        best = min((self._read() for _ in range(readings)), key=lambda sample: sample.width_ns)
        with self._lock:
            return self._add(best)

    @contextmanager
    def following(self, every_s: float = 1.0) -> Generator[Clock]:
        """Sample at intervals on a thread of its own, until the end of ``with``.

        Parameters
        ----------
        every_s
            Seconds from sample to sample, above 0. The last 60 samples count.

        Raises
        ------
        FeatureValueError
            ``every_s`` is not above 0.
        CameraStateError
            At the end: sampling failed on the way; the cause says why.

        Notes
        -----
        The end waits up to 10 s for a sample that is being taken; the log says when it is left alone.
        """
        if not every_s > 0:
            raise FeatureValueError(f"every_s={every_s} not accepted: above 0.", value=every_s)
        self.sample()
        enough, failed = threading.Event(), list[VcxgError]()

        def follow() -> None:
            try:
                while not enough.wait(every_s):
                    self.sample()
            except VcxgError as error:  # told at the end of `with`
                failed.append(error)

        thread = threading.Thread(target=follow, name="vcxg124m clock", daemon=True)
        thread.start()
        try:
            yield self
        finally:
            enough.set()
            await_end(thread, "What follows the camera's clock")
        if failed:
            raise CameraStateError(f"The camera's clock could not be followed: {failed[0]}") from failed[0]

    def _read(self) -> ClockSample:
        with self._nodes.lock:
            latch, value = self._nodes["TimestampLatch"], self._nodes["TimestampLatchValue"]
            before = self._now()
            latch.execute()
            after = self._now()
            return ClockSample(before, after, int(value.value))

    def _add(self, sample: ClockSample) -> ClockFit:
        before = self._fit.samples if self._fit is not None else ()
        if self._fit is not None and self._fit.contradicts(sample):
            before = ()
            self.resets += 1
        self._fit = ClockFit.through([*before, sample][-_WINDOW:])
        self._wall_ns = time.time_ns() - self._now()
        return self._fit
