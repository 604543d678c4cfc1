"""Take one picture and then ten, with a virtual camera or the real one.

python examples/quickstart.py            the virtual camera
python examples/quickstart.py 7000123    the camera with this serial number
"""

import sys

import vcxg124m as vcx


def main() -> None:
    camera = vcx.open_camera(serial_number=sys.argv[1]) if len(sys.argv) > 1 else vcx.open_camera("virtual")
    with camera as cam:
        cam.exposure.time_us = 4000  # units are in the names
        cam.gain.db = 6.0
        cam.roi.set(width=1920, height=1080, center=True)
        cam.image_format.pixel_format = vcx.PixelFormat.MONO12P

        frame = cam.grab()
        print(f"One frame: {frame.image.shape}, {frame.image.dtype}, mean {frame.image.mean():.0f} DN")

        with cam.stream(10) as stream:
            for frame in stream:
                print(f"Frame {frame.frame_id} at {frame.timestamp_ns / 1e9:.4f} s")
            print(f"Delivered {stream.statistics.delivered}, incomplete {stream.statistics.incomplete}")


if __name__ == "__main__":
    main()
