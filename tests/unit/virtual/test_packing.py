"""Pixel formats are laid on the wire as PFNC says."""

from __future__ import annotations

import numpy as np
import pytest

from vcxg124m.virtual import packing


def mono12p_pair_by_pair(values: list[int]) -> bytes:
    """Slow and obvious: the first pixel of a pair in the low twelve of 24 bits; a last single one in 16."""
    pairs = [values[start : start + 2] for start in range(0, len(values), 2)]
    return b"".join(
        sum(v << 12 * place for place, v in enumerate(pair)).to_bytes(len(pair) + 1, "little")
        for pair in pairs
    )


def test_mono12p_puts_two_pixels_into_three_bytes_low_bits_first():
    # byte 0 = p0[7:0]; byte 1 = p0[11:8] below p1[3:0]; byte 2 = p1[11:4].
    image = np.array([[0xABC, 0xDEF]], np.uint16)
    assert packing.pack(image, "Mono12p").tobytes() == bytes.fromhex("bc fa de")


@pytest.mark.parametrize("count", [*range(40), 32767, 32768, 32769, 65539])
def test_mono12p_packs_any_number_of_pixels(count):
    pixels = np.random.default_rng(count).integers(0, 4096, count, dtype=np.uint16)
    assert packing.pack(pixels, "Mono12p").tobytes() == mono12p_pair_by_pair(pixels.tolist())


def test_lines_of_odd_width_follow_each_other_inside_a_byte():
    image = np.array([[0x111, 0x222, 0x333], [0x444, 0x555, 0x666]], np.uint16)
    assert packing.pack(image, "Mono12p").tobytes() == mono12p_pair_by_pair(
        [0x111, 0x222, 0x333, 0x444, 0x555, 0x666]
    )


def test_mono8_carries_the_upper_eight_bits():
    image = np.array([[0x000, 0x00F, 0x010, 0xABC, 0xFFF]], np.uint16)
    assert packing.pack(image, "Mono8").tobytes() == bytes.fromhex("00 00 01 ab ff")


def test_mono10_carries_the_upper_ten_bits_at_the_low_end_of_little_endian_words():
    image = np.array([[0x003, 0x004, 0xABC, 0xFFF]], np.uint16)
    assert packing.pack(image, "Mono10").tobytes() == bytes.fromhex("0000 0100 af02 ff03")


def test_mono12_is_little_endian_words():
    image = np.array([[0x001, 0xABC, 0xFFF]], np.uint16)
    assert packing.pack(image, "Mono12").tobytes() == bytes.fromhex("0100 bc0a ff0f")


def test_a_view_that_is_not_contiguous_packs_like_its_copy():
    image = np.arange(64, dtype=np.uint16).reshape(8, 8)
    for pixel_format in ("Mono8", "Mono10", "Mono12", "Mono12p"):
        expected = packing.pack(image[::2, ::-1].copy(), pixel_format)
        np.testing.assert_array_equal(packing.pack(image[::2, ::-1], pixel_format), expected)


@pytest.mark.parametrize(
    ("pixel_format", "size"), [("Mono8", 12_288_000), ("Mono10", 24_576_000), ("Mono12p", 18_432_000)]
)
def test_the_payload_size_of_a_full_frame(pixel_format, size):
    assert packing.payload_size(4096 * 3000, pixel_format) == size


def test_a_format_that_the_camera_has_not_is_refused_with_those_it_has():
    with pytest.raises(ValueError, match=r"'Mono12Packed' .*Mono8, Mono10, Mono12, Mono12p"):
        packing.pack(np.zeros((1, 2), np.uint16), "Mono12Packed")
