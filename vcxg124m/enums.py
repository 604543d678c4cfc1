"""The camera's enumerations, in its own spelling.

Members are strings: ``PixelFormat.MONO12P == "Mono12p"``. Wherever one is expected the plain string is accepted
too, because a camera may have entries that are not listed here; ``cam.nodes[name].entries`` tells them.
Member names are the entry's words in capitals.

Source: VCXG-124M data sheet; SFNC 2.4 for the standard names.
"""

from __future__ import annotations

from enum import Enum

__all__ = [
    "AccessStatus",
    "AcquisitionMode",
    "AcquisitionStatusSelector",
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
    "TimerTriggerSource",
    "TriggerActivation",
    "TriggerMode",
    "TriggerOverlap",
    "TriggerSource",
    "UserSet",
]


class CameraEnum(str, Enum):
    """Base: prints and formats as the camera spells it."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, format_spec: str) -> str:
        return format(str(self.value), format_spec)


class PixelFormat(CameraEnum):
    """How pixels lie in memory (data sheet A3; layouts: PFNC)."""

    MONO8 = "Mono8"
    """One byte per pixel."""
    MONO10 = "Mono10"
    """Two bytes per pixel, value 0 to 1023 in the low bits."""
    MONO12 = "Mono12"
    """Two bytes per pixel, value 0 to 4095 in the low bits."""
    MONO12P = "Mono12p"
    """Two pixels in three bytes, least significant bit first."""


class AcquisitionMode(CameraEnum):
    """How many frames one acquisition start yields (data sheet A6)."""

    CONTINUOUS = "Continuous"
    SINGLE_FRAME = "SingleFrame"
    MULTI_FRAME = "MultiFrame"


class AcquisitionStatusSelector(CameraEnum):
    """Which signal ``AcquisitionStatus`` shows (data sheet A7)."""

    ACQUISITION_ACTIVE = "AcquisitionActive"
    ACQUISITION_TRIGGER_WAIT = "AcquisitionTriggerWait"


class ReadoutMode(CameraEnum):
    """Whether the next exposure may run during the readout (data sheet A8)."""

    OVERLAPPED = "Overlapped"
    SEQUENTIAL = "Sequential"


class ExposureMode(CameraEnum):
    """What ends the exposure (data sheet A8)."""

    TIMED = "Timed"


class AutoMode(CameraEnum):
    """State of an automatic function: ``ExposureAuto``, ``GainAuto`` (data sheet P3)."""

    OFF = "Off"
    ONCE = "Once"
    CONTINUOUS = "Continuous"


class TriggerMode(CameraEnum):
    """Free running or triggered (data sheet T1)."""

    OFF = "Off"
    ON = "On"


class TriggerSource(CameraEnum):
    """What starts a frame while the trigger is on (data sheet T3)."""

    ALL = "All"
    OFF = "Off"
    SOFTWARE = "Software"
    LINE0 = "Line0"
    LINE1 = "Line1"
    LINE2 = "Line2"
    COUNTER1_END = "Counter1End"
    COUNTER2_END = "Counter2End"
    ACTION1 = "Action1"


class TriggerActivation(CameraEnum):
    """Which edge of a line triggers."""

    RISING_EDGE = "RisingEdge"
    FALLING_EDGE = "FallingEdge"


class TriggerOverlap(CameraEnum):
    """When a trigger is accepted while a frame is still read out (data sheet T2)."""

    READ_OUT = "ReadOut"


class TestPattern(CameraEnum):
    """Images that the camera computes instead of exposing."""

    __test__ = False  # pytest would take the name for a test class

    OFF = "Off"
    BLACK = "Black"
    WHITE = "White"
    GREY_HORIZONTAL_RAMP = "GreyHorizontalRamp"
    GREY_VERTICAL_RAMP = "GreyVerticalRamp"
    GREY_DIAGONAL_RAMP = "GreyDiagonalRamp"
    GREY_HORIZONTAL_RAMP_MOVING = "GreyHorizontalRampMoving"
    GREY_VERTICAL_RAMP_MOVING = "GreyVerticalRampMoving"


class TemperatureStatus(CameraEnum):
    """The camera's own judgement of its temperature; in ``EXCEEDED`` it sends no image (data sheet E1)."""

    NORMAL = "Normal"
    HIGH = "High"
    EXCEEDED = "Exceeded"


class BinningMode(CameraEnum):
    """How binned pixels become one (data sheet P5)."""

    SUM = "Sum"
    AVERAGE = "Average"


class BrightnessAutoPriority(CameraEnum):
    """Which automatic function moves first (data sheet P3)."""

    EXPOSURE_AUTO = "ExposureAuto"
    GAIN_AUTO = "GainAuto"


