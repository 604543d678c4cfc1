"""When a camera gets no other address; test_doctor.py gives one to a camera in another subnet."""

from __future__ import annotations

import pytest

import vcxg124m as vcx
from vcxg124m.virtual import VirtualCamera


def test_a_controlled_camera_keeps_its_address() -> None:
    with (
        vcx.open_camera("virtual") as cam,
        pytest.raises(vcx.CameraInUseError, match=r"keeps its address .* \(OpenReadWrite\)"),
    ):
        vcx.force_ip(cam.info.ip, "127.0.0.9", subnet_mask="255.0.0.0")


def test_what_is_no_address_is_refused_before_a_camera_is_looked_for() -> None:
    with pytest.raises(vcx.FeatureValueError, match=r"subnet_mask='255\.255\.255'"):
        vcx.force_ip(None, "10.77.0.20", subnet_mask="255.255.255")


def test_a_mask_that_is_none_is_told_by_the_producer() -> None:
    with (
        VirtualCamera(discoverable=False) as device,
        pytest.raises(vcx.VcxgError, match="ones first, then zeros"),
    ):
        vcx.force_ip(device.ip, "127.0.0.9", subnet_mask="255.0.255.0")
