"""How fast Mono12p becomes uint16, against copies of as many bytes and against everybody else's converters.

    python tests/bench/bench_unpack.py [--rounds 100] [--json FILE]     or: nox -s bench

Other work on the machine shall not count. So times are CPU time of the calling thread; what a peer's helper threads do
in the meantime is not counted, which favours the peer. In every round each candidate runs, warm, and is compared
with what ran in the same round; the medians over all rounds are printed. A peer that is not installed is named as
such. Nothing fails for being slow: whether a target is met is a line of the output.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import mmap
import platform
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from vcxg124m import mono12p

Call = Callable[[], object]
Repeat = Callable[[int], None]  # does it that many times
FULL, SMALL = (3000, 4096), (480, 640)


def huge_pages(size: int) -> np.ndarray:
    """Used memory on huge pages where the system has them: no candidate shall differ by where its memory lies."""
    page = 2 << 20
    private = (
        {"flags": mmap.MAP_PRIVATE} if hasattr(mmap, "MAP_PRIVATE") else {}
    )  # shared memory gets small pages
    # Room for whole pages wherever the mapping begins: the system gives small ones to a part of one.
    memory = mmap.mmap(-1, -(-size // page) * page + page, **private)
    if hasattr(mmap, "MADV_HUGEPAGE"):
        memory.madvise(mmap.MADV_HUGEPAGE)
    raw = np.frombuffer(memory, np.uint8)
    raw[:] = 1
    start = -raw.ctypes.data % page
    return raw[start : start + size]


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201  # the output is the purpose


class Copies:
    """The two copies in C, looped in C: what calling them from Python costs is no part of a copy."""

    def __init__(self) -> None:
        compiler = shutil.which("cc")
        if compiler is None:
            raise RuntimeError("no C compiler (cc), so the copies were not built")
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder) / "copies.so"
            source = Path(__file__).with_name("copies.c")
            subprocess.run(
                [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", library, source], check=True
            )
            loaded = ctypes.CDLL(str(library))
        self._functions = {"memcpy": loaded.plain_copy, "streaming copy": loaded.streaming_copy}
        for function in self._functions.values():
            function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_long]
            function.restype = None

    def repeats(self, total: int) -> dict[str, Repeat]:
        """Copies that read and write ``total`` bytes together."""
        size = total // 2 // 64 * 64
        source, destination = huge_pages(size), huge_pages(size)

        def bound(function: Callable[..., None]) -> Repeat:
            return lambda count: function(destination.ctypes.data, source.ctypes.data, size, count)

        return {name: bound(function) for name, function in self._functions.items()}


def repeated(calls: dict[str, Call]) -> dict[str, Repeat]:
    def repeat(call: Call, count: int) -> None:
        for _ in range(count):
            call()

    return {name: partial(repeat, call) for name, call in calls.items()}


def interleaved(candidates: dict[str, Repeat], rounds: int, inner: int) -> dict[str, list[float]]:
    """Seconds that every candidate takes once, in every round.

    It runs three times before it is timed: pages that the one before it gave back or took are still being zeroed and
    written back for a while, which slows down whoever is next. For the same reason the order is another one in every
    round: in a fixed order the same work took 0.83 to 1 times as long at another place in the round.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    order, shuffle = list(candidates.items()), random.Random(1).shuffle
    for _ in range(rounds):
        shuffle(order)
        for name, repeat in order:
            repeat(3)
            start = time.thread_time()
            repeat(inner)
            times[name].append((time.thread_time() - start) / inner)
    return times


def ratio(times: dict[str, list[float]], name: str, reference: str) -> float:
    """Median over the rounds of ``name``'s time through ``reference``'s."""
    return statistics.median(a / b for a, b in zip(times[name], times[reference], strict=True))


def ours(packed: np.ndarray, shape: tuple[int, int]) -> dict[str, Call]:
    out = huge_pages(2 * shape[0] * shape[1]).view(np.uint16).reshape(shape)
    return {
        "unpack_mono12p(out=)": lambda: mono12p.unpack_mono12p(packed, out=out),
        "unpack_mono12p, new result": lambda: mono12p.unpack_mono12p(packed, shape),
        "unpack_mono12p(out=), again": lambda: mono12p.unpack_mono12p(packed, out=out),
    }


def into_new_pages(report: Report, packed: np.ndarray, shape: tuple[int, int], rounds: int) -> None:
    """What a result costs without a pool. On its own, because zeroing pages slows down whatever runs next."""

    def call() -> None:
        pages = mmap.mmap(-1, 2 * shape[0] * shape[1])  # unmapped when its array is gone
        mono12p.unpack_mono12p(packed, out=np.frombuffer(pages, np.uint16))

    times = interleaved(repeated({"unpack_mono12p into new pages": call}), rounds, inner=1)
    for name, measured in times.items():
        report.time(f"{shape[1]}x{shape[0]}", name, measured)


