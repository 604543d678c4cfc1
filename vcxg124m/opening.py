"""Opens a camera: finds and chooses it, or starts a virtual one, and takes control of it."""

from __future__ import annotations

import warnings
from contextlib import ExitStack
from typing import TYPE_CHECKING

from vcxg124m import _harvesters, _open_cameras, discovery
from vcxg124m._cells import running_cell
from vcxg124m._interrupts import held_back
from vcxg124m.camera import Camera
from vcxg124m.errors import CameraNotFoundError, FeatureTypeError, PacketSizeWarning, VirtualCameraError
from vcxg124m.units import parse_ip

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from vcxg124m._backend import CameraInfo
    from vcxg124m.reconnection import Reconnect
    from vcxg124m.virtual import VirtualCamera

__all__ = ["open_camera"]

# Below this the headers and the interrupts cost more than the link has to give; 1500 is what any Ethernet carries.
_SMALL_PACKET = 1400


def open_camera(
    camera: str | CameraInfo | None = None,
    *,
    serial_number: str | None = None,
    ip: str | None = None,
    mac: str | None = None,
    user_id: str | None = None,
    producer: str | os.PathLike[str] | None = None,
    reconnect: Reconnect | bool | None = None,
) -> Camera:
    """Open a camera with exclusive control.

    In a notebook, or at a prompt, opening a camera again that is open already replaces the object of before, which is
    closed: running a cell twice works. In a program it is an error.

    Parameters
    ----------
    camera
        None: the only camera there is. "virtual": a virtual VCXG-124M of its own process, ended with the camera. A
        CameraInfo of :func:`find_cameras`. Any other text: a serial number, address or user id.
    serial_number, ip, mac, user_id
        What the camera must have; several must hold together. ``ip`` is also asked directly, so that a camera which
        broadcasts do not reach is found.
    producer
        Path of the GenTL producer (.cti) to use instead of the bundled one.
    reconnect
        How patiently the camera is looked for when it is lost while it streams or somebody listens to its events: True
        for the usual patience, None for not at all. The settings that it then gets back are those of now, or of the
        last start of a stream.

    Returns
    -------
    Camera
        Close it with ``with`` or :meth:`Camera.close`.

    Raises
    ------
    CameraNotFoundError
        None fits; the message lists what was found.
    CameraAmbiguousError
        Several fit; the message lists them.
    CameraInUseError
        Another application controls it, or this program.
    ProducerError
        The producer cannot be used.
    VirtualCameraError
        The virtual camera did not start.
    FeatureValueError, FeatureTypeError
        ``ip`` is no address; a serial number is a number instead of a text.

    Warns
    -----
    PacketSizeWarning
        The network carries only small packets.
    """
    wanted = {"serial_number": serial_number, "ip": ip, "mac": mac, "user_id": user_id}
    criteria = {name: value for name, value in wanted.items() if value is not None}
    _check_text({"camera": camera, **criteria})
    if ip is not None:
        parse_ip(ip, "ip")
    if mac is not None:
        discovery.check_mac(mac)
    if isinstance(camera, discovery.CameraInfo):
        criteria |= {"device_id": camera.device_id, "interface": camera.interface}
        producer = producer or camera.producer
        ip, camera = camera.ip or None, None
    resources, cell = ExitStack(), running_cell()
    with resources:
        asked, owns_device = ip, camera == "virtual"
        if owns_device:
            _open_cameras.make_way_for_virtual(cell, serial_number=serial_number, ip=ip)
            virtual = _start_virtual(serial_number, ip, user_id)
            resources.callback(virtual.close)
            criteria = {"serial_number": virtual.serial_number, "ip": virtual.ip}
            camera, asked = None, virtual.ip
        elif camera is not None and discovery.is_ip(camera):
            asked = camera
        opened = None
        while opened is None:
            with ExitStack() as held:
                held.enter_context(discovery.undisturbed(also_asking=asked))
                try:
                    info, path = discovery.choose(discovery.search(producer, held), criteria, camera)
                except CameraNotFoundError as error:
                    if not owns_device or producer is None:
                        raise
                    raise CameraNotFoundError(
                        f"The GenTL producer {producer} does not list the virtual camera at {asked}: only the bundled "
                        "one asks an embedded camera's address. `vcxg124m virtual --ip ADDRESS` starts one that every "
                        "producer can find: Baumer's where ADDRESS is an Ethernet interface's."
                    ) from error
                if not _open_cameras.holds(info):
                    with held_back():
                        backend = _harvesters.open_device(info, path)
                        opened = Camera(
                            backend,
                            resources=resources.pop_all(),
                            reconnect=reconnect,
                            cell=cell,
                            owns_device=owns_device,
                        )
            if opened is None:  # with no lock held: what is closed waits for threads that may want it
                _open_cameras.make_way_for(info)
    _warn_about_small_packets(opened)
    return opened


def _start_virtual(serial_number: str | None, ip: str | None, user_id: str | None) -> VirtualCamera:
    """Start the embedded virtual camera: asked by unicast only, so that no other program meets it."""
    from vcxg124m import virtual  # noqa: PLC0415 - only who needs one pays for its import

    try:
        return virtual.VirtualCamera(
            serial_number=serial_number, ip=ip, user_id=user_id or "", discoverable=False
        )
    except (OSError, TimeoutError) as error:
        raise VirtualCameraError(f"The virtual camera did not start: {error}") from error


def _check_text(given: Mapping[str, object]) -> None:
    """Refuse a serial number that is written as a number, and the like."""
    for name, value in given.items():
        if not isinstance(value, (str, discovery.CameraInfo, type(None))):
            raise FeatureTypeError(
                f'{name}={value!r} not accepted: a text is needed, such as {name}="{value}".',
                feature=name,
                value=value,
            )


def _warn_about_small_packets(camera: Camera) -> None:
    """Warn when the camera would stream with packets that cannot fill its link."""
    size = camera.nodes.peek("GevSCPSPacketSize")
    if isinstance(size, int) and size < _SMALL_PACKET:
        warnings.warn(
            f"{camera.info} streams with packets of {size} bytes"
            f"{', its power-up value' if size == 576 else ''}: the producer found no larger one that arrives. The "
            "full frame rate needs 9000 (jumbo frames on the network card and every switch); "
            "cam.transport.packet_size sets it.",
            PacketSizeWarning,
            stacklevel=3,
        )
