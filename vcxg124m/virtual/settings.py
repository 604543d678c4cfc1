"""What the camera's registers mean for the next frame, and how the settings bind each other."""

from __future__ import annotations

from dataclasses import dataclass

from vcxg124m.datasheet import PREPROCESSING, SENSOR
from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.address import ip_text
from vcxg124m.virtual.chunks import CHUNKS, Layout
from vcxg124m.virtual.engine.acquisition import Plan
from vcxg124m.virtual.gvsp import Channel
from vcxg124m.virtual.imaging import Imaging
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.sensor_settings import SensorSettings
from vcxg124m.virtual.timing import readout_time, transfer_time


@dataclass(frozen=True, kw_only=True)
class Mode:
    """What the settings mean for the next frame.

    Parameters
    ----------
    plan
        When frames may follow each other.
    settings
        What the sensor draws.
    channel
        Where packets go and how they look.
    pixel_format
        PFNC code.
    image_size
        Bytes of the image.
    layout
        Of a block: image, chunks or both.
    """

    plan: Plan
    settings: SensorSettings
    channel: Channel
    pixel_format: int
    image_size: int
    layout: Layout

    @property
    def size(self) -> int:
        """Bytes of a block's payload."""
        return self.layout.payload_size(self.image_size)


class Settings:
    """Reads the image format, exposure and link settings from the registers and keeps them consistent."""

    def __init__(self, registers: RegisterFile) -> None:
        self.imaging = Imaging(registers)
        self._registers = registers
        self._mode: Mode | None = None
        number = registers.integer
        registers.on_read("WidthMax", lambda _: SENSOR.width // number("BinningHorizontal"))
        registers.on_read("HeightMax", lambda _: SENSOR.height // number("BinningVertical"))
        registers.on_read("WidthLimit", lambda _: number("WidthMax") - number("OffsetX"))
        registers.on_read("HeightLimit", lambda _: number("HeightMax") - number("OffsetY"))
        registers.on_read("OffsetXLimit", lambda _: number("WidthMax") - number("Width"))
        registers.on_read("OffsetYLimit", lambda _: number("HeightMax") - number("Height"))
        registers.on_read("ReadOutTime", lambda _: readout_time(self._sensor_rows()) // 1000)
        registers.on_read("ImageSize", lambda _: self._image_size())
        registers.on_read("PayloadSize", lambda _: self._layout().payload_size(self._image_size()))
        registers.on_read("ExposureTimeMinimum", lambda _: self._exposure_minimum())
        registers.on_write("BinningHorizontal", lambda _value, _index: self._fit("Width", "OffsetX"))
        registers.on_write("BinningVertical", lambda _value, _index: self._fit("Height", "OffsetY"))
        registers.on_write("ShortExposureTimeEnable", lambda _value, _index: self._raise_exposure())

    def changed(self) -> None:
        """Take note that registers may have changed."""
        self._mode = None

    def settle(self) -> None:
        """Bring settings together that were not written one by one."""
        self._fit("Width", "OffsetX")
        self._fit("Height", "OffsetY")
        self._raise_exposure()
        self.changed()

    def mode(self) -> Mode:
        """Return what the registers mean; worked out once after a change."""
        if self._mode is None:
            self._mode = self._work_out()
        return self._mode

    def channel(self) -> Channel:
        """Return the stream channel as it is set now."""
        number = self._registers.integer
        address, port, size = number("SCDA"), number("SCP") & 0xFFFF, number("SCPS")
        return Channel(
            destination=(ip_text(address), port) if address and port else None,
            packet_size=size & bootstrap.PACKET_SIZE_BITS,
            extended_ids=bool(number("GvspConfiguration") & bootstrap.EXTENDED_IDS),
            do_not_fragment=bool(size & bootstrap.DO_NOT_FRAGMENT),
        )

    def _sensor_rows(self) -> int:
        """Rows that the sensor reads: binning comes after it (data sheet A1)."""
        return self._registers.integer("Height") * self._registers.integer("BinningVertical")

    def _image_size(self) -> int:
        number = self._registers.integer
        bits = number("PixelFormat") >> 16 & 0xFF
        return number("Width") * number("Height") * bits // 8

    def _layout(self) -> Layout:
        registers = self._registers
        enabled = (chunk.name for i, chunk in enumerate(CHUNKS) if registers.integer("ChunkEnable", i))
        return Layout(bool(registers.integer("ChunkModeActive")), frozenset(enabled))

    def _fit(self, size: str, offset: str) -> None:
        """Shrink the region to what binning leaves."""
        registers = self._registers
        largest = registers.integer(f"{size}Max")
        registers.store(size, min(registers.integer(size), largest))
        registers.store(offset, min(registers.integer(offset), largest - registers.integer(size)))

    def _exposure_minimum(self) -> int:
        short = self._registers.integer("ShortExposureTimeEnable")
        limits = PREPROCESSING.short_exposure_time_us if short else PREPROCESSING.exposure_time_us
        return int(limits.minimum)

    def _raise_exposure(self) -> None:
        registers = self._registers
        registers.store("ExposureTime", max(registers.number("ExposureTime"), self._exposure_minimum()))

    def _work_out(self) -> Mode:
        registers, number = self._registers, self._registers.integer
        channel, layout, rows = self.channel(), self._layout(), self._sensor_rows()
        image_size = self._image_size()
        size = layout.payload_size(image_size)
        exposure_us = registers.number("ExposureTime")
        settings = self.imaging.settings()
        plan = Plan(
            triggered=registers.entry("TriggerMode") == "On",
            sequential=registers.entry("ReadoutMode") == "Sequential",
            exposure=round(exposure_us * 1000),
            readout=readout_time(rows),
            transfer=None if channel.destination is None else self._transfer_time(channel, size),
            transfer_delay=number("GevSCFTD"),
            period=self._period(),
        )
        return Mode(
            plan=plan,
            settings=settings,
            channel=channel,
            pixel_format=number("PixelFormat"),
            image_size=image_size,
            layout=layout,
        )

    def _transfer_time(self, channel: Channel, size: int) -> int:
        number = self._registers.integer
        return transfer_time(
            size,
            packet_size=channel.packet_size,
            extended_ids=channel.extended_ids,
            throughput_limit=number("DeviceLinkThroughputLimit"),
            packet_delay=number("SCPD"),
        )

    def _period(self) -> int:
        """Return the ns from frame to frame that the frame rate leaves; 0 while it is not limited."""
        if not self._registers.integer("AcquisitionFrameRateEnable"):
            return 0
        return round(1e9 / self._registers.number("AcquisitionFrameRate"))
