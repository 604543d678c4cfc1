"""The camera's features, category by category, each with its register.

`device.py` and `settings.py` give the registers their meaning, `description.py` writes the GenICam description from the
same rows. Names, types, units and odd spellings are those seen on cameras of the family (VCXG, VCXG.2) or printed in
their manuals; limits are the data sheet's. What the virtual camera does not do yet has no row.
"""

from __future__ import annotations

from vcxg124m.datasheet import ACQUISITION, DEVICE, NETWORK, PREPROCESSING, SENSOR, TRIGGER
from vcxg124m.virtual import patterns
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.registers import Access

RO, RW, WO = Access.READ_ONLY, Access.READ_WRITE, Access.WRITE_ONLY
STREAM = "TLParamsLocked"

_WIDTH, _RATE, _PACKET = ACQUISITION.width, ACQUISITION.frame_rate_hz, NETWORK.packet_size
_BLACK, _LINK = PREPROCESSING.black_level_dn12, NETWORK.throughput_limit_max_bytes_per_s
_GAIN_MAX = round(10 ** (PREPROCESSING.gain_db.maximum / 20), 3)  # a factor: 48 dB is 251.189

PIXEL_FORMATS = (
    ("Mono8", 0x01080001),
    ("Mono10", 0x01100003),
    ("Mono12", 0x01100005),
    ("Mono12p", 0x010C0047),
)
"""PFNC codes; bits 16 to 23 say how many bits a pixel takes."""
TEST_PATTERNS = numbered(*patterns.TEST_PATTERNS)
ACQUISITION_MODES = numbered("Continuous", "SingleFrame", "MultiFrame")
TRIGGER_SOURCES = numbered("All", "Off", "Software", "Action1")
READOUT_MODES = numbered("Overlapped", "Sequential")

_DEVICE = (
    Feature("DeviceVendorName", "String", "Maker of the camera.", register="ManufacturerName"),
    Feature("DeviceModelName", "String", "Model of the camera.", register="ModelName"),
    Feature("DeviceFamilyName", "String", "Product family.", address=0xA000, length=16, default="VCXG"),
    Feature(
        "DeviceManufacturerInfo", "String", "The maker's notes on this camera.",
        register="ManufacturerInfo",
    ),
    Feature("DeviceVersion", "String", "Release of the camera.", register="DeviceVersionText"),
    Feature(
        "DeviceFirmwareVersion", "String", "Release of the firmware.",
        address=0xA010, length=32, default="CID:000000/PID:00000000",
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
        register="LinkSpeed", factor=125_000, unit="B/s", selector="DeviceLinkSelector",
    ),
    Feature(
        "DeviceLinkThroughputLimit", "Integer", "Most the camera may put on the link.",
        address=0xA030, access=RW, minimum=1_000_000, maximum=_LINK, default=_LINK, unit="B/s",
        locked_by=STREAM, visibility="Expert", selector="DeviceLinkSelector",
    ),
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
        address=0xA034, access=WO,
    ),
    Feature(
        "InterfaceSpeedMode", "Enumeration", "Speed of the link.",
        vendor=True, register="LinkSpeed", entries=(("Ethernet100Mbps", 100), ("Ethernet1Gbps", 1000)),
    ),
    Feature(
        "DeviceTemperatureSelector", "Enumeration", "Where the temperature is measured.",
        value=0, entries=numbered("InHouse"), access=RW,
    ),
    Feature(
        "DeviceTemperature", "Float", "Temperature inside the housing, in steps of 1/16.",
        address=0xA040, default=44.6875, unit="C", volatile=True, selector="DeviceTemperatureSelector",
    ),
    Feature(
        "DeviceTemperatureStatus", "Enumeration", "Judgement of the temperature.",
        vendor=True, address=0xA048, entries=numbered("Normal", "High", "Exceeded"), volatile=True,
    ),
    Feature(
        "DeviceTemperatureStatusTransitionSelector", "Enumeration", "Which change of the judgement.",
        vendor=True, value=0, entries=numbered("NormalToHigh", "HighToExceeded", "ExceededToNormal"),
        access=RW,
    ),
    Feature(
        "DeviceTemperatureStatusTransition", "Integer", "Temperature at which the judgement changes.",
        vendor=True, address=0xA050, count=3, access=RW, minimum=0, maximum=76,
        locked_by="DeviceTemperatureTransitionFixed", selector="DeviceTemperatureStatusTransitionSelector",
        unit="C",
    ),
    Feature(
        "DeviceTemperatureTransitionFixed", "Hidden",
        address=0xA060, count=3, selector="DeviceTemperatureStatusTransitionSelector",
    ),
    Feature(
        "DeviceTemperatureExceeded", "Boolean", "The camera is too hot to send images.",
        vendor=True, address=0xA04C, volatile=True,
    ),
)  # fmt: skip

