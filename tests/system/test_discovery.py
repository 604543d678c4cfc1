"""Finding and choosing cameras, and what is said when there is none, one too many, or no producer."""

from __future__ import annotations

import _ctypes
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import vcxg124m as vcx
from vcxg124m import _harvesters, discovery
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[VirtualCamera, VirtualCamera]]:
    with (
        VirtualCamera(discoverable=False, user_id="left") as left,
        VirtualCamera(discoverable=False, user_id="right") as right,
    ):
        yield left, right


@pytest.fixture(autouse=True)
def _only_these_two_are_asked(
    pair: tuple[VirtualCamera, VirtualCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", f"{pair[0].ip},{pair[1].ip}")
    monkeypatch.delenv("GENICAM_GENTL64_PATH", raising=False)


def of(pair: tuple[VirtualCamera, VirtualCamera], found: list[vcx.CameraInfo]) -> list[vcx.CameraInfo]:
    """Leave out cameras of other programs on this machine."""
    mine = {device.serial_number for device in pair}
    return sorted((info for info in found if info.serial_number in mine), key=lambda info: info.user_id)


def test_every_camera_is_listed_once_with_its_identity(pair: tuple[VirtualCamera, VirtualCamera]) -> None:
    found = of(pair, vcx.find_cameras())
    assert len(found) == 2
    for info, device in zip(found, pair, strict=True):
        assert (info.vendor, info.model) == ("Baumer", "VCXG-124M")
        assert (info.serial_number, info.ip, info.mac) == (device.serial_number, device.ip, device.mac)
        assert info.access is vcx.AccessStatus.READ_WRITE
        assert info.producer.endswith("vcxg124m.cti")
        assert info.interface.startswith("lo")
    assert [info.user_id for info in found] == ["left", "right"]


@pytest.mark.parametrize("selector", ["serial_number", "ip", "mac"])
def test_a_camera_is_opened_by_each_of_its_names(
    pair: tuple[VirtualCamera, VirtualCamera], selector: str
) -> None:
    with vcx.open_camera(**{selector: getattr(pair[1], selector)}) as cam:
        assert cam.device.serial_number == pair[1].serial_number


def test_a_camera_is_opened_by_its_user_id_and_by_what_was_found(
    pair: tuple[VirtualCamera, VirtualCamera],
) -> None:
    with vcx.open_camera(user_id="right", serial_number=pair[1].serial_number) as cam:
        assert cam.device.user_id == "right"
    info = of(pair, vcx.find_cameras())[0]
    with vcx.open_camera(info) as cam:
        assert cam.device.user_id == "left"
    with vcx.open_camera(pair[1].serial_number) as cam:
        assert cam.device.user_id == "right"


def test_a_mac_address_may_be_written_as_it_is_printed_on_the_camera(
    pair: tuple[VirtualCamera, VirtualCamera],
) -> None:
    with vcx.open_camera(mac=pair[0].mac.upper().replace(":", "-")) as cam:
        assert cam.info.mac == pair[0].mac


def test_an_address_that_no_list_names_is_asked_directly(
    pair: tuple[VirtualCamera, VirtualCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VCXG124M_DISCOVERY_ADDRESSES")
    with pytest.raises(vcx.CameraNotFoundError):
        vcx.open_camera(serial_number=pair[0].serial_number)
    with vcx.open_camera(ip=pair[0].ip) as cam:
        assert cam.info.ip == pair[0].ip
    assert "VCXG124M_DISCOVERY_ADDRESSES" not in os.environ


def test_several_cameras_are_listed_instead_of_one_chosen(pair: tuple[VirtualCamera, VirtualCamera]) -> None:
    with pytest.raises(vcx.CameraAmbiguousError, match="Choose one with serial_number") as e:
        vcx.open_camera()
    for device in pair:
        assert device.serial_number in str(e.value)
        assert any(device.ip in text for text in e.value.cameras)


def test_a_camera_that_is_not_there_is_an_error_that_lists_those_which_are(
    pair: tuple[VirtualCamera, VirtualCamera],
) -> None:
    with pytest.raises(vcx.CameraNotFoundError, match="serial_number='1234'") as e:
        vcx.open_camera(serial_number="1234")
    assert pair[0].serial_number in str(e.value)


def test_an_open_camera_streams_on_while_others_are_looked_for(
    pair: tuple[VirtualCamera, VirtualCamera],
) -> None:
    with vcx.open_camera(ip=pair[0].ip) as cam:
        cam.roi.set(width=64, height=64)
        cam.acquisition.frame_rate_hz = 50
        with cam.stream(buffers=200) as stream:
            stream.get()
            found = of(pair, vcx.find_cameras())
            assert [info.access for info in found] == [
                vcx.AccessStatus.OPEN_READ_WRITE,
                vcx.AccessStatus.READ_WRITE,
            ]
            for _ in range(20):
                stream.get()
        result = stream.statistics
        assert (result.incomplete, result.missed, result.underrun) == (0, 0, 0)


@pytest.mark.parametrize("name", ["serial_number", "ip"])
def test_no_other_thread_searches_between_the_finding_of_a_camera_and_its_opening(
    pair: tuple[VirtualCamera, VirtualCamera], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose, others_may = discovery.choose, list[bool]()

    def may_search() -> bool:
        taken = _harvesters.lock.acquire(blocking=False)
        if taken:
            _harvesters.lock.release()
        return taken

    def asked_meanwhile(*arguments: Any) -> tuple[vcx.CameraInfo, Path]:
        with ThreadPoolExecutor(1) as thread:
            others_may.append(thread.submit(may_search).result(10))
        return choose(*arguments)

    monkeypatch.setattr(discovery, "choose", asked_meanwhile)
    vcx.open_camera(**{name: getattr(pair[0], name)}).close()
    assert others_may == [False]


def test_the_embedded_camera_is_not_met_by_other_programs() -> None:
    with vcx.open_camera("virtual") as cam:
        script = "import vcxg124m as vcx\nprint(*(info.serial_number for info in vcx.find_cameras()))"
        answer = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
        )
        assert cam.info.serial_number not in answer.stdout
        assert cam.info.ip not in os.environ.get("VCXG124M_DISCOVERY_ADDRESSES", "")


def test_a_producer_that_is_not_there_is_named() -> None:
    with pytest.raises(vcx.ProducerNotFoundError, match=r"There is no GenTL producer '/nowhere/x\.cti'"):
        vcx.find_cameras(producer="/nowhere/x.cti")


def test_a_file_that_is_no_library_is_named_with_the_systems_reason(tmp_path: Path) -> None:
    path = tmp_path / "broken.cti"
    path.write_bytes(b"this is no shared library")
    with pytest.raises(
        vcx.ProducerError, match=r"broken\.cti cannot be loaded: .*(file too short|invalid ELF)"
    ):
        vcx.open_camera(producer=path)


def test_a_library_that_is_no_producer_is_told_from_one(tmp_path: Path) -> None:
    path = tmp_path / "other.cti"
    path.symlink_to(_ctypes.__file__)
    with pytest.raises(vcx.ProducerError, match="is no usable GenTL producer: it lacks GCInitLib"):
        vcx.find_cameras(producer=path)


def test_a_broken_producer_of_the_environment_is_warned_about_and_left_out(
    pair: tuple[VirtualCamera, VirtualCamera], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken.cti").write_bytes(b"")
    monkeypatch.setenv("GENICAM_GENTL64_PATH", str(tmp_path))
    with pytest.warns(vcx.VcxgWarning, match=r"GENICAM_GENTL64_PATH: .*broken\.cti cannot be loaded"):
        found = vcx.find_cameras()
    assert len(of(pair, found)) == 2


def test_the_bundled_producer_named_twice_lists_each_camera_once(
    pair: tuple[VirtualCamera, VirtualCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled = vcx.find_cameras()[0].producer
    monkeypatch.setenv("GENICAM_GENTL64_PATH", str(Path(bundled).parent))
    assert len(of(pair, vcx.find_cameras())) == 2
