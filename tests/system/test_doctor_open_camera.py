"""The doctor on this computer's own addresses: an open camera, a running stream, a camera of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from vcxg_testing.commands import run

import vcxg124m as vcx
from vcxg124m.doctor.facts import Route
from vcxg124m.doctor.system import System, own_addresses, route_to
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def cam() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as cam:
        cam.roi.set(width=256, height=64)
        cam.acquisition.frame_rate_hz = 20
        yield cam


def test_a_running_stream_is_watched_and_goes_on(cam: vcx.Camera) -> None:
    with cam.stream(buffers=8) as stream:
        stream.get()
        with stream.on_frame(lambda _: None):
            diagnosis = cam.doctor(seconds=0.5)
            assert diagnosis.healthy, str(diagnosis)
            assert stream.statistics.delivered > 1
    assert diagnosis.facts.traffic is not None
    assert diagnosis.facts.traffic.measured_hz == pytest.approx(20, rel=0.3)


def test_an_open_camera_is_examined_and_keeps_its_settings(cam: vcx.Camera) -> None:
    cam.exposure.time_us = 2e6
    cam.trigger.configure(source="Line0")
    cam.acquisition.mode = "SingleFrame"
    before = cam.config.settings(tables=False)
    diagnosis = cam.doctor(seconds=0.5)
    assert diagnosis.healthy, str(diagnosis)
    assert diagnosis.facts.traffic is not None
    assert diagnosis.facts.traffic.delivered >= 5
    assert cam.config.settings(tables=False) == before
    assert diagnosis.facts.link is not None
    assert diagnosis.facts.link.settings["exposure.time_us"] == 2e6


def test_several_cameras_are_listed_instead_of_one_examined(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualCamera(discoverable=False) as left, VirtualCamera(discoverable=False) as right:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", f"{left.ip},{right.ip}")
        with pytest.raises(vcx.CameraAmbiguousError):
            vcx.diagnose()
        (found,) = vcx.diagnose("no such name").findings
    assert found.code == "other-camera"
    assert left.serial_number in found.seen


def test_a_producer_that_is_none_is_the_finding(tmp_path: Path) -> None:
    missing, *_ = vcx.diagnose(
        producer=tmp_path / "x.cti"
    ).findings  # others are about this computer's interfaces
    assert missing.code == "producer-missing"
    broken = tmp_path / "broken.cti"
    broken.write_bytes(b"no library")
    unusable, *_ = vcx.diagnose(producer=broken).findings
    assert unusable.code == "producer-unusable"
    assert "broken.cti cannot be loaded" in unusable.seen


def test_the_command_tells_a_newcomer_what_to_do_and_writes_a_report(tmp_path: Path) -> None:
    report = tmp_path / "bug.md"
    with VirtualCamera(discoverable=False) as device:
        device.faults.overheat()
        told = run("doctor", "--camera", device.ip, "--seconds", 0.5, "--report", report)
    assert told.returncode == 1
    assert told.stderr == ""
    assert "1. The camera is too hot to send images" in told.stdout
    assert "code  camera-too-hot (error)" in told.stdout
    assert "not looked at  stream, computer" in told.stdout
    assert max(map(len, told.stdout.splitlines())) <= 80
    assert "`camera-too-hot`" in report.read_text(encoding="utf-8")


def test_a_loopback_address_is_its_own_route() -> None:
    addresses = own_addresses()
    assert "127.0.0.1/8" in addresses["lo"]
    interfaces = System().interfaces(addresses)
    assert route_to("127.0.0.9", interfaces, System()) == Route("lo", "127.0.0.1")
