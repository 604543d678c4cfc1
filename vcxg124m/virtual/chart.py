"""The default scene: a test chart with grey steps, slanted edges, resolution targets and something that moves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vcxg124m.datasheet import SENSOR
from vcxg124m.virtual import _glyphs
from vcxg124m.virtual.scene import WHITE_PHOTON_RATE, Patch

# Reflectances of the chart.
_PAPER, _INK, _WHITE, _BLACK = 0.62, 0.04, 1.0, 0.02
# The ball's square patch runs along the rail.
_BALL, _BALL_STEP = 120, 26
_RAIL_X, _RAIL_Y, _RAIL_LENGTH = 248, 520, 3604
_COUNTER_SCALE, _COUNTER_AT = 16, (3356, 240)


class Chart:
    """A test chart under a lamp, with a ball that runs along a rail and a counter that shows the frame index.

    White paper in the middle reaches 85 % of saturation at the factory exposure of 4 ms and gain 1. On it: a
    label (which way is up, what is mirrored), a sinusoidal Siemens star and line groups (resolution, focus),
    slanted edges (MTF), twenty grey steps of a factor 1.3 (photon transfer, linearity), rulers along the
    borders in sensor pixels (region, binning). The lamp falls off towards the corners by a fifth.
    """

    def __init__(self) -> None:
        self._photon_rate: NDArray[np.float32] | None = None
        x = np.linspace(-1, 1, SENSOR.width, dtype=np.float32)
        y = np.linspace(-0.73, 0.73, SENSOR.height, dtype=np.float32)
        self._lamp_x = np.asarray(WHITE_PHOTON_RATE * (1 - 0.13 * x * x), np.float32)
        self._lamp_y = np.asarray(1 - 0.13 * y * y, np.float32)[:, np.newaxis]
        self._digits = [
            np.where(_glyphs.text_mask(digit, _COUNTER_SCALE), _INK, _PAPER).astype(np.float32)
            for digit in "0123456789"
        ]
        self._ball = _ball(_BALL)

    def photon_rate(self, index: int) -> NDArray[np.float32]:  # noqa: ARG002 - the same in every frame
        """Return what stands still; drawn at the first call, in about 0.2 s."""
        if self._photon_rate is None:
            canvas = _draw_chart()
            canvas *= self._lamp_x
            canvas *= self._lamp_y
            canvas.flags.writeable = False
            self._photon_rate = canvas
        return self._photon_rate

    def moving(self, index: int) -> Sequence[Patch]:
        """Return the ball, which crosses the rail and back in 268 frames, and the counter's six digits."""
        track = _RAIL_LENGTH - _BALL
        way = index * _BALL_STEP % (2 * track)
        ball_x = _RAIL_X + (way if way < track else 2 * track - way)
        digits = np.hstack([self._digits[int(digit)] for digit in f"{index % 1_000_000:06d}"])
        return self._lit(ball_x, _RAIL_Y, self._ball), self._lit(*_COUNTER_AT, digits)

    def _lit(self, x: int, y: int, reflectance: NDArray[np.float32]) -> Patch:
        height, width = reflectance.shape
        return Patch(x, y, reflectance * self._lamp_x[x : x + width] * self._lamp_y[y : y + height])


def _draw_chart() -> NDArray[np.float32]:
    """Reflectance of everything on the chart that stands still."""
    canvas = np.full((SENSOR.height, SENSOR.width), _PAPER, np.float32)
    _draw_rulers(canvas)
    _write(canvas, 220, 215, "VCXG-124M virtual", 22)
    _write(canvas, _COUNTER_AT[0] - 6 * 6 * _COUNTER_SCALE, _COUNTER_AT[1], "frame", _COUNTER_SCALE)
    canvas[_RAIL_Y + _BALL + 4 : _RAIL_Y + _BALL + 12, _RAIL_X : _RAIL_X + _RAIL_LENGTH] = _INK
    _draw_star(canvas, centre=(1080, 1610), radius=760, cycles=36)
    _draw_line_groups(canvas, left=2050, top=850)
    _draw_slanted_square(canvas, centre=(2500, 1960), half=330, reflectance=_INK)
    _draw_slanted_square(canvas, centre=(3440, 1960), half=330, reflectance=_PAPER / 2)
    for step in range(20):
        left = 248 + 180 * step
        canvas[2480:2780, left : left + 180] = _WHITE / 1.3**step
        _write(canvas, left + 60, 2800, f"{step:02d}", 5)
    return canvas


