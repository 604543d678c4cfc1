"""What the camera says about one frame (SFNC chapter "Chunk Data Control", data sheet N12)."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, NamedTuple, cast

from vcxg124m import units
from vcxg124m.enums import PixelFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from vcxg124m._backend import NodeValue

__all__ = ["BinningFactors", "ChunkData"]


class BinningFactors(NamedTuple):
    """Columns and rows that became one."""

    horizontal: int
    vertical: int


@dataclass(frozen=True)
class ChunkData:
    """Values that belong to one frame, taken by the camera at its exposure; None for what is not sent.

    Plain values: they stay when the buffer is gone and the camera closed, and go through pickle.

    Attributes
    ----------
    frame_id
        The frame's number, 64 bits.
    timestamp_ns
        The camera's time at the start of the exposure.
    exposure_time_us, gain_db, gain_factor, black_level
        Settings of this frame; the black level in DN at 12 bit.
    width, height, offset_x, offset_y
        Its region in pixels.
    pixel_format
        Its pixel format.
    binning
        Its binning.
    line_status
        Levels of the lines, bit n for Line n.
    counter_values
        Values of the counters 1 and 2.
    sequencer_set
        The active set of the sequencer.
    temperature_celsius
        Temperature inside the housing.
    image_control
        The maker's bits about the image's processing.
    other
        Values of chunks that have no field here, by their node names.
    """

    frame_id: int | None = None
    timestamp_ns: int | None = None
    exposure_time_us: float | None = None
    gain_db: float | None = None
    gain_factor: float | None = None
    black_level: float | None = None
    width: int | None = None
    height: int | None = None
    offset_x: int | None = None
    offset_y: int | None = None
    pixel_format: PixelFormat | str | None = None
    binning: BinningFactors | None = None
    line_status: int | None = None
    counter_values: tuple[int, ...] | None = None
    sequencer_set: int | None = None
    temperature_celsius: float | None = None
    image_control: int | None = None
    other: Mapping[str, NodeValue] = field(default_factory=dict[str, "NodeValue"])

    def line(self, number: int) -> bool | None:
        """Return the level of a line, 0 to 3; None where line levels are not sent."""
        return None if self.line_status is None else bool(self.line_status >> number & 1)

    def __repr__(self) -> str:
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        said = (f"{name}={value!r}" for name, value in values if value is not None and value != {})
        return f"ChunkData({', '.join(said)})"


def chunk_data(values: Mapping[str, NodeValue | tuple[NodeValue, ...]]) -> ChunkData:
    """Return the record for what the nodes of the chunks say, by their node names.

    A node that a selector chooses among several comes as a tuple.
    """
    left = dict(values)

    def number(name: str) -> int | None:
        value = left.pop(f"Chunk{name}", None)
        return None if value is None else int(cast("int", value))

    def real(name: str) -> float | None:
        value = left.pop(f"Chunk{name}", None)
        return None if value is None else float(cast("float", value))

    gain, binning = real("Gain"), (number("BinningHorizontal"), number("BinningVertical"))
    counters, format_ = left.pop("ChunkCounterValue", None), left.pop("ChunkPixelFormat", None)
    return ChunkData(
        frame_id=number("FrameID"),
        timestamp_ns=number("Timestamp"),
        exposure_time_us=real("ExposureTime"),
        gain_db=None if gain is None else units.factor_to_db(gain),
        gain_factor=gain,
        black_level=real("BlackLevel"),
        width=number("Width"),
        height=number("Height"),
        offset_x=number("OffsetX"),
        offset_y=number("OffsetY"),
        pixel_format=None if format_ is None else _format(str(format_)),
        binning=None if None in binning else BinningFactors(*cast("tuple[int, int]", binning)),
        line_status=number("LineStatusAll"),
        counter_values=cast("tuple[int, ...] | None", counters),
        sequencer_set=number("SequencerSetActive"),
        temperature_celsius=real("DeviceTemperature"),
        image_control=number("ImageControl"),
        other=cast("Mapping[str, NodeValue]", left),
    )


def _format(name: str) -> PixelFormat | str:
    return PixelFormat(name) if name in {member.value for member in PixelFormat} else name
