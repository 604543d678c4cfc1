"""The data behind an image, read through the camera's node map."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from vcxg124m._chunk_layout import without_image
from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, sentence
from vcxg124m.errors import ChunkDataError, FeatureValueError

if TYPE_CHECKING:
    import numpy as np

    from vcxg124m._backend import NodeValue
    from vcxg124m._harvesters.nodes import Node, NodeMap

__all__ = ["Chunks", "end"]


class Chunks:
    """Reads the values behind an image through the camera's node map, which knows what its chunks mean.

    Only the chunks themselves are shown to the map (0.3 KB instead of the whole block), which takes 50 us a frame.
    """

    _NO_VALUES: ClassVar = {"ChunkModeActive", "ChunkSelector", "ChunkEnable", "ChunkImage"}

    def __init__(self, nodes: NodeMap) -> None:
        self._nodes = nodes
        with nodes.lock:
            self._adapter: Any = nodes.chunk_adapter()
            found = [
                node
                for name in nodes.names()
                if name.startswith("Chunk") and name not in self._NO_VALUES and (node := nodes.find(name))
            ]
        self._selector = next((node for node in found if node.name == "ChunkCounterSelector"), None)
        self._found = [node for node in found if node is not self._selector]

    def read(
        self, block: np.ndarray[Any, np.dtype[np.uint8]]
    ) -> dict[str, NodeValue | tuple[NodeValue, ...]]:
        """Return what the chunks at the end of ``block`` say, by node name."""
        tail = without_image(block)
        with self._nodes.lock:
            try:
                self._adapter.attach_buffer(tail, len(tail))
                return {
                    node.name: self._selected(node) if node.name == "ChunkCounterValue" else node.read()
                    for node in self._found
                    if node.access() in {"RO", "RW"}
                }
            except (FeatureValueError, *GENICAM_ERRORS) as error:
                why = str(error) if isinstance(error, FeatureValueError) else sentence(error)
                raise ChunkDataError(
                    f"The camera's description does not fit its chunk data: {why}"
                ) from error.with_traceback(None)
            finally:
                self._adapter.detach_buffer()

    def _selected(self, node: Node) -> NodeValue | tuple[NodeValue, ...]:
        if self._selector is None:
            return node.read()
        values: list[NodeValue] = []
        for entry in self._selector.entries():
            self._selector.write(entry)
            values.append(node.read())
        return tuple(values)

    def close(self) -> None:
        """Let go of the node map: an adapter that outlives it aborts the process."""
        with self._nodes.lock:
            if self._adapter is not None:
                end(self._adapter)
                self._adapter = None


def end(chunk_adapter: Any) -> None:
    """Detach a chunk adapter, and have its finalizer forgotten, which keeps it and its node map for ever."""
    chunk_adapter._finalizer()  # noqa: SLF001 - the binding offers no other way
