"""The VCXG-124M's data sheet as typed constants, each with the id of its row.

The one place with these numbers. The virtual camera enforces them. The driver asks the connected camera for
its limits and uses these for planning without a camera and for descriptions. Units are SFNC's where a
feature exists (exposure time and delays in microseconds, rates in Hz, link rates in bytes per second) and
stand in the names; ``MB`` is 10^6 bytes.

One frozen dataclass a chapter, one instance of each: ``SENSOR.width``,
``PREPROCESSING.exposure_time_us.maximum``. `entries` walks over all of them with their row ids.
"""

# ruff: noqa: FBT003, RUF009 - a field is a cell of a table here, `_row` returns a dataclass field

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Generic, TypeVar

Value = TypeVar("Value")
Number = TypeVar("Number", int, float)


def _row(value: Value, rows: str) -> Value:
    """Give a field its value and the data sheet rows that state it."""
    return field(default=value, metadata={"rows": tuple(rows.split())})


@dataclass(frozen=True)
class Range(Generic[Number]):
    """Values from `minimum` to `maximum`, both included; ``increment`` None means the sheet names no step."""

    minimum: Number
    maximum: Number
    increment: Number | None = None

    def __contains__(self, value: float) -> bool:
        if not self.minimum <= value <= self.maximum:
            return False
        if self.increment is None:
            return True
        steps = (value - self.minimum) / self.increment
        return abs(steps - round(steps)) < 1e-6

    def __str__(self) -> str:
        step = "" if self.increment is None else f" in steps of {self.increment}"
        return f"{self.minimum} to {self.maximum}{step}"


@dataclass(frozen=True)
class PartialScan:
    """One row of the partial scan table: minimum exposure, Mono8, frame rates rounded down to whole Hz."""

    name: str
    width: int
    height: int
    sensor_rate_hz: int
    interface_rate_hz: int


@dataclass(frozen=True)
class FullScan:
    """One row of A1: frame rate over the interface in trigger mode, rounded down to whole Hz."""

    binning_horizontal: int
    binning_vertical: int
    width: int
    height: int
    interface_rate_hz: int


@dataclass(frozen=True)
class Pin:
    """One contact of a connector; ``line`` is the SFNC name of the signal where it has one."""

    number: int
    signal: str
    line: str | None = None

    def __str__(self) -> str:
        return f"pin {self.number} {self.signal}{f' ({self.line})' if self.line else ''}"


@dataclass(frozen=True)
class SensorRows:
    """Chapter S."""

    name: str = _row("Sony IMX304", "S1")
    format_inch: float = _row(1.1, "S1")
    technology: str = _row("progressive-scan CMOS", "S1")
    shutter: str = _row("Global", "S1")
    monochrome: bool = _row(True, "S1")
    width: int = _row(4096, "S2")
    height: int = _row(3000, "S2")
    pixel_pitch_um: float = _row(3.45, "S2")
    scan_area_mm: tuple[float, float] = _row((14.13, 10.35), "S2")
    rated_ambient_celsius: float = _row(20.0, "S3")
    rated_gain_db: float = _row(0.0, "S3")
    rated_exposure_time_us: float = _row(4000.0, "S3")
    dark_noise_electrons: float = _row(2.0, "S3")
    saturation_electrons: float = _row(9500.0, "S3")
    dynamic_range_db: float = _row(71.0, "S3")
    snr_db: float = _row(40.0, "S3")
    quantum_efficiency: float = _row(0.673, "S4")
    quantum_efficiency_wavelength_nm: float = _row(536.0, "S4")
    rated_up_to_measurement_point_celsius: float = _row(53.0, "S5")
    rated_up_to_internal_celsius: float = _row(60.0, "S5")


