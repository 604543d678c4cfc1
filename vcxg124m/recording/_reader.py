"""Recordings as arrays that are read when they are looked at."""

from __future__ import annotations

import functools
import operator
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import numpy as np

from vcxg124m import _html
from vcxg124m._extras import require
from vcxg124m.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy.typing as npt
    from typing_extensions import Self

    from vcxg124m.chunk_data import ChunkData
    from vcxg124m.recording._container import Pixels, Source
    from vcxg124m.recording._records import FrameRecord
    from vcxg124m.recording._report import RecordedGap, RecordingReport

__all__ = ["RecordedFrame", "Recording"]


@dataclass(frozen=True, eq=False)
class RecordedFrame:
    """One frame of a recording.

    Attributes
    ----------
    image
        The pixels, as :attr:`vcxg124m.Frame.image`; the memory is the user's.
    frame_id, timestamp_ns, pixel_format, width, height, offset_x, offset_y, complete, chunks
        As in :class:`vcxg124m.Frame`.
    host_time_ns
        The host's time when the frame was taken from the stream, in ns since 1970 (UTC).
    gap
        Before this frame the camera was lost and found again; otherwise None.
    """

    image: Pixels
    frame_id: int
    timestamp_ns: int
    host_time_ns: int
    pixel_format: str
    width: int
    height: int
    offset_x: int
    offset_y: int
    complete: bool
    chunks: ChunkData | None
    gap: RecordedGap | None

    def _repr_html_(self) -> str:
        from vcxg124m._frame_html import frame_html  # noqa: PLC0415 - Pillow, for those who look at frames

        more = [("taken", _date(self.host_time_ns))]
        if self.gap is not None:
            more.append(("before it", f"the camera was lost for {self.gap.seconds:.1f} s"))
        return frame_html(
            self, flaw="" if self.complete else "incomplete: what did not come is zero", more=more
        )


