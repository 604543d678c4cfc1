"""What the registers mean for the sensor, and what the automatic functions write into them."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from vcxg124m.datasheet import PREPROCESSING
from vcxg124m.virtual.auto import AutoLimits, BrightnessAuto, Drive, Priority
from vcxg124m.virtual.register import Register
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.sensor_settings import SensorSettings

_GAIN_MAX = 10 ** (PREPROCESSING.gain_db.maximum / 20)
_LUT_TOP = 2**PREPROCESSING.lut_bits - 1


def with_factory_list(rows: Iterable[Register], defects: Sequence[tuple[int, int]]) -> Iterator[Register]:
    """Give the list of defect pixels its content at delivery: the defects that this specimen was found to have.

    Parameters
    ----------
    rows
        All registers.
    defects
        Column and row on the sensor of each.
    """
    contents = {
        "DefectPixelListEntryActive": [1] * len(defects),
        "DefectPixelListEntryPosX": [x for x, _ in defects],
        "DefectPixelListEntryPosY": [y for _, y in defects],
    }
    for row in rows:
        values = contents.get(row.name)
        yield row if values is None else replace(row, default=(*values, *[0] * (row.count - len(values))))


class Imaging:
    """Reads the sensor's settings from the registers and moves those that are automatic.

    Attributes
    ----------
    light : float
        Brightness of the scene's lamp; 1 is what the scene says.
    """

    def __init__(self, registers: RegisterFile) -> None:
        self.light = 1.0
        self._registers = registers
        self._automatic: tuple[bool, bool] = (False, False)
        self._auto = BrightnessAuto(Drive(0, 0))
        self._table: tuple[bytes | float, tuple[int, ...]] = (b"", ())
        self._list: tuple[tuple[bytes, ...], tuple[tuple[int, int], ...]] = ((), ())

    def settings(self) -> SensorSettings:
        """Return how the next frame is to be taken."""
        registers, number = self._registers, self._registers.integer
        return SensorSettings(
            width=number("Width"),
            height=number("Height"),
            offset_x=number("OffsetX"),
            offset_y=number("OffsetY"),
            binning_horizontal=number("BinningHorizontal"),
            binning_vertical=number("BinningVertical"),
            binning_horizontal_mode=registers.entry("BinningHorizontalMode"),
            binning_vertical_mode=registers.entry("BinningVerticalMode"),
            reverse_x=bool(number("ReverseX")),
            reverse_y=bool(number("ReverseY")),
            exposure_s=registers.number("ExposureTime") / 1e6,
            gain=min(float(registers.number("Gain")), _GAIN_MAX),  # the register rounds 48 dB up
            black_level=float(registers.number("BlackLevel")),
            defects=self._defects() if number("DefectPixelCorrection") else (),
            lut=self._lut() if number("LUTEnable") else None,
            pixel_format=registers.entry("PixelFormat"),
            test_pattern=registers.entry("TestPattern", 0),
            sensor_test_pattern=registers.entry("TestPattern", 1),
            light=self.light,
            temperature_celsius=float(registers.number("DeviceTemperature")),
            metered=self._metered(),
        )

    def brightness_measured(self, taken: SensorSettings, brightness: float) -> None:
        """Let the automatic functions act on a frame.

        Parameters
        ----------
        taken
            Settings of that frame.
        brightness
            Mean of its metered pixels in DN of 12 bits.
        """
        registers = self._registers
        modes = registers.entry("ExposureAuto"), registers.entry("GainAuto")
        automatic = modes[0] != "Off", modes[1] != "Off"
        now = Drive(float(registers.number("ExposureTime")), float(registers.number("Gain")))
        if automatic != self._automatic:
            self._automatic, self._auto = automatic, BrightnessAuto(now)
        if not any(automatic):
            return
        drive, settled = self._auto.next(
            self._auto_limits(automatic), brightness, Drive(round(taken.exposure_s * 1e6), taken.gain)
        )
        registers.store("ExposureTime", drive.exposure_us if automatic[0] else now.exposure_us)
        registers.store("Gain", drive.gain if automatic[1] else now.gain)
        if settled:
            for name, mode in zip(("ExposureAuto", "GainAuto"), modes, strict=True):
                if mode == "Once":
                    registers.store_entry(name, "Off")

    def _auto_limits(self, automatic: tuple[bool, bool]) -> AutoLimits:
        number = self._registers.number
        return AutoLimits(
            moves_exposure=automatic[0],
            moves_gain=automatic[1],
            priority=cast("Priority", self._registers.entry("BrightnessAutoPriority")),
            nominal=number("BrightnessAutoNominalValue") / 100,
            exposure_us=(number("ExposureAutoMinValue"), number("ExposureAutoMaxValue")),
            gain=(number("GainAutoMinValue"), min(number("GainAutoMaxValue"), _GAIN_MAX)),
            black_level=number("BlackLevel"),
        )

    def _metered(self) -> tuple[int, int, int, int] | None:
        """Return the part of the image to measure: none without an automatic function or when outside."""
        registers, number = self._registers, self._registers.integer
        if registers.entry("ExposureAuto") == registers.entry("GainAuto") == "Off":
            return None
        width, height = number("Width"), number("Height")
        if registers.entry("AutoFeatureRegionMode") == "Off":
            return 0, 0, width, height
        left, top = number("AutoFeatureOffsetX"), number("AutoFeatureOffsetY")
        right, bottom = (
            min(left + number("AutoFeatureWidth"), width),
            min(top + number("AutoFeatureHeight"), height),
        )
        return (left, top, right - left, bottom - top) if left < right and top < bottom else None

    def _lut(self) -> tuple[int, ...]:
        """Return the table, made anew only when its registers have changed."""
        registers = self._registers
        source: bytes | float
        if registers.entry("LUTContent") == "Gamma":
            source = float(registers.number("Gamma"))
        else:
            source = registers.content("LUTValue")
        if source != self._table[0]:
            if isinstance(source, bytes):
                table = struct.unpack(f">{len(source) // 4}I", source)
            else:
                table = tuple(round(_LUT_TOP * (value / _LUT_TOP) ** source) for value in range(_LUT_TOP + 1))
            self._table = source, table
        return self._table[1]

    def _defects(self) -> tuple[tuple[int, int], ...]:
        """Return the active entries of the list, made anew only when its registers have changed."""
        names = ("DefectPixelListEntryActive", "DefectPixelListEntryPosX", "DefectPixelListEntryPosY")
        source = tuple(self._registers.content(name) for name in names)
        if source != self._list[0]:
            entries = zip(
                *(struct.unpack(f">{len(content) // 4}I", content) for content in source), strict=True
            )
            self._list = source, tuple((x, y) for active, x, y in entries if active)
        return self._list[1]