class AutoFeatureRegionMode(CameraEnum):
    """Whether the automatic functions look at the whole region or at one of their own (data sheet P3)."""

    OFF = "Off"
    ON = "On"


class LutContent(CameraEnum):
    """What the lookup table is filled with (data sheet P4)."""

    GAMMA = "Gamma"
    USERDEFINED_LUT = "UserdefinedLUT"


class LineMode(CameraEnum):
    """Direction of a line (data sheet T9)."""

    INPUT = "Input"
    OUTPUT = "Output"


class LineSource(CameraEnum):
    """Signal on an output (data sheet T10)."""

    OFF = "Off"
    EXPOSURE_ACTIVE = "ExposureActive"
    TIMER1_ACTIVE = "Timer1Active"
    READOUT_ACTIVE = "ReadoutActive"
    USER_OUTPUT1 = "UserOutput1"
    USER_OUTPUT2 = "UserOutput2"
    USER_OUTPUT3 = "UserOutput3"
    TRIGGER_READY = "TriggerReady"


class TimerTriggerSource(CameraEnum):
    """What starts the timer (data sheet T12)."""

    OFF = "Off"
    LINE0 = "Line0"
    SOFTWARE = "Software"
    EXPOSURE_START = "ExposureStart"
    EXPOSURE_END = "ExposureEnd"
    FRAME_TRANSFER_SKIPPED = "FrameTransferSkipped"
    TRIGGER_SKIPPED = "TriggerSkipped"
    ACTION1 = "Action1"


class EdgeActivation(CameraEnum):
    """Which edges of a signal count."""

    RISING_EDGE = "RisingEdge"
    FALLING_EDGE = "FallingEdge"
    ANY_EDGE = "AnyEdge"


class CounterEventSource(CameraEnum):
    """What a counter counts; of the counters' ends only the other one's (data sheet T13)."""

    OFF = "Off"
    COUNTER1_END = "Counter1End"
    COUNTER2_END = "Counter2End"
    EXPOSURE_ACTIVE = "ExposureActive"
    FRAME_TRANSFER_SKIPPED = "FrameTransferSkipped"
    FRAME_TRIGGER = "FrameTrigger"
    TRIGGER_SKIPPED = "TriggerSkipped"
    LINE0 = "Line0"
    LINE1 = "Line1"
    LINE2 = "Line2"


class CounterResetSource(CameraEnum):
    """What sets a counter back (data sheet T13)."""

    OFF = "Off"
    COUNTER1_END = "Counter1End"
    COUNTER2_END = "Counter2End"
    LINE0 = "Line0"
    LINE1 = "Line1"
    LINE2 = "Line2"


class SequencerMode(CameraEnum):
    """Whether the sequencer runs, or is being configured (data sheet Q1)."""

    OFF = "Off"
    ON = "On"


class SequencerTriggerSource(CameraEnum):
    """What makes the sequencer take a path (data sheet Q2); mind ``ReadOutActive``, spelt unlike a line's source."""

    OFF = "Off"
    COUNTER1_END = "Counter1End"
    COUNTER2_END = "Counter2End"
    EXPOSURE_ACTIVE = "ExposureActive"
    LINE0 = "Line0"
    LINE1 = "Line1"
    LINE2 = "Line2"
    READ_OUT_ACTIVE = "ReadOutActive"
    TIMER1_END = "Timer1End"


class UserSet(CameraEnum):
    """A stored set of settings (data sheet M3)."""

    FACTORY = "UserSet0"
    USER_SET1 = "UserSet1"
    USER_SET2 = "UserSet2"
    USER_SET3 = "UserSet3"


class HeartbeatMode(CameraEnum):
    """Whether a silent application loses control."""

    ON = "On"
    OFF = "Off"


class IpConfigurationStatus(CameraEnum):
    """Where the camera's present address comes from (data sheet N2)."""

    NONE = "None"
    PERSISTENT_IP = "PersistentIP"
    DHCP = "DHCP"
    LLA = "LLA"
    FORCE_IP = "ForceIP"


class InterfaceSpeedMode(CameraEnum):
    """Speed that the link came up with (data sheet N1)."""

    ETHERNET_100_MBPS = "Ethernet100Mbps"
    ETHERNET_1_GBPS = "Ethernet1Gbps"


class AccessStatus(CameraEnum):
    """Who may open a camera now, as a GenTL producer reports it at discovery."""

    UNKNOWN = "Unknown"
    READ_WRITE = "ReadWrite"
    READ_ONLY = "ReadOnly"
    NO_ACCESS = "NoAccess"
    BUSY = "Busy"
    OPEN_READ_WRITE = "OpenReadWrite"
    OPEN_READ_ONLY = "OpenReadOnly"
