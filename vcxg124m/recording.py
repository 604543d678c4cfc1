"""Frames into a multi-page TIFF file."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import tifffile

from vcxg124m.errors import PixelFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Any

    import numpy.typing as npt
    from typing_extensions import Self

    from vcxg124m.frame import Frame

__all__ = ["TiffRecording"]

_CLASSIC_LIMIT = 2**32 - 1
_ROOM_FOR_TAGS = 4096  # far more than a page's texts need; only used to choose between the two variants


class TiffRecording:
    """A multi-page TIFF file, one frame a page, uncompressed uint8 or uint16.

    The file is made by the first frame: a camera that delivers none leaves no file behind. Each page's
    ImageDescription is a JSON object with ``frame_id``, ``timestamp_ns`` (the camera's clock), ``pixel_format`` and
    whatever ``metadata`` names. A page is with the operating system when `write` returns, so complete pages survive the
    death of the process, not a loss of power.

    Parameters
    ----------
    path
        The file; an existing one is an error unless ``overwrite``.
    expected_frames
        How many frames will come, when that is known. Up to 4 GiB are written as classic TIFF, which every program
        reads; more, or an unknown number, as BigTIFF.
    metadata
        More entries for every page's description, such as the camera's serial number.
    overwrite
        Replace an existing file.

    Raises
    ------
    FileExistsError
        The file exists and ``overwrite`` is False; raised at once, and once more by the first frame if the file came
        into being between.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        expected_frames: int | None = None,
        metadata: Mapping[str, str | int | float] | None = None,
        overwrite: bool = False,
    ) -> None:
        self._path = os.fspath(path)
        self._expected_frames = expected_frames
        self._metadata = dict(metadata or {})
        self._overwrite = overwrite
        self._software = f"vcxg124m {importlib.metadata.version('vcxg124m')}"
        self._writer: tifffile.TiffWriter | None = None
        # Pages are written by a thread of their own: a Ctrl-C lands in the caller's, so none is left half written.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="vcxg-tiff")
        self._closed = False
        self._pages = 0
        if not overwrite and os.path.lexists(self._path):
            raise FileExistsError(
                errno.EEXIST, "the file exists; choose another name or overwrite it", self._path
            )

    @property
    def path(self) -> str:
        """The file's path as it was given."""
        return self._path

    @property
    def pages(self) -> int:
        """Complete pages in the file."""
        return self._pages

    @property
    def size(self) -> int:
        """Size of the file in bytes, 0 before the first frame."""
        return os.stat(self._path).st_size if self._pages else 0  # noqa: PTH116 - the path is text here

    def write(self, frame: Frame) -> None:
        """Append one frame.

        Parameters
        ----------
        frame
            Its ``image``, shape (height, width), uint8 or uint16, becomes the page.

        Raises
        ------
        PixelFormatError
            The image has no such type or more than one channel.
        ValueError
            The recording is closed, or has no room: more frames than ``expected_frames`` promised to classic TIFF.
        OSError
            The file cannot be written; the pages so far stay readable.
        """
        if self._closed:
            raise ValueError(f"The recording {self._path} is closed.")
        image = frame.image
        if image.dtype.kind != "u" or image.itemsize > 2 or image.ndim != 2:
            raise PixelFormatError(
                f"A page is (height, width) of uint8 or uint16; this {frame.pixel_format} frame is {image.shape} of "
                f"{image.dtype}."
            )
        description = {
            "frame_id": frame.frame_id,
            "timestamp_ns": frame.timestamp_ns,
            "pixel_format": str(frame.pixel_format),
            **self._metadata,
        }
        self._thread.submit(self._append, image, json.dumps(description)).result()

    def close(self) -> None:
        """Close the file, after a page that is being written. May be called twice."""
        self._closed = True
        self._thread.shutdown()
        if self._writer is not None:
            writer, self._writer = self._writer, None
            writer.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<TiffRecording {self._path!r}, {self._pages} pages, {state}>"

    def _append(self, image: npt.NDArray[Any], description: str) -> None:
        if self._writer is None:
            self._writer = self._create(image.nbytes)
        self._writer.write(
            image,
            photometric="minisblack",
            contiguous=False,
            description=description,
            software=self._software,
            datetime=True,
            metadata=None,
        )
        self._writer.filehandle.flush()
        self._pages += 1

    def _create(self, page_bytes: int) -> tifffile.TiffWriter:
        frames = self._expected_frames
        big = frames is None or frames * (page_bytes + _ROOM_FOR_TAGS) > _CLASSIC_LIMIT
        return tifffile.TiffWriter(
            self._path, mode="w" if self._overwrite else "x", bigtiff=big, byteorder="<"
        )
