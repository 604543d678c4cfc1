"""Several writes that belong together: when one is refused, those before it are taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vcxg124m.errors import VcxgError

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from vcxg124m.features._group import BoundFeature, FeatureGroup

__all__ = ["Transaction"]


class Transaction:
    """Use with ``with``: an error inside takes back what was written through it, the last write first.

    What cannot be taken back is named in the error's notes.
    """

    def __init__(self) -> None:
        self._undo: list[tuple[str, Callable[[], object]]] = []

    def set(self, feature: BoundFeature, value: object, *, nearest: bool = False) -> object:
        """Write a feature; what can only be written is not taken back."""
        if feature.access != "WO":
            before = feature.value
            self.on_error(feature.feature.name, lambda: feature.set(before))
        return feature.set(value, nearest=nearest)

    def set_all(self, group: FeatureGroup, **values: object) -> None:
        """Write features of a group in this order."""
        for name, value in values.items():
            self.set(group[name], value)

    def on_error(self, name: str, undo: Callable[[], object]) -> None:
        """Call ``undo`` when something fails from here on."""
        self._undo.append((name, undo))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: object
    ) -> None:
        if error is None:
            return
        for name, undo in reversed(self._undo):
            try:
                undo()
            except VcxgError as again:  # noqa: PERF203 - each has a failure of its own
                _note(error, f"{name} could not be taken back: {again}")


def _note(error: BaseException, text: str) -> None:
    if hasattr(error, "add_note"):
        error.add_note(text)
    else:  # Python 3.10 knows no notes
        error.args = (f"{error} {text}", *error.args[1:])
