"""The node maps of the bundled producer's own modules, as GenApi reads them."""

import ctypes
import shutil
from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from genicam import genapi
from vcxg_testing.genapi_schema import out_of_order
from vcxg_testing.gentl import CONTROL, Handle, Producer

from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera


class Modules:
    """One handle of each kind of module, all open."""

    def __init__(self, producer: Producer, system: Handle, interface: Handle, camera: VirtualCamera) -> None:
        self.producer = producer
        self.system, self.interface = system, interface
        self.device, self.stream, self.buffer = Handle(), Handle(), Handle()
        identifier = producer.device_id(interface, camera.serial_number)
        producer.IFOpenDevice(interface, identifier, ctypes.c_int32(CONTROL), ctypes.byref(self.device))
        producer.DevOpenDataStream(self.device, b"Stream0", ctypes.byref(self.stream))
        size = ctypes.c_size_t(100_000)
        producer.DSAllocAndAnnounceBuffer(self.stream, size, None, ctypes.byref(self.buffer))

    def nodes(self, name: str) -> genapi.NodeMap:
        """Connect a node map to the module of this name."""
        return self.producer.node_map(getattr(self, name))


NAMES = ("system", "interface", "device", "stream", "buffer")


@pytest.fixture
def producer(tmp_path: Path) -> Producer:
    return Producer(shutil.copy(_producer.bundled(), tmp_path))


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as virtual:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", virtual.ip)
        yield virtual


@pytest.fixture
def modules(producer: Producer, camera: VirtualCamera) -> Iterator[Modules]:
    with producer.interface() as (system, interface):
        yield Modules(producer, system, interface, camera)


def access(node: Any) -> str:
    return str(genapi.EAccessMode(node.get_access_mode()).name)


def test_the_elements_of_every_xml_stand_in_the_order_of_the_schema(modules: Modules) -> None:
    for module in NAMES:
        root = ET.fromstring(modules.producer.xml(getattr(modules, module)))
        names = [node.get("Name") for node in root]
        assert len(names) == len(set(names)), module
        for node in root.iter():
            assert out_of_order(node) is None, (module, node.get("Name"))


def test_every_name_that_an_xml_refers_to_is_in_it(modules: Modules) -> None:
    for module in NAMES:
        root = ET.fromstring(modules.producer.xml(getattr(modules, module)))
        names = {node.get("Name") for node in root}
        for element in root.iter():
            if element.tag.split("}")[1].startswith("p"):
                assert element.text in names, (module, element.text)


def test_the_documentation_names_every_feature(modules: Modules) -> None:
    page = (Path(__file__).parents[2] / "docs/reference/producer-features.md").read_text(encoding="utf-8")
    for module in NAMES:
        root = ET.fromstring(modules.producer.xml(getattr(modules, module)))
        categories = [node for node in root if node.tag.endswith("}Category")]
        groups = {category.get("Name") for category in categories}
        features = {str(feature.text) for category in categories for feature in category} - groups
        assert {name for name in features if f"`{name}`" not in page} == set(), module


@pytest.mark.parametrize("module", NAMES)
def test_every_feature_is_read_or_says_that_it_is_not_available(modules: Modules, module: str) -> None:
    nodes = modules.nodes(module)
    seen = 0
    for node in nodes.nodes:
        if access(node.node) in ("RO", "RW") and hasattr(type(node), "value"):
            assert node.value is not None
            seen += 1
    assert seen >= 10


def test_a_feature_has_the_type_and_the_limits_of_the_standard(modules: Modules) -> None:
    interface, stream = modules.nodes("interface"), modules.nodes("stream")
    assert (interface.DeviceUpdateTimeout.min, interface.DeviceUpdateTimeout.max) == (50, 2000)
    with pytest.raises(genapi.GenericException):
        interface.DeviceUpdateTimeout.value = 10
    interface.DeviceUpdateTimeout.value = 60
    interface.DeviceUpdateList.execute()
    assert interface.GevInterfaceSubnetIPAddress.to_string() == "127.0.0.1"
    assert stream.StreamBufferHandlingMode.symbolics == ("OldestFirst", "OldestFirstOverwrite", "NewestOnly")
    stream.StreamBufferHandlingMode.value = "NewestOnly"
    assert stream.StreamAnnounceBufferMinimum.value == 3
    with pytest.raises(genapi.GenericException):
        stream.StreamBufferHandlingMode.value = "OldestLast"


def test_a_running_acquisition_locks_the_buffer_handling(modules: Modules) -> None:
    stream = modules.nodes("stream")
    assert access(stream.StreamBufferHandlingMode.node) == "RW"
    modules.producer.DSStartAcquisition(modules.stream, ctypes.c_int32(0), ctypes.c_uint64(1))
    assert access(stream.StreamBufferHandlingMode.node) == "RO"
    with pytest.raises(genapi.AccessException):
        stream.StreamBufferHandlingMode.value = "OldestFirst"
    modules.producer.DSStopAcquisition(modules.stream, ctypes.c_int32(0))
    assert access(stream.StreamBufferHandlingMode.node) == "RW"


def test_a_buffer_without_a_frame_has_no_width(modules: Modules) -> None:
    nodes = modules.nodes("buffer")
    assert access(nodes.BufferWidth.node) == "NA"
    assert nodes.BufferSize.value == 100_000
    assert (nodes.BufferIsQueued.value, nodes.BufferPayloadType.value) == (False, "Unknown")
    assert len(nodes.BufferData.get(100_000)) == 100_000


def test_a_camera_gets_another_address(
    producer: Producer, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = int(IPv4Address(camera.ip))
    forced = int(IPv4Address("127.200.1.2"))
    monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", f"{camera.ip},127.200.1.2")
    with producer.interface() as (_, interface):
        nodes = producer.node_map(interface)
        while nodes.DeviceSerialNumber.value != camera.serial_number:
            nodes.DeviceSelector.value += 1  # an error behind the last one
        nodes.GevDeviceForceIPAddress.value = forced
        nodes.GevDeviceForceSubnetMask.value = 0xFF000000
        nodes.GevDeviceForceIP.execute()
        assert nodes.GevDeviceIPAddress.value == forced
        nodes.GevDeviceForceIPAddress.value = 0
        nodes.GevDeviceForceIP.execute()
        assert nodes.GevDeviceIPAddress.value == own
