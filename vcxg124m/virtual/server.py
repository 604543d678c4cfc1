"""Puts a virtual camera on the network: sockets, the clock and the loop that drives the device."""

from __future__ import annotations

import contextlib
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from vcxg124m.virtual.address import EVERYBODY, Address, ip_text
from vcxg124m.virtual.device import Identity, VirtualDevice
from vcxg124m.virtual.fixed_pattern import defects
from vcxg124m.virtual.link import LineSocket, Message
from vcxg124m.virtual.network import (
    bind_broadcast,
    bind_control,
    network_of,
    rebind,
    receive_broadcast,
    send_to_everybody,
    udp_socket,
)
from vcxg124m.virtual.options import Options
from vcxg124m.virtual.remote import call
from vcxg124m.virtual.scenes import make_scene
from vcxg124m.virtual.sensor import Sensor
from vcxg124m.virtual.storage import FileStorage
from vcxg124m.virtual.stream_channel import Frame
from vcxg124m.virtual.transmitter import Transmitter

_OUI = 0x0006BE
_KNOBS = {"light", "temperature_celsius"}
"""Attributes of the device that the process which started it may read and set."""
_PATIENCE_S = 0.0005
"""What the camera does by itself is carried out so late, for one wake-up to do all that comes close together. Instants
and timestamps do not suffer, and a frame is handed over more than a millisecond before it leaves."""


