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
    "AutoMode",
    "ExposureMode",
    "InterfaceSpeedMode",
    "PixelFormat",
    "ReadoutMode",
    "TemperatureStatus",
    "TestPattern",
    "TriggerActivation",
    "TriggerMode",
    "TriggerOverlap",
    "TriggerSource",
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
