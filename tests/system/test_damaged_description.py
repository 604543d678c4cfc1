"""What is said of a camera whose description does not arrive as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def device() -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as device:
        yield device


@pytest.mark.parametrize(
    ("damage", "seen"),
    [
        ("truncated", r"the archive is not handed on: it does not end as an archive does"),
        ("bad_zip", r"the archive is not handed on: it does not end as an archive does"),
        ("bad_xml", r"Error while parsing XML"),
        ("wrong_length", r"READMEM 0x[0-9A-F]+, \d+ bytes refused by 127\.\S+: INVALID_ADDRESS \(0x8003\)"),
    ],
)
def test_a_damaged_description_is_an_error_that_says_what_was_seen_and_what_to_do(
    device: VirtualCamera, damage: str, seen: str
) -> None:
    device.faults.damage_xml(damage)  # type: ignore[arg-type]
    with pytest.raises(vcx.DeviceCommunicationError, match=seen) as caught:
        vcx.open_camera(ip=device.ip)
    assert f"serial number {device.serial_number}" in str(caught.value)
    assert "Restart the camera" in str(caught.value)
    device.faults.damage_xml("none")
    with vcx.open_camera(ip=device.ip) as cam:
        assert cam.device.serial_number == device.serial_number
