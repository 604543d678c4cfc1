"""The nodes of the virtual camera as GenApi sees them, against a table of what is known of the real one.

Facts: names and types seen on cameras of the family, ranges and choices of the data sheet, locks of the standard.
"""

from collections.abc import Iterator

import pytest

import vcxg124m as vcx

NODES = """
DeviceVendorName                          string       RO
DeviceModelName                           string       RO
DeviceFamilyName                          string       RO
DeviceManufacturerInfo                    string       RO
DeviceVersion                             string       RO
DeviceFirmwareVersion                     string       RO
DeviceSerialNumber                        string       RO
DeviceUserID                              string       RW
DeviceScanType                            enumeration  RO
DeviceType                                enumeration  RO
DeviceSensorType                          enumeration  RO
DeviceCharacterSet                        enumeration  RO
DeviceRegistersEndianness                 enumeration  RO
DeviceTLType                              enumeration  RO
DeviceTLVersionMajor                      integer      RO
DeviceTLVersionMinor                      integer      RO
DeviceTLVersionSubMinor                   integer      RO
DeviceSFNCVersionMajor                    integer      RO
DeviceSFNCVersionMinor                    integer      RO
DeviceSFNCVersionSubMinor                 integer      RO
DeviceLinkSelector                        integer      RW
DeviceLinkSpeed                           integer      RO
DeviceLinkThroughputLimit                 integer      RW  RO
DeviceLinkHeartbeatMode                   enumeration  RW
DeviceLinkHeartbeatTimeout                float        RW
DeviceLinkCommandTimeout                  float        RO
DeviceStreamChannelCount                  integer      RO
DeviceStreamChannelSelector               integer      RW
DeviceStreamChannelType                   enumeration  RO
DeviceStreamChannelEndianness             enumeration  RO
DeviceStreamChannelPacketSize             integer      RW  RO
DeviceEventChannelCount                   integer      RO
DeviceReset                               command      WO
InterfaceSpeedMode                        enumeration  RO
DeviceTemperatureSelector                 enumeration  RW
DeviceTemperature                         float        RO
DeviceTemperatureStatus                   enumeration  RO
DeviceTemperatureStatusTransitionSelector enumeration  RW
DeviceTemperatureStatusTransition         integer      RW
DeviceTemperatureExceeded                 boolean      RO

SensorWidth                               integer      RO
SensorHeight                              integer      RO
SensorPixelWidth                          float        RO
SensorPixelHeight                         float        RO
SensorName                                string       RO
SensorShutterMode                         enumeration  RO
WidthMax                                  integer      RO
HeightMax                                 integer      RO
Width                                     integer      RW  RO
Height                                    integer      RW  RO
OffsetX                                   integer      RW
OffsetY                                   integer      RW
BinningHorizontal                         integer      RW  RO
BinningVertical                           integer      RW  RO
BinningHorizontalMode                     enumeration  RW  RO
BinningVerticalMode                       enumeration  RW  RO
ReverseX                                  boolean      RW  RO
ReverseY                                  boolean      RW  RO
PixelFormat                               enumeration  RW  RO
TestPatternGeneratorSelector              enumeration  RW
TestPattern                               enumeration  RW
ReadOutTime                               integer      RO

AcquisitionMode                           enumeration  RW  RO
AcquisitionFrameCount                     integer      RW
AcquisitionFrameRateEnable                boolean      RW
AcquisitionFrameRate                      float        RO
AcquisitionStart                          command      WO
AcquisitionStop                           command      WO
AcquisitionAbort                          command      WO
AcquisitionStatusSelector                 enumeration  RW
AcquisitionStatus                         boolean      RO
ReadoutMode                               enumeration  RW
ExposureMode                              enumeration  RW
ExposureTime                              float        RW
ShortExposureTimeEnable                   boolean      RW
ExposureAuto                              enumeration  RW
TriggerSelector                           enumeration  RW
TriggerMode                               enumeration  RW
TriggerSource                             enumeration  RW
TriggerActivation                         enumeration  RW
TriggerOverlap                            enumeration  RW
TriggerDelay                              float        RW
TriggerSoftware                           command      WO

BrightnessAutoNominalValue                float        RW
BrightnessAutoPriority                    enumeration  RW
ExposureAutoMinValue                      float        RW
ExposureAutoMaxValue                      float        RW
GainAutoMinValue                          float        RW
GainAutoMaxValue                          float        RW
AutoFeatureRegionSelector                 enumeration  RW
AutoFeatureRegionMode                     enumeration  RW
AutoFeatureRegionReference                enumeration  RO
AutoFeatureOffsetX                        integer      RO
AutoFeatureOffsetY                        integer      RO
AutoFeatureWidth                          integer      RO
AutoFeatureHeight                         integer      RO

GainSelector                              enumeration  RW
Gain                                      float        RW
GainAuto                                  enumeration  RW
BlackLevelSelector                        enumeration  RW
BlackLevel                                float        RW
Gamma                                     float        RW
LUTSelector                               enumeration  RW
LUTEnable                                 boolean      RW
LUTContent                                enumeration  NA
LUTIndex                                  integer      RW
LUTValue                                  integer      RW

DefectPixelCorrection                     boolean      RW
DefectPixelListSelector                   enumeration  RW
DefectPixelListIndex                      integer      RW
DefectPixelListEntryActive                boolean      RW
DefectPixelListEntryPosX                  integer      RW
DefectPixelListEntryPosY                  integer      RW

LineSelector                              enumeration  RW
LineMode                                  enumeration  RO
LineInverter                              boolean      RW
LineStatus                                boolean      RO
LineStatusAll                             integer      RO
LineSource                                enumeration  NA
LineDebouncerHighTimeAbs                  float        RW
LineDebouncerLowTimeAbs                   float        RW
UserOutputSelector                        enumeration  RW
UserOutputValue                           boolean      RW
UserOutputValueAll                        integer      RW

TimerSelector                             enumeration  RW
TimerTriggerSource                        enumeration  RW
TimerTriggerActivation                    enumeration  RW
TimerDelay                                float        RW
TimerDuration                             float        RW
CounterSelector                           enumeration  RW
CounterEventSource                        enumeration  RW
CounterEventActivation                    enumeration  RW
CounterResetSource                        enumeration  RW
CounterResetActivation                    enumeration  RW
CounterReset                              command      WO
CounterValue                              integer      RW
CounterValueAtReset                       integer      RO
CounterDuration                           integer      RW

SequencerMode                             enumeration  RW  RO
SequencerConfigurationMode                enumeration  RW  RO
SequencerFeatureSelector                  enumeration  RW
SequencerFeatureEnable                    boolean      RW
SequencerSetSelector                      integer      NA
SequencerSetLoad                          command      NA
SequencerSetSave                          command      NA
SequencerSetActive                        integer      NA
SequencerSetStart                         integer      NA
SequencerPathSelector                     integer      NA
SequencerSetNext                          integer      NA
SequencerTriggerSource                    enumeration  NA
SequencerTriggerActivation                enumeration  NA

ChunkModeActive                           boolean      RW  RO
ChunkSelector                             enumeration  RW
ChunkEnable                               boolean      RW  RO
ChunkImage                                register     NA
ChunkBinningHorizontal                    integer      NA
ChunkBinningVertical                      integer      NA
ChunkBlackLevel                           float        NA
ChunkCounterSelector                      enumeration  RW
ChunkCounterValue                         integer      NA
ChunkDeviceTemperature                    float        NA
ChunkExposureTime                         float        NA
ChunkFrameID                              integer      NA
ChunkGain                                 float        NA
ChunkHeight                               integer      NA
ChunkImageControl                         integer      NA
ChunkLineStatusAll                        integer      NA
ChunkOffsetX                              integer      NA
ChunkOffsetY                              integer      NA
ChunkPixelFormat                          enumeration  NA
ChunkSequencerSetActive                   integer      NA
ChunkTimestamp                            integer      NA
ChunkWidth                                integer      NA

EventSelector                             enumeration  RW
EventNotification                         enumeration  RW
LostEventCounter                          integer      RO

UserSetSelector                           enumeration  RW
UserSetLoad                               command      WO  NA
UserSetSave                               command      NA
UserSetDefault                            enumeration  RW
UserSetFeatureSelector                    enumeration  RW
UserSetFeatureEnable                      boolean      RW
DeviceResetToDeliveryState                command      WO  NA
CustomDataConfigurationMode               enumeration  RW
CustomDataSelector                        integer      RW
CustomData                                integer      RO

ActionDeviceKey                           integer      WO
ActionSelector                            integer      RW
ActionGroupKey                            integer      RW
ActionGroupMask                           integer      RW

PayloadSize                               integer      RO
TLParamsLocked                            integer      RW
GevCCP                                    enumeration  RW
GevMACAddress                             integer      RO
GevCurrentIPConfigurationLLA              boolean      RO
GevCurrentIPConfigurationDHCP             boolean      RW
GevCurrentIPConfigurationPersistentIP     boolean      RW
GevIPConfigurationStatus                  enumeration  RO
GevCurrentIPAddress                       integer      RO
GevCurrentSubnetMask                      integer      RO
GevCurrentDefaultGateway                  integer      RO
GevPersistentIPAddress                    integer      RW
GevPersistentSubnetMask                   integer      RW
GevPersistentDefaultGateway               integer      RW
GevInterfaceSelector                      integer      RW
GevNumberOfInterfaces                     integer      RO
GevPAUSEFrameReception                    boolean      RO
GevStreamChannelSelector                  integer      RW
GevSCPHostPort                            integer      RW
GevSCPInterfaceIndex                      integer      RO
GevSCDA                                   integer      RW  RO
GevSCSP                                   integer      RO
GevSCPSPacketSize                         integer      RW  RO
GevSCPSDoNotFragment                      boolean      RW  RO
GevSCPSFireTestPacket                     boolean      RW  RO
GevSCPD                                   integer      RW
GevSCFTD                                  integer      RW
GVSPConfigurationBlockID64Bit             boolean      RW  RO
GevMCPHostPort                            integer      RW
GevMCDA                                   integer      RW
GevMCTT                                   integer      RW
GevMCRC                                   integer      RW
GevMCSP                                   integer      RO
GevGVCPExtendedStatusCodesSelector        enumeration  RW
GevGVCPExtendedStatusCodes                boolean      RW
GevGVCPPendingAck                         boolean      RW
GevSupportedOptionSelector                enumeration  RW
GevSupportedOption                        boolean      RO
GevPrimaryApplicationSwitchoverKey        integer      WO
GevPrimaryApplicationSocket               integer      RO
GevPrimaryApplicationIPAddress            integer      RO
GevFirstURL                               string       RO
GevSecondURL                              string       RO
FrameCounter                              integer      RW
MemoryMaxBlocks                           integer      RO
TimestampLatch                            command      WO
TimestampReset                            command      WO
TimestampLatchValue                       integer      RO
"""
"""Name, type, access of a camera that was just opened, and while TLParamsLocked is 1 where that differs."""

