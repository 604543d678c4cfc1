"""The tests that harvesters brings in its package, run against the producer with the virtual camera."""

import os
import pkgutil
from collections.abc import Callable, Iterator
from importlib.resources import files

import harvesters.test
import pytest
from vcxg_testing.netns import WHY_NOT, inside, namespace
from vcxg_testing.strangers import consume

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

PRODUCER = files("vcxg124m") / "cti" / "vcxg124m.cti"
MODULES = [
    module.name
    for module in pkgutil.iter_modules(harvesters.test.__path__)
    if module.name.startswith("test_")
]

LEFT_OUT = "test_multiple_access"
"""Two of its threads use one node map, where genicam's binding stops for ever: see the README of these tests."""

pytestmark = [
    pytest.mark.interop,
    pytest.mark.meets("harvesters' own tests", "virtual VCXG-124M"),
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
]


@pytest.fixture(scope="module", autouse=True)
def camera() -> Iterator[None]:
    """The virtual camera, with images of the size that the tests' time limits are made for."""
    with (
        namespace() as network,
        inside(network),
        VirtualCamera(serial_number="700000000001", ip="127.0.0.1") as device,
    ):
        with vcx.open_camera(ip=device.ip) as cam:
            cam.image_format.pixel_format = "Mono8"
            cam.roi.set(width=640, height=480)
            cam.acquisition.frame_rate_hz = 30
        yield


@pytest.mark.timeout(200)
@pytest.mark.parametrize("module", MODULES)
def test_its_own_tests_pass(module: str, record_property: Callable[[str, object], None]) -> None:
    environment = {**os.environ, "HARVESTERS_TEST_TARGET": str(PRODUCER)}
    report = consume("harvesters_suite.py", module, LEFT_OUT, environment=environment, seconds=180)
    counts = {"passed": report["passed"], "failed": len(report["wrong"]), "skipped": len(report["skipped"])}
    record_property("own tests", {what: count for what, count in counts.items() if count})
    record_property("note", "skipped are those for its own simulator")
    if report["left_out"]:
        record_property("note", f"{LEFT_OUT} left out, in which genicam stops for ever")
    assert not report["wrong"], "\n".join(report["wrong"].values())
    assert report["passed"] + len(report["skipped"]) > 0
