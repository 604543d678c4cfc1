"""What producers at hand do not show: stubs stand for the objects of genicam's binding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from genicam import genapi, gentl
from vcxg_testing.fake_camera import INFO

import vcxg124m as vcx
from vcxg124m._harvesters.binding_errors import sentence
from vcxg124m._harvesters.chunks import Chunks
from vcxg124m._harvesters.device import Device
from vcxg124m._harvesters.nodes import NodeMap as GenapiNodeMap
from vcxg124m._harvesters.producer import Producer


class Port:
    def __init__(self, answer: bytes) -> None:
        self.answer = answer

    def read(self, address: int, size: int) -> tuple[int, bytes]:
        if address in {0x0A04, 0x0A14}:  # who controls it: optional
            raise gentl.InvalidAddressException("no such register")
        assert (address, size) == (0x0A00, 4)  # control channel privilege
        return 4, self.answer


class NodeMap:
    nodes = (SimpleNamespace(node=SimpleNamespace(name="AcquisitionStart", is_feature=lambda: True)),)

    def get_node(self, name: str) -> SimpleNamespace:
        if name != "AcquisitionStart":
            raise genapi.LogicalErrorException("Node not existing")
        return SimpleNamespace(execute=lambda: None)


class EmptyNodeMap:
    nodes = ()

    def get_node(self, name: str) -> SimpleNamespace:
        raise genapi.LogicalErrorException(f"Node {name} not existing")


class DataStream:
    """Counts underruns since it was opened, as the standard has it, and not since the acquisition started."""

    def __init__(self) -> None:
        self.module = self
        self.node_map = EmptyNodeMap()
        self.num_underrun = 5
        self.buffer_announce_min = 2
        self.payload_size = 64
        self.queued: list[int] = []

    def defines_payload_size(self) -> bool:
        return True

    def announce_buffer(self, token: gentl.BufferToken) -> int:
        assert len(token.raw_buffer) == 64
        return token.context

    def queue_buffer(self, buffer: int, clear: bool) -> None:  # noqa: FBT001 - as the binding is called
        assert clear is False
        self.queued.append(buffer)

    def start_acquisition(self, flags: int, frames: int) -> None: ...
    def stop_acquisition(self, flags: int) -> None: ...
    def flush_buffer_queue(self, operation: int) -> None: ...
    def revoke_buffer(self, buffer: int) -> None: ...


def device(privilege: int, data_streams: list[DataStream] | None = None) -> Device:
    streams = data_streams or []
    monitor = SimpleNamespace(num_in_queue=0, flush_event_queue=lambda: None)
    acquirer = SimpleNamespace(
        remote_device=SimpleNamespace(node_map=NodeMap(), port=Port(privilege.to_bytes(4, "big"))),
        data_streams=streams,
        device=SimpleNamespace(tl_type="GEV"),
        _new_buffer_event_monitor_dict=dict.fromkeys(streams, monitor),
    )
    users: set[object] = set()
    return Device(SimpleNamespace(keep=users.add), acquirer, INFO)


@pytest.mark.parametrize("privilege", [0b01, 0b10])
def test_a_camera_under_exclusive_or_plain_control_is_alive(privilege: int) -> None:
    device(privilege).check_alive()


def test_a_camera_that_gave_up_its_control_is_lost_and_stays_lost() -> None:
    camera = device(0)
    with pytest.raises(vcx.DeviceLostError, match="has dropped this application's control"):
        camera.check_alive()
    with pytest.raises(vcx.DeviceLostError, match="open it again"):
        camera.check_alive()


def test_underruns_are_those_of_this_acquisition() -> None:
    data_stream = DataStream()
    stream = device(0b01, [data_stream]).start_stream(3, clear=False)
    assert stream.underruns() == 0
    data_stream.num_underrun = 7
    assert stream.underruns() == 2


def test_a_producer_gets_as_many_buffers_as_it_needs() -> None:
    data_stream = DataStream()
    stream = device(0b01, [data_stream]).start_stream(1, clear=False)
    assert stream.buffers == 2
    assert data_stream.queued == [0, 1]


def test_a_producers_own_words_are_taken_out_of_a_bindings_message() -> None:
    text = "GenTL exception: Invalid. (Message from the source: no answer from 10.0.0.7) (ID: -1010)"
    assert sentence(gentl.IoException(text)) == "no answer from 10.0.0.7 (Io, -1010)"


def test_a_bindings_message_ends_before_the_place_in_its_sources() -> None:
    text = (
        "String exceeds maximum length. Max length is 16 : OutOfRangeException thrown in node 'DeviceUserID' while "
        "calling 'DeviceUserID.SetValue()' (file 'StringReg.cpp', line 92)"
    )
    error = genapi.OutOfRangeException(text)
    assert sentence(error) == "String exceeds maximum length. Max length is 16 (OutOfRange)"


def test_a_producer_that_fails_to_list_its_cameras_is_unloaded_with_its_last_user() -> None:
    class Failing(Producer):
        unloaded = False

        def __init__(self, path: Path) -> None:
            self.path, self.owner, self._users = path, os.getpid(), set()
            self._harvester = SimpleNamespace(reset=self.unload)

        def refresh(self) -> None:
            raise vcx.ProducerError("It could not list its cameras.")

        def unload(self) -> None:
            self.unloaded = True

    path, camera = Path("/nowhere/failing.cti"), object()
    producer = Failing.acquire(path, camera)
    with pytest.raises(vcx.ProducerError, match="could not list"):
        Failing.acquire(path, object())
    assert not producer.unloaded
    producer.release(camera)
    assert producer.unloaded


ENUMERATIONS = """<?xml version="1.0" encoding="utf-8"?>
<RegisterDescription ModelName="any" VendorName="any" ToolTip="" StandardNameSpace="None"
    SchemaMajorVersion="1" SchemaMinorVersion="1" SchemaSubMinorVersion="0" MajorVersion="1" MinorVersion="0"
    SubMinorVersion="0" ProductGuid="00000000-0000-0000-0000-000000000001"
    VersionGuid="00000000-0000-0000-0000-000000000002" xmlns="http://www.genicam.org/GenApi/Version_1_1">
  <Category Name="Root"><pFeature>PixelFormat</pFeature><pFeature>ChunkPixelFormat</pFeature></Category>
  <Enumeration Name="PixelFormat">
    <EnumEntry Name="Mono8"><Value>0x01080001</Value></EnumEntry>
    <EnumEntry Name="Mono12"><Value>0x01100005</Value></EnumEntry>
    <pValue>Code</pValue>
  </Enumeration>
  <Integer Name="Code"><Value>0x01080099</Value></Integer>
  <Enumeration Name="ChunkPixelFormat">
    <EnumEntry Name="Mono8"><Value>0x01080001</Value></EnumEntry>
    <pValue>ChunkCode</pValue>
  </Enumeration>
  <IntReg Name="ChunkCode">
    <Address>0</Address><Length>4</Length><AccessMode>RO</AccessMode><pPort>Chunk</pPort>
    <Sign>Unsigned</Sign><Endianess>BigEndian</Endianess>
  </IntReg>
  <Port Name="Device"/>
  <Port Name="Chunk"><ChunkID>12</ChunkID></Port>
