"""Events of the bundled producer under a consumer's hands: genicam's event managers, with the virtual camera."""

import shutil
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from harvesters.core import Harvester, ImageAcquirer
from vcxg_testing.waiting import wait_until

from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera

IDS = {"9002": "ExposureEnd", "9003": "ExposureStart", "9004": "FrameEnd", "9005": "FrameStart"}


@pytest.fixture(scope="module")
def cti(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A producer of these tests' own: another file is another library, whatever else this process has loaded."""
    return str(shutil.copy(_producer.bundled(), tmp_path_factory.mktemp("cti")))


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False) as virtual:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", virtual.ip)
        yield virtual


@pytest.fixture
def acquirer(cti: str, camera: VirtualCamera, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImageAcquirer]:
    monkeypatch.setenv("VCXG124M_HEARTBEAT_TIMEOUT", "600")
    harvester = Harvester()
    harvester.add_file(cti, check_existence=True)
    harvester.update()
    acquirer = harvester.create({"serial_number": camera.serial_number})
    yield acquirer
    del acquirer
    harvester.reset()


def monitor_of(acquirer: ImageAcquirer, module: str) -> Any:
    return acquirer._module_event_monitor_dict[getattr(acquirer, module)]


def test_events_of_the_camera_arrive_in_the_order_in_which_they_happened(acquirer: ImageAcquirer) -> None:
    nodes = acquirer.remote_device.node_map
    for name in IDS.values():
        nodes.EventSelector.value = name
        nodes.EventNotification.value = "On"
    nodes.AcquisitionFrameRateEnable.value = True
    nodes.AcquisitionFrameRate.value = 5
    nodes.Height.value = 64
    nodes.AcquisitionMode.value = "MultiFrame"
    nodes.AcquisitionFrameCount.value = 3
    monitor = monitor_of(acquirer, "_remote_device")
    acquirer.start()
    wait_until(lambda: monitor.num_in_queue >= 3 * len(IDS), "three frames with four events each", within=30)
    names, times = [], []
    while monitor.num_in_queue:
        monitor.update_event_data(1)
        entry = monitor.optional_data
        (number,), (timestamp,) = (
            struct.unpack_from(">H", entry, 2),
            struct.unpack_from(">Q", entry, len(entry) - 8),
        )
        assert monitor.event_id == f"{number:04X}"
        names.append(IDS[monitor.event_id])
        times.append(timestamp)
    acquirer.stop()
    assert times == sorted(times)
    assert monitor.num_fired == len(names) == 3 * len(IDS)
    for name in IDS.values():
        assert names.count(name) == 3
    # Five frames a second leave no overlap: whatever the camera does for a frame is over before the next.
    for frame in (names[i : i + len(IDS)] for i in range(0, len(names), len(IDS))):
        assert sorted(frame) == sorted(IDS.values())
        assert frame.index("ExposureStart") < frame.index("ExposureEnd") < frame.index("FrameEnd")
        assert frame.index("FrameStart") < frame.index("FrameEnd")


def test_an_event_that_is_off_does_not_arrive(acquirer: ImageAcquirer) -> None:
    nodes = acquirer.remote_device.node_map
    nodes.EventSelector.value = "ExposureEnd"
    nodes.EventNotification.value = "On"
    nodes.AcquisitionMode.value = "SingleFrame"
    monitor = monitor_of(acquirer, "_remote_device")
    acquirer.start()
    wait_until(lambda: monitor.num_in_queue == 1, "one end of exposure", within=30)
    with acquirer.fetch(timeout=10):
        assert monitor.num_fired == 1
    acquirer.stop()


def test_the_loss_of_the_camera_is_an_event_of_its_device_module(
    acquirer: ImageAcquirer, camera: VirtualCamera
) -> None:
    monitor = monitor_of(acquirer, "_device_proxy")
    assert monitor.num_in_queue == 0
    camera.kill()
    wait_until(lambda: monitor.num_in_queue == 1, "the loss", within=30)
    monitor.update_event_data(1)
    assert monitor.event_id == "9003"
