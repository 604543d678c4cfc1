"""Mono12p to uint16 and back.

Mono12p (PFNC, 0x010C0047; data sheet A3) holds two 12-bit pixels in three bytes, least significant bit first, without
gaps between pixels or lines. An odd last pixel takes two bytes; the upper half of the second is zero.

The work is done by the fastest kernel that the processor runs, or by numpy where the extension was not built. All give
the same result. The environment variable ``VCXG124M_UNPACK_KERNEL`` names another one of `kernels`; it is read when
the first image is unpacked or packed.
"""

from __future__ import annotations

import math
import operator
import os
from typing import TYPE_CHECKING, Final, Protocol, TypeVar, cast

import numpy as np

from vcxg124m._pool import shared
from vcxg124m.errors import (
    ArrayLayoutError,
    ArrayTypeError,
    PayloadSizeError,
    PixelValueError,
    SettingError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from typing_extensions import Buffer

try:
    import vcxg124m._native as native
except ModuleNotFoundError:  # an extension that is there but broken is an error
    native = None  # type: ignore[assignment]

__all__ = ["active_kernel", "kernels", "pack_mono12p", "unpack_mono12p"]

_Function = TypeVar("_Function", bound="Callable[..., object]")

KERNEL_VARIABLE: Final = "VCXG124M_UNPACK_KERNEL"
_HIGHEST: Final = 0xFFF
_UINT16: Final = np.dtype(np.uint16)


def _quick(function: _Function) -> _Function:
    """Put the extension's way before ``function``: it does the calls that are right, the function all others."""
    if native is None or shared.store is None:
        return function
    return native.quick_unpack(function, shared.store)


@_quick
def unpack_mono12p(
    packed: Buffer | NDArray[np.uint8],
    shape: int | tuple[int, ...] | None = None,
    *,
    out: NDArray[np.uint16] | None = None,
) -> NDArray[np.uint16]:
    """Unpack Mono12p into one uint16 per pixel.

    The interpreter lock is released during the work on more than a few thousand pixels. Giving ``out`` saves making an
    array; without it the result's memory is recycled from results that are gone, which costs nearly as little.

    Parameters
    ----------
    packed
        Bytes, a memoryview or a uint8 array of any shape, C-contiguous, any alignment: 1.5 bytes a pixel, rounded up,
        not fewer and not more.
    shape
        Shape of the result, usually ``(rows, columns)``. By default that of ``out``, else one dimension of as many
        pixels as ``packed`` holds.
    out
        Writable, C-contiguous uint16 array to fill. It must not overlap ``packed``.

    Returns
    -------
    numpy.ndarray
        ``out``, or a new array: uint16, values 0 to 4095 DN, not shifted.

    Raises
    ------
    PayloadSizeError
        ``packed`` has fewer or more bytes than the pixels need.
    ArrayTypeError
        ``packed`` does not hold bytes, or ``out`` not uint16.
    ArrayLayoutError
        An array is not contiguous, ``out`` is read-only, overlaps ``packed`` or has not the given shape.
    SettingError
        ``VCXG124M_UNPACK_KERNEL`` names no kernel that runs here.
    """
    if out is None:
        out = _new_image(packed, shape)
    elif shape is not None and getattr(out, "shape", None) != shape:
        _check_shape(out, shape)
    if not (_active or _select()).unpack(packed, out):
        _check_unpack(packed, out)
        raise ArrayLayoutError(_CHANGED)
    return out


def pack_mono12p(image: NDArray[np.uint16], *, out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
    """Pack uint16 pixels into Mono12p.

    Parameters
    ----------
    image
        C-contiguous uint16 array of any shape, values 0 to 4095 DN.
    out
        Writable, C-contiguous uint8 array of 1.5 bytes a pixel, rounded up. It must not overlap ``image``.

    Returns
    -------
    numpy.ndarray
        ``out``, or a new array of one dimension: uint8.

    Raises
    ------
    PixelValueError
        A pixel is above 4095. What ``out`` holds then is undefined.
    PayloadSizeError
        ``out`` has fewer or more bytes than the pixels need.
    ArrayTypeError
        ``image`` does not hold uint16, or ``out`` not uint8.
    ArrayLayoutError
        An array is not contiguous, ``out`` is read-only or overlaps ``image``.
    SettingError
        ``VCXG124M_UNPACK_KERNEL`` names no kernel that runs here.
    """
    if out is None:
        pixels = _view(image, "image", "H").nbytes // 2
        out = shared.empty((_packed_size(pixels),), np.uint8)
    if not (_active or _select()).pack(image, out):
        _check_pack(image, out)
        raise ArrayLayoutError(_CHANGED)
    return out


def kernels() -> tuple[str, ...]:
    """Names of the kernels that run here, the fastest first; "numpy", which always runs, last."""
    return tuple(kernel.name for kernel in _available())


def active_kernel() -> str:
    """Name of the kernel that does the work in this process.

    Raises
    ------
    SettingError
        ``VCXG124M_UNPACK_KERNEL`` names no kernel that runs here.
    """
    return (_active or _select()).name


class _Kernel(Protocol):
    """One way to do the work. False: not done, because something about the arrays is wrong."""

    @property
    def name(self) -> str: ...
    def unpack(self, packed: object, out: object, /) -> bool: ...
    def pack(self, image: object, out: object, /) -> bool: ...


class _NumpyKernel:
    """The way without the extension."""

    @property
    def name(self) -> str:
        return "numpy"

    def unpack(self, packed: object, out: object, /) -> bool:
        _check_unpack(packed, out)
        source, pixels = _flat(packed), _flat(out)
        low, middle, high = source[0::3], source[1::3].astype(np.uint16), source[2::3].astype(np.uint16)
        pixels[0::2] = low | (middle & 0x0F) << 8
        pixels[1::2] = middle[: high.size] >> 4 | high << 4
        return True

    def pack(self, image: object, out: object, /) -> bool:
        _check_pack(image, out)
        pixels, packed = _flat(image), _flat(out)
        even, odd = pixels[0::2], pixels[1::2]
        middle = even >> 8
        middle[: odd.size] |= (odd & 0x0F) << 4
        packed[0::3] = even & 0xFF
        packed[1::3] = middle
        packed[2::3] = odd >> 4
        return True


_active: _Kernel | None = None

#: numpy's arrays are buffers for Python's type system from 3.12 on, for Python itself since ever.
_memory = cast("Callable[[object], memoryview]", memoryview)


def _available() -> list[_Kernel]:
    built: list[_Kernel] = [] if native is None else [*native.kernels()]
    return [*built, _NumpyKernel()]


def _select() -> _Kernel:
    """Choose the kernel for this process."""
    global _active  # noqa: PLW0603  # the choice holds for the process and is made once
    available = _available()
    wanted = os.environ.get(KERNEL_VARIABLE, "") or available[0].name
    for kernel in available:
        if kernel.name == wanted:
            _active = kernel
            return kernel
    choices = ", ".join(kernel.name for kernel in available)
    raise SettingError(
        f"{KERNEL_VARIABLE}={wanted} names no unpacking kernel that runs here; set it to one of {choices}, "
        "or unset it for the fastest."
    )


_CHANGED: Final = (
    "The arrays were changed by somebody else while they were being read; give the call arrays of its own."
)
_DTYPES: Final = {"B": "uint8", "H": "uint16"}


def _packed_size(pixels: int) -> int:
    return pixels + (pixels + 1) // 2


def _flat(pixels: object) -> NDArray[np.unsignedinteger]:
    flat: NDArray[np.unsignedinteger] = np.ravel(np.asarray(_memory(pixels)))
    return flat


def _view(array: object, name: str, code: str, *, writable: bool = False) -> memoryview:
    """Look at an argument's memory, or raise what is wrong with it."""
    dtype = _DTYPES[code]
    try:
        view = _memory(array)
    except (
        TypeError,
        ValueError,
    ) as error:  # numpy says ValueError for element types without a buffer format
        raise ArrayTypeError(
            f"{name} is a {type(array).__name__}, which gives no access to memory of {dtype} elements: {error}."
        ) from error
    native_order = "<" if np.little_endian else ">"
    if view.format not in {code, f"@{code}", f"={code}", f"{native_order}{code}"}:
        kind = getattr(array, "dtype", f'"{view.format}" (a code of the struct module)')
        raise ArrayTypeError(
            f"{name} has elements of type {kind}; {dtype} in this processor's byte order is needed."
        )
    if not view.c_contiguous:
        raise ArrayLayoutError(
            f"{name} of shape {view.shape} and strides {view.strides} is not C-contiguous; "
            "numpy.ascontiguousarray makes a copy that is."
        )
    if writable and view.readonly:
        raise ArrayLayoutError(f"{name} is read-only; give an array that may be written.")
    return view


def _check_unpack(packed: object, out: object) -> None:
    source, destination = _view(packed, "packed", "B"), _view(out, "out", "H", writable=True)
    _check_overlap(source, "packed", destination)
    _check_payload("packed", source.nbytes, destination.nbytes // 2)


def _check_pack(image: object, out: object) -> None:
    source, destination = _view(image, "image", "H"), _view(out, "out", "B", writable=True)
    _check_overlap(source, "image", destination)
    _check_payload("out", destination.nbytes, source.nbytes // 2)
    pixels = _flat(image)
    if pixels.size and pixels.max() > _HIGHEST:
        index = int(np.argmax(pixels > _HIGHEST))
        value = int(pixels[index])
        place = ", ".join(map(str, np.unravel_index(index, source.shape or ())))
        raise PixelValueError(
            f"image[{place}] is {value}; Mono12p holds 0 to {_HIGHEST}. Clip or shift the values before packing.",
            index=index,
            value=value,
        )


def _check_overlap(source: memoryview, name: str, destination: memoryview) -> None:
    # Both are contiguous, so their bounds say it all.
    if np.may_share_memory(np.asarray(source), np.asarray(destination)):
        raise ArrayLayoutError(f"out overlaps {name} in memory; give an array with memory of its own.")


def _check_payload(name: str, size: int, pixels: int) -> None:
    required = _packed_size(pixels)
    if size != required:
        raise PayloadSizeError(
            f"{name} has {size} bytes, but {pixels} pixels in Mono12p are {required} bytes: "
            "give a slice of exactly that size, or another shape.",
            actual=size,
            required=required,
        )


def _new_image(packed: object, shape: int | tuple[int, ...] | None) -> NDArray[np.uint16]:
    # The size is checked before memory is asked for; everything else the kernel refuses.
    try:
        size = _memory(packed).nbytes
    except (TypeError, ValueError):
        size = _view(packed, "packed", "B").nbytes
    dimensions = (size * 2 // 3,) if shape is None else _dimensions(shape)
    pixels = math.prod(dimensions)
    if size != _packed_size(pixels):
        _check_payload("packed", _view(packed, "packed", "B").nbytes, pixels)
    return shared.empty(dimensions, _UINT16)


def _check_shape(out: NDArray[np.uint16], shape: int | tuple[int, ...]) -> None:
    dimensions, actual = _dimensions(shape), _view(out, "out", "H", writable=True).shape
    if actual != dimensions:
        raise ArrayLayoutError(
            f"out has the shape {actual}, but shape={dimensions} was asked: give one of the two."
        )


def _dimensions(shape: int | tuple[int, ...]) -> tuple[int, ...]:
    try:
        dimensions = (
            tuple(map(operator.index, shape)) if isinstance(shape, tuple) else (operator.index(shape),)
        )
    except TypeError as error:
        raise ArrayLayoutError(f"shape={shape!r} not accepted: a whole number or a tuple of them.") from error
    if min(dimensions, default=0) < 0:
        raise ArrayLayoutError(f"shape={shape!r} not accepted: no length may be below 0.")
    return dimensions
