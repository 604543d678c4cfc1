"""Identification and temperature (SFNC chapter "Device Control")."""

from __future__ import annotations

from vcxg124m.enums import InterfaceSpeedMode, TemperatureStatus
from vcxg124m.features._descriptor import (
    EnumerationReading,
    FeatureGroup,
    Float,
    FloatReading,
    IntegerReading,
    String,
    StringReading,
)

__all__ = ["Device", "Temperature"]


class Device(FeatureGroup):
    """Who the camera is."""

    vendor = StringReading("DeviceVendorName", doc="Maker.")
    model = StringReading("DeviceModelName", doc="Model.", sheet="S1")
    family = StringReading("DeviceFamilyName", doc="Model family.")
    serial_number = StringReading("DeviceSerialNumber", doc="Serial number.")
    version = StringReading("DeviceVersion", doc="Release.")
    firmware_version = StringReading("DeviceFirmwareVersion", doc="Firmware version.")
    manufacturer_info = StringReading("DeviceManufacturerInfo", doc="Maker's further words.")
    user_id = String("DeviceUserID", doc="Name given by the user; 15 characters always fit.")
    sensor_name = StringReading("SensorName", doc="Image sensor.", sheet="S1")
    link_speed = IntegerReading("DeviceLinkSpeed", unit="B/s", doc="Speed of the network link.", sheet="N1")
    link_mode = EnumerationReading("InterfaceSpeedMode", InterfaceSpeedMode, doc="Kind of link.", sheet="N1")
    heartbeat_timeout_us = Float(
        "DeviceLinkHeartbeatTimeout",
        unit="us",
        doc="Silence of the host after which the camera gives up its control.",
    )


class Temperature(FeatureGroup):
    """The camera's temperature and its judgement of it."""

    celsius = FloatReading(
        "DeviceTemperature", unit="degC", doc="Temperature inside the housing.", sheet="E1"
    )
    status = EnumerationReading(
        "DeviceTemperatureStatus",
        TemperatureStatus,
        doc="Normal, High or Exceeded; in Exceeded no image is sent.",
        sheet="E1",
    )
