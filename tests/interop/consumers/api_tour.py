"""Uses all that the API does with one camera through one producer and prints what it saw, as JSON.

usage: api_tour.py PRODUCER

Left out is what differs between two runs, such as times and ports: the reports of two producers can be compared.
"""

import json
import sys
import zlib
from itertools import pairwise

import vcxg124m as vcx

PRODUCER = sys.argv[1]
OF_ONE_RUN = {
    *(
        "DeviceTemperature",
        "FrameCounter",
        "GevMCPHostPort",
        "GevMCSP",
        "GevPrimaryApplicationSocket",
        "GevSCPHostPort",
    ),
    *("GevSCSP", "TimestampLatchValue"),
}


def refusal(use):
    """What an application is told when it asks for what cannot be."""
    try:
        use()
    except vcx.VcxgError as error:
        return [type(error).__name__, str(error)]
    return None


def values(cam):
    """Every value that the camera has, by node."""
    found = {}
    for name in cam.nodes:
        node = cam.nodes[name]
        if node.readable and name not in OF_ONE_RUN:
            value = node.value
            found[name] = value.hex() if isinstance(value, bytes) else value
    return found


def described(frame):
    return [
        *(frame.frame_id, frame.complete, *frame.image.shape, str(frame.image.dtype)),
        *(
            str(frame.pixel_format),
            frame.offset_x,
            frame.offset_y,
            f"{zlib.crc32(frame.image.tobytes()):08x}",
        ),
    ]


report = {}
(info,) = vcx.find_cameras(producer=PRODUCER)
report["listed"] = [info.model, info.vendor, info.serial_number, info.user_id, info.ip, info.mac, info.access]

with vcx.open_camera(producer=PRODUCER, ip=info.ip) as cam:
    report["packet size"] = cam.nodes["GevSCPSPacketSize"].value
    report["values at first"] = values(cam)

    # One feature of each kind, and what stands in the way of another value.
    cam.device.user_id = "tour"
    cam.exposure.time_us = 2500
    cam.gain.db = 6.0
    cam.image_format.reverse_x = True
    cam.roi.set(width=1024, height=512, offset_x=32, offset_y=7)
    cam.trigger.configure(source="Software")
    written = [
        cam.device.user_id,
        cam.exposure.time_us,
        cam.gain.db,
        cam.image_format.reverse_x,
        list(cam.roi.get()),
    ]
    report["written"] = [*written, str(cam.trigger.source)]
    report["refused"] = [
        refusal(lambda: setattr(cam.exposure, "time_us", 0.5)),
        refusal(lambda: setattr(cam.nodes["Width"], "value", 17)),
        refusal(lambda: setattr(cam.nodes["PixelFormat"], "value", "Mono12Packed")),
        refusal(lambda: setattr(cam.nodes["SensorWidth"], "value", 16)),
        refusal(lambda: cam.nodes["Shutter"]),
        refusal(lambda: vcx.open_camera(producer=PRODUCER, ip=info.ip))[:1],
    ]

    # A trigger takes one frame; without one, none comes.
    with cam.stream(raw=True) as stream:
        report["no trigger"] = refusal(lambda: stream.get(timeout=0.2))[:1]
        report["locked"] = refusal(lambda: setattr(cam.nodes["Width"], "value", 512))
        triggered = []
        for _ in range(3):
            cam.trigger.wait_until_ready()
            cam.trigger.fire()
            triggered.append(described(stream.get(timeout=5)))
        report["triggered"] = triggered
    cam.trigger.disable()

    # Every format, and what each frame says about itself.
    cam.chunks.enable()
    for pixel_format in ("Mono8", "Mono10", "Mono12", "Mono12p"):
        cam.image_format.pixel_format = pixel_format
        stream = cam.stream(5)
        frames = list(stream)
        chunks = [frame.chunks for frame in frames]
        report[pixel_format] = [described(frame) for frame in frames]
        report[f"{pixel_format} chunks"] = [
            all(said.timestamp_ns == frame.timestamp_ns for said, frame in zip(chunks, frames, strict=True)),
            *(
                [said.frame_id, said.width, said.height, said.exposure_time_us, said.gain_db]
                for said in chunks
            ),
            *([said.offset_x, said.offset_y, str(said.pixel_format), said.line_status] for said in chunks),
        ]
        report[f"{pixel_format} statistics"] = [stream.statistics.delivered, stream.statistics.incomplete]
    cam.chunks.disable()

    # What the camera tells beside the images.
    with cam.events.listen("ExposureStart", "ExposureEnd", "FrameEnd") as events:
        frames = list(cam.stream(10))
        told = [events.get(timeout=5) for _ in range(29)]
    starts = {event.frame_id: event.timestamp_ns for event in told if event.name == "ExposureStart"}
    report["events"] = sorted({(event.name, event.event_id) for event in told})
    report["events of frames"] = [starts[frame.frame_id] == frame.timestamp_ns for frame in frames]
    report["events in order"] = all(
        earlier.timestamp_ns <= later.timestamp_ns for earlier, later in pairwise(told)
    )

    cam.user_sets.load()
    report["values at last"] = values(cam)

(info,) = vcx.find_cameras(producer=PRODUCER)
report["free again"] = info.access
json.dump(report, sys.stdout)
