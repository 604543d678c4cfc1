"""Identification, time and temperature (SFNC chapter "Device Control")."""

from __future__ import annotations

from vcxg124m.enums import InterfaceSpeedMode, TemperatureStatus
from vcxg124m.features._descriptor import (
    BooleanReading,
    Command,
    EnumerationReading,
    FloatReading,
    Integer,
    IntegerReading,
    String,
    StringReading,
)
from vcxg124m.features._group import FeatureGroup

__all__ = ["Device", "Temperature"]

_TRANSITION = "DeviceTemperatureStatusTransitionSelector"


class Device(FeatureGroup):
    """Who the camera is, and its clock."""

    vendor = StringReading("DeviceVendorName", doc="Maker.")
    model = StringReading("DeviceModelName", doc="Model.", sheet="S1")
    family = StringReading("DeviceFamilyName", doc="Model family.")
    serial_number = StringReading("DeviceSerialNumber", doc="Serial number.")
    version = StringReading("DeviceVersion", doc="Release.")
    firmware_version = StringReading("DeviceFirmwareVersion", doc="Firmware version.")
    manufacturer_info = StringReading("DeviceManufacturerInfo", doc="Maker's further words.")
    user_id = String("DeviceUserID", doc="Name given by the user; 15 characters always fit.", kept=False)
    sensor_name = StringReading("SensorName", doc="Image sensor.", sheet="S1")
    gige_vision_major = IntegerReading("DeviceTLVersionMajor", doc="GigE Vision version, major.", sheet="N4")
    gige_vision_minor = IntegerReading("DeviceTLVersionMinor", doc="GigE Vision version, minor.", sheet="N4")
    sfnc_major = IntegerReading("DeviceSFNCVersionMajor", doc="Naming convention, major version.", sheet="N4")
    sfnc_minor = IntegerReading("DeviceSFNCVersionMinor", doc="Naming convention, minor version.", sheet="N4")
    link_speed = IntegerReading("DeviceLinkSpeed", unit="B/s", doc="Speed of the network link.", sheet="N1")
    link_mode = EnumerationReading("InterfaceSpeedMode", InterfaceSpeedMode, doc="Kind of link.", sheet="N1")
    frame_counter = Integer(
        "FrameCounter", doc="Frames since power up; may be preset.", sheet="N7", kept=False
    )
    reset = Command("DeviceReset", doc="Start the camera anew; it must be opened again.")

    def timestamp_ns(self) -> int:
        """Return the camera's clock now: ns since power up or reset, in steps of 8 (data sheet N7).

        The camera notes its time when the command reaches it, within the time of one register access.
        """
        with self._nodes.lock:
            self._nodes.execute("TimestampLatch")
            return self._nodes.get_int("TimestampLatchValue")

    def reset_timestamp(self) -> None:
        """Set the camera's clock to 0 (data sheet N7)."""
        self._nodes.execute("TimestampReset")


class Temperature(FeatureGroup):
    """The camera's temperature and its judgement of it."""

    celsius = FloatReading(
        "DeviceTemperature", unit="degC", doc="Temperature inside the housing.", sheet="E1 S5"
    )
    status = EnumerationReading(
        "DeviceTemperatureStatus",
        TemperatureStatus,
        doc="Normal, High or Exceeded; in Exceeded no image is sent.",
        sheet="E1",
    )
    exceeded = BooleanReading("DeviceTemperatureExceeded", doc="Too hot to send images.", sheet="E1")
    high_from_celsius = Integer(
        "DeviceTemperatureStatusTransition",
        unit="degC",
        doc="From here on the status is High.",
        sheet="E1",
        select={_TRANSITION: "NormalToHigh"},
    )
    exceeded_from_celsius = IntegerReading(
        "DeviceTemperatureStatusTransition",
        unit="degC",
        doc="From here on the status is Exceeded; the maker's.",
        sheet="E1",
        select={_TRANSITION: "HighToExceeded"},
    )
    normal_below_celsius = Integer(
        "DeviceTemperatureStatusTransition",
        unit="degC",
        doc="Below this a camera that was Exceeded is Normal again.",
        sheet="E1",
        select={_TRANSITION: "ExceededToNormal"},
    )
