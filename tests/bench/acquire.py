"""One measurement of `bench_acquisition.py` in a process of its own: `acquire.py PARTY TASK AMOUNT`; prints JSON.

A party is somebody who takes frames: this package, harvesters, viva-genicam, pypylon.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

IP = "127.0.0.1"
WARM_UP = 10
"""Frames before a measurement."""
Figures = dict[str, float]


class Ticker:
    """A thread that sleeps for 1 ms again and again, and notes when it wakes."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            self._times.append(time.perf_counter())
            time.sleep(0.001)

    def during(self, work: Callable[[], object]) -> Figures:
        """Return how often it wakes each second while ``work`` runs, and the longest time without."""
        begin = time.perf_counter()
        work()
        end = time.perf_counter()
        ticks = [at for at in self._times if begin <= at <= end]
        gaps = [after - before for before, after in itertools.pairwise([begin, *ticks, end])]
        return {
            "ticks_per_s": len(ticks) / (end - begin),
            "worst_gap_ms": max(gaps) * 1e3,
            "seconds": end - begin,
        }


# -- parties ---------------------------------------------------------------------------------------


class Party(Protocol):
    lost: int
    """Frames that did not come, of the last `frames`."""

    def find(self) -> None: ...
    def open(self) -> None: ...
    def frames(self, count: int) -> Iterator[int]:
        """Yield the ids of so many frames, each when its pixels are in an array of the user's own."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait so long for a frame of a camera that was not triggered."""
        ...

    def set_exposure(self) -> None:
        """Set the exposure time of a camera that does not answer."""
        ...

    def close(self) -> None: ...


class Ours:
    def __init__(self) -> None:
        import vcxg124m

        self.vcx = vcxg124m
        self.cam: Any = None
        self.lost = 0

    def find(self) -> None:
        self.vcx.find_cameras()

    def open(self) -> None:
        self.cam = self.vcx.open_camera(ip=IP)

    def frames(self, count: int) -> Iterator[int]:
        with self.cam.stream(count) as stream:
            for frame in stream:
                yield frame.frame_id
            self.lost = stream.statistics.missed + stream.statistics.incomplete + stream.statistics.underrun

    def wait(self, seconds: float) -> None:
        with self.cam.stream() as stream:
            try:
                stream.get(timeout=seconds)
            except self.vcx.FrameTimeoutError:
                return
        raise AssertionError("a frame came without a trigger")

    def set_exposure(self) -> None:
        try:
            self.cam.exposure.time_us = 5000
        except self.vcx.DeviceCommunicationError:
            return
        raise AssertionError("a silent camera answered")

    def close(self) -> None:
        if self.cam is not None:
            self.cam.close()


class Harvesters:
    """As its documentation shows, on the producer of this package."""

    def __init__(self) -> None:
        from harvesters.core import Harvester

        from vcxg124m import _producer

        self.harvester = Harvester()
        self.harvester.add_file(str(_producer.bundled()))
        self.acquirer: Any = None
        self.lost = 0

    def find(self) -> None:
        self.harvester.update()

    def open(self) -> None:
        self.harvester.update()
        self.acquirer = self.harvester.create(0)

    def frames(self, count: int) -> Iterator[int]:
        self.acquirer.num_buffers = 200 if self.acquirer.remote_device.node_map.Height.value == 1 else 16
        self.acquirer.start()
        first = last = 0
        for _ in range(count):
            with self.acquirer.fetch(timeout=10) as buffer:
                last = int(buffer.module.frame_id)
                first = first or last
                component = buffer.payload.components[0]
                pixels = component.data  # expanded from Mono12p by harvesters
                pixels = pixels.reshape(component.height, component.width).copy()
                yield last
        self.acquirer.stop()
        self.lost = last - first + 1 - count

    def wait(self, seconds: float) -> None:
        self.acquirer.start()
        try:
            self.acquirer.fetch(timeout=seconds)
        except Exception:  # noqa: BLE001 - its time limit has a class of the binding's
            return
        finally:
            self.acquirer.stop()

    def set_exposure(self) -> None:
        try:
            self.acquirer.remote_device.node_map.ExposureTime.value = 5000.0
        except Exception:  # noqa: BLE001
            return

    def close(self) -> None:
        if self.acquirer is not None:
            self.acquirer.destroy()
        self.harvester.reset()


class Viva:
    """viva-genicam's client: a GigE Vision stack of its own, in Rust."""

    def __init__(self) -> None:
        import viva_genicam

        self.viva = viva_genicam
        self.camera: Any = None
        self.lost = 0

    def find(self) -> None:
        self.viva.discover(timeout_ms=300, all=True)

    def open(self) -> None:
        (found, *_) = self.viva.discover(timeout_ms=300, all=True)
        self.camera = self.viva.connect_gige(found)

    def frames(self, count: int) -> Iterator[int]:
        with self.camera.stream(packet_size=9000) as stream:
            for _ in range(count):
                frame = stream.next_frame(timeout_ms=10_000)
                frame.to_numpy()
                yield frame.block_id
            told = stream.stats()
            self.lost = told.frames_lost + told.frames_incomplete

    def wait(self, seconds: float) -> None:
        with self.camera.stream() as stream:
            try:
                stream.next_frame(timeout_ms=int(seconds * 1000))
            except self.viva.TransportError:
                return

    def set_exposure(self) -> None:
        try:
            self.camera.set_exposure_time(5000.0)
        except self.viva.GenicamError:
            return

    def close(self) -> None:
        if self.camera is not None:
            self.camera.close()


