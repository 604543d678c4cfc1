"""Pictures and figures of the live view, with expectations written down by hand."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vcxg124m.view._analysis import figures, grey, picture
from vcxg124m.view._messages import Look

WHOLE = Look(
    id=1, after=0, hold=False, x=0, y=0, width=65536, height=65536, screen_width=100, screen_height=100,
    levels="full", mark_saturated=False, line=None, pointer=None,
)  # fmt: skip


def ramp(rows: int, columns: int) -> np.ndarray:
    """Return an image whose pixel at (x, y) is 100 y + x."""
    return (np.arange(rows)[:, None] * 100 + np.arange(columns)).astype(np.uint16)


def shades(shown: object) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(shown.data)))


def test_few_pixels_are_sent_with_their_values() -> None:
    look = replace(WHOLE, x=2.5, y=1.2, width=3, height=1.5, screen_width=300, screen_height=150)
    shown = picture(ramp(10, 20), look, 4095)
    assert (shown.kind, shown.region) == ("values", (2, 1, 4, 2))
    assert np.frombuffer(shown.data, "<u2").tolist() == [102, 103, 104, 105, 202, 203, 204, 205]


def test_values_of_8_bit_pixels_are_sent_as_16_bit_too() -> None:
    shown = picture(np.full((2, 2), 200, np.uint8), WHOLE, 255)
    assert np.frombuffer(shown.data, "<u2").tolist() == [200] * 4


def test_many_pixels_are_sent_as_a_smaller_picture_of_their_means() -> None:
    image = np.zeros((1000, 2000), np.uint16)
    image[:, 1::2] = 4094  # every other column: the mean is half
    shown = picture(image, replace(WHOLE, screen_width=500, screen_height=250), 4095)
    assert (shown.kind, shown.region) == ("jpeg", (0, 0, 2000, 1000))
    assert shades(shown).shape == (250, 500)
    assert abs(shades(shown).astype(int) - 127).max() <= 1


def test_rows_and_columns_that_fill_no_step_are_left_out_of_the_region_too() -> None:
    shown = picture(
        np.zeros((601, 902), np.uint16), replace(WHOLE, screen_width=300, screen_height=200), 4095
    )
    assert shown.region == (0, 0, 900, 600)
    assert shades(shown).shape == (200, 300)


def test_marks_are_red_where_one_of_the_pixels_behind_is_saturated_and_on_request_only() -> None:
    image = np.full((1200, 1600), 1000, np.uint16)
    image[802, 1203] = 4095
    image[400:404, 800:804] = 4094
    look = replace(WHOLE, screen_width=400, screen_height=300, mark_saturated=True)
    marked = shades(picture(image, look, 4095))
    assert marked.shape == (300, 400, 3)
    red = (marked[..., 0] > 200) & (marked[..., 1] < 80) & (marked[..., 2] < 80)
    assert np.argwhere(red).tolist() == [[200, 300]]
    assert shades(picture(image, replace(look, mark_saturated=False), 4095)).ndim == 2


def test_a_part_that_lies_outside_shows_the_nearest_pixels() -> None:
    look = replace(WHOLE, x=500, y=-40, width=10, height=10)
    assert picture(ramp(10, 20), look, 4095).region == (19, 0, 1, 1)


def test_levels_say_what_is_black_and_white() -> None:
    image = np.repeat(np.array([[50, 100, 150, 200, 300]], np.uint16), 400, 1).repeat(400, 0)
    shown = picture(image, replace(WHOLE, levels=(100, 200), screen_width=2000, screen_height=400), 4095)
    assert shown.levels == (100, 200)
    middles = shades(shown)[200, 200::400].tolist()
    assert np.allclose(middles, [0, 0, 128, 255, 255], atol=1)


def test_a_value_above_the_formats_greatest_is_shown_white() -> None:
    shown = picture(np.full((600, 600), 60000, np.uint16), WHOLE, 4095)
    assert set(shades(shown).flat) == {255}


def test_auto_levels_span_the_values_of_the_picture() -> None:
    image = np.full((600, 600), 1000, np.uint16)
    image[:100] = 300
    image[0, :5] = 4095  # a few hot pixels do not count
    assert picture(image, replace(WHOLE, levels="auto"), 4095).levels == (300, 1000)


def test_auto_levels_of_an_even_picture_are_apart() -> None:
    assert picture(np.full((4, 4), 7, np.uint16), replace(WHOLE, levels="auto"), 4095).levels == (7, 8)


def test_figures_are_those_of_the_part_that_is_shown() -> None:
    image = np.full((100, 100), 4095, np.uint16)
    image[10:20, 30:40] = 500
    image[10, 30] = 4095
    found = figures(image, replace(WHOLE, x=30, y=10, width=10, height=10), 4095)
    assert (found["pixels"], found["counted"], found["saturated"]) == (100, 100, 1)
    assert (found["least"], found["most"]) == (500, 4095)
    assert found["mean"] == pytest.approx(500 + 3595 / 100)
    assert found["sigma"] == pytest.approx(3595 * (0.01 * 0.99) ** 0.5)
    assert found["histogram"][500 // 16] == 99
    assert found["histogram"][-1] == 1
    assert sum(found["histogram"]) == 100


def test_saturation_is_counted_in_every_pixel_of_a_large_image() -> None:
    image = np.zeros((3000, 4096), np.uint16)
    image[1, 1] = image[2999, 4095] = 4095
    found = figures(image, WHOLE, 4095)
    assert (found["pixels"], found["saturated"]) == (3000 * 4096, 2)
    assert found["counted"] < 2**20


def test_the_values_along_a_line_are_one_for_each_pixel() -> None:
    assert figures(ramp(10, 20), replace(WHOLE, line=(2, 3, 6, 3)), 4095)["profile"] == [
        302,
        303,
        304,
        305,
        306,
    ]
    assert figures(ramp(10, 20), replace(WHOLE, line=(2, 3, 2, 1)), 4095)["profile"] == [302, 202, 102]
    assert figures(ramp(10, 20), replace(WHOLE, line=(0, 0, 4, 2)), 4095)["profile"] == [0, 1, 102, 203, 204]
    assert figures(ramp(10, 20), replace(WHOLE, line=(18, 0, 22, 0)), 4095)["profile"] == [18, 19, 19, 19, 19]


def test_the_value_under_the_pointer_is_the_cameras() -> None:
    assert figures(ramp(10, 20), replace(WHOLE, pointer=(7, 4)), 4095)["pointer"] == 407
    assert figures(ramp(10, 20), replace(WHOLE, pointer=(20, 4)), 4095)["pointer"] is None
    assert figures(ramp(10, 20), replace(WHOLE, pointer=(-1, 4)), 4095)["pointer"] is None


def edge(blur: int, brightness: float = 1.0) -> np.ndarray:
    """Return a step from 200 to 1000 that takes ``blur`` pixels."""
    row = np.interp(np.arange(200), [100 - blur / 2, 100 + blur / 2], [200, 1000]) * brightness
    return np.tile(row, (100, 1)).astype(np.uint16)


def test_a_sharper_edge_has_the_greater_focus_figure_whatever_its_brightness() -> None:
    sharp, soft = (figures(edge(blur), WHOLE, 4095)["focus"] for blur in (2, 20))
    assert sharp > 2 * soft > 0
    assert figures(edge(2, 0.5), WHOLE, 4095)["focus"] == pytest.approx(sharp, rel=0.01)


def test_a_slope_of_one_dn_a_pixel_has_the_focus_figure_of_its_gradient() -> None:
    image = np.tile(np.arange(100, 200, dtype=np.uint16), (50, 1))
    assert figures(image, WHOLE, 4095)["focus"] == pytest.approx(1 / 149.5)


def test_too_few_or_black_pixels_have_no_focus() -> None:
    assert figures(np.ones((2, 9), np.uint16), WHOLE, 4095)["focus"] == 0
    assert figures(np.zeros((9, 9), np.uint16), WHOLE, 4095)["focus"] == 0


def test_a_colour_image_is_shown_by_its_mean() -> None:
    image = np.zeros((2, 2, 4), np.uint8)
    image[..., 0], image[..., 1], image[..., 3] = 30, 60, 255
    assert grey(image).tolist() == [[30, 30], [30, 30]]
