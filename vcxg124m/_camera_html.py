"""What an open camera looks like in a notebook: who it is, how it is, its main settings."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from vcxg124m import _html
from vcxg124m.errors import VcxgError
from vcxg124m.features._prediction import prediction
from vcxg124m.units import factor_to_db

if TYPE_CHECKING:
    from vcxg124m._backend import CameraInfo
    from vcxg124m.features.nodes import Nodes

__all__ = ["camera_html"]

_Row = tuple[str, object]


def camera_html(info: CameraInfo, nodes: Nodes | None, *, state: str) -> str:
    """Return a camera as HTML; one that does not answer is shown with what is known.

    Parameters
    ----------
    info
        The camera as it was found.
    nodes
        Its nodes; None when it is closed.
    state
        What it does, in a word.
    """
    settings: list[_Row] = []
    flaw: object = ""
    try:
        settings = [] if nodes is None else _settings(nodes)
    except VcxgError as error:
        state, flaw = "does not answer", error
    known: list[_Row] = [
        ("serial number", info.serial_number),
        ("user id", info.user_id),
        ("address", ", ".join(filter(None, [info.ip, info.mac, info.interface]))),
        ("producer", PurePath(info.producer).name),
        ("state", _html.warning(state) if flaw else state),
    ]
    title = f"{info.vendor} {info.model}".strip() or "Camera"
    identity = _html.table([row for row in known if row[1]], caption=title)
    right = _html.table(settings, caption="Settings") if settings else _html.of(flaw)
    return _html.beside(identity, right)


def _settings(nodes: Nodes) -> list[_Row]:
    """Return the main settings; a few register accesses, because most values are in genicam's cache."""
    with nodes.lock:
        read = nodes.peek
        celsius = read(
            "DeviceTemperature"
        )  # never cached, so first: one that does not answer is asked only once
        rows: list[_Row] = [
            ("image", f"{read('Width')!s} x {read('Height')!s} {read('PixelFormat')!s}"),
            ("offset", f"({read('OffsetX') or 0!s}, {read('OffsetY') or 0!s})"),
        ]
        exposure, gain, level = read("ExposureTime"), read("Gain"), read("BlackLevel")
        if isinstance(exposure, (int, float)):
            rows.append(("exposure", f"{exposure:g} us{_auto(read('ExposureAuto'))}"))
        if isinstance(gain, (int, float)) and gain > 0:
            rows.append(("gain", f"{factor_to_db(gain):.2f} dB{_auto(read('GainAuto'))}"))
        if isinstance(level, (int, float)):
            rows.append(("black level", f"{level:g} DN"))
        foretold = prediction(nodes)
        if foretold.interval_s:
            rate = f"{foretold.frame_rate_hz:.4g} Hz at most, limited by the {foretold.limited_by}"
            rows.append(("frame rate", rate))
        triggered = read("TriggerMode") == "On"
        rows.append(("trigger", read("TriggerSource") if triggered else "off: free running"))
        if read("SequencerMode") == "On":
            rows.append(("sequencer", "on"))
        if isinstance(celsius, (int, float)):
            rows.append(("temperature", f"{celsius:.1f} degC, {read('DeviceTemperatureStatus')!s}"))
        packet_size = read("GevSCPSPacketSize")
        return [*rows, ("packets", f"{packet_size!s} B")] if packet_size else rows


def _auto(mode: object) -> str:
    return f", automatic: {mode}" if mode not in {None, "Off"} else ""