EVENTS = (
    "DeviceTemperatureStatusChanged", "EventLost", "ExposureStart", "ExposureEnd", "FrameStart", "FrameEnd",
    "FrameTransferSkipped", "GigEVisionError", "GigEVisionHeartbeatTimeOut", "PrimaryApplicationSwitch",
    "Line0RisingEdge", "Line0FallingEdge", "Line1RisingEdge", "Line1FallingEdge", "Line2RisingEdge", "Line2FallingEdge",
    "TransferBufferFull", "TransferBufferReady", "TriggerOverlapped", "TriggerReady", "TriggerSkipped",
)  # fmt: skip

ENTRIES = {
    "PixelFormat": "Mono8 Mono10 Mono12 Mono12p",
    "AcquisitionMode": "Continuous SingleFrame MultiFrame",
    "TriggerSource": "All Off Software Line0 Line1 Line2 Counter1End Counter2End Action1",
    "TriggerOverlap": "ReadOut",
    "TriggerActivation": "RisingEdge FallingEdge",
    "ExposureMode": "Timed",
    "ExposureAuto": "Off Once Continuous",
    "ReadoutMode": "Overlapped Sequential",
    "BinningHorizontalMode": "Sum Average",
    "BrightnessAutoPriority": "ExposureAuto GainAuto",
    "LineSelector": "Line0 Line1 Line2 Line3",
    "UserOutputSelector": "UserOutput1 UserOutput2 UserOutput3",
    "TimerTriggerSource": "Off Line0 Software ExposureStart ExposureEnd FrameTransferSkipped TriggerSkipped Action1",
    "CounterEventSource": (
        "Off Counter2End ExposureActive FrameTransferSkipped FrameTrigger TriggerSkipped Line0 Line1 Line2"
    ),
    "CounterResetSource": "Off Counter1End Counter2End Line0 Line1 Line2",
    "CounterEventActivation": "RisingEdge FallingEdge AnyEdge",
    "SequencerFeatureSelector": (
        "ExposureTime ExposureMode Gain TriggerMode Width Height OffsetX OffsetY CounterDuration "
        "CounterEventActivation CounterEventSource CounterResetSource UserOutputValue UserOutputValueAll"
    ),
    "ChunkSelector": (
        "Binning BlackLevel CounterValue DeviceTemperature ExposureTime FrameID Gain Height Image ImageControl "
        "LineStatusAll OffsetX OffsetY PixelFormat SequencerSetActive Timestamp Width"
    ),
    "EventSelector": " ".join(EVENTS),
    "UserSetSelector": "UserSet0 UserSet1 UserSet2 UserSet3",
    "UserSetDefault": "UserSet0",
    "DeviceTemperatureStatus": "Normal High Exceeded",
    "DeviceTemperatureStatusTransitionSelector": "NormalToHigh HighToExceeded ExceededToNormal",
    "InterfaceSpeedMode": "Ethernet100Mbps Ethernet1Gbps",
    "GevIPConfigurationStatus": "None PersistentIP DHCP LLA ForceIP",
    "GevCCP": "OpenAccess ExclusiveAccess ControlAccess ControlAccessSwitchoverActive",
}
"""What can be chosen on a camera that was just opened."""

