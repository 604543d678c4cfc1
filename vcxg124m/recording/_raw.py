"""The bytes as they came, one frame behind the other, and an index beside them.

``run.raw`` holds nothing but the frames; ``run.raw.jsonl`` one JSON object a line: the header, then for each frame its
record with ``offset`` and ``length`` in bytes, at last ``{"report": ...}``. Both only grow, and a frame's line is
written after its bytes: every whole line stands for a whole frame.
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from io import BufferedReader, FileIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vcxg124m._pool import shared
from vcxg124m.errors import RecordingError
from vcxg124m.frame import decode, pixel_format_code
from vcxg124m.recording._container import check_new
from vcxg124m.recording._records import FrameRecord, RecordingHeader, to_json
from vcxg124m.recording._report import RecordingReport

if TYPE_CHECKING:
    from vcxg124m.recording._container import Pixels

__all__ = ["RawSource", "RawWriter"]

# Twice what a disk usually has under way: what is further back has been written and dropped before.
_CACHED_BYTES = 256 * 2**20


def _index_path(path: str) -> str:
    return f"{path}.jsonl"


class RawWriter:
    """Writes frames as they came: Mono12p stays packed, 18.4 MB a full frame.

    Parameters
    ----------
    path
        The file; its index gets ``.jsonl`` added to the name.
    overwrite
        Replace existing files.
    """

    container = "raw"
    packed = True

    def __init__(self, path: str, *, overwrite: bool = False) -> None:
        self.path = path
        self._mode = "w" if overwrite else "x"
        self._files = contextlib.ExitStack()
        self._offset = 0
        for each in (path, _index_path(path)):
            check_new(each, overwrite=overwrite)

    def start(self, header: RecordingHeader) -> None:
        """Make both files."""
        with contextlib.ExitStack() as files:  # none stays open when the disk is full already
            self._data = files.enter_context(FileIO(self.path, self._mode))
            self._index = files.enter_context(FileIO(_index_path(self.path), self._mode))
            _write_line(self._index, header.to_dict())
            self._files = files.pop_all()

    def write(self, record: FrameRecord, pixels: Pixels) -> None:
        """Append the bytes, then their line of the index."""
        _write_all(self._data, pixels.data)
        _write_line(self._index, {"offset": self._offset, "length": pixels.nbytes, **record.to_dict()})
        self._offset += pixels.nbytes
        self._keep_cache_small()

    def close(self, report: RecordingReport) -> None:
        """Write the last line of the index."""
        with self._files:
            _write_line(self._index, {"report": report.to_dict()})

    def _keep_cache_small(self) -> None:
        """Let the system write to the disk now, and forget what is there already.

        Otherwise a long recording fills the memory with pages to be written, until the system makes `write` wait.
        """
        if hasattr(os, "posix_fadvise"):  # not everywhere; it is advice
            start = max(0, self._offset - _CACHED_BYTES)
            os.posix_fadvise(self._data.fileno(), start, self._offset - start, os.POSIX_FADV_DONTNEED)


class RawSource:
    """Reads what `RawWriter` wrote; frames are unpacked when they are asked for."""

    def __init__(self, path: str) -> None:
        self.report: RecordingReport | None = None
        self._path = path
        self._frames: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._data = FileIO(path)
        try:
            self._read_index(_index_path(path))
        except BaseException:
            self._data.close()
            raise

    def _read_index(self, path: str) -> None:
        try:
            file = FileIO(path)
        except FileNotFoundError as error:
            raise RecordingError(
                f"{path} is missing: the index belongs to {self._path}, keep the two together."
            ) from error
        with BufferedReader(file) as index:
            first = index.readline()
            if not first.endswith(b"\n"):
                raise RecordingError(f"{path} is empty: the recording was killed at its start.")
            self.header = RecordingHeader.from_dict(_parsed(first, path), self._path)
            for line in index:
                self._take(line, path)

    def _take(self, line: bytes, path: str) -> None:
        if not line.endswith(b"\n"):
            return  # cut off by the death of the writer
        entry = _parsed(line, path)
        if "report" in entry:
            self.report = RecordingReport.from_dict(entry["report"])
        else:
            self._frames.append(entry)

    def __len__(self) -> int:
        return len(self._frames)

    def record(self, index: int) -> FrameRecord:
        """Return what is stored about a frame."""
        return FrameRecord.from_dict(self._frames[index])

    def records(self) -> list[FrameRecord]:
        """Return what is stored about all frames."""
        return [self.record(index) for index in range(len(self))]

    def image(self, index: int) -> Pixels:
        """Read and unpack one frame."""
        entry, record = self._frames[index], self.record(index)
        payload = shared.empty((entry["length"],), np.uint8)
        view = payload.data
        with self._lock:
            self._data.seek(entry["offset"])
            while view:
                read = self._data.readinto(view)
                if not read:
                    raise RecordingError(
                        f"{self._path} ends {len(view)} bytes before the end of frame {record.frame_id}."
                    )
                view = view[read:]
        return decode(
            payload,
            pixel_format_code(record.pixel_format),
            record.width,
            record.height,
            line_padding=record.line_padding,
        )

    def close(self) -> None:
        """Close the file."""
        self._data.close()


def _write_line(file: FileIO, entry: dict[str, Any]) -> None:
    _write_all(file, memoryview(to_json(entry).encode("ascii") + b"\n"))


def _write_all(file: FileIO, data: memoryview) -> None:
    while data:
        data = data[file.write(data) :]


def _parsed(line: bytes, path: str) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise RecordingError(f"{path} has a line that is no JSON: {line[:60]!r}") from error
    if not isinstance(entry, dict):
        raise RecordingError(f"{path} has a line that is no JSON object: {line[:60]!r}")
    return cast("dict[str, Any]", entry)
