"""What a notebook shows for frames, cameras and statistics."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from vcxg_testing.fake_camera import INFO, FakeDevice, raw_frame
from vcxg_testing.rich import Shown

import vcxg124m as vcx
from vcxg124m.chunk_data import chunk_data
from vcxg124m.frame import Frame

MONO12, MONO12P, BGR8 = 0x01100005, 0x010C0047, 0x02180015


def frame_of(pixels: np.ndarray, pixel_format: int, **rest: object) -> Frame:
    payload = np.ascontiguousarray(pixels).view(np.uint8).reshape(-1)
    return Frame(
        raw_frame(
            7, width=pixels.shape[1], height=pixels.shape[0], payload=payload, pixel_format=pixel_format,
            received=payload.size, expected=payload.size, **rest,
        )
    )  # fmt: skip


def full_range(height: int, width: int) -> np.ndarray:
    """From black on the left to the greatest value on the right."""
    return np.tile(np.linspace(0, 4095, width).astype(np.uint16), (height, 1))


def test_a_frame_is_shown_in_a_size_that_fits_on_a_page() -> None:
    picture, histogram = Shown(frame_of(full_range(3000, 4096), MONO12)).pictures
    assert picture.shape == (375, 512)  # an eighth of each side
    assert np.all(np.diff(picture[0].astype(int)) >= 0)
    assert (picture[0, 0], picture[0, -1]) == (0, 255)
    assert histogram.shape == (64, 256, 4)


def test_a_small_frame_is_shown_larger_with_its_own_pixels() -> None:
    shown = Shown(frame_of(full_range(30, 64), MONO12))
    assert shown.pictures[0].shape == (30, 64)
    assert shown.sizes[0] == (512, 240)


def test_a_line_is_shown_high_enough_to_be_seen() -> None:
    shown = Shown(frame_of(full_range(1, 4096), MONO12))
    assert shown.sizes[0] == (512, 24)


def test_the_facts_of_a_frame_are_those_of_all_its_pixels() -> None:
    pixels = full_range(100, 64)
    pixels[17, 3] = 4095  # between two pixels of a small picture
    shown = Shown(frame_of(pixels, MONO12, offset_x=16, offset_y=3, timestamp_ns=1_234_567_890))
    assert shown["array"] == "(100, 64) uint16"
    assert shown["pixel format"] == "Mono12"
    assert shown["region"] == "64 x 100 at (16, 3)"
    assert shown["min, mean, max"] == f"0, {pixels.mean():.1f}, 4095 DN"
    assert shown["saturated"] == "101 pixels, 1.58%"
    assert shown["timestamp"].startswith("1.234568 s")
    assert "Frame 7" in shown.text


def test_the_histogram_ends_in_red_where_pixels_are_saturated() -> None:
    saturated = Shown(frame_of(full_range(100, 64), MONO12)).pictures[1]
    below = Shown(frame_of(np.minimum(full_range(100, 64), 4094), MONO12)).pictures[1]
    red = (217, 69, 61, 255)
    assert np.all(saturated[-2, -1] == red)
    assert not np.any(np.all(below == red, axis=-1))


def test_the_histogram_has_a_bar_where_the_pixels_are() -> None:
    flat = Shown(frame_of(np.full((10, 16), 1000, np.uint16), MONO12)).pictures[1]
    columns = np.flatnonzero(flat[0, :, 3])
    assert columns.tolist() == [1000 // 16]


def test_a_dark_frame_is_shown_brighter_and_says_so() -> None:
    dark = np.full((10, 16), 40, np.uint16)
    shown = Shown(frame_of(dark, MONO12))
    assert shown["shown"] == "64 x brighter"
    assert np.all(shown.pictures[0] == 40 * 64 // 16)
    assert shown["min, mean, max"] == "40, 40.0, 40 DN"


def test_colour_is_shown_in_its_own_colours() -> None:
    pixels = np.zeros((4, 4, 3), np.uint8)
    pixels[..., 0] = 200  # blue comes first in BGR8
    picture = Shown(frame_of(pixels, BGR8)).pictures[0]
    assert picture[0, 0].tolist() == [0, 0, 200]


def test_an_incomplete_frame_is_marked() -> None:
    shown = Shown(Frame(raw_frame(7, complete=False)))
    assert "incomplete: 16 of 32 bytes came" in shown.text
    assert "2px solid #d9453d" in Frame(raw_frame(7, complete=False))._repr_html_()
    assert "incomplete" not in Frame(raw_frame(7))._repr_html_()


def test_a_frame_without_pixels_has_no_picture() -> None:
    shown = Shown(frame_of(np.zeros((0, 16), np.uint8), 0x01080001))
    assert shown.pictures == []
    assert shown["array"] == "(0, 16) uint8"


def test_a_frame_of_an_unknown_format_has_its_reason_instead_of_a_picture() -> None:
    shown = Shown(Frame(raw_frame(7, pixel_format=0x010A0046)))
    assert shown.pictures == []
    assert "0x010A0046" in shown.text
    assert shown["region"] == "16 x 2 at (0, 0)"


def test_chunk_data_stand_behind_a_click() -> None:
    frame = Frame(raw_frame(7, chunks={"ChunkExposureTime": 4000.0, "ChunkCounterValue": (3, 4)}))
    shown = Shown(frame)
    assert shown["exposure_time_us"] == "4000.0"
    assert shown["counter_values"] == "(3, 4)"
    assert "<details><summary>chunk data</summary>" in frame._repr_html_()


EVIL = "<script>alert('x')</script><img src=\"x\" onerror='1'>"


def test_names_from_the_network_cannot_become_part_of_the_page() -> None:
    """`Shown` refuses elements and attributes that no display has."""
    device = FakeDevice()
    device.info = replace(
        INFO,
        model=EVIL,
        vendor=EVIL,
        serial_number=EVIL,
        user_id=EVIL,
        mac=EVIL,
        interface=EVIL,
        producer=EVIL,
    )
    device.nodes.by_name["TriggerMode"].value = "On"
    for node in ("TriggerSource", "PixelFormat", "DeviceTemperatureStatus"):
        device.nodes.by_name[node].value = EVIL
    cam = vcx.Camera(device)
    shown = Shown(cam)
    assert shown["serial number"] == EVIL
    assert shown["trigger"] == EVIL
    assert Shown(cam.stream()).text.count("<script>") == 2
    cam.close()
    assert Shown(cam)["user id"] == EVIL
    assert chunk_data({"ChunkStrange": EVIL}).other
    assert Shown(Frame(raw_frame(1, chunks={"ChunkStrange": EVIL})))["ChunkStrange"] == EVIL
    assert Shown(vcx.StreamStatistics(buffers=1, counters={EVIL: 3}))[EVIL] == "3"


@pytest.fixture
def device() -> FakeDevice:
    return FakeDevice()


def test_a_camera_is_shown_with_its_main_settings(device: FakeDevice) -> None:
    with vcx.Camera(device) as cam:
        cam.exposure.auto = "Continuous"
        shown = Shown(cam)
    assert "Baumer VCXG-124M" in shown.text
    assert shown["serial number"] == "700000000001"
    assert shown["address"] == "127.0.0.2, 00:06:be:00:00:01, lo"
    assert shown["state"] == "open"
    assert shown["image"] == "4096 x 3000 Mono8"
    assert shown["exposure"] == "4000 us, automatic: Continuous"
    assert shown["gain"] == "0.00 dB"
    assert shown["trigger"] == "off: free running"
    assert shown["temperature"] == "44.7 degC, Normal"
    assert "limited by the link" in shown["frame rate"]


def test_a_camera_that_streams_says_so(device: FakeDevice) -> None:
    with vcx.Camera(device) as cam, cam.stream():
        assert Shown(cam)["state"] == "streaming"


def test_a_closed_camera_is_shown_with_what_is_known(device: FakeDevice) -> None:
    cam = vcx.Camera(device)
    cam.close()
    shown = Shown(cam)
    assert (shown["state"], shown["serial number"]) == ("closed", "700000000001")
    assert "Settings" not in shown.text


def test_a_camera_that_does_not_answer_is_shown_and_asked_only_once(device: FakeDevice) -> None:
    asked = []

    def silence() -> float:
        asked.append(1)
        raise vcx.DeviceCommunicationError("Reading DeviceTemperature failed: no answer.")

    with vcx.Camera(device) as cam:
        for node in device.nodes.by_name.values():
            node.read = silence
        shown = Shown(cam)
        assert shown["state"] == "does not answer"
        assert "no answer" in shown.text
        assert len(asked) == 1
        assert "VCXG-124M" in repr(cam)


def test_statistics_add_up_in_a_table() -> None:
    shown = Shown(
        vcx.StreamStatistics(delivered=90, incomplete=5, missed=2, dropped=1, underrun=1, in_flight=1)
    )
    numbers = {row[0]: int(row[1]) for row in shown.rows[1:]}
    sent = numbers.pop("= sent")
    assert sent == sum(numbers.values()) == 100
    assert shown["incomplete"] == "5 5.00%"


def test_statistics_of_nothing_have_no_share_that_is_no_number() -> None:
    assert Shown(vcx.StreamStatistics())["delivered"] == "0 0.00%"
