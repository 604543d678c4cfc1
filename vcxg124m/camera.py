"""One open camera: its feature groups and its frames."""

from __future__ import annotations

import math
import os
import threading
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from vcxg124m import _harvesters, _open_cameras, configuration, discovery
from vcxg124m._cells import running_cell
from vcxg124m._interrupts import held_back
from vcxg124m._listening import EventReader
from vcxg124m._pool import shared as pool
from vcxg124m._rates import loads, warn_about_rate
from vcxg124m._reconnector import Reconnector
from vcxg124m._tap import Taps
from vcxg124m._waiting import expected_interval
from vcxg124m.clock import Clock
from vcxg124m.config_file import Configuration
from vcxg124m.doctor.conclusion import conclude
from vcxg124m.doctor.examination import examine, host_facts
from vcxg124m.doctor.facts import Facts, Producer
from vcxg124m.doctor.system import System
from vcxg124m.errors import (
    ArrayLayoutError,
    CameraClosedError,
    CameraStateError,
    DeviceLostError,
    FeatureValueError,
    PacketSizeWarning,
    VcxgError,
    VcxgWarning,
    VirtualCameraError,
)
from vcxg124m.events import Events
from vcxg124m.features._prediction import present_plan
from vcxg124m.features.acquisition import Acquisition, Exposure
from vcxg124m.features.analog import BlackLevel, Gain
from vcxg124m.features.auto import Auto
from vcxg124m.features.chunks import Chunks
from vcxg124m.features.defect_pixels import DefectPixels
from vcxg124m.features.device import Device, Temperature
from vcxg124m.features.image_format import Binning, ImageFormat, Roi
from vcxg124m.features.lines import Debouncers, Lines
from vcxg124m.features.lut import Lut
from vcxg124m.features.memory import CustomData, UserSets
from vcxg124m.features.nodes import Nodes
from vcxg124m.features.timing import Counters, Timer
from vcxg124m.features.transport import Actions, Transport
from vcxg124m.features.trigger import Trigger
from vcxg124m.reconnection import Reconnect
from vcxg124m.recording import Recorder, RecordingHeader, open_writer
from vcxg124m.recording._loop import record_stream
from vcxg124m.sequencer import Sequencer
from vcxg124m.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy.typing as npt
    from typing_extensions import Self

    from vcxg124m._backend import CameraInfo, DeviceBackend
    from vcxg124m._cells import Cell
    from vcxg124m._intake import Delivery, Incomplete, Overflow
    from vcxg124m._tap import Tap
    from vcxg124m.doctor import Diagnosis
    from vcxg124m.frame import Frame
    from vcxg124m.notebook import LiveWidget
    from vcxg124m.planning import Plan
    from vcxg124m.reconnection import Reconnection
    from vcxg124m.recording import RecordingReport, Writer
    from vcxg124m.recording._recorder import Overflow as RecordingOverflow
    from vcxg124m.view import LiveView
    from vcxg124m.virtual import VirtualCamera

__all__ = ["Camera", "open_camera"]

# Below this the headers and the interrupts cost more than the link has to give; 1500 is what any Ethernet carries.
_SMALL_PACKET = 1400
_ENABLED_EVENTS = "events.enabled"


