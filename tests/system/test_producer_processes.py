"""Several processes, several cameras: who may do what, and what the bundled producer says about it."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from vcxg_testing.gentl import ACCESS_STATUS, CONTROL, EXCLUSIVE, READ_ONLY, GenTLError, Handle, Producer

from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera

READ_WRITE, READ_ONLY_LEFT, BUSY, OPEN_READ_ONLY = 1, 2, 4, 6
"""Access statuses."""
ACCESS_DENIED, RESOURCE_IN_USE = -1005, -1004
MODEL_NAME, HEARTBEAT_TIMEOUT = 0x0068, 0x0938
REGISTER = 4

HOLDER = """
import ctypes, sys
from vcxg_testing.gentl import Handle, Producer
producer, device = Producer(sys.argv[1]), Handle()
with producer.interface() as (system, interface):
    identifier = producer.device_id(interface, sys.argv[2])
    producer.IFOpenDevice(interface, identifier, ctypes.c_int32(int(sys.argv[3])), ctypes.byref(device))
    print("open", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def cti(tmp_path: Path) -> Path:
    return Path(shutil.copy(_producer.bundled(), tmp_path))


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as virtual:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", virtual.ip)
        yield virtual


@contextmanager
def another_process(cti: Path, camera: VirtualCamera, access: int) -> Iterator[subprocess.Popen[str]]:
    """Hold the camera open in a process of its own."""
    helpers = str(Path(__file__).parents[1] / "helpers")
    command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {helpers!r})\n{HOLDER}"]
    with subprocess.Popen(
        [*command, str(cti), camera.serial_number, str(access)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            process.communicate("\n", timeout=20)
            assert process.returncode == 0


def opened(producer: Producer, interface: Handle, identifier: bytes, access: int) -> Handle:
    device = Handle()
    producer.IFOpenDevice(interface, identifier, ctypes.c_int32(access), ctypes.byref(device))
    return device


def status(producer: Producer, interface: Handle, identifier: bytes) -> int:
    producer.IFUpdateDeviceList(interface, None, ctypes.c_uint64(1000))
    return producer.number("IFGetDeviceInfo", interface, identifier, ACCESS_STATUS)


def refusal(call: object, *arguments: object) -> int:
    with pytest.raises(GenTLError) as refused:
        call(*arguments)  # type: ignore[operator]
    return refused.value.code


def test_a_second_process_reads_what_the_first_controls(cti: Path, camera: VirtualCamera) -> None:
    producer = Producer(cti)
    with producer.interface() as (_, interface):
        identifier = producer.device_id(interface, camera.serial_number)
        assert status(producer, interface, identifier) == READ_WRITE
        with another_process(cti, camera, CONTROL):
            assert status(producer, interface, identifier) == READ_ONLY_LEFT
            for access in (CONTROL, EXCLUSIVE):
                assert refusal(opened, producer, interface, identifier, access) == ACCESS_DENIED
            device, port = opened(producer, interface, identifier, READ_ONLY), Handle()
            assert status(producer, interface, identifier) == OPEN_READ_ONLY
            assert refusal(opened, producer, interface, identifier, READ_ONLY) == RESOURCE_IN_USE
            producer.DevGetPort(device, ctypes.byref(port))
            assert producer.read(port, MODEL_NAME, 32).rstrip(b"\0") == b"VCXG-124M"
            size = ctypes.c_size_t(REGISTER)
            register = producer.read(port, HEARTBEAT_TIMEOUT, REGISTER)
            write = (port, ctypes.c_uint64(HEARTBEAT_TIMEOUT), register, ctypes.byref(size))
            assert refusal(producer.GCWritePort, *write) == ACCESS_DENIED
            stream = Handle()
            producer.DevOpenDataStream(device, b"Stream0", ctypes.byref(stream))
            start = (stream, ctypes.c_int32(0), ctypes.c_uint64(1))
            assert refusal(producer.DSStartAcquisition, *start) == ACCESS_DENIED
            producer.DevClose(device)
        assert status(producer, interface, identifier) == READ_WRITE
        producer.DevClose(opened(producer, interface, identifier, EXCLUSIVE))


def test_a_device_that_another_process_holds_exclusively_is_busy(cti: Path, camera: VirtualCamera) -> None:
    producer = Producer(cti)
    with producer.interface() as (_, interface):
        identifier = producer.device_id(interface, camera.serial_number)
        with another_process(cti, camera, EXCLUSIVE):
            assert status(producer, interface, identifier) == BUSY
            for access in (READ_ONLY, CONTROL, EXCLUSIVE):
                assert refusal(opened, producer, interface, identifier, access) == ACCESS_DENIED
        assert status(producer, interface, identifier) == READ_WRITE


def test_two_readers_and_a_controller_share_a_camera(cti: Path, camera: VirtualCamera) -> None:
    producer = Producer(cti)
    readers = (another_process(cti, camera, READ_ONLY) for _ in range(2))
    with next(readers), next(readers), producer.interface() as (_, interface):
        identifier = producer.device_id(interface, camera.serial_number)
        assert status(producer, interface, identifier) == READ_WRITE
        producer.DevClose(opened(producer, interface, identifier, CONTROL))


def test_cameras_of_one_process_are_open_side_by_side(
    cti: Path, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    producer = Producer(cti)
    with VirtualCamera(discoverable=False) as second:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", f"{camera.ip},{second.ip}")
        with producer.interface() as (_, interface):
            serial_numbers = (camera.serial_number, second.serial_number)
            identifiers = [producer.device_id(interface, number) for number in serial_numbers]
            devices = [opened(producer, interface, identifier, EXCLUSIVE) for identifier in identifiers]
            streams = [Handle(), Handle()]
            for device, stream, own in zip(devices, streams, serial_numbers, strict=True):
                producer.DevOpenDataStream(device, b"Stream0", ctypes.byref(stream))
                port = Handle()
                producer.DevGetPort(device, ctypes.byref(port))
                assert producer.read(port, 0x00D8, 16).rstrip(b"\0").decode() == own
            producer.DevClose(devices[0])
            producer.read(port, MODEL_NAME, 32)  # the second is not touched by the end of the first
            producer.DSFlushQueue(streams[1], ctypes.c_int32(4))


def test_loading_and_unloading_again_and_again_leaves_nothing_behind(
    cti: Path, camera: VirtualCamera
) -> None:
    counts = []
    for _ in range(4):
        producer = Producer(cti)
        with producer.interface() as (_, interface):
            identifier = producer.device_id(interface, camera.serial_number)
            opened(producer, interface, identifier, CONTROL)  # left open on purpose
        producer.unload()
        tasks, files = (len(list(Path("/proc/self", folder).iterdir())) for folder in ("task", "fd"))
        counts.append((tasks, files))
    assert counts[1:] == counts[:-1]
