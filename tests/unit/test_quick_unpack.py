"""unpack_mono12p has a quick way past its Python function: nobody can tell, except by the clock."""

from __future__ import annotations

import array
import copy
import gc
import inspect
import itertools
import pickle
import pydoc
import re
import sys
import typing
import weakref
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import vcxg124m as vcx
from vcxg124m import mono12p
from vcxg124m._pool import shared

native = pytest.importorskip("vcxg124m._native", reason="built without the extension")

unpack = mono12p.unpack_mono12p
in_python = inspect.unwrap(unpack)
PAIR = bytes.fromhex("bcfade")  # pixels 0xABC, 0xDEF


class Image(np.ndarray):
    """A user's own kind of array."""


class Rows(int):
    """A user's own kind of number."""


class Lengths(tuple):
    """A user's own kind of tuple."""

    __slots__ = ()


class Index:
    def __index__(self) -> int:
        return 2

    def __repr__(self) -> str:  # names a test, so no address
        return "Index()"


@pytest.fixture(autouse=True)
def a_kernel_of_the_extension_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mono12p, "_active", mono12p._available()[0])


def python_functions_entered(call: Callable[[], object]) -> list[str]:
    entered = []

    def note(frame: typing.Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == mono12p.__file__:
            entered.append(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    return entered


PLAIN: dict[str, Callable[[], object]] = {
    "packed alone": lambda: unpack(PAIR),
    "shape by place": lambda: unpack(PAIR, (1, 2)),
    "shape by name": lambda: unpack(PAIR, shape=(2, 1)),
    "out": lambda: unpack(np.frombuffer(PAIR, np.uint8), out=np.zeros((2,), np.uint16)),
    "out and shape": lambda: unpack(memoryview(PAIR), (1, 2), out=np.zeros((1, 2), np.uint16)),
    "nothing named": lambda: unpack(PAIR, None, out=None),
    "from the pool": lambda: unpack(PAIR * 100_000, (400, 500)),
}


@pytest.mark.parametrize("call", PLAIN.values(), ids=PLAIN)
def test_a_usual_call_passes_the_python_function_by(call: Callable[[], np.ndarray]) -> None:
    results = []
    assert python_functions_entered(lambda: results.append(call())) == []
    assert results[0].ravel()[:2].tolist() == [0xABC, 0xDEF]


@pytest.mark.parametrize("shape", [2, (np.int64(1), 2), (Rows(1), 2), True, Lengths((2, 1)), Index()])
def test_an_unusual_shape_is_left_to_the_python_function(shape: object) -> None:
    size = 2 if shape is True else 3
    assert python_functions_entered(lambda: unpack(PAIR[:size], shape))[:1] == ["unpack_mono12p"]


def test_with_the_numpy_kernel_every_call_is_left_to_the_python_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mono12p, "_active", mono12p._NumpyKernel())
    assert python_functions_entered(lambda: unpack(PAIR))[:1] == ["unpack_mono12p"]


def packed_of_all_kinds() -> Iterator[object]:
    yield from (PAIR, PAIR * 2, PAIR[:2], b"", bytearray(PAIR), memoryview(PAIR), array.array("B", PAIR))
    yield from (np.frombuffer(PAIR, np.uint8), np.frombuffer(PAIR, np.uint8).view(Image))
    yield from (np.zeros(3, np.int8), np.zeros(3, bool), np.zeros(3, np.uint16), np.zeros(3, "M8[s]"))
    yield from (np.zeros(6, np.uint8)[::2], np.zeros((3, 2), np.uint8, order="F"), memoryview(PAIR * 2)[::2])
    yield from (np.uint8(7), np.zeros((), np.uint8), "abc", None, 7, [1, 2, 3])


SHAPES = [
    *(None, (2,), (1, 2), 2, 4, (), (0,), (0, 7), 0, [1, 2], (1, 1, 1, 2), (1,) * 5 + (2,), (1,) * 70),
    *(np.int64(2), (np.uint8(1), 2), True, (True, 2), (2.0,), 2.0, "2", ("2",), b"2", (1, None), {2}),
    *(-2, (-1, -2), (2, -1), (-(10**30),), 10**30, (10**9, 10**9), (1 << 62, 2), (1 << 62, 0), (2**63, 0)),
    *(Rows(2), (Rows(1), 2), Lengths((1, 2)), Index(), (Index(), 1), np.array([1, 2]), np.array(2)),
]


def out_of_all_kinds() -> Iterator[object]:
    yield from (None, np.zeros(2, np.uint16), np.zeros((1, 2), np.uint16), np.zeros(4, np.uint16))
    yield from (np.zeros(2, np.uint16).view(Image), np.zeros(5, np.uint8)[1:].view(np.uint16))
    yield from (np.zeros(4, np.uint16)[::2], np.zeros((2, 2), np.uint16, order="F"), np.zeros((), np.uint16))
    yield from (
        np.zeros(2, ">u2"),
        np.zeros(2, np.int16),
        np.zeros(4, np.uint8),
        np.frombuffer(bytes(4), np.uint16),
    )
    yield from (array.array("H", [0, 0]), memoryview(array.array("H", [0, 0])), bytearray(4), [0, 0], 0, "ab")


def outcome(function: Callable[..., object], packed: object, shape: object, out: object) -> object:
    try:
        result = function(packed, shape, out=out)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what is compared
        return type(error), str(error)
    if out is not None:
        assert result is out
        return bytes(memoryview(result).cast("B")) if memoryview(result).nbytes else b""
    assert isinstance(result, np.ndarray)
    assert type(result) is np.ndarray
    assert result.flags.c_contiguous
    assert result.flags.writeable
    return result.dtype, result.shape, result.tolist()


@pytest.mark.parametrize("place", range(len(SHAPES)), ids=[repr(shape) for shape in SHAPES])
def test_every_call_ends_as_it_does_in_the_python_function(place: int) -> None:
    kinds = itertools.product(packed_of_all_kinds(), range(len(list(out_of_all_kinds()))))
    for packed, kind in kinds:
        quick, slow = (
            outcome(function, packed, SHAPES[place], list(out_of_all_kinds())[kind])
            for function in (unpack, in_python)
        )
        assert quick == slow, (packed, kind)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ((), {}),
        ((PAIR, (2,), np.zeros(2, np.uint16)), {}),
        ((PAIR,), {"packed": PAIR}),
        ((PAIR, (2,)), {"shape": (2,)}),
        ((PAIR,), {"dtype": "uint16"}),
        ((), {"shape": (2,), "out": None}),
    ],
)
def test_a_call_in_the_wrong_form_is_refused_in_the_words_of_python(arguments: tuple, names: dict) -> None:
    with pytest.raises(TypeError) as expected:
        in_python(*arguments, **names)
    with pytest.raises(TypeError) as refused:
        unpack(*arguments, **names)
    assert str(refused.value) == str(expected.value)


