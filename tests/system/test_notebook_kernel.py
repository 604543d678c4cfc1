"""Cells of a notebook, in a real kernel: run twice, interrupted, restarted, and the camera is never lost."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.kernel import Kernel

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator

CHILDREN = """
import os
from pathlib import Path
pids = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
sum(b"vcxg124m.virtual" in Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids)
"""


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    """A camera on the network."""
    with VirtualCamera() as device:
        yield device


@pytest.fixture(scope="module")
def running() -> Iterator[Kernel]:
    with Kernel() as kernel:
        yield kernel


@pytest.fixture
def kernel(running: Kernel) -> Kernel:
    running.run("%reset -f")
    running.run("import vcxg124m as vcx\nfrom vcxg124m.virtual import VirtualCamera")
    return running


def virtual_cameras(kernel: Kernel) -> int:
    return int(kernel.run(CHILDREN).value["text/plain"])


def test_a_cell_that_opens_a_camera_can_be_run_again(kernel: Kernel, device: VirtualCamera) -> None:
    cell = f"cam = vcx.open_camera(serial_number={device.serial_number!r})\ncam.roi.set(width=640, height=480)\ncam"
    for _ in range(2):
        shown = kernel.run(cell)
        assert "<table" in shown.value["text/html"]
        assert shown.printed == ""
        kernel.run("assert cam.grab().complete")
    kernel.run("cam.close()")
    assert device.statistics()["controller"] == ""


def test_another_cell_takes_the_camera_over_and_the_older_object_says_so(
    kernel: Kernel, device: VirtualCamera
) -> None:
    kernel.run(f"first = vcx.open_camera(ip={device.ip!r})")
    kernel.run(f"second = vcx.open_camera(serial_number={device.serial_number!r})")
    for use in ("first.grab()", "first.exposure.time_us"):
        ran = kernel.run(use, fails=True)
        assert ran.error is not None
        assert ran.error[0] == "CameraClosedError"
        assert f"{device.serial_number}" in ran.error[1]
        assert "was opened again in this session, which closed this object" in ran.error[1]
    kernel.run("second.roi.set(width=640, height=480)\nassert second.grab().complete\nsecond.close()")


def test_a_stream_of_the_older_object_is_ended_with_a_word(kernel: Kernel, device: VirtualCamera) -> None:
    cell = f"cam = vcx.open_camera(ip={device.ip!r})\ncam.roi.set(width=640, height=480)"
    kernel.run(cell)
    kernel.run("stream = cam.stream(delivery='newest')\nframe = stream.get()")
    assert "the stream that ran is ended" in kernel.run(cell).printed
    kernel.run("assert cam.grab().complete\ncam.close()")


def test_a_cell_that_starts_a_stream_can_be_run_again(kernel: Kernel, device: VirtualCamera) -> None:
    kernel.run(f"cam = vcx.open_camera(ip={device.ip!r})\ncam.roi.set(width=640, height=480)")
    cell = "stream = cam.stream()\nassert stream.get().complete"
    kernel.run(cell)
    kernel.run("first = stream")
    kernel.run(cell)
    ran = kernel.run("first.get()", fails=True)
    assert ran.error is not None
    assert ran.error[0] == "StreamClosedError"
    ran = kernel.run("cam.grab()", fails=True)  # another cell does not take it away
    assert ran.error is not None
    assert ran.error[0] == "CameraStateError"
    kernel.run("cam.close()")


def test_a_cell_with_a_virtual_camera_leaves_no_second_one_behind(kernel: Kernel) -> None:
    cell = 'cam = vcx.open_camera("virtual")\ncam.roi.set(width=640, height=480)\ncam'
    kernel.run(cell)
    kernel.run(cell)  # what it showed is kept by the notebook, and the camera with it
    assert virtual_cameras(kernel) == 1
    kernel.run("assert cam.grab().complete\ncam.close()")
    assert virtual_cameras(kernel) == 0


def test_one_cell_may_open_two_virtual_cameras(kernel: Kernel) -> None:
    kernel.run('cams = [vcx.open_camera("virtual") for _ in range(2)]')
    kernel.run("assert len({cam.device.serial_number for cam in cams}) == 2")
    assert virtual_cameras(kernel) == 2
    kernel.run("for cam in cams:\n    cam.close()")


@pytest.mark.parametrize("magic", ["", "%%time\n", "%%capture\n"])
def test_a_cell_is_known_again_and_not_taken_for_another(kernel: Kernel, magic: str) -> None:
    kernel.run("from vcxg124m._cells import running_cell\nseen = []")
    for cell in (
        "seen.append(running_cell())",
        "seen.append(running_cell())",
        "seen.append(running_cell())  # 2",
    ):
        kernel.run(magic + cell)
    kernel.run("first, again, other = seen\nassert again.repeats(first)\nassert not other.repeats(first)")
    kernel.run("assert not first.repeats(first)")


def test_a_cell_that_makes_a_camera_and_its_object_can_be_run_again(kernel: Kernel) -> None:
    cell = (
        "device = VirtualCamera(serial_number='700000000077', ip='127.0.77.7', discoverable=False)\n"
        "cam = vcx.open_camera(ip='127.0.77.7')\ncam.roi.set(width=640, height=480)"
    )
    kernel.run(cell)
    kernel.run(cell)
    kernel.run("assert cam.grab().complete\ncam.close()\ndevice.close()")


@pytest.mark.parametrize(
    "cell",
    [
        "cam.trigger.configure(source='Line0')\ncam.grab()",
        "for frame in cam.stream():\n    pass",
        "with cam.stream() as stream:\n    while True:\n        stream.get()",
        "while True:\n    cam.grab()",
    ],
)
def test_an_interrupted_cell_leaves_a_camera_that_works(
    kernel: Kernel, device: VirtualCamera, cell: str
) -> None:
    kernel.run(f"cam = vcx.open_camera(ip={device.ip!r})\ncam.roi.set(width=640, height=480)")
    instants = random.Random(1)
    for _ in range(3):
        ran = kernel.run(cell, fails=True, interrupt_after_s=instants.uniform(0.1, 0.5))
        assert ran.error == ("KeyboardInterrupt", "")
        kernel.run("cam.trigger.disable()\nassert cam.grab().complete")
    kernel.run("cam.close()")


def test_a_restarted_kernel_has_released_its_cameras(kernel: Kernel, device: VirtualCamera) -> None:
    kernel.run(f"cam = vcx.open_camera(ip={device.ip!r})\nown = vcx.open_camera('virtual')")
    kernel.run("stream = cam.stream()\nframe = stream.get()")
    [pid] = [int(text) for text in kernel.run(CHILDREN + "\nprint(*pids)").printed.split()]
    kernel.restart()
    with vcx.open_camera(ip=device.ip) as cam:  # at once: not when the heartbeat has run out
        assert cam.grab().complete
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_kernel_that_ends_while_a_cell_streams_has_released_its_cameras(device: VirtualCamera) -> None:
    with Kernel() as kernel:
        kernel.run(f"import vcxg124m as vcx\ncam = vcx.open_camera(ip={device.ip!r})")
        kernel.start("for frame in cam.stream():\n    print(frame.frame_id, flush=True)")
    with vcx.open_camera(ip=device.ip) as cam:
        assert cam.grab().complete
