"""Trigger two cameras by one command on the network, and compare when they exposed.

python examples/two_cameras_by_action.py                     two virtual cameras
python examples/two_cameras_by_action.py 7000123 7000124     the cameras with these serial numbers
"""

import sys
from contextlib import ExitStack

import numpy as np

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

SHOTS = 5
DEVICE_KEY, GROUP_KEY = 0x1234, 1


def main() -> None:
    with ExitStack() as stack:
        # Action commands are broadcasts, so the virtual cameras must be ones that hear broadcasts.
        serial_numbers = sys.argv[1:3] or [
            stack.enter_context(VirtualCamera(discoverable=True)).serial_number for _ in range(2)
        ]
        cameras = [stack.enter_context(vcx.open_camera(serial_number=number)) for number in serial_numbers]
        for cam in cameras:
            cam.roi.set(width=1024, height=768, center=True)
            cam.actions.configure(device_key=DEVICE_KEY, group_key=GROUP_KEY)
            cam.trigger.configure(source="Action1")
        streams = [stack.enter_context(cam.stream()) for cam in cameras]

        times: list[list[int]] = []
        for shot in range(1, SHOTS + 1):
            result = vcx.fire_action(device_key=DEVICE_KEY, group_key=GROUP_KEY, expected=2, timeout=2.0)
            frames = [stream.get() for stream in streams]
            print(
                f"Shot {shot}: frame {frames[0].frame_id} of each camera, {len(result.acknowledged)} acknowledged"
            )
            times.append([frame.timestamp_ns for frame in frames])

        # Each camera has a clock of its own: what can be compared is the time since the shot before.
        since_before = np.diff(times, axis=0)
        apart = np.abs(since_before[:, 0] - since_before[:, 1]).max()
        print(f"From shot to shot the cameras are at most {apart / 1e6:.3f} ms apart")


if __name__ == "__main__":
    main()
