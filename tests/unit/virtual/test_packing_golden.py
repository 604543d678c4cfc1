"""The virtual camera's packing against the golden bytes, which the unpacker is held to as well."""

import numpy as np
import pytest
from vcxg_testing.golden import load

from vcxg124m.virtual import packing

MONO12P = load("mono12p")
VECTORS = [name.removesuffix("_PIXELS") for name in MONO12P if name.endswith("_PIXELS")]


@pytest.mark.parametrize("name", VECTORS)
def test_pixels_are_packed_as_written_down(name: str) -> None:
    pixels = np.frombuffer(MONO12P[f"{name}_PIXELS"], ">u2").astype(np.uint16)
    assert packing.pack(pixels, "Mono12p").tobytes() == MONO12P[f"{name}_PACKED"]


def test_lines_of_an_odd_width_go_on_inside_a_byte() -> None:
    image = np.frombuffer(MONO12P["LINES_3X3_PIXELS"], ">u2").astype(np.uint16).reshape(3, 3)
    assert packing.pack(image, "Mono12p").tobytes() == MONO12P["LINES_3X3_PACKED"]
