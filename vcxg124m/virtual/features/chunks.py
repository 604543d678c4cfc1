"""ChunkDataControl: which chunks follow the image, and what they say of the buffer that brought them."""

from __future__ import annotations

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.chunks import CHUNKS
from vcxg124m.virtual.feature import Feature, Kind, Place, numbered
from vcxg124m.virtual.features._words import RW, STREAM
from vcxg124m.virtual.features.image_format import PIXEL_FORMATS
from vcxg124m.virtual.register import Entries

_NAMES = tuple(chunk.name for chunk in CHUNKS)
_IDS = {chunk.name: chunk.id for chunk in CHUNKS}


def _value(
    name: str,
    kind: Kind,
    tip: str,
    *,
    chunk: str = "",
    length: int = 4,
    offset: int = 0,
    entries: Entries = (),
    count: int = 1,
    selector: str | None = None,
    unit: str = "",
    vendor: bool = False,
) -> Feature:
    """Return the feature that reads a chunk of the last buffer."""
    chunk = chunk or name
    place = Place(f"Chunk{chunk}Port", _IDS[chunk], "ChunkID", offset)
    return Feature(
        f"Chunk{name}", kind, tip, place=place, length=length, entries=entries, count=count, selector=selector,
        unit=unit, vendor=vendor, visibility="Expert",
    )  # fmt: skip


CHUNK_DATA_CONTROL = (
    Feature(
        "ChunkModeActive", "Boolean", "Whether chunks are sent.",
        access=RW, locked_by=STREAM, visibility="Expert",
    ),
    Feature(
        "ChunkSelector", "Enumeration", "Which chunk.",
        value=_NAMES.index("Image"), entries=numbered(*_NAMES), access=RW, visibility="Expert",
    ),
    Feature(
        "ChunkEnable", "Boolean", "Whether the selected chunk is sent.",
        count=len(CHUNKS), default=tuple(int(name == "Image") for name in _NAMES), access=RW,
        locked_by=STREAM, visibility="Expert", selector="ChunkSelector",
    ),
    _value("Image", "Image", "The pixels."),
    _value("BinningHorizontal", "Integer", "Columns added to one.", chunk="Binning", vendor=True),
    _value("BinningVertical", "Integer", "Rows added to one.", chunk="Binning", offset=4, vendor=True),
    _value("BlackLevel", "Float", "Offset of the signal, in steps of 12 bit.", unit="DN"),
    Feature(
        "ChunkCounterSelector", "Enumeration", "Which counter.",
        value=0, entries=numbered(*TRIGGER.counters), access=RW, visibility="Expert",
    ),
    _value(
        "CounterValue", "Integer", "Events counted at the start of the exposure.",
        count=len(TRIGGER.counters), selector="ChunkCounterSelector",
    ),
    _value("DeviceTemperature", "Float", "Temperature inside the housing.", unit="C", vendor=True),
    _value("ExposureTime", "Float", "Duration of the exposure.", length=8, unit="us"),
    _value("FrameID", "Integer", "Number of the frame.", length=8),
    _value("Gain", "Float", "Factor on the signal.", length=8),
    _value("Height", "Integer", "Rows of the image.", unit="px"),
    _value("ImageControl", "Integer", "The maker's notes on the image.", vendor=True),
    _value("LineStatusAll", "Integer", "Levels of all lines at the start of the exposure."),
    _value("OffsetX", "Integer", "First column of the image.", unit="px"),
    _value("OffsetY", "Integer", "First row of the image.", unit="px"),
    _value("PixelFormat", "Enumeration", "Format of a pixel.", entries=PIXEL_FORMATS),
    _value("SequencerSetActive", "Integer", "The set of the sequencer in use."),
    _value("Timestamp", "Integer", "Camera time at the start of the exposure.", length=8, unit="ns"),
    _value("Width", "Integer", "Columns of the image.", unit="px"),
)  # fmt: skip
