"""``vcxg124m view``: the camera on a page in the browser."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from vcxg124m.cli.options import CameraOption, ProducerOption, open_selected
from vcxg124m.cli.output import complain, print_text

_POLL_S = 0.2


def view(
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port; 0 for a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in the default browser.")] = True,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    allow_remote: Annotated[
        bool, typer.Option("--allow-remote", help="Accept a --host that other computers reach, unencrypted.")
    ] = False,
    camera: CameraOption = None,
    producer: ProducerOption = None,
) -> None:
    """Show the camera on a page in the browser, with its controls, until Ctrl-C.

    The address on stdout has a secret in it: whoever knows it controls the camera.
    """
    with open_selected(camera, producer) as opened:
        page = opened.view(host=host, port=port, allow_remote=allow_remote)
        print_text(page.url)
        if browser and not page.open():
            complain("no browser was found: open the address above in one")
        while page.is_running:
            time.sleep(_POLL_S)