_IMAGE_FORMAT = (
    Feature("SensorWidth", "Integer", "Columns of the sensor.", value=SENSOR.width, unit="px"),
    Feature("SensorHeight", "Integer", "Rows of the sensor.", value=SENSOR.height, unit="px"),
    Feature("SensorPixelWidth", "Float", "Pitch of columns.", value=SENSOR.pixel_pitch_um, unit="um"),
    Feature("SensorPixelHeight", "Float", "Pitch of rows.", value=SENSOR.pixel_pitch_um, unit="um"),
    Feature("SensorName", "String", "Type of sensor.", address=0xA100, length=16, default="IMX304"),
    Feature("SensorShutterMode", "Enumeration", "Kind of shutter.", value=0, entries=numbered("Global")),
    Feature(
        "WidthMax", "Integer", "Columns after binning.",
        address=0xA110, invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "HeightMax", "Integer", "Rows after binning.",
        address=0xA114, invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature(
        "Width", "Integer", "Columns of the image.",
        address=0xA118, access=RW, minimum=_WIDTH.minimum, maximum="WidthLimit", increment=_WIDTH.increment,
        default=SENSOR.width, locked_by=STREAM, invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "Height", "Integer", "Rows of the image.",
        address=0xA11C, access=RW, minimum=1, maximum="HeightLimit", increment=1, default=SENSOR.height,
        locked_by=STREAM, invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature(
        "OffsetX", "Integer", "First column of the image.",
        address=0xA120, access=RW, minimum=0, maximum="OffsetXLimit", increment=_WIDTH.increment,
        invalidated_by=("BinningHorizontal",), unit="px",
    ),
    Feature(
        "OffsetY", "Integer", "First row of the image.",
        address=0xA124, access=RW, minimum=0, maximum="OffsetYLimit", increment=1,
        invalidated_by=("BinningVertical",), unit="px",
    ),
    Feature("WidthLimit", "Hidden", address=0xA128, invalidated_by=("OffsetX", "BinningHorizontal")),
    Feature("HeightLimit", "Hidden", address=0xA12C, invalidated_by=("OffsetY", "BinningVertical")),
    Feature("OffsetXLimit", "Hidden", address=0xA130, invalidated_by=("Width", "BinningHorizontal")),
    Feature("OffsetYLimit", "Hidden", address=0xA134, invalidated_by=("Height", "BinningVertical")),
    Feature(
        "BinningHorizontal", "Integer", "Columns added to one.",
        address=0xA138, access=RW, minimum=1, maximum=2, default=1, locked_by=STREAM,
    ),
    Feature(
        "BinningVertical", "Integer", "Rows added to one.",
        address=0xA13C, access=RW, minimum=1, maximum=2, default=1, locked_by=STREAM,
    ),
    Feature(
        "ReverseX", "Boolean", "Mirror left and right, before the region is cut out.",
        address=0xA140, access=RW, locked_by=STREAM,
    ),
    Feature(
        "ReverseY", "Boolean", "Mirror top and bottom, before the region is cut out.",
        address=0xA144, access=RW, locked_by=STREAM,
    ),
    Feature(
        "PixelFormat", "Enumeration", "Format of a pixel.",
        address=0xA148, access=RW, default=0x01080001, entries=PIXEL_FORMATS, locked_by=STREAM,
    ),
    Feature(
        "TestPatternGeneratorSelector", "Enumeration", "Where test patterns are made.",
        value=0, entries=numbered("ImageProcessor"), access=RW,
    ),
    Feature(
        "TestPattern", "Enumeration", "A drawing in place of the image.",
        address=0xA14C, access=RW, entries=TEST_PATTERNS, selector="TestPatternGeneratorSelector",
    ),
    Feature(
        "ReadOutTime", "Integer", "Time to read the sensor in the present format.",
        vendor=True, address=0xA150, invalidated_by=("Height", "BinningVertical"), unit="us",
    ),
)  # fmt: skip

_ACQUISITION = (
    Feature(
        "AcquisitionMode", "Enumeration", "How many frames a start brings.",
        address=0xA200, access=RW, entries=ACQUISITION_MODES, locked_by=STREAM,
    ),
    Feature(
        "AcquisitionFrameCount", "Integer", "Frames of a MultiFrame acquisition.",
        address=0xA204, access=RW, minimum=1, maximum=65535, default=1,
    ),
    Feature("AcquisitionStart", "Command", "Begin to take frames.", address=0xA208, access=WO),
    Feature("AcquisitionStop", "Command", "End with the current frame.", address=0xA20C, access=WO),
    Feature("AcquisitionAbort", "Command", "End at once.", address=0xA210, access=WO, visibility="Expert"),
    Feature(
        "AcquisitionFrameRateEnable", "Boolean", "Whether the frame rate is limited.",
        address=0xA214, access=RW,
    ),
    Feature(
        "AcquisitionFrameRate", "Float", "Frames a second of a free-running camera.",
        address=0xA218, access=RW, minimum=_RATE.minimum, maximum=_RATE.maximum, default=10.0,
        locked_by="AcquisitionFrameRateFixed", unit="Hz",
    ),
    Feature(
        "AcquisitionFrameRateFixed", "Hidden",
        address=0xA220, invalidated_by=("AcquisitionFrameRateEnable",),
    ),
    Feature(
        "AcquisitionStatusSelector", "Enumeration", "Which state to ask for.",
        value=0, entries=numbered("AcquisitionActive", "AcquisitionTriggerWait"), access=RW,
        visibility="Expert",
    ),
    Feature(
        "AcquisitionStatus", "Boolean", "The selected state.",
        address=0xA224, count=2, selector="AcquisitionStatusSelector", volatile=True, visibility="Expert",
    ),
    Feature("AcquisitionActive", "Hidden", address=0xA22C, volatile=True),
    Feature(
        "ReadoutMode", "Enumeration", "Whether the next exposure may begin during the readout.",
        vendor=True, address=0xA230, access=RW, entries=READOUT_MODES,
    ),
    Feature(
        "ExposureMode", "Enumeration", "What ends an exposure.",
        address=0xA234, access=RW, entries=numbered("Timed"),
    ),
    Feature(
        "ExposureTime", "Float", "Duration of an exposure.",
        address=0xA238, access=RW, minimum="ExposureTimeMinimum",
        maximum=PREPROCESSING.exposure_time_us.maximum, increment=1, default=DEVICE.factory_exposure_time_us,
        invalidated_by=("ShortExposureTimeEnable",), unit="us",
    ),
    Feature("ExposureTimeMinimum", "Hidden", address=0xA240, invalidated_by=("ShortExposureTimeEnable",)),
    Feature(
        "ShortExposureTimeEnable", "Boolean", "Allow exposures below 15 us.",
        vendor=True, address=0xA244, access=RW,
    ),
    Feature(
        "TriggerSelector", "Enumeration", "What is triggered.",
        value=0, entries=numbered("FrameStart"), access=RW,
    ),
    Feature(
        "TriggerMode", "Enumeration", "Free running or triggered.",
        address=0xA248, access=RW, entries=numbered("Off", "On"), selector="TriggerSelector",
    ),
    Feature(
        "TriggerSource", "Enumeration", "Where triggers come from.",
        address=0xA24C, access=RW, entries=TRIGGER_SOURCES, selector="TriggerSelector",
    ),
    Feature(
        "TriggerOverlap", "Enumeration", "How near to the frame before a trigger may come.",
        value=0, entries=numbered("ReadOut"), access=RW, visibility="Expert", selector="TriggerSelector",
    ),
    Feature(
        "TriggerDelay", "Float", "Time from a trigger to the exposure.",
        address=0xA250, access=RW, minimum=TRIGGER.delay_us.minimum, maximum=TRIGGER.delay_us.maximum,
        increment=1, unit="us", visibility="Expert", selector="TriggerSelector",
    ),
    Feature(
        "TriggerSoftware", "Command", "Trigger now.",
        address=0xA258, access=WO, selector="TriggerSelector",
    ),
)  # fmt: skip

_ANALOG = (
    Feature("GainSelector", "Enumeration", "Which gain.", value=0, entries=numbered("All"), access=RW),
    Feature(
        "Gain", "Float", "Factor on the signal; 251.189 is 48 dB.",
        address=0xA300, access=RW, minimum=1.0, maximum=_GAIN_MAX, default=1.0, selector="GainSelector",
    ),
    Feature(
        "BlackLevelSelector", "Enumeration", "Which black level.",
        value=0, entries=numbered("All"), access=RW,
    ),
    Feature(
        "BlackLevel", "Float", "Offset of the signal, in steps of 12 bit.",
        address=0xA308, access=RW, minimum=_BLACK.minimum, maximum=_BLACK.maximum, unit="DN",
        selector="BlackLevelSelector",
    ),
)  # fmt: skip

_ACTION = (
    Feature(
        "ActionDeviceKey", "Integer", "Key that an action must know.",
        register="ActionDeviceKeyValue", access=WO, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
    ),
    Feature(
        "ActionSelector", "Integer", "Which action.",
        value=1, minimum=1, maximum=1, access=RW, visibility="Guru",
    ),
    Feature(
        "ActionGroupKey", "Integer", "Group that an action is for.",
        register="ActionGroupKeyValue", access=RW, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
        selector="ActionSelector",
    ),
    Feature(
        "ActionGroupMask", "Integer", "Members of the group to which this camera belongs, as bits.",
        register="ActionGroupMaskValue", access=RW, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
        selector="ActionSelector",
    ),
)  # fmt: skip

_TRANSPORT = (
    Feature(
        "PayloadSize", "Integer", "Bytes of a block.",
        address=0xA400,
        invalidated_by=("Width", "Height", "PixelFormat", "BinningHorizontal", "BinningVertical"), unit="B",
    ),
    Feature(
        "TLParamsLocked", "Integer", "1 while a stream runs: what shapes a block is locked.",
        address=0xA404, access=RW, minimum=0, maximum=1, visibility="Invisible", volatile=True,
    ),
    Feature(
        "GevCCP", "Enumeration", "Who holds control, and how.",
        register="ControlChannelPrivilege", access=RW, visibility="Guru", volatile=True,
        entries=(("OpenAccess", 0), ("ExclusiveAccess", 1), ("ControlAccess", 2), ("ControlAccessSwitchoverActive", 6)),
    ),
    Feature(
        "GevMACAddress", "Integer", "Hardware address.",
        register="MacAddress", representation="MACAddress", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationLLA", "Boolean", "Link-local addressing, always on.",
        register="IpConfigurationCurrent", bits=(2, 2), selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationDHCP", "Boolean", "DHCP at the next start.",
        register="IpConfigurationCurrent", bits=(1, 1), access=RW, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationPersistentIP", "Boolean", "Persistent address at the next start.",
        register="IpConfigurationCurrent", bits=(0, 0), access=RW, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevIPConfigurationStatus", "Enumeration", "Where the present address comes from.",
        address=0xA408, default=3, entries=numbered("None", "PersistentIP", "DHCP", "LLA", "ForceIP"),
        volatile=True, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPAddress", "Integer", "Present address.",
        register="CurrentIpAddress", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentSubnetMask", "Integer", "Present mask.",
        register="CurrentSubnetMask", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentDefaultGateway", "Integer", "Present gateway.",
        register="CurrentDefaultGateway", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentIPAddress", "Integer", "Address for the next start.",
        register="PersistentIpAddress", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentSubnetMask", "Integer", "Mask for the next start.",
        register="PersistentSubnetMask", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentDefaultGateway", "Integer", "Gateway for the next start.",
        register="PersistentDefaultGateway", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature("GevInterfaceSelector", "Integer", "Which interface.", value=0, minimum=0, maximum=0, access=RW),
    Feature(
        "GevNumberOfInterfaces", "Integer", "Number of network interfaces.",
        register="NumberOfInterfaces",
    ),
    Feature(
        "GevStreamChannelSelector", "Integer", "Which stream channel.",
        value=0, minimum=0, maximum=0, access=RW,
    ),
    Feature(
        "GevSCPHostPort", "Integer", "UDP port that the stream goes to; 0 closes the channel.",
        register="SCP", bits=(0, 15), access=RW, minimum=0, maximum=65535, visibility="Guru", volatile=True,
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPInterfaceIndex", "Integer", "Interface of the stream channel.",
        register="SCP", bits=(16, 19), visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCDA", "Integer", "Address that the stream goes to.",
        register="SCDA", access=RW, minimum=0, maximum=0xFFFFFFFF, representation="IPV4Address",
        locked_by=STREAM, visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCSP", "Integer", "UDP port that the stream comes from.",
        register="SCSP", visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSPacketSize", "Integer", "Bytes of a packet with its IP, UDP and stream headers.",
        register="SCPS", bits=(0, 15), access=RW, minimum=_PACKET.minimum, maximum=_PACKET.maximum,
        locked_by=STREAM, unit="B", visibility="Expert", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSDoNotFragment", "Boolean", "Forbid routers to cut packets.",
        register="SCPS", bits=(30, 30), access=RW, locked_by=STREAM, visibility="Guru",
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSFireTestPacket", "Boolean", "Send one packet of the present size.",
        register="SCPS", bits=(31, 31), access=RW, locked_by=STREAM, visibility="Guru", volatile=True,
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPD", "Integer", "Pause between packets.",
        register="SCPD", access=RW, minimum=0, maximum=0xFFFFFFFF, unit="ns", visibility="Expert",
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GVSPConfigurationBlockID64Bit", "Boolean", "Count blocks with 64 bits and packets with 32.",
        vendor=True, register="GvspConfiguration", bits=(30, 30), access=RW, locked_by=STREAM,
        visibility="Guru",
    ),
    Feature(
        "GevPrimaryApplicationSwitchoverKey", "Integer", "Key with which another application may take control.",
        register="SwitchoverKey", access=WO, minimum=0, maximum=0xFFFF, visibility="Guru",
    ),
    Feature(
        "GevPrimaryApplicationSocket", "Integer", "UDP port of the controlling application.",
        register="PrimaryApplicationPort", visibility="Guru", volatile=True,
    ),
    Feature(
        "GevPrimaryApplicationIPAddress", "Integer", "Address of the controlling application.",
        register="PrimaryApplicationAddress", representation="IPV4Address", visibility="Guru", volatile=True,
    ),
    Feature(
        "GevFirstURL", "String", "Where this description comes from.",
        register="FirstUrl", visibility="Guru",
    ),
    Feature(
        "GevSecondURL", "String", "Where else it could come from.",
        register="SecondUrl", visibility="Guru",
    ),
    Feature(
        "FrameCounter", "Integer", "Frames taken since power up; may be preset.",
        vendor=True, address=0xA40C, access=RW, minimum=0, maximum=0xFFFFFFFF, volatile=True,
    ),
    Feature(
        "TimestampLatch", "Command", "Note the camera's time.",
        register="TimestampControl", value=2, access=WO, visibility="Expert",
    ),
    Feature(
        "TimestampReset", "Command", "Set the camera's time to 0.",
        register="TimestampControl", value=1, access=WO, visibility="Expert",
    ),
    Feature(
        "TimestampLatchValue", "Integer", "The time noted.",
        register="TimestampLatched", unit="ns", volatile=True, visibility="Expert",
    ),
)  # fmt: skip

CATEGORIES: dict[str, tuple[Feature, ...]] = {
    "DeviceControl": _DEVICE,
    "ImageFormatControl": _IMAGE_FORMAT,
    "AcquisitionControl": _ACQUISITION,
    "AnalogControl": _ANALOG,
    "ActionControl": _ACTION,
    "TransportLayerControl": _TRANSPORT,
}
