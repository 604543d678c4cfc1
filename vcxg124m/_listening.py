"""Who hears the camera's events: a queue for each listener, one thread that fills them all, calls of functions."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vcxg124m import _event_item
from vcxg124m._ending import await_end
from vcxg124m._subscription import Subscription
from vcxg124m._waiting import checked_timeout
from vcxg124m.errors import (
    CameraClosedError,
    DeviceCommunicationError,
    DeviceLostError,
    EventOverflowError,
    EventTimeoutError,
    StreamClosedError,
    VcxgError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from typing_extensions import Self

    from vcxg124m._backend import DeviceBackend, EventBackend
    from vcxg124m.features.nodes import Nodes
    from vcxg124m.reconnection import Reconnection

__all__ = ["Event", "EventListener", "EventReader", "EventSubscription"]

_log = logging.getLogger("vcxg124m")
# The reader looks this often; the binding holds the interpreter lock while it waits itself.
_NAP_S = 0.001
_SILENCE_BEFORE_CHECK_S = 1.0


@dataclass(frozen=True)
class Event:
    """One event that the camera told of.

    Attributes
    ----------
    name
        The camera's name of it, for example "ExposureEnd"; its number in hex where its description has no name.
    event_id
        Its number on the network.
    timestamp_ns
        The camera's time, in ns.
    host_time_ns
        This computer's time (``time.time_ns``) when it was read.
    frame_id
        The frame that it belongs to; None for an event without one.
    data
        Further bytes that came with it.
    """

    name: str
    event_id: int
    timestamp_ns: int
    host_time_ns: int
    frame_id: int | None = None
    data: bytes = b""

    @property
    def line(self) -> str | None:
        """The line of an edge, for example "Line0"; None for any other event."""
        return self.name[:5] if self.name.endswith(("RisingEdge", "FallingEdge")) else None

    @property
    def rising(self) -> bool | None:
        """Whether an edge goes up; None for any other event."""
        return self.name.endswith("RisingEdge") if self.line else None


class Switch(Protocol):
    """What lets the camera tell of events."""

    def switch_on(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Enable these events and return those that were off."""
        ...

    def disable(self, *names: str) -> None: ...


