"""The way of images over the link, and the one place where an image may wait for it (data sheet M1)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Transfer:
    """When an image leaves.

    Parameters
    ----------
    start, end
        When its block occupies the link.
    replaces
        It takes the place of the image before, which now never leaves.
    """

    start: int
    end: int
    replaces: bool = False


class ImageBuffer:
    """Plans the transfers: one image at a time on the link, one more in the buffer.

    Images are offered in the order in which they are read, each before its readout ends; so its way is known early.
    """

    def __init__(self) -> None:
        self._last = Transfer(0, 0)

    def offer(self, ready: int, duration: int, *, replace: bool, delay: int = 0) -> Transfer | None:
        """Plan the transfer of an image.

        Parameters
        ----------
        ready
            End of its readout.
        duration
            Of its block on the link.
        replace
            Take the place of an image that then still waits, as in free run; else there is none (trigger mode).
        delay
            How long the image waits at least.

        Returns
        -------
        Transfer or None
            None: the buffer is taken.
        """
        last = self._last
        if last.start > ready:
            if not replace:
                return None
            self._last = Transfer(last.start, last.start + duration, replaces=True)
        else:
            start = max(ready + delay, last.end)
            self._last = Transfer(start, start + duration)
        return self._last

    def clear(self) -> None:
        """Give up what has not left."""
        self._last = Transfer(0, 0)
