"""Streams through genicam's binding alone and any producer, in a process of its own; prints what came, as JSON.

usage: through_genicam.py PRODUCER COUNT [node=value …]
"""

import io
import json
import sys
import time
import zipfile
import zlib

from genicam import genapi, gentl

WAIT_MS = 1000


class Registers(genapi.AbstractPort):
    """GenApi's way to the registers of a module."""

    def __init__(self, port: gentl.Port) -> None:
        super().__init__()
        self._port = port

    def read(self, address: int, length: int) -> bytes:
        return self._port.read(address, length)[1]

    def write(self, address: int, value: bytes) -> None:
        self._port.write(address, value)

    def is_open(self) -> bool:
        return True

    def open(self, port: object) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def get_access_mode(self) -> genapi.EAccessMode:
        return genapi.EAccessMode.RW


def node_map(port: gentl.Port) -> genapi.NodeMap:
    name, address, length = port.url_info_list[0].url.removeprefix("local:").split("?")[0].split(";")
    _, description = port.read(int(address, 16), int(length, 16))
    if name.endswith(".zip"):
        with zipfile.ZipFile(io.BytesIO(description)) as archive:
            description = archive.read(archive.namelist()[0])
    nodes = genapi.NodeMap()
    nodes.load_xml_from_string(description.rstrip(b"\0").decode())
    nodes.connect(Registers(port), port.name)
    return nodes


count = int(sys.argv[2])
producer = gentl.GenTLProducer.create_producer()
producer.open(sys.argv[1])
system = producer.create_system()
system.open()
system.update_interface_info_list(WAIT_MS)
found = []
for info in system.interface_info_list:
    interface = info.create_interface()
    interface.open()
    interface.update_device_info_list(WAIT_MS)
    found += interface.device_info_list
device = found[0].create_device()
device.open(gentl.DEVICE_ACCESS_FLAGS_LIST.DEVICE_ACCESS_EXCLUSIVE)
nodes = node_map(device.remote_port)
for setting in sys.argv[3:]:
    name, value = setting.split("=", 1)
    nodes.get_node(name).from_string(value)

stream = device.create_data_stream()
stream.open(device.data_stream_ids[0])
arrivals = gentl.EventManagerNewBuffer(stream.register_event(gentl.EVENT_TYPE_LIST.EVENT_NEW_BUFFER))
size = stream.payload_size if stream.defines_payload_size() else nodes.PayloadSize.value
buffers = [stream.announce_buffer(gentl.BufferToken(bytes(size), index)) for index in range(16)]
for buffer in buffers:
    stream.queue_buffer(buffer)
stream.start_acquisition(gentl.ACQ_START_FLAGS_LIST.ACQ_START_FLAGS_DEFAULT, -1)
nodes.AcquisitionStart.execute()
frames = []
deadline = time.monotonic() + 30
while len(frames) < count and time.monotonic() < deadline:
    arrivals.update_event_data(WAIT_MS)
    buffer = arrivals.buffer
    if buffer.is_complete():
        content = memoryview(buffer.raw_buffer)[: buffer.size_filled]
        frames.append(
            {
                "frame_id": buffer.frame_id,
                "width": buffer.width,
                "height": buffer.height,
                "pixel_format": nodes.PixelFormat.value,
                "crc32": f"{zlib.crc32(content):08x}",
            }
        )
    stream.queue_buffer(buffer)
nodes.AcquisitionStop.execute()
stream.stop_acquisition(gentl.ACQ_STOP_FLAGS_LIST.ACQ_STOP_FLAGS_KILL)
stream.flush_buffer_queue(gentl.ACQ_QUEUE_TYPE_LIST.ACQ_QUEUE_ALL_DISCARD)
for buffer in buffers:
    stream.revoke_buffer(buffer)
report = {"vendor": nodes.DeviceVendorName.value, "model": nodes.DeviceModelName.value, "frames": frames}
nodes.disconnect()
json.dump(report, sys.stdout)
