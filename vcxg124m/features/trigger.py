"""What starts a frame (SFNC chapter "Acquisition Control", data sheet T1 to T5)."""

from __future__ import annotations

import time

from vcxg124m.enums import LineMode, TriggerActivation, TriggerMode, TriggerOverlap, TriggerSource
from vcxg124m.errors import CameraStateError, FeatureValueError
from vcxg124m.features._descriptor import Enumeration, EnumerationReading, Float
from vcxg124m.features._group import FeatureGroup
from vcxg124m.features._transaction import Transaction
from vcxg124m.features.acquisition import Acquisition
from vcxg124m.features.lines import Debouncers, Lines

__all__ = ["Trigger"]

_POLL_S = 0.001


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

    def hardware(
        self,
        line: str,
        *,
        activation: TriggerActivation | str = TriggerActivation.RISING_EDGE,
        debounce_us: float = 0.0,
        delay_us: float = 0.0,
    ) -> None:
        """Trigger by a signal on a line, all or nothing.

        Parameters
        ----------
        line
            "Line0" (optocoupler), or the GPIOs "Line1" and "Line2", which become inputs.
        activation
            Which edge triggers.
        debounce_us
            How long the level must hold before it counts, both ways; the trigger comes late by that time, 0 to 5000.
        delay_us
            Delay between trigger and exposure, 0 to 2 s.

        Raises
        ------
        FeatureValueError, FeatureAccessError, FeatureUnavailableError
            The camera does not accept a value; nothing was changed.
        """
        inputs = Debouncers(self._nodes)
        if line not in inputs and line in Lines(self._nodes):
            raise FeatureValueError(
                f"line={line!r} not accepted: it is an output; signals come in at {', '.join(inputs)}.",
                feature="TriggerSource",
                value=line,
            )
        wire, debouncer = Lines(self._nodes)[line], inputs[line]
        with self._nodes.lock, Transaction() as change:
            change.set(self["mode"], TriggerMode.OFF)
            with wire.selected():
                if wire.mode != LineMode.INPUT:
                    change.set(wire["mode"], LineMode.INPUT)
                change.set_all(debouncer, high_time_us=debounce_us, low_time_us=debounce_us)
            change.set_all(self, source=line, activation=activation, delay_us=delay_us, mode=TriggerMode.ON)

    def disable(self) -> None:
        """Let the camera run freely."""
        self.mode = TriggerMode.OFF

    def fire(self) -> None:
        """Give one software trigger.

        The camera skips it unless an acquisition runs and it is ready for the next frame: see :meth:`wait_until_ready`.

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

    def wait_until_ready(self, timeout: float = 1.0) -> None:
        """Wait until the camera would take a trigger (``AcquisitionStatus`` says AcquisitionTriggerWait).

        Parameters
        ----------
        timeout
            Time limit in seconds.

        Raises
        ------
        CameraStateError
            The trigger is off or no acquisition runs, so the camera never becomes ready; or it did not in time.
        """
        status = Acquisition(self._nodes)
        if self.mode != TriggerMode.ON:
            raise CameraStateError(
                "The trigger is off, the camera waits for none: call trigger.configure(...) first."
            )
        deadline = time.monotonic() + timeout
        while not status.waits_for_trigger:
            if not status.active:
                raise CameraStateError(
                    "No acquisition runs: open a stream before waiting for the camera to be ready."
                )
            if time.monotonic() > deadline:
                raise CameraStateError(f"The camera was not ready for a trigger within {timeout:g} s.")
            time.sleep(_POLL_S)
