"""Streams through the API over a loss of the camera, examines it before and after; prints lines, the last one JSON.

usage: api_until_found_again.py PRODUCER
"""

import json
import sys

import vcxg124m as vcx

patience = vcx.Reconnect(delay_s=0.2, backoff=1.0, give_up_after_s=60.0)
with vcx.open_camera(producer=sys.argv[1], reconnect=patience) as cam:
    cam.roi.set(width=640, height=480)
    cam.exposure.time_us = 2500
    cam.acquisition.frame_rate_hz = 20
    before = cam.doctor(seconds=0.5)
    gaps = []
    with cam.stream() as stream, cam.events.listen("FrameEnd") as events:
        after = 0
        for number, frame in enumerate(stream):
            if number == 10:
                sys.stdout.write("streaming\n")
                sys.stdout.flush()
            if frame.gap:
                gaps.append(
                    {
                        "seconds": frame.gap.seconds,
                        "restored": sorted(frame.gap.reconnection.restored),
                        "refused": dict(frame.gap.reconnection.refused),
                    }
                )
            after += bool(gaps)
            if after == 10:
                break
        told = [events.get(timeout=5).name for _ in range(5)]
        statistics = stream.statistics
    report = {
        "before": [finding.code for finding in before.findings],
        "gaps": gaps,
        "reconnections": statistics.reconnections,
        "settings": [cam.roi.width, cam.roi.height, cam.exposure.time_us],
        "events": told,
        "after": [finding.code for finding in cam.doctor(seconds=0.5).findings],
    }
json.dump(report, sys.stdout)
