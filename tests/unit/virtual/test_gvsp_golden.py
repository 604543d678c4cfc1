"""The device's GVSP against the golden bytes."""

import dataclasses

import numpy as np
import pytest
from vcxg_testing.device import Rig
from vcxg_testing.golden import load

from vcxg124m.virtual.gvsp import CHUNK_DATA, CHUNKS_APPENDED, Block, Channel, Sending, bursts
from vcxg124m.virtual.gvsp import IMAGE as IMAGE_TYPE
from vcxg124m.virtual.status import Status

GVSP = load("gvsp")
STANDARD = Channel(destination=("10.0.0.2", 50000), packet_size=56, extended_ids=False, do_not_fragment=False)
EXTENDED = dataclasses.replace(STANDARD, packet_size=68, extended_ids=True)
SMALL = Block(
    channel=STANDARD,
    block_id=0x1234,
    timestamp_ns=0x123456789,
    pixel_format=0x01080001,
    width=16,
    height=3,
    offset_x=32,
    offset_y=5,
    size=48,
)
SMALL_EXTENDED = dataclasses.replace(SMALL, channel=EXTENDED, block_id=0x100001234)
IMAGE = np.arange(48, dtype=np.uint8)


def datagrams(block, *, together, sendings=None):
    """The datagrams as a receiver gets them: bursts cut apart as the kernel does."""
    result = []
    for burst in bursts(block, IMAGE, together=together, sendings=sendings):
        data = b"".join(burst.buffers)
        step = burst.segment or len(data)
        pieces = [data[i : i + step] for i in range(0, len(data), step)]
        assert len(pieces) == burst.packets
        result += pieces
    return result


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize(("block", "suffix"), [(SMALL, ""), (SMALL_EXTENDED, "_EXTENDED")])
def test_a_block_leaves_as_the_golden_datagrams(block, suffix, together):
    names = ("IMAGE_LEADER", "IMAGE_PAYLOAD_1", "IMAGE_PAYLOAD_2", "IMAGE_PAYLOAD_3", "IMAGE_TRAILER")
    assert datagrams(block, together=together) == [GVSP[name + suffix] for name in names]


@pytest.mark.parametrize("together", [True, False])
def test_lost_packets_are_missing_and_the_others_stay_where_they_were(together):
    left = [Sending(0, 0), Sending(1, 1), Sending(3, 3)]
    names = ("IMAGE_LEADER", "IMAGE_PAYLOAD_1", "IMAGE_PAYLOAD_3")
    assert datagrams(SMALL, together=together, sendings=left) == [GVSP[name] for name in names]


@pytest.mark.parametrize(
    ("name", "code"),
    [("MONO8", 0x01080001), ("MONO10", 0x01100003), ("MONO12", 0x01100005), ("MONO12P", 0x010C0047)],
)
@pytest.mark.parametrize(("suffix", "extended"), [("", 0), ("_EXTENDED", 0x40000000)])
def test_the_camera_opens_full_frames_with_the_golden_leaders(
    name: str, code: int, suffix: str, extended: int
) -> None:
    rig = Rig()
    rig.open_stream()
    assert rig.write(0x0960, extended) == 0
    assert rig.set("PixelFormat", code) == 0
    assert rig.write(0x0944, 1) == 0  # timestamp 0 is now
    number = ["MONO8", "MONO10", "MONO12", "MONO12P"].index(name) + 1
    rig.now += 8e-9 * number
    assert rig.set("AcquisitionStart", 1) == 0
    (frame,) = rig.device.frames_to_send()
    block = dataclasses.replace(frame.block, block_id=number)
    assert (frame.block.block_id, block.leader()) == (1, GVSP[f"LEADER_{name}{suffix}"])


def test_a_full_frame_at_1500_ends_with_the_golden_trailer() -> None:
    rig = Rig()
    rig.open_stream(packet_size=1500)
    rig.set("AcquisitionStart", 1)
    (frame,) = rig.device.frames_to_send()
    assert frame.block.trailer() == GVSP["TRAILER_FULL_FRAME_MONO8_1500"]


