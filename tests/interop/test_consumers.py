"""Every consumer of the producer with every device that can be had: images of one size, all of them, in order."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import aravis_camera, consume, viva_camera

from vcxg124m.virtual import VirtualCamera

PRODUCER = Path(str(files("vcxg124m") / "cti" / "vcxg124m.cti"))
COUNT = 20
SETTINGS = ("Width=640", "Height=480", "PixelFormat=Mono8")

pytestmark = [pytest.mark.interop, pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)]

Hashes = Callable[[], dict[int, str]]
Environment = Mapping[str, str]


@contextmanager
def virtual_camera() -> Iterator[Hashes]:
    with VirtualCamera(serial_number="700000000001", ip="127.0.0.1", seed=1, hash_frames=True) as device:
        yield lambda: dict(device.frame_hashes())


@contextmanager
def strange_camera(camera: Any) -> Iterator[Hashes]:
    """Nobody tells what it has sent."""
    with camera:
        yield dict


DEVICES: dict[str, Callable[[Path], Any]] = {
    "virtual VCXG-124M": lambda _: virtual_camera(),
    "Aravis's fake camera": lambda folder: strange_camera(aravis_camera(folder / "fake.log")),
    "viva-genicam's fake camera": lambda _: strange_camera(viva_camera("Mono8")),
}
STREAMERS: dict[str, Callable[[Environment], Any]] = {
    "harvesters": lambda environment: consume(
        "through_harvesters.py", PRODUCER, COUNT, *SETTINGS, environment=environment
    ),
    "genicam": lambda environment: consume(
        "through_genicam.py", PRODUCER, COUNT, *SETTINGS, environment=environment
    ),
    "vcxg124m": lambda environment: consume("through_api.py", COUNT, *SETTINGS, environment=environment),
    "vmbpy": lambda environment: consume("through_vmbpy.py", COUNT, *SETTINGS, environment=environment),
}


@pytest.fixture
def environment() -> Environment:
    """For consumers that look for producers there, and for a camera that hears no broadcasts."""
    return {
        **os.environ,
        "GENICAM_GENTL64_PATH": str(PRODUCER.parent),
        "VCXG124M_DISCOVERY_ADDRESSES": "127.0.0.1",
    }


@pytest.mark.parametrize(
    ("consumer", "device"),
    [
        pytest.param(consumer, device, marks=pytest.mark.meets(consumer, device))
        for consumer in STREAMERS
        for device in DEVICES
    ],
)
def test_it_receives_every_image(
    consumer: str,
    device: str,
    environment: Environment,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    if consumer == "vmbpy":
        pytest.importorskip("vmbpy", reason="not installed (pip install vmbpy)")
    with ExitStack() as stack:
        stack.enter_context(inside(stack.enter_context(namespace())))
        hashes = stack.enter_context(DEVICES[device](tmp_path))
        frames = STREAMERS[consumer](environment)["frames"]
        sent = hashes()
    assert len(frames) == COUNT
    sizes = {tuple(frame.get("shape", (frame.get("height"), frame.get("width")))) for frame in frames}
    assert sizes == {(480, 640)}
    assert {frame["pixel_format"] for frame in frames} == {"Mono8"}
    ids = [frame["frame_id"] for frame in frames]
    assert all(later > earlier for earlier, later in itertools.pairwise(ids))
    record_property("note", f"{COUNT} images" + (", each as it was sent" if sent else ""))
    if sent:
        assert [frame["crc32"] for frame in frames] == [sent[frame_id] for frame_id in ids]


@pytest.mark.meets("pypylon", "virtual VCXG-124M")
def test_pypylon_loads_the_producer_and_lets_go_of_it(
    environment: Environment, record_property: Callable[[str, object], None]
) -> None:
    if find_spec("pypylon") is None:
        pytest.skip("not installed (pip install pypylon)")
    record_property(
        "note", "it loads the producer and asks who it is; more it does with its own maker's alone"
    )
    listing = "from pypylon import pylon; print(len(pylon.TlFactory.GetInstance().EnumerateTls()))"
    run = subprocess.run(
        [sys.executable, "-P", "-c", listing],
        env={**environment, "LD_DEBUG": "files"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    said = [line for line in run.stderr.splitlines() if str(PRODUCER) in line]
    assert any("calling init" in line for line in said)
    assert any("calling fini" in line for line in said)
