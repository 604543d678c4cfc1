"""What the planner predicts beside what the virtual camera does, by its own time stamps, on invented time.

The settings are given to both: to the planner by its names, to the camera by registers over its control channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import vcxg124m as vcx
from vcxg_testing.device import Rig

LINE0 = 0
FRAMES = 60
CODES = {"Mono8": 0x01080001, "Mono10": 0x01100003, "Mono12": 0x01100005, "Mono12p": 0x010C0047}

SETTINGS: tuple[dict[str, Any], ...] = (
    {},
    {"pixel_format": "Mono12p"},
    {"pixel_format": "Mono12", "mtu": 1500},
    {"pixel_format": "Mono10", "height": 1000},
    {"mtu": 576},
    {"link_mbit": 100, "width": 1920, "height": 1080},
    {"binning": (2, 2)},
    {"binning": (1, 2), "pixel_format": "Mono12"},
    {"width": 640, "height": 480, "exposure_us": 15},
    {"width": 4096, "height": 1, "exposure_us": 15},
    {"width": 640, "height": 480, "exposure_us": 30_000},
    {"width": 640, "height": 480, "exposure_us": 5000, "readout_mode": "Sequential"},
    {"height": 500, "exposure_us": 250_000, "readout_mode": "Sequential"},
    {"frame_rate_hz": 4.0},
    {"width": 320, "height": 240, "exposure_us": 1000, "frame_rate_hz": 400.0},
    {"throughput_limit": 40_000_000},
    {"packet_delay_ns": 72_000},
    {"trigger_rate_hz": 8.0},
    {"trigger_rate_hz": 14.0},
    {"trigger_rate_hz": 60.0, "width": 1024, "height": 1024, "exposure_us": 15_000},
    {"trigger_rate_hz": 50.0, "width": 640, "height": 480, "exposure_us": 8000, "readout_mode": "Sequential"},
)
SHARED: tuple[tuple[dict[str, Any], ...], dict[str, Any]] = (
    (
        {"frame_rate_hz": 2.0},
        {"pixel_format": "Mono12p"},
        {"trigger_rate_hz": 20.0, "width": 1024, "height": 1024},
    ),
    {"reserve": 0.05},
)


@dataclass(frozen=True)
class Comparison:
    """One row of the table.

    Attributes
    ----------
    plan
        What is predicted.
    settings
        As given to the planner.
    measured_hz
        Frames per second of the virtual camera.
    """

    plan: vcx.Plan
    settings: dict[str, Any]
    measured_hz: float

    @property
    def deviation(self) -> float:
        """Of what was predicted from what came, as a part of it."""
        return self.plan.frame_rate_hz / self.measured_hz - 1


def compared() -> list[Comparison]:
    """Return the comparison of every setting."""
    plans = [vcx.plan(**settings) for settings in SETTINGS]
    return [
        Comparison(plan, settings, measured_rate(settings, plan))
        for plan, settings in zip(plans, SETTINGS, strict=True)
    ]


def shared() -> tuple[vcx.LinkPlan, list[Comparison]]:
    """Return the plan of a link that cameras share, and the comparison for each of them."""
    cameras, arguments = SHARED
    link = vcx.plan_link([vcx.plan(**settings) for settings in cameras], **arguments)
    return link, [
        Comparison(plan, settings, measured_rate(settings, plan))
        for plan, settings in zip(link.plans, cameras, strict=True)
    ]


def measured_rate(settings: dict[str, Any], plan: vcx.Plan) -> float:
    """Run a virtual camera with these settings and return its frames per second; what is on the link is the plan's."""
    rig = Rig()
    rig.open_stream(packet_size=plan.packet_size)
    rig.write(0x0954, 1)  # no heartbeat
    configure(rig, settings, plan)
    rig.set("AcquisitionStart", 1)
    rate = settings.get("trigger_rate_hz")
    seconds = FRAMES / plan.frame_rate_hz
    if rate is not None:
        rig.device.bench.train("Line0", round(seconds * rate) + 1, period_us=1e6 / rate)
    frames = [frame for frame in rig.run_until(rig.now + seconds) if not frame.given_up]
    first, last = frames[0].block, frames[-1].block
    return (len(frames) - 1) / (last.timestamp_ns - first.timestamp_ns) * 1e9


def configure(rig: Rig, settings: dict[str, Any], plan: vcx.Plan) -> None:
    """Write settings to the camera's registers."""
    horizontal, vertical = settings.get("binning", (1, 1))
    rate = settings.get("frame_rate_hz")
    if settings.get("link_mbit") == 100:
        rig.device.faults.slow_link()
        rig.run_until(rig.now + 0.001)
    integers = {
        "GvspConfiguration": 0x40000000,  # 64-bit block ids
        "BinningHorizontal": horizontal,
        "BinningVertical": vertical,
        "Width": settings.get("width", 4096 // horizontal),
        "Height": settings.get("height", 3000 // vertical),
        "PixelFormat": CODES[settings.get("pixel_format", "Mono8")],
        "ReadoutMode": int(settings.get("readout_mode") == "Sequential"),
        "AcquisitionFrameRateEnable": int(rate is not None),
        "TriggerMode": int("trigger_rate_hz" in settings),
        "TriggerSource": LINE0,
        "DeviceLinkThroughputLimit": int(plan.throughput_limit),
    }
    for name, value in integers.items():
        assert rig.set(name, value) == 0, name
    assert rig.write(0x0D08, plan.packet_delay_ns) == 0
    assert rig.set_float("ExposureTime", settings.get("exposure_us", 4000.0)) == 0
    if rate is not None:
        assert rig.set_float("AcquisitionFrameRate", rate) == 0


def as_markdown(which: str) -> str:
    """Return the table of "single" cameras, or of those on a "shared" link."""
    rows = {"single": compared, "shared": lambda: shared()[1]}[which]()
    worst = max(abs(row.deviation) for row in rows)
    told = f"The largest deviation of {len(rows)} is {worst:.2%}, over {FRAMES} frames."
    return "\n".join([told, "", *_table(rows)])


def _table(rows: list[Comparison]) -> list[str]:
    return [
        "| settings | limited by | planned, frames/s | measured, frames/s | deviation |",
        "|---|---|---:|---:|---:|",
        *(
            f"| {_words(row)} | {row.plan.limited_by} | {row.plan.frame_rate_hz:.4g} | {row.measured_hz:.4g} "
            f"| {row.deviation:+.2%} |"
            for row in rows
        ),
    ]


def _words(row: Comparison) -> str:
    parts = [f"`{name}={value!r}`" for name, value in row.settings.items()]
    return ", ".join(parts) or "as the maker ships it"
