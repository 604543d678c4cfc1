"""A virtual camera in a process of its own, and the handle that holds it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import warnings
import weakref
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from vcxg124m.virtual.bench import Bench
from vcxg124m.virtual.faults import Faults
from vcxg124m.virtual.link import LineSocket, Message
from vcxg124m.virtual.options import Options, import_path, portable_scene
from vcxg124m.virtual.remote import remote

if TYPE_CHECKING:
    from typing_extensions import Self

_START_TIMEOUT_S = 20.0
_ANSWER_TIMEOUT_S = 10.0
_END_TIMEOUT_S = 5.0


class VirtualCamera:
    """A virtual VCXG-124M that runs as its own process until it is closed.

    Parameters
    ----------
    serial_number : str, optional
        12 digits; by default made of the address, so that no other virtual camera of this machine has it.
    ip : str, optional
        IPv4 address of this machine, by default a free loopback address.
    seed : int
        Of the sensor's noise and of its pixels' differences: equal seeds and settings give equal images.
    scene : str
        What it looks at: ``chart``, ``flat:PHOTONS_PER_SECOND`` (and pixel), ``target:PIXELS_PER_FRAME``,
        ``picture:FILE`` or ``MODULE:FUNCTION`` (called with the frame index, returns photons per second and pixel).
    user_id : str
        DeviceUserID of a camera that was never given another one, at most 15 bytes of UTF-8.
    state : str or Path, optional
        Folder that keeps what outlives a power cut (user sets, custom data, DeviceUserID, persistent address), one file
        for each serial number. By default all that is forgotten. A damaged file gives a RuntimeWarning and factory
        settings.
    discoverable : bool
        Answer discovery by broadcast. A camera that is not answers only those who know its address.
    burst : bool
        Send many packets a system call (UDP segmentation offload); False sends each by itself, as a camera does.
    plain_xml : bool
        Serve the GenICam description as it is instead of zipped.
    hash_frames : bool
        Remember a hash of every payload, for `frame_hashes`.

    Raises
    ------
    ValueError
        An argument that no camera can have.
    OSError
        The address is taken or not this machine's, or the process ended; says why.
    TimeoutError
        The process did not become ready.

    Notes
    -----
    The process ends when this object is closed, garbage or when the process that made it dies, however that happens.
    In a notebook, or at a prompt, one that asks for the serial number or the address of an earlier one takes its place:
    running a cell twice works.
    """

    _made_here: ClassVar[weakref.WeakSet[VirtualCamera]] = weakref.WeakSet()

    def __init__(
        self,
        *,
        serial_number: str | None = None,
        ip: str | None = None,
        seed: int = 0,
        scene: str = "chart",
        user_id: str = "",
        state: str | Path | None = None,
        discoverable: bool = True,
        burst: bool = True,
        plain_xml: bool = False,
        hash_frames: bool = False,
    ) -> None:
        options = Options(
            serial_number=serial_number,
            ip=ip,
            seed=seed,
            scene=portable_scene(scene),
            import_path=import_path(),
            user_id=user_id,
            state=None if state is None else str(Path(state).absolute()),
            discoverable=discoverable,
            burst=burst,
            plain_xml=plain_xml,
            hash_frames=hash_frames,
        )
        if hasattr(sys, "ps1"):  # somebody types
            for earlier in self._of_name(serial_number, ip):
                earlier.close()
        self._lock = threading.Lock()
        self._requests = 0
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the camera
        ours, theirs = socket.socketpair()
        self._link = LineSocket(ours)
        try:
            with theirs:
                self.process = subprocess.Popen(  # noqa: S603 - this interpreter and this package
                    [sys.executable, "-m", "vcxg124m.virtual", "--link", str(theirs.fileno())],
                    cwd=_import_folder(),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    pass_fds=(theirs.fileno(),),
                    start_new_session=True,  # Ctrl-C in a terminal is for the program; the camera ends with it
                )
        except BaseException:
            ours.close()
            self._errors.close()
            raise
        try:
            ours.settimeout(_START_TIMEOUT_S)
            hello = self._introduce(options)
            ours.settimeout(_ANSWER_TIMEOUT_S)
        except TimeoutError:
            self.kill()
            self.close()
            message = f"the virtual camera was not ready within {_START_TIMEOUT_S:.0f} s; the machine may be overloaded"
            raise TimeoutError(message) from None
        except BaseException:
            self.close()
            raise
        self.ip: str = hello["ip"]
        self.serial_number: str = hello["serial_number"]
        self.mac: str = hello["mac"]
        self._made_here.add(self)
        for warning in hello["warnings"]:
            warnings.warn(warning, RuntimeWarning, stacklevel=2)
        self.faults = remote(Faults, lambda call: self.ask("faults", **call))
        self.bench = remote(Bench, lambda call: self.ask("bench", **call))

    @property
    def pid(self) -> int:
        """Process id of the camera."""
        return self.process.pid

    @property
    def light(self) -> float:
        """Brightness of the scene's lamp, 0 or more; 1 is what the scene says. Acts on exposures that begin later."""
        return float(self.ask("light"))

    @light.setter
    def light(self, level: float) -> None:
        self.ask("light", value=level)

    @property
    def temperature_celsius(self) -> float:
        """Temperature inside the housing, in degrees Celsius; the camera sees steps of 1/16. May be set.

        Normal operation is 0 to 75. From 76 on the camera exposes no image until it is below 65 again (data sheet E1).
        """
        return float(self.ask("temperature_celsius"))

    @temperature_celsius.setter
    def temperature_celsius(self, celsius: float) -> None:
        self.ask("temperature_celsius", value=celsius)

    def statistics(self) -> dict[str, Any]:
        """Return what the camera has done since it was started.

        Returns
        -------
        dict
            ``frames_exposed``, ``frames_skipped`` (never sent, because the image buffer was taken),
            ``triggers_skipped``, ``events_sent``, ``events_lost``, ``controller`` ("ip:port" of the application that
            holds control, or ""), ``blocks_sent``, ``packets_sent``, ``packets_dropped`` and ``packets_impaired`` (by
            faults), ``packets_refused`` (by this machine's network), ``bytes_sent`` (payload), ``late_max_s`` (how far
            sending lay behind its schedule at worst) and ``render_late_max_s`` (drawing), ``burst`` (1 while bursts
            are used).
        """
        answer: dict[str, Any] = self.ask("statistics")
        return answer

    def frame_hashes(self) -> list[tuple[int, str]]:
        """Return block id and CRC-32 of every payload sent since the last AcquisitionStart.

        Returns
        -------
        list of (int, str)
            The CRC-32 as `zlib.crc32` computes it over the packed payload, in 8 hexadecimal digits.

        Raises
        ------
        ValueError
            The camera was started without ``hash_frames=True``.
        """
        return [(block_id, digest) for block_id, digest in self.ask("frame_hashes")]

    def ask(self, name: str, **arguments: object) -> Any:  # noqa: ANN401 - as many types as requests
        """Send a request to the camera's process and return its answer.

        Raises
        ------
        ValueError
            The camera refuses; says why.
        ConnectionError
            The process is gone.
        TimeoutError
            It did not answer.
        """
        with self._lock:
            self._requests += 1
            try:
                self._link.send({"id": self._requests, "do": name, "with": arguments})
                answer = self._link.receive()
                while answer is not None and answer["id"] != self._requests:  # to a request that was given up
                    answer = self._link.receive()
            except BrokenPipeError:
                answer = None
            except TimeoutError:
                raise TimeoutError(
                    f"the virtual camera {self.serial_number} did not answer {name!r} within {_ANSWER_TIMEOUT_S:g} s; "
                    "the machine may be overloaded"
                ) from None
        if answer is None:
            raise ConnectionError(
                f"the virtual camera {self.serial_number} is gone ({self._last_words()}); it cannot answer {name!r}"
            )
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer["result"]

    def kill(self) -> None:
        """End the process at once, without any good-bye on the network, as if its cable were cut."""
        self.process.kill()
        self.process.wait()  # nothing outlives SIGKILL but a system call that hangs

    def close(self) -> None:
        """End the process. May be called again."""
        self._link.socket.close()  # the process ends when it sees this
        try:
            self.process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()
        self._errors.close()

    @classmethod
    def _of_name(cls, serial_number: str | None, ip: str | None) -> list[VirtualCamera]:
        return [each for each in cls._made_here if each.serial_number == serial_number or each.ip == ip]

    def _introduce(self, options: Options) -> Message:
        """Tell the process what to be and return what it says about itself."""
        self._link.send(asdict(options))
        hello = self._link.receive()
        if hello is None:
            raise OSError(f"the virtual camera's process ended while starting: {self._last_words()}")
        if "error" in hello and "errno" in hello:
            raise OSError(
                hello["errno"], hello["error"], *([hello["filename"]] if "filename" in hello else [])
            )
        if "error" in hello:
            raise ValueError(hello["error"])
        return hello

    def _last_words(self) -> str:
        try:
            self.process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return "its process has not ended"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self.process.returncode}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "running" if self.process.poll() is None else "ended"
        return f"<VirtualCamera {self.serial_number} at {self.ip}, process {self.pid} {state}>"


def _import_folder() -> str:
    """Return the folder that ``python -m`` must start in to find the same package: its working folder comes first."""
    package = sys.modules["vcxg124m"].__file__
    return str(Path(package).parent.parent) if package else os.getcwd()  # noqa: PTH109
