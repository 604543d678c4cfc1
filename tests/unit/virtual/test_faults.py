"""Faults on purpose: what becomes of packets, and always the same."""

import struct

import numpy as np
import pytest

from vcxg124m.virtual.faults import Faults
from vcxg124m.virtual.gvsp import Block, Channel, Sending, bursts

CHANNEL = Channel(destination=("10.0.0.2", 50000), packet_size=576, extended_ids=False, do_not_fragment=False)
BLOCK = Block(
    channel=CHANNEL,
    block_id=10,
    timestamp_ns=8,
    pixel_format=0x01080001,
    width=540,
    height=100,
    offset_x=0,
    offset_y=0,
    size=100 * 540 - 40,
)
LEADER, TRAILER, LAST = 0, 101, 100
PIXELS = np.arange(BLOCK.size, dtype=np.uint32).astype(np.uint8)


def arriving(faults):
    """Packet ids in the order of arrival."""
    sendings = faults.impairments.sendings(BLOCK)
    return list(range(102)) if sendings is None else [sending.packet for sending in sendings]


def datagrams(faults, *, together=False):
    """The datagrams that arrive, bursts cut apart as the kernel does; late ones at the end."""
    early, late = [], []
    for burst in bursts(BLOCK, PIXELS, together=together, sendings=faults.impairments.sendings(BLOCK)):
        data = b"".join(burst.buffers)
        step = burst.segment or len(data) or 1
        pieces = [data[i : i + step] for i in range(0, max(1, len(data)), step)]
        assert len(pieces) == burst.packets
        (late if burst.delay_s else early).extend(pieces)
    return early + late


SOUND = datagrams(Faults())


def test_without_a_fault_nothing_is_done_to_packets():
    assert Faults().impairments.sendings(BLOCK) is None


def test_the_ratio_of_packets_is_lost():
    faults = Faults()
    faults.drop_packets(0.1, seed=1)
    lost = sum(102 - len(arriving(faults)) for _ in range(100))
    assert 900 < lost < 1140


@pytest.mark.parametrize(
    "name",
    [
        "drop_packets", "reorder_packets", "duplicate_packets", "delay_packets", "truncate_packets",
        "corrupt_packets", "drop_leaders", "drop_trailers",
    ],
)  # fmt: skip
def test_equal_seeds_do_equal_things_to_packets_and_others_do_not(name):
    runs = []
    for seed in (1, 1, 2):
        faults = Faults()
        getattr(faults, name)(0.3, seed=seed)
        runs.append([faults.impairments.sendings(BLOCK) for _ in range(20)])
    assert runs[0] == runs[1] != runs[2]
    assert any(run != runs[0][0] for run in runs[0])


@pytest.mark.parametrize("together", [True, False])
def test_lost_packets_are_missing_and_all_others_arrive_as_they_are(together):
    faults = Faults()
    faults.drop_packets(0.2, seed=3)
    found = datagrams(faults, together=together)
    assert 60 < len(found) < 100
    assert [datagram for datagram in SOUND if datagram in found] == found


def test_a_block_can_lose_its_leader_and_its_trailer():
    faults = Faults()
    faults.drop_leaders(1.0)
    assert arriving(faults) == list(range(1, 102))
    faults.drop_trailers(1.0)
    assert arriving(faults) == list(range(1, 101))
    faults.drop_leaders(0.0)
    assert arriving(faults) == list(range(101))


@pytest.mark.parametrize("together", [True, False])
def test_packets_arrive_in_another_order_but_not_later_than_said(together):
    faults = Faults()
    faults.reorder_packets(0.2, places=3, seed=1)
    found = datagrams(faults, together=together)
    assert sorted(found) == sorted(SOUND)
    assert found != SOUND
    assert max(found.index(d) - i for i, d in enumerate(SOUND)) <= 3


@pytest.mark.parametrize("together", [True, False])
def test_packets_arrive_twice(together):
    faults = Faults()
    faults.duplicate_packets(0.2, seed=1)
    found = datagrams(faults, together=together)
    assert list(dict.fromkeys(found)) == SOUND
    assert 110 < len(found) < 135


