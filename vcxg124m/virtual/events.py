"""The events of data sheet row N5, spelt as entries of EventSelector, with the ids they have on the message channel."""

from __future__ import annotations

EVENT_IDS = {
    "DeviceTemperatureStatusChanged": 0x9000,
    "EventLost": 0x9001,
    "ExposureEnd": 0x9002,
    "ExposureStart": 0x9003,
    "FrameEnd": 0x9004,
    "FrameStart": 0x9005,
    "FrameTransferSkipped": 0x9006,
    "GigEVisionError": 0x9007,
    "GigEVisionHeartbeatTimeOut": 0x9008,
    "PrimaryApplicationSwitch": 0x0007,
    "Line0RisingEdge": 0x9009,
    "Line0FallingEdge": 0x900A,
    "Line1RisingEdge": 0x900B,
    "Line1FallingEdge": 0x900C,
    "Line2RisingEdge": 0x900D,
    "Line2FallingEdge": 0x900E,
    "TransferBufferFull": 0x900F,
    "TransferBufferReady": 0x9010,
    "TriggerOverlapped": 0x9011,
    "TriggerReady": 0x9012,
    "TriggerSkipped": 0x9013,
}
EVENT_INDICES = {name: index for index, name in enumerate(EVENT_IDS)}
"""Where in EventNotification each stands."""
