"""Frames: bytes to pixels, and what is said about them."""

from __future__ import annotations

import numpy as np
import pytest
from vcxg_testing.fake_camera import raw_frame

import vcxg124m as vcx
from vcxg124m.frame import Frame, decode


def octets(text: str) -> np.ndarray:
    return np.frombuffer(bytes.fromhex(text), np.uint8)


@pytest.mark.parametrize(
    ("code", "data", "pixels", "dtype"),
    [
        (0x01080001, "00 7f ff 01", [[0, 127], [255, 1]], np.uint8),
        (0x01100003, "ff03 0000 0100 0002", [[1023, 0], [1, 512]], np.uint16),
        (0x01100005, "ff0f 0000 0100 0008", [[4095, 0], [1, 2048]], np.uint16),
        (0x010C0047, "bcfade 00f0ff", [[0xABC, 0xDEF], [0x000, 0xFFF]], np.uint16),
    ],
)
def test_the_cameras_formats_become_pixels(
    code: int, data: str, pixels: list[list[int]], dtype: type
) -> None:
    image = decode(octets(data), code, 2, 2)
    assert image.dtype == dtype
    assert image.tolist() == pixels
    assert image.flags.writeable
    assert image.flags.c_contiguous


def test_bytes_behind_the_image_are_ignored() -> None:
    assert decode(octets("01 02 03 04 ff ff"), 0x01080001, 2, 2).tolist() == [[1, 2], [3, 4]]


def test_line_padding_is_left_out() -> None:
    assert decode(octets("01 02 ee 03 04 ee"), 0x01080001, 2, 2, line_padding=1).tolist() == [[1, 2], [3, 4]]


def test_colour_has_a_third_dimension() -> None:
    assert decode(octets("010203 040506"), 0x02180014, 2, 1).tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_too_few_bytes_are_an_error_with_both_numbers() -> None:
    with pytest.raises(vcx.PayloadSizeError, match="2x2 Mono12p needs 6 bytes, the frame has 5") as e:
        decode(octets("0102030405"), 0x010C0047, 2, 2)
    assert (e.value.actual, e.value.required) == (5, 6)


def test_a_frame_of_an_unknown_format_keeps_its_bytes() -> None:
    frame = Frame(raw_frame(1, pixel_format=0x010A0046))
    assert frame.pixel_format == "0x010A0046"
    assert frame.raw is not None
    assert frame.raw.tolist() == [1] * 32
    with pytest.raises(vcx.PixelFormatError, match=r"frame\.raw has the bytes"):
        _ = frame.image


def test_raw_bytes_are_kept_when_asked_for() -> None:
    assert Frame(raw_frame(3)).raw is None
    source = raw_frame(3)
    frame = Frame(source, keep_raw=True)
    source.payload[:] = 0
    assert frame.raw is not None
    assert frame.raw.tolist() == [3] * 32
    assert frame.image.tolist() == [[3] * 16] * 2


def test_an_image_beside_raw_bytes_is_made_when_it_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[int] = []
    monkeypatch.setattr("vcxg124m.frame.decode", lambda *a, **k: decoded.append(1) or decode(*a, **k))
    frame = Frame(raw_frame(3), keep_raw=True)
    assert decoded == []
    assert frame.image is frame.image
    assert decoded == [1]


def test_a_frame_tells_what_came_with_it() -> None:
    frame = Frame(raw_frame(9, offset_x=16, offset_y=4))
    assert (frame.frame_id, frame.timestamp_ns, frame.complete) == (9, 9000, True)
    assert frame.pixel_format is vcx.PixelFormat.MONO8
    assert (frame.width, frame.height, frame.offset_x, frame.offset_y) == (16, 2, 16, 4)
    assert frame.chunks is None
    assert repr(frame) == "<Frame 9: 16x2 Mono8, complete, offset (16, 4), 0.000009 s>"


def test_an_incomplete_frame_shows_it() -> None:
    assert "incomplete, 16 of 32 bytes" in repr(Frame(raw_frame(9, complete=False)))
