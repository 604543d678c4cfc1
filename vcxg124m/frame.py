"""One received image: its pixels in the user's own memory, and what the camera said about it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from vcxg124m._pool import shared
from vcxg124m.chunk_data import ChunkData, chunk_data
from vcxg124m.enums import PixelFormat
from vcxg124m.errors import (
    ArrayLayoutError,
    ArrayTypeError,
    ChunkDataError,
    PayloadSizeError,
    PixelFormatError,
)
from vcxg124m.mono12p import unpack_mono12p

if TYPE_CHECKING:
    import numpy.typing as npt

    from vcxg124m._backend import RawFrame
    from vcxg124m.reconnection import Gap

    Image = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

__all__ = [
    "Frame",
    "check_out",
    "decode",
    "image_view",
    "pixel_format",
    "pixel_format_code",
    "pixel_format_name",
]


@dataclass(frozen=True)
class _Layout:
    """How a pixel format lies in memory: bits per pixel, the array's type, and values per pixel."""

    name: str
    bits: int
    dtype: type[np.uint8 | np.uint16]
    channels: int = 1


# PFNC codes. The first four are the VCXG-124M's (data sheet A3); the others are what foreign cameras send unpacked.
_LAYOUTS = {
    0x01080001: _Layout("Mono8", 8, np.uint8),
    0x01100003: _Layout("Mono10", 16, np.uint16),
    0x01100005: _Layout("Mono12", 16, np.uint16),
    0x010C0047: _Layout("Mono12p", 12, np.uint16),
    0x01100025: _Layout("Mono14", 16, np.uint16),
    0x01100007: _Layout("Mono16", 16, np.uint16),
    0x01080008: _Layout("BayerGR8", 8, np.uint8),
    0x01080009: _Layout("BayerRG8", 8, np.uint8),
    0x0108000A: _Layout("BayerGB8", 8, np.uint8),
    0x0108000B: _Layout("BayerBG8", 8, np.uint8),
    0x02180014: _Layout("RGB8", 24, np.uint8, channels=3),
    0x02180015: _Layout("BGR8", 24, np.uint8, channels=3),
    0x02200016: _Layout("RGBa8", 32, np.uint8, channels=4),
    0x02200017: _Layout("BGRa8", 32, np.uint8, channels=4),
}


def pixel_format_name(code: int) -> str:
    """Return PFNC's name of a pixel format, or the code in hex for one that is not known here."""
    layout = _LAYOUTS.get(code)
    return layout.name if layout else f"0x{code:08X}"


@cache
def pixel_format_code(name: str) -> int:
    """Return PFNC's code for what `pixel_format_name` returned.

    Raises
    ------
    PixelFormatError
        It never returned that.
    """
    for code, layout in _LAYOUTS.items():
        if layout.name == name:
            return code
    try:
        return int(name, 16)
    except ValueError:
        raise PixelFormatError(f"Pixel format {name!r} is not known.") from None


@cache
def pixel_format(code: int) -> PixelFormat | str:
    """Return a pixel format of the VCXG-124M, or :func:`pixel_format_name` of another camera's."""
    name = pixel_format_name(code)
    return PixelFormat(name) if name in list(PixelFormat) else name


def image_view(source: RawFrame) -> memoryview:
    """Return a buffer's pixels as they lie there: (height, width) of whole bytes, or the bytes of a packed format."""
    layout = _LAYOUTS.get(source.pixel_format)
    # The array in between belongs to this view alone: it lives as long as anybody looks at the buffer.
    octets: memoryview = source.payload.view().data
    if layout is None or layout.bits % 8 or source.line_padding or not source.is_image:
        return octets
    shape = (source.height, source.width) + ((layout.channels,) if layout.channels > 1 else ())
    size = math.prod(shape) * np.dtype(layout.dtype).itemsize
    return octets[:size].cast("B" if layout.dtype is np.uint8 else "H", shape)


