"""Faults on purpose: how many packets are lost, and always the same ones."""

import numpy as np
import pytest

from vcxg124m.virtual.faults import Faults


def test_without_a_fault_no_packet_is_lost():
    assert Faults().lost(1000) is None


def test_the_ratio_of_packets_is_lost():
    faults = Faults()
    faults.drop_packets(0.1, seed=1)
    assert 900 < np.count_nonzero(faults.lost(10_000)) < 1100


def test_equal_seeds_lose_equal_packets_and_others_do_not():
    runs = []
    for seed in (1, 1, 2):
        faults = Faults()
        faults.drop_packets(0.1, seed=seed)
        runs.append([faults.lost(500).tolist() for _ in range(3)])
    assert runs[0] == runs[1] != runs[2]
    assert runs[0][0] != runs[0][1]


def test_ratio_0_ends_the_fault():
    faults = Faults()
    faults.drop_packets(1.0)
    assert faults.lost(5).all()
    faults.drop_packets(0.0)
    assert faults.lost(5) is None


@pytest.mark.parametrize("ratio", [-0.1, 1.1, float("nan")])
def test_a_ratio_is_a_probability(ratio):
    with pytest.raises(ValueError, match="0 to 1"):
        Faults().drop_packets(ratio)