LIMITS = {
    "Width": (16, 4096, 16),
    "Height": (1, 3000, 1),
    "OffsetX": (0, 0, 16),
    "ExposureTime": (15, 60_000_000, 1),
    "Gain": (1, 251.189, None),
    "BlackLevel": (0, 255, None),
    "AcquisitionFrameRate": (0.01, 65535, None),
    "TriggerDelay": (0, 2_000_000, 1),
    "BrightnessAutoNominalValue": (5, 95, 1),
    "LUTIndex": (0, 4095, 1),
    "LUTValue": (0, 4095, 1),
    "DefectPixelListIndex": (0, 511, 1),
    "DefectPixelListEntryPosX": (0, 4095, 1),
    "DefectPixelListEntryPosY": (0, 2999, 1),
    "LineDebouncerHighTimeAbs": (0, 5000, 1),
    "TimerDelay": (0, 2_000_000, 1),
    "TimerDuration": (4, 2_000_000, 1),
    "CounterValue": (0, 65535, 1),
    "CounterDuration": (1, 65535, 1),
    "CustomDataSelector": (0, 127, 1),
    "CustomData": (0, 255, 1),
    "ActionSelector": (1, 1, 1),
    "GevSCPSPacketSize": (576, 9000, 1),
    "GevSCPD": (0, 4_294_967_295, 1),
}


