"""Images that the bundled producer unpacks while their packets arrive, into arrays that it is lent for it.

Unpacking a full frame once it has come takes a millisecond: nothing of it is in a cache any more.
"""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vcxg124m._pool import shared
from vcxg124m.errors import VcxgError

if TYPE_CHECKING:
    import numpy.typing as npt

    from vcxg124m._harvesters.nodes import NodeMap

__all__ = ["UnpackTargets"]

_MONO12P = 0x010C0047  # PFNC
_FEWEST_PIXELS = 1 << 20  # below, asking the producer takes as long as unpacking
_PIXELS_OF_A_PAGE = 2048
_BUFFER_INFO_UNPACKED = 1003  # of the bundled producer: the address of the target with the image, 0: none


class UnpackTargets:
    """The array that the producer is lent for one of the images to come.

    To be made before the acquisition starts, and kept until it has stopped.

    Parameters
    ----------
    stream_nodes
        Of the producer's stream module. Where it knows nothing of unpack targets, nothing is lent.
    pixel_format
        PFNC code of the images.
    width, height
        Their size in pixels.
    """

    def __init__(self, stream_nodes: NodeMap, pixel_format: int, width: int, height: int) -> None:
        self._shape = (height, width)
        self._lent: dict[int, npt.NDArray[np.uint16]] = {}
        size = stream_nodes.find("StreamUnpackTargetSize")
        wanted = size is not None and pixel_format == _MONO12P and width * height >= _FEWEST_PIXELS
        self._target = stream_nodes.find("StreamUnpackTarget") if wanted else None
        if size is not None:
            size.write(2 * width * height if wanted else 0)

    def lend(self) -> None:
        """Have one of the images to come unpacked; does nothing while one is going to be."""
        if self._target is None or self._lent:
            return
        array = shared.empty(self._shape, np.uint16)
        array.reshape(-1)[::_PIXELS_OF_A_PAGE] = (
            0  # new pages are made here: the receiving thread has no time for it
        )
        address = array.__array_interface__["data"][0]
        self._lent[address] = array
        try:
            self._target.write(address)
        except VcxgError:  # refused; after any other exception, Ctrl-C for one, the producer may have it
            del self._lent[address]
            raise

    def fetch(self, buffer: Any, width: int, height: int) -> npt.NDArray[np.uint16] | None:
        """Return the image of a buffer that was just filled, (height, width), or None where it was not unpacked."""
        if not self._lent:
            return None
        array = self._lent.pop(buffer.get_info_ptr(_BUFFER_INFO_UNPACKED), None)
        return array.reshape(height, width) if array is not None and array.size == width * height else None