class Pylon:
    """pypylon with its emulated camera, which draws inside of the process: it is told size, rate and trigger here."""

    def __init__(self, task: str) -> None:
        os.environ["PYLON_CAMEMU"] = "1"
        from pypylon import pylon

        self.pylon = pylon
        self.task = task
        self.lost = 0
        self.camera: Any = None

    def find(self) -> None:
        self.pylon.TlFactory.GetInstance().EnumerateDevices()

    def open(self) -> None:
        self.camera = self.pylon.InstantCamera(self.pylon.TlFactory.GetInstance().CreateFirstDevice())
        self.camera.Open()
        height, rate = (1, 817.0) if self.task == "lines" else (3000, 6.7)
        for name, value in (("Width", 4096), ("Height", height), ("PixelFormat", "Mono12")):
            getattr(self.camera, name).Value = value
        self.camera.ExposureTimeAbs.Value = self.camera.ExposureTimeAbs.Min
        self.camera.AcquisitionFrameRateAbs.Value = rate
        if self.task == "ticker":
            self.camera.TriggerSource.Value = "Software"
            self.camera.TriggerMode.Value = "On"
        self.camera.MaxNumBuffer.Value = 200 if height == 1 else 16

    def frames(self, count: int) -> Iterator[int]:
        self.camera.StartGrabbing(self.pylon.GrabStrategy_OneByOne)
        for number in range(count):
            with self.camera.RetrieveResult(10_000, self.pylon.TimeoutHandling_ThrowException) as result:
                _ = result.Array  # a copy
                yield result.BlockID
                self.lost = result.BlockID - number  # ids from 0
        self.camera.StopGrabbing()

    def wait(self, seconds: float) -> None:
        self.camera.StartGrabbing(self.pylon.GrabStrategy_OneByOne)
        self.camera.RetrieveResult(int(seconds * 1000), self.pylon.TimeoutHandling_Return)
        self.camera.StopGrabbing()

    def set_exposure(self) -> None:
        raise NotImplementedError("an emulated camera is never silent")

    def close(self) -> None:
        if self.camera is not None:
            self.camera.Close()


PARTIES: dict[str, Callable[[str], Party]] = {
    "ours": lambda _: Ours(),
    "harvesters": lambda _: Harvesters(),
    "viva-genicam": lambda _: Viva(),
    "pypylon": Pylon,
}


# -- tasks -----------------------------------------------------------------------------------------


def warmed_up(who: Party, count: int) -> Iterator[int]:
    """Yield so many frames, behind some that go to memory which nobody touched before."""
    who.open()
    frames = who.frames(count + WARM_UP)
    for _ in range(WARM_UP):
        next(frames)
    return frames


def lines(who: Party, count: int) -> Figures:
    frames = warmed_up(who, count)
    begin, used = time.perf_counter(), time.thread_time()
    for _ in range(count):
        next(frames)
    used, elapsed = time.thread_time() - used, time.perf_counter() - begin
    list(frames)
    return {"us_per_frame": used / count * 1e6, "frames_per_s": count / elapsed, "lost": who.lost}


def full_frames(who: Party, count: int) -> Figures:
    frames = warmed_up(who, count)
    begin, used = time.perf_counter(), time.process_time()
    for _ in range(count):
        next(frames)
    used, elapsed = time.process_time() - used, time.perf_counter() - begin
    list(frames)
    return {"core": used / elapsed, "frames_per_s": count / elapsed, "lost": who.lost}


def latency(who: Party, count: int) -> dict[str, Any]:
    who.open()
    return {"arrived_ns": {frame_id: time.time_ns() for frame_id in who.frames(count)}}


def unpacking(_: Party, count: int) -> dict[str, Any]:
    """Unpack full frames that are in no cache, as often as they come at the greatest rate, and nothing else."""
    import numpy as np

    import vcxg124m as vcx

    packed = [np.full(4096 * 3000 * 3 // 2, number, np.uint8) for number in range(8)]
    times: list[float] = []
    for number in range(count + WARM_UP):
        time.sleep(0.15)
        begin = time.perf_counter()
        vcx.unpack_mono12p(packed[number % len(packed)], (3000, 4096))
        times.append((time.perf_counter() - begin) * 1e3)
    return {"ms": times[WARM_UP:]}


def ticker(who: Party, seconds: int) -> dict[str, Any]:
    tick = Ticker()
    time.sleep(0.2)
    answers = {"idle": tick.during(lambda: time.sleep(seconds))}
    answers["discovery"] = tick.during(who.find)
    answers["connect"] = tick.during(who.open)
    answers["wait without a trigger"] = tick.during(lambda: who.wait(float(seconds)))
    if not isinstance(who, Pylon):
        print("silent, please", flush=True)  # noqa: T201  # the parent silences the camera
        sys.stdin.readline()
        answers["silent camera"] = tick.during(who.set_exposure)
    return answers


TASKS: dict[str, Callable[[Party, int], dict[str, Any]]] = {
    "lines": lines,
    "full_frames": full_frames,
    "latency": latency,
    "unpacking": unpacking,
    "ticker": ticker,
}


if __name__ == "__main__":
    name, task, amount = sys.argv[1:]
    party = PARTIES[name](task)
    figures = TASKS[task](party, int(amount))
    print(json.dumps(figures), flush=True)  # noqa: T201  # the parent reads it
    party.close()