@pytest.mark.parametrize(
    ("extended", "name"), [(0, "TEST_PACKET_HEADER"), (0x40000000, "TEST_PACKET_HEADER_EXTENDED")]
)
def test_a_test_packet_has_the_golden_header_and_exactly_the_packet_size(extended: int, name: str) -> None:
    rig = Rig()
    rig.open_stream()
    rig.write(0x0960, extended)
    assert rig.write(0x0D04, 0xC0000000 | 1500) == 0
    ((data, address, do_not_fragment),) = rig.device.stream_datagrams_to_send()
    assert (len(data), address, do_not_fragment) == (1500 - 28, ("10.0.0.2", 50000), True)
    assert data.startswith(GVSP[name])
    assert rig.read(0x0D04) == 0x40000000 | 1500


def test_the_answer_to_a_resend_request_has_the_golden_bytes() -> None:
    standard = STANDARD.header(3, 0x1234, 2, Status.PACKET_UNAVAILABLE)
    extended = EXTENDED.header(3, 0x100001234, 2, Status.PACKET_UNAVAILABLE)
    assert standard == GVSP["UNAVAILABLE_PAYLOAD_2"]
    assert extended == GVSP["UNAVAILABLE_PAYLOAD_2_EXTENDED"]
    assert STANDARD.header(3, 0x1234, 2, Status.PACKET_REMOVED_FROM_MEMORY) == GVSP["REMOVED_PAYLOAD_2"]
    extended = EXTENDED.header(3, 0x100001234, 2, Status.PACKET_REMOVED_FROM_MEMORY)
    assert extended == GVSP["REMOVED_PAYLOAD_2_EXTENDED"]


@pytest.mark.parametrize(
    ("payload_type", "name", "block_id"),
    [(CHUNK_DATA, "CHUNK", 7), (IMAGE_TYPE | CHUNKS_APPENDED, "IMAGE_CHUNK", 8)],
)
def test_n12_a_block_with_chunks_leaves_as_the_golden_datagrams(payload_type, name, block_id):
    payload = GVSP[f"{name}_PAYLOAD"][8:]
    channel = dataclasses.replace(STANDARD, packet_size=576)
    block = dataclasses.replace(
        SMALL, channel=channel, block_id=block_id, height=1, offset_x=0, offset_y=0, size=len(payload),
        payload_type=payload_type, tail=payload[16:], layout_id=9,
    )  # fmt: skip
    assert block.image_size == 16
    assert [block.leader(), block.trailer()] == [GVSP[f"{name}_LEADER"], GVSP[f"{name}_TRAILER"]]
    sent = list(bursts(block, np.frombuffer(payload, np.uint8), together=True))
    assert b"".join(sent[1].buffers) == GVSP[f"{name}_PAYLOAD"]


def test_n12_a_block_with_chunks_and_extended_ids_has_the_golden_frame():
    channel = dataclasses.replace(EXTENDED, packet_size=576)
    block = dataclasses.replace(
        SMALL, channel=channel, block_id=0x100000008, height=1, offset_x=0, offset_y=0, size=56,
        payload_type=IMAGE_TYPE | CHUNKS_APPENDED, tail=bytes(40), layout_id=9,
    )  # fmt: skip
    assert block.leader() == GVSP["IMAGE_CHUNK_LEADER_EXTENDED"]
    assert block.trailer() == GVSP["IMAGE_CHUNK_TRAILER_EXTENDED"]


def test_n8_an_empty_block_is_a_leader_and_a_trailer():
    block = dataclasses.replace(SMALL, size=0, payload_type=CHUNK_DATA)
    sent = [b"".join(burst.buffers) for burst in bursts(block, np.empty(0, np.uint8), together=True)]
    assert sent == [block.leader(), block.trailer()]
    assert sent[1][4:8] == b"\2\0\0\1"


def test_standard_block_ids_skip_0_and_extended_ones_do_not_wrap() -> None:
    assert [STANDARD.next_block_id(i) for i in (0, 65534, 65535)] == [1, 65535, 1]
    assert EXTENDED.next_block_id(65535) == 65536


@pytest.mark.parametrize(("packet_size", "packets"), [(9000, 7), (1500, 44), (576, 64)])
def test_bursts_stay_below_the_limits_of_the_kernel(packet_size: int, packets: int) -> None:
    channel = dataclasses.replace(STANDARD, packet_size=packet_size)
    block = dataclasses.replace(SMALL, channel=channel, size=1_000_000)
    sizes = [b.packets for b in bursts(block, np.zeros(1_000_000, np.uint8), together=True)]
    assert sizes[0] == sizes[-1] == 1
    assert max(sizes) == packets
    assert packets <= 64
    assert packets * (packet_size - 28) <= 65507
