"""``vcxg124m virtual``: virtual cameras for other programs."""

from __future__ import annotations

import contextlib
import ipaddress
import json as jsonlib
import signal
import sys
import threading
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcxg124m.cli.options import JsonOption
from vcxg124m.cli.output import complain

if TYPE_CHECKING:
    from vcxg124m.cli.virtual_faults import Switch
    from vcxg124m.virtual import VirtualCamera

_REFRESH_S = 0.5


def virtual(
    *,
    count: Annotated[int, typer.Option("--count", metavar="N", min=1, max=64, help="How many cameras.")] = 1,
    ip: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="IPv4 address of this computer to answer on, the first one of several; free loopback addresses by "
            "default.",
            show_default=False,
        ),
    ] = None,
    serial: Annotated[
        str | None,
        typer.Option(
            metavar="DIGITS",
            help="Serial number, 12 digits, the first one of several; by default it follows from the address.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(
            min=0, help="Seed of the sensor's noise, of the first of several: equal seeds, equal images."
        ),
    ] = 0,
    scene: Annotated[
        str,
        typer.Option(
            metavar="SCENE",
            help="What the cameras look at: chart, flat[:PHOTONS_PER_SECOND], target[:PIXELS_PER_FRAME], picture:FILE "
            "or MODULE:FUNCTION.",
        ),
    ] = "chart",
    state: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder that keeps user sets, custom data, names and addresses for the next start; needs --serial "
            "or --ip.",
            show_default=False,
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            "--fault",
            metavar="NAME[=VALUE]",
            help="Something to go wrong, as in drop_packets=0.001 or reorder_packets=0.01,places=3. May be repeated. "
            "'--fault help' lists all.",
            show_default=False,
        ),
    ] = None,
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
    """Run virtual VCXG-124Ms until Ctrl-C; every GigE Vision program on this computer can find them.

    On a terminal a line for each camera shows what it does. With --json one object a camera is printed at the start.
    """
    from vcxg124m.cli.virtual_faults import overview, read_switch
    from vcxg124m.virtual import VirtualCamera

    if fault and "help" in fault:
        typer.echo(overview())
        return
    try:
        switches = [read_switch(text) for text in fault or ()]
        addresses = _counted_addresses(ip, count)
        serials = _counted_serials(serial, count)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with _ended() as ended, contextlib.ExitStack() as stack:
        cameras: list[VirtualCamera] = []
        for number in range(count):
            if ended.is_set():
                return
            try:
                with warnings.catch_warnings(record=True) as said:
                    warnings.simplefilter("always")
                    camera = VirtualCamera(
                        ip=addresses[number],
                        serial_number=serials[number],
                        seed=seed + number,
                        scene=scene,
                        state=state,
                        burst=burst,
                    )
            except ValueError as error:
                raise typer.BadParameter(str(error)) from None
            for warning in said:
                complain(str(warning.message))
            cameras.append(stack.enter_context(camera))
            _switch_on(camera, switches)
            _announce(camera, as_json=json)
        _watch(cameras, ended)


def _counted_addresses(first: str | None, count: int) -> list[str | None]:
    if first is None:
        return [None] * count
    try:
        start = ipaddress.IPv4Address(first)
        return [str(start + number) for number in range(count)]
    except ipaddress.AddressValueError as error:
        raise ValueError(f"--ip {first} not accepted: {error}") from None


def _counted_serials(first: str | None, count: int) -> list[str | None]:
    if first is None or count == 1:
        return [first] * count  # the camera says what is wrong with one
    if not first.isdecimal():
        raise ValueError(f"--serial {first} not accepted: 12 decimal digits, as on the real camera")
    return [f"{int(first) + number:0{len(first)}}" for number in range(count)]


@contextlib.contextmanager
def _ended() -> Generator[threading.Event]:
    """Yield an event that Ctrl-C and SIGTERM set: both are the announced way to end."""
    ended = threading.Event()
    before = {
        number: signal.signal(number, lambda _number, _frame: ended.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _switch_on(camera: VirtualCamera, switches: list[Switch]) -> None:
    try:
        for switch in switches:
            getattr(camera.faults, switch.name)(**switch.arguments)
    except ValueError as error:
        raise typer.BadParameter(f"--fault: {error}") from None


def _announce(camera: VirtualCamera, *, as_json: bool) -> None:
    """Print who the camera is, at once also into a pipe."""
    if as_json:
        text = jsonlib.dumps({"serial_number": camera.serial_number, "ip": camera.ip, "mac": camera.mac})
    else:
        text = f"VCXG-124M, serial number {camera.serial_number}, {camera.ip}. Ctrl-C ends it."
    typer.echo(text)
    sys.stdout.flush()


def _watch(cameras: list[VirtualCamera], ended: threading.Event) -> None:
    """Show what the cameras do until the end; a camera whose process ends by itself is an error."""
    from rich.console import Console
    from rich.live import Live

    from vcxg124m.cli.virtual_status import Status

    console = Console(stderr=True)
    status = Status(cameras)
    if not console.is_terminal:
        while not ended.wait(_REFRESH_S):
            status.update()
        return
    with Live(status.table(), console=console, auto_refresh=False) as live:
        while not ended.wait(_REFRESH_S):
            status.update()
            live.update(status.table(), refresh=True)