@dataclass(frozen=True)
class AcquisitionRows:
    """Chapter A."""

    trigger_mode_rates: tuple[FullScan, ...] = _row(
        (
            FullScan(1, 1, 4096, 3000, 9),
            FullScan(2, 2, 2048, 1500, 15),
            FullScan(2, 1, 2048, 3000, 15),
            FullScan(1, 2, 4096, 1500, 15),
        ),
        "A1",
    )
    burst_rate_hz: int = _row(15, "A2")
    readout_time_ms: float = _row(65.8, "A2")
    pixel_formats: tuple[str, ...] = _row(("Mono8", "Mono10", "Mono12", "Mono12p"), "A3")
    width: Range[int] = _row(Range(16, 4096, 16), "A4")
    height: Range[int] = _row(Range(1, 3000, 1), "A4")
    frame_rate_hz: Range[float] = _row(Range(0.01, 65535.0), "A5")
    modes: tuple[str, ...] = _row(("Continuous", "SingleFrame", "MultiFrame"), "A6")
    status: tuple[str, ...] = _row(("AcquisitionActive", "AcquisitionTriggerWait"), "A7")
    exposure_modes: tuple[str, ...] = _row(("Timed",), "A8")
    readout_modes: tuple[str, ...] = _row(("Overlapped", "Sequential"), "A8")
    abort_time_max_ms: float = _row(65.8, "A9")
    partial_scan: tuple[PartialScan, ...] = _row(
        (
            PartialScan("Full HD", 1920, 1080, 40, 40),
            PartialScan("HD720", 1280, 720, 59, 59),
            PartialScan("XGA", 1024, 768, 56, 56),
            PartialScan("VGA", 640, 480, 86, 86),
            PartialScan("QVGA", 320, 240, 157, 157),
            PartialScan("QCIF", 176, 144, 232, 232),
            PartialScan("line scan", 4096, 2048, 22, 14),
            PartialScan("line scan", 4096, 1024, 43, 29),
            PartialScan("line scan", 4096, 512, 81, 58),
            PartialScan("line scan", 4096, 128, 252, 235),
            PartialScan("line scan", 4096, 64, 387, 387),
            PartialScan("line scan", 4096, 32, 529, 529),
            PartialScan("line scan", 4096, 8, 728, 728),
            PartialScan("line scan", 4096, 4, 776, 776),
            PartialScan("line scan", 4096, 2, 803, 803),
            PartialScan("line scan", 4096, 1, 817, 817),
        ),
        "A4",
    )


@dataclass(frozen=True)
class PreprocessingRows:
    """Chapter P."""

    exposure_time_us: Range[float] = _row(Range(15.0, 60e6, 1.0), "P1")
    short_exposure_time_us: Range[float] = _row(Range(1.0, 60e6, 1.0), "P1")
    gain_db: Range[float] = _row(Range(0.0, 48.0), "P2")
    black_level_dn12: Range[float] = _row(Range(0.0, 255.0), "P2")
    auto_functions: tuple[str, ...] = _row(("ExposureAuto", "GainAuto", "BrightnessAutoPriority"), "P3")
    auto_region: str = _row("BrightnessAuto", "P3")
    lut: str = _row("Luminance", "P4")
    lut_bits: int = _row(12, "P4")
    binning_factors: tuple[int, ...] = _row((1, 2), "P5")
    flips: tuple[str, ...] = _row(("ReverseX", "ReverseY"), "P6")
    defect_pixels_max: int = _row(512, "P7")
    fixed_pattern_correction: bool = _row(False, "P8")
    colour_processing: bool = _row(False, "P8")