def decode(
    payload: npt.NDArray[np.uint8],
    pixel_format: int,
    width: int,
    height: int,
    *,
    line_padding: int = 0,
    out: Image | None = None,
) -> Image:
    """Turn a received payload into an array.

    Parameters
    ----------
    payload
        uint8, the bytes as they came; bytes behind the image are ignored.
    pixel_format
        PFNC code.
    width, height
        Size of the image in pixels.
    line_padding
        Unused bytes behind each line; only for formats of whole bytes.
    out
        Where to write it, C-contiguous and of the image's shape and type; by default a new array.

    Returns
    -------
    ndarray
        (height, width) uint8 or uint16, values not shifted: Mono12 and Mono12p give 0 to 4095. Colour formats give
        (height, width, channels) uint8. The memory is the caller's.

    Raises
    ------
    PixelFormatError
        The format is not known here.
    PayloadSizeError
        The payload is shorter than the image.
    ArrayTypeError, ArrayLayoutError
        ``out`` does not fit the image.

    Source: PFNC for the layouts; GigE Vision for the little-endian 16-bit pixels.
    """
    layout = _LAYOUTS.get(pixel_format)
    if layout is None or (layout.bits % 8 and line_padding):
        padding = f" with {line_padding} bytes of line padding" if line_padding else ""
        raise PixelFormatError(
            f"Pixel format {pixel_format_name(pixel_format)}{padding} cannot be turned into an array; "
            "frame.raw has the bytes."
        )
    line = (width * layout.bits + 7) // 8 + line_padding
    required = line * height if layout.bits % 8 == 0 else (width * height * layout.bits + 7) // 8
    if payload.size < required:
        raise PayloadSizeError(
            f"{width}x{height} {layout.name} needs {required} bytes, the frame has {payload.size}.",
            actual=payload.size,
            required=required,
        )
    shape = (height, width) if layout.channels == 1 else (height, width, layout.channels)
    target = shared.empty(shape, layout.dtype) if out is None else _fitting(out, shape, layout)
    if layout.bits % 8:
        return unpack_mono12p(payload[:required], shape, out=cast("npt.NDArray[np.uint16]", target))
    lines = payload[:required].reshape(height, line)[:, : line - line_padding]
    target[...] = (lines if layout.dtype is np.uint8 else lines.view("<u2")).reshape(shape)
    return cast("Image", target)


def check_out(out: object) -> None:
    """Refuse what can take no image at all, before a frame is fetched for it.

    Raises
    ------
    ArrayTypeError
        It is no numpy array.
    ArrayLayoutError
        It cannot be written, or is not C-contiguous.
    """
    if not isinstance(out, np.ndarray):
        raise ArrayTypeError(f"out is of type {type(out).__name__}; a numpy array is needed.")
    if not (out.flags.c_contiguous and out.flags.writeable):
        flaw = "not C-contiguous" if out.flags.writeable else "read-only"
        raise ArrayLayoutError(f"out is {flaw}: give a writable C-contiguous array.")


def _fitting(out: Image, shape: tuple[int, ...], layout: _Layout) -> Image:
    check_out(out)
    if out.dtype != layout.dtype:
        raise ArrayTypeError(f"out is {out.dtype}; {layout.name} gives {np.dtype(layout.dtype)}.")
    if out.shape != shape:
        raise ArrayLayoutError(f"out of shape {out.shape} does not fit: the image is of shape {shape}.")
    return out


