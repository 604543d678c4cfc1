"""Drive the Baumer VCXG-124M GigE Vision camera.

>>> import vcxg124m as vcx
>>> with vcx.open_camera("virtual") as cam:
...     cam.exposure.time_us = 4000
...     cam.image_format.pixel_format = "Mono12p"
...     frame = cam.grab()
>>> frame.image.shape
(3000, 4096)
"""

from pathlib import Path as _Path

from vcxg124m._source_tree import folders_with_compiled_parts as _folders_with_compiled_parts

__path__ += _folders_with_compiled_parts(_Path(__file__).parent)

# ruff: noqa: E402 - the modules below need the compiled parts
from vcxg124m._backend import CameraInfo
from vcxg124m._ledger import StreamStatistics
from vcxg124m._tap import Tap
from vcxg124m.actions import ActionResult, fire_action
from vcxg124m.addressing import force_ip
from vcxg124m.camera import Camera
from vcxg124m.chunk_data import BinningFactors, ChunkData
from vcxg124m.clock import Clock, ClockFit, ClockSample
from vcxg124m.config_file import Configuration, Difference
from vcxg124m.diagnosing import diagnose
from vcxg124m.discovery import find_cameras
from vcxg124m.doctor import Diagnosis, Finding
from vcxg124m.enums import (
    AccessStatus,
    AcquisitionMode,
    AutoFeatureRegionMode,
    AutoMode,
    BinningMode,
    BrightnessAutoPriority,
    CounterEventSource,
    CounterResetSource,
    EdgeActivation,
    ExposureMode,
    HeartbeatMode,
    InterfaceSpeedMode,
    IpConfigurationStatus,
    LineMode,
    LineSource,
    LutContent,
    PixelFormat,
    ReadoutMode,
    SequencerMode,
    SequencerTriggerSource,
    TemperatureStatus,
    TestPattern,
    TimerTriggerSource,
    TriggerActivation,
    TriggerMode,
    TriggerOverlap,
    TriggerSource,
    UserSet,
)
from vcxg124m.errors import (
    ArrayLayoutError,
    ArrayTypeError,
    BufferLeaseError,
    CameraAmbiguousError,
    CameraClosedError,
    CameraInUseError,
    CameraNotFoundError,
    CameraStateError,
    ChunkDataError,
    ConfigurationError,
    ControlLostError,
    DeviceCommunicationError,
    DeviceLostError,
    EventOverflowError,
    EventTimeoutError,
    FeatureAccessError,
    FeatureTypeError,
    FeatureUnavailableError,
    FeatureValueError,
    FrameTimeoutError,
    IncompleteFrameError,
    MissingPackageError,
    OverTemperatureError,
    PacketSizeWarning,
    PayloadSizeError,
    PixelFormatError,
    PixelValueError,
    ProducerError,
    ProducerNotFoundError,
    RateWarning,
    RecordingError,
    RemoteViewWarning,
    SettingError,
    SlowDiskWarning,
    StreamClosedError,
    StreamOverflowError,
    TemperatureWarning,
    TimeoutReason,
    VcxgError,
    VcxgWarning,
    VirtualCameraError,
)
from vcxg124m.events import Event, EventListener, EventSubscription
from vcxg124m.features._group import BoundFeature, FeatureGroup
from vcxg124m.features.defect_pixels import Pixel, find_defect_pixels
from vcxg124m.features.image_format import Region
from vcxg124m.features.lut import gamma_table
from vcxg124m.features.nodes import Node, Nodes
from vcxg124m.frame import Frame
from vcxg124m.mono12p import pack_mono12p, unpack_mono12p
from vcxg124m.opening import open_camera
from vcxg124m.planning import FramePrediction, LinkPlan, Plan, plan, plan_link, share_link
from vcxg124m.reconnection import Gap, Reconnect, Reconnection
from vcxg124m.recording import RecordedFrame, Recorder, Recording, RecordingReport, open_recording
from vcxg124m.sequence_model import CameraModel, PlannedFrame
from vcxg124m.sequencing import SequencerProgram, SequencerSet, Transition
from vcxg124m.stream import FrameSubscription, Lease, Stream
from vcxg124m.trigger_pairs import MissedTrigger, TriggerPair, TriggerPairs, pair_triggers

__all__ = [
    "AccessStatus",
    "AcquisitionMode",
    "ActionResult",
    "ArrayLayoutError",
    "ArrayTypeError",
    "AutoFeatureRegionMode",
    "AutoMode",
    "BinningFactors",
    "BinningMode",
    "BoundFeature",
    "BrightnessAutoPriority",
    "BufferLeaseError",
    "Camera",
    "CameraAmbiguousError",
    "CameraClosedError",
    "CameraInUseError",
    "CameraInfo",
    "CameraModel",
    "CameraNotFoundError",
    "CameraStateError",
    "ChunkData",
    "ChunkDataError",
    "Clock",
    "ClockFit",
    "ClockSample",
    "Configuration",
    "ConfigurationError",
    "ControlLostError",
    "CounterEventSource",
    "CounterResetSource",
    "DeviceCommunicationError",
    "DeviceLostError",
    "Diagnosis",
    "Difference",
    "EdgeActivation",
    "Event",
    "EventListener",
    "EventOverflowError",
    "EventSubscription",
    "EventTimeoutError",
    "ExposureMode",
    "FeatureAccessError",
    "FeatureGroup",
    "FeatureTypeError",
    "FeatureUnavailableError",
    "FeatureValueError",
    "Finding",
    "Frame",
    "FramePrediction",
    "FrameSubscription",
    "FrameTimeoutError",
    "Gap",
    "HeartbeatMode",
    "IncompleteFrameError",
    "InterfaceSpeedMode",
    "IpConfigurationStatus",
    "Lease",
    "LineMode",
    "LineSource",
    "LinkPlan",
    "LutContent",
    "MissedTrigger",
    "MissingPackageError",
    "Node",
    "Nodes",
    "OverTemperatureError",
    "PacketSizeWarning",
    "PayloadSizeError",
    "Pixel",
    "PixelFormat",
    "PixelFormatError",
    "PixelValueError",
    "Plan",
    "PlannedFrame",
    "ProducerError",
    "ProducerNotFoundError",
    "RateWarning",
    "ReadoutMode",
    "Reconnect",
    "Reconnection",
    "RecordedFrame",
    "Recorder",
    "Recording",
    "RecordingError",
    "RecordingReport",
    "Region",
    "RemoteViewWarning",
    "SequencerMode",
    "SequencerProgram",
    "SequencerSet",
    "SequencerTriggerSource",
    "SettingError",
    "SlowDiskWarning",
    "Stream",
    "StreamClosedError",
    "StreamOverflowError",
    "StreamStatistics",
    "Tap",
    "TemperatureStatus",
    "TemperatureWarning",
    "TestPattern",
    "TimeoutReason",
    "TimerTriggerSource",
    "Transition",
    "TriggerActivation",
    "TriggerMode",
    "TriggerOverlap",
    "TriggerPair",
    "TriggerPairs",
    "TriggerSource",
    "UserSet",
    "VcxgError",
    "VcxgWarning",
    "VirtualCameraError",
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
]