def test_held_back_packets_arrive_late_and_whole():
    faults = Faults()
    faults.delay_packets(0.2, delay_s=0.25, seed=1)
    late = [s for s in faults.impairments.sendings(BLOCK) if s.delay_s]
    assert 10 < len(late) < 35
    assert {s.delay_s for s in late} == {0.25}
    assert sorted(datagrams(faults)) == sorted(SOUND)


def test_truncated_packets_are_the_beginning_of_what_they_were():
    faults = Faults()
    faults.truncate_packets(1.0, seed=1)
    found = datagrams(faults)
    assert len(found) == len(SOUND)
    for short, whole in zip(found, SOUND, strict=True):
        assert len(short) < len(whole)
        assert whole.startswith(short)


def test_corrupt_packets_differ_in_one_bit():
    faults = Faults()
    faults.corrupt_packets(1.0, seed=1)
    for bad, good in zip(datagrams(faults), SOUND, strict=True):
        difference = int.from_bytes(bad, "big") ^ int.from_bytes(good, "big")
        assert difference.bit_count() == 1


def test_a_path_carries_no_packet_that_is_too_long():
    faults = Faults()
    faults.path_mtu(575)
    assert arriving(faults) == [LEADER, LAST, TRAILER]  # the last payload packet is shorter
    faults.path_mtu(576)
    assert arriving(faults) == list(range(102))


def test_a_camera_that_stumbles_uses_an_id_again():
    faults = Faults()
    faults.stale_block_ids(1.0, back=3)
    stale = faults.impairments.renumbered(BLOCK)
    assert struct.unpack_from(">H", stale.leader(), 2) == (7,)
    faults.stale_block_ids(0.0)
    assert faults.impairments.renumbered(BLOCK) is BLOCK


def test_faults_combine():
    faults = Faults()
    faults.drop_packets(0.2, seed=1)
    faults.duplicate_packets(0.2, seed=2)
    faults.corrupt_packets(0.2, seed=3)
    sendings = faults.impairments.sendings(BLOCK)
    packets = [sending.packet for sending in sendings]
    assert len(set(packets)) < 102
    assert len(packets) > len(set(packets))
    assert any(sending.flipped is not None for sending in sendings)


def test_0_ends_a_fault_and_clear_ends_all():
    faults = Faults()
    faults.drop_packets(1.0)
    assert arriving(faults) == []
    faults.drop_packets(0.0)
    assert faults.impairments.sendings(BLOCK) is None
    state = faults.impairments
    faults.drop_packets(1.0)
    faults.path_mtu(1500)
    faults.silence()
    faults.clear()
    assert faults.impairments is state
    assert (state.sendings(BLOCK), state.silent) == (None, False)


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_a_ratio_is_a_probability(ratio):
    with pytest.raises(ValueError, match="0 to 1"):
        Faults().drop_packets(ratio)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("reorder_packets", {"ratio": 0.1, "places": 0}),
        ("delay_packets", {"ratio": 0.1, "delay_s": -1.0}),
        ("stale_block_ids", {"ratio": 0.1, "back": 0}),
        ("path_mtu", {"size": -1}),
        ("slow_commands", {"time_s": float("nan")}),
        ("damage_xml", {"kind": "burnt"}),
        ("drop_packets", {"ratio": 0.1, "seed": -1}),
    ],
)
def test_what_no_fault_can_be_is_refused(name, arguments):
    with pytest.raises(ValueError, match="not accepted"):
        getattr(Faults(), name)(**arguments)


def test_every_fault_says_what_it_models():
    public = [name for name in vars(Faults) if not name.startswith("_")]
    assert len(public) == 22
    assert [name for name in public if len(getattr(Faults, name).__doc__) < 30] == []


def test_a_sound_packet_in_its_place_is_no_impairment():
    assert Sending(5, 5).sound
    assert not Sending(5, 5, delay_s=0.1).sound
