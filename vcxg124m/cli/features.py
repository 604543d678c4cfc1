"""``vcxg124m features``: the camera's features by their GenICam names."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption, open_selected
from vcxg124m.cli.output import print_json, print_table, print_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vcxg124m import Camera
    from vcxg124m.features.nodes import Node

NearestOption = Annotated[
    bool, typer.Option("--nearest", help="Round a number to what the camera can take instead of refusing it.")
]

app = typer.Typer(
    name="features", help="Read and write features by their GenICam names.", no_args_is_help=True
)


@app.command("get")
def get(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="For example ExposureTime Gain.")],
    *,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Print the values of features."""
    with open_selected(camera, producer) as opened:
        values = {name: _plain(opened.nodes[name]) for name in names}
    if json:
        print_json(values)
    else:
        print_values(values)


@app.command("set")
def set_values(
    assignments: Annotated[
        list[str],
        typer.Argument(metavar="NAME=VALUE...", help="For example ExposureTime=4000; written in this order."),
    ],
    *,
    nearest: NearestOption = False,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Write features and print what the camera took."""
    for assignment in assignments:
        _split(assignment)  # refused before a camera is opened
    with open_selected(camera, producer) as opened:
        taken = assign(opened, assignments, nearest=nearest)
    if json:
        print_json(taken)
    else:
        print_values(taken)


@app.command("dump")
def dump(
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write the settings into this TOML file instead, for `load`.")
    ] = None,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Print every feature that can be read now, with its access and unit."""
    with open_selected(camera, producer) as opened:
        if out is not None:
            opened.config.save(out)
            return
        nodes = [node for node in opened.nodes.values() if node.readable and node.kind not in _WITHOUT_VALUE]
        rows = [(node.name, _plain(node), node.unit, node.access) for node in nodes]
    if json:
        print_json({name: value for name, value, _, _ in rows})
    else:
        print_table(["feature", "value", "unit", "access"], rows)


@app.command("load")
def load(
    file: Annotated[
        Path, typer.Argument(help="A TOML file of `features dump --out`, or of cam.config.save().")
    ],
    *,
    nearest: NearestOption = False,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Write the settings of a file to the camera, all of them or none, and print them."""
    with open_selected(camera, producer) as opened:
        taken = opened.config.load(file, nearest=nearest)
    if json:
        print_json(taken)
    else:
        print_values(taken)


@app.command("diff")
def diff(
    file: Annotated[Path, typer.Argument(help="A TOML file of settings.")],
    *,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Compare the settings of a file with the camera's; the exit code is 1 when they differ."""
    with open_selected(camera, producer) as opened:
        differences = opened.config.diff(file)
    if json:
        print_json([dataclasses.asdict(each) for each in differences])
    else:
        print_table(
            ["setting", "file", "camera"], [(d.name, str(d.file), str(d.camera)) for d in differences]
        )
    if differences:
        raise typer.Exit(1)


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="A TOML file of settings.")]) -> None:
    """Check a file of settings without a camera: names, types, entries, and the data sheet's limits."""
    from vcxg124m.config_file import Configuration

    Configuration.check(file)


def assign(
    camera: Camera, assignments: Sequence[str], *, nearest: bool = False
) -> dict[str, int | float | bool | str | bytes]:
    """Write features given as ``NAME=VALUE``, in this order; return what the camera took."""
    taken: dict[str, int | float | bool | str | bytes] = {}
    for assignment in assignments:
        name, text = _split(assignment)
        node = camera.nodes[name]
        taken[name] = node.set(_parse(node, text), nearest=nearest)
    return taken


_WITHOUT_VALUE = {"command", "category", "other"}
_TRUTH = {"true": True, "1": True, "on": True, "false": False, "0": False, "off": False}


def _plain(node: Node) -> int | float | bool | str:
    value = node.value
    return value.hex(" ") if isinstance(value, bytes) else value


def _split(assignment: str) -> tuple[str, str]:
    name, equals, text = assignment.partition("=")
    if not (name and equals):
        raise typer.BadParameter(f"{assignment!r} is not NAME=VALUE")
    return name, text


def _parse(node: Node, text: str) -> int | float | bool | str | bytes:
    """Turn the text into the node's type; what is of that type but out of range is for the camera to refuse."""
    try:
        match node.kind.value:
            case "integer":
                return int(text, 0)
            case "float":
                return float(text)
            case "boolean":
                return _TRUTH[text.lower()]
            case "register":
                return bytes.fromhex(text)
            case _:
                return text
    except (ValueError, KeyError):
        raise typer.BadParameter(f"{node.name} is of type {node.kind}, which {text!r} is not") from None