def pypylon_converter(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    from pypylon import pylon

    converter = pylon.ImageFormatConverter()
    converter.OutputPixelFormat = pylon.PixelType_Mono16
    converter.GetNodeMap().GetNode("OutputBitAlignment").FromString("LsbAligned")
    image = pylon.PylonImage()
    image.AttachMemoryView(memoryview(packed), pylon.PixelType_Mono12p, shape[1], shape[0], 0)
    return lambda: converter.ConvertToArray(image)


def ids_converter(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    from ids_peak_ipl import ids_peak_ipl as ipl

    image = ipl.Image.CreateFromSizeAndPythonBuffer(ipl.PixelFormatName_Mono12p, packed, shape[1], shape[0])
    converter, wanted = ipl.ImageConverter(), ipl.PixelFormat(ipl.PixelFormatName_Mono12)
    return lambda: converter.Convert(image, wanted).get_numpy_2D_16()


def viva_converter(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    from viva_genicam.frame import Frame

    frame = Frame.from_bytes(packed.tobytes(), shape[1], shape[0], "Mono12p")
    return frame.to_numpy


def harvesters_converter(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    from harvesters.util.pfnc import Mono12p

    pixel_format = Mono12p()
    return lambda: pixel_format.expand(packed).reshape(shape)


def numba_loop(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    import numba

    @numba.njit
    def loop(packed: np.ndarray, pixels: np.ndarray) -> None:
        for pair in range(pixels.size // 2):
            low, middle, high = packed[3 * pair], packed[3 * pair + 1], packed[3 * pair + 2]
            pixels[2 * pair] = np.uint16(low) | np.uint16(middle & 0x0F) << 8
            pixels[2 * pair + 1] = np.uint16(middle) >> 4 | np.uint16(high) << 4

    flat = huge_pages(2 * shape[0] * shape[1]).view(np.uint16)
    out = flat.reshape(shape)

    def call() -> np.ndarray:
        loop(packed, flat)
        return out

    return call


def numpy_expression(packed: np.ndarray, shape: tuple[int, int]) -> Call:
    kernel = mono12p._NumpyKernel()
    out = np.zeros(shape, np.uint16)

    def call() -> np.ndarray:
        kernel.unpack(packed, out)
        return out

    return call


#: Name, distribution whose version is printed, how it is made, how many times faster we want to be (None: no target).
PEERS: list[tuple[str, str, Callable[[np.ndarray, tuple[int, int]], Call], float | None]] = [
    ("pypylon", "pypylon", pypylon_converter, 3.5),
    ("IDS peak IPL", "ids-peak-ipl", ids_converter, 3.5),
    ("viva-genicam", "viva-genicam", viva_converter, 3.5),
    ("harvesters", "harvesters", harvesters_converter, 20),
    ("numba loop", "numba", numba_loop, 1.25),
    ("numpy kernel", "numpy", numpy_expression, None),
]


class Report:
    """Prints lines and keeps the figures for a machine to read."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}

    def time(self, where: str, name: str, times: list[float], extra: str = "") -> None:
        median = statistics.median(times)
        self.figures[f"{where}: {name} (us)"] = median * 1e6
        show(f"  {name:32} median {median * 1e6:10.1f} us   least {min(times) * 1e6:10.1f} us   {extra}")

    def target(self, what: str, measured: float, limit: float, *, at_least: bool = False) -> None:
        met = measured >= limit if at_least else measured <= limit
        self.figures[what] = measured
        sign = ">=" if at_least else "<="
        show(f"  {'met   ' if met else 'MISSED'} {what}: {measured:.3g} (target {sign} {limit:g})")


def against_copies(
    report: Report, packed: np.ndarray, shape: tuple[int, int], rounds: int, inner: int = 1
) -> None:
    where = f"{shape[1]}x{shape[0]}" + (f", {inner} times in a row" if inner > 1 else "")
    total = packed.nbytes + 2 * shape[0] * shape[1]
    show(f"\n{where}: {total / 1e6:.2f} MB read and written together")
    copies: dict[str, Repeat] = {}
    try:
        copies = Copies().repeats(total)
    except RuntimeError as error:
        show(f"  {error}")
    times = interleaved(
        {**copies, **repeated(ours(packed, shape))}, rounds, inner=max(1, 20_000_000 // total)
    )
    for name, measured in times.items():
        report.time(where, name, measured, f"{total / statistics.median(measured) / 1e9:6.1f} GB/s")
    if copies:
        names = copies if shape == FULL else ["memcpy"]
        fastest = min(names, key=lambda name: statistics.median(times[name]))
        report.target(f"{where}: unpack / {fastest}", ratio(times, "unpack_mono12p(out=)", fastest), 1.15)
    new = ratio(times, "unpack_mono12p, new result", "unpack_mono12p(out=)")
    report.target(f"{where}: new result / preallocated", new, 1.15)
    again = ratio(times, "unpack_mono12p(out=), again", "unpack_mono12p(out=)")
    report.figures[f"{where}: the same work twice"] = again
    show(f"  control: the same work at another place in the round: {again:.3g} (1 where nothing disturbs)")


def each_kernel(report: Report, packed: np.ndarray, shape: tuple[int, int], rounds: int) -> None:
    where = f"{shape[1]}x{shape[0]}, kernels"
    show(f"\n{where}")
    out = huge_pages(2 * shape[0] * shape[1]).view(np.uint16).reshape(shape)
    available = {kernel.name: kernel for kernel in mono12p._available() if kernel.name != "numpy"}
    calls: dict[str, Call] = {
        name: lambda kernel=kernel: kernel.unpack(packed, out) for name, kernel in available.items()
    }
    for name, measured in interleaved(
        repeated(calls), rounds, inner=max(1, 20_000_000 // packed.nbytes)
    ).items():
        report.time(where, name, measured)


def against_peers(report: Report, image: np.ndarray, packed: np.ndarray, rounds: int) -> None:
    where = f"{image.shape[1]}x{image.shape[0]}, peers"
    show(f"\n{where}")
    calls = {"unpack_mono12p, new result": ours(packed, image.shape)["unpack_mono12p, new result"]}
    for name, distribution, make, _ in PEERS:
        try:
            call = make(packed, image.shape)
        except ImportError as error:
            show(f"  {name:32} not measured: {error}")
            continue
        if not np.array_equal(np.asarray(call()).reshape(image.shape), image):
            raise AssertionError(f"{name} gives other pixels")
        calls[f"{name} {version(distribution)}"] = call
    times = interleaved(repeated(calls), rounds, inner=1)
    for name, measured in times.items():
        report.time(where, name, measured)
    for name, _, _, target in PEERS:
        for found in (full for full in times if full.startswith(name) and target is not None):
            faster = ratio(times, found, "unpack_mono12p, new result")
            report.target(f"times faster than {found}", faster, target or 0, at_least=True)


def cost_of_a_call(report: Report) -> None:
    show("\nTwo pixels: the cost of a call")
    packed, out, nothing = np.zeros(3, np.uint8), np.zeros(2, np.uint16), object()
    unpack = mono12p.unpack_mono12p
    calls: dict[str, Call] = {
        "unpack_mono12p(out=)": lambda: unpack(packed, out=out),
        "unpack_mono12p, new result": lambda: unpack(packed, (2,)),
        "an empty call": lambda: nothing,
    }
    times = interleaved(repeated(calls), 200, inner=500)
    floor = statistics.median(times.pop("an empty call"))
    for name, measured in times.items():
        report.time("2 pixels", name, [seconds - floor for seconds in measured])
    report.target("microseconds per call", report.figures["2 pixels: unpack_mono12p(out=) (us)"], 0.3)


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--json", type=Path, help="write the figures to this file, too")
    options = parser.parse_args(arguments)

    show(f"{processor()}, {platform.system()} {platform.machine()}, Python {platform.python_version()}")
    show(f"vcxg124m {version('vcxg124m')}, kernel {mono12p.active_kernel()}, numpy {np.__version__}")
    report = Report()
    for shape in (FULL, SMALL):
        image = np.random.default_rng(1).integers(0, 4096, shape, dtype=np.uint16)
        packed = mono12p.pack_mono12p(image, out=huge_pages((3 * image.size + 1) // 2))
        against_copies(report, packed, shape, options.rounds)
        into_new_pages(report, packed, shape, options.rounds // 2)
        each_kernel(report, packed, shape, options.rounds // 2)
        if shape == SMALL:  # small enough to stay in the core's own cache from one time to the next
            against_copies(report, packed, shape, options.rounds, inner=20)
        else:
            against_peers(report, image, packed, max(5, options.rounds // 5))
    cost_of_a_call(report)
    if options.json:
        options.json.write_text(json.dumps(report.figures, indent=1) + "\n")


@pytest.mark.timeout(900)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the peers' bindings
def test_unpacking_beside_copies_and_peers() -> None:
    show("")
    main([])


if __name__ == "__main__":
    main()
