"""Several equal groups, each chosen by a selector: the lines, the counters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from vcxg124m.errors import FeatureUnavailableError
from vcxg124m.features._group import FeatureGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vcxg124m.features.nodes import Nodes

__all__ = ["Indexed"]

K = TypeVar("K")
G = TypeVar("G", bound=FeatureGroup)


class Indexed(Mapping[K, G], Generic[K, G]):
    """Groups by key; ``cam.lines["Line3"]``, ``cam.counters[1]``.

    Parameters
    ----------
    nodes
        The camera's nodes.
    group
        Class of the groups.
    selector
        Node that chooses among them.
    entries
        Entry of the selector for each key.
    """

    def __init__(self, nodes: Nodes, group: type[G], selector: str, entries: dict[K, str]) -> None:
        self._nodes = nodes
        self._group = group
        self._selector = selector
        self._entries = entries

    def __getitem__(self, key: K) -> G:
        entry = self._entries.get(key)
        if entry is None:
            known = ", ".join(map(repr, self._entries))
            raise FeatureUnavailableError(
                f"There is no {self._group.__name__} {key!r}: this camera has {known}.",
                feature=self._selector,
            )
        return self._group(self._nodes, {self._selector: entry})

    def __contains__(self, key: object) -> bool:
        return key in self._entries  # the mapping's own would ask for a KeyError

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _ipython_key_completions_(self) -> list[K]:
        return list(self._entries)

    def __repr__(self) -> str:
        return "\n".join(repr(group) for group in self.values())

    def _repr_html_(self) -> str:
        return "".join(group.html() for group in self.values())
