"""Everything that an image depends on besides scene, seed and frame index."""

from __future__ import annotations

from dataclasses import dataclass

from vcxg124m.datasheet import ACQUISITION, DEVICE, PREPROCESSING, SENSOR
from vcxg124m.virtual import packing, patterns

BINNING_MODES = ("Sum", "Average")

_WIDTH = ACQUISITION.width
_GAIN_MAX = 10 ** (PREPROCESSING.gain_db.maximum / 20)


@dataclass(frozen=True)
class SensorSettings:
    """How the camera takes one frame, in the order of `docs/explanation/sensor-model.md`.

    Attributes
    ----------
    width, height, offset_x, offset_y : int
        Region in pixels of the binned and mirrored image.
    binning_horizontal, binning_vertical : int
        1 or 2 (data sheet P5).
    binning_horizontal_mode, binning_vertical_mode : str
        ``Sum`` or ``Average`` of the binned pixels' values.
    reverse_x, reverse_y : bool
        Flips (P6), applied before the region is cut out.
    exposure_s : float
        Seconds, more than 0.
    gain : float
        Linear factor, 1 to 251.19 (P2: 48 dB).
    black_level : float
        DN of 12 bits, 0 to 255 (P2), added after the gain.
    defects : tuple of (int, int)
        Column and row on the sensor of the pixels to correct (P7), at most 512; empty switches the correction off.
        Checked where it is used, as the table is: settings are made more often than lists change.
    lut : tuple of int, optional
        4096 values, 0 to 4095 (P4); None lets values pass.
    pixel_format : str
        SFNC name.
    test_pattern, sensor_test_pattern : str
        SFNC names: of the image processor, which replaces the finished image, and of the sensor, which replaces the
        converter's values.
    light : float
        Brightness of the scene's lamp, 0 or more; 1 is what the scene says.
    temperature_celsius : float
        Of the sensor, for the dark current.
    metered : tuple of int, optional
        ``(x, y, width, height)`` in pixels of the image: where the brightness is measured for the auto functions (P3);
        None measures nothing.
    """

    width: int = SENSOR.width
    height: int = SENSOR.height
    offset_x: int = 0
    offset_y: int = 0
    binning_horizontal: int = 1
    binning_vertical: int = 1
    binning_horizontal_mode: str = "Sum"
    binning_vertical_mode: str = "Sum"
    reverse_x: bool = False
    reverse_y: bool = False
    exposure_s: float = DEVICE.factory_exposure_time_us * 1e-6
    gain: float = 1.0
    black_level: float = 0.0
    defects: tuple[tuple[int, int], ...] = ()
    lut: tuple[int, ...] | None = None
    pixel_format: str = "Mono8"
    test_pattern: str = "Off"
    sensor_test_pattern: str = "Off"
    light: float = 1.0
    temperature_celsius: float = 45.0
    metered: tuple[int, int, int, int] | None = None

    def __post_init__(self) -> None:
        self._check_region()
        for name, value, accepted, limits in (
            ("exposure_s", self.exposure_s, self.exposure_s > 0, "more than 0 s"),
            ("gain", self.gain, 1 <= self.gain <= _GAIN_MAX, f"a factor for {PREPROCESSING.gain_db} dB"),
            (
                "black_level",
                self.black_level,
                self.black_level in PREPROCESSING.black_level_dn12,
                f"{PREPROCESSING.black_level_dn12} DN at 12 bits",
            ),
            ("light", self.light, 0 <= self.light < float("inf"), "0 or more"),
        ):
            if not accepted:
                raise ValueError(f"{name}={value} not accepted: {limits}")
        for name, choices in (
            ("binning_horizontal_mode", BINNING_MODES),
            ("binning_vertical_mode", BINNING_MODES),
            ("pixel_format", ACQUISITION.pixel_formats),
            ("test_pattern", patterns.TEST_PATTERNS),
            ("sensor_test_pattern", patterns.TEST_PATTERNS),
        ):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name}={getattr(self, name)!r} not accepted: one of {', '.join(choices)}")

    def _check_region(self) -> None:
        factors = PREPROCESSING.binning_factors
        if self.binning_horizontal not in factors or self.binning_vertical not in factors:
            wanted = f"{self.binning_horizontal}x{self.binning_vertical}"
            raise ValueError(f"binning {wanted} not accepted: {factors[0]} or {factors[1]} each way")
        width_max, height_max = self.size_max
        if self.width not in _WIDTH:
            raise ValueError(f"width={self.width} not accepted: {_WIDTH}")
        for name, size, offset, limit in (
            ("width", self.width, self.offset_x, width_max),
            ("height", self.height, self.offset_y, height_max),
        ):
            if size < 1 or offset < 0 or size + offset > limit:
                raise ValueError(
                    f"{name}={size} at offset {offset} not accepted: must lie within 0 to {limit}"
                )
        if self.metered is not None:
            x, y, width, height = self.metered
            if not (0 <= x < x + width <= self.width and 0 <= y < y + height <= self.height):
                raise ValueError(
                    f"metered={self.metered} not accepted: inside {self.width}x{self.height}, not empty"
                )

    @property
    def size_max(self) -> tuple[int, int]:
        """WidthMax and HeightMax: the sensor's size after binning."""
        return SENSOR.width // self.binning_horizontal, SENSOR.height // self.binning_vertical

    @property
    def payload_bytes(self) -> int:
        """Bytes of the packed image."""
        return packing.payload_size(self.width * self.height, self.pixel_format)

    @property
    def sensor_columns(self) -> slice:
        """Columns of the sensor behind the region."""
        return _on_sensor(
            self.offset_x, self.width, self.binning_horizontal, SENSOR.width, reverse=self.reverse_x
        )

    @property
    def sensor_rows(self) -> slice:
        """Rows of the sensor behind the region."""
        return _on_sensor(
            self.offset_y, self.height, self.binning_vertical, SENSOR.height, reverse=self.reverse_y
        )


def _on_sensor(offset: int, size: int, binning: int, sensor_size: int, *, reverse: bool) -> slice:
    """Sensor pixels behind a span of image pixels."""
    start, stop = offset * binning, (offset + size) * binning
    return slice(sensor_size - stop, sensor_size - start) if reverse else slice(start, stop)
