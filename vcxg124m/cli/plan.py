"""``vcxg124m plan``: what settings come to, before anything is set up."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption, open_selected
from vcxg124m.cli.output import print_json, print_text

if TYPE_CHECKING:
    from vcxg124m import Plan

_PAIR = re.compile(r"(\d+)x(\d+)", re.ASCII)


class By(Enum):
    """What ``--by`` takes."""

    THROUGHPUT_LIMIT = "throughput_limit"
    PACKET_DELAY = "packet_delay"


def plan(
    *,
    pixel_format: Annotated[
        str | None, typer.Option("--format", help="Pixel format: Mono8, Mono10, Mono12 or Mono12p.")
    ] = None,
    roi: Annotated[str | None, typer.Option(metavar="WxH", help="Region in pixels, after binning.")] = None,
    binning: Annotated[str | None, typer.Option(metavar="HxV", help="1x1, 2x1, 1x2 or 2x2.")] = None,
    exposure_us: Annotated[float | None, typer.Option(help="Exposure time in microseconds.")] = None,
    sequential: Annotated[
        bool, typer.Option("--sequential", help="Expose only when the frame before has been read.")
    ] = False,
    frame_rate_hz: Annotated[
        float | None, typer.Option(help="Frame rate to set; without it, as fast as it goes.")
    ] = None,
    triggered: Annotated[
        bool, typer.Option("--triggered", help="Frames start by triggers, at a rate not known.")
    ] = False,
    trigger_rate_hz: Annotated[float | None, typer.Option(help="How often triggers come.")] = None,
    link_mbit: Annotated[
        float | None, typer.Option(metavar="1000|100", help="Speed of the camera's link in Mbit/s.")
    ] = None,
    mtu: Annotated[
        int | None, typer.Option(help="Largest packet that the network carries, such as 1500 or 9000.")
    ] = None,
    packet_delay_ns: Annotated[int | None, typer.Option(help="Pause after every packet (GevSCPD).")] = None,
    throughput_limit: Annotated[
        float | None, typer.Option(metavar="B/S", help="DeviceLinkThroughputLimit in bytes per second.")
    ] = None,
    chunk_bytes: Annotated[int | None, typer.Option(help="Chunk data behind each image, up to 224.")] = None,
    cameras: Annotated[
        int | None, typer.Option(min=1, help="So many cameras with these settings share a link.")
    ] = None,
    shared_mbit: Annotated[float, typer.Option(help="Speed of the shared link in Mbit/s.")] = 1000,
    reserve: Annotated[float, typer.Option(help="Part of the shared link that is kept free.")] = 0.05,
    by: Annotated[
        By,
        typer.Option(help="What keeps each camera to its part."),
    ] = By.THROUGHPUT_LIMIT,
    diagram: Annotated[
        Path | None,
        typer.Option(metavar="FILE.svg", help="Draw the timing as .svg, .pdf or .png; needs matplotlib."),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an existing file.")] = False,
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Tell the frame rate that settings give, what bounds it, and what it takes.

    Needs no camera: options give the settings, the maker's stand for the rest.
    With --camera it takes the settings that this camera has now.
    """
    if diagram is not None:
        _check_diagram(diagram, overwrite=overwrite)
    settings = {
        "pixel_format": pixel_format,
        **_pair("--roi", roi, ("width", "height")),
        "binning": tuple(_pair("--binning", binning, ("horizontal", "vertical")).values()) or None,
        "exposure_us": exposure_us,
        "readout_mode": "Sequential" if sequential else None,
        "frame_rate_hz": frame_rate_hz,
        "triggered": triggered or None,
        "link_mbit": link_mbit,
        "mtu": mtu,
        "packet_delay_ns": packet_delay_ns,
        "throughput_limit": throughput_limit,
        "chunk_bytes": chunk_bytes,
    }
    given = {name: value for name, value in settings.items() if value is not None}
    if camera is None and producer is None:
        one = _without_camera({**given, "trigger_rate_hz": trigger_rate_hz})
    elif given:
        raise typer.BadParameter(
            f"--camera tells of the settings that the camera has: leave out what sets {', '.join(given)}; "
            "`vcxg124m features set` changes the camera's"
        )
    else:
        with open_selected(camera, producer) as opened:
            one = opened.plan(trigger_rate_hz=trigger_rate_hz)
    result: Any = one if cameras is None else _shared(one, cameras, shared_mbit, reserve, by)
    if diagram is not None:
        (one if cameras is None else result.plans[0]).figure().savefig(diagram)
    if json:
        print_json(result.to_dict())
    else:
        print_text(str(result))


def _without_camera(settings: dict[str, Any]) -> Plan:
    import vcxg124m as vcx

    try:
        return vcx.plan(**settings)
    except vcx.FeatureValueError as error:
        raise typer.BadParameter(str(error)) from error


def _shared(one: Plan, cameras: int, shared_mbit: float, reserve: float, by: By) -> Any:  # noqa: ANN401 - printed as it is
    from dataclasses import replace

    import vcxg124m as vcx

    try:
        return vcx.plan_link(
            [replace(one, name="")] * cameras,
            link_mbit=shared_mbit,
            reserve=reserve,
            by=by.value,
        )
    except vcx.FeatureValueError as error:
        raise typer.BadParameter(str(error)) from error


def _pair(option: str, text: str | None, names: tuple[str, str]) -> dict[str, int]:
    if text is None:
        return {}
    match = _PAIR.fullmatch(text)
    if match is None:
        raise typer.BadParameter(f"{option} {text!r} is not two numbers such as 1920x1080 or 2x2")
    return dict(zip(names, map(int, match.groups()), strict=True))


def _check_diagram(path: Path, *, overwrite: bool) -> None:
    if path.suffix not in {".svg", ".pdf", ".png"}:
        raise typer.BadParameter(f"{path} does not end in .svg, .pdf or .png")
    if path.exists() and not overwrite:
        raise typer.BadParameter(f"{path} exists; choose another name, or --overwrite it")