@dataclass(frozen=True)
class TriggerRows:
    """Chapter T: triggers, lines, timers and counters."""

    modes: tuple[str, ...] = _row(("Off", "On"), "T1")
    overlap: str = _row("Readout", "T2")
    sources: tuple[str, ...] = _row(
        ("Line0", "Line1", "Line2", "Software", "Counter1End", "Counter2End", "Action1", "All", "Off"), "T3"
    )
    fixed_delay_us: float = _row(97.7, "T4")
    fixed_delay_during_readout_max_us: float = _row(114.1, "T4")
    delay_us: Range[float] = _row(Range(0.0, 2e6), "T5")
    delayed_triggers_max: int = _row(256, "T5")
    flash_source: str = _row("ExposureActive", "T6")
    flash_delay_max_us: float = _row(3.0, "T6")
    encoder: str = _row("a counter as the trigger source", "T7")
    ptp: bool = _row(False, "T8")
    optocoupler_inputs: tuple[str, ...] = _row(("Line0",), "T9")
    optocoupler_outputs: tuple[str, ...] = _row(("Line3",), "T9")
    gpios: tuple[str, ...] = _row(("Line1", "Line2"), "T9")
    output_sources: tuple[str, ...] = _row(
        (
            "Off",
            "ExposureActive",
            "Timer1",
            "ReadoutActive",
            "UserOutput1",
            "UserOutput2",
            "UserOutput3",
            "TriggerReady",
        ),
        "T10",
    )
    debouncer_us: Range[float] = _row(Range(0.0, 5000.0, 1.0), "T11")
    timers: tuple[str, ...] = _row(("Timer1",), "T12")
    timer_trigger_sources: tuple[str, ...] = _row(
        (
            "Line0",
            "SoftwareTrigger",
            "ExposureStart",
            "ExposureEnd",
            "FrameTransferSkipped",
            "TriggerSkipped",
            "Action1",
            "Off",
        ),
        "T12",
    )
    timer_delay_us: Range[float] = _row(Range(0.0, 2e6, 1.0), "T12")
    timer_duration_us: Range[float] = _row(Range(4.0, 2e6, 1.0), "T12")
    counters: tuple[str, ...] = _row(("Counter1", "Counter2"), "T13")
    counter_value: Range[int] = _row(Range(0, 65535, 1), "T13")
    counter_event_sources: tuple[str, ...] = _row(  # of Counter1End and Counter2End only the other counter's
        (
            "Counter1End",
            "Counter2End",
            "ExposureActive",
            "FrameTransferSkipped",
            "FrameTrigger",
            "TriggerSkipped",
            "Line0",
            "Line1",
            "Line2",
            "Off",
        ),
        "T13",
    )
    counter_reset_sources: tuple[str, ...] = _row(
        ("Counter1End", "Counter2End", "Line0", "Line1", "Line2", "Off"), "T13"
    )
    input_pulse_min_us: float = _row(2.0, "T14")
    output_on_typical_us: float = _row(3.0, "T14")
    output_off_typical_us: float = _row(40.0, "T14")


@dataclass(frozen=True)
class SequencerRows:
    """Chapter Q."""

    sets: int = _row(128, "Q1")
    paths_per_set: int = _row(4, "Q1")
    trigger_sources: tuple[str, ...] = _row(  # the sheet counts Line0 to Line2 as one of its six kinds
        (
            "Counter1End",
            "Counter2End",
            "ExposureActive",
            "Line0",
            "Line1",
            "Line2",
            "ReadoutActive",
            "Timer1End",
        ),
        "Q2",
    )
    features: tuple[str, ...] = _row(
        (
            "ExposureTime",
            "ExposureMode",
            "Gain",
            "TriggerMode",
            "Width",
            "Height",
            "OffsetX",
            "OffsetY",
            "CounterDuration",
            "CounterEventActivation",
            "CounterEventSource",
            "CounterResetSource",
            "UserOutputValue",
            "UserOutputValueAll",
        ),
        "Q3",
    )


@dataclass(frozen=True)
class MemoryRows:
    """Chapter M."""

    image_buffer_mb: int = _row(36, "M1")
    buffered_images_triggered: int = _row(1, "M1")
    buffered_images_free_running: int = _row(1, "M1")
    non_volatile_kb: int = _row(128, "M2")
    factory_user_set: str = _row("UserSet0", "M3")
    user_sets: tuple[str, ...] = _row(("UserSet1", "UserSet2", "UserSet3"), "M3")
    custom_data_bytes: int = _row(128, "M4")


