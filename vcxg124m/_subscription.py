"""Calls of a function for each item of a source, on a thread of their own."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from vcxg124m.errors import StreamClosedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self

__all__ = ["Source", "Subscription"]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Source(Protocol[T_co]):
    """Something to iterate over that another thread can close."""

    def __iter__(self) -> Iterator[T_co]: ...
    def close(self) -> None: ...


class Subscription(Generic[T]):
    """Calls of a function for each item, one after the other; ended by ``with`` or :meth:`close`.

    An exception in the function, or of the camera, ends it, and is raised by :meth:`close` or at the end of ``with``.
    """

    def __init__(self, source: Source[T], callback: Callable[[T], object], *, name: str) -> None:
        self._source = source
        self._callback = callback
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it, and raise what the function or the camera raised. May be called again, and by the function itself.

        Waits for the function to return from the item that it has; :meth:`wait` has a limit for who wants one.
        """
        self._source.close()
        self.wait()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait for its end, and raise what the function or the camera raised.

        Parameters
        ----------
        timeout
            Seconds; None for as long as it takes.

        Returns
        -------
        bool
            Whether it has ended.
        """
        if threading.current_thread() is not self._thread:
            self._thread.join(timeout)  # as the user asks, or as long as his own function takes
        error, self._error = self._error, None
        if error is not None:
            raise error
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: object
    ) -> None:
        if error is None:
            self.close()
        else:  # the error under way tells more than what followed from it
            self._source.close()

    def _run(self) -> None:
        try:
            for item in self._source:
                self._callback(item)
        except StreamClosedError:  # by its owner
            return
        except BaseException as error:  # noqa: BLE001 - handed to the owner
            self._error = error
            self._source.close()
