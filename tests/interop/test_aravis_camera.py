"""Aravis's fake camera as the device: the producer and the API serve a camera that is not a VCXG-124M."""

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import consume, running, wait_for

FAKE = shutil.which("arv-fake-gv-camera-0.8")
TOOL = shutil.which("arv-tool-0.8")
PRODUCER = files("vcxg124m") / "cti" / "vcxg124m.cti"

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(
        FAKE is None or TOOL is None, reason="Aravis is not installed (apt install aravis-tools)"
    ),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[str]:
    """Aravis's camera at 127.0.0.1 of a loopback network of its own; the value is its serial number."""
    assert FAKE is not None
    assert TOOL is not None
    with (
        namespace() as network,
        inside(network),
        running(["timeout", "100", FAKE, "-i", "lo", "-s", "F1"], log=tmp_path / "fake.log"),
    ):
        listed = [TOOL]
        wait_for(
            lambda: b"F1" in subprocess.run(listed, capture_output=True, timeout=30, check=False).stdout,
            "Aravis's fake camera to answer",
            seconds=30,
        )
        yield "F1"


@pytest.mark.timeout(120)
def test_harvesters_streams_from_it_through_our_producer(fake: str) -> None:
    report = consume("through_harvesters.py", PRODUCER, 20, "Width=640", "Height=480")
    assert (report["vendor"], report["model"]) == ("Aravis", "Fake")
    frames = report["frames"]
    assert len(frames) == 20
    assert {(frame["width"], frame["height"], frame["pixel_format"]) for frame in frames} == {
        (640, 480, "Mono8")
    }
    assert len({frame["crc32"] for frame in frames}) > 10  # its pattern moves


@pytest.mark.timeout(120)
def test_the_api_streams_from_it(fake: str) -> None:
    report = consume("through_api.py", 20, f"serial_number={fake}")
    assert (report["vendor"], report["model"]) == ("Aravis", "Fake")
    assert (report["incomplete"], report["missed"]) == (0, 0)
    frames = report["frames"]
    assert [frame["complete"] for frame in frames] == [True] * 20
    assert {tuple(frame["shape"]) for frame in frames} == {(512, 512)}
    ids = [frame["frame_id"] for frame in frames]
    assert all(later > earlier for earlier, later in itertools.pairwise(ids))
