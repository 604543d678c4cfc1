"""Gives a camera another address, also one that cannot be opened because its own is in another network."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from vcxg124m import _harvesters, discovery
from vcxg124m.enums import AccessStatus
from vcxg124m.errors import CameraInUseError, CameraNotFoundError, FeatureUnavailableError
from vcxg124m.units import parse_ip

if TYPE_CHECKING:
    import os

    from vcxg124m._backend import CameraInfo, NodeBackend, NodeMapBackend

__all__ = ["force_ip"]

_FREE = {AccessStatus.READ_WRITE, AccessStatus.NO_ACCESS, AccessStatus.UNKNOWN}


def force_ip(
    camera: str | None,
    ip: str,
    *,
    subnet_mask: str = "255.255.255.0",
    gateway: str = "0.0.0.0",  # noqa: S104 - no gateway
    producer: str | os.PathLike[str] | None = None,
) -> CameraInfo:
    """Give a camera another address until its next start (data sheet N2); it is reached by broadcast.

    To keep an address, open the camera afterwards and call ``cam.transport.set_persistent_ip``.

    Parameters
    ----------
    camera
        Serial number, present address or user id; None for the only camera there is.
    ip, subnet_mask, gateway
        Its new address. "0.0.0.0" lets it find one by itself anew.
    producer
        Path of the GenTL producer (.cti) to use instead of the bundled one.

    Returns
    -------
    CameraInfo
        The camera as it is found now.

    Raises
    ------
    FeatureValueError
        One of the addresses is none.
    CameraInUseError
        An application controls the camera, which then keeps its address.
    DeviceCommunicationError
        The camera did not answer, or refuses.
    CameraNotFoundError, CameraAmbiguousError
        No camera fits, or several; or it is not found any more.
    FeatureUnavailableError
        The producer cannot do this.
    """
    wanted = {
        "GevDeviceForceIPAddress": parse_ip(ip, "ip"),
        "GevDeviceForceSubnetMask": parse_ip(subnet_mask, "subnet_mask"),
        "GevDeviceForceGateway": parse_ip(gateway, "gateway"),
    }
    with ExitStack() as held:
        asked = camera if camera is not None and discovery.is_ip(camera) else None
        held.enter_context(discovery.undisturbed(also_asking=asked))
        info, path = discovery.choose(discovery.search(producer, held), {}, camera)
        if info.access not in _FREE:
            raise CameraInUseError(
                f"{info} keeps its address while an application controls it ({info.access}): close it there."
            )
        interface = held.enter_context(_harvesters.camera_interfaces(path))[info.interface]
        with interface.lock:
            _select(interface, info)
            for name, number in wanted.items():
                _node(interface, name).write(number)
            _node(interface, "GevDeviceForceIP").execute()
        for found, _ in discovery.search(producer, held):
            if (found.mac, found.serial_number) == (info.mac, info.serial_number):
                return found
    raise CameraNotFoundError(f"{info} took the address {ip}, and does not answer there.")


def _select(interface: NodeMapBackend, info: CameraInfo) -> None:
    """Let the interface's nodes be about one camera."""
    selector, device_id = _node(interface, "DeviceSelector"), _node(interface, "DeviceID")
    limits = selector.limits()
    for index in range(int(limits.minimum), int(limits.maximum) + 1):
        selector.write(index)
        if device_id.read() == info.device_id:
            return
    raise CameraNotFoundError(f"{info} answered a moment ago and is gone now.")


def _node(interface: NodeMapBackend, name: str) -> NodeBackend:
    node = interface.find(name)
    if node is None:
        raise FeatureUnavailableError(
            f"This GenTL producer gives no addresses: its interface has no {name}. Use the bundled one.",
            feature=name,
        )
    return node
