"""Chunks of a camera that is spoken to over GVCP: what a block consists of, and what the chunks say."""

import struct

import numpy as np
import pytest
from vcxg_testing.device import Rig

from vcxg124m.virtual.gvsp import bursts

NAMES = (
    "Binning", "BlackLevel", "CounterValue", "DeviceTemperature", "ExposureTime", "FrameID", "Gain", "Height", "Image",
    "ImageControl", "LineStatusAll", "OffsetX", "OffsetY", "PixelFormat", "SequencerSetActive", "Timestamp", "Width",
)  # fmt: skip
BUSY = 0x8007


def rig_with(*enabled, active=1):
    """A small image, and only the chunks named."""
    rig = Rig()
    rig.open_stream(packet_size=1500)
    rig.set("Width", 64)
    rig.set("Height", 32)
    rig.set("ChunkModeActive", active)
    for index, name in enumerate(NAMES):
        assert rig.write(rig.address("ChunkEnable") + 4 * index, int(name in enabled)) == 0
    return rig


def exposed(rig):
    """The first frame after a start."""
    assert rig.set("AcquisitionStart", 1) == 0
    (frame, *_) = rig.run_until(rig.now + 0.02)
    rig.set("AcquisitionStop", 1)
    rig.run_until(rig.now + 0.1)
    return frame


def said(block):
    """Bytes of each chunk by its name, read from the end of the block's payload."""
    payload = bytes(block.image_size) + block.tail
    found, end = {}, len(payload)
    while end:
        number, length = struct.unpack_from(">II", payload, end - 8)
        end -= 8 + length
        found[NAMES[number - 1]] = payload[end : end + length]
    return found


def test_n12_without_chunk_mode_a_block_is_an_image_as_ever():
    rig = rig_with(*NAMES, active=0)
    assert rig.get("PayloadSize") == 64 * 32
    block = exposed(rig).block
    assert (block.size, block.payload_type, block.tail) == (64 * 32, 0x0001, b"")


def test_n12_an_image_with_chunks_is_an_extended_image_and_the_payload_size_counts_them():
    rig = rig_with(*NAMES)
    assert rig.get("PayloadSize") == 64 * 32 + 224
    block = exposed(rig).block
    assert (block.size, block.image_size, block.payload_type) == (64 * 32 + 224, 64 * 32, 0x4001)
    assert set(said(block)) == set(NAMES)


def test_n12_without_the_image_a_block_is_chunk_data():
    rig = rig_with("Width", "Timestamp")
    assert rig.get("PayloadSize") == 28
    block = exposed(rig).block
    assert (block.size, block.image_size, block.payload_type) == (28, 0, 0x0004)
    assert said(block)["Width"] == bytes.fromhex("00000040")


def test_n8_with_no_chunk_at_all_the_payload_is_empty_and_blocks_still_come():
    rig = rig_with()
    assert rig.get("PayloadSize") == 0
    block = exposed(rig).block
    assert [len(b"".join(b.buffers)) for b in bursts(block, np.empty(0, np.uint8), together=True)] == [20, 16]


def test_n8_the_largest_block_of_the_camera_is_the_data_sheets():
    rig = rig_with(*NAMES)
    rig.set("Width", 4096)
    rig.set("Height", 3000)
    rig.set("PixelFormat", 0x01100005)
    assert rig.get("PayloadSize") == 24_576_224


def test_n12_the_values_are_those_of_the_frames_exposure():
    rig = rig_with(*NAMES)
    assert (
        rig.set_float("Gain", 2.5)
        == rig.set_float("BlackLevel", 16.0)
        == rig.set_float("ExposureTime", 500.0)
        == 0
    )
    assert rig.set("OffsetX", 32) == rig.set("OffsetY", 7) == rig.set("ReverseY", 1) == 0
    assert rig.set("PixelFormat", 0x01100005) == 0
    rig.write(0x0944, 1)
    rig.now += 0.000_001_608
    block = exposed(rig).block
    content = said(block)
    assert rig.set_float("Gain", 1.0) == 0
    assert said(block) == content
    expected = {
        "Binning": (1, 1), "BlackLevel": (16.0,), "DeviceTemperature": (44.6875,), "ExposureTime": (500.0,),
        "FrameID": (1,), "Gain": (2.5,), "Height": (32,), "ImageControl": (0b1010,), "LineStatusAll": (6,),
        "OffsetX": (32,), "OffsetY": (7,), "PixelFormat": (0x01100005,), "Timestamp": (1608,), "Width": (64,),
    }  # fmt: skip
    forms = {
        "BlackLevel": ">f",
        "DeviceTemperature": ">f",
        "ExposureTime": ">d",
        "Gain": ">d",
        "Binning": ">II",
    }
    forms |= {"FrameID": ">Q", "Timestamp": ">Q"}
    assert {name: struct.unpack(forms.get(name, ">I"), content[name]) for name in expected} == expected


def test_n12_each_frame_has_its_own_number_and_time():
    rig = rig_with("FrameID", "Timestamp")
    rig.set("AcquisitionStart", 1)
    frames = rig.run_until(rig.now + 0.05)
    content = [said(frame.block) for frame in frames]
    assert [int.from_bytes(c["FrameID"], "big") for c in content] == list(range(1, len(frames) + 1))
    assert [int.from_bytes(c["Timestamp"], "big") for c in content] == [f.block.timestamp_ns for f in frames]


def test_a_change_of_the_chunks_is_another_layout():
    layouts = {exposed(rig_with("Image", name)).block.layout_id for name in ("Width", "Height", "Gain")}
    assert len(layouts) == 3


@pytest.mark.parametrize("register", ["ChunkModeActive", "ChunkEnable"])
def test_chunks_are_locked_while_the_stream_runs(register):
    rig = rig_with("Image", "Width")
    rig.set("AcquisitionStart", 1)
    assert rig.set(register, 0) == BUSY
