"""Python started in a checkout imports the sources; they work with the compiled parts of the installed package."""

import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
SCRIPT = """
import pathlib, vcxg124m as vcx
print(pathlib.Path(vcx.__file__).parent)
with vcx.open_camera("virtual") as cam:
    cam.roi.set(width=320, height=240)
    cam.image_format.pixel_format = "Mono12p"
    print(cam.grab().image.shape, vcx.mono12p.native is not None)
"""


def test_the_checkout_works_as_the_working_folder():
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=CHECKOUT, capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [str(CHECKOUT / "vcxg124m"), "(240, 320) True"]
