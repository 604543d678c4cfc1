"""The chunks of data sheet row N12: which there are, and how they lie in a block.

Each chunk is its data, its id and its length; they are found from the end of a block backwards. Ids and widths are not
public. These widths are the split that lets the greatest block be the data sheet's 24 576 224 bytes (row N8): the
image, 17 tags of 8 bytes and 88 bytes of values, ten of 4 and six of 8. All numbers are big-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from vcxg124m.virtual.gvsp import CHUNK_DATA, CHUNKS_APPENDED, IMAGE
from vcxg124m.virtual.registers import RegisterFile

Values = tuple[int | float, ...]

_TAG = struct.Struct(">II")


@dataclass(frozen=True)
class Chunk:
    """One entry of ChunkSelector.

    Parameters
    ----------
    name
        As the data sheet and the selector spell it.
    id
        What a block's tag names it by, ChunkID in the GenICam description.
    form
        Its values as `struct` writes them: I unsigned 32 bits, Q unsigned 64 bits, f and d floating point. The image
        has none, it is of any length.
    sources
        Registers that hold the values, each with its index; none where the frame itself knows.
    """

    name: str
    id: int
    form: str
    sources: tuple[tuple[str, int], ...] = ()

    @property
    def length(self) -> int:
        """Bytes of its values."""
        return struct.calcsize(f">{self.form}")


def _of(*names: str) -> tuple[tuple[str, int], ...]:
    return tuple((name, 0) for name in names)


CHUNKS = (
    Chunk("Binning", 0x01, "II", _of("BinningHorizontal", "BinningVertical")),
    Chunk("BlackLevel", 0x02, "f", _of("BlackLevel")),
    Chunk("CounterValue", 0x03, "II", (("CounterValue", 0), ("CounterValue", 1))),
    Chunk("DeviceTemperature", 0x04, "f", _of("DeviceTemperature")),
    Chunk("ExposureTime", 0x05, "d", _of("ExposureTime")),
    Chunk("FrameID", 0x06, "Q"),
    Chunk("Gain", 0x07, "d", _of("Gain")),
    Chunk("Height", 0x08, "I", _of("Height")),
    Chunk("Image", 0x09, ""),
    Chunk("ImageControl", 0x0A, "I"),
    Chunk("LineStatusAll", 0x0B, "I", _of("LineStatusAll")),
    Chunk("OffsetX", 0x0C, "I", _of("OffsetX")),
    Chunk("OffsetY", 0x0D, "I", _of("OffsetY")),
    Chunk("PixelFormat", 0x0E, "I", _of("PixelFormat")),
    Chunk("SequencerSetActive", 0x0F, "I", _of("SequencerSetActive")),
    Chunk("Timestamp", 0x10, "Q"),
    Chunk("Width", 0x11, "I", _of("Width")),
)
"""In the order of ChunkSelector, which is also the index into ChunkEnable; the image, though, leads every block."""

IMAGE_CONTROL = ("ReverseX", "ReverseY", "LUTEnable", "DefectPixelCorrection")
"""What the bits of the chunk ImageControl say, from the least significant on. What the real ones say is not public."""

_IMAGE = next(chunk for chunk in CHUNKS if chunk.name == "Image")


@dataclass(frozen=True)
class Layout:
    """What a block consists of.

    Parameters
    ----------
    active
        ChunkModeActive: without it a block is the bare image.
    enabled
        Names of the chunks that are enabled.
    """

    active: bool = False
    enabled: frozenset[str] = frozenset({"Image"})

    @property
    def image(self) -> bool:
        """Whether a block has an image."""
        return not self.active or _IMAGE.name in self.enabled

    @property
    def payload_type(self) -> int:
        """The payload type of GigE Vision 2.0 for such a block."""
        if not self.active:
            return IMAGE
        return IMAGE | CHUNKS_APPENDED if self.image else CHUNK_DATA

    def payload_size(self, image_size: int) -> int:
        """Return the bytes of a block whose image would have `image_size` bytes."""
        return (image_size if self.image else 0) + self.tail_size

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        """The chunks behind the image, in their order."""
        return tuple(c for c in CHUNKS if self.active and c.name in self.enabled and c is not _IMAGE)

    @cached_property
    def id(self) -> int:
        """Chunk layout id: equal for equal layouts, and no other has it. One bit a chunk."""
        return sum(1 << chunk.id for chunk in CHUNKS if chunk.name in self.enabled)

    @cached_property
    def tail_size(self) -> int:
        """Bytes behind the image, its own tag included."""
        return (_TAG.size if self.active and self.image else 0) + self._values.size

    def values(self, registers: RegisterFile, *, frame_id: int, timestamp_ns: int) -> dict[str, Values]:
        """Return what the chunks say of a frame whose exposure begins now."""
        values: dict[str, Values] = {"FrameID": (frame_id,), "Timestamp": (timestamp_ns,)}
        for chunk in self.chunks:
            if chunk.sources:
                values[chunk.name] = tuple(registers.number(name, index) for name, index in chunk.sources)
            elif chunk.name == "ImageControl":
                values[chunk.name] = (
                    sum(registers.integer(n) << bit for bit, n in enumerate(IMAGE_CONTROL)),
                )
        return values

    def tail(self, image_size: int, values: Mapping[str, Values]) -> bytes:
        """Return what stands behind an image of `image_size` bytes: its tag and the other chunks."""
        tag = _TAG.pack(_IMAGE.id, image_size) if self.active and self.image else b""
        numbers: list[int | float] = []
        for chunk in self.chunks:
            numbers += (*values[chunk.name], chunk.id, chunk.length)
        return tag + self._values.pack(*numbers)

    @cached_property
    def _values(self) -> struct.Struct:
        return struct.Struct(">" + "".join(f"{chunk.form}II" for chunk in self.chunks))
