"""What a kind of file must offer, and what they share."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from vcxg124m.errors import PixelFormatError, RecordingError

if TYPE_CHECKING:
    import numpy.typing as npt

    from vcxg124m.recording._records import FrameRecord, RecordingHeader
    from vcxg124m.recording._report import RecordingReport

    Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

__all__ = ["Source", "Writer", "check_like", "check_new", "check_page", "count_written"]


class Writer(Protocol):
    """A file that takes frames. It is used by one thread, and exists from the first frame on.

    A frame must be with the operating system when `write` returns, in a way that a reader finds it without `close`:
    what a killed process leaves is then readable.
    """

    @property
    def container(self) -> str:
        """Name of the kind of file."""
        ...

    @property
    def path(self) -> str: ...
    @property
    def packed(self) -> bool:
        """Whether it stores the bytes as they came over the network instead of an image."""
        ...

    def start(self, header: RecordingHeader) -> None:
        """Make the file; called once, before the first frame."""
        ...

    def write(self, record: FrameRecord, pixels: Pixels) -> None:
        """Append one frame: ``pixels`` are a flat uint8 array where ``packed``, else the image."""
        ...

    def close(self, report: RecordingReport) -> None:
        """Add the report and close the file."""
        ...


class Source(Protocol):
    """A file that gives frames back; safe to use from several threads."""

    @property
    def header(self) -> RecordingHeader: ...
    @property
    def report(self) -> RecordingReport | None:
        """None when the recording was not closed."""
        ...

    def __len__(self) -> int: ...
    def record(self, index: int) -> FrameRecord: ...
    def records(self) -> list[FrameRecord]:
        """Return all of them, at once where that is quicker."""
        ...

    def image(self, index: int) -> Pixels: ...
    def close(self) -> None: ...


def check_new(path: str, *, overwrite: bool) -> None:
    """Refuse a path where something is, unless it may be replaced.

    Raises
    ------
    FileExistsError
        Something is there.
    """
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, "the file exists; choose another name, or overwrite=True", path)


def check_page(record: FrameRecord, image: Pixels) -> None:
    """Refuse an image that is not (height, width) of uint8 or uint16.

    Raises
    ------
    PixelFormatError
        It has another type or more than one channel.
    """
    if image.dtype.kind != "u" or image.itemsize > 2 or image.ndim != 2:
        raise PixelFormatError(
            f"This file takes images (height, width) of uint8 or uint16; this {record.pixel_format} frame is "
            f"{image.shape} of {image.dtype}. A .raw file takes any."
        )


def check_like(record: FrameRecord, pixels: Pixels, frames: Any, path: str) -> None:  # noqa: ANN401 - h5py's or zarr's
    """Refuse an image that is not like those before it.

    Raises
    ------
    RecordingError
        Its size or type is another.
    """
    if pixels.shape != frames.shape[1:] or pixels.dtype != frames.dtype:
        raise RecordingError(
            f"Frame {record.frame_id} is {pixels.shape} of {pixels.dtype}, the frames before are {frames.shape[1:]} of "
            f"{frames.dtype}: {path} holds frames of one size. Files .raw and .tiff take any."
        )


def count_written(records: Any) -> int:  # noqa: ANN401 - h5py's or zarr's
    """Return how many records there are, without the rows at the end that a killed writer had made and not filled."""
    if records is None:
        return 0
    count = int(records.shape[0])
    while count and not np.asarray(records[count - 1]).tobytes().strip(b"\0"):
        count -= 1
    return count
