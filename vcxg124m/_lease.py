"""A received image in the buffer that the producer wrote it to, without any copy, for as long as it is lent."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from vcxg124m.errors import BufferLeaseError
from vcxg124m.frame import image_view, pixel_format

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from vcxg124m._backend import RawFrame
    from vcxg124m.enums import PixelFormat

__all__ = ["Lease"]


class Lease:
    """One frame in the producer's own buffer; made by :meth:`Stream.lease`, given back by ``with`` or :meth:`release`.

    ::

        with stream.lease() as lease:
            mean = numpy.asarray(lease.view).mean()

    The buffer is filled again only when nobody can look at it any more. So nothing that was made of ``view`` can ever
    show another frame's pixels: the view itself raises ValueError after the end, and an array that is still there keeps
    the buffer out of use.

    Attributes
    ----------
    view
        The pixels, read-only: (height, width) of uint8 or uint16; for a packed format its bytes.
    frame_id, timestamp_ns, complete, pixel_format, width, height
        As in :class:`Frame`.
    """

    def __init__(self, source: RawFrame, give_back: Callable[[], None]) -> None:
        self.frame_id = source.frame_id
        self.timestamp_ns = source.timestamp_ns
        self.complete = source.complete
        self.pixel_format: PixelFormat | str = pixel_format(source.pixel_format)
        self.width, self.height = source.width, source.height
        self.view = image_view(source)
        self._looked_at = weakref.ref(self.view.obj)
        self._give_back: Callable[[], None] | None = give_back

    def release(self) -> None:
        """Give the buffer back. May be called again.

        Raises
        ------
        BufferLeaseError
            Something still looks at it, such as an array made of ``view``: delete that and call again, or copy in time.
        """
        if self._give_back is None:
            return
        try:
            self.view.release()
        except BufferError:
            raise self._in_use() from None
        if self._looked_at() is not None:
            raise self._in_use()
        give_back, self._give_back = self._give_back, None
        give_back()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: object
    ) -> None:
        try:
            self.release()
        except BufferLeaseError:
            if error is None:  # the error under way tells more, and its frames hold the arrays
                raise

    def _in_use(self) -> BufferLeaseError:
        return BufferLeaseError(
            f"The buffer of frame {self.frame_id} is still looked at by an array or a view made of lease.view, and "
            "stays out of use: delete it before the end of `with`, or copy what is needed longer."
        )
