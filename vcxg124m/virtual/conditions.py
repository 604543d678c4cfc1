"""What follows from other features: when one is locked or not available, and what it reads then.

Most rules are the readers of hidden registers that rows of the feature table name as `locked_by` or `available`.
"""

from __future__ import annotations

from collections.abc import Callable

from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.features.device import LINK_SPEED_STEP
from vcxg124m.virtual.features.transport_layer import SUPPORTED_OPTIONS
from vcxg124m.virtual.register import Value
from vcxg124m.virtual.registers import RegisterFile

_EXTENDED_STATUS = (bootstrap.EXTENDED_STATUS_1_1_ENABLED, bootstrap.EXTENDED_STATUS_2_0_ENABLED)


def bind(registers: RegisterFile) -> None:
    """Let the hidden registers follow the features that they depend on."""

    def when(name: str, condition: Callable[[int], bool]) -> None:
        registers.on_read(name, lambda index: int(condition(index)))

    entry, number = registers.entry, registers.integer
    when("AcquisitionFrameRateFixed", lambda _: not number("AcquisitionFrameRateEnable"))
    when("ExposureAutoActive", lambda _: entry("ExposureAuto") != "Off")
    when("GainAutoActive", lambda _: entry("GainAuto") != "Off")
    when("TriggerSoftwareListened", lambda _: entry("TriggerSource") in {"All", "Software"})
    when("AutoFeatureRegionFollows", lambda _: entry("AutoFeatureRegionMode") == "Off")
    when("LineIsInput", lambda index: entry("LineMode", index) == "Input")
    when("LineIsOutput", lambda index: entry("LineMode", index) == "Output")
    when("CustomDataFixed", lambda _: entry("CustomDataConfigurationMode") == "Off")
    _bind_auto_region(registers)
    _bind_link(registers)
    _bind_sequencer(registers, when)
    _bind_options(registers, when)


def _bind_auto_region(registers: RegisterFile) -> None:
    """While the region of the auto functions follows that of the image, it reads so."""

    def bind_one(name: str, followed: str) -> None:
        def read(index: int) -> Value:
            follows = registers.integer("AutoFeatureRegionFollows")
            return registers.value(followed) if follows else registers.stored(name, index)

        registers.on_read(name, read)

    for followed in ("OffsetX", "OffsetY", "Width", "Height"):
        bind_one(f"AutoFeature{followed}", followed)


def _bind_link(registers: RegisterFile) -> None:
    """Let no limit be above what the link carries (data sheet N11)."""

    def most(_: int = 0) -> int:
        return registers.integer("LinkSpeed") * LINK_SPEED_STEP

    def limit(index: int) -> int:
        return min(int(registers.stored("DeviceLinkThroughputLimit", index)), most())

    registers.on_read("DeviceLinkThroughputMax", most)
    registers.on_read("DeviceLinkThroughputLimit", limit)


def _bind_sequencer(registers: RegisterFile, when: Callable[[str, Callable[[int], bool]], None]) -> None:
    """Work, change the sets, or neither; and no exposure below 15 us meanwhile (manual of the VCXG.2)."""
    number = registers.integer

    def on(name: str) -> bool:
        return registers.entry(name) == "On"

    def blocked() -> bool:
        return bool(number("TLParamsLocked") or number("ShortExposureTimeEnable"))

    when("SequencerModeLocked", lambda _: blocked() or on("SequencerConfigurationMode"))
    when("SequencerConfigurationModeLocked", lambda _: blocked() or on("SequencerMode"))
    when("SequencerInUse", lambda _: on("SequencerMode") or on("SequencerConfigurationMode"))
    when("SequencerSetsFixed", lambda _: not on("SequencerConfigurationMode"))
    when("SequencerFeaturesFixed", lambda _: on("SequencerMode"))


def _bind_options(registers: RegisterFile, when: Callable[[str, Callable[[int], bool]], None]) -> None:
    number = registers.integer
    when(
        "GevSupportedOption",
        lambda index: bool(number(SUPPORTED_OPTIONS[index][1]) & SUPPORTED_OPTIONS[index][2]),
    )
    when(
        "GevGVCPExtendedStatusCodes",
        lambda index: bool(number("GvcpConfiguration") & _EXTENDED_STATUS[index]),
    )

    def written(value: Value, index: int) -> None:
        others = number("GvcpConfiguration") & ~_EXTENDED_STATUS[index]
        registers.store("GvcpConfiguration", others | (_EXTENDED_STATUS[index] if value else 0))

    registers.on_write("GevGVCPExtendedStatusCodes", written)
