"""``vcxg124m list``, ``vcxg124m info`` and ``vcxg124m force-ip``."""

from __future__ import annotations

import dataclasses
import ipaddress
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vcxg124m.cli.options import CameraOption, JsonOption, ProducerOption, open_selected
from vcxg124m.cli.output import complain, print_json, print_table, print_text, print_values

if TYPE_CHECKING:
    from pathlib import Path

    from vcxg124m import Camera, CameraInfo


def list_cameras(
    *, camera: CameraOption = None, producer: ProducerOption = None, json: JsonOption = False
) -> None:
    """List the cameras that answer on the network, or only the one that --camera names."""
    answering = _find(camera, producer)
    found = [
        each for each in answering if camera in {None, "virtual", each.serial_number, each.ip, each.user_id}
    ]
    if json:
        print_json([dataclasses.asdict(each) for each in found])
        return
    if answering and not found:
        complain(f"no camera {camera}. Found: {'; '.join(map(str, answering))}")
        return
    if not found:
        complain(
            "no camera answers. `vcxg124m doctor` looks for the reason: power, cable, addresses, firewall; "
            "`vcxg124m virtual` in another terminal starts a virtual one"
        )
        return
    print_table(
        ["model", "serial number", "user id", "ip", "mac", "interface", "access"],
        [(c.model, c.serial_number, c.user_id, c.ip, c.mac, c.interface, c.access) for c in found],
    )


def _find(camera: str | None, producer: Path | None) -> list[CameraInfo]:
    import vcxg124m as vcx

    if camera == "virtual":
        with open_selected(camera, producer) as opened:
            return [opened.info]
    return vcx.find_cameras(producer=producer)


def force_ip(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS/PREFIX", help="The new address with its network: 10.77.0.20/24.")
    ],
    *,
    gateway: Annotated[str, typer.Option(help="Router of that network.")] = "0.0.0.0",  # noqa: S104 - none
    camera: CameraOption = None,
    producer: ProducerOption = None,
    json: JsonOption = False,
) -> None:
    """Give a camera another address until its next start, also one in another subnet that cannot be opened."""
    import vcxg124m as vcx

    try:
        new = ipaddress.IPv4Interface(address)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; such as 10.77.0.20/24") from error
    moved = vcx.force_ip(
        camera, str(new.ip), subnet_mask=str(new.netmask), gateway=gateway, producer=producer
    )
    if json:
        print_json(dataclasses.asdict(moved))
    else:
        print_text(f"{moved} ({moved.access})")


def info(*, camera: CameraOption = None, producer: ProducerOption = None, json: JsonOption = False) -> None:
    """Show what one camera is and how it is connected, and what its data sheet says of sensor, supply and wiring."""
    with open_selected(camera, producer) as opened:
        values = _facts(opened)
    sheet = _data_sheet() if values["model"] == _MODEL else {}
    if json:
        print_json(values | ({"data_sheet": sheet} if sheet else {}))
        return
    print_values(values)
    for chapter, rows in sheet.items():
        print_text(f"\nData sheet, {chapter}:")
        print_values({name: _in_words(value) for name, value in rows.items() if name != _WARNING})
    if sheet:
        print_text(f"\nWARNING: {sheet['wiring'][_WARNING]}")


_MODEL = "VCXG-124M"
_CHAPTERS = ("Sensor", "Memory", "Device", "Wiring")  # those with rows that no feature of the camera tells
_WARNING = "gpio_warning"


def _data_sheet() -> dict[str, dict[str, Any]]:
    """Return the chapters of the data sheet that no feature of the camera tells, values by name."""
    from vcxg124m import datasheet

    sheet: dict[str, dict[str, Any]] = {chapter.lower(): {} for chapter in _CHAPTERS}
    for entry in datasheet.entries():
        if entry.chapter in _CHAPTERS:
            sheet[entry.chapter.lower()][entry.name] = entry.value
    return sheet


def _in_words(value: object) -> str:
    if not isinstance(value, tuple):
        return f"{value:g}" if isinstance(value, float) else str(value)
    parts = cast("tuple[object, ...]", value)
    apart = " " if all(isinstance(each, (str, float)) for each in parts) else ", "
    return apart.join(map(_in_words, parts))


_FEATURES = {  # what is printed, and the feature that tells it
    "firmware_version": "DeviceFirmwareVersion",
    "sensor": "SensorName",
    "sensor_width": "SensorWidth",
    "sensor_height": "SensorHeight",
    "width": "Width",
    "height": "Height",
    "pixel_format": "PixelFormat",
    "exposure_us": "ExposureTime",
    "gain": "Gain",
    "trigger_mode": "TriggerMode",
    "packet_size": "GevSCPSPacketSize",
    "link_bytes_per_second": "DeviceLinkSpeed",
    "temperature_celsius": "DeviceTemperature",
}


def _facts(camera: Camera) -> dict[str, Any]:
    """Return who the camera is and its main settings; a camera of another model may lack some."""
    read = {name: camera.nodes.peek(feature) for name, feature in _FEATURES.items()}
    return dataclasses.asdict(camera.info) | {
        name: value for name, value in read.items() if value is not None
    }
