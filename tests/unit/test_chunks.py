"""Chunk data: the layout behind an image, bytes by hand, and the record made of it."""

from __future__ import annotations

import pickle
import struct

import numpy as np
import pytest
from vcxg_testing.fake_camera import raw_frame

import vcxg124m as vcx
from vcxg124m._chunk_layout import without_image
from vcxg124m.chunk_data import chunk_data
from vcxg124m.frame import Frame


def block(*chunks: tuple[int, bytes]) -> np.ndarray:
    return np.frombuffer(
        b"".join(data + struct.pack(">II", number, len(data)) for number, data in chunks), np.uint8
    )


def test_an_image_becomes_a_chunk_of_no_bytes_and_the_rest_stays() -> None:
    whole = block((9, bytes(5000)), (7, struct.pack(">d", 2.5)), (1, b"\0\0\0\1\0\0\0\2"))
    assert without_image(whole) == bytes.fromhex(
        "00000009 00000000"
        "4004000000000000 00000007 00000008"
        "0000000100000002 00000001 00000008"
    )  # fmt: skip


def test_a_block_without_chunks_is_empty() -> None:
    assert without_image(np.empty(0, np.uint8)) == b""


@pytest.mark.parametrize("cut", [1, 7, 8, 20])
def test_a_block_that_lacks_its_beginning_is_refused(cut: int) -> None:
    whole = block((9, bytes(100)), (7, bytes(8)))
    with pytest.raises(vcx.ChunkDataError, match="corrupt"):
        without_image(whole[cut:])


def test_a_length_beyond_the_block_is_refused_with_the_chunk_and_both_numbers() -> None:
    wrong = np.frombuffer(bytes(8) + struct.pack(">II", 7, 0xFFFFFFF0), np.uint8)
    with pytest.raises(vcx.ChunkDataError, match="chunk 0x00000007 claims 4294967280 bytes, 8 are there"):
        without_image(wrong)


def test_endless_tiny_chunks_are_given_up() -> None:
    with pytest.raises(vcx.ChunkDataError, match="corrupt"):
        without_image(np.frombuffer(struct.pack(">II", 1, 0) * 1000, np.uint8))


VALUES = {
    "ChunkExposureTime": 250.0, "ChunkGain": 10.0, "ChunkFrameID": 7, "ChunkTimestamp": 8000, "ChunkWidth": 640,
    "ChunkBinningHorizontal": 1, "ChunkBinningVertical": 2, "ChunkCounterValue": (3, 4), "ChunkLineStatusAll": 0b0110,
    "ChunkPixelFormat": "Mono12p", "ChunkSomethingNew": 5,
}  # fmt: skip


def test_the_record_has_plain_values_with_their_units() -> None:
    record = chunk_data(VALUES)
    assert (record.exposure_time_us, record.gain_db, record.gain_factor) == (250.0, 20.0, 10.0)
    assert (record.frame_id, record.timestamp_ns, record.width) == (7, 8000, 640)
    assert record.binning == (1, 2)
    assert record.counter_values == (3, 4)
    assert [record.line(n) for n in range(4)] == [False, True, True, False]
    assert record.pixel_format is vcx.PixelFormat.MONO12P
    assert record.other == {"ChunkSomethingNew": 5}


def test_what_is_not_sent_is_none() -> None:
    record = chunk_data({"ChunkGain": 1.0})
    assert (record.exposure_time_us, record.line(0), record.binning, record.counter_values) == (None,) * 4
    assert repr(record) == "ChunkData(gain_db=0.0, gain_factor=1.0)"


def test_the_record_is_equal_after_a_round_trip_through_pickle() -> None:
    record = chunk_data(VALUES)
    assert pickle.loads(pickle.dumps(record)) == record


def test_a_frame_with_corrupt_chunks_keeps_its_image_and_says_so() -> None:
    frame = Frame(raw_frame(1, chunks=vcx.ChunkDataError("The chunk data are corrupt: no end.")))
    assert frame.image.shape == (2, 16)
    with pytest.raises(vcx.ChunkDataError, match="corrupt"):
        _ = frame.chunks
