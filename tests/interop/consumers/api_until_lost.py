"""Streams through the API until the camera is lost; prints a line with each stage and what the application is told.

usage: api_until_lost.py PRODUCER
"""

import sys

import vcxg124m as vcx


def tell(stage: object) -> None:
    """Print a line at once, for the test that waits for it."""
    sys.stdout.write(f"{stage}\n")
    sys.stdout.flush()


with vcx.open_camera(producer=sys.argv[1]) as cam:
    cam.roi.set(width=640, height=480)
    try:
        with cam.stream() as stream:
            for number, _ in enumerate(stream):
                if number == 10:
                    tell("streaming")
    except vcx.VcxgError as error:
        tell(type(error).__name__)
    try:
        tell(cam.exposure.time_us)
    except vcx.VcxgError as error:
        tell(type(error).__name__)
tell("closed")