</RegisterDescription>"""


def enumerations() -> GenapiNodeMap:
    node_map = genapi.NodeMap()
    node_map.load_xml_from_string(ENUMERATIONS)
    return GenapiNodeMap(node_map)


def block_with_pixel_format(code: int) -> np.ndarray:
    """A block of GigE Vision: an image of 4 bytes, then a chunk; each with its id and its length behind it."""
    image, chunk = bytes(4) + bytes.fromhex("00000001 00000004"), bytes.fromhex("00000012 00000004")
    return np.frombuffer(image + code.to_bytes(4, "big") + chunk, np.uint8)


def test_an_enumeration_that_holds_none_of_its_entries_says_what_it_holds_and_what_to_do() -> None:
    pixel_format = enumerations().find("PixelFormat")
    refusal = (
        "PixelFormat holds 17301657 .0x1080099., which is none of its entries Mono8, Mono12. Write one of"
    )
    with pytest.raises(vcx.FeatureValueError, match=refusal) as e:
        pixel_format.read()
    assert (e.value.feature, e.value.value, e.value.entries) == (
        "PixelFormat",
        0x01080099,
        ("Mono8", "Mono12"),
    )
    pixel_format.write("Mono12")
    assert pixel_format.read() == "Mono12"


def test_a_chunk_that_holds_none_of_its_entries_is_a_flaw_of_the_chunks_and_not_of_the_connection() -> None:
    chunks = Chunks(enumerations())
    assert chunks.read(block_with_pixel_format(0x01080001)) == {"ChunkPixelFormat": "Mono8"}
    with pytest.raises(vcx.ChunkDataError, match="ChunkPixelFormat holds 17301657"):
        chunks.read(block_with_pixel_format(0x01080099))
    chunks.close()


@pytest.mark.parametrize(
    ("free_threaded", "remedy"), [(1, "use the ordinary build"), (0, "pip install genicam")]
)
def test_without_genicam_the_import_says_what_is_missing_and_what_helps(
    free_threaded: int, remedy: str
) -> None:
    script = (
        "import sys, sysconfig\n"
        "sys.modules['genicam'] = None  # as if it was not installed\n"
        f"sysconfig.get_config_vars()['Py_GIL_DISABLED'] = {free_threaded}\n"
        "import vcxg124m\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    last = run.stderr.strip().splitlines()[-1]
    assert last.startswith("vcxg124m.errors.MissingPackageError: vcxg124m needs the package genicam")
    assert remedy in last
