"""Expose for seconds, find hot pixels in the dark frame, and let the camera correct them.

python examples/long_exposure.py [SERIAL_NUMBER [SECONDS]]      ("" for the virtual camera)
"""

import sys

from lab import camera_and_bench

import vcxg124m as vcx


def main() -> None:
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    with camera_and_bench() as (cam, device):
        if device is not None:
            device.light = 0.0  # the lens cap
        cam.image_format.pixel_format = vcx.PixelFormat.MONO12
        cam.exposure.time_us = round(seconds * 1e6)  # up to 60 s
        cam.defect_pixels.correction = False

        print(f"Temperature {cam.temperature.celsius:.1f} degC, {cam.acquisition.predict()}")
        dark = cam.grab()  # waits as long as exposure, readout and transfer take
        print(f"Dark frame of {seconds:g} s: mean {dark.image.mean():.2f} DN, highest {dark.image.max()} DN")

        hot = vcx.find_defect_pixels(dark.image, threshold=30)
        cam.defect_pixels.coordinates = hot
        cam.defect_pixels.correction = True
        corrected = cam.grab()
        print(f"{len(hot)} pixels corrected: highest {corrected.image.max()} DN")


if __name__ == "__main__":
    main()
