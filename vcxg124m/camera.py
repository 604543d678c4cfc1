"""One open camera: what its settings come to, its frames, and who looks at them."""

from __future__ import annotations

import math
import os
import warnings
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vcxg124m import _harvesters
from vcxg124m._cells import running_cell
from vcxg124m._held_camera import HeldCamera
from vcxg124m._pool import shared as pool
from vcxg124m._waiting import expected_interval
from vcxg124m.doctor.conclusion import conclude
from vcxg124m.doctor.examination import check_seconds, examine, host_facts
from vcxg124m.doctor.facts import Facts, Producer
from vcxg124m.doctor.system import System
from vcxg124m.errors import ArrayLayoutError, FeatureTypeError, FeatureValueError, VcxgError, VcxgWarning
from vcxg124m.features._prediction import present_plan
from vcxg124m.frame import check_out
from vcxg124m.recording import Recorder, RecordingHeader, open_writer
from vcxg124m.recording._loop import record_stream
from vcxg124m.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from vcxg124m._intake import Delivery, Incomplete, Overflow
    from vcxg124m._tap import Tap
    from vcxg124m.doctor import Diagnosis
    from vcxg124m.frame import Frame
    from vcxg124m.notebook import LiveWidget
    from vcxg124m.planning import Plan
    from vcxg124m.reconnection import Reconnect
    from vcxg124m.recording import RecordingReport, Writer
    from vcxg124m.recording._recorder import Overflow as RecordingOverflow
    from vcxg124m.view import LiveView

__all__ = ["Camera"]


class Camera(HeldCamera):
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

    _live: LiveWidget | None = None

    def __repr__(self) -> str:
        if self._backend is None:
            return f"<Camera {self.info}: closed>"
        try:
            said = self._settings_in_words()
        except VcxgError:
            said = ["does not answer"]
        said += ["streaming"] if self.running_stream else []
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
        return camera_html(self.info, self.nodes, state="streaming" if self.running_stream else "open")

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
        check_seconds(seconds)
        self._open_backend()
        path = self.info.producer
        vendor, version = _harvesters.identity(Path(path))
        facts = Facts(host=host_facts(System()), producers=(Producer(path, vendor, version),))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VcxgWarning)  # findings say it
            return conclude(examine(facts, self, seconds, running=self.running_stream))

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
        if out is not None:
            check_out(out)
            if out.shape[:1] != (frames,):
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
            if not isinstance(number, (Integral, type(None))):
                raise FeatureTypeError(
                    f"{name}={number!r} not accepted: a whole number, 1 or more.", feature=name, value=number
                )
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
            taps=self._streams.taps,
            claim=self._streams.claim,
            release=self._streams.release,
        )
        stream.cell = running_cell()
        return stream

    def tap(self) -> Tap:
        """Look on at whatever streams run, now and later, without taking frames from them.

        ``with cam.tap() as tap: frame = tap.get()`` is a copy of the next frame that the program fetches, made only
        when somebody waits for it; a display beside an acquisition, in another thread, costs it nothing else.
        """
        return self._streams.taps.open()

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

    def _rate(self) -> float:
        interval = expected_interval(self.nodes)
        return 1.0 / interval if interval > 0 else 0.0
