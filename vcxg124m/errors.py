"""Everything that the package raises or warns about on purpose.

::

    VcxgError
    ├── FeatureValueError (ValueError)          ├── DeviceCommunicationError (ConnectionError)
    ├── FeatureTypeError (TypeError)            │   └── DeviceLostError
    ├── BufferLeaseError (BufferError)          │       └── ControlLostError
    ├── FeatureAccessError (PermissionError)    ├── FrameTimeoutError (TimeoutError)
    ├── FeatureUnavailableError (LookupError)   ├── IncompleteFrameError (OSError)
    ├── CameraNotFoundError (LookupError)       ├── StreamOverflowError (OSError)
    ├── CameraAmbiguousError (LookupError)      ├── StreamClosedError (ValueError)
    ├── CameraInUseError (PermissionError)      ├── PayloadSizeError (ValueError)
    ├── CameraClosedError (ValueError)          ├── PixelFormatError (ValueError)
    ├── CameraStateError (PermissionError)      ├── ArrayTypeError (TypeError)
    ├── VirtualCameraError (OSError)            ├── ArrayLayoutError (ValueError)
    ├── ProducerError (OSError)                 ├── PixelValueError (ValueError)
    │   └── ProducerNotFoundError               ├── SettingError (ValueError)
    │       (FileNotFoundError)                 ├── ConfigurationError (ValueError)
    ├── EventTimeoutError (TimeoutError)        ├── ChunkDataError (ValueError)
    ├── EventOverflowError (OSError)            ├── OverTemperatureError (OSError)
    └── RecordingError (OSError)                └── MissingPackageError (ImportError)

    VcxgWarning (UserWarning)
    ├── PacketSizeWarning
    ├── RateWarning
    ├── RemoteViewWarning
    ├── SlowDiskWarning
    └── TemperatureWarning

The message is the finished sentence and the only positional argument, so that every error survives pickling; the
numbers it was made from are attributes.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "ArrayLayoutError",
    "ArrayTypeError",
    "BufferLeaseError",
    "CameraAmbiguousError",
    "CameraClosedError",
    "CameraInUseError",
    "CameraNotFoundError",
    "CameraStateError",
    "ChunkDataError",
    "ConfigurationError",
    "ControlLostError",
    "DeviceCommunicationError",
    "DeviceLostError",
    "EventOverflowError",
    "EventTimeoutError",
    "FeatureAccessError",
    "FeatureTypeError",
    "FeatureUnavailableError",
    "FeatureValueError",
    "FrameTimeoutError",
    "IncompleteFrameError",
    "MissingPackageError",
    "OverTemperatureError",
    "PacketSizeWarning",
    "PayloadSizeError",
    "PixelFormatError",
    "PixelValueError",
    "ProducerError",
    "ProducerNotFoundError",
    "RateWarning",
    "RecordingError",
    "RemoteViewWarning",
    "SettingError",
    "SlowDiskWarning",
    "StreamClosedError",
    "StreamOverflowError",
    "TemperatureWarning",
    "TimeoutReason",
    "VcxgError",
    "VcxgWarning",
    "VirtualCameraError",
]


class VcxgError(Exception):
    """Base of every error that this package raises on purpose."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class FeatureValueError(VcxgError, ValueError):
    """Raised when a value is outside a feature's limits, off its increment or not among its entries.

    Also when a feature is read that holds such a value in the camera itself.

    Remedy: Take a value that the message names, or let ``nearest=True`` choose it.

    Attributes
    ----------
    feature
        The camera's name of the feature.
    value
        What was asked, or what the camera holds.
    minimum, maximum, increment
        What the camera accepts now, in the feature's own unit; None where that does not apply.
    entries
        The entries that the camera accepts now, for an enumeration.
    """

    def __init__(
        self,
        message: str,
        *,
        feature: str = "",
        value: object = None,
        minimum: float | None = None,
        maximum: float | None = None,
        increment: float | None = None,
        entries: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.feature = feature
        self.value = value
        self.minimum = minimum
        self.maximum = maximum
        self.increment = increment
        self.entries = entries


class FeatureTypeError(VcxgError, TypeError):
    """Raised when a feature is given, or asked for, a type that it does not have.

    Remedy: Give a number where the feature is a number, an entry's name where it is an enumeration.
    """

    def __init__(self, message: str, *, feature: str = "", value: object = None) -> None:
        super().__init__(message)
        self.feature = feature
        self.value = value


class FeatureAccessError(VcxgError, PermissionError):
    """Raised when a feature exists but cannot be read or written now; the message says what locks it.

    Remedy: Undo what locks it, such as a running stream or an automatic function, or choose its source first.

    Attributes
    ----------
    feature
        The camera's name of the feature.
    access
        Its access mode at that moment: "NA", "RO" or "WO".
    locked_by
        What locks it, as far as it is known ("" otherwise).
    """

    def __init__(self, message: str, *, feature: str = "", access: str = "", locked_by: str = "") -> None:
        super().__init__(message)
        self.feature = feature
        self.access = access
        self.locked_by = locked_by


class FeatureUnavailableError(VcxgError, LookupError):
    """Raised when the connected camera has no such feature at all.

    Remedy: Look at ``cam.nodes`` for what this camera has; ``name in cam.nodes`` asks beforehand.
    """

    def __init__(self, message: str, *, feature: str = "") -> None:
        super().__init__(message)
        self.feature = feature


class CameraNotFoundError(VcxgError, LookupError):
    """Raised when no camera, or none with the identity asked for, answers.

    Remedy: Check power, cable and subnet (``vcxg124m doctor``); ``vcxg124m list`` shows what answers.
    """


class CameraAmbiguousError(VcxgError, LookupError):
    """Raised when several cameras fit; the message and ``cameras`` list them.

    Remedy: Open one of those by ``serial_number=``, ``ip=``, ``mac=`` or ``user_id=``.
    """

    def __init__(self, message: str, *, cameras: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.cameras = cameras


class CameraInUseError(VcxgError, PermissionError):
    """Raised when the camera is controlled by another application, or open already in this one.

    Remedy: Close it there; after a crash it is free when its heartbeat timeout is over.
    """


class CameraClosedError(VcxgError, ValueError):
    """Raised when a camera is used after it was closed.

    Remedy: Use it inside of its ``with`` block, or open it again.
    """


class CameraStateError(VcxgError, PermissionError):
    """Raised when the camera's state forbids the operation, such as a second stream beside a running one.

    Remedy: Leave the ``with`` block of the first stream, or close it, before the next is started.
    """


class VirtualCameraError(VcxgError, OSError):
    """Raised when the virtual camera of ``open_camera("virtual")`` does not start.

    Remedy: Read the message of its process; often its address is taken, or a file of its scene is missing.
    """


class DeviceCommunicationError(VcxgError, ConnectionError):
    """Raised when the camera did not carry out a register access.

    Remedy: Read the status in the message; try again when the camera was busy.
    """


class DeviceLostError(DeviceCommunicationError):
    """Raised when the camera stopped answering or took its control privilege away; open it anew.

    Remedy: Check cable and power, then open it anew or call ``cam.reconnect()``; ``reconnect=`` does so by itself.
    """


class ControlLostError(DeviceLostError):
    """Raised when the camera answers, but follows another application or has dropped this one; open it anew.

    Remedy: Find who took control or what kept this process from its heartbeat, then open the camera anew.
    """


class OverTemperatureError(VcxgError, OSError):
    """Raised when a frame is waited for and the camera is too hot to send any.

    Remedy: Lead the heat away: a heat sink, a lower frame rate; images come again when it has cooled down.

    Attributes
    ----------
    celsius
        Its temperature; None when it tells none.
    """

    def __init__(self, message: str, *, celsius: float | None = None) -> None:
        super().__init__(message)
        self.celsius = celsius


class TimeoutReason(str, Enum):
    """Why no frame came in time."""

    NO_TRIGGER = "no trigger"
    TRIGGERS_SKIPPED = "triggers skipped"
    NO_PACKETS = "no packets"
    PACKETS_TOO_LARGE = "packets too large"
    ONLY_INCOMPLETE = "only incomplete frames"
    NO_BUFFERS = "no buffers"
    CAMERA_LOST = "camera lost"
    TOO_SHORT = "time limit shorter than the frame interval"

    def __str__(self) -> str:
        return self.value


class FrameTimeoutError(VcxgError, TimeoutError):
    """Raised when no frame came within the time limit; ``reason`` and the message say why.

    Remedy: Do what the message says for this reason; give ``timeout=`` where the wait is to be longer.

    Attributes
    ----------
    reason
        The most likely cause, from what the camera and the producer report.
    timeout
        The time limit in seconds.
    incomplete, missed, underrun
        Frames that were received in part, not at all, or found no buffer during the wait; of its first 10 ms only
        the incomplete ones.
    """

    def __init__(
        self,
        message: str,
        *,
        reason: TimeoutReason = TimeoutReason.NO_PACKETS,
        timeout: float = 0.0,
        incomplete: int = 0,
        missed: int = 0,
        underrun: int = 0,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.timeout = timeout
        self.incomplete = incomplete
        self.missed = missed
        self.underrun = underrun


class IncompleteFrameError(VcxgError, OSError):
    """Raised when a frame lacks packets and the stream was opened with ``incomplete="raise"``.

    Remedy: Find where packets get lost (socket buffer, packet size, cable), or let ``incomplete=`` skip such frames.

    Attributes
    ----------
    frame_id
        The frame's id.
    received, expected
        Bytes of the payload that came, and that should have come.
    """

    def __init__(self, message: str, *, frame_id: int = 0, received: int = 0, expected: int = 0) -> None:
        super().__init__(message)
        self.frame_id = frame_id
        self.received = received
        self.expected = expected


class StreamOverflowError(VcxgError, OSError):
    """Raised when frames were not fetched or not written in time, and ``overflow="raise"`` was asked for.

    Remedy: Fetch faster, give the stream more buffers, or ask for the newest frames only.

    Attributes
    ----------
    lost
        Frames that are lost by it.
    """

    def __init__(self, message: str, *, lost: int = 0) -> None:
        super().__init__(message)
        self.lost = lost


class EventTimeoutError(VcxgError, TimeoutError):
    """Raised when none of the events asked for came in time.

    Remedy: Check that the event is enabled and can happen; give ``timeout=`` where the wait is to be longer.
    """


class EventOverflowError(VcxgError, OSError):
    """Raised when events were dropped, because too many waited already.

    Remedy: Fetch events faster, or listen to fewer of them.

    Attributes
    ----------
    dropped
        Events that this listener has lost so far.
    """

    def __init__(self, message: str, *, dropped: int = 0) -> None:
        super().__init__(message)
        self.dropped = dropped


class BufferLeaseError(VcxgError, BufferError):
    """Raised when a leased buffer is given back while an array still looks at it.

    Remedy: Delete what looks at the leased pixels, or copy it, before the lease ends.
    """


class StreamClosedError(VcxgError, ValueError):
    """Raised when a frame is asked of a stream that was closed, also to a thread that was waiting in it.

    Remedy: Fetch inside of the stream's ``with`` block, or start another stream.
    """


class PayloadSizeError(VcxgError, ValueError):
    """Raised when there are fewer or more bytes than the image's size and pixel format need.

    Remedy: Give as many bytes as the message says, or the shape that belongs to these.
    """

    def __init__(self, message: str, *, actual: int = 0, required: int = 0) -> None:
        super().__init__(message)
        self.actual = actual
        self.required = required


class PixelFormatError(VcxgError, ValueError):
    """Raised when a frame's pixel format cannot be turned into an array; its raw bytes are still there.

    Remedy: Read ``frame.raw``, or let the camera send Mono8, Mono10, Mono12 or Mono12p.
    """


class ChunkDataError(VcxgError, ValueError):
    """Raised when the data behind a frame's image are not what their tags say; the image itself is complete.

    Remedy: Use the image without its chunks, and tell the camera's maker.
    """


class ArrayTypeError(VcxgError, TypeError):
    """Raised when something that should hold pixels is no array, or one of another element type.

    Remedy: Give a numpy array of the element type that the message names.
    """


class ArrayLayoutError(VcxgError, ValueError):
    """Raised when an array cannot be worked on as it lies in memory: not contiguous, read-only or overlapping.

    Remedy: Give a contiguous, writable array that overlaps no other, such as ``numpy.empty(shape, dtype)``.
    """


class PixelValueError(VcxgError, ValueError):
    """Raised when a pixel's value does not fit into the pixel format.

    Remedy: Scale or clip the image to 0 to 4095 first.

    Attributes
    ----------
    index
        Where the first such pixel is, counted through the image in C order.
    value
        What it holds.
    """

    def __init__(self, message: str, *, index: int = 0, value: int = 0) -> None:
        super().__init__(message)
        self.index = index
        self.value = value


class SettingError(VcxgError, ValueError):
    """Raised when an environment variable of this package holds something that is not among its choices.

    Remedy: Set the variable to a choice that the message names, or unset it.
    """


class ConfigurationError(VcxgError, ValueError):
    """Raised when a file of settings cannot be used, whatever the camera would say.

    Remedy: Mend the lines in ``problems``; ``vcx.Configuration.check(path)`` finds them without a camera.

    Attributes
    ----------
    problems
        Everything that is wrong with it, a sentence each.
    """

    def __init__(self, message: str, *, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class RecordingError(VcxgError, OSError):
    """Raised when a file is no recording, is damaged, or cannot hold a frame.

    Remedy: Read the message: choose another file, or another kind of file.
    """


class MissingPackageError(VcxgError, ImportError):
    """Raised when something needs a package that is not installed; the message names the command that installs it.

    Remedy: Run that command.
    """


class ProducerError(VcxgError, OSError):
    """Raised when a GenTL producer (.cti file) cannot be loaded or answers against the standard.

    Remedy: Try the bundled producer; with another one, see whether its maker's own tool works with it.
    """

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


class ProducerNotFoundError(ProducerError, FileNotFoundError):
    """Raised when there is no GenTL producer where one was named or expected.

    Remedy: Check the path; without ``producer=``, install the package again.
    """


class VcxgWarning(UserWarning):
    """Base of every warning of this package."""


class TemperatureWarning(VcxgWarning):
    """Issued when the camera is close to the temperature at which it sends no more images.

    Remedy: Lead the heat away before it becomes an OverTemperatureError.
    """


class PacketSizeWarning(VcxgWarning):
    """Issued when the camera streams with packets too small for the link's full rate.

    Remedy: Let every part of the path take jumbo frames: ``ip link set IFACE mtu 9000``, and the switch's setting.
    """


class RemoteViewWarning(VcxgWarning):
    """Issued when other computers can reach a live view.

    Remedy: Listen at 127.0.0.1, and let the other computer come through ``ssh -L``.
    """


class SlowDiskWarning(VcxgWarning):
    """Issued when a recording starts to lose frames, because they come faster than they can be written.

    Remedy: Record ``.raw`` files, to a faster disk, or at a lower rate.
    """


class RateWarning(VcxgWarning):
    """Issued when a stream starts whose rate does not come: by the settings, or for what other cameras send with it.

    Remedy: The message says what would help; ``vcxg124m plan`` and ``cam.plan()`` show what bounds the rate.
    """
