"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vcxg124m import Camera

CameraOption = Annotated[
    str | None,
    typer.Option(
        "--camera",
        metavar="virtual|SERIAL|IP",
        help="Which camera: 'virtual' starts a virtual one for this command. Needed only when there are several.",
        show_default=False,
    ),
]
ProducerOption = Annotated[
    Path | None,
    typer.Option(
        "--producer",
        metavar="FILE.cti",
        help="GenTL producer to use instead of the bundled one.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]


def open_selected(camera: str | None, producer: Path | None) -> Camera:
    """Open the camera that ``--camera`` and ``--producer`` name."""
    import vcxg124m as vcx

    return vcx.open_camera(camera, producer=producer)
