"""When frames are exposed, read and transferred: free running or triggered, overlapped or one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.engine.image_buffer import ImageBuffer, Transfer
from vcxg124m.virtual.engine.scheduler import Event, Scheduler
from vcxg124m.virtual.engine.signals import Signals
from vcxg124m.virtual.timing import READOUT_PER_ROW_NS

FIXED_DELAY = round(TRIGGER.fixed_delay_us * 1000)
"""From a trigger to its exposure while the sensor is not read (data sheet T4)."""
READOUT_DELAY = round(TRIGGER.fixed_delay_during_readout_max_us * 1000)
"""The most during a readout: the exposure waits for the sensor's line, in proportion to what is left of it."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the camera's settings make of the next frame. Durations in ns.

    Parameters
    ----------
    triggered
        Frames start by triggers, not by themselves.
    sequential
        An exposure must not begin before the readout of the frame before has ended.
    exposure, readout
        Of the sensor.
    transfer
        Of the block on the link; None when no block leaves.
    transfer_delay
        From the end of the readout to the block at the earliest (GevSCFTD); the image waits in the buffer.
    period
        Least time between two exposures of a free-running camera; 0 when the frame rate is not limited.
    """

    triggered: bool
    sequential: bool
    exposure: int
    readout: int
    transfer: int | None
    transfer_delay: int = 0
    period: int = 0


@dataclass
class Exposure:
    """One frame, all of its course known when it begins.

    Parameters
    ----------
    index
        From 0 at AcquisitionStart.
    start, end, ready
        Begin and end of the exposure, end of the readout.
    transfer
        When its block leaves; None when it does not.
    block_id
        Given by the camera; 0 for none.
    """

    index: int
    start: int
    end: int
    ready: int
    transfer: Transfer | None
    block_id: int = 0
    steps: list[Event] = field(default_factory=list[Event])


class Camera(Protocol):
    """What the acquisition asks of the camera around it."""

    def next_plan(self) -> Plan:
        """Return what the settings mean for the next frame."""
        raise NotImplementedError

    def exposure_begins(self) -> None:
        """Let what was held back for this frame (a sequencer set) apply now."""

    def exposed(self, exposure: Exposure) -> int:
        """Take note of a frame that begins and return its block id."""
        raise NotImplementedError

    def announce(self, event: str, block_id: int = 0) -> None:
        """Tell of an event, by its name in EventSelector."""


class Acquisition:
    """Decides when the sensor is exposed.

    Drives the signals ExposureActive, ExposureStart, ExposureEnd, ReadoutActive, FrameTrigger, FrameTransferSkipped,
    TriggerReady and TriggerSkipped, and announces the events of the same and related names.
    """

    def __init__(self, scheduler: Scheduler, signals: Signals, camera: Camera) -> None:
        self._scheduler = scheduler
        self._signals = signals
        self._camera = camera
        self._buffer = ImageBuffer()
        self._running = False
        self._held = False
        self._sensor_off = False
        self._left: int | None = None
        self._count = 0
        self._last: Exposure | None = None
        self._paced_until = 0
        self._coming: Event | None = None
        """The next exposure: a free-running camera's, or that of a trigger which was accepted."""
        self._accepted = False
        self._becoming_ready: Event | None = None
        self._sensor_busy_until = 0
        self.triggers_skipped = 0
        self.frames_skipped = 0

    # --- state

    @property
    def running(self) -> bool:
        """Whether more frames may come."""
        return self._running

    @property
    def active(self) -> bool:
        """Whether frames may come or the sensor is still busy (AcquisitionActive)."""
        return self._running or self._coming is not None or self._scheduler.now < self._sensor_busy_until

    @property
    def held(self) -> bool:
        """Whether there is no room for more frames."""
        return self._held

    @property
    def armed(self) -> bool:
        """Whether triggers are wanted."""
        return self._running and self._camera.next_plan().triggered

    @property
    def waits_for_trigger(self) -> bool:
        """Whether a trigger that comes now would be accepted (AcquisitionTriggerWait)."""
        return self.armed and self._is_ready(self._camera.next_plan())

    # --- what the camera and its user do

    def start(self, frames: int | None) -> None:
        """Begin; `frames` is the number after which the acquisition ends by itself."""
        if self._running:
            return
        self._running, self._left, self._count = True, frames, 0
        self._paced_until = 0
        self.replan()

    def stop(self) -> None:
        """End with the frame that is being exposed."""
        self._running = False
        self.replan()

    def abort(self) -> None:
        """End at once; frames that have not left are given up.

        The sensor finishes the readout that runs. An exposure that is cut short is cleared by a readout. So it takes up
        to one readout until the acquisition is inactive (data sheet A9).
        """
        self._running = self._accepted = False
        self._buffer.clear()
        last, now = self._last, self._scheduler.now
        if last is not None:
            for step in last.steps:
                step.cancel()
            self._sensor_busy_until = last.ready
            if now < last.end:
                self._sensor_busy_until = now + last.ready - last.end
                self._signals.set("ExposureActive", level=False)
                self._signals.set("ReadoutActive", level=True)
            if now < self._sensor_busy_until:
                self._scheduler.at(
                    self._sensor_busy_until, lambda: self._signals.set("ReadoutActive", level=False)
                )
            last.end = min(last.end, now)
            last.ready = self._sensor_busy_until
        self.replan()

    def forget(self) -> None:
        """Let no frame before bind the next one, and the sensor be on, as after a power cut."""
        self._last, self._sensor_busy_until, self._sensor_off = None, 0, False
        self._signals.set("ReadoutActive", level=False)

    def hold(self, *, held: bool) -> None:
        """While held, there is no room for more frames: a free-running camera waits, others skip the transfer."""
        if held != self._held:
            self._held = held
            self.replan()

    def switch_sensor(self, *, on: bool) -> None:
        """Switch the sensor off, which exposes nothing then, or on again."""
        if on == self._sensor_off:
            self._sensor_off = not on
            self.replan()

    def trigger(self, lag: int = 0) -> None:
        """Take a trigger; what cannot be served is skipped (T2).

        Parameters
        ----------
        lag
            Part of the fixed delay that has passed already.
        """
        if not self.armed:
            return
        plan, now = self._camera.next_plan(), self._scheduler.now
        if not self._is_ready(plan):
            self.skip_trigger()
            return
        self._set_ready(ready=False)
        delay = FIXED_DELAY - lag
        last = self._last
        if last is not None and last.end <= now < last.ready:
            into_line = (now - last.end) % READOUT_PER_ROW_NS
            delay += (READOUT_DELAY - FIXED_DELAY) * (READOUT_PER_ROW_NS - into_line) // READOUT_PER_ROW_NS
            self._camera.announce("TriggerOverlapped")
        self._coming, self._accepted = self._scheduler.after(delay, self._expose), True
        self._signals.pulse("FrameTrigger")

    def skip_trigger(self) -> None:
        """Count and announce a trigger that is not served."""
        self.triggers_skipped += 1
        self._camera.announce("TriggerSkipped")
        self._signals.pulse("TriggerSkipped")

    def replan(self) -> None:
        """Take note that the plan may have changed."""
        plan = self._camera.next_plan()
        if self._coming is not None and (self._sensor_off or not self._accepted):
            self._coming.cancel()
            self._coming, self._accepted = None, False
        if self._becoming_ready is not None:
            self._becoming_ready.cancel()
        may_begin = self._running and not self._sensor_off and self._coming is None
        if may_begin and plan.triggered and (at := self._ready_at(plan)) > self._scheduler.now:
            self._becoming_ready = self._scheduler.at(at, lambda: self._set_ready(ready=True))
            may_begin = False
        self._set_ready(ready=may_begin and plan.triggered)
        if may_begin and not plan.triggered and not self._held:
            self._coming = self._scheduler.at(self._earliest(plan), self._expose)

    # --- when the next frame may begin

    def _earliest(self, plan: Plan) -> int:
        """Return the instant at which a free-running camera exposes next."""
        last = self._last
        if last is None:
            return self._scheduler.now
        if plan.sequential:
            return max(last.ready, self._paced_until)
        return max(last.end + READOUT_DELAY, last.ready - plan.exposure, self._paced_until)

    def _ready_at(self, plan: Plan) -> int:
        """Return the instant from which a trigger is accepted: an exposure may not end before the readout that runs."""
        last = self._last
        if last is None:
            return 0
        return last.ready if plan.sequential else max(last.end, last.ready - plan.exposure - FIXED_DELAY)

    def _is_ready(self, plan: Plan) -> bool:
        return self._coming is None and not self._sensor_off and self._scheduler.now >= self._ready_at(plan)

    def _set_ready(self, *, ready: bool) -> None:
        if ready and not self._signals.level("TriggerReady"):
            self._camera.announce("TriggerReady")
        self._signals.set("TriggerReady", level=ready)

    # --- the course of a frame

    def _expose(self) -> None:
        camera, signals, scheduler = self._camera, self._signals, self._scheduler
        self._accepted = True  # whatever the set that applies now makes of the settings
        camera.exposure_begins()
        self._coming, self._accepted = None, False
        plan, start = camera.next_plan(), scheduler.now
        end = start + plan.exposure
        ready = end + plan.readout
        transfer = None
        if plan.transfer is not None and not self._held:
            transfer = self._buffer.offer(
                ready, plan.transfer, replace=not plan.triggered, delay=plan.transfer_delay
            )
        frame = Exposure(self._count, start, end, ready, transfer)
        self._last, self._sensor_busy_until = frame, ready
        self._paced_until = start + max(plan.period, plan.transfer or 0)
        self._count += 1
        frame.block_id = camera.exposed(frame)
        frame.steps = [
            scheduler.at(end, lambda: self._exposure_ends(frame)),
            scheduler.at(ready, lambda: self._readout_ends(frame)),
        ]
        if plan.transfer is not None:
            self._plan_transfer(frame)
        if self._left is not None:
            self._left -= 1
            self._running = self._left > 0
        camera.announce("ExposureStart", frame.block_id)
        camera.announce("FrameStart", frame.block_id)
        signals.set("ExposureActive", level=True)
        signals.pulse("ExposureStart")
        self.replan()

    def _exposure_ends(self, frame: Exposure) -> None:
        self._camera.announce("ExposureEnd", frame.block_id)
        self._signals.set("ExposureActive", level=False)
        self._signals.pulse("ExposureEnd")
        self._signals.set("ReadoutActive", level=True)

    def _readout_ends(self, frame: Exposure) -> None:
        self._signals.set("ReadoutActive", level=False)
        self._camera.announce("FrameEnd", frame.block_id)

    def _plan_transfer(self, frame: Exposure) -> None:
        at, announce, transfer = self._scheduler.at, self._camera.announce, frame.transfer
        if transfer is None or transfer.replaces:
            frame.steps.append(at(frame.ready, lambda: self._skip_transfer(frame.block_id)))
        elif transfer.start > frame.ready:
            frame.steps += [
                at(frame.ready, lambda: announce("TransferBufferFull", frame.block_id)),
                at(transfer.start, lambda: announce("TransferBufferReady", frame.block_id)),
            ]

    def _skip_transfer(self, block_id: int) -> None:
        self.frames_skipped += 1
        self._camera.announce("FrameTransferSkipped", block_id)
        self._signals.pulse("FrameTransferSkipped")
