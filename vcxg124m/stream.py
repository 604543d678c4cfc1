"""Acquisition: frames from a running camera, one after the other, with nothing lost silently."""

from __future__ import annotations

import asyncio
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar

from vcxg124m import _html
from vcxg124m._frame_subscription import FrameSubscription
from vcxg124m._intake import Intake
from vcxg124m._interrupts import held_back
from vcxg124m._lease import Lease
from vcxg124m._ledger import Ledger, StreamStatistics
from vcxg124m._waiting import Wait, check_temperature, checked_timeout, warn_about_temperature
from vcxg124m.errors import (
    CameraStateError,
    DeviceLostError,
    StreamClosedError,
)
from vcxg124m.frame import Frame, check_out
from vcxg124m.reconnection import Gap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from typing_extensions import Self

    from vcxg124m._backend import DeviceBackend, RawFrame, StreamBackend
    from vcxg124m._cells import Cell
    from vcxg124m._intake import Delivery, Incomplete, Overflow
    from vcxg124m._reconnector import Reconnector
    from vcxg124m._tap import Taps
    from vcxg124m.errors import VcxgError
    from vcxg124m.features.nodes import Nodes
    from vcxg124m.frame import Image
    from vcxg124m.planning import Plan
    from vcxg124m.reconnection import Reconnect, Reconnection

__all__ = ["FrameSubscription", "Lease", "Stream", "StreamStatistics"]

T = TypeVar("T")

StreamState = Literal["not started", "running", "waiting for the lost camera", "closed"]

# Seconds; a full frame takes a few milliseconds.
_LONGEST_DECODING = 10.0
# Seconds between two looks of a coroutine, which must not wait in the producer.
_ASYNC_NAP = 0.001


