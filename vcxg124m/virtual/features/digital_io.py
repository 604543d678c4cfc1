"""DigitalIOControl: Line0 (input), Line1 and Line2 (both ways), Line3 (output), user outputs."""

from __future__ import annotations

from vcxg124m.datasheet import TRIGGER
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW

LINES = ("Line0", "Line1", "Line2", "Line3")
USER_OUTPUTS = ("UserOutput1", "UserOutput2", "UserOutput3")
_DEBOUNCE = TRIGGER.debouncer_us

DIGITAL_IO_CONTROL = (
    Feature("LineSelector", "Enumeration", "Which line.", value=0, entries=numbered(*LINES), access=RW),
    Feature(
        "LineMode", "Enumeration", "Input or output.",
        count=len(LINES), access=RW, entries=numbered("Input", "Output"), default=(0, 0, 0, 1),
        locked_by="LineModeFixed", selector="LineSelector",
    ),
    Feature(  # the optocouplers work one way only
        "LineModeFixed", "Hidden",
        count=len(LINES), default=tuple(
            int(line in TRIGGER.optocoupler_inputs + TRIGGER.optocoupler_outputs) for line in LINES
        ),
        selector="LineSelector",
    ),
    Feature("LineIsInput", "Hidden", count=len(LINES), selector="LineSelector", invalidated_by=("LineMode",)),
    Feature("LineIsOutput", "Hidden", count=len(LINES), selector="LineSelector", invalidated_by=("LineMode",)),
    Feature(
        "LineInverter", "Boolean", "Whether high and low are exchanged.",
        count=len(LINES), access=RW, selector="LineSelector",
    ),
    Feature(
        "LineStatus", "Boolean", "Level of the line, after the inverter.",
        count=len(LINES), volatile=True, selector="LineSelector",
    ),
    Feature(  # idle: Line1 and Line2 open read high, the optocoupler of Line0 low (seen on VCXG.2)
        "LineStatusAll", "Integer", "Levels of all lines; bit 0 is Line0.",
        default=0x6, volatile=True, representation="HexNumber",
    ),
    Feature(
        "LineSource", "Enumeration", "What an output shows.",
        count=len(LINES), access=RW, available="LineIsOutput", selector="LineSelector",
        entries=numbered("Off", "ExposureActive", "Timer1Active", "ReadoutActive", *USER_OUTPUTS, "TriggerReady"),
    ),
    Feature(
        "LineDebouncerHighTimeAbs", "Float", "How long an input must be high to count.",
        vendor=True, count=len(LINES), access=RW, minimum=_DEBOUNCE.minimum, maximum=_DEBOUNCE.maximum,
        increment=1, unit="us", available="LineIsInput", selector="LineSelector",
    ),
    Feature(
        "LineDebouncerLowTimeAbs", "Float", "How long an input must be low to count.",
        vendor=True, count=len(LINES), access=RW, minimum=_DEBOUNCE.minimum, maximum=_DEBOUNCE.maximum,
        increment=1, unit="us", available="LineIsInput", selector="LineSelector",
    ),
    Feature(
        "UserOutputSelector", "Enumeration", "Which output of the user.",
        value=0, entries=numbered(*USER_OUTPUTS), access=RW,
    ),
    Feature(
        "UserOutputValue", "Boolean", "Level of the selected output.",
        count=len(USER_OUTPUTS), access=RW, selector="UserOutputSelector",
        invalidated_by=("UserOutputValueAll",),
    ),
    Feature(  # follows UserOutputValue, which user sets keep
        "UserOutputValueAll", "Integer", "Levels of all outputs of the user; bit 0 is UserOutput1.",
        access=RW, minimum=0, maximum=(1 << len(USER_OUTPUTS)) - 1, kept=False, representation="HexNumber",
        invalidated_by=("UserOutputValue",),
    ),
)  # fmt: skip
