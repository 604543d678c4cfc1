"""The camera of an example: the real one whose serial number is given, or a virtual one with a bench around it.

python examples/flash.py            a virtual camera
python examples/flash.py 7000123    the camera with this serial number
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def camera_and_bench() -> Generator[tuple[vcx.Camera, VirtualCamera | None]]:
    """Open the camera; with a virtual one comes its bench, which puts signals on its wires. A real one has its own."""
    if any(sys.argv[1:2]):
        with vcx.open_camera(serial_number=sys.argv[1]) as cam:
            yield cam, None
    else:
        with VirtualCamera(discoverable=False) as device, vcx.open_camera(ip=device.ip) as cam:
            yield cam, device