class Stream:
    """A running acquisition; made by :meth:`vcxg124m.Camera.stream`.

    It starts when it is entered (``with``), iterated, or asked for its first frame, and stops when the ``with`` block
    or the loop ends. No thread of Python works for it; while it waits, others run. Several threads may fetch from it,
    and any thread may close it.

    Attributes
    ----------
    plan
        What the camera's settings came to when this was made.
    gives_way
        Whether another stream of the camera may take its place: this one is then closed. False by default; a display
        sets it so that it stands in nobody's way.
    """

    def __init__(
        self,
        device: DeviceBackend,
        nodes: Nodes,
        *,
        frames: int | None,
        delivery: Delivery,
        keep: int,
        buffers: int,
        incomplete: Incomplete,
        overflow: Overflow,
        raw: bool,
        plan: Plan,
        reconnect: Reconnect | None,
        reconnector: Reconnector,
        taps: Taps,
        claim: Callable[[Stream], None],
        release: Callable[[Stream], None],
    ) -> None:
        self._device = device
        self._nodes = nodes
        self._limit = frames
        self._buffers = buffers
        self._raw = raw
        self.plan = plan
        self.reconnect = reconnect
        self._reconnector = reconnector
        self._taps = taps
        self.gives_way = False
        self.cell: Cell | None = None  # the run of a notebook's cell that made it
        self._claim = claim
        self._release = release
        self._lock = threading.Lock()
        self._taking = threading.Lock()
        self._left = threading.Condition(self._lock)
        self._inside = 0
        self._stopping = False
        self._is_hot = False
        self._backend: StreamBackend | None = None
        self._ledger = Ledger()
        self._intake = Intake(
            self._ledger, self._lock, delivery=delivery, keep=keep, incomplete=incomplete, overflow=overflow
        )
        self._handed_out = 0
        self._final: StreamStatistics | None = None
        self._suspended = False
        self._back = threading.Condition(self._lock)
        self._failure: VcxgError | None = None
        self._gap: Gap | None = None
        self._last_id: int | None = None
        self._last_at = 0.0

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {name}" for name, number in self.statistics.rows() if number)
        return f"<{self._title()}: {counts or 'no frame'}>"

    def _repr_html_(self) -> str:
        return f"<b>{_html.of(self._title())}</b>{self.statistics.html()}"

    def _title(self) -> str:
        return f"Stream of {self._device.info.model} {self._device.info.serial_number}, {self.state}"

    @property
    def state(self) -> StreamState:
        """Where it is in its life."""
        if self._final is not None:
            return "closed"
        if self._suspended:
            return "waiting for the lost camera"
        return "running" if self._backend is not None else "not started"

    # -- life ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the acquisition; does nothing while it runs.

        Raises
        ------
        CameraStateError
            The camera already streams.
        OverTemperatureError
            It is too hot to send images.
        StreamClosedError
            The stream was closed; ask the camera for a new one.

        Warns
        -----
        TemperatureWarning
            The camera is close to being too hot.
        RateWarning
            The rate that is asked for does not come, or cameras send more than their link carries.
        """
        try:
            with held_back(), self._lock:
                if self._final is not None:
                    raise StreamClosedError("This stream is closed; camera.stream() makes a new one.")
                if self._runs:
                    return
                self._apply_acquisition_mode()
                self._note_temperature(is_hot=check_temperature(self._nodes))
                self._claim(self)
                try:
                    if self.reconnect is not None:
                        self._reconnector.note_settings()
                    self._start_backend()
                except BaseException:
                    self._release(self)
                    raise
        except KeyboardInterrupt:  # it waited for the end of the start: nobody will close what nobody got
            self.close()
            raise

    @held_back()
    def close(self) -> None:
        """Stop the acquisition and release its buffers; a thread waiting in :meth:`get` gets StreamClosedError.

        May be called again, also by several threads at once: each returns when the camera is free for the next stream.
        Does not raise when the camera is gone.
        """
        with self._lock:
            backend, self._backend = self._backend, None
            self._final = self._final or self._statistics(backend)
            self._back.notify_all()
            try:
                if backend is not None:
                    self._stop_backend(backend)
                else:
                    self._left.wait_for(lambda: not self._stopping, _LONGEST_DECODING)
            finally:
                self._release(self)

    def abandon(self) -> None:
        """Be closed in a forked process, without touching the parent's stream."""
        self._lock, self._stopping = threading.Lock(), False
        self._left, self._back = threading.Condition(self._lock), threading.Condition(self._lock)
        self._final = self._final or StreamStatistics()
        self._backend = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- frames -------------------------------------------------------------------------------------------------

    def get(self, timeout: float | None = None, *, out: Image | None = None) -> Frame:
        """Wait for the next frame.

        Parameters
        ----------
        timeout
            Time limit in seconds; by default computed from exposure, frame interval and trigger.
        out
            Array for the pixels, C-contiguous and of the image's shape and type; by default each frame has its own.

        Returns
        -------
        Frame
            With ``delivery="every_frame"`` the oldest one not fetched, with "newest" the latest one.

        Raises
        ------
        FrameTimeoutError
            No frame came; ``reason`` says why.
        DeviceLostError, ControlLostError
            The camera stopped answering, or follows another application.
        OverTemperatureError
            The camera is too hot to send images.
        IncompleteFrameError
            A frame lacks packets, with ``incomplete="raise"``.
        StreamOverflowError
            Frames found no free buffer, with ``overflow="raise"``.
        ArrayTypeError, ArrayLayoutError
            ``out`` does not fit the image.
        StreamClosedError
            The stream was closed, or all frames asked for were handed out.
        """
        if out is not None:
            check_out(out)
        return self._fetch(partial(self._frame, out=out), timeout, ahead=out is None)

    def lease(self, timeout: float | None = None) -> Lease:
        """Wait for the next frame and look at it where the producer wrote it, without any copy.

        The buffer is out of use until the lease is released: open the stream with enough of them.

        Parameters
        ----------
        timeout
            As for :meth:`get`, which says what is raised, too.

        Returns
        -------
        Lease
            Release it with ``with``, soon.
        """
        return self._fetch(_lend, timeout)

    def on_frame(self, callback: Callable[[Frame], object]) -> FrameSubscription:
        """Call a function for each frame, on a thread of its own, one after the other.

        An exception in it ends the stream, and is raised by ``close()`` or at the end of ``with``; so are the camera's.
        A trigger that does not come is waited for as long as it takes.

        Parameters
        ----------
        callback
            Takes a :class:`Frame`.

        Returns
        -------
        FrameSubscription
            End it with ``with`` or ``close()``, which closes the stream; ``wait()`` waits for the last frame asked for.
        """
        self.start()
        return FrameSubscription(self, callback)

    def __iter__(self) -> Iterator[Frame]:
        started_here = not self._runs
        self.start()
        try:
            while not self.finished:
                yield self.get()
        finally:
            if started_here:
                self.close()

    async def __aiter__(self) -> AsyncIterator[Frame]:
        started_here = not self._runs
        self.start()
        try:
            while not self.finished:
                yield await self._get_async()
        finally:
            if started_here:
                self.close()

    async def _get_async(self) -> Frame:
        """Wait for the next frame; cancelling loses none, because no frame is under way while this sleeps."""
        frame = self._next(0.0, self._frame, ahead=True)
        if frame is not None:
            return frame
        wait = self._wait(None)
        await asyncio.sleep(_ASYNC_NAP)
        while (frame := self._next(0.0, self._frame, ahead=True)) is None:
            wait.go_on()
            await asyncio.sleep(_ASYNC_NAP)
            if wait.look_is_due or wait.is_over:
                await asyncio.to_thread(self._look, wait)
        return frame

    @property
    def finished(self) -> bool:
        """Whether all frames asked for were handed out; always False for a stream without an end."""
        return self._limit is not None and self._handed_out >= self._limit

    @property
    def statistics(self) -> StreamStatistics:
        """What became of every frame so far; stays available after the stream was closed."""
        return self._known(counters=True)

    # -- a camera that was lost -----------------------------------------------------------------------------------

    def suspend(self) -> None:
        """Pause while the camera is away."""
        with self._lock:
            backend, self._backend = self._backend, None
            if backend is None:
                return
            self._suspended, self._failure = True, None
            self._ledger.begin_anew(self._statistics(backend, counters=False))
            self._stop_backend(backend)

    def resume(self, reconnection: Reconnection) -> None:
        """Run again on the camera that was found."""
        with self._lock:
            if self._final is not None or not self._suspended:
                return
            before = self._last_at
            self._start_backend()
            self._suspended = False
            self._gap = Gap(self._last_at - before, self._last_id, reconnection)
            self._ledger.reconnections += 1
            self._ledger.seconds_lost += self._gap.seconds
            self._back.notify_all()

    def fail(self, error: VcxgError) -> None:
        """End the pause: the camera was not found again."""
        with self._lock:
            self._failure = error
            self._back.notify_all()

    # -- inside -------------------------------------------------------------------------------------------------

    def _fetch(
        self, make: Callable[[StreamBackend, RawFrame], T], timeout: float | None, *, ahead: bool = False
    ) -> T:
        limit = checked_timeout(timeout)
        made = self._next(0.0, make, ahead=ahead)
        if made is not None:
            return made
        wait = self._wait(limit)
        while (made := self._next(wait.stay, make, ahead=ahead)) is None:
            wait.go_on()
            if wait.look_is_due or wait.is_over:
                self._look(wait)
        return made

    def _frame(self, backend: StreamBackend, source: RawFrame, out: Image | None = None) -> Frame:
        try:
            frame = Frame(source, keep_raw=self._raw, out=out)
        finally:
            backend.requeue(source)
        with self._lock:
            frame.gap, self._gap = self._gap, None
        return frame

    @property
    def _runs(self) -> bool:
        return self._backend is not None or self._suspended

    def _start_backend(self) -> None:
        self._backend = self._device.start_stream(self._buffers, clear=self._intake.needs_clear_buffers)
        self._intake.begin_anew()
        self._last_at = time.monotonic()

    def _stop_backend(self, backend: StreamBackend) -> None:
        self._stopping = True
        try:
            # Who takes a buffer, or makes a frame of one, must be done before the buffers serve anything else.
            self._left.wait_for(lambda: self._inside == 0, _LONGEST_DECODING)
            self._intake.give_back(backend)
            backend.stop()
        finally:
            self._stopping = False
            self._left.notify_all()

    def _is_running(self, stay: float) -> bool:
        """Tell whether frames can come; wait for a lost camera up to ``stay`` seconds. Called with the lock."""
        if self._suspended:
            self._back.wait_for(lambda: self._final or self._failure or not self._suspended, stay)
        if self._final is not None:
            raise StreamClosedError("The stream was closed: no more frames come from it.")
        if self._suspended and self._failure is not None:
            raise self._failure
        return not self._suspended

    def _wait(self, timeout: float | None) -> Wait:
        return Wait(self._device, self._nodes, timeout, self._ledger.incomplete, self._known)

    def _look(self, wait: Wait) -> None:
        """See whether a frame can still come, and raise when time is up; begin to look for a camera that was lost."""
        if not self._suspended:
            try:
                if wait.is_over:
                    raise wait.error()
                wait.look()
            except DeviceLostError as loss:
                if self.reconnect is None:
                    raise
                self._reconnector.begin(self.reconnect, loss)
            else:
                self._note_temperature(is_hot=wait.is_hot)
                return
        wait.begin_anew()

    def _note_temperature(self, *, is_hot: bool) -> None:
        if is_hot and not self._is_hot:
            warn_about_temperature(self._nodes, stacklevel=4)
        self._is_hot = is_hot

    def _next(self, stay: float, make: Callable[[StreamBackend, RawFrame], T], *, ahead: bool) -> T | None:
        """Return what ``make`` makes of the next buffer, if one comes within ``stay`` seconds.

        With ``ahead`` it becomes an array of the user's own, which the producer may begin with.
        """
        if not self._runs and self._final is None:
            self.start()
        with self._lock:
            if not self._is_running(stay):
                return None
            backend = self._backend
            if backend is None:
                raise StreamClosedError("The stream was closed: no more frames come from it.")
            self._inside += 1
        try:
            if not self._taking.acquire(timeout=stay):  # another thread fetches
                return None
            try:
                source = self._take(backend, stay)
                if source is None and ahead and not self._raw:
                    backend.unpack_ahead()
            finally:
                self._taking.release()
            if source is None:
                return None
            try:
                self._taps.offer(source)
            except BaseException:  # no memory for the copy
                backend.requeue(source)
                raise
            return make(backend, source)
        finally:
            with self._lock:
                self._inside -= 1
                self._left.notify_all()

    def _take(self, backend: StreamBackend, stay: float) -> RawFrame | None:
        """Take a buffer out of the producer's queue and enter it into the books; one thread at a time."""
        if self.finished:
            raise StreamClosedError(f"All {self._limit} frames of this stream were handed out.")
        source = self._intake.next(backend, stay)
        if source is not None:
            with self._lock:
                self._handed_out += 1
                self._last_id, self._last_at = source.frame_id, time.monotonic()
                self._ledger.delivered += source.complete
        return source

    def _known(self, *, counters: bool) -> StreamStatistics:
        with self._lock:
            return self._final or self._statistics(self._backend, counters=counters)

    def _statistics(self, backend: StreamBackend | None, *, counters: bool = True) -> StreamStatistics:
        return self._ledger.statistics(backend, kept=self._intake.kept, counters=counters)

    def _apply_acquisition_mode(self) -> None:
        """Frames per start are the camera's to limit in modes SingleFrame and MultiFrame."""
        mode = self._nodes.peek("AcquisitionMode")
        if mode == "SingleFrame":
            most = 1
        elif mode == "MultiFrame":
            most = self._nodes.get_int("AcquisitionFrameCount")
        else:
            return
        if self._limit is None:
            self._limit = most
        elif self._limit > most:
            raise CameraStateError(
                f"{self._limit} frames were asked for, but in acquisition mode {mode} the camera sends {most}: set "
                'acquisition.mode = "Continuous".'
            )


def _lend(backend: StreamBackend, source: RawFrame) -> Lease:
    return Lease(source, lambda: backend.requeue(source))