class Recording:
    """A recorded file; made by :func:`vcxg124m.open_recording`, closed by ``with`` or :meth:`close`.

    It is a sequence of images and looks like an array (frames, height, width): ``recording[3]``,
    ``recording[10:20, :100]``, ``numpy.mean(recording[::50], axis=0)``. Only what is asked for is read and unpacked. It
    may be used from several threads.
    """

    def __init__(self, path: str, source: Source) -> None:
        self._path = path
        self._source = source

    def __repr__(self) -> str:
        state = "" if self.report else ", not closed by its writer"
        return (
            f"<Recording {self._path!r}: {len(self)} frames of {self.camera.get('model', 'a camera')}{state}>"
        )

    def _repr_html_(self) -> str:
        camera, report = self.camera, self.report
        lost = "not known: its writer was killed" if report is None else f"{report.lost} frames"
        sizes = sorted({(each.height, each.width) for each in self._records})
        rows: list[tuple[str, object]] = [
            (
                "camera",
                f"{camera.get('vendor', '')} {camera.get('model', '')}, {camera.get('serial_number', '')}",
            ),
            ("frames", f"{len(self)} of {', '.join(map(str, sizes))}"),
            ("started", _date(self.started_ns)),
            ("lost", lost if report is not None and not report.lost else _html.warning(lost)),
        ]
        return _html.table(rows, caption=self._path)

    def close(self) -> None:
        """Close the file."""
        self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- frames -------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._source)

    def __iter__(self) -> Iterator[Pixels]:
        for index in range(len(self)):
            yield self._source.image(index)

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - an image, a stack, a pixel: as numpy's
        """Return what numpy would, for integers, slices and ``...``; a list or array may choose frames.

        Raises
        ------
        IndexError
            There is no such frame or pixel.
        RecordingError
            The frames chosen differ in size or type.
        """
        keys: tuple[Any, ...] = (key,)
        if isinstance(key, tuple):
            keys = key  # pyright: ignore[reportUnknownVariableType]
        if not keys or keys[0] is Ellipsis:
            keys = (slice(None),) * (self.ndim + 1 - max(len(keys), 1)) + keys[1:]
        frames: Any = keys[0]
        inner = keys[1:]
        try:
            index = operator.index(frames)
        except TypeError:
            chosen = np.arange(len(self))[frames]
            return self._stack([int(each) for each in chosen], inner)
        image = self._source.image(self._checked(index))
        return image[inner] if inner else image

    def __array__(self, dtype: npt.DTypeLike | None = None, *, copy: bool | None = None) -> npt.NDArray[Any]:
        if copy is False:
            raise ValueError("A recording is read from a file: it cannot become an array without a copy.")
        return np.asarray(self[:], dtype)

    def frame(self, index: int) -> RecordedFrame:
        """Return one frame with what is stored about it; negative indices count from the end.

        Raises
        ------
        IndexError
            There is no such frame.
        """
        index = self._checked(operator.index(index))
        record = self._source.record(index)
        return RecordedFrame(
            self._source.image(index),
            record.frame_id,
            record.timestamp_ns,
            record.host_time_ns,
            record.pixel_format,
            record.width,
            record.height,
            record.offset_x,
            record.offset_y,
            record.complete,
            record.chunks,
            record.gap,
        )

    def to_dask(self) -> Any:  # noqa: ANN401 - dask is not always installed
        """Return a ``dask.array.Array`` (frames, height, width) with a chunk for each frame.

        Raises
        ------
        MissingPackageError
            dask is not installed.
        """
        dask_array = require("dask.array", "dask")
        return dask_array.from_array(self, chunks=(1, *self.shape[1:]), name=False, asarray=False)

    # -- like an array -------------------------------------------------------------------------------------------

    @property
    def ndim(self) -> int:
        """Dimensions: 3, with one more for colour."""
        return len(self.shape)

    @functools.cached_property
    def shape(self) -> tuple[int, ...]:
        """Frames, height, width.

        Raises
        ------
        RecordingError
            The frames differ in size, as with a sequencer that changes the region; each can still be read.
        """
        sizes = {(each.height, each.width) for each in self._records}
        if len(sizes) > 1:
            raise RecordingError(
                f"{self._path} holds frames of several sizes (height, width): {sorted(sizes)}; read them one by one."
            )
        return (len(self), *self._first.shape) if len(self) else (0, 0, 0)

    @property
    def dtype(self) -> np.dtype[np.uint8 | np.uint16]:
        """Type of the images: uint8 or uint16."""
        return self._first.dtype if len(self) else np.dtype(np.uint16)

    # -- what is stored beside the pixels ------------------------------------------------------------------------

    @property
    def frame_ids(self) -> npt.NDArray[np.int64]:
        """The camera's frame ids; one that is left out is a frame that is not in the file. See `gaps`, too."""
        return np.array([each.frame_id for each in self._records], np.int64)

    @property
    def timestamps_ns(self) -> npt.NDArray[np.int64]:
        """The camera's time at the start of each exposure, in ns."""
        return np.array([each.timestamp_ns for each in self._records], np.int64)

    @property
    def host_times_ns(self) -> npt.NDArray[np.int64]:
        """The host's time when each frame was taken from the stream, in ns since 1970 (UTC)."""
        return np.array([each.host_time_ns for each in self._records], np.int64)

    @property
    def chunks(self) -> list[ChunkData | None]:
        """The camera's data about each frame; None where chunks were off."""
        return [each.chunks for each in self._records]

    @property
    def gaps(self) -> dict[int, RecordedGap]:
        """Times without the camera, by the index of the frame behind each; from there its ids and times begin anew."""
        return {index: each.gap for index, each in enumerate(self._records) if each.gap is not None}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The camera's settings at the start: what ``cam.configure`` takes."""
        return self._source.header.settings

    @property
    def camera(self) -> Mapping[str, Any]:
        """The camera as it was found, by the fields of CameraInfo."""
        return self._source.header.camera

    @property
    def started_ns(self) -> int:
        """The host's time at the start, in ns since 1970 (UTC)."""
        return self._source.header.started_ns

    @property
    def report(self) -> RecordingReport | None:
        """How the recording went, with all losses; None when its writer was killed before it could close the file."""
        return self._source.report

    # -- inside --------------------------------------------------------------------------------------------------

    @functools.cached_property
    def _records(self) -> list[FrameRecord]:
        return self._source.records()

    @functools.cached_property
    def _first(self) -> Pixels:
        return self._source.image(0)

    def _checked(self, index: int) -> int:
        if not -len(self) <= index < len(self):
            raise IndexError(f"frame {index} of {self._path}, which holds {len(self)}")
        return index % len(self)

    def _stack(self, indices: list[int], inner: tuple[Any, ...]) -> npt.NDArray[Any]:
        if not indices:
            within = (slice(None), *inner)
            nothing: npt.NDArray[Any] = np.empty((0, *self.shape[1:]), self.dtype)[within]
            return nothing
        stack: npt.NDArray[Any] | None = None
        for position, index in enumerate(indices):
            image = self._source.image(index)
            part = np.asarray(image[inner] if inner else image)
            if stack is None:
                stack = np.empty((len(indices), *part.shape), part.dtype)
            if part.shape != stack.shape[1:] or part.dtype != stack.dtype:
                raise RecordingError(
                    f"Frames {indices[0]} and {index} of {self._path} differ: {stack.shape[1:]} of {stack.dtype}, "
                    f"{part.shape} of {part.dtype}; read them one by one."
                )
            stack[position] = part
        assert stack is not None  # noqa: S101 - there is at least one index
        return stack


def _date(ns: int) -> str:
    return f"{datetime.fromtimestamp(ns / 1e9, timezone.utc):%Y-%m-%d %H:%M:%S.%f} UTC"
