"""Write a line of CSV for each frame: what the camera said of it, and when it happened on this computer's clock.

python examples/chunk_and_event_logging.py [SERIAL_NUMBER] > frames.csv
"""

import csv
import sys
from datetime import datetime, timezone

from lab import camera_and_bench

import vcxg124m as vcx


def main() -> None:
    with camera_and_bench() as (cam, _):
        cam.roi.set(width=640, height=480, center=True)
        cam.chunks.enable("Timestamp", "ExposureTime", "Gain", "LineStatusAll", "DeviceTemperature")
        ends: dict[int | None, int] = {}

        def note(event: vcx.Event) -> None:
            ends[event.frame_id] = event.timestamp_ns

        with cam.events.on(note, "ExposureEnd"), cam.clock.following(every_s=0.2), cam.stream(30) as stream:
            table = csv.writer(sys.stdout)
            table.writerow(["frame", "time", "exposure_us", "exposed_us", "gain_db", "lines", "celsius"])
            for frame in stream:
                chunks = frame.chunks
                if chunks is None:
                    continue
                end = ends.pop(frame.frame_id, None)
                exposed = "" if end is None else (end - frame.timestamp_ns) / 1000
                at = datetime.fromtimestamp(cam.clock.to_host_ns(frame.timestamp_ns) / 1e9, timezone.utc)
                table.writerow(
                    [frame.frame_id, at.isoformat(), chunks.exposure_time_us, exposed, chunks.gain_db,
                     f"{chunks.line_status or 0:04b}", chunks.temperature_celsius]
                )  # fmt: skip
        print(cam.clock, file=sys.stderr)
        print(f"The camera could not send {cam.events.lost_count} events", file=sys.stderr)


if __name__ == "__main__":
    main()
