"""Put an image together from single lines, one for every so many pulses of an encoder at Line1.

python examples/encoder_line_scan.py [SERIAL_NUMBER]
"""

import numpy as np
from lab import camera_and_bench

LINES = 400
PULSES_PER_LINE = 5


def main() -> None:
    with camera_and_bench() as (cam, device):
        cam.roi.set(width=4096, height=1, center=True)  # up to 817 lines per second
        cam.exposure.time_us = 200
        cam.counters[1].encoder("Line1", PULSES_PER_LINE)

        with cam.stream(LINES) as stream:
            if device is not None:
                device.bench.encoder("Line1", pulses_per_second=2000, seconds=4)
            frames = list(stream)

        picture = np.vstack([frame.image for frame in frames])
        rate = (LINES - 1) / (frames[-1].timestamp_ns - frames[0].timestamp_ns) * 1e9
        missed = frames[-1].frame_id - frames[0].frame_id + 1 - LINES
        print(f"{picture.shape[0]} lines of {picture.shape[1]} pixels at {rate:.1f} lines/s, {missed} missed")


if __name__ == "__main__":
    main()