class Frame:
    """One image and what belongs to it. Its memory is the user's: nothing changes it afterwards.

    Attributes
    ----------
    frame_id
        The id that the camera counted, 1 for the first frame of an acquisition.
    timestamp_ns
        The camera's time at the start of the exposure, in ns (data sheet N7).
    complete
        Whether every byte of the image came; where not, missing parts are zero.
    pixel_format
        How the pixels came over the network.
    width, height, offset_x, offset_y
        The region in pixels.
    line_padding
        Unused bytes behind each line of ``raw``; 0 for the VCXG-124M.
    received, expected
        Bytes that came, and that should have come.
    gap
        Before this frame the camera was lost and found again (see :class:`Reconnect`); otherwise None.
    raw
        The bytes as they came (uint8), kept when the pixel format has no array or when asked for; otherwise None. Where
        they were asked for, ``image`` is made from them when it is first looked at.
    """

    __slots__ = (
        "_chunks",
        "_image",
        "complete",
        "expected",
        "frame_id",
        "gap",
        "height",
        "line_padding",
        "offset_x",
        "offset_y",
        "pixel_format",
        "raw",
        "received",
        "timestamp_ns",
        "width",
    )

    def __init__(self, source: RawFrame, *, keep_raw: bool = False, out: Image | None = None) -> None:
        self.frame_id = source.frame_id
        self.gap: Gap | None = None
        self.timestamp_ns = source.timestamp_ns
        self.complete = source.complete
        self.pixel_format = pixel_format(source.pixel_format)
        self.width, self.height = source.width, source.height
        self.offset_x, self.offset_y = source.offset_x, source.offset_y
        self.line_padding = source.line_padding
        self.received, self.expected = source.received, source.expected
        self._chunks = (
            source.chunks
            if source.chunks is None or isinstance(source.chunks, ChunkDataError)
            else chunk_data(source.chunks)
        )
        self.raw: npt.NDArray[np.uint8] | None = None
        self._image: Image | Exception | None = None
        if not source.is_image:
            self._image = PixelFormatError("The frame holds no image; frame.raw has the bytes.")
        elif out is None and source.unpacked is not None and not keep_raw:
            self._image = source.unpacked
        elif not keep_raw or out is not None:
            self._image = self._decode(source.payload, out)
        if keep_raw or isinstance(self._image, Exception):
            self.raw = shared.empty(source.payload.shape, np.uint8)
            self.raw[...] = source.payload

    @property
    def image(self) -> Image:
        """The pixels as (rows, columns): uint8 for Mono8, uint16 for Mono10, Mono12 and Mono12p (not shifted).

        Raises
        ------
        PixelFormatError
            The pixel format of this (foreign) camera is not known here.
        PayloadSizeError
            Fewer bytes came than the image needs.
        """
        if self._image is None and self.raw is not None:
            self._image = self._decode(self.raw)
        if isinstance(self._image, Exception):
            raise self._image
        return cast("Image", self._image)

    def _decode(self, payload: npt.NDArray[np.uint8], out: Image | None = None) -> Image | Exception:
        code = pixel_format_code(self.pixel_format)
        try:
            return decode(payload, code, self.width, self.height, line_padding=self.line_padding, out=out)
        except (PixelFormatError, PayloadSizeError) as error:
            return error.with_traceback(None)

    @property
    def chunks(self) -> ChunkData | None:
        """The camera's data about this frame; None while chunks are off, or when the frame is incomplete.

        Raises
        ------
        ChunkDataError
            The data behind the image are corrupt.
        """
        if isinstance(self._chunks, ChunkDataError):
            raise self._chunks
        return self._chunks

    def __repr__(self) -> str:
        state = "complete" if self.complete else f"incomplete, {self.received} of {self.expected} bytes"
        text = f"<Frame {self.frame_id}: {self.width}x{self.height} {self.pixel_format}, {state}"
        if (self.offset_x, self.offset_y) != (0, 0):
            text += f", offset ({self.offset_x}, {self.offset_y})"
        return f"{text}, {self.timestamp_ns / 1e9:.6f} s>"

    def _repr_html_(self) -> str:
        from vcxg124m._frame_html import frame_html  # noqa: PLC0415 - Pillow, for those who look at frames

        flaw = "" if self.complete else f"incomplete: {self.received:,} of {self.expected:,} bytes came"
        gap = self.gap
        lost = [] if gap is None else [("before it", f"the camera was lost for {gap.seconds:.1f} s")]
        return frame_html(self, flaw=flaw, more=lost)
