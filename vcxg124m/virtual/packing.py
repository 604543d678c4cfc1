"""12-bit pixels to the bytes of a pixel format, the way the camera lays them on the wire.

The virtual camera's own code: the driver unpacks with another implementation, so that a mistake of one side
shows. Lines follow each other without padding; in Mono12p a line may begin inside a byte (PFNC, lsb packing).
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

PixelFormat = Literal["Mono8", "Mono10", "Mono12", "Mono12p"]

BITS_PER_PIXEL: dict[str, int] = {"Mono8": 8, "Mono10": 16, "Mono12": 16, "Mono12p": 12}
"""Bits that a pixel occupies on the wire, by SFNC name (data sheet A3; PFNC codes, bits 16 to 23)."""

DROPPED_BITS: dict[str, int] = {"Mono8": 4, "Mono10": 2, "Mono12": 0, "Mono12p": 0}
"""Low bits of the 12-bit value that the format does not carry."""

_BLOCK = 32768  # pixels at a time: all temporaries stay in the second-level cache


def payload_size(pixel_count: int, pixel_format: str) -> int:
    """Bytes that `pixel_count` pixels occupy on the wire.

    Parameters
    ----------
    pixel_count : int
        Width times height.
    pixel_format : str
        One of `BITS_PER_PIXEL`.

    Returns
    -------
    int
        Bytes, rounded up: half a byte is left over when Mono12p packs an odd number of pixels.

    Raises
    ------
    ValueError
        The camera has no such pixel format.
    """
    if pixel_format not in BITS_PER_PIXEL:
        raise ValueError(f"pixel_format={pixel_format!r} not accepted: one of {', '.join(BITS_PER_PIXEL)}")
    return (pixel_count * BITS_PER_PIXEL[pixel_format] + 7) // 8


def pack(image12: NDArray[np.uint16], pixel_format: str) -> NDArray[np.uint8]:
    """Reduce a 12-bit image to a pixel format and lay it out for the wire.

    Parameters
    ----------
    image12 : ndarray of uint16, shape (height, width) or (n,)
        Values 0 to 4095 DN; higher bits must be clear.
    pixel_format : str
        ``Mono8`` and ``Mono10`` drop low bits, ``Mono10`` and ``Mono12`` fill 16 bits from the low end,
        little endian.

    Returns
    -------
    ndarray of uint8, shape (payload_size,)
        A new array.

    Raises
    ------
    ValueError
        The camera has no such pixel format.
    """
    pixels = np.ascontiguousarray(image12).reshape(-1)
    packed = np.empty(payload_size(pixels.size, pixel_format), np.uint8)
    for start in range(0, pixels.size, _BLOCK):
        block = pixels[start : start + _BLOCK]
        first = payload_size(start, pixel_format)
        pack_into(block, pixel_format, packed[first : first + payload_size(block.size, pixel_format)])
    return packed


def pack_into(pixels: NDArray[np.uint16], pixel_format: str, out: NDArray[np.uint8]) -> None:
    """Reduce and lay out pixels in memory that is given.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (n,)
        Values 0 to 4095, C-contiguous.
    pixel_format : str
        One of `BITS_PER_PIXEL`.
    out : ndarray of uint8, shape (payload_size(n),)
        C-contiguous.
    """
    if pixel_format == "Mono12p":
        pack_mono12p(pixels, out)
    elif pixel_format == "Mono8":
        np.right_shift(pixels, DROPPED_BITS["Mono8"], out=out, casting="unsafe")
    else:
        np.right_shift(pixels, DROPPED_BITS[pixel_format], out=out.view("<u2"), casting="unsafe")


def pack_mono12p(pixels: NDArray[np.uint16], out: NDArray[np.uint8]) -> None:
    """Pack pixels of 12 bits into the beginning of `out`.

    Four pixels make three 16-bit words, so the bulk runs on whole words; up to three pixels remain for the
    end.

    Parameters
    ----------
    pixels : ndarray of uint16, shape (n,)
        Values 0 to 4095, C-contiguous.
    out : ndarray of uint8
        C-contiguous, at least ``ceil(n * 3 / 2)`` bytes.
    """
    quads = pixels.size // 4
    bulk = quads * 4
    # Close the gap inside each pair: p0 + 2^16 p1 becomes p0 + 2^12 p1, 24 bits of every 32.
    pairs = np.right_shift(pixels[:bulk].view("<u4"), 16)
    np.multiply(pairs, 2**16 - 2**12, out=pairs)
    np.subtract(pixels[:bulk].view("<u4"), pairs, out=pairs)
    # Two pairs are six bytes. Words 0 and 1 begin as the first pair's; moved down by the byte of the gap
    # between the pairs, the second pair falls into the upper half of word 1 and into word 2.
    moved = np.right_shift(pairs.view("<u8"), 8)
    words, first, second = out[: quads * 6].view("<u2"), pairs.view("<u2"), moved.view("<u2")
    np.copyto(words[0::3], first[0::4])
    np.bitwise_or(first[1::4], second[1::4], out=words[1::3])
    np.copyto(words[2::3], second[2::4])
    accumulator = 0
    for position, value in enumerate(pixels[bulk:].tolist()):
        accumulator |= value << (12 * position)
    rest = ((pixels.size - bulk) * 12 + 7) // 8
    out[quads * 6 : quads * 6 + rest] = np.frombuffer(accumulator.to_bytes(rest, "little"), np.uint8)
