"""Frames into a multi-page TIFF that is readable at every instant, also after the writing process was killed.

Every page is written in this order: pixels, then its directory, then the link to it. The link is one write of four or
eight bytes, so a file that stops growing at any point ends with the last complete page. The usual libraries link a page
before its pixels are there; a process that dies in between leaves a file that some readers refuse as a whole
(docs/decisions/0001).
"""

from __future__ import annotations

import datetime
import errno
import importlib.metadata
import json
import os
import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from vcxg124m.errors import PixelFormatError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import FileIO
    from types import TracebackType

    import numpy.typing as npt
    from typing_extensions import Self

    from vcxg124m.frame import Frame

__all__ = ["TiffRecording"]

_SHORT, _LONG, _ASCII, _RATIONAL, _LONG8 = 3, 4, 2, 5, 16
_CLASSIC_LIMIT = 2**32 - 1
_ROOM_FOR_TAGS = (
    4096  # a page's directory and texts are far smaller; only used to choose between the two variants
)


class TiffRecording:
    """A multi-page TIFF file, one frame a page, uncompressed uint8 or uint16.

    The file is made by the first frame: a camera that delivers none leaves no file behind. Each page's
    ImageDescription is a JSON object with ``frame_id``, ``timestamp_ns`` (the camera's clock), ``pixel_format`` and
    whatever ``metadata`` names. Complete pages survive the death of the process, not a loss of power.

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
        self._file: FileIO | None = None
        self._closed = False
        self._big = False
        self._link = 0  # where the offset of the next directory belongs
        self._end = 0  # one past the last complete page
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
        """Size of the file in bytes."""
        return self._end

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
            The recording is closed.
        OSError
            The file cannot be written, or would grow beyond classic TIFF's 4 GiB; the pages so far stay readable.
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
        pixels = np.ascontiguousarray(image, "<u1" if image.itemsize == 1 else "<u2")
        if self._file is None:
            self._create(pixels.nbytes)
        self._append(pixels, json.dumps(description))

    def close(self) -> None:
        """Close the file; a page that could not be written whole is cut off. May be called twice."""
        self._closed = True
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                file.truncate(self._end)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "closed" if self._closed else "open"
        return f"<TiffRecording {self._path!r}, {self._pages} pages, {state}>"

    def _create(self, page_bytes: int) -> None:
        total = (
            None if self._expected_frames is None else self._expected_frames * (page_bytes + _ROOM_FOR_TAGS)
        )
        self._big = total is None or total > _CLASSIC_LIMIT
        header = (
            struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0) if self._big else struct.pack("<2sHI", b"II", 42, 0)
        )
        self._file = open(self._path, "wb" if self._overwrite else "xb", buffering=0)  # noqa: SIM115, PTH123
        self._link = 8 if self._big else 4
        self._end = len(header)
        self._put(0, header)

    def _append(self, pixels: npt.NDArray[Any], description: str) -> None:
        start = _aligned(self._end)
        directory_at = _aligned(start + pixels.nbytes)
        directory, next_link = self._directory(pixels, start, directory_at, description)
        end = directory_at + len(directory)
        if not self._big and end > _CLASSIC_LIMIT:
            raise OSError(
                errno.EFBIG,
                f"page {self._pages + 1} does not fit into the 4 GiB of classic TIFF, which was chosen for "
                f"{self._expected_frames} expected frames; give the true number, or none, to get BigTIFF",
                self._path,
            )
        self._put(start, pixels.data.cast("B"))
        self._put(directory_at, directory)
        self._end = (
            end  # before the link: a Ctrl-C between these lines must not let close() cut a linked page off
        )
        self._put(self._link, struct.pack("<Q" if self._big else "<I", directory_at))
        self._link = directory_at + next_link
        self._pages += 1

    def _directory(
        self,
        pixels: npt.NDArray[Any],
        pixels_at: int,
        at: int,
        description: str,
    ) -> tuple[bytes, int]:
        """Bytes of a page's directory with its texts behind it, and where in them the next link stands."""
        height, width = pixels.shape
        now = datetime.datetime.now().astimezone().strftime("%Y:%m:%d %H:%M:%S")
        offset = _LONG8 if self._big else _LONG
        tags: list[tuple[int, int, int, bytes]] = [  # tag, type, count, value; ascending
            (256, _LONG, 1, struct.pack("<I", width)),
            (257, _LONG, 1, struct.pack("<I", height)),
            (258, _SHORT, 1, struct.pack("<H", pixels.itemsize * 8)),  # BitsPerSample
            (259, _SHORT, 1, struct.pack("<H", 1)),  # Compression: none
            (262, _SHORT, 1, struct.pack("<H", 1)),  # PhotometricInterpretation: black is zero
            _text(270, description),  # ImageDescription
            (273, offset, 1, struct.pack("<Q" if self._big else "<I", pixels_at)),  # StripOffsets
            (277, _SHORT, 1, struct.pack("<H", 1)),  # SamplesPerPixel
            (278, _LONG, 1, struct.pack("<I", height)),  # RowsPerStrip
            (279, _LONG, 1, struct.pack("<I", pixels.nbytes)),  # StripByteCounts
            (282, _RATIONAL, 1, struct.pack("<II", 1, 1)),  # XResolution
            (283, _RATIONAL, 1, struct.pack("<II", 1, 1)),  # YResolution
            (296, _SHORT, 1, struct.pack("<H", 1)),  # ResolutionUnit: none
            _text(305, self._software),  # Software
            _text(306, now),  # DateTime
            (339, _SHORT, 1, struct.pack("<H", 1)),  # SampleFormat: unsigned
        ]
        count_format, entry_format, inline = ("<Q", "<HHQ8s", 8) if self._big else ("<H", "<HHI4s", 4)
        next_link = struct.calcsize(count_format) + len(tags) * struct.calcsize(entry_format)
        texts_at = at + next_link + inline
        entries, texts = b"", b""
        for tag, kind, count, value in tags:
            stored = value
            if len(value) > inline:
                stored = struct.pack("<Q" if self._big else "<I", texts_at + len(texts))
                texts += value + bytes(len(value) % 2)
            entries += struct.pack(entry_format, tag, kind, count, stored)
        return struct.pack(count_format, len(tags)) + entries + bytes(inline) + texts, next_link

    def _put(self, at: int, content: bytes | memoryview) -> None:
        if self._file is None:
            raise ValueError(f"The recording {self._path} is closed.")
        self._file.seek(at)
        rest = memoryview(content)
        while rest:
            rest = rest[self._file.write(rest) :]


def _text(tag: int, text: str) -> tuple[int, int, int, bytes]:
    value = text.encode("ascii", "backslashreplace") + b"\0"
    return tag, _ASCII, len(value), value


def _aligned(offset: int) -> int:
    return (offset + 15) & ~15
