"""``vcxg124m virtual``: a virtual camera for other programs."""

from __future__ import annotations

import json as jsonlib
import sys
from typing import Annotated

import typer

from vcxg124m.cli.options import JsonOption


def virtual(
    *,
    ip: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="IPv4 address of this computer to answer on; a free loopback address by default.",
            show_default=False,
        ),
    ] = None,
    serial: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS", help="Serial number, 12 digits; a random one by default.", show_default=False
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="Seed of the sensor's noise: the same seed gives the same images.")
    ] = 0,
    burst: Annotated[
        bool,
        typer.Option(
            "--burst",
            help="Send many packets a system call. Less work, but programs that read the interface instead of a socket "
            "(tcpdump, Aravis as root) see each burst as one long packet.",
        ),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Run a virtual VCXG-124M until Ctrl-C; every GigE Vision program on this computer can find it."""
    from vcxg124m.virtual.options import Options
    from vcxg124m.virtual.server import Server

    try:
        options = Options(serial_number=serial, ip=ip, seed=seed, burst=burst)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    sys.setswitchinterval(0.0005)  # the thread that sends must not wait 5 ms for the one that draws
    server = Server(options)
    try:
        _announce(server.identity.serial_number, server.identity.ip, as_json=json)
        server.run()
    except KeyboardInterrupt:
        pass  # the announced way to end it
    finally:
        server.close()


def _announce(serial_number: str, ip: str, *, as_json: bool) -> None:
    """Print who the camera is, at once also into a pipe."""
    if as_json:
        text = jsonlib.dumps({"serial_number": serial_number, "ip": ip})
    else:
        text = f"VCXG-124M, serial number {serial_number}, {ip}. Ctrl-C ends it."
    typer.echo(text)
    sys.stdout.flush()