class Server:
    """One virtual camera on the network, from the constructor to `close`.

    Raises
    ------
    OSError
        The address is not this machine's, its control port is taken, or the picture for the scene cannot be read.
    ValueError
        There is no such scene.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._lock = threading.Lock()
        self._closing = False
        self._failure: Exception | None = None
        scene = make_scene(options.scene, import_path=options.import_path)
        self.warnings: list[str] = []
        """What went otherwise than wished at the start, as sentences."""
        with contextlib.ExitStack() as sockets:
            self._control = sockets.enter_context(bind_control(options.ip))
            ip = self._control.getsockname()[0]
            network = network_of(ip)
            self._broadcast = [
                sockets.enter_context(bind_broadcast(address))
                for address in ((network.broadcast, EVERYBODY) if options.discoverable else ())
            ]
            self._network = network
            stream = sockets.enter_context(udp_socket())
            stream.bind((ip, 0))
            self._stream = stream
            self._messages = sockets.enter_context(udp_socket())
            self._messages.bind((ip, 0))
            self._messages.settimeout(0)
            self._wake, self._waker = (sockets.enter_context(end) for end in socket.socketpair())
            self._wake.settimeout(0)
            self._waker.settimeout(0)
            # An address serves one camera at a time, so a number made of it is this camera's alone.
            serial = options.serial_number or f"7000{int.from_bytes(socket.inet_aton(ip)[1:], 'big'):08d}"
            identity = Identity(
                mac=_OUI << 24 | int(serial[4:]) & 0xFFFFFF,
                ip=ip,
                subnet_mask=network.mask,
                serial_number=serial,
                user_id=options.user_id,
            )
            self.device = VirtualDevice(
                identity,
                stream_port=stream.getsockname()[1],
                message_port=self._messages.getsockname()[1],
                plain_xml=options.plain_xml,
                storage=self._storage(serial),
                move=self._move,
                defects=defects(options.seed).positions,
                now=time.monotonic(),
            )
            self._sockets = sockets.pop_all()
        self.transmitter = Transmitter(
            stream,
            lambda: Sensor(options.seed, scene),
            self.device.faults.impairments,
            left=self._frame_left,
            metered=self._metered,
            failed=self._fail,
            burst=options.burst,
            hash_frames=options.hash_frames,
        )

    @property
    def identity(self) -> Identity:
        """Addresses and names."""
        return self.device.identity

    @property
    def ip(self) -> str:
        """Present address."""
        ip: str = self._control.getsockname()[0]
        return ip

    def statistics(self) -> dict[str, int | float | str]:
        """Return what the camera has done since it was started. Times are seconds."""
        counts, controller = self.transmitter.counts, self.device.controller
        return {
            "frames_exposed": self.device.frames_exposed,
            "frames_skipped": self.device.frames_skipped,
            "triggers_skipped": self.device.triggers_skipped,
            "events_sent": self.device.events_sent,
            "events_lost": self.device.registers.integer("LostEventCounter"),
            "controller": f"{controller[0]}:{controller[1]}" if controller else "",
            "blocks_sent": counts.blocks_sent,
            "packets_sent": counts.packets_sent,
            "packets_dropped": counts.packets_dropped,
            "packets_impaired": counts.packets_impaired,
            "packets_refused": counts.packets_refused,
            "bytes_sent": counts.bytes_sent,
            "late_max_s": counts.late_max_s,
            "render_late_max_s": counts.render_late_max_s,
            "burst": int(self.transmitter.burst),
        }

    def close(self) -> None:
        """Leave the network and end the threads."""
        self._end()
        self.transmitter.close()
        self._sockets.close()

    def _end(self) -> None:
        self._closing = True
        self._interrupt()

    def _fail(self, error: Exception) -> None:
        self._failure = error
        self._end()

    def run(self, link: LineSocket | None = None) -> None:
        """Serve until `close` is called, or until the other side of `link` is gone.

        Meant for the main thread of a process that does nothing else: lets threads take turns more often.

        Raises
        ------
        Exception
            What a user's scene has raised.
        """
        sys.setswitchinterval(0.0005)  # the thread that sends must not wait 5 ms for the one that draws
        inputs: dict[socket.socket, Callable[[], None]] = {
            self._control: self._receive_commands,
            self._stream: self._drain_stream,
            self._messages: self._receive_messages,
            self._wake: self._drain_wake,
        }
        for listener in self._broadcast:
            inputs[listener] = lambda listener=listener: self._receive_broadcasts(listener)  # type: ignore[misc]
        if link is not None:
            inputs[link.socket] = lambda: self._answer(link)
        while not self._closing:
            with self._lock:
                timer = self.device.get_timer()
            wait = None if timer is None else max(0.0, timer - time.monotonic()) + _PATIENCE_S
            readable, _, _ = select.select(list(inputs), [], [], wait)
            for ready in readable:
                inputs[ready]()
            with self._lock:
                self.device.handle_timer(time.monotonic())
                self._send_pending()
        if self._failure is not None:
            raise self._failure

    # --- what the device asks for

    def _storage(self, serial_number: str) -> FileStorage | None:
        if self._options.state is None:
            return None
        return FileStorage(Path(self._options.state), serial_number, warn=self.warnings.append)

    def _move(self, number: int) -> bool:
        """Have another address, if it is one of the same interface."""
        ip = ip_text(number)
        if ip == self.ip:
            return True
        try:
            network = network_of(ip)
            if network.interface != self._network.interface:
                return False
            places = dict.fromkeys((self._control, self._stream, self._messages), ip)
            if self._broadcast and network != self._network:
                places[self._broadcast[0]] = network.broadcast
            rebind(places)
        except OSError:
            return False
        self._network = network
        return True

    # --- input

    def _receive_commands(self) -> None:
        self._receive(lambda: self._control.recvfrom(2048), broadcast=False)

    def _receive_broadcasts(self, listener: socket.socket) -> None:
        self._receive(lambda: receive_broadcast(listener, self._network.interface), broadcast=True)

    def _receive(self, receive: Callable[[], tuple[bytes, Address] | None], *, broadcast: bool) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    received = receive()
                except ConnectionError:  # an earlier answer met a closed port
                    continue
                if received is None:  # not for this camera
                    continue
                with self._lock:
                    self.device.receive_datagram(*received, time.monotonic(), broadcast=broadcast)
                    self._send_pending()

    def _receive_messages(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while True:
                try:
                    data, address = self._messages.recvfrom(2048)
                except ConnectionError:  # an earlier event met a closed port
                    continue
                with self._lock:
                    self.device.receive_message(data, address, time.monotonic())
                    self._send_pending()

    def _drain_stream(self) -> None:
        """Read and forget what hosts send to keep their firewalls open."""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while True:
                self._stream.recv(2048, socket.MSG_DONTWAIT)

    def _drain_wake(self) -> None:
        with contextlib.suppress(BlockingIOError):
            while self._wake.recv(64):
                pass

    def _interrupt(self) -> None:
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes up just as well
            self._waker.send(b"x")

    def _frame_left(self) -> None:
        with self._lock:
            timer = self.device.get_timer()
            self.device.frame_left(time.monotonic())
            earlier = self.device.get_timer() != timer
        if earlier:
            self._interrupt()

    def _metered(self, frame: Frame, brightness: float) -> None:
        with self._lock:
            self.device.brightness_measured(frame, brightness, time.monotonic())

    # --- output

    def _send_pending(self) -> None:
        for data, address in self.device.datagrams_to_send():
            with contextlib.suppress(OSError):  # an answer that cannot leave is lost, as on any network
                if address[0] == EVERYBODY:
                    send_to_everybody(self._control, data, address[1], self._network.interface)
                else:
                    self._control.sendto(data, address)
        for data, address in self.device.messages_to_send():
            with contextlib.suppress(OSError):
                self._messages.sendto(data, address)
        for data, address, do_not_fragment in self.device.stream_datagrams_to_send():
            self.transmitter.send_one(data, address, do_not_fragment=do_not_fragment)
        for frame in self.device.frames_to_send():
            self.transmitter.submit(frame)

    # --- the process that started this one

    def _answer(self, link: LineSocket) -> None:
        requests = link.receive_all()  # one that stayed behind would wait for the next to come
        self._closing = self._closing or not requests
        for request in requests:
            link.send({"id": request["id"], **self._outcome(request)})

    def _outcome(self, request: Message) -> Message:
        try:
            return {"result": self._execute(request)}
        except ValueError as error:
            return {"error": str(error)}

    def _execute(self, request: Message) -> object:
        name, arguments = request["do"], request["with"]
        with self._lock:
            if name == "statistics":
                return self.statistics()
            if name == "frame_hashes":
                if not self._options.hash_frames:
                    raise ValueError("no hashes are kept: start the virtual camera with hash_frames=True")
                return list(self.transmitter.counts.hashes)
            if name == "faults":
                return call(self.device.faults, arguments)
            self.device.handle_timer(time.monotonic())  # what follows happens now
            if name == "bench":
                return call(self.device.bench, arguments)
            if name in _KNOBS:
                if "value" in arguments:
                    setattr(self.device, name, float(arguments["value"]))
                return getattr(self.device, name)
        raise ValueError(f"a virtual camera does not know {name!r}")
