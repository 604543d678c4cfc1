"""An HDF5 file, readable while it is written (SWMR), one uncompressed chunk a frame.

Datasets ``frames`` (n, height, width), ``records`` (n,) of JSON in fixed-length text, and ``frame_id``,
``timestamp_ns``, ``host_time_ns``, (n,) int64; ``report``, uint8, is empty until the file is closed, then the report as
JSON. The file's attribute ``recording`` is the header as JSON. The records grow last.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from vcxg124m._extras import require
from vcxg124m.errors import RecordingError
from vcxg124m.recording._container import check_like, check_new, check_page, count_written
from vcxg124m.recording._records import (
    FrameRecord,
    RecordingHeader,
    columns,
    record_bytes,
    room_for_records,
    to_json,
)
from vcxg124m.recording._report import RecordingReport

if TYPE_CHECKING:
    from collections.abc import Generator

    from vcxg124m.recording._container import Pixels

__all__ = ["Hdf5Source", "Hdf5Writer"]


class Hdf5Writer:
    """Writes images of one size and type into an HDF5 file.

    Parameters
    ----------
    path
        The file.
    overwrite
        Replace an existing file.
    """

    container = "hdf5"
    packed = False

    def __init__(self, path: str, *, overwrite: bool = False) -> None:
        self._h5py = require("h5py", "hdf5")
        self.path = path
        self._mode = "w" if overwrite else "x"
        self._frames: Any = None
        check_new(path, overwrite=overwrite)

    def start(self, header: RecordingHeader) -> None:
        """Make the file, with the file format that a reader beside the writer needs."""
        with self._explained():
            self._file = self._h5py.File(self.path, self._mode, libver="latest")
            self._file.attrs["recording"] = to_json(header.to_dict())

    def write(self, record: FrameRecord, pixels: Pixels) -> None:
        """Append an image, and then its record."""
        check_page(record, pixels)
        with self._explained():
            if self._frames is None:
                self._create(record, pixels)
            check_like(record, pixels, self._frames, self.path)
            self._append(record, pixels)

    def _append(self, record: FrameRecord, pixels: Pixels) -> None:
        count = self._records.shape[0]
        line = record_bytes(record, self._records.dtype.itemsize)
        rows = {"frames": pixels, **{name: values[0] for name, values in columns([record]).items()}}
        for name, row in (*rows.items(), ("records", line)):
            dataset = self._file[name]
            dataset.resize(count + 1, axis=0)
            dataset[count] = row
            dataset.flush()

    def close(self, report: RecordingReport) -> None:
        """Add the report and close the file."""
        with self._explained(), self._file:
            if self._frames is not None:
                text = np.frombuffer(to_json(report.to_dict()).encode("ascii"), np.uint8)
                self._report.resize(text.size, axis=0)
                self._report[:] = text

    @contextlib.contextmanager
    def _explained(self) -> Generator[None, None, None]:
        """Turn the errors by which h5py tells of a full disk into one that says which file it was."""
        try:
            yield
        except (RuntimeError, OSError) as error:
            systems = re.search("error message = '([^']*)'", str(error))
            raise RecordingError(
                f"{self.path} cannot be written: {systems[1] if systems else error}"
            ) from error

    def _create(self, record: FrameRecord, pixels: Pixels) -> None:
        def dataset(name: str, shape: tuple[int, ...], dtype: object, chunk: int = 1) -> Any:  # noqa: ANN401
            return self._file.create_dataset(
                name, shape=(0, *shape), maxshape=(None, *shape), chunks=(chunk, *shape), dtype=dtype
            )

        self._frames = dataset("frames", pixels.shape, pixels.dtype)
        self._records = dataset("records", (), f"S{room_for_records(record)}")
        for name, values in columns([record]).items():
            dataset(name, (), values.dtype, 1024)
        # An attribute cannot be added, and a file not be opened to write again, while somebody reads it.
        self._report = dataset("report", (), np.uint8, 2**20)
        self._file.swmr_mode = True


class Hdf5Source:
    """Reads what `Hdf5Writer` wrote, also while it is written and when it was never closed."""

    def __init__(self, path: str) -> None:
        h5py = require("h5py", "hdf5")
        os.stat(path)  # noqa: PTH116 - h5py's error for a missing file says more than is of use
        try:
            self._file = h5py.File(path, "r", libver="latest", swmr=True)
        except OSError as error:
            raise RecordingError(f"{path} cannot be read as HDF5: {error}") from error
        try:
            header = json.loads(self._file.attrs.get("recording", "{}"))
            self.header = RecordingHeader.from_dict(header, path)
        except BaseException:
            self._file.close()
            raise
        self._frames: Any = self._file.get("frames")
        self._records: Any = self._file.get("records")
        report = self._file["report"][:].tobytes() if "report" in self._file else b""
        whole = report.endswith(b"}")
        self.report = RecordingReport.from_dict(json.loads(report)) if whole else None
        self._count = count_written(self._records)

    def __len__(self) -> int:
        return self._count

    def record(self, index: int) -> FrameRecord:
        """Return what is stored about a frame."""
        return FrameRecord.from_dict(json.loads(self._records[index]))

    def records(self) -> list[FrameRecord]:
        """Return what is stored about all frames."""
        lines = self._records[: self._count] if self._count else ()
        return [FrameRecord.from_dict(json.loads(line)) for line in lines]

    def image(self, index: int) -> Pixels:
        """Read one frame."""
        image: Pixels = self._frames[index]
        return image

    def close(self) -> None:
        """Close the file."""
        self._file.close()
