"""Light a lamp at Line3 during each exposure, and fire a second one at Line1 some time later.

Line1 has no protection: a wrong connection can destroy the camera (`vcxg124m info` shows pins and voltages).

python examples/flash.py [SERIAL_NUMBER]
"""

from lab import camera_and_bench


def main() -> None:
    with camera_and_bench() as (cam, device):
        cam.roi.set(width=640, height=480, center=True)
        cam.exposure.time_us = 500
        cam.lines["Line3"].flash()
        cam.timer.strobe("Line1", delay_us=100, duration_us=50)
        print(cam.lines["Line3"])

        frame = cam.grab()
        print(f"Exposed for 500 us, mean {frame.image.mean():.0f} DN")
        if (
            device is not None
        ):  # the bench has an oscilloscope, too; an optocoupler is slower than a direct line
            for at_ns, line, level in device.bench.edges()[:4]:
                late = (at_ns - frame.timestamp_ns) / 1000
                print(f"{line} went {'on' if level else 'off'} {late:.1f} us after the start of the exposure")


if __name__ == "__main__":
    main()
