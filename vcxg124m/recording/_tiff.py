"""A multi-page TIFF file, one frame a page, uncompressed uint8 or uint16.

Each page's ImageDescription is a JSON object: the frame's record, on the first page ``recording`` with the header too,
and once the file is closed ``report``.
"""

from __future__ import annotations

import json
import os
import struct
import threading
from typing import TYPE_CHECKING, Any, Literal

import tifffile

from vcxg124m.errors import RecordingError
from vcxg124m.recording._container import check_new, check_page
from vcxg124m.recording._records import FrameRecord, RecordingHeader, to_json
from vcxg124m.recording._report import RecordingReport

if TYPE_CHECKING:
    from vcxg124m.recording._container import Pixels

__all__ = ["TiffSource", "TiffWriter"]

_CLASSIC_LIMIT = 2**32 - 1
_ROOM_FOR_TAGS = 4096  # far more than a page's texts need; only used to choose between the two variants


class TiffWriter:
    """Writes images as pages.

    Parameters
    ----------
    path
        The file.
    expected_frames
        How many frames will come, when that is known. Up to 4 GiB are written as classic TIFF, which every program
        reads; more, or an unknown number, as BigTIFF.
    overwrite
        Replace an existing file.
    """

    container = "tiff"
    packed = False

    def __init__(self, path: str, *, expected_frames: int | None = None, overwrite: bool = False) -> None:
        self.path = path
        self._expected_frames = expected_frames
        self._mode: Literal["w", "x"] = "w" if overwrite else "x"
        self._writer: tifffile.TiffWriter | None = None
        self._first: dict[str, Any] = {}
        check_new(path, overwrite=overwrite)

    def start(self, header: RecordingHeader) -> None:
        """Keep the header for the first page, whose size decides between classic TIFF and BigTIFF."""
        self._header = header

    def write(self, record: FrameRecord, pixels: Pixels) -> None:
        """Append a page."""
        check_page(record, pixels)
        description = record.to_dict()
        if self._writer is None:
            self._writer = self._create(pixels.nbytes)
            description = self._first = {**description, "recording": self._header.to_dict()}
        self._writer.write(
            pixels,
            photometric="minisblack",
            contiguous=False,
            description=to_json(description),
            software=self._header.software,
            datetime=True,
            metadata=None,
        )
        self._writer.filehandle.flush()

    def close(self, report: RecordingReport) -> None:
        """Close the file, and put the report on its first page."""
        if self._writer is None:
            return
        self._writer.close()
        if report.frames:
            _describe_first_page(self.path, to_json({**self._first, "report": report.to_dict()}))

    def _create(self, page_bytes: int) -> tifffile.TiffWriter:
        frames = self._expected_frames
        big = frames is None or frames * (page_bytes + _ROOM_FOR_TAGS) > _CLASSIC_LIMIT
        return tifffile.TiffWriter(self.path, mode=self._mode, bigtiff=big, byteorder="<")


def _describe_first_page(path: str, text: str) -> None:
    """Append a new description to the file, and let the first page point at it when it is there.

    tifffile's own way points first, and a full disk or a kill between would leave a page without its description.
    """
    with tifffile.TiffFile(path) as file:
        tag = file.pages.first.tags["ImageDescription"]
        count_and_offset = struct.Struct("<QQ" if file.is_bigtiff else "<II")
    data = text.encode("ascii") + b"\0"
    with open(path, "r+b") as out:  # noqa: PTH123 - the path is text here
        end = out.seek(0, os.SEEK_END)
        start = end + end % 2  # TIFF wants values on even offsets
        out.write(bytes(start - end) + data)
        out.flush()
        out.seek(tag.offset + 4)  # behind the tag's code and type
        out.write(count_and_offset.pack(len(data), start))


class TiffSource:
    """Reads what `TiffWriter` wrote."""

    def __init__(self, path: str) -> None:
        self._lock = threading.Lock()
        self._path = path
        try:
            self._file = tifffile.TiffFile(path)
        except (
            tifffile.TiffFileError,
            struct.error,
        ) as error:  # the latter where the file ends within its head
            raise RecordingError(f"{path} is no TIFF file, or cut off: {error}") from error
        try:
            self._pages = len(self._file.pages)
            # A writer that was killed leaves a link to a page that it did not complete.
            while self._pages and not self._is_whole(self._pages - 1):
                self._pages -= 1
            first = self._description(0) if self._pages else {}
            self.header = RecordingHeader.from_dict(first.get("recording", {}), path)
        except BaseException:
            self._file.close()
            raise
        report = first.get("report")
        self.report = None if report is None else RecordingReport.from_dict(report)

    def __len__(self) -> int:
        return self._pages

    def record(self, index: int) -> FrameRecord:
        """Return what is stored about a frame."""
        return FrameRecord.from_dict(self._description(index))

    def records(self) -> list[FrameRecord]:
        """Return what is stored about all frames."""
        return [self.record(index) for index in range(len(self))]

    def image(self, index: int) -> Pixels:
        """Read one page."""
        with self._lock:
            return self._page(index).asarray()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _page(self, index: int) -> tifffile.TiffPage:
        page = self._file.pages[index]
        if not isinstance(page, tifffile.TiffPage):
            raise RecordingError(f"Page {index} of {self._path} is none of its own.")
        return page

    def _description(self, index: int) -> dict[str, Any]:
        with self._lock:
            text = self._page(index).description
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as error:
            raise RecordingError(f"Page {index} of {self._path} has no record: {text[:60]!r}") from error

    def _is_whole(self, index: int) -> bool:
        try:
            page = self._page(index)
            ends = [start + size for start, size in zip(page.dataoffsets, page.databytecounts, strict=True)]
            return bool(ends) and max(ends) <= self._file.filehandle.size and bool(self._description(index))
        except (tifffile.TiffFileError, RecordingError, ValueError, IndexError, KeyError):
            return False
