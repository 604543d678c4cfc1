"""DeviceControl: identity, link, channels, temperature."""

from __future__ import annotations

from vcxg124m.datasheet import DEVICE, NETWORK
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW, STREAM, WO

_PACKET, _LINK = NETWORK.packet_size, NETWORK.throughput_limit_max_bytes_per_s
_TOO_HOT = int(DEVICE.temperature_exceeded_celsius)

LINK_SPEED_STEP = 125_000
"""Bytes a second of one Mbit/s, the unit of the bootstrap register."""

DEVICE_CONTROL = (
    Feature("DeviceVendorName", "String", "Maker of the camera.", register="ManufacturerName"),
    Feature("DeviceModelName", "String", "Model of the camera.", register="ModelName"),
    Feature("DeviceFamilyName", "String", "Product family.", length=16, default="VCXG"),
    Feature(
        "DeviceManufacturerInfo", "String", "The maker's notes on this camera.",
        register="ManufacturerInfo",
    ),
    Feature("DeviceVersion", "String", "Release of the camera.", register="DeviceVersionText"),
    Feature(
        "DeviceFirmwareVersion", "String", "Release of the firmware.",
        length=32, default="CID:000000/PID:00000000",
    ),
    Feature("DeviceSerialNumber", "String", "Serial number, 12 digits.", register="SerialNumber"),
    Feature("DeviceUserID", "String", "Name given by the user.", register="UserDefinedName", access=RW),
    Feature("DeviceScanType", "Enumeration", "Area or line scan.", value=0, entries=numbered("Areascan")),
    Feature("DeviceType", "Enumeration", "Role in the network.", value=0, entries=numbered("Transmitter")),
    Feature("DeviceSensorType", "Enumeration", "Kind of sensor.", value=0, entries=numbered("CMOS")),
    Feature(
        "DeviceCharacterSet", "Enumeration", "Of all texts.",
        register="DeviceMode", bits=(0, 3), entries=(("UTF8", 1),),
    ),
    Feature(
        "DeviceRegistersEndianness", "Enumeration", "Byte order of registers.",
        register="DeviceMode", bits=(31, 31), entries=(("Big", 1),), visibility="Guru",
    ),
    Feature("DeviceTLType", "Enumeration", "Transport layer.", value=0, entries=numbered("GigEVision")),
    Feature("DeviceTLVersionMajor", "Integer", "Of GigE Vision.", register="Version", bits=(16, 31)),
    Feature("DeviceTLVersionMinor", "Integer", "Of GigE Vision.", register="Version", bits=(0, 15)),
    Feature("DeviceTLVersionSubMinor", "Integer", "Of GigE Vision.", value=0),
    Feature("DeviceSFNCVersionMajor", "Integer", "Of the feature naming convention.", value=2),
    Feature("DeviceSFNCVersionMinor", "Integer", "Of the feature naming convention.", value=4),
    Feature("DeviceSFNCVersionSubMinor", "Integer", "Of the feature naming convention.", value=0),
    Feature(
        "DeviceLinkSelector", "Integer", "Which link.",
        value=0, minimum=0, maximum=0, access=RW, visibility="Expert",
    ),
    Feature(
        "DeviceLinkSpeed", "Integer", "Speed of the link.",
        register="LinkSpeed", factor=LINK_SPEED_STEP, unit="B/s", volatile=True, selector="DeviceLinkSelector",
    ),
    Feature(
        "DeviceLinkThroughputLimit", "Integer", "Most the camera may put on the link.",
        access=RW, minimum=1_000_000, maximum="DeviceLinkThroughputMax", default=_LINK, unit="B/s",
        locked_by=STREAM, volatile=True, visibility="Expert", selector="DeviceLinkSelector",
    ),
    Feature("DeviceLinkThroughputMax", "Hidden", volatile=True),
    Feature(
        "DeviceLinkHeartbeatMode", "Enumeration", "Whether a silent application loses control.",
        register="GvcpConfiguration", bits=(0, 0), access=RW, entries=(("On", 0), ("Off", 1)),
        visibility="Expert", selector="DeviceLinkSelector",
    ),
    Feature(
        "DeviceLinkHeartbeatTimeout", "Float", "Silence after which an application loses control.",
        register="HeartbeatTimeout", factor=1000, access=RW, minimum=500_000.0, maximum=4_294_967_295_000.0,
        unit="us", visibility="Expert", selector="DeviceLinkSelector",
    ),
    Feature(
        "DeviceLinkCommandTimeout", "Float", "Longest time that a command takes.",
        register="PendingTimeout", factor=1000, unit="us", visibility="Expert", selector="DeviceLinkSelector",
    ),
    Feature(
        "DeviceStreamChannelCount", "Integer", "Number of stream channels.",
        register="NumberOfStreamChannels",
    ),
    Feature(
        "DeviceStreamChannelSelector", "Integer", "Which stream channel.",
        value=0, minimum=0, maximum=0, access=RW, visibility="Expert",
    ),
    Feature(
        "DeviceStreamChannelType", "Enumeration", "Direction of the stream.",
        value=0, entries=numbered("Transmitter"), visibility="Expert", selector="DeviceStreamChannelSelector",
    ),
    Feature(
        "DeviceStreamChannelEndianness", "Enumeration", "Byte order of pixels.",
        value=1, entries=(("Little", 1),), visibility="Expert", selector="DeviceStreamChannelSelector",
    ),
    Feature(
        "DeviceStreamChannelPacketSize", "Integer", "Bytes of a packet with its IP, UDP and stream headers.",
        register="SCPS", bits=(0, 15), access=RW, minimum=_PACKET.minimum, maximum=_PACKET.maximum,
        locked_by=STREAM, unit="B", visibility="Expert", selector="DeviceStreamChannelSelector",
    ),
    Feature(
        "DeviceEventChannelCount", "Integer", "Number of event channels.",
        register="NumberOfMessageChannels",
    ),
    Feature(
        "DeviceReset", "Command", "Start the camera anew; it must be found again.",
        access=WO,
    ),
    Feature(
        "InterfaceSpeedMode", "Enumeration", "Speed of the link.",
        vendor=True, register="LinkSpeed", volatile=True, entries=(("Ethernet100Mbps", 100), ("Ethernet1Gbps", 1000)),
    ),
    Feature(
        "DeviceTemperatureSelector", "Enumeration", "Where the temperature is measured.",
        value=0, entries=numbered("InHouse"), access=RW,
    ),
    Feature(
        "DeviceTemperature", "Float", "Temperature inside the housing, in steps of 1/16.",
        default=44.6875, unit="C", volatile=True, selector="DeviceTemperatureSelector",
    ),
    Feature(
        "DeviceTemperatureStatus", "Enumeration", "Judgement of the temperature.",
        vendor=True, entries=numbered("Normal", "High", "Exceeded"), volatile=True,
    ),
    Feature(
        "DeviceTemperatureStatusTransitionSelector", "Enumeration", "Which change of the judgement.",
        vendor=True, value=0, entries=numbered(*DEVICE.temperature_transitions), access=RW,
    ),
    Feature(
        "DeviceTemperatureStatusTransition", "Integer", "Temperature at which the judgement changes.",
        vendor=True, count=3, access=RW, minimum=0, maximum=_TOO_HOT, default=(67, _TOO_HOT, 65),
        locked_by="DeviceTemperatureTransitionFixed", selector="DeviceTemperatureStatusTransitionSelector",
        unit="C",
    ),
    Feature(  # HighToExceeded is the maker's
        "DeviceTemperatureTransitionFixed", "Hidden",
        count=3, default=(0, 1, 0), selector="DeviceTemperatureStatusTransitionSelector",
    ),
    Feature(
        "DeviceTemperatureExceeded", "Boolean", "The camera is too hot to send images.",
        vendor=True, volatile=True,
    ),
)  # fmt: skip
