"""Reads what the doctor wants to know of this computer and of an open camera."""

from __future__ import annotations

import importlib.metadata
import math
import os
import platform
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from vcxg124m import planning
from vcxg124m.doctor.facts import Failure, Host, LinkFacts
from vcxg124m.doctor.system import System, firewall, own_addresses, route_to
from vcxg124m.doctor.traffic import measure
from vcxg124m.errors import FeatureValueError, OverTemperatureError, VcxgError
from vcxg124m.features._prediction import prediction

if TYPE_CHECKING:
    from vcxg124m._backend import CameraInfo
    from vcxg124m.config_file import Configuration
    from vcxg124m.doctor.facts import Facts
    from vcxg124m.features.nodes import Nodes
    from vcxg124m.stream import Stream

__all__ = ["OpenCamera", "check_seconds", "examine", "host_facts"]

_PACKAGES = ("vcxg124m", "harvesters", "genicam", "numpy")
_VARIABLES = ("GENICAM_GENTL64_PATH", "VCXG124M_")


class OpenCamera(Protocol):
    """What the doctor needs of an open camera: :class:`vcxg124m.Camera` has it."""

    nodes: Nodes
    stream_nodes: Nodes
    config: Configuration

    @property
    def info(self) -> CameraInfo:
        """The camera as it was found."""
        ...

    def stream(self) -> Stream:
        """Return a stream that is not started yet."""
        ...


def host_facts(system: System) -> Host:
    """Return what this computer is and how its network is set up."""
    return Host(
        versions={
            "python": platform.python_version(),
            "system": platform.platform(),
            **{name: importlib.metadata.version(name) for name in _PACKAGES},
        },
        environment={name: value for name, value in os.environ.items() if name.startswith(_VARIABLES)},
        interfaces=system.interfaces(own_addresses()),
        settings=system.settings(),
        cores=os.cpu_count() or 1,
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else 0.0,
        governors=system.governors(),
        firewall=firewall(),
        has_firewalld=shutil.which("firewall-cmd") is not None,
    )


def check_seconds(seconds: float) -> None:
    """Refuse a time in which no frame could come, or without an end."""
    if not 0 < seconds < math.inf:
        raise FeatureValueError(
            f"seconds={seconds!r} not accepted: above 0, and an end.", feature="seconds", value=seconds
        )


def link_facts(camera: OpenCamera) -> LinkFacts:
    """Return what the open camera and the stream channel say."""
    nodes, stream_nodes = camera.nodes, camera.stream_nodes
    predicted = prediction(nodes)
    size, link_speed = _integer(nodes, "GevSCPSPacketSize"), _integer(nodes, "DeviceLinkSpeed")
    limits = nodes["GevSCPSPacketSize"].limits if size is not None else None
    rate = nodes.peek("AcquisitionFrameRate")
    # With a trigger the rate is not the camera's.
    limited = nodes.peek("AcquisitionFrameRateEnable") is not False and nodes.peek("TriggerMode") != "On"
    proven = stream_nodes.peek("StreamPacketSizeNegotiated")
    celsius = nodes.peek("DeviceTemperature")
    status = nodes.peek("DeviceTemperatureStatus")
    return LinkFacts(
        packet_size=size,
        packet_size_max=int(limits.maximum) if limits else None,
        packet_size_allowed=_integer(stream_nodes, "DeviceStreamChannelPacketSizeMax"),
        packet_size_proven=proven if isinstance(proven, bool) else None,
        link_speed=link_speed,
        throughput_limit=_integer(nodes, "DeviceLinkThroughputLimit"),
        packet_delay_ns=_integer(nodes, "GevSCPD") or 0,
        wanted_hz=float(rate) if limited and isinstance(rate, (int, float)) and rate > 0 else None,
        prediction=predicted,
        unthrottled_s=planning.transfer_time(
            predicted.payload_bytes, packet_size=size, throughput_limit=link_speed
        )
        if size and link_speed and predicted.payload_bytes
        else predicted.transfer_s,
        socket_buffer=_integer(stream_nodes, "StreamSocketBufferGranted"),
        temperature_celsius=celsius if isinstance(celsius, float) else None,
        temperature_status=str(status) if status is not None else None,
        settings=camera.config.settings(tables=False),
    )


def _integer(nodes: Nodes, name: str) -> int | None:
    value = nodes.peek(name)
    return value if isinstance(value, int) else None


def examine(facts: Facts, camera: OpenCamera, seconds: float, *, running: Stream | None = None) -> Facts:
    """Return the facts with those of an open camera and a stream of it; what ended it early is its failure."""
    system = System()
    facts = replace(
        facts,
        camera=camera.info,
        route=route_to(camera.info.ip, facts.host.interfaces, system) if camera.info.ip else None,
    )
    try:
        facts = replace(facts, link=link_facts(camera))
        interface = facts.route.interface if facts.route is not None else ""
        return replace(
            facts, traffic=measure(camera, seconds, running=running, interface=interface, system=system)
        )
    except OverTemperatureError:  # the camera's own status says it, too
        return facts
    except VcxgError as error:
        return replace(facts, failure=Failure(type(error).__name__, str(error)))
