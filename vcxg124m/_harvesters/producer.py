"""Producers: each .cti loaded once, its lists of cameras, and the opening of one of these."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from genicam import genapi, gentl
from harvesters import core

from vcxg124m import _forwarder
from vcxg124m._backend import CameraInfo
from vcxg124m._harvesters.addresses import addresses, in_network, network_of
from vcxg124m._harvesters.binding_errors import GENICAM_ERRORS, IN_USE, sentence
from vcxg124m._harvesters.chunks import end
from vcxg124m._harvesters.description import undescribed
from vcxg124m._harvesters.locks import FORKED
from vcxg124m._producer import check_loadable
from vcxg124m.enums import AccessStatus
from vcxg124m.errors import CameraInUseError, CameraNotFoundError, DeviceCommunicationError, ProducerError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Producer"]

_log = logging.getLogger("vcxg124m")
T = TypeVar("T")
# A device answers a discovery within milliseconds; the binding holds the interpreter lock as long as this.
_ENUMERATION_MS = 300

_ACCESS_STATUS = {
    1: AccessStatus.READ_WRITE,
    2: AccessStatus.READ_ONLY,
    3: AccessStatus.NO_ACCESS,
    4: AccessStatus.BUSY,
    5: AccessStatus.OPEN_READ_WRITE,
    6: AccessStatus.OPEN_READ_ONLY,
}


class Producer:
    """One .cti file, loaded once and shared; reset when its last user lets go."""

    _open: ClassVar[dict[Path, Producer]] = {}

    def __init__(self, path: Path) -> None:
        check_loadable(path)
        self.path = path
        self._users: set[object] = set()
        self.owner = os.getpid()
        self._harvester: Any = core.Harvester(
            config=core.ParameterSet(
                {core.ParameterKey.TIMEOUT_PERIOD_ON_MODULE_ENUMERATION: _ENUMERATION_MS}
            )
        )
        self._harvester.add_file(str(_forwarder.through(path)))
        self._harvester.update()
        if not self._harvester._systems:  # noqa: SLF001 - harvesters only logs why
            self._harvester.reset()
            raise ProducerError(f"The GenTL producer {path} does not start: {_why_not(path)}", path=str(path))

    @classmethod
    def acquire(cls, path: Path, user: object) -> Producer:
        """Return the shared producer with fresh lists; pair with :meth:`release`."""
        known = path in cls._open
        producer = cls.shared(path, user)
        if known:
            try:
                producer.refresh()
            except BaseException:
                producer.release(user)
                raise
        return producer

    @classmethod
    def shared(cls, path: Path, user: object) -> Producer:
        """Return the shared producer with the lists that it has; pair with :meth:`release`."""
        producer = cls._open.get(path)
        if producer is not None and producer.owner != os.getpid():
            raise ProducerError(
                f"The GenTL producer {path} is in use by the process that this one was forked from. {FORKED}",
                path=str(path),
            )
        if producer is None:
            producer = cls._open[path] = cls(path)
        producer.keep(user)
        return producer

    @classmethod
    def loaded(cls, path: Path) -> Producer:
        """Return the shared producer that somebody holds."""
        return cls._open[path]

    @classmethod
    def abandon_all(cls) -> None:
        """Let harvesters clean up nothing at the end of a forked process: all of it is the parent's."""
        for producer in cls._open.values():
            harvester = producer._harvester  # noqa: SLF001
            for owner in (harvester, *harvester.image_acquirers):
                owner._finalizer.atexit = False  # noqa: SLF001 - there is no public way

    def keep(self, user: object) -> None:
        """Count one more user."""
        self._users.add(user)

    def release(self, user: object) -> None:
        """Let go; the last one resets harvesters and unloads the producer."""
        self._users.discard(user)
        if not self._users and self._open.pop(self.path, None) is not None:
            self._harvester.reset()

    @property
    def identity(self) -> tuple[str, str]:
        """Vendor and version that it gives itself."""
        system = self._harvester._systems[0].module  # noqa: SLF001 - no public way
        return str(system.vendor), str(system.version)

    def cameras(self) -> list[tuple[CameraInfo, Any]]:
        """Return each camera once, with harvesters' own record of it.

        One that answers on several of the host's interfaces is taken from the one whose network it is in.
        """
        found: dict[tuple[str, str], tuple[CameraInfo, Any]] = {}
        for record in self._harvester.device_info_list:
            info = self._info(record)
            key = (info.device_id, info.ip)
            if key not in found or in_network(info.ip, record.parent):
                found[key] = (info, record)
        return list(found.values())

    def camera_interfaces(self) -> list[Any]:
        """Return the host's interfaces with cameras: those of the lists, and open ones that did not answer then."""
        listed = [record.parent for _, record in self.cameras()]
        return listed + [acquirer.device.parent for acquirer in self._harvester.image_acquirers]

    def open(self, wanted: CameraInfo, use: Callable[[Producer, Any, CameraInfo], T]) -> T:
        """Open a camera of the lists with exclusive control; return what ``use`` makes of harvesters' acquirer.

        Raises
        ------
        CameraNotFoundError
            It is gone since.
        CameraInUseError
            Another application controls it, or this one.
        DeviceCommunicationError
            It does not answer as a camera should.
        """
        for info, record in self.cameras():
            if (info.device_id, info.interface) == (wanted.device_id, wanted.interface):
                return self._open_listed(record, info, use)
        raise CameraNotFoundError(f"{wanted} answered a moment ago and is gone now.")

    def _open_listed(self, record: Any, info: CameraInfo, use: Callable[[Producer, Any, CameraInfo], T]) -> T:
        raw = record.create_device()
        handler = signal.getsignal(signal.SIGINT)
        try:
            acquirer = self._harvester._create_acquirer(  # noqa: SLF001 - create() hides the device it leaks
                device_proxy=core.Device(module=raw, parent=record.parent)
            )
            try:
                return use(self, acquirer, info)
            except BaseException:
                self.destroy(acquirer)
                raise
        except IN_USE as error:
            raise CameraInUseError(
                f"{info} is in use: {sentence(error)}. Close it in the other application (or this one), or wait for "
                "the camera to notice that it ended."
            ) from error.with_traceback(None)
        except genapi.GenericException as error:  # it has only read the description so far
            raise undescribed(info, raw.remote_port) from error.with_traceback(None)
        except gentl.GenericException as error:
            raise DeviceCommunicationError(
                f"{info} could not be opened: {sentence(error)}. {_remedy(info, record.parent)}"
            ) from error.with_traceback(None)
        finally:
            if threading.current_thread() is threading.main_thread() and handler is not None:
                signal.signal(signal.SIGINT, handler)
            if (
                not any(acquirer.device.module is raw for acquirer in self._harvester.image_acquirers)
                and raw.is_open()
            ):
                raw.close()

    def destroy(self, acquirer: Any) -> None:
        """Destroy an acquirer, also one whose camera is gone, and forget it."""
        device = acquirer.device.module
        modules = [acquirer.device, acquirer.remote_device, *acquirer.data_streams]
        end(acquirer._chunk_adapter)  # noqa: SLF001 - the acquirer only drops it
        try:
            acquirer.__exit__(None, None, None)  # destroy() through its finalizer, which would keep it alive
        except GENICAM_ERRORS as error:
            _log.warning("Closing a camera of %s failed: %s", self.path, sentence(error))
            if device.is_open():
                device.close()
        for module in modules:  # they wait for the garbage collector, which cannot see how large these are
            module._node_map = None  # noqa: SLF001 - no public way
        if acquirer in self._harvester.image_acquirers:
            self._harvester.image_acquirers.remove(acquirer)

    def refresh(self) -> None:
        """Bring the lists up to date without touching open cameras."""
        harvester = self._harvester
        system = harvester._systems[0]  # noqa: SLF001 - update() would destroy open cameras
        interfaces = harvester._ifaces  # noqa: SLF001
        try:
            system.update_interface_info_list(_ENUMERATION_MS)
            known = {interface.id_ for interface in interfaces}
            for record in system.interface_info_list:
                if record.id_ not in known:
                    raw = record.create_interface()
                    raw.open()
                    interfaces.append(core.Interface(module=raw, parent=system))
            records: list[Any] = []
            for interface in interfaces:
                interface.update_device_info_list(_ENUMERATION_MS)
                records += [
                    core.DeviceInfo(module=raw, parent=interface) for raw in interface.device_info_list
                ]
        except GENICAM_ERRORS as error:
            raise ProducerError(
                f"The GenTL producer {self.path} could not list its cameras: {sentence(error)}",
                path=str(self.path),
            ) from error.with_traceback(None)
        harvester.device_info_list[:] = records

    def _info(self, record: Any) -> CameraInfo:
        said = record.property_dict
        device_id = str(said["id_"])
        ip, mac = addresses(record.parent, device_id)
        return CameraInfo(
            model=said["model"] or "",
            vendor=said["vendor"] or "",
            serial_number=said["serial_number"] or "",
            user_id=said["user_defined_name"] or "",
            ip=ip,
            mac=mac,
            interface=str(record.parent.id_),
            access=_ACCESS_STATUS.get(int(said["access_status"] or 0), AccessStatus.UNKNOWN),
            producer=str(self.path),
            device_id=device_id,
        )


def _remedy(info: CameraInfo, interface: Any) -> str:
    """Return what to do about a camera that was listed and cannot be opened."""
    network = network_of(interface)
    if not info.ip or network is None or in_network(info.ip, interface):
        return "`vcxg124m doctor` looks for the reason."
    return (
        f"It answers on {info.interface} ({network}) and has an address of another subnet: give it one of this "
        "(vcxg124m force-ip ADDRESS/PREFIX), or the interface a second one (`vcxg124m doctor` has the command)."
    )


def _why_not(path: Path) -> str:
    """Open the producer once more by hand, to hear the reason that harvesters only logs."""
    producer = gentl.GenTLProducer.create_producer()
    try:
        producer.open(str(_forwarder.through(path)))
        producer.create_system().open()
    except gentl.GenericException as error:
        return sentence(error)
    finally:
        if producer.is_open():
            producer.close()
    return "it gives no reason."


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=Producer.abandon_all)
