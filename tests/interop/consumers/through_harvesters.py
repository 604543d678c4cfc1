"""Streams through harvesters and any producer, without vcxg124m, in a process of its own; prints what came, as JSON.

usage: through_harvesters.py PRODUCER COUNT [node=value …]
"""

import json
import sys
import time
import zlib

from harvesters.core import Harvester

producer, count = sys.argv[1], int(sys.argv[2])

harvester = Harvester()
harvester.add_file(producer)
harvester.update()
acquirer = harvester.create(0)
nodes = acquirer.remote_device.node_map
for setting in sys.argv[3:]:
    name, value = setting.split("=", 1)
    getattr(nodes, name).from_string(value)
frames = []
acquirer.start()
deadline = time.monotonic() + 30
while len(frames) < count and time.monotonic() < deadline:
    buffer = acquirer.try_fetch(
        timeout=2
    )  # none when nothing came, or when harvesters threw an incomplete one away
    if buffer is None:
        continue
    component = buffer.payload.components[0]
    frames.append(
        {
            "frame_id": buffer.module.frame_id,
            "width": component.width,
            "height": component.height,
            "pixel_format": component.data_format,
            "crc32": f"{zlib.crc32(component.data.tobytes()):08x}",
        }
    )
    buffer.queue()
acquirer.stop()
report = {"vendor": nodes.DeviceVendorName.value, "model": nodes.DeviceModelName.value, "frames": frames}
acquirer.destroy()
harvester.reset()
json.dump(report, sys.stdout)
