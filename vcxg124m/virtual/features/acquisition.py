"""AcquisitionControl: start and stop, frame rate, exposure, triggers."""

from __future__ import annotations

from vcxg124m.datasheet import ACQUISITION, DEVICE, PREPROCESSING, TRIGGER
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import EDGES, INPUTS, RW, STREAM, WO

_RATE = ACQUISITION.frame_rate_hz

ACQUISITION_CONTROL = (
    Feature(
        "AcquisitionMode", "Enumeration", "How many frames a start brings.",
        access=RW, entries=numbered(*ACQUISITION.modes), locked_by=STREAM,
    ),
    Feature(
        "AcquisitionFrameCount", "Integer", "Frames of a MultiFrame acquisition.",
        access=RW, minimum=1, maximum=65535, default=1,
    ),
    Feature("AcquisitionStart", "Command", "Begin to take frames.", access=WO),
    Feature("AcquisitionStop", "Command", "End with the current frame.", access=WO),
    Feature("AcquisitionAbort", "Command", "End at once.", access=WO, visibility="Expert"),
    Feature(
        "AcquisitionFrameRateEnable", "Boolean", "Whether the frame rate is limited.",
        access=RW,
    ),
    Feature(
        "AcquisitionFrameRate", "Float", "Frames a second of a free-running camera.",
        access=RW, minimum=_RATE.minimum, maximum=_RATE.maximum, default=10.0,
        locked_by="AcquisitionFrameRateFixed", unit="Hz",
    ),
    Feature(
        "AcquisitionFrameRateFixed", "Hidden",
        invalidated_by=("AcquisitionFrameRateEnable",),
    ),
    Feature(
        "AcquisitionStatusSelector", "Enumeration", "Which state to ask for.",
        value=0, entries=numbered(*ACQUISITION.status), access=RW,
        visibility="Expert",
    ),
    Feature(
        "AcquisitionStatus", "Boolean", "The selected state.",
        count=2, selector="AcquisitionStatusSelector", volatile=True, visibility="Expert",
    ),
    Feature("AcquisitionActive", "Hidden", volatile=True),
    Feature(
        "ReadoutMode", "Enumeration", "Whether the next exposure may begin during the readout.",
        vendor=True, access=RW, entries=numbered(*ACQUISITION.readout_modes),
    ),
    Feature(
        "ExposureMode", "Enumeration", "What ends an exposure.",
        access=RW, entries=numbered("Timed"),
    ),
    Feature(
        "ExposureTime", "Float", "Duration of an exposure.",
        access=RW, minimum="ExposureTimeMinimum",
        maximum=PREPROCESSING.exposure_time_us.maximum, increment=1, default=DEVICE.factory_exposure_time_us,
        locked_by="ExposureAutoActive", invalidated_by=("ShortExposureTimeEnable",), volatile=True, unit="us",
    ),
    Feature("ExposureAutoActive", "Hidden", volatile=True),
    Feature("ExposureTimeMinimum", "Hidden", invalidated_by=("ShortExposureTimeEnable",)),
    Feature(
        "ShortExposureTimeEnable", "Boolean", "Allow exposures below 15 us.",
        vendor=True, access=RW, locked_by="SequencerInUse",
    ),
    Feature(
        "ExposureAuto", "Enumeration", "Whether the camera finds the exposure time.",
        access=RW, entries=numbered("Off", "Once", "Continuous"), volatile=True,
    ),
    Feature(
        "TriggerSelector", "Enumeration", "What is triggered.",
        value=0, entries=numbered("FrameStart"), access=RW,
    ),
    Feature(
        "TriggerMode", "Enumeration", "Free running or triggered.",
        access=RW, entries=numbered("Off", "On"), selector="TriggerSelector",
    ),
    Feature(
        "TriggerSource", "Enumeration", "Where triggers come from.",
        access=RW, selector="TriggerSelector",
        entries=numbered("All", "Off", "Software", *INPUTS, "Counter1End", "Counter2End", "Action1"),
    ),
    Feature(
        "TriggerActivation", "Enumeration", "Edge of a line that triggers.",
        access=RW, entries=numbered(*EDGES), selector="TriggerSelector",
    ),
    Feature(
        "TriggerOverlap", "Enumeration", "How near to the frame before a trigger may come.",
        value=0, entries=numbered("ReadOut"), access=RW, visibility="Expert", selector="TriggerSelector",
    ),
    Feature(
        "TriggerDelay", "Float", "Time from a trigger to the exposure.",
        access=RW, minimum=TRIGGER.delay_us.minimum, maximum=TRIGGER.delay_us.maximum,
        increment=1, unit="us", visibility="Expert", selector="TriggerSelector",
    ),
    Feature(
        "TriggerSoftware", "Command", "Trigger now.",
        access=WO, available="TriggerSoftwareListened", selector="TriggerSelector",
    ),
    Feature("TriggerSoftwareListened", "Hidden", invalidated_by=("TriggerSource",)),
)  # fmt: skip
