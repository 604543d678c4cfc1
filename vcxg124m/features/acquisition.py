"""Frame rate, exposure and trigger (SFNC chapter "Acquisition Control")."""

from __future__ import annotations

from typing import cast

from vcxg124m.enums import (
    AcquisitionMode,
    AutoMode,
    ExposureMode,
    ReadoutMode,
    TriggerActivation,
    TriggerMode,
    TriggerOverlap,
    TriggerSource,
)
from vcxg124m.errors import CameraStateError
from vcxg124m.features._descriptor import (
    Boolean,
    Enumeration,
    EnumerationReading,
    FeatureGroup,
    Float,
    Integer,
    IntegerReading,
)

__all__ = ["Acquisition", "Exposure", "Trigger"]


class Acquisition(FeatureGroup):
    """How frames follow each other."""

    mode = Enumeration("AcquisitionMode", AcquisitionMode, doc="Frames per acquisition start.", sheet="A6")
    frame_count = Integer("AcquisitionFrameCount", doc="Frames of one start in mode MultiFrame.", sheet="A6")
    readout_mode = Enumeration("ReadoutMode", ReadoutMode, doc="Exposure during readout or not.", sheet="A8")
    readout_time_us = IntegerReading(
        "ReadOutTime", unit="us", doc="Readout of the current region.", sheet="A2"
    )

    @property
    def frame_rate_hz(self) -> float | None:
        """Limit of the frame rate in Hz, 0.01 to 65535 (data sheet A5); None: as fast as sensor and link allow.

        Raises
        ------
        FeatureValueError
            The rate is outside the camera's limits.
        FeatureUnavailableError
            The camera cannot limit its rate.
        """
        if self._nodes.peek("AcquisitionFrameRateEnable") is False:
            return None
        return self._nodes.get_float("AcquisitionFrameRate")

    @frame_rate_hz.setter
    def frame_rate_hz(self, value: float | None) -> None:
        if value is None:
            self._nodes.set("AcquisitionFrameRateEnable", value=False)
        else:
            self.set_frame_rate_hz(value)

    def set_frame_rate_hz(self, value: float, *, nearest: bool = False) -> float:
        """Limit the frame rate; ``nearest=True`` takes the nearest possible rate. Returns what was written."""
        with self._nodes.lock:
            was_off = self._nodes.peek("AcquisitionFrameRateEnable") is False
            if was_off:
                self._nodes.set("AcquisitionFrameRateEnable", value=True)
            try:
                return cast("float", self._nodes.set("AcquisitionFrameRate", value, nearest=nearest))
            except BaseException:
                if was_off:
                    self._nodes.set("AcquisitionFrameRateEnable", value=False)
                raise


class Exposure(FeatureGroup):
    """How long light is gathered."""

    time_us = Float(
        "ExposureTime", unit="us", doc="Exposure time, 15 us to 60 s; from 1 us if short.", sheet="P1"
    )
    short_exposure = Boolean("ShortExposureTimeEnable", doc="Allow 1 us to 15 us.", sheet="P1")
    auto = Enumeration("ExposureAuto", AutoMode, doc="Automatic exposure.", sheet="P3")
    mode = EnumerationReading("ExposureMode", ExposureMode, doc="What ends the exposure.", sheet="A8")

    def set_time_us(self, value: float, *, nearest: bool = False) -> float:
        """Set the exposure time in us; ``nearest=True`` takes the nearest possible one. Returns what was written."""
        return cast("float", self._nodes.set("ExposureTime", value, nearest=nearest))


class Trigger(FeatureGroup):
    """What starts a frame (data sheet T1 to T5)."""

    mode = Enumeration("TriggerMode", TriggerMode, doc="Free running (Off) or triggered.", sheet="T1")
    source = Enumeration("TriggerSource", TriggerSource, doc="What triggers.", sheet="T3")
    activation = Enumeration("TriggerActivation", TriggerActivation, doc="Edge of a line.", sheet="T3")
    overlap = EnumerationReading("TriggerOverlap", TriggerOverlap, doc="Trigger during readout.", sheet="T2")
    delay_us = Float("TriggerDelay", unit="us", doc="Delay, 0 to 2 s.", sheet="T5")

    def configure(
        self,
        source: TriggerSource | str,
        *,
        activation: TriggerActivation | str | None = None,
        delay_us: float | None = None,
    ) -> None:
        """Switch the trigger on.

        Parameters
        ----------
        source
            What triggers, for example "Software" or "Line0".
        activation
            Edge of a line source; unchanged by default.
        delay_us
            Delay between trigger and exposure in us; unchanged by default.

        Raises
        ------
        FeatureValueError, FeatureAccessError, FeatureUnavailableError
            The camera does not accept a value; the trigger mode is then unchanged.
        """
        with self._nodes.lock:
            self.source = source
            if activation is not None:
                self.activation = activation
            if delay_us is not None:
                self.delay_us = delay_us
            self.mode = TriggerMode.ON

    def disable(self) -> None:
        """Let the camera run freely."""
        self.mode = TriggerMode.OFF

    def fire(self) -> None:
        """Give one software trigger.

        The camera skips it unless an acquisition runs and it is ready for the next frame.

        Raises
        ------
        CameraStateError
            The trigger is off, or its source does not listen to software.
        """
        with self._nodes.lock:
            mode, source = self.mode, self.source
            if mode != TriggerMode.ON:
                raise CameraStateError(
                    'The trigger is off, the camera runs freely: first call trigger.configure(source="Software").'
                )
            if source not in {TriggerSource.SOFTWARE, TriggerSource.ALL}:
                raise CameraStateError(
                    f"The camera is triggered by {source} and ignores software triggers: "
                    'first call trigger.configure(source="Software").'
                )
            self._nodes.execute("TriggerSoftware")
