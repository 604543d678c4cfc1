"""The smallest GenTL consumer: the producer's functions by name through ctypes, and GenApi on any module's port."""

import _ctypes
import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from genicam import genapi

Handle = ctypes.c_void_p
READ_ONLY, CONTROL, EXCLUSIVE = 2, 3, 4
SERIAL_NUMBER, ACCESS_STATUS = 7, 5
"""Numbers of device infos."""
PORT_NAME, URL = 12, 0


class GenTLError(Exception):
    """What a function answered when it was not 0."""

    def __init__(self, function: str, code: int, text: str) -> None:
        self.code = code
        super().__init__(f"{function} = {code}: {text}")


class Producer:
    """A loaded `.cti`; `producer.TLOpen(...)` calls it and raises `GenTLError`."""

    def __init__(self, cti: str | Path) -> None:
        self._library = ctypes.CDLL(str(cti))

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._library, name)

        def call(*arguments: Any) -> None:
            code = function(*arguments)
            if code != 0:
                size, text = ctypes.c_size_t(1024), ctypes.create_string_buffer(1024)
                self._library.GCGetLastError(ctypes.byref(ctypes.c_int32()), text, ctypes.byref(size))
                raise GenTLError(name, code, text.value.decode())

        return call

    def unload(self) -> None:
        """Give the library back, as a consumer does that is done with a producer."""
        _ctypes.dlclose(self._library._handle)

    def text(self, function: str, *arguments: Any) -> str:
        """Ask an info function for a string."""
        size, text = ctypes.c_size_t(1024), ctypes.create_string_buffer(1024)
        getattr(self, function)(*arguments, None, text, ctypes.byref(size))
        return text.value.decode()

    def number(self, function: str, *arguments: Any) -> int:
        """Ask an info function for an integer of 4 bytes."""
        size, value = ctypes.c_size_t(4), ctypes.c_int32()
        getattr(self, function)(*arguments, None, ctypes.byref(value), ctypes.byref(size))
        return value.value

    @contextmanager
    def interface(self, name: str = "lo_127.0.0.1") -> Iterator[tuple[Handle, Handle]]:
        """Initialise the producer and open one interface, with the devices on it listed: yield system and interface."""
        self.GCInitLib()
        try:
            system, interface = Handle(), Handle()
            self.TLOpen(ctypes.byref(system))
            self.TLUpdateInterfaceList(system, None, ctypes.c_uint64(100))
            self.TLOpenInterface(system, name.encode(), ctypes.byref(interface))
            self.IFUpdateDeviceList(interface, None, ctypes.c_uint64(1000))
            yield system, interface
        finally:
            self.GCCloseLib()

    def device_id(self, interface: Handle, serial_number: str) -> bytes:
        """Find the identifier of the device with this serial number."""
        count = ctypes.c_uint32()
        self.IFGetNumDevices(interface, ctypes.byref(count))
        for index in range(count.value):
            size, identifier = ctypes.c_size_t(256), ctypes.create_string_buffer(256)
            self.IFGetDeviceID(interface, ctypes.c_uint32(index), identifier, ctypes.byref(size))
            if self.text("IFGetDeviceInfo", interface, identifier.value, SERIAL_NUMBER) == serial_number:
                return identifier.value
        message = f"no device {serial_number} among {count.value}"
        raise LookupError(message)

    def read(self, port: Handle, address: int, length: int) -> bytes:
        """Read from the register space of a module."""
        data, size = ctypes.create_string_buffer(length), ctypes.c_size_t(length)
        self.GCReadPort(port, ctypes.c_uint64(address), data, ctypes.byref(size))
        return data.raw

    def xml(self, port: Handle) -> str:
        """Read the XML of a module from the address in its URL."""
        url = self.text("GCGetPortURLInfo", port, ctypes.c_uint32(0), URL)
        _, address, length = url.split("?")[0].split(";")
        return self.read(port, int(address, 16), int(length, 16)).decode()

    def node_map(self, port: Handle) -> genapi.NodeMap:
        """Connect GenApi to a module."""
        nodes = genapi.NodeMap()
        nodes.load_xml_from_string(self.xml(port))
        nodes.connect(_Registers(self, port), self.text("GCGetPortInfo", port, PORT_NAME))
        return nodes


class _Registers(genapi.AbstractPort):  # type: ignore[misc]  # genicam has no types
    def __init__(self, producer: Producer, port: Handle) -> None:
        super().__init__()
        self._producer, self._port = producer, port

    def read(self, address: int, length: int) -> bytes:
        return self._producer.read(self._port, address, length)

    def write(self, address: int, value: bytes) -> None:
        size = ctypes.c_size_t(len(value))
        self._producer.GCWritePort(self._port, ctypes.c_uint64(address), value, ctypes.byref(size))

    def is_open(self) -> bool:
        return True

    def open(self, port: object) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def get_access_mode(self) -> genapi.EAccessMode:
        return genapi.EAccessMode.RW
