"""Take three exposure times in turn, at the sensor's pace, and fuse them into images of high dynamic range.

python examples/hdr_by_sequencer.py [SERIAL_NUMBER]
"""

import numpy as np
import numpy.typing as npt
from lab import camera_and_bench

import vcxg124m as vcx

TIMES_US = [200.0, 2000.0, 20_000.0]
SATURATED = 4000  # DN of 12 bit


def fuse(images: list[npt.NDArray[np.uint16]], times_us: list[float]) -> npt.NDArray[np.float64]:
    """Return DN per us of exposure: of each pixel the mean of what is not saturated, long exposures counting more."""
    light, weight = np.zeros(images[0].shape), np.zeros(images[0].shape)
    for image, time in zip(images, times_us, strict=True):
        usable = (image < SATURATED) | (time == min(times_us))
        light += usable * image  # the sum over the times, divided by their sum: what shot noise asks for
        weight += usable * time
    return light / weight


def main() -> None:
    with camera_and_bench() as (cam, _):
        cam.roi.set(width=1024, height=768, center=True)
        cam.image_format.pixel_format = vcx.PixelFormat.MONO12P
        cam.chunks.enable("ExposureTime", "SequencerSetActive")
        program = vcx.SequencerProgram.bracket(TIMES_US)
        print(program.explain())
        for planned in cam.sequencer.simulate(program, 3):
            print(f"Foretold: set {planned.sequencer_set} exposes from {planned.start_s * 1e3:.2f} ms")

        cam.sequencer.write(program)
        cam.sequencer.start()
        frames = list(cam.stream(2 * len(TIMES_US)))
        cam.sequencer.stop()

    for bracket in (frames[: len(TIMES_US)], frames[len(TIMES_US) :]):
        times = [frame.chunks.exposure_time_us or 0.0 for frame in bracket if frame.chunks is not None]
        radiance = fuse([frame.image.astype(np.uint16) for frame in bracket], times)
        span = radiance.max() / max(float(np.percentile(radiance, 1)), 1e-6)
        print(f"Fused {times} us: {radiance.min():.4f} to {radiance.max():.3f} DN/us, {span:.0f} to 1")


if __name__ == "__main__":
    main()
