"""The chunks of a received block without the image: all that a node map needs to read them.

GigE Vision: each chunk is its data, then its id and the length of its data, both 32 bits big-endian; so chunks are
found from the end backwards. The bytes come from a network: no length is believed.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from vcxg124m.errors import ChunkDataError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["without_image"]

_TAG = struct.Struct(">II")
# No chunk but an image is as long; what is longer is left out.
_LONGEST = 4096
# The camera has 17 chunks (data sheet N12).
_MOST = 256


def without_image(block: npt.NDArray[np.uint8]) -> bytes:
    """Return the chunks of a block, from the last one back to the image, which is kept as a chunk of no bytes.

    Parameters
    ----------
    block
        uint8, from the first byte to the end of the last chunk's tag.

    Raises
    ------
    ChunkDataError
        A tag names more bytes than there are before it.
    """
    pieces: list[bytes] = []
    end = block.size
    while end > 0:
        if end < _TAG.size or len(pieces) == _MOST:
            raise ChunkDataError(
                f"The chunk data are corrupt: {end} bytes are left before the first chunk's tag."
            )
        number, length = _TAG.unpack(block[end - _TAG.size : end].tobytes())
        start = end - _TAG.size - length
        if start < 0:
            raise ChunkDataError(
                f"The chunk data are corrupt: chunk 0x{number:08X} claims {length} bytes, "
                f"{end - _TAG.size} are there."
            )
        if length > _LONGEST:
            pieces.append(_TAG.pack(number, 0))
        else:
            pieces.append(block[start:end].tobytes())
        end = start
    return b"".join(reversed(pieces))