def test_all_arguments_may_be_named_in_any_order() -> None:
    out = np.zeros((1, 2), np.uint16)
    assert unpack(out=out, shape=(1, 2), packed=PAIR) is out
    names = {"".join(("o", "ut")): out}  # not the interned word
    assert unpack(PAIR, **names) is out


def test_overlapping_memory_is_refused() -> None:
    memory = np.zeros(12, np.uint8)
    with pytest.raises(vcx.ArrayLayoutError, match="out overlaps packed in memory"):
        unpack(memory[5:8], out=memory[4:8].view(np.uint16))


def test_no_reference_is_kept_or_lost() -> None:
    packed, shape, out = np.frombuffer(PAIR, np.uint8), (1, 2), np.zeros((1, 2), np.uint16)
    wrong = (2, 3)
    held = [packed, shape, out, wrong, np.dtype(np.uint16), mono12p._active]

    def calls(count: int) -> list[int]:
        for _ in range(count):
            unpack(packed, shape)
            unpack(packed, shape, out=out)
            unpack(packed)
            for arguments in ((packed, wrong), ("abc", shape)):
                with pytest.raises(vcx.VcxgError):
                    unpack(*arguments)
        gc.collect()  # the tracebacks of the errors
        return [sys.getrefcount(one) for one in held]

    assert calls(1) == calls(100)


def test_it_has_the_signature_the_types_and_the_words_of_the_function() -> None:
    assert inspect.signature(unpack) == inspect.signature(in_python)
    assert str(inspect.signature(unpack)).startswith(
        "(packed: 'Buffer | NDArray[np.uint8]', shape: 'int | tuple"
    )
    assert unpack.__annotations__ == in_python.__annotations__
    assert inspect.getdoc(unpack).startswith("Unpack Mono12p into one uint16 per pixel.")
    assert (unpack.__module__, unpack.__qualname__) == ("vcxg124m.mono12p", "unpack_mono12p")
    assert repr(unpack).startswith("<function unpack_mono12p at 0x")
    assert "def unpack_mono12p(" in inspect.getsource(unpack)


def test_help_shows_it_as_a_function() -> None:
    text = pydoc.plain(pydoc.render_doc(unpack))
    assert re.search(r"^unpack_mono12p\(\s*packed: 'Buffer", text, re.MULTILINE)
    assert "PayloadSizeError" in text


def test_it_is_copied_and_pickled_by_name() -> None:
    assert pickle.loads(pickle.dumps(unpack)) is unpack
    assert copy.deepcopy(unpack) is unpack


def test_it_may_be_a_method() -> None:
    class Packed(bytes):
        __slots__ = ()
        pixels = unpack

    assert Packed(PAIR).pixels().tolist() == [0xABC, 0xDEF]
    assert Packed.pixels is unpack


def test_it_goes_when_nobody_holds_it() -> None:
    def function() -> None: ...

    made = native.quick_unpack(function, shared.store)
    function.made = made  # a ring: the function is in what was made of it
    gone = weakref.ref(made)
    del made, function
    gc.collect()
    assert gone() is None


def test_the_type_makes_no_others() -> None:
    with pytest.raises(TypeError, match="cannot create"):
        type(unpack)()
