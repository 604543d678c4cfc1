"""The public surface is pinned: a change of it is a decision, made here too."""

from __future__ import annotations

import inspect

from vcxg_testing.fake_camera import FakeDevice

import vcxg124m as vcx
from vcxg124m import errors

FUNCTIONS = {
    "diagnose",
    "find_cameras",
    "find_defect_pixels",
    "fire_action",
    "force_ip",
    "gamma_table",
    "open_camera",
    "open_recording",
    "pack_mono12p",
    "pair_triggers",
    "plan",
    "plan_link",
    "share_link",
    "unpack_mono12p",
}
CLASSES = {
    "ActionResult",
    "Clock",
    "ClockFit",
    "ClockSample",
    "MissedTrigger",
    "TriggerPair",
    "TriggerPairs",
    "BinningFactors",
    "BoundFeature",
    "Camera",
    "CameraInfo",
    "CameraModel",
    "ChunkData",
    "Configuration",
    "Diagnosis",
    "Difference",
    "Event",
    "EventListener",
    "EventSubscription",
    "FeatureGroup",
    "Finding",
    "Frame",
    "FramePrediction",
    "Gap",
    "LinkPlan",
    "Node",
    "Nodes",
    "Pixel",
    "Plan",
    "PlannedFrame",
    "RecordedFrame",
    "Recorder",
    "Recording",
    "RecordingReport",
    "Reconnect",
    "Reconnection",
    "Region",
    "SequencerProgram",
    "SequencerSet",
    "FrameSubscription",
    "Lease",
    "Stream",
    "StreamStatistics",
    "Tap",
    "Transition",
}
ENUMERATIONS = {
    "AccessStatus",
    "AcquisitionMode",
    "AutoFeatureRegionMode",
    "AutoMode",
    "BinningMode",
    "BrightnessAutoPriority",
    "CounterEventSource",
    "CounterResetSource",
    "EdgeActivation",
    "ExposureMode",
    "HeartbeatMode",
    "InterfaceSpeedMode",
    "IpConfigurationStatus",
    "LineMode",
    "LineSource",
    "LutContent",
    "PixelFormat",
    "ReadoutMode",
    "SequencerMode",
    "SequencerTriggerSource",
    "TemperatureStatus",
    "TestPattern",
    "TimeoutReason",
    "TimerTriggerSource",
    "TriggerActivation",
    "TriggerMode",
    "TriggerOverlap",
    "TriggerSource",
    "UserSet",
}
GROUPS = {
    "device": ["family", "firmware_version", "frame_counter", "gige_vision_major", "gige_vision_minor", "link_mode",
               "link_speed", "manufacturer_info", "model", "reset", "reset_timestamp", "sensor_name", "serial_number",
               "sfnc_major", "sfnc_minor", "timestamp_ns", "user_id", "vendor", "version"],
    "image_format": ["height_max", "pixel_format", "pixel_height_um", "pixel_width_um", "reverse_x", "reverse_y",
                     "sensor_height", "sensor_width", "test_pattern", "width_max"],
    "roi": ["get", "height", "offset_x", "offset_y", "set", "width"],
    "binning": ["horizontal", "horizontal_mode", "set", "vertical", "vertical_mode"],
    "acquisition": ["active", "frame_count", "frame_rate_hz", "mode", "predict", "readout_mode",
                    "readout_time_us", "set_frame_rate_hz", "waits_for_trigger"],
    "exposure": ["auto", "mode", "set_time_us", "short_exposure", "time_us"],
    "gain": ["auto", "db", "factor", "set_db", "set_factor"],
    "black_level": ["level", "set_level"],
    "auto": ["brightness_percent", "exposure_max_us", "exposure_min_us", "gain_max_factor", "gain_min_factor",
             "priority", "region"],
    "lut": ["content", "enabled", "gamma", "invert", "reset", "set_gamma", "values"],
    "defect_pixels": ["capacity", "coordinates", "correction"],
    "trigger": ["activation", "configure", "delay_us", "disable", "fire", "hardware", "mode", "overlap", "source",
                "wait_until_ready"],
    "timer": ["activation", "configure", "delay_us", "duration_us", "source", "strobe"],
    "clock": ["drift_ppm", "error_at", "error_ns", "fit", "following", "sample", "to_host_ns"],
    "chunks": ["active", "choices", "disable", "enable", "enabled"],
    "events": ["choices", "close", "disable", "enable", "enabled", "listen", "lost_count", "on", "switch_on"],
    "sequencer": ["configuration_mode", "mode", "read", "set_active", "set_start", "simulate", "start", "stop",
                  "write"],
    "user_sets": ["default", "load", "save", "stored_features"],
    "custom_data": ["read", "size", "write"],
    "actions": ["configure", "device_key", "group_key", "group_mask"],
    "transport": ["frame_delay_ns", "gateway", "heartbeat", "heartbeat_timeout_us", "ip", "ip_origin", "mac",
                  "packet_delay_ns", "packet_size", "payload_size", "persistent_gateway", "persistent_ip",
                  "persistent_subnet_mask", "set_persistent_ip", "subnet_mask", "throughput_limit", "use_dhcp",
                  "use_lla", "use_persistent_ip"],
    "temperature": ["celsius", "exceeded", "exceeded_from_celsius", "high_from_celsius", "normal_below_celsius",
                    "status"],
}  # fmt: skip
INDEXED = {
    "lines": (["Line0", "Line1", "Line2", "Line3"], ["flash", "inverter", "mode", "show", "source", "status"]),
    "debouncer": (["Line0", "Line1", "Line2"], ["high_time_us", "low_time_us", "set"]),
    "counters": ([1, 2], ["duration", "encoder", "event_activation", "event_source", "reset",
                          "reset_activation", "reset_source", "value", "value_at_reset"]),
}  # fmt: skip


def test_the_package_exports_these_names_and_no_others() -> None:
    raised = {name for name in vcx.__all__ if name.endswith(("Error", "Warning"))}
    assert set(vcx.__all__) - raised == FUNCTIONS | CLASSES | ENUMERATIONS
    assert all(issubclass(getattr(vcx, name), (vcx.VcxgError, vcx.VcxgWarning)) for name in raised)


def test_every_export_is_documented() -> None:
    assert [name for name in vcx.__all__ if not inspect.getdoc(getattr(vcx, name))] == []


def test_the_feature_groups_have_these_members() -> None:
    with vcx.Camera(FakeDevice()) as cam:
        assert {group: _members(getattr(cam, group)) for group in GROUPS} == GROUPS


def test_groups_of_several_have_these_keys_and_members() -> None:
    with vcx.Camera(FakeDevice()) as cam:
        groups = {name: getattr(cam, name) for name in INDEXED}
        found = {name: (list(each), _members(next(iter(each.values())))) for name, each in groups.items()}
    assert found == INDEXED


def _members(group: object) -> list[str]:
    shared = {"features", "html", "nodes", "selected"}
    return sorted(name for name in dir(type(group)) if name[0] != "_" and name not in shared)


def test_every_error_of_the_tree_is_exported() -> None:
    assert set(errors.__all__) <= set(vcx.__all__)