class EventListener:
    """Events that were asked for, in the order in which they came; made by :meth:`.Events.listen`.

    Attributes
    ----------
    received
        Events that came.
    dropped
        Of them, those that found the queue full.
    """

    def __init__(self, switch: Switch, reader: EventReader, names: tuple[str, ...], queue: int) -> None:
        self._switch, self._reader = switch, reader
        self._names = frozenset(names)
        self._queue: deque[Event] = deque()
        self._size = queue
        self._arrived = threading.Condition()
        self._error: VcxgError | None = None
        self._closed = self._overflowed = False
        self.received = self.dropped = 0
        reader.add(self)
        try:
            self._switched_on = switch.switch_on(names)
        except BaseException:
            reader.remove(self)
            raise

    def get(self, timeout: float | None = None) -> Event:
        """Return the next event.

        Parameters
        ----------
        timeout
            Seconds to wait for it; None for as long as it takes. A camera that is gone ends the wait.

        Raises
        ------
        EventTimeoutError
            None came in time.
        EventOverflowError
            Events were dropped since the last call, because the queue was full; the ones that waited come next.
        DeviceLostError
            The camera does not answer any more.
        StreamClosedError
            The listener is closed.
        """
        deadline = None if checked_timeout(timeout) is None else time.monotonic() + (timeout or 0.0)
        with self._arrived:
            while not self._queue:
                if self._error is not None:
                    raise self._error
                if self._closed:
                    raise StreamClosedError(
                        "This listener is closed: open another one with cam.events.listen(...)."
                    )
                left = None if deadline is None else deadline - time.monotonic()
                if left is not None and left <= 0:
                    raise EventTimeoutError(f"None of the events asked for came within {timeout:g} s.")
                # Without a limit: until the camera is lost, the reader fails or the listener is closed.
                self._arrived.wait(left)
            self._raise_overflow()
            return self._queue.popleft()

    def __iter__(self) -> Iterator[Event]:
        """Yield events until the listener is closed."""
        with suppress(StreamClosedError):
            while True:
                yield self.get()

    async def __aiter__(self) -> AsyncIterator[Event]:
        """Yield events until the listener is closed; cancelling loses none."""
        while True:
            try:
                event = self._poll()
            except StreamClosedError:
                return
            if event is None:
                await asyncio.sleep(_NAP_S)
            else:
                yield event

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Listen no more, and disable what was enabled for this listener. May be called again."""
        with self._arrived:
            if self._closed:
                return
            self._closed = True
            self._arrived.notify_all()
        self._reader.remove(self)
        if self._error is None and self._switched_on:
            with suppress(DeviceCommunicationError):  # a camera that is gone tells of nothing any more
                self._switch.disable(*self._switched_on)

    def enable_again(self) -> None:
        """Enable what is listened to on a camera that was lost and found again."""
        self._switch.switch_on(tuple(self._names))

    def put(self, event: Event) -> None:
        """Take an event from the reader."""
        if self._names and event.name not in self._names:
            return
        with self._arrived:
            self.received += 1
            if len(self._queue) >= self._size:
                self.dropped += 1
                self._overflowed = True
                return
            self._queue.append(event)
            self._arrived.notify()

    def fail(self, error: VcxgError) -> None:
        """End with an error, once what waits has been fetched."""
        with self._arrived:
            self._error = error
            self._arrived.notify_all()

    def _raise_overflow(self) -> None:
        if self._overflowed:
            self._overflowed = False
            raise EventOverflowError(
                f"{self.dropped} events were dropped, because {self._size} waited already: fetch them faster, or "
                "listen with a larger queue.",
                dropped=self.dropped,
            )

    def _poll(self) -> Event | None:
        try:
            return self.get(0.0)
        except EventTimeoutError:
            return None


class EventSubscription(Subscription[Event]):
    """Calls of a function for each event; made by :meth:`.Events.on`.

    Attributes
    ----------
    listener
        Where the events come from, with its counters.
    """

    def __init__(self, listener: EventListener, callback: Callable[[Event], object]) -> None:
        self.listener = listener
        super().__init__(listener, callback, name="vcxg124m events")


class EventReader:
    """One thread that reads the camera's events while somebody listens."""

    def __init__(
        self, nodes: Nodes, device: DeviceBackend, look_for: Callable[[DeviceLostError], bool]
    ) -> None:
        self._nodes, self._device = nodes, device
        self._look_for = look_for
        self._listeners: list[EventListener] = []
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def add(self, listener: EventListener) -> None:
        with self._lock:
            if self._closed:
                raise CameraClosedError("The camera is closed: open it again.")
            if self._thread is None:
                self._start()
            self._listeners = [*self._listeners, listener]

    def remove(self, listener: EventListener) -> None:
        with self._lock:
            self._listeners = [each for each in self._listeners if each is not listener]
            thread, last = self._thread, not self._listeners
            if last:
                self._thread = None
        if last and thread is not None and thread is not threading.current_thread():
            self._await_end(thread)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            listeners = self._listeners
        for listener in listeners:
            listener.close()

    def suspend(self) -> None:
        """Pause while the camera is away."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._await_end(thread)

    def resume(self, reconnection: Reconnection) -> None:
        """Read again, from the camera that was found, and enable there what is listened to."""
        del reconnection  # events know no gap: a listener sees it in the times
        with self._lock:
            listeners = self._listeners
            if listeners and not self._closed and self._thread is None:
                self._start()
        for listener in listeners:
            listener.enable_again()

    def fail(self, error: VcxgError) -> None:
        """End all listeners with an error."""
        for listener in self._listeners:
            listener.fail(error)

    def _await_end(self, thread: threading.Thread) -> None:
        await_end(thread, f"The reading of events of {self._device.info}")

    def _start(self) -> None:
        source = self._device.events()
        # Asked here and not by the thread: a camera that does not answer is the caller's to know.
        extended = self._nodes.peek("GVSPConfigurationBlockID64Bit") is True
        self._thread = threading.Thread(
            target=self._read, args=(source, extended), name="vcxg124m event reader", daemon=True
        )
        self._thread.start()

    def _read(self, source: EventBackend, extended: bool) -> None:  # noqa: FBT001 - private
        try:
            names = source.names()
            heard = time.monotonic()
            while self._thread is threading.current_thread():
                item = source.take()
                if item is not None:
                    heard = time.monotonic()
                    self._deliver(item, names, extended_ids=extended)
                    continue
                if time.monotonic() - heard > _SILENCE_BEFORE_CHECK_S:
                    self._device.check_alive()
                    heard = time.monotonic()
                time.sleep(_NAP_S)
        except DeviceLostError as loss:
            if not self._look_for(loss):
                self._give_up(loss)
        except VcxgError as error:
            self._give_up(error)
        except Exception as error:
            # Nothing that is known here; who waits for an event must not wait for ever.
            unforeseen = DeviceCommunicationError(f"Events are read no more: {error!r}")
            unforeseen.__cause__ = error
            self._give_up(unforeseen)
            raise

    def _give_up(self, error: VcxgError) -> None:
        """End all listeners with an error; the next one begins anew."""
        with self._lock:
            if self._thread is not threading.current_thread():
                return  # left alone: others read now, or nobody wants to
            self._thread = None
        self.fail(error)

    def _deliver(self, item: bytes, names: dict[int, str], *, extended_ids: bool) -> None:
        parsed = _event_item.parse(item, extended_ids=extended_ids)
        if parsed is None:
            _log.warning("An event of %d bytes was left out: it is too short.", len(item))
            return
        event = Event(
            name=names.get(parsed.event_id, f"0x{parsed.event_id:04X}"),
            event_id=parsed.event_id,
            timestamp_ns=parsed.timestamp,
            host_time_ns=time.time_ns(),
            frame_id=parsed.block_id or None,
            data=parsed.data,
        )
        for listener in self._listeners:
            listener.put(event)
