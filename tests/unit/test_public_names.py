"""The public surface is pinned: a change of it is a decision, made here too."""

from __future__ import annotations

import inspect

from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m import errors

FUNCTIONS = {"find_cameras", "open_camera", "pack_mono12p", "unpack_mono12p"}
CLASSES = {"Camera", "CameraInfo", "Frame", "Node", "Nodes", "Region", "Stream", "StreamStatistics"}
ENUMERATIONS = {
    "AccessStatus",
    "AcquisitionMode",
    "AutoMode",
    "ExposureMode",
    "InterfaceSpeedMode",
    "PixelFormat",
    "ReadoutMode",
    "TemperatureStatus",
    "TestPattern",
    "TimeoutReason",
    "TriggerActivation",
    "TriggerMode",
    "TriggerOverlap",
    "TriggerSource",
}
GROUPS = {
    "device": ["family", "firmware_version", "heartbeat_timeout_us", "link_mode", "link_speed", "manufacturer_info",
               "model", "sensor_name", "serial_number", "user_id", "vendor", "version"],
    "image_format": ["height_max", "pixel_format", "pixel_height_um", "pixel_width_um", "reverse_x", "reverse_y",
                     "sensor_height", "sensor_width", "test_pattern", "width_max"],
    "roi": ["get", "height", "offset_x", "offset_y", "set", "width"],
    "acquisition": ["frame_count", "frame_rate_hz", "mode", "readout_mode", "readout_time_us", "set_frame_rate_hz"],
    "exposure": ["auto", "mode", "set_time_us", "short_exposure", "time_us"],
    "gain": ["auto", "db", "factor", "set_db", "set_factor"],
    "black_level": ["level", "set_level"],
    "trigger": ["activation", "configure", "delay_us", "disable", "fire", "mode", "overlap", "source"],
    "transport": ["ip", "mac", "packet_delay_ns", "packet_size", "payload_size", "throughput_limit"],
    "temperature": ["celsius", "status"],
}  # fmt: skip


def test_the_package_exports_these_names_and_no_others() -> None:
    raised = {name for name in vcx.__all__ if name.endswith(("Error", "Warning"))}
    assert set(vcx.__all__) - raised == FUNCTIONS | CLASSES | ENUMERATIONS
    assert all(issubclass(getattr(vcx, name), (vcx.VcxgError, vcx.VcxgWarning)) for name in raised)


def test_every_export_is_documented() -> None:
    assert [name for name in vcx.__all__ if not inspect.getdoc(getattr(vcx, name))] == []


def test_the_feature_groups_have_these_members() -> None:
    with vcx.Camera(FakeDevice()) as cam:
        shared = {"features", "nodes"}
        members = {
            group: sorted(
                name for name in dir(type(getattr(cam, group))) if name[0] != "_" and name not in shared
            )
            for group in GROUPS
        }
    assert members == GROUPS


def test_every_error_of_the_tree_is_exported() -> None:
    assert set(errors.__all__) <= set(vcx.__all__)
