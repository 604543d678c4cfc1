"""Memory for images that comes back when the last reference to an image goes.

Writing to fresh pages costs several times the unpacking itself, so arrays for frames are made here:
``shared.empty((3000, 4096), np.uint16)`` is ``numpy.empty`` with used memory. The array is the user's own; its memory
returns when it and all its views are gone, and is handed out again for the next request of that size.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

try:
    import vcxg124m._native as native
except ModuleNotFoundError:  # an extension that is there but broken is an error
    native = None  # type: ignore[assignment]

_Scalar = TypeVar("_Scalar", bound=np.generic)

#: Idle memory kept at the most: ten full frames as uint16.
BUDGET: Final = 256 << 20


class FramePool:
    """Keeps memory of arrays that are gone, for arrays to come.

    Safe to use from several threads and after a fork: every child has its own from then on.

    Parameters
    ----------
    budget
        Bytes of idle memory kept at the most; what was unused for longest goes first. Memory in use is not limited.
    """

    def __init__(self, budget: int = BUDGET) -> None:
        #: The extension's part of the pool.
        self.store: Final = None if native is None else native.BlockStore(budget)

    def empty(self, shape: tuple[int, ...], dtype: type[_Scalar] | np.dtype[_Scalar]) -> NDArray[_Scalar]:
        """Make a C-contiguous array with arbitrary contents, as ``numpy.empty`` does.

        Parameters
        ----------
        shape
            Lengths of the array's dimensions.
        dtype
            Element type, for example ``numpy.uint16``.

        Raises
        ------
        MemoryError
            The system has not that much memory.
        """
        item = np.dtype(dtype)
        if self.store is None:
            return np.empty(shape, item)
        return self.store.array(shape, item, math.prod(shape) * item.itemsize)

    def trim(self) -> None:
        """Give all idle memory back to the system."""
        if self.store is not None:
            self.store.trim()

    @property
    def idle_bytes(self) -> int:
        """Bytes kept for arrays to come."""
        return 0 if self.store is None else self.store.idle_bytes


#: The pool that the package's own arrays come from.
shared: Final = FramePool()
