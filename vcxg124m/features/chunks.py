"""Which data the camera adds to each frame (SFNC chapter "Chunk Data Control", data sheet N12)."""

from __future__ import annotations

from vcxg124m.errors import FeatureValueError
from vcxg124m.features._descriptor import Boolean
from vcxg124m.features._group import FeatureGroup

__all__ = ["Chunks"]


class Chunks(FeatureGroup):
    """Data that travel behind the image; ``frame.chunks`` has them. Locked while a stream runs.

    ``cam.chunks.enable("Timestamp", "ExposureTime", "LineStatusAll")`` is all that a program needs.
    """

    active = Boolean("ChunkModeActive", doc="Whether chunks are sent.", sheet="N12 N8")

    @property
    def choices(self) -> tuple[str, ...]:
        """The camera's names of the chunks that it can send."""
        return self._nodes["ChunkSelector"].entries

    @property
    def enabled(self) -> tuple[str, ...]:
        """The chunks that are sent while chunks are active."""
        return tuple(name for name in self.choices if self._is_enabled(name))

    def enable(self, *names: str) -> None:
        """Send these chunks and no others, behind the image.

        Parameters
        ----------
        names
            Of :attr:`choices`; none for all of them.

        Raises
        ------
        FeatureValueError
            There is no such chunk; nothing was written.
        FeatureAccessError
            A stream runs.
        """
        choices = self.choices
        for name in names:
            if name not in choices:
                raise FeatureValueError(
                    f"Chunk {name!r} not accepted: this camera has {', '.join(choices)}.",
                    feature="ChunkSelector",
                    value=name,
                    entries=choices,
                )
        wanted = {*(names or choices), "Image"}
        with self._nodes.lock:
            self.active = True
            for name in choices:
                if self._is_enabled(name) != (name in wanted):
                    with self.selected(ChunkSelector=name) as nodes:
                        nodes.set("ChunkEnable", value=name in wanted)

    def disable(self) -> None:
        """Send images only."""
        self.active = False

    def _is_enabled(self, name: str) -> bool:
        with self.selected(ChunkSelector=name) as nodes:
            return nodes.get_bool("ChunkEnable")
