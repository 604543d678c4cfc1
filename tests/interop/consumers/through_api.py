"""Streams through vcxg124m in a process of its own and prints what came, as JSON.

usage: through_api.py COUNT [selector=value …] [Node=value …]; selectors are those of `open_camera` and begin with a
small letter; nodes are set, in this order, before the stream begins.
"""

import json
import sys
import zlib

import vcxg124m as vcx

settings = dict(argument.split("=", 1) for argument in sys.argv[2:])
selectors = {name: value for name, value in settings.items() if name[0].islower()}

frames = []
with vcx.open_camera(**selectors) as camera:
    for name, value in settings.items():
        if name not in selectors:
            camera.nodes[name].value = int(value) if value.isdigit() else value
    with camera.stream(raw=True) as stream:
        for _ in range(int(sys.argv[1])):
            frame = stream.get(timeout=20)
            frames.append(
                {
                    "frame_id": frame.frame_id,
                    "complete": frame.complete,
                    "shape": frame.image.shape,
                    "dtype": str(frame.image.dtype),
                    "pixel_format": str(frame.pixel_format),
                    "crc32": f"{zlib.crc32(frame.raw):08x}",
                }
            )
        statistics = stream.statistics
    report = {
        "vendor": camera.info.vendor,
        "model": camera.info.model,
        "serial_number": camera.info.serial_number,
        "incomplete": statistics.incomplete,
        "missed": statistics.missed,
        "frames": frames,
    }
json.dump(report, sys.stdout)
