"""Mono12p to uint16 and back: every kernel against literal bytes and a slow reference, and every refusal in words."""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import sys
import threading
from importlib.metadata import version

import numpy as np
import pytest
from vcxg_testing import golden

import vcxg124m._native
from vcxg124m import errors, mono12p

GOLDEN = golden.load("mono12p")
VECTORS = sorted(name.removesuffix("_PIXELS") for name in GOLDEN if name.endswith("_PIXELS"))
LENGTHS = [*range(301), 383, 384, 385, 511, 513, 1023, 1025, 4099]


@pytest.fixture(params=mono12p.kernels())
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each kernel that runs here, chosen as a user does: through the environment."""
    monkeypatch.setenv("VCXG124M_UNPACK_KERNEL", request.param)
    monkeypatch.setattr(mono12p, "_active", None)
    return request.param


def random_pixels(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 4096, count, dtype=np.uint16)


def packed_by_definition(pixels: np.ndarray) -> bytes:
    """One long number: bit b of pixel i is its bit 12 i + b."""
    number = 0
    for pixel in reversed(pixels.tolist()):
        number = number << 12 | pixel
    return number.to_bytes((12 * len(pixels) + 7) // 8, "little")


class GuardedMemory:
    """Memory whose last byte is followed, and whose first byte is preceded, by a page that nobody may touch."""

    def __init__(self, size: int) -> None:
        page = mmap.PAGESIZE
        self._inside = (size + page - 1) // page * page
        self._map = mmap.mmap(-1, self._inside + 2 * page)
        self._bytes = np.frombuffer(self._map, np.uint8)
        protect = ctypes.CDLL(None, use_errno=True).mprotect
        protect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for start in (0, page + self._inside):
            assert protect(self._bytes.ctypes.data + start, page, 0) == 0

    def at_the_end(self, size: int) -> np.ndarray:
        end = mmap.PAGESIZE + self._inside
        return self._bytes[end - size : end]

    def at_the_start(self, size: int) -> np.ndarray:
        return self._bytes[mmap.PAGESIZE : mmap.PAGESIZE + size]


@pytest.mark.parametrize("name", VECTORS)
def test_golden_bytes_unpack_to_the_golden_pixels(kernel: str, name: str) -> None:
    expected = np.frombuffer(GOLDEN[f"{name}_PIXELS"], ">u2")
    assert mono12p.unpack_mono12p(GOLDEN[f"{name}_PACKED"]).tolist() == expected.tolist()


@pytest.mark.parametrize("name", VECTORS)
def test_golden_pixels_pack_to_the_golden_bytes(kernel: str, name: str) -> None:
    pixels = np.frombuffer(GOLDEN[f"{name}_PIXELS"], ">u2").astype(np.uint16)
    assert mono12p.pack_mono12p(pixels).tobytes() == GOLDEN[f"{name}_PACKED"]


@pytest.mark.parametrize("parity", [0, 1])
def test_every_length_equals_the_definition(kernel: str, parity: int) -> None:
    for count in LENGTHS[parity::2]:
        pixels = random_pixels(count, seed=count)
        packed = packed_by_definition(pixels)
        assert mono12p.unpack_mono12p(packed).tolist() == pixels.tolist(), count
        assert mono12p.pack_mono12p(pixels).tobytes() == packed, count


def test_every_alignment_of_both_sides_gives_the_same_and_touches_nothing_else(kernel: str) -> None:
    count = 331
    pixels = random_pixels(count)
    packed = np.frombuffer(packed_by_definition(pixels), np.uint8)
    for offset in range(65):
        source = np.full(packed.size + 130, 0xA5, np.uint8)
        source[offset : offset + packed.size] = packed
        raw = np.full(2 * count + 130, 0x5A, np.uint8)
        for shift in (offset, 64 - offset):
            out = raw[shift : shift + 2 * count].view(np.uint16)
            mono12p.unpack_mono12p(source[offset : offset + packed.size], out=out)
            assert out.tolist() == pixels.tolist()
            assert (raw[:shift] == 0x5A).all()
            assert (raw[shift + 2 * count :] == 0x5A).all()
            again = np.full(packed.size + 130, 0x5A, np.uint8)
            mono12p.pack_mono12p(out, out=again[shift : shift + packed.size])
            assert (again[shift : shift + packed.size] == packed).all()
            assert (again[:shift] == 0x5A).all()
            assert (again[shift + packed.size :] == 0x5A).all()
            raw[:] = 0x5A


def test_nothing_is_read_or_written_beyond_either_end(kernel: str) -> None:
    longest = 700
    memory, other = GuardedMemory(2 * longest), GuardedMemory(2 * longest)
    for count in range(longest):
        pixels = random_pixels(count, seed=count)
        size = (3 * count + 1) // 2
        for source, out in (
            (memory.at_the_end(size), other.at_the_end(2 * count)),
            (memory.at_the_start(size), other.at_the_start(2 * count)),
        ):
            image = out.view(np.uint16)
            image[:] = pixels
            mono12p.pack_mono12p(image, out=source)
            image[:] = 0xFFFF
            mono12p.unpack_mono12p(source, out=image)
            assert (image == pixels).all()


@pytest.mark.parametrize("misalignment", [0, 1, 2, 4, 60])
def test_sizes_that_pass_the_cache_by_give_the_same(kernel: str, misalignment: int) -> None:
    count = vcxg124m._native.streaming_threshold() * 2 // 7 + 1001
    pattern = random_pixels(6007)
    pixels = np.resize(pattern, count)
    packed = np.resize(
        np.frombuffer(packed_by_definition(np.resize(pattern, 12014)), np.uint8), (3 * count + 1) // 2
    )
    if count % 2:
        packed[-1] &= 0x0F
    raw = np.full(2 * count + 64, 0x5A, np.uint8)
    out = raw[misalignment : misalignment + 2 * count].view(np.uint16)
    mono12p.unpack_mono12p(packed, out=out)
    assert np.array_equal(out, pixels)
    assert (raw[:misalignment] == 0x5A).all()
    assert (raw[misalignment + 2 * count :] == 0x5A).all()


def test_the_upper_half_of_an_odd_last_byte_is_ignored(kernel: str) -> None:
    assert mono12p.unpack_mono12p(bytes([0xBC, 0xFA])).tolist() == [0xABC]


def test_the_result_has_the_shape_asked_for(kernel: str) -> None:
    packed = packed_by_definition(random_pixels(15))
    assert mono12p.unpack_mono12p(packed, (3, 5)).shape == (3, 5)
    assert mono12p.unpack_mono12p(packed, 15).shape == (15,)
    assert mono12p.unpack_mono12p(packed).shape == (15,)
    assert mono12p.unpack_mono12p(b"", (0, 7)).shape == (0, 7)


@pytest.mark.parametrize(
    "kind", [bytes, bytearray, memoryview, lambda b: np.frombuffer(b, np.uint8).reshape(2, 3)]
)
def test_any_holder_of_bytes_is_taken(kernel: str, kind: type) -> None:
    assert mono12p.unpack_mono12p(kind(GOLDEN["PAIR_PACKED"] * 2)).tolist() == [0xABC, 0xDEF] * 2


def test_bytes_of_a_ctypes_array_are_taken(kernel: str) -> None:
    buffer = (ctypes.c_ubyte * 3).from_buffer_copy(GOLDEN["PAIR_PACKED"])
    assert mono12p.unpack_mono12p(buffer).tolist() == [0xABC, 0xDEF]


def test_out_is_filled_and_returned(kernel: str) -> None:
    out = np.zeros((1, 2), np.uint16)
    assert mono12p.unpack_mono12p(GOLDEN["PAIR_PACKED"], (1, 2), out=out) is out
    assert out.tolist() == [[0xABC, 0xDEF]]
    packed = np.zeros(3, np.uint8)
    assert mono12p.pack_mono12p(out, out=packed) is packed
    assert packed.tobytes() == GOLDEN["PAIR_PACKED"]


def test_two_results_have_memory_of_their_own() -> None:
    packed = bytes(6 << 20)
    first = mono12p.unpack_mono12p(packed)
    second = mono12p.unpack_mono12p(bytes([0xFF]) * (6 << 20))
    assert not np.may_share_memory(first, second)
    assert first.max() == 0
    assert second.min() == 4095


@pytest.mark.parametrize(
    ("size", "shape", "text"),
    [
        (5, (1, 4), "packed has 5 bytes, but 4 pixels in Mono12p are 6 bytes"),
        (7, (1, 4), "packed has 7 bytes, but 4 pixels in Mono12p are 6 bytes"),
        (4, None, "packed has 4 bytes, but 2 pixels in Mono12p are 3 bytes"),
        (6, (10**9, 10**9), "but 1000000000000000000 pixels"),
    ],
)
def test_a_wrong_size_is_refused_with_both_numbers(
    kernel: str, size: int, shape: tuple | None, text: str
) -> None:
    with pytest.raises(errors.PayloadSizeError, match=text) as caught:
        mono12p.unpack_mono12p(bytes(size), shape)
    assert caught.value.actual == size
    assert caught.value.required != size


def test_a_wrong_size_of_out_is_refused(kernel: str) -> None:
    with pytest.raises(
        errors.PayloadSizeError, match="packed has 6 bytes, but 3 pixels in Mono12p are 5 bytes"
    ):
        mono12p.unpack_mono12p(bytes(6), out=np.zeros(3, np.uint16))
    with pytest.raises(errors.PayloadSizeError, match="out has 4 bytes, but 3 pixels in Mono12p are 5 bytes"):
        mono12p.pack_mono12p(np.zeros(3, np.uint16), out=np.zeros(4, np.uint8))


@pytest.mark.parametrize(
    ("packed", "out", "error", "text"),
    [
        ("abc", np.zeros(2, np.uint16), TypeError, "packed is a str, which gives no access to memory"),
        (np.zeros(3, np.int8), np.zeros(2, np.uint16), TypeError, "packed has elements of type int8; uint8"),
        (np.zeros(3, np.uint16), None, TypeError, "packed has elements of type uint16; uint8"),
        (np.zeros(3, "M8[s]"), None, TypeError, "packed is a ndarray, which gives no access"),
        (bytes(3), np.zeros(2, np.int16), TypeError, "out has elements of type int16; uint16"),
        (
            bytes(3),
            np.zeros(2, ">u2"),
            TypeError,
            "out has elements of type >u2; uint16 in this processor's byte order",
        ),
        (bytes(3), [0, 0], TypeError, "out is a list"),
        (
            bytes(3),
            memoryview(bytearray(4)),
            TypeError,
            r'out has elements of type "B" \(a code of the struct module\)',
        ),
        (
            np.zeros(6, np.uint8)[::2],
            np.zeros(2, np.uint16),
            ValueError,
            "packed of shape .* is not C-contiguous",
        ),
        (np.zeros(6, np.uint8)[::2], None, ValueError, "packed of shape .* is not C-contiguous"),
        (bytes(6), np.zeros((2, 2), np.uint16, order="F"), ValueError, "out of shape .* is not C-contiguous"),
        (bytes(3), np.frombuffer(bytes(4), np.uint16), ValueError, "out is read-only"),
    ],
)
def test_what_cannot_be_unpacked_is_refused_in_words(
    kernel: str, packed: object, out: object, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as caught:
        mono12p.unpack_mono12p(packed, out=out)
    assert isinstance(caught.value, errors.VcxgError)


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        ((2, 1), r"out has the shape \(1, 2\), but shape=\(2, 1\)"),
        (2, r"shape=\(2,\)"),
        ("2", "not accepted: a whole"),
    ],
)
def test_a_shape_that_is_not_that_of_out_is_refused(kernel: str, shape: object, text: str) -> None:
    with pytest.raises(errors.ArrayLayoutError, match=text):
        mono12p.unpack_mono12p(bytes(3), shape, out=np.zeros((1, 2), np.uint16))


def test_a_negative_shape_is_refused(kernel: str) -> None:
    with pytest.raises(
        errors.ArrayLayoutError, match=r"shape=\(-1, -2\) not accepted: no length may be below 0"
    ):
        mono12p.unpack_mono12p(bytes(3), (-1, -2))


@pytest.mark.parametrize("offset", [0, 1, 4, 5])
def test_overlapping_memory_is_refused(kernel: str, offset: int) -> None:
    memory = np.zeros(12, np.uint8)
    image = memory[4:8].view(np.uint16)
    with pytest.raises(errors.ArrayLayoutError, match="out overlaps packed in memory"):
        mono12p.unpack_mono12p(memory[offset + 2 : offset + 5], out=image)
    with pytest.raises(errors.ArrayLayoutError, match="out overlaps image in memory"):
        mono12p.pack_mono12p(image, out=memory[offset + 2 : offset + 5])


@pytest.mark.parametrize("offset", [1, 8])
def test_memory_side_by_side_is_taken(kernel: str, offset: int) -> None:
    memory = np.zeros(12, np.uint8)
    image = memory[4:8].view(np.uint16)
    assert mono12p.unpack_mono12p(memory[offset : offset + 3], out=image) is image


@pytest.mark.parametrize("place", [0, 1, 5, 126, 130, 131, 638, 639])
@pytest.mark.parametrize("value", [4096, 0xFFFF])
def test_a_pixel_above_4095_is_refused_wherever_it_lies(kernel: str, place: int, value: int) -> None:
    image = np.full((5, 128), 4095, np.uint16)
    mono12p.pack_mono12p(image)
    image[place // 128, place % 128] = value
    with pytest.raises(
        errors.PixelValueError, match=rf"image\[{place // 128}, {place % 128}\] is {value};"
    ) as caught:
        mono12p.pack_mono12p(image)
    assert (caught.value.index, caught.value.value) == (place, value)


@pytest.mark.parametrize(
    ("image", "error", "text"),
    [
        (np.zeros(2, np.uint8), TypeError, "image has elements of type uint8; uint16"),
        (np.zeros(4, np.uint16)[::2], ValueError, "image of shape .* is not C-contiguous"),
        (7, TypeError, "image is a int"),
    ],
)
def test_what_cannot_be_packed_is_refused_in_words(
    kernel: str, image: object, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text) as caught:
        mono12p.pack_mono12p(image)
    assert isinstance(caught.value, errors.VcxgError)


def test_arrays_that_change_under_the_work_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing:
        name = "refusing"

        def unpack(self, *arrays: object) -> bool:  # noqa: ARG002
            return False

        pack = unpack

    monkeypatch.setattr(mono12p, "_active", Refusing())
    with pytest.raises(errors.ArrayLayoutError, match="changed by somebody else"):
        mono12p.unpack_mono12p(bytes(3))
    with pytest.raises(errors.ArrayLayoutError, match="changed by somebody else"):
        mono12p.pack_mono12p(np.zeros(2, np.uint16))


def test_the_kernel_named_in_the_environment_is_the_one_that_works(kernel: str) -> None:
    assert mono12p.active_kernel() == kernel
    mono12p.unpack_mono12p(GOLDEN["PAIR_PACKED"])
    assert mono12p._active is not None
    assert mono12p._active.name == kernel


@pytest.mark.parametrize("name", ["sse9", "AVX2"])
def test_an_unknown_kernel_is_an_error_that_names_the_choices(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VCXG124M_UNPACK_KERNEL", name)
    monkeypatch.setattr(mono12p, "_active", None)
    with pytest.raises(errors.SettingError, match=f"VCXG124M_UNPACK_KERNEL={name} names no .* scalar, numpy"):
        mono12p.unpack_mono12p(GOLDEN["PAIR_PACKED"])


def run_python(code: str, **environment: str) -> str:
    command = [sys.executable, "-P" if sys.version_info >= (3, 11) else "-I", "-c", code]
    return subprocess.run(
        command, env={"PATH": "", **environment}, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


SHOW = "from vcxg124m import mono12p; print(mono12p.active_kernel(), mono12p.unpack_mono12p(bytes([0xBC, 0xFA, 0xDE])))"


@pytest.mark.parametrize("name", mono12p.kernels())
def test_a_new_process_obeys_the_environment(name: str) -> None:
    assert run_python(SHOW, VCXG124M_UNPACK_KERNEL=name) == f"{name} [2748 3567]"


@pytest.mark.parametrize("environment", [{}, {"VCXG124M_UNPACK_KERNEL": ""}])
def test_without_the_variable_the_first_kernel_works(environment: dict[str, str]) -> None:
    assert run_python(SHOW, **environment) == f"{mono12p.kernels()[0]} [2748 3567]"


def test_without_the_extension_numpy_works() -> None:
    assert run_python(f"import sys; sys.modules['vcxg124m._native'] = None; {SHOW}") == "numpy [2748 3567]"


def test_the_extension_is_of_this_version_of_the_package() -> None:
    assert vcxg124m._native.__version__ == version("vcxg124m")


def test_other_threads_run_during_the_work() -> None:
    packed, out = np.zeros(18_432_000, np.uint8), np.zeros(12_288_000, np.uint16)
    inside, seen, call = [False], [False], threading.Semaphore(0)

    def look_once_per_call() -> None:
        for _ in range(calls):
            call.acquire()
            seen[0] = seen[0] or inside[0]

    calls = 100  # more than one, because the system may wake the thread too late
    interval = sys.getswitchinterval()
    thread = threading.Thread(target=look_once_per_call)
    thread.start()
    sys.setswitchinterval(60)  # from here on the thread runs only where this one gives the lock away
    try:
        for _ in range(calls):
            inside[0] = True
            call.release()
            mono12p.unpack_mono12p(packed, out=out)
            inside[0] = False
    finally:
        sys.setswitchinterval(interval)
        call.release(calls)
        thread.join()
    assert seen[0]
