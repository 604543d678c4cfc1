"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from vcxg124m import Camera, Reconnect
    from vcxg124m.recording import Writer

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
ReconnectOption = Annotated[
    float | None,
    typer.Option(
        "--reconnect",
        metavar="SECONDS",
        min=0,
        help="When the camera is lost, look for it for so long, and go on when it is found.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the data as JSON.")]


def open_selected(camera: str | None, producer: Path | None) -> Camera:
    """Open the camera that ``--camera`` and ``--producer`` name."""
    import vcxg124m as vcx

    return vcx.open_camera(camera, producer=producer)


def patience(reconnect: float | None) -> Reconnect | None:
    """Return what ``--reconnect`` asks for."""
    from vcxg124m import Reconnect

    return None if reconnect is None else Reconnect(give_up_after_s=reconnect)


def checked_writer(out: Path, *, overwrite: bool, expected_frames: int | None) -> Writer:
    """Refuse, before a camera is opened, what could not be written afterwards."""
    from vcxg124m.errors import RecordingError
    from vcxg124m.recording import open_writer

    try:
        return open_writer(out, overwrite=overwrite, expected_frames=expected_frames)
    except FileExistsError as error:
        raise typer.BadParameter(f"{out} exists; choose another name, or --overwrite it") from error
    except RecordingError as error:
        raise typer.BadParameter(str(error)) from error
