"""The frame pool: whose memory an array has, when it comes back, how much is kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import numpy as np
import pytest

from vcxg124m import mono12p
from vcxg124m._pool import FramePool, shared

MIB = 1 << 20
FRAME = (3000, 4096)


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def test_an_array_is_as_asked_for_and_writable() -> None:
    array = FramePool().empty(FRAME, np.uint16)
    assert (array.shape, array.dtype) == (FRAME, np.dtype(np.uint16))
    assert array.flags.c_contiguous
    assert array.flags.writeable
    assert address(array) % 4096 == 0
    array[:] = 7
    assert array[-1, -1] == 7


def test_memory_comes_back_when_the_last_reference_goes() -> None:
    pool = FramePool()
    array = pool.empty(FRAME, np.uint16)
    where = address(array)
    view = array[1:, ::2].T
    del array
    assert pool.idle_bytes == 0
    other = pool.empty(FRAME, np.uint16)
    assert address(other) != where
    del view
    assert pool.idle_bytes == 24_576_000
    assert address(pool.empty(FRAME, np.uint16)) == where


def test_a_view_keeps_its_pixels_while_others_come_and_go() -> None:
    pool = FramePool()
    view = pool.empty((1024, 1024), np.uint16)[512:]
    view[:] = 11
    for _ in range(20):
        pool.empty((1024, 1024), np.uint16)[:] = 99
    assert (view == 11).all()


def test_memory_of_another_size_is_not_handed_out() -> None:
    pool = FramePool()
    pool.empty(FRAME, np.uint16)
    smaller = pool.empty((1500, 4096), np.uint16)
    assert pool.idle_bytes == 24_576_000
    del smaller
    assert pool.idle_bytes == 24_576_000 + 12_288_000


def test_idle_memory_stays_within_the_budget_and_the_oldest_goes_first() -> None:
    pool = FramePool(budget=3 * MIB)
    arrays = [pool.empty((MIB,), np.uint8) for _ in range(5)]
    addresses = [address(array) for array in arrays]
    while arrays:
        del arrays[0]
    assert pool.idle_bytes == 3 * MIB
    again = [pool.empty((MIB,), np.uint8) for _ in range(3)]
    assert [address(array) for array in again] == addresses[:1:-1]


def test_a_block_above_the_budget_is_not_kept() -> None:
    pool = FramePool(budget=MIB)
    pool.empty((2 * MIB,), np.uint8)
    assert pool.idle_bytes == 0


def test_trim_gives_everything_back() -> None:
    pool = FramePool()
    pool.empty((MIB,), np.uint8)
    pool.trim()
    assert pool.idle_bytes == 0


def test_an_array_outlives_its_pool() -> None:
    pool = FramePool()
    array = pool.empty((MIB,), np.uint8)
    array[:] = 3
    del pool
    assert array.sum() == 3 * MIB


@pytest.mark.parametrize("shape", [(), (0, 5), (3,), (32767,), (65537,), (131_073,), (5, 7, 11)])
def test_every_shape_is_served(shape: tuple[int, ...]) -> None:
    array = FramePool().empty(shape, np.uint16)
    assert array.shape == shape
    array.fill(5)


def test_more_memory_than_there_is_is_a_memory_error() -> None:
    with pytest.raises(MemoryError):
        FramePool().empty((1 << 61,), np.uint8)


def test_unpacked_images_come_from_the_pool() -> None:
    shared.trim()
    where = address(mono12p.unpack_mono12p(bytes(3 * MIB)))
    assert shared.idle_bytes == 4 * MIB
    assert address(mono12p.unpack_mono12p(bytes(3 * MIB))) == where


def test_no_two_threads_share_a_block() -> None:
    pool = FramePool()
    wrong: list[int] = []

    def work(mark: int) -> None:
        for _ in range(300):
            arrays = [pool.empty((MIB // 4,), np.uint8) for _ in range(3)]
            for array in arrays:
                array[::4096] = mark
            wrong.extend(mark for array in arrays if not (array[::4096] == mark).all())

    threads = [threading.Thread(target=work, args=(mark,)) for mark in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert 0 < pool.idle_bytes <= 12 * MIB // 4


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_has_memory_of_its_own() -> None:
    # In a fresh interpreter: forking this one, which has threads of earlier tests, would warn.
    code = """
import os, numpy as np
from vcxg124m._pool import FramePool
pool = FramePool()
held = pool.empty((1 << 20,), np.uint8); held[:] = 1
del_me = pool.empty((1 << 20,), np.uint8); del del_me
child = os.fork()
if child == 0:
    other = pool.empty((1 << 20,), np.uint8); other[:] = 2
    held[:] = 3
    del other, held
    os._exit(0 if pool.idle_bytes == 2 << 20 else 1)
_, status = os.waitpid(child, 0)
assert os.waitstatus_to_exitcode(status) == 0
assert (held == 1).all() and pool.idle_bytes == 1 << 20
print("parent is well")
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "parent is well", done.stderr


def test_without_the_extension_arrays_come_from_numpy() -> None:
    code = """
import sys; sys.modules["vcxg124m._native"] = None
import numpy as np
from vcxg124m._pool import FramePool
pool = FramePool()
print(pool.empty((1 << 20,), np.uint8).shape, pool.idle_bytes, pool.trim())
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "(1048576,) 0 None"