class Camera:
    """An open camera; made by :func:`open_camera`, closed by ``with`` or :meth:`close`.

    Features are grouped by subject. A camera of another model has what it implements: the rest raises
    FeatureUnavailableError, and ``nodes`` reaches everything of its own.

    Attributes
    ----------
    device, image_format, roi, binning, acquisition, exposure, gain, black_level, auto, lut, defect_pixels, trigger,
    timer, sequencer, chunks, events, user_sets, custom_data, actions, transport, temperature
        The feature groups.
    lines, debouncer, counters
        Feature groups by line or number: ``lines["Line3"]``, ``counters[1]``.
    config
        All settings as a file.
    clock
        The camera's time as this computer's.
    nodes
        Every node of the camera's description by its name.
    stream_nodes
        Every node of the producer's stream module: its settings and counters.
    """

    def __init__(
        self,
        backend: DeviceBackend,
        *,
        resources: ExitStack | None = None,
        reconnect: Reconnect | None = None,
        cell: Cell | None = None,
        owns_device: bool = False,
    ) -> None:
        self._device = backend
        self._backend: DeviceBackend | None = backend
        self._reconnect = reconnect
        self.cell, self.owns_device = cell, owns_device  # for who keeps count of the open cameras
        self._reconnector = Reconnector(
            backend, settings=self._noted, restore=self._restore, participants=self._participants
        )
        self._resources = resources or ExitStack()
        self._state = threading.Lock()
        self._closing = threading.RLock()  # held until it is closed
        self._stream: Stream | None = None
        self._taps = Taps()
        self._live: LiveWidget | None = None
        name = f"{backend.info.vendor} {backend.info.model}".strip() or "This camera"
        self.nodes = Nodes(backend.nodes, name)
        self.stream_nodes = Nodes(backend.stream_nodes, f"The stream of {name}")
        self.device = Device(self.nodes)
        self.image_format = ImageFormat(self.nodes)
        self.roi = Roi(self.nodes)
        self.binning = Binning(self.nodes)
        self.acquisition = Acquisition(self.nodes)
        self.exposure = Exposure(self.nodes)
        self.gain = Gain(self.nodes)
        self.black_level = BlackLevel(self.nodes)
        self.auto = Auto(self.nodes)
        self.lut = Lut(self.nodes)
        self.defect_pixels = DefectPixels(self.nodes)
        self.trigger = Trigger(self.nodes)
        self.lines = Lines(self.nodes)
        self.debouncer = Debouncers(self.nodes)
        self.timer = Timer(self.nodes)
        self.counters = Counters(self.nodes)
        self.sequencer = Sequencer(self.nodes)
        self.chunks = Chunks(self.nodes)
        self.user_sets = UserSets(self.nodes)
        self.custom_data = CustomData(self.nodes)
        self.actions = Actions(self.nodes)
        self.transport = Transport(self.nodes)
        self.temperature = Temperature(self.nodes)
        self._event_reader = EventReader(self.nodes, backend, self._look_for)
        self.events = Events(self.nodes, self._event_reader)
        self.clock = Clock(self.nodes)
        self.config = Configuration(self.info, self.nodes)
        if reconnect is not None:
            self._reconnector.note_settings()
        _open_cameras.add(self)

    @property
    def info(self) -> CameraInfo:
        """The camera as it was found, last after a loss."""
        return self._device.info

    @property
    def is_open(self) -> bool:
        """Whether it was not closed yet; also while the camera is lost."""
        return self._backend is not None

    def __repr__(self) -> str:
        if self._backend is None:
            return f"<Camera {self.info}: closed>"
        try:
            said = self._settings_in_words()
        except VcxgError:
            said = ["does not answer"]
        said += ["streaming"] if self._stream else []
        return f"<Camera {', '.join([str(self.info), *said])}>"

    def _settings_in_words(self) -> list[str]:
        read = self.nodes.peek
        parts = [f"{read('Width')!s}x{read('Height')!s} {read('PixelFormat')!s}"]
        exposure, gain, rate = read("ExposureTime"), read("Gain"), self._rate()
        parts += [f"exposure {exposure:g} us"] if isinstance(exposure, float) else []
        parts += [f"gain {gain:g}"] if isinstance(gain, (int, float)) else []
        parts += [f"{rate:.3g} Hz at most"] if rate else []
        parts += [f"trigger {read('TriggerSource')!s}"] if read("TriggerMode") == "On" else []
        return parts

    def _repr_html_(self) -> str:
        from vcxg124m._camera_html import camera_html  # noqa: PLC0415 - only for those who look at cameras

        if self._backend is None:
            return camera_html(self.info, None, state="closed")
        return camera_html(self.info, self.nodes, state="streaming" if self._stream else "open")

    @held_back()
    def close(self, *, reason: str = "") -> None:
        """End a running stream, release the camera, and end its process if it is a virtual one of its own.

        May be called again, also by several threads at once: each returns when the camera is free.

        Parameters
        ----------
        reason
            What is said to those who use it afterwards; by default that it is closed.
        """
        with self._closing:
            with self._state:
                backend, self._backend = self._backend, None
            if backend is None:
                return
            try:
                self._reconnector.close()
                self.events.close()
                if self._stream is not None:
                    self._stream.close()
            finally:
                with self._resources:
                    backend.close(reason)

    def abandon(self) -> None:
        """Be closed in a forked process, without touching the parent's camera."""
        self._state, self._closing = threading.Lock(), threading.RLock()
        self._inherited = (self._backend, self._resources)  # not to be cleaned up here
        self._backend, self._resources = None, ExitStack()
        if self._stream is not None:
            self._stream.abandon()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_backend", None) is not None:
            _open_cameras.forget(self)
            warnings.warn(
                f"{self.info} was not closed: use `with` or close().", ResourceWarning, stacklevel=2
            )

    def reconnect(self, policy: Reconnect | None = None) -> Reconnection | None:
        """Wait until the camera is found again that was lost; for programs that read features and take no frames.

        Parameters
        ----------
        policy
            How patiently; by default as :func:`open_camera` was told, or :class:`Reconnect` by itself.

        Returns
        -------
        Reconnection
            How it was found again last; None when it never was lost.

        Raises
        ------
        DeviceLostError
            It was not found.
        CameraInUseError
            Another application holds it.
        """
        backend = self._open_backend()
        try:
            backend.check_alive()
        except DeviceLostError as loss:
            self._reconnector.begin(policy or self._reconnect or Reconnect(), loss)
        return self._reconnector.wait()

    def configure(
        self,
        settings: Mapping[str, object] | None = None,
        *,
        nearest: bool = False,
        **groups: Mapping[str, object],
    ) -> dict[str, object]:
        """Write many settings at once, in an order that the camera takes: all of them, or none.

        ``cam.configure(exposure={"time_us": 200}, trigger={"source": "Line0", "mode": "On"})`` is the same as
        ``cam.configure({"exposure.time_us": 200, "trigger.source": "Line0", "trigger.mode": "On"})``.

        Parameters
        ----------
        settings
            Values by name; groups may be nested dictionaries.
        nearest
            Take the nearest number that the camera accepts instead of raising.
        groups
            Values by name for each group.

        Returns
        -------
        dict
            What was written, by full name.

        Raises
        ------
        FeatureUnavailableError
            There is no such setting; nothing was written.
        VcxgError
            The camera refuses a setting. All others are back at what they were.
        """
        self._open_backend()
        with self.nodes.lock:
            wanted = configuration.flattened({**(settings or {}), **groups})
            return configuration.apply(configuration.groups_of(self.nodes), wanted, nearest=nearest)

    def plan(self, *, trigger_rate_hz: float | None = None) -> Plan:
        """Return what the present settings come to: rates of each stage, what bounds them, link, memory and disk.

        Parameters
        ----------
        trigger_rate_hz
            How often triggers will come, in trigger mode; None where nobody knows.

        Returns
        -------
        Plan
            It prints as a table. :func:`vcxg124m.plan` makes one without a camera.
        """
        self._open_backend()
        name = f"{self.info.model} {self.info.serial_number}".strip()
        return present_plan(self.nodes, trigger_rate_hz=trigger_rate_hz, name=name)

    def doctor(self, *, seconds: float = 3.0) -> Diagnosis:
        """Look at everything between this program and the camera's pictures; :func:`diagnose` does so without a camera.

        It streams for some seconds, with the trigger off, and puts the settings back. Where a stream is running, that
        one is watched instead, and nothing is set.

        Parameters
        ----------
        seconds
            How long frames are taken.

        Returns
        -------
        Diagnosis
            ``findings`` is empty for a healthy set-up.
        """
        self._open_backend()
        path = self.info.producer
        vendor, version = _harvesters.identity(Path(path))
        facts = Facts(host=host_facts(System()), producers=(Producer(path, vendor, version),))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VcxgWarning)  # findings say it
            return conclude(examine(facts, self, seconds, running=self._stream))

    def grab(
        self, timeout: float | None = None, *, incomplete: Incomplete = "skip", raw: bool = False
    ) -> Frame:
        """Start the acquisition, take one frame and stop.

        With the trigger on software it gives the trigger itself, once the camera acquires.

        Parameters
        ----------
        timeout
            Time limit in seconds; by default computed from exposure, frame interval and trigger.
        incomplete, raw
            As for :meth:`stream`.

        Returns
        -------
        Frame
            Its ``image`` is the user's own memory.

        Raises
        ------
        FrameTimeoutError
            No frame came; ``reason`` says why.
        DeviceLostError
            The camera stopped answering.
        CameraStateError
            A stream is running: take the frame from it.
        IncompleteFrameError
            The frame lacks packets, with ``incomplete="raise"``.
        """
        with self.stream(1, incomplete=incomplete, raw=raw) as stream:
            self._fire_if_software_triggers()
            return stream.get(timeout)

    def grab_stack(
        self, frames: int, out: npt.NDArray[Any] | None = None, *, timeout: float | None = None
    ) -> npt.NDArray[Any]:
        """Take a number of complete frames into one array.

        With the trigger on software it gives the triggers itself, each when the frame before has come.

        Parameters
        ----------
        frames
            How many, 1 or more.
        out
            Where to write them: C-contiguous, shape (frames, height, width), uint8 for Mono8, else uint16. By default a
            new array. The pixels go straight from the producer's buffer to their place.
        timeout
            Time limit for each frame in seconds; by default computed.

        Returns
        -------
        ndarray
            (frames, height, width); ``out`` if it was given.

        Raises
        ------
        ArrayTypeError, ArrayLayoutError
            ``out`` does not fit.
        FrameTimeoutError, DeviceLostError, OverTemperatureError, CameraStateError
            As for :meth:`grab`; the frames before are in ``out``.
        """
        if out is not None and len(out) != frames:
            raise ArrayLayoutError(
                f"out of shape {out.shape} does not fit: its first length must be {frames}."
            )
        with self.stream(frames) as stream:
            self._fire_if_software_triggers()
            first = stream.get(timeout, out=None if out is None else out[0]).image
            if out is None:
                out = pool.empty((frames, *first.shape), first.dtype)
                out[0] = first
            for place in out[1:]:
                self._fire_if_software_triggers()
                stream.get(timeout, out=place)
        return out

    def _fire_if_software_triggers(self) -> None:
        if self.nodes.peek("TriggerMode") == "On" and self.nodes.peek("TriggerSource") == "Software":
            self.trigger.fire()

    def stream(
        self,
        frames: int | None = None,
        *,
        delivery: Delivery = "every_frame",
        keep: int = 1,
        buffers: int | None = None,
        incomplete: Incomplete = "skip",
        overflow: Overflow = "count",
        raw: bool = False,
        reconnect: Reconnect | bool | None = None,
        trigger_rate_hz: float | None = None,
    ) -> Stream:
        """Return a stream of frames: ``for frame in cam.stream(100)`` or ``with cam.stream() as stream``.

        Parameters
        ----------
        frames
            Number of frames to hand out; None for no end.
        delivery
            "every_frame": in order, none left out. "newest": the latest one at every fetch; older ones are dropped and
            counted.
        keep
            With "newest", how many of the latest frames are kept for the next fetches; the oldest of them comes first.
        buffers
            Frames that may wait unfetched; by default enough for 0.4 s.
        incomplete
            What becomes of a frame with packets missing. "skip": it is counted, the wait goes on. "raise": it raises
            IncompleteFrameError, and the stream goes on with the next call. "deliver": it is handed out with
            ``complete`` False and zeros where nothing came.
        overflow
            With "every_frame", when frames found no free buffer: "count" them in the statistics, or "raise"
            StreamOverflowError at the next fetch.
        raw
            Keep the bytes as they came in ``Frame.raw`` too.
        reconnect
            Whether, and how patiently, a lost camera is looked for: the stream then goes on with ``Frame.gap`` at its
            next frame. True for :class:`Reconnect` as it is by default; None for what :func:`open_camera` was told.
        trigger_rate_hz
            How often triggers will come, for a warning if that is too often.

        Raises
        ------
        FeatureValueError
            An argument is not one of those above.
        CameraClosedError
            The camera is closed.

        Warns
        -----
        RateWarning
            At the start, by the settings of now: the frame rate that is set, or the triggers', does not come, and why;
            or the cameras that this program streams from send more than their common link carries.
        """
        backend = self._open_backend()
        for name, value, allowed in (
            ("delivery", delivery, ("every_frame", "newest")),
            ("incomplete", incomplete, ("skip", "raise", "deliver")),
            ("overflow", overflow, ("count", "raise")),
        ):
            if value not in allowed:
                raise FeatureValueError(
                    f"{name}={value!r} not accepted: choose from {', '.join(allowed)}.",
                    feature=name,
                    value=value,
                )
        for name, number in (("frames", frames), ("buffers", buffers), ("keep", keep)):
            if number is not None and number < 1:
                raise FeatureValueError(
                    f"{name}={number} not accepted: 1 or more.", feature=name, value=number
                )
        plan = self.plan(trigger_rate_hz=trigger_rate_hz)
        stream = Stream(
            backend,
            self.nodes,
            frames=frames,
            delivery=delivery,
            keep=keep,
            buffers=max(buffers or plan.buffers, keep + 2 if delivery == "newest" else 1),
            incomplete=incomplete,
            overflow=overflow,
            raw=raw,
            plan=plan,
            reconnect=self._policy(wanted=reconnect),
            reconnector=self._reconnector,
            taps=self._taps,
            claim=self._claim,
            release=self._release,
        )
        stream.cell = running_cell()
        return stream

    @property
    def running_stream(self) -> Stream | None:
        """The stream that runs now; None when there is none."""
        return self._stream

    def tap(self) -> Tap:
        """Look on at whatever streams run, now and later, without taking frames from them.

        ``with cam.tap() as tap: frame = tap.get()`` is a copy of the next frame that the program fetches, made only
        when somebody waits for it; a display beside an acquisition, in another thread, costs it nothing else.
        """
        return self._taps.open()

    def view(self, *, host: str = "127.0.0.1", port: int = 0, allow_remote: bool = False) -> LiveView:
        """Show the camera on a page in the browser, with its controls; the program goes on meanwhile.

        While the program streams, the page shows what it fetches. Otherwise the camera runs for the page, as long as
        one is open, and makes way as soon as the program starts a stream of its own.

        Parameters
        ----------
        host
            Address to listen at, by default this computer only.
        port
            TCP port; 0 for a free one.
        allow_remote
            Accept a ``host`` that other computers reach: whoever has the address controls the camera, and it travels
            unencrypted.

        Returns
        -------
        LiveView
            Open its ``url`` in a browser; end it with ``with`` or ``close()``.

        Raises
        ------
        FeatureValueError
            Other computers could reach ``host``, and ``allow_remote`` is not given.
        CameraClosedError
            The camera is closed.
        OSError
            The port is taken, or the address is not this computer's.

        Warns
        -----
        RemoteViewWarning
            Other computers can reach the page.
        """
        from vcxg124m.view import LiveView  # noqa: PLC0415 - only who looks pays for a web server's import

        self._open_backend()
        view = LiveView(self, host=host, port=port, allow_remote=allow_remote)
        self._resources.callback(view.close)
        return view

    def live(self) -> LiveWidget:
        """Show the camera in the output of a notebook's cell, live; needs ``pip install 'vcxg124m[notebook]'``.

        While the program streams in a thread it shows what that fetches. Otherwise the camera runs for it, as long as
        somebody sees it, and makes way as soon as a cell streams or grabs.

        Returns
        -------
        LiveWidget
            The camera's one widget: what is shown in several cells is the same.

        Raises
        ------
        MissingPackageError
            anywidget is not installed; the message has the command.
        CameraStateError
            This is no cell of a notebook.
        CameraClosedError
            The camera is closed.
        """
        from vcxg124m.notebook import LiveWidget  # noqa: PLC0415 - only for notebooks

        self._open_backend()
        if self._live is None or self._live.is_closed:
            self._live = LiveWidget(self)
            self._resources.callback(self._live.close)
        return self._live

    def recorder(
        self,
        path: str | os.PathLike[str] | Writer,
        *,
        queue_mb: float = 1000,
        on_overflow: RecordingOverflow = "count",
        overwrite: bool = False,
        expected_frames: int | None = None,
    ) -> Recorder:
        """Return a recorder for a loop of your own; :meth:`record` is the loop for the usual case.

        ``with cam.recorder("run.raw") as recorder, cam.stream(100, raw=recorder.packed) as stream: ...``

        Parameters
        ----------
        path, queue_mb, on_overflow, overwrite
            As for :meth:`record`.
        expected_frames
            How many frames will come, when that is known; a .tiff file that fits into 4 GiB is then one that every
            program reads.

        Raises
        ------
        RecordingError, FileExistsError, MissingPackageError, FeatureValueError, CameraClosedError
            As for :meth:`record`.
        """
        self._open_backend()
        writer = (
            open_writer(path, overwrite=overwrite, expected_frames=expected_frames)
            if isinstance(path, (str, os.PathLike))
            else path
        )
        header = RecordingHeader.of(self.info, self.config.settings())
        return Recorder(writer, header, queue_mb=queue_mb, on_overflow=on_overflow)

    def record(
        self,
        path: str | os.PathLike[str] | Writer,
        *,
        frames: int | None = None,
        seconds: float | None = None,
        timeout: float | None = None,
        queue_mb: float = 1000,
        on_overflow: RecordingOverflow = "count",
        overwrite: bool = False,
        buffers: int | None = None,
        reconnect: Reconnect | bool | None = None,
        trigger_rate_hz: float | None = None,
        progress: Callable[[RecordingReport], object] | None = None,
    ) -> RecordingReport:
        """Record a stream to a file, with bounded memory; a disk that is too slow is told and counted.

        Whatever ends it, the file holds every frame that came before, its settings, chunks, times and this report;
        after Ctrl-C and errors it is completed first, and readable even when this process is killed.
        :func:`open_recording` reads it.

        Parameters
        ----------
        path
            Its suffix chooses the kind: .raw (the bytes as they came, with an index beside it), .tiff, .zarr, .h5. Or a
            writer of :mod:`vcxg124m.recording`, or one of your own.
        frames
            How many frames to take; None for no end.
        seconds
            How long, from the first frame to the first one after that time, or some 10 s later when triggers pause;
            None for no end. With neither it goes on until Ctrl-C.
        timeout
            Longest wait for a frame in seconds. By default computed from exposure, frame interval and trigger; after
            the first frame triggers may pause for as long as they like.
        queue_mb
            Memory for frames that wait to be written, in units of 10^6 bytes.
        on_overflow
            When it is full. "count": frames are dropped and counted, with a SlowDiskWarning at the first. "raise":
            StreamOverflowError. "wait": frames wait in the stream's buffers; those that find none are counted as
            underrun.
        overwrite
            Replace an existing file.
        buffers, trigger_rate_hz
            As for :meth:`stream`.
        reconnect
            As for :meth:`stream`: how patiently a lost camera is looked for. Then the recording goes on, and the file
            tells of the gap.
        progress
            Called with the report so far, at most ten times a second, and with the final one however it ends.

        Returns
        -------
        RecordingReport
            What is in the file, and what was lost where.

        Raises
        ------
        RecordingError
            The suffix is unknown, there is no such folder, or the frames do not fit into this kind of file.
        FileExistsError
            The file exists.
        MissingPackageError
            The kind of file needs a package that is not installed; the message has the command.
        FrameTimeoutError, DeviceLostError
            As for :meth:`Stream.get`; the file holds what came before.
        StreamOverflowError
            The disk is too slow, with ``on_overflow="raise"``.
        FeatureValueError
            A number is out of range.
        OSError
            The file cannot be written.

        Warns
        -----
        SlowDiskWarning
            Frames come faster than they can be written.
        RateWarning
            As for :meth:`stream`.
        """
        if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
            raise FeatureValueError(
                f"seconds={seconds} not accepted: above 0, and an end.", feature="seconds", value=seconds
            )
        recorder = self.recorder(
            path,
            queue_mb=queue_mb,
            on_overflow=on_overflow,
            overwrite=overwrite,
            expected_frames=frames,
        )
        with recorder:
            stream = self.stream(
                frames,
                buffers=buffers,
                raw=recorder.packed,
                reconnect=reconnect,
                trigger_rate_hz=trigger_rate_hz,
            )
            return record_stream(stream, recorder, seconds=seconds, timeout=timeout, progress=progress)

    def _open_backend(self) -> DeviceBackend:
        if self._backend is None:
            self.nodes.require_open()
            raise CameraClosedError("The camera is closed: open it again.")
        return self._backend

    def _policy(self, *, wanted: Reconnect | bool | None) -> Reconnect | None:
        return self._reconnect if wanted is None else _policy(wanted)

    def _look_for(self, loss: DeviceLostError) -> bool:
        """Begin to look for the camera if anybody asked for it."""
        stream = self._stream
        policy = stream.reconnect if stream is not None else self._reconnect
        if policy is not None:
            self._reconnector.begin(policy, loss)
        return policy is not None

    def _participants(self) -> list[Stream | EventReader]:
        stream = self._stream
        return [self._event_reader] if stream is None else [stream, self._event_reader]

    def _noted(self) -> dict[str, object]:
        return {**self.config.settings(), _ENABLED_EVENTS: self._enabled_events()}

    def _enabled_events(self) -> tuple[str, ...]:
        return self.events.enabled if "EventSelector" in self.nodes else ()

    def _restore(self, noted: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
        settings = dict(noted)
        enabled = cast("tuple[str, ...]", settings.pop(_ENABLED_EVENTS, ()))
        written, refused = self.config.restore(settings)
        self.events.switch_on(enabled)
        if self.nodes.has("TimestampLatch"):
            self.clock.sample()  # it may have been started again
        return written, refused

    def _claim(self, stream: Stream) -> None:
        warn_about_rate(stream.plan)
        loads.warn(self.info, stream.plan)
        while not self._takes(stream):
            pass
        loads.begin(stream, self.info, stream.plan)

    def _takes(self, stream: Stream) -> bool:
        """Let a stream be the one that runs, or end one that gives way; tell whether it is now."""
        with self._state:
            self._open_backend()
            running = self._stream
            if running is None:
                self._stream = stream
                return True
            run_again = stream.cell is not None and stream.cell.repeats(running.cell)
            if not run_again and (stream.gives_way or not running.gives_way):
                raise CameraStateError(
                    "The camera streams already: take frames from that stream, or close it before the next one."
                )
        running.close()  # releases the camera
        return False

    def _release(self, stream: Stream) -> None:
        with self._state:
            if self._stream is stream:
                self._stream = None
        loads.end(stream)

    def _rate(self) -> float:
        interval = expected_interval(self.nodes)
        return 1.0 / interval if interval > 0 else 0.0

    def warn_about_small_packets(self) -> None:
        """Warn when the camera would stream with packets that cannot fill its link."""
        size = self.nodes.peek("GevSCPSPacketSize")
        if isinstance(size, int) and size < _SMALL_PACKET:
            warnings.warn(
                f"{self.info} streams with packets of {size} bytes"
                f"{', its power-up value' if size == 576 else ''}: the producer found no larger one that arrives. The "
                "full frame rate needs 9000 (jumbo frames on the network card and every switch); "
                "cam.transport.packet_size sets it.",
                PacketSizeWarning,
                stacklevel=3,
            )


def open_camera(
    camera: str | CameraInfo | None = None,
    *,
    serial_number: str | None = None,
    ip: str | None = None,
    mac: str | None = None,
    user_id: str | None = None,
    producer: str | os.PathLike[str] | None = None,
    reconnect: Reconnect | bool | None = None,
) -> Camera:
    """Open a camera with exclusive control.

    In a notebook, or at a prompt, opening a camera again that is open already replaces the object of before, which is
    closed: running a cell twice works. In a program it is an error.

    Parameters
    ----------
    camera
        None: the only camera there is. "virtual": a virtual VCXG-124M of its own process, ended with the camera. A
        CameraInfo of :func:`find_cameras`. Any other text: a serial number, address or user id.
    serial_number, ip, mac, user_id
        What the camera must have; several must hold together. ``ip`` is also asked directly, so that a camera which
        broadcasts do not reach is found.
    producer
        Path of the GenTL producer (.cti) to use instead of the bundled one.
    reconnect
        How patiently the camera is looked for when it is lost while it streams or somebody listens to its events: True
        for the usual patience, None for not at all. The settings that it then gets back are those of now, or of the
        last start of a stream.

    Returns
    -------
    Camera
        Close it with ``with`` or :meth:`Camera.close`.

    Raises
    ------
    CameraNotFoundError
        None fits; the message lists what was found.
    CameraAmbiguousError
        Several fit; the message lists them.
    CameraInUseError
        Another application controls it, or this program.
    ProducerError
        The producer cannot be used.
    VirtualCameraError
        The virtual camera did not start.

    Warns
    -----
    PacketSizeWarning
        The network carries only small packets.
    """
    wanted = {"serial_number": serial_number, "ip": ip, "mac": mac, "user_id": user_id}
    criteria = {name: value for name, value in wanted.items() if value is not None}
    if isinstance(camera, discovery.CameraInfo):
        criteria |= {"device_id": camera.device_id, "interface": camera.interface}
        producer = producer or camera.producer
        ip, camera = camera.ip or None, None
    resources, cell = ExitStack(), running_cell()
    with resources:
        asked, owns_device = ip, camera == "virtual"
        if owns_device:
            _open_cameras.make_way_for_virtual(cell, serial_number=serial_number, ip=ip)
            virtual = _start_virtual(serial_number, ip, user_id)
            resources.callback(virtual.close)
            criteria = {"serial_number": virtual.serial_number, "ip": virtual.ip}
            camera, asked = None, virtual.ip
        elif camera is not None and _is_ip(camera):
            asked = camera
        opened = None
        while opened is None:
            with ExitStack() as held:
                if asked is not None:
                    held.enter_context(discovery.also_asking(discovery.checked_ip(asked)))
                info, path = discovery.choose(discovery.search(producer, held), criteria, camera)
                if not _open_cameras.holds(info):
                    with held_back():
                        backend = _harvesters.open_device(info, path)
                        opened = Camera(
                            backend,
                            resources=resources.pop_all(),
                            reconnect=_policy(reconnect),
                            cell=cell,
                            owns_device=owns_device,
                        )
            if opened is None:  # with no lock held: what is closed waits for threads that may want it
                _open_cameras.make_way_for(info)
    opened.warn_about_small_packets()
    return opened


def _policy(wanted: Reconnect | bool | None) -> Reconnect | None:  # noqa: FBT001 - as a user gives it
    if isinstance(wanted, bool):
        return Reconnect() if wanted else None
    return wanted


def _start_virtual(serial_number: str | None, ip: str | None, user_id: str | None) -> VirtualCamera:
    """Start the embedded virtual camera: asked by unicast only, so that no other program meets it."""
    from vcxg124m import virtual  # noqa: PLC0415 - only who needs one pays for its import

    try:
        return virtual.VirtualCamera(
            serial_number=serial_number, ip=ip, user_id=user_id or "", discoverable=False
        )
    except (OSError, TimeoutError) as error:
        raise VirtualCameraError(f"The virtual camera did not start: {error}") from error


def _is_ip(text: str) -> bool:
    try:
        discovery.checked_ip(text)
    except ValueError:
        return False
    return True
