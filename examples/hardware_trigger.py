"""Take a frame for each pulse at Line0, and tell which pulses got none.

python examples/hardware_trigger.py [SERIAL_NUMBER]
"""

from lab import camera_and_bench

import vcxg124m as vcx

FRAMES = 20


def main() -> None:
    with camera_and_bench() as (cam, device):
        cam.roi.set(width=1024, height=768, center=True)
        cam.exposure.time_us = 1000
        cam.trigger.hardware("Line0", debounce_us=10, delay_us=50)
        print(f"Triggers may come every {cam.acquisition.predict().interval_s * 1e3:.2f} ms")

        with (
            cam.events.listen("Line0RisingEdge", "TriggerSkipped", "ExposureStart") as events,
            cam.stream(FRAMES) as stream,
        ):
            if device is not None:  # every second pulse comes too early for the sensor
                device.bench.train("Line0", count=2 * FRAMES, period_us=12_000)
            frames = list(stream)

        found = vcx.pair_triggers(events, frames, delay_us=50)
        print(f"From pulse to exposure {found.pairs[0].lag_us:.1f} us")
        print(found)


if __name__ == "__main__":
    main()