@pytest.fixture(scope="module")
def cam() -> Iterator[vcx.Camera]:
    with vcx.open_camera("virtual") as camera:
        yield camera


def rows() -> list[list[str]]:
    return [line.split() for line in NODES.splitlines() if line]


def test_the_camera_has_exactly_the_nodes_of_the_table(cam: vcx.Camera) -> None:
    events = {f"Event{event}{what}" for event in EVENTS for what in ("", "Timestamp")}
    assert set(cam.nodes) == {row[0] for row in rows()} | events


def test_every_node_has_the_type_of_the_real_camera(cam: vcx.Camera) -> None:
    assert {row[0]: cam.nodes[row[0]].kind.value for row in rows()} == {row[0]: row[1] for row in rows()}


def test_every_node_can_be_read_and_written_as_on_the_real_camera(cam: vcx.Camera) -> None:
    assert {row[0]: cam.nodes[row[0]].access for row in rows()} == {row[0]: row[2] for row in rows()}


def test_a_running_stream_locks_what_shapes_a_block_and_no_more(cam: vcx.Camera) -> None:
    cam.nodes["TLParamsLocked"].value = 1
    try:
        locked = {row[0]: cam.nodes[row[0]].access for row in rows()}
    finally:
        cam.nodes["TLParamsLocked"].value = 0
    assert locked == {row[0]: row[-1] for row in rows()}


@pytest.mark.parametrize("name", ENTRIES)
def test_the_choices_are_those_of_the_data_sheet(cam: vcx.Camera, name: str) -> None:
    assert sorted(cam.nodes[name].entries) == sorted(ENTRIES[name].split())


@pytest.mark.parametrize("name", LIMITS)
def test_the_limits_are_those_of_the_data_sheet(cam: vcx.Camera, name: str) -> None:
    limits = cam.nodes[name].limits
    assert (limits.minimum, limits.maximum, limits.increment) == LIMITS[name]