def _write(canvas: NDArray[np.float32], x: int, y: int, text: str, scale: int) -> None:
    mask = _glyphs.text_mask(text, scale)
    canvas[y : y + mask.shape[0], x : x + mask.shape[1]][mask] = _INK


def _draw_rulers(canvas: NDArray[np.float32]) -> None:
    """Draw a tick every 100 sensor pixels along all borders, a long one every 500."""
    height, width = canvas.shape
    for position in range(100, width, 100):
        length = 80 if position % 500 == 0 else 40
        canvas[:length, position : position + 4] = canvas[height - length :, position : position + 4] = _INK
    for position in range(100, height, 100):
        length = 80 if position % 500 == 0 else 40
        canvas[position : position + 4, :length] = canvas[position : position + 4, width - length :] = _INK


def _draw_star(canvas: NDArray[np.float32], *, centre: tuple[int, int], radius: int, cycles: int) -> None:
    """Draw a Siemens star with a sinusoidal profile: no edges that a pixel grid could alias."""
    reach = np.arange(-radius, radius, dtype=np.float32) + np.float32(0.5)
    x, y = reach[np.newaxis, :], reach[:, np.newaxis]
    distance = np.sqrt(x * x + y * y)
    wave = np.sin(np.arctan2(y, x) * np.float32(cycles))
    # Where a cycle becomes shorter than four pixels the star ends in a plain disc.
    contrast = np.clip((distance - 4 * cycles / (2 * np.pi)) / 4, 0, 1)
    star = (_WHITE + _BLACK) / 2 + (_WHITE - _BLACK) / 2 * contrast * wave
    part = canvas[centre[1] - radius : centre[1] + radius, centre[0] - radius : centre[0] + radius]
    part += np.clip(radius - distance, 0, 1) * (star - part)


def _draw_line_groups(canvas: NDArray[np.float32], *, left: int, top: int) -> None:
    """Draw groups of upright and level lines, each with its period in pixels."""
    for number, period in enumerate((40, 24, 16, 12, 8, 6, 4, 3, 2)):
        x = left + 206 * number
        lines = np.where(np.arange(180) % period * 2 < period, _BLACK, _WHITE).astype(np.float32)
        canvas[top : top + 260, x : x + 180] = lines
        canvas[top + 330 : top + 590, x : x + 180] = np.where(
            np.arange(260) % period * 2 < period, _BLACK, _WHITE
        )[:, np.newaxis]
        _write(canvas, x + 70, top + 275, f"{period}", 6)


def _draw_slanted_square(
    canvas: NDArray[np.float32], *, centre: tuple[int, int], half: int, reflectance: float
) -> None:
    """Draw a square turned by 5 degrees, its edges spread over one pixel."""
    turn = np.deg2rad(5.0)
    size = int(half * 1.2)
    reach = np.arange(-size, size, dtype=np.float32) + np.float32(0.5)
    x, y = reach[np.newaxis, :], reach[:, np.newaxis]
    across = np.abs(x * np.float32(np.cos(turn)) + y * np.float32(np.sin(turn)))
    down = np.abs(y * np.float32(np.cos(turn)) - x * np.float32(np.sin(turn)))
    cover = np.clip(half + 0.5 - np.maximum(across, down), 0, 1)
    part = canvas[centre[1] - size : centre[1] + size, centre[0] - size : centre[0] + size]
    part += cover * (np.float32(reflectance) - part)


def _ball(size: int) -> NDArray[np.float32]:
    """Draw a shaded ball on paper, in a square of `size` pixels."""
    reach = (np.arange(size, dtype=np.float32) + np.float32(0.5)) / (size / 2) - 1
    x, y = reach[np.newaxis, :], reach[:, np.newaxis]
    distance = np.sqrt(x * x + y * y)
    depth = np.sqrt(np.clip(1 - distance * distance, 0, 1))
    shade = np.clip(0.62 * depth - 0.45 * x - 0.6 * y, 0, 1)  # lit from the upper left
    cover = np.clip((1 - distance) * (size / 2), 0, 1)
    return np.asarray(_PAPER + cover * (0.08 + 0.9 * shade - _PAPER), np.float32)
