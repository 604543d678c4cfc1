"""What a recording stores beside the pixels, and its form as JSON, which is the same in every container."""

from __future__ import annotations

import importlib.metadata
import json
import time
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from vcxg124m.chunk_data import BinningFactors, ChunkData
from vcxg124m.enums import PixelFormat
from vcxg124m.errors import ChunkDataError, RecordingError
from vcxg124m.recording._report import RecordedGap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt
    from typing_extensions import Self

    from vcxg124m._backend import CameraInfo
    from vcxg124m.frame import Frame

__all__ = ["FrameRecord", "RecordingHeader"]

_VERSION = 1
_MARK = "vcxg124m_recording"


@dataclass(frozen=True)
class RecordingHeader:
    """What holds for a whole recording.

    Attributes
    ----------
    camera
        The camera as it was found, by the fields of CameraInfo.
    settings
        ``cam.config.settings()`` at the start.
    started_ns
        The host's time at the start, in ns since 1970 (UTC).
    software
        Name and version of what wrote it.
    """

    camera: Mapping[str, Any] = field(default_factory=dict[str, Any])
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])
    started_ns: int = 0
    software: str = ""

    @classmethod
    def of(cls, info: CameraInfo, settings: Mapping[str, object]) -> Self:
        """Return the header of a recording that starts now."""
        camera = {name: str(value) for name, value in asdict(info).items()}
        return cls(camera, settings, time.time_ns(), f"vcxg124m {importlib.metadata.version('vcxg124m')}")

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON's types."""
        return {_MARK: _VERSION, **asdict(self)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], path: str) -> Self:
        """Return the header that `to_dict` returned.

        Raises
        ------
        RecordingError
            It is of a newer version, or of something else.
        """
        version = data.get(_MARK)
        if version is None:
            raise RecordingError(
                f"{path} is no recording of this package, or was killed before its first frame."
            )
        if version != _VERSION:
            raise RecordingError(
                f"{path} is a recording of version {version}, this package reads version {_VERSION}: take a newer one."
            )
        return cls(**{each.name: data[each.name] for each in fields(cls)})


@dataclass(frozen=True)
class FrameRecord:
    """What is stored about one frame.

    Attributes
    ----------
    frame_id, timestamp_ns, pixel_format, width, height, offset_x, offset_y, line_padding, complete
        As in :class:`vcxg124m.Frame`.
    host_time_ns
        The host's time when the frame was taken from the stream, in ns since 1970 (UTC).
    chunks
        The camera's data about the frame; None where there were none, or ``chunk_error`` says why.
    gap
        Before this frame the camera was lost and found again; otherwise None.
    """

    frame_id: int
    timestamp_ns: int
    host_time_ns: int
    pixel_format: str
    width: int
    height: int
    offset_x: int = 0
    offset_y: int = 0
    line_padding: int = 0
    complete: bool = True
    chunks: ChunkData | None = None
    chunk_error: str = ""
    gap: RecordedGap | None = None

    @classmethod
    def of(cls, frame: Frame, host_time_ns: int, gap: RecordedGap | None = None) -> Self:
        """Return the record of a frame."""
        chunks, problem = None, ""
        try:
            chunks = frame.chunks
        except ChunkDataError as error:
            problem = str(error)
        return cls(
            frame.frame_id,
            frame.timestamp_ns,
            host_time_ns,
            str(frame.pixel_format),
            frame.width,
            frame.height,
            frame.offset_x,
            frame.offset_y,
            frame.line_padding,
            frame.complete,
            chunks,
            problem,
            gap,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON's types, without what is not there."""
        data = {each.name: getattr(self, each.name) for each in fields(self)}
        data["chunks"] = None if self.chunks is None else _chunks_to_dict(self.chunks)
        data["gap"] = None if self.gap is None else asdict(self.gap)
        return {name: value for name, value in data.items() if value not in (None, "")}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Return the record that `to_dict` returned; more entries are ignored."""
        known = {each.name: data[each.name] for each in fields(cls) if each.name in data}
        if "chunks" in known:
            known["chunks"] = _chunks_from_dict(known["chunks"])
        if "gap" in known:
            known["gap"] = RecordedGap(**known["gap"])
        return cls(**known)


def _chunks_to_dict(chunks: ChunkData) -> dict[str, Any]:
    values = {each.name: getattr(chunks, each.name) for each in fields(chunks)}
    values["other"] = {
        name: value.hex() if isinstance(value, bytes) else value for name, value in chunks.other.items()
    }
    return {name: value for name, value in values.items() if value is not None and value != {}}


def _chunks_from_dict(values: dict[str, Any]) -> ChunkData:
    values = dict(values)
    if "binning" in values:
        values["binning"] = BinningFactors(*values["binning"])
    if "counter_values" in values:
        values["counter_values"] = tuple(values["counter_values"])
    if values.get("pixel_format") in list(PixelFormat):
        values["pixel_format"] = PixelFormat(values["pixel_format"])
    return ChunkData(**values)


def to_json(data: Mapping[str, Any]) -> str:
    """Return one line of ASCII."""
    return json.dumps(data, separators=(",", ":"), default=str)


def record_bytes(record: FrameRecord, length: int) -> bytes:
    """Return a record as JSON of that length, filled up with zeros.

    Raises
    ------
    RecordingError
        It is longer.
    """
    text = to_json(record.to_dict()).encode("ascii")
    if len(text) > length:
        raise RecordingError(
            f"The record of frame {record.frame_id} has {len(text)} bytes, the file has room for {length}: chunks were "
            "switched on after the first frame. Files .raw and .tiff take records of any length."
        )
    return text.ljust(length, b"\0")


def room_for_records(first: FrameRecord) -> int:
    """Return the bytes to reserve for each record: twice the first one's, for longer numbers and a gap."""
    return -(-2 * len(to_json(first.to_dict())) // 256) * 256


def columns(records: Sequence[FrameRecord]) -> dict[str, npt.NDArray[np.int64]]:
    """Return what other programs look for, by name."""
    return {
        name: np.array([getattr(each, name) for each in records], np.int64)
        for name in ("frame_id", "timestamp_ns", "host_time_ns")
    }