@dataclass(frozen=True)
class NetworkRows:
    """Chapter N."""

    link_speeds_bytes_per_s: tuple[int, ...] = _row((125_000_000, 12_500_000), "N1")
    addressing: tuple[str, ...] = _row(("PersistentIP", "DHCP", "LLA"), "N2")
    packet_size: Range[int] = _row(Range(576, 9000), "N3")
    gige_vision_version: tuple[int, int] = _row((2, 0), "N4")
    gige_vision_compatible_version: tuple[int, int] = _row((1, 2), "N4")
    sfnc_version: tuple[int, int] = _row((2, 4), "N4")
    events: tuple[str, ...] = _row(
        (
            "DeviceTemperatureStatusChanged",
            "EventLost",
            "ExposureEnd",
            "ExposureStart",
            "FrameEnd",
            "FrameStart",
            "FrameTransferSkipped",
            "GigEVisionError",
            "GigEVisionHeartbeatTimeout",
            "PrimaryApplicationSwitch",
            "Line0RisingEdge",
            "Line0FallingEdge",
            "Line1RisingEdge",
            "Line1FallingEdge",
            "Line2RisingEdge",
            "Line2FallingEdge",
            "TransferBufferFull",
            "TransferBufferReady",
            "TriggerOverlapped",
            "TriggerReady",
            "TriggerSkipped",
        ),
        "N5",
    )
    actions: tuple[str, ...] = _row(("Action1",), "N6")
    frame_counter_max: int = _row(2**32, "N7")
    timestamp_bits: int = _row(64, "N7")
    timestamp_increment_ns: int = _row(8, "N7")
    payload_bytes: Range[int] = _row(Range(0, 24_576_224), "N8")
    packet_delay_ns: Range[int] = _row(Range(0, 2**32 - 1), "N9")
    resend_buffer_mb: int = _row(0, "N10")
    throughput_limit_max_bytes_per_s: int = _row(125_000_000, "N11")
    chunks: tuple[str, ...] = _row(
        (
            "Binning",
            "BlackLevel",
            "CounterValue",
            "DeviceTemperature",
            "ExposureTime",
            "FrameID",
            "Gain",
            "Height",
            "Image",
            "ImageControl",
            "LineStatusAll",
            "OffsetX",
            "OffsetY",
            "PixelFormat",
            "SequencerSetActive",
            "Timestamp",
            "Width",
        ),
        "N12",
    )


@dataclass(frozen=True)
class DeviceRows:
    """Chapter E."""

    temperature_accuracy_below_zero_celsius: float = _row(2.0, "E1")
    temperature_accuracy_celsius: float = _row(1.0, "E1")
    temperature_sensor_celsius: Range[float] = _row(Range(-40.0, 85.0), "E1")
    temperature_transitions: tuple[str, ...] = _row(
        ("NormalToHigh", "HighToExceeded", "ExceededToNormal"), "E1"
    )
    operating_internal_celsius: Range[float] = _row(Range(0.0, 75.0), "E1")
    temperature_exceeded_celsius: float = _row(76.0, "E1")
    factory_trigger_mode: str = _row("Off", "E2")
    factory_exposure_time_us: float = _row(4000.0, "E2")
    factory_gain_db: float = _row(0.0, "E2")
    factory_black_level_dn12: float = _row(0.0, "E2")
    factory_pixel_format: str = _row("Mono8", "E2")
    factory_defect_pixel_correction: bool = _row(True, "E2")
    factory_trigger_source: str = _row("All", "E2")
    factory_line3_source: str = _row("Off", "E2")
    leds: tuple[tuple[str, str], ...] = _row(
        (
            ("green static", "link"),
            ("green flashing", "receiving"),
            ("yellow static", "error"),
            ("yellow flashing", "transmitting"),
        ),
        "E3",
    )
    supply_volts: Range[float] = _row(Range(12.0, 24.0), "E4 W3")
    power_watts: float = _row(2.5, "E4")
    power_poe_watts: float = _row(3.0, "E4")


