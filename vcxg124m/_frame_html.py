"""What a frame looks like in a notebook: its picture, its histogram, its facts."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Protocol

from vcxg124m import _html
from vcxg124m._picture import HISTOGRAM_BINS, Picture, encoded, histogram_picture, picture_of
from vcxg124m.errors import VcxgError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from vcxg124m.chunk_data import ChunkData

__all__ = ["frame_html"]

_WIDTH, _HEIGHT = 512, 400
_NARROWEST = 24  # of a picture of single lines
_LARGEST_ZOOM = 8
_HISTOGRAM_HEIGHT = 64

_Fact = tuple[object, object]


class _Shown(Protocol):
    """A frame of a camera or of a file."""

    @property
    def image(self) -> npt.NDArray[Any]: ...
    @property
    def chunks(self) -> ChunkData | None: ...
    @property
    def pixel_format(self) -> str: ...
    @property
    def frame_id(self) -> int: ...
    @property
    def timestamp_ns(self) -> int: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def offset_x(self) -> int: ...
    @property
    def offset_y(self) -> int: ...
    @property
    def complete(self) -> bool: ...


def frame_html(frame: _Shown, *, flaw: str = "", more: Iterable[_Fact] = ()) -> str:
    """Return a frame as HTML; one without an image says why, and is shown by its facts.

    Parameters
    ----------
    frame
        A frame.
    flaw
        What is wrong with it.
    more
        Further facts.
    """
    left = [_html.warning(flaw)] if flaw else []
    facts: list[_Fact] = [("pixel format", frame.pixel_format)]
    try:
        image = frame.image
    except VcxgError as error:
        left.append(_html.of(error))
    else:
        facts.append(("array", f"{image.shape} {image.dtype}"))
        if image.size:
            picture = picture_of(image, frame.pixel_format, width=_WIDTH, height=_HEIGHT)
            left.append(_shown(picture, frame))
            facts += _facts_of(picture, image.size)
    facts[2:2] = [
        ("region", f"{frame.width} x {frame.height} at ({frame.offset_x}, {frame.offset_y})"),
        ("timestamp", f"{frame.timestamp_ns / 1e9:.6f} s, the camera's clock"),
        *more,
    ]
    right = [_html.table(facts, caption=f"Frame {frame.frame_id}")]
    try:
        chunks = frame.chunks
    except VcxgError as error:
        right.append(_html.warning(error))
    else:
        right += [_html.details("chunk data", _table_of(chunks))] if chunks is not None else []
    return _html.beside(_html.Html("".join(left)), _html.Html("".join(right)))


def _shown(picture: Picture, frame: _Shown) -> _html.Html:
    rows, columns = picture.pixels.shape[:2]
    zoom = min(max(min(_WIDTH // columns, _HEIGHT // rows), 1), _LARGEST_ZOOM)
    return _html.image(
        encoded(picture.pixels),
        max(columns * zoom, _NARROWEST),
        max(rows * zoom, _NARROWEST),
        about=f"frame {frame.frame_id}",
        marked=not frame.complete,
    )


def _facts_of(picture: Picture, values: int) -> list[_Fact]:
    scale = [f"1 : {picture.reduction}"] if picture.reduction > 1 else []
    scale += [f"{picture.brightness} x brighter"] if picture.brightness > 1 else []
    saturated = f"{picture.saturated:,} pixels, {picture.saturated / values:.2%}"
    histogram = _html.image(
        encoded(histogram_picture(picture, _HISTOGRAM_HEIGHT)),
        HISTOGRAM_BINS,
        _HISTOGRAM_HEIGHT,
        about="histogram, logarithmic",
    )
    return [
        *([("shown", ", ".join(scale))] if scale else []),
        ("min, mean, max", f"{picture.minimum}, {picture.mean:.1f}, {picture.maximum} DN"),
        ("saturated", _html.warning(saturated) if picture.saturated else "none"),
        (f"0 to {picture.full_scale} DN", histogram),
    ]


def _table_of(chunks: ChunkData) -> _html.Html:
    values = [(each.name, getattr(chunks, each.name)) for each in fields(chunks) if each.name != "other"]
    return _html.table((name, value) for name, value in [*values, *chunks.other.items()] if value is not None)
