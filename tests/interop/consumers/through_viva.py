"""Streams through viva-genicam's client, a GigE Vision application in Rust, and prints what came, as JSON.

usage: through_viva.py COUNT PACKET_SIZE [node=value …]
"""

import json
import sys
import zlib

import viva_genicam as vg

count, packet_size = int(sys.argv[1]), int(sys.argv[2])

devices = vg.discover(timeout_ms=1000, all=True)
report = {"devices": [device.to_dict() for device in devices], "frames": []}
with vg.connect_gige(devices[0]) as camera:
    for setting in sys.argv[3:]:
        camera.set(*setting.split("=", 1))
    report["model"] = camera.get("DeviceModelName")
    with camera.stream(packet_size=packet_size) as stream:
        for _ in range(count):
            frame = stream.next_frame(timeout_ms=5000)
            assert frame is not None, "the stream ended"
            report["frames"].append(
                {
                    "frame_id": frame.block_id,
                    "width": frame.width,
                    "height": frame.height,
                    "pixel_format": frame.pixel_format,
                    "crc32": f"{zlib.crc32(frame.payload()):08x}",
                }
            )
        statistics = stream.stats()
    report["lost"] = statistics.frames_lost
    report["ignored"] = statistics.packets_ignored
json.dump(report, sys.stdout)
