"""The chunks of data sheet row N12: which there are, what they weigh and how they lie behind the image."""

import struct

from vcxg124m.virtual.chunks import CHUNKS, Layout

NAMES = {
    "Binning", "BlackLevel", "CounterValue", "DeviceTemperature", "ExposureTime", "FrameID", "Gain", "Height", "Image",
    "ImageControl", "LineStatusAll", "OffsetX", "OffsetY", "PixelFormat", "SequencerSetActive", "Timestamp", "Width",
}  # fmt: skip
VALUES = {
    "Binning": (2, 1), "BlackLevel": (16.5,), "CounterValue": (3, 4), "DeviceTemperature": (44.6875,),
    "ExposureTime": (4000.0,), "FrameID": (0x100000001,), "Gain": (1.5,), "Height": (3,), "ImageControl": (1,),
    "LineStatusAll": (6,), "OffsetX": (32,), "OffsetY": (5,), "PixelFormat": (0x01080001,), "SequencerSetActive": (7,),
    "Timestamp": (0x123456789,), "Width": (16,),
}  # fmt: skip


def chunks_from_the_end(payload):
    """Walk a block as the standard describes it: data, id, length, from behind."""
    found = {}
    end = len(payload)
    while end:
        number, length = struct.unpack_from(">II", payload, end - 8)
        end -= 8 + length
        assert end >= 0
        assert number not in found
        found[number] = payload[end : end + length]
    return found


def test_n12_there_are_the_17_chunks_of_the_data_sheet_with_ids_of_their_own():
    assert {chunk.name for chunk in CHUNKS} == NAMES
    assert len({chunk.id for chunk in CHUNKS}) == 17


def test_n8_the_largest_block_has_the_payload_size_of_the_data_sheet():
    assert 4096 * 3000 * 2 + Layout(active=True, enabled=frozenset(NAMES)).tail_size == 24_576_224


def test_n8_the_smallest_block_is_empty():
    layout = Layout(active=True, enabled=frozenset())
    assert (layout.image, layout.tail_size, layout.tail(0, {})) == (False, 0, b"")


def test_n12_without_chunk_mode_a_block_is_the_bare_image_whatever_is_enabled():
    layout = Layout(active=False, enabled=frozenset({"Width"}))
    assert (layout.image, layout.tail_size, layout.tail(48, VALUES)) == (True, 0, b"")


def test_n12_every_value_is_found_from_the_end_and_is_big_endian():
    layout = Layout(active=True, enabled=frozenset(NAMES))
    image = bytes(range(48))
    found = chunks_from_the_end(image + layout.tail(48, VALUES))
    by_name = {chunk.name: found[chunk.id] for chunk in CHUNKS}
    assert by_name == {
        "Binning": bytes.fromhex("00000002 00000001"),
        "BlackLevel": bytes.fromhex("41840000"),
        "CounterValue": bytes.fromhex("00000003 00000004"),
        "DeviceTemperature": bytes.fromhex("4232c000"),
        "ExposureTime": bytes.fromhex("40af400000000000"),
        "FrameID": bytes.fromhex("0000000100000001"),
        "Gain": bytes.fromhex("3ff8000000000000"),
        "Height": bytes.fromhex("00000003"),
        "Image": image,
        "ImageControl": bytes.fromhex("00000001"),
        "LineStatusAll": bytes.fromhex("00000006"),
        "OffsetX": bytes.fromhex("00000020"),
        "OffsetY": bytes.fromhex("00000005"),
        "PixelFormat": bytes.fromhex("01080001"),
        "SequencerSetActive": bytes.fromhex("00000007"),
        "Timestamp": bytes.fromhex("0000000123456789"),
        "Width": bytes.fromhex("00000010"),
    }


def test_n12_the_image_chunk_can_be_left_out():
    layout = Layout(active=True, enabled=frozenset({"Width", "Gain"}))
    assert not layout.image
    assert set(chunks_from_the_end(layout.tail(0, VALUES))) == {
        chunk.id for chunk in CHUNKS if chunk.name in {"Width", "Gain"}
    }


def test_n12_the_image_alone_is_a_chunk_with_its_tag():
    layout = Layout(active=True, enabled=frozenset({"Image"}))
    image = bytes(48)
    (content,) = chunks_from_the_end(image + layout.tail(48, {})).values()
    assert content == image


def test_n12_different_layouts_have_different_ids():
    one, other = (
        Layout(active=True, enabled=frozenset({"Width"})),
        Layout(active=True, enabled=frozenset({"Gain"})),
    )
    assert one.id != other.id
    assert one.id == Layout(active=True, enabled=frozenset({"Width"})).id
