"""Aravis as an application that does what it is told: a JSON request a line on standard input, an answer a line back.

usage: aravis_client.py CAMERA, with the system's Python, to which Aravis's binding belongs
"""

import json
import sys
from pathlib import Path

import gi

gi.require_version("Aravis", "0.8")
from gi.repository import Aravis  # noqa: E402 - the version is to be said first

camera = Aravis.Camera.new(sys.argv[1])
device = camera.get_device()
camera.gv_set_packet_size(9000)

READERS = {
    Aravis.GcEnumeration: camera.get_string,
    Aravis.GcBoolean: camera.get_boolean,
    Aravis.GcFloat: camera.get_float,
    Aravis.GcString: camera.get_string,
}
WRITERS = {bool: camera.set_boolean, int: camera.set_integer, float: camera.set_float, str: camera.set_string}


def kind(name):
    """The functions of a feature by its interface; integers are what is left."""
    node = device.get_feature(name)
    return next((interface for interface in READERS if isinstance(node, interface)), None)


def get(name):
    return READERS.get(kind(name), camera.get_integer)(name)


def put(name, value):
    wanted = float(value) if kind(name) is Aravis.GcFloat else value
    WRITERS[type(wanted)](name, wanted)


def limits(name):
    """Least and greatest value, and the step; 0 where Aravis does not know one, as of a masked register."""
    of_floats = kind(name) is Aravis.GcFloat
    bounds = (camera.get_float_bounds if of_floats else camera.get_integer_bounds)(name)
    try:
        return [*bounds, (camera.get_float_increment if of_floats else camera.get_integer_increment)(name)]
    except gi.repository.GLib.Error:
        return [*bounds, 0]


def available(name):
    return camera.is_feature_available(name)


def entries(name):
    return camera.dup_available_enumerations_as_strings(name)


def execute(name):
    camera.execute_command(name)


def register(address):
    return device.read_register(address)


class Running:
    """The stream that runs."""

    stream = None
    chunks = None


def start(buffers):
    Running.stream = camera.create_stream(None, None)
    for _ in range(buffers):
        Running.stream.push_buffer(Aravis.Buffer.new_allocate(camera.get_payload()))
    Running.chunks = camera.create_chunk_parser()
    camera.start_acquisition()


def pop(seconds, chunks, keep):
    """One frame; none when it did not come. `keep` names the file that gets its bytes, `chunks` the values to read."""
    buffer = Running.stream.timeout_pop_buffer(int(seconds * 1e6))
    if buffer is None:
        return None
    if keep:
        Path(keep).write_bytes(buffer.get_data())
    frame = {
        "status": buffer.get_status().value_nick,
        "frame_id": buffer.get_frame_id(),
        "timestamp": buffer.get_timestamp(),
        "size": len(buffer.get_data()),
        "chunks": {name: value_of(buffer, name) for name in chunks},
    }
    if buffer.get_payload_type() != Aravis.BufferPayloadType.CHUNK_DATA:
        frame["region"] = list(buffer.get_image_region())
        frame["pixel_format"] = buffer.get_image_pixel_format()
    Running.stream.push_buffer(buffer)
    return frame


def value_of(buffer, name):
    """Return the value of a chunk's node."""
    interface = kind(name)
    read = {Aravis.GcFloat: "get_float_value", Aravis.GcEnumeration: "get_string_value"}
    return getattr(Running.chunks, read.get(interface, "get_integer_value"))(buffer, name)


def stop():
    camera.stop_acquisition()
    Running.stream = Running.chunks = None


REQUESTS = {
    function.__name__: function
    for function in (get, put, limits, available, entries, execute, register, start, pop, stop)
}

for line in sys.stdin:
    name, *arguments = json.loads(line)
    try:
        answer = {"value": REQUESTS[name](*arguments)}
    except gi.repository.GLib.Error as error:
        answer = {"error": error.message}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