@dataclass(frozen=True)
class WiringRows:
    """Chapter W: connectors, levels, housing and environment. No feature of the camera stands for these."""

    ethernet_connector: str = _row("RJ45 8P8C with screw lock", "W1")
    ethernet_pins: tuple[Pin, ...] = _row(
        (
            Pin(1, "MX1+"),
            Pin(2, "MX1-"),
            Pin(3, "MX2+"),
            Pin(4, "MX3+"),
            Pin(5, "MX3-"),
            Pin(6, "MX2-"),
            Pin(7, "MX4+"),
            Pin(8, "MX4-"),
        ),
        "W1",
    )
    poe_class: int = _row(1, "W1 E4")
    poe_volts: Range[float] = _row(Range(36.0, 57.0), "W1")
    poe_milliamperes_at_48_volts: float = _row(62.0, "W1")
    process_connector: str = _row("M8, 8 pins", "W2")
    process_pins: tuple[Pin, ...] = _row(  # the sheet does not name pin 2
        (
            Pin(1, "GPIO", "Line2"),
            Pin(3, "IN1", "Line0"),
            Pin(4, "GND of IN1"),
            Pin(5, "power VCC of OUT"),
            Pin(6, "OUT1", "Line3"),
            Pin(7, "GND of power and GPIO"),
            Pin(8, "GPIO", "Line1"),
        ),
        "W2",
    )
    supply_tolerance: float = _row(0.20, "W3")
    supply_milliamperes: Range[float] = _row(Range(104.0, 209.0), "W3")
    input_low_volts: Range[float] = _row(Range(0.0, 4.5), "W4")
    input_high_volts: Range[float] = _row(Range(11.0, 30.0), "W4")
    input_milliamperes: Range[float] = _row(Range(3.0, 10.0), "W4")
    output_external_volts: Range[float] = _row(Range(5.0, 30.0), "W5")
    output_max_milliamperes: float = _row(50.0, "W5")
    gpio_input_low_volts: Range[float] = _row(Range(0.0, 0.8), "W6")
    gpio_input_high_volts: Range[float] = _row(Range(2.0, 30.0), "W6")
    gpio_output_low_volts: Range[float] = _row(Range(0.0, 0.4), "W6")
    gpio_output_low_max_milliamperes: float = _row(50.0, "W6")
    gpio_output_high_volts: Range[float] = _row(Range(2.4, 3.3), "W6")
    gpio_output_high_max_milliamperes: float = _row(1.0, "W6")
    gpio_warning: str = _row(
        "Line1 and Line2 share the ground of the supply and have no overload cut-off: "
        "a ground loop or a wrong connection can destroy the camera.",
        "W6",
    )
    lens_mount: str = _row("C-mount, no optical filter", "W7")
    housing: str = _row("zinc die casting", "W7")
    protection: str = _row("IP40 with lens and cable", "W7")
    mass_grams: float = _row(120.0, "W7")
    storage_celsius: Range[float] = _row(Range(-10.0, 70.0), "W8")
    operating_measurement_point_celsius: Range[float] = _row(Range(0.0, 65.0), "W8")
    cooling_needed_above_ambient_celsius: float = _row(30.0, "W8")
    humidity_percent: Range[float] = _row(Range(10.0, 90.0), "W8")
    conformity: tuple[str, ...] = _row(("CE", "RoHS", "REACH", "KC (MSIP-REI-BkR-VCXG-124M)", "EAC"), "W9")
    mtbf_years_at_celsius: tuple[tuple[float, float], ...] = _row(((51.0, 45.0), (33.0, 60.0)), "W9")


SENSOR = SensorRows()
ACQUISITION = AcquisitionRows()
PREPROCESSING = PreprocessingRows()
TRIGGER = TriggerRows()
SEQUENCER = SequencerRows()
MEMORY = MemoryRows()
NETWORK = NetworkRows()
DEVICE = DeviceRows()
WIRING = WiringRows()

_CHAPTERS = (SENSOR, ACQUISITION, PREPROCESSING, TRIGGER, SEQUENCER, MEMORY, NETWORK, DEVICE, WIRING)


@dataclass(frozen=True)
class Entry:
    """One value of the data sheet with the chapter and field that hold it and the rows that state it."""

    chapter: str
    name: str
    rows: tuple[str, ...]
    value: Any


def entries() -> Iterator[Entry]:
    """Walk over every value of the data sheet, in its order.

    Yields
    ------
    Entry
        For example ``Entry("Sensor", "width", ("S2",), 4096)``.
    """
    for chapter in _CHAPTERS:
        title = type(chapter).__name__.removesuffix("Rows")
        for item in fields(chapter):
            yield Entry(title, item.name, item.metadata["rows"], getattr(chapter, item.name))
