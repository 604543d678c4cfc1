"""A Zarr v3 group in a folder: one uncompressed chunk a frame.

``frames`` (n, height, width); ``records`` (n, length) uint8, a frame's record as JSON filled up with zeros; the header
in the group's attribute ``recording``. Closing adds the attribute ``report`` and, for other programs, ``frame_id``,
``timestamp_ns`` and ``host_time_ns``, (n,) int64. A frame's record is written after its pixels: a row of ``records``
that is not empty stands for a whole frame.
"""

from __future__ import annotations

import json
import os
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
)
from vcxg124m.recording._report import RecordingReport

if TYPE_CHECKING:
    import numpy.typing as npt

    from vcxg124m.recording._container import Pixels

__all__ = ["ZarrSource", "ZarrWriter"]


class ZarrWriter:
    """Writes images of one size and type into a Zarr group.

    Parameters
    ----------
    path
        The group's folder.
    overwrite
        Replace an existing Zarr group; a folder that is none is never touched.
    """

    container = "zarr"
    packed = False

    def __init__(self, path: str, *, overwrite: bool = False) -> None:
        self._zarr = require("zarr", "zarr")
        self.path = path
        self._overwrite = overwrite
        self._records: list[FrameRecord] = []
        self._frames: Any = None
        replaceable = overwrite and os.path.isfile(os.path.join(path, "zarr.json"))  # noqa: PTH113, PTH118
        check_new(path, overwrite=replaceable)

    def start(self, header: RecordingHeader) -> None:
        """Make the group."""
        self._group = self._zarr.open_group(
            self.path,
            mode="w" if self._overwrite else "w-",
            zarr_format=3,
            attributes={"recording": header.to_dict()},
        )

    def write(self, record: FrameRecord, pixels: Pixels) -> None:
        """Append an image and then its record."""
        check_page(record, pixels)
        if self._frames is None:
            self._frames = self._create("frames", pixels.shape, pixels.dtype, ("frame", "y", "x"))
            self._lines = self._create("records", (room_for_records(record),), np.uint8, ("frame", "byte"))
        check_like(record, pixels, self._frames, self.path)
        line = np.frombuffer(record_bytes(record, self._lines.shape[1]), np.uint8)
        for array, row in ((self._frames, pixels), (self._lines, line)):
            count = len(self._records)
            array.resize((count + 1, *array.shape[1:]))
            array[count] = row
        self._records.append(record)

    def close(self, report: RecordingReport) -> None:
        """Add what other programs look for, and the report."""
        for name, values in columns(self._records).items() if self._records else ():
            self._group.create_array(name, data=values, dimension_names=("frame",))
        self._group.attrs["report"] = report.to_dict()

    def _create(self, name: str, shape: tuple[int, ...], dtype: object, dimensions: tuple[str, ...]) -> Any:  # noqa: ANN401
        return self._group.create_array(
            name,
            shape=(0, *shape),
            chunks=(1, *shape),
            dtype=dtype,
            compressors=None,
            dimension_names=dimensions,
        )


class ZarrSource:
    """Reads what `ZarrWriter` wrote."""

    def __init__(self, path: str) -> None:
        zarr = require("zarr", "zarr")
        os.stat(path)  # noqa: PTH116 - for the error that the other kinds of file raise
        try:
            group = zarr.open_group(path, mode="r", zarr_format=3)
        except (FileNotFoundError, ValueError) as error:  # no group in there, or one of Zarr v2
            raise RecordingError(f"{path} is no Zarr group: {error}") from error
        self.header = RecordingHeader.from_dict(group.attrs.get("recording", {}), path)
        report = group.attrs.get("report")
        self.report = None if report is None else RecordingReport.from_dict(report)
        self._frames: Any = group.get("frames")
        self._lines: Any = group.get("records")
        self._count = count_written(self._lines)

    def __len__(self) -> int:
        return self._count

    def record(self, index: int) -> FrameRecord:
        """Return what is stored about a frame."""
        return _parsed(self._lines[index])

    def records(self) -> list[FrameRecord]:
        """Return what is stored about all frames; one by one takes ten times as long."""
        return [_parsed(line) for line in self._lines[: self._count]] if self._count else []

    def image(self, index: int) -> Pixels:
        """Read one frame."""
        image: Pixels = self._frames[index]
        return image

    def close(self) -> None:
        """Nothing is held open."""


def _parsed(line: npt.NDArray[np.uint8]) -> FrameRecord:
    return FrameRecord.from_dict(json.loads(line.tobytes().rstrip(b"\0")))
