"""The bundled producer under a consumer's hands: genicam's binding and harvesters, with the virtual camera."""

import shutil
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from genicam import gentl
from genicam.genapi import EAccessMode
from harvesters.core import Harvester, ImageAcquirer
from vcxg_testing.waiting import wait_until

from vcxg124m import _producer
from vcxg124m.virtual import VirtualCamera

WIDTH, HEIGHT = 640, 480


@pytest.fixture(scope="module")
def cti(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A producer of these tests' own: another file is another library, whatever else this process has loaded."""
    return str(shutil.copy(_producer.bundled(), tmp_path_factory.mktemp("cti")))


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualCamera]:
    with VirtualCamera(discoverable=False, hash_frames=True, user_id="bench") as virtual:
        monkeypatch.setenv("VCXG124M_DISCOVERY_ADDRESSES", virtual.ip)
        yield virtual


@pytest.fixture
def harvester(cti: str) -> Iterator[Harvester]:
    harvester = Harvester()
    harvester.add_file(cti, check_existence=True)
    yield harvester
    harvester.reset()


def opened(harvester: Harvester, camera: VirtualCamera, *, pixel_format: str = "Mono8") -> ImageAcquirer:
    harvester.update()
    acquirer = harvester.create({"serial_number": camera.serial_number})
    nodes = acquirer.remote_device.node_map
    nodes.Width.value, nodes.Height.value = WIDTH, HEIGHT
    nodes.PixelFormat.value = pixel_format
    nodes.AcquisitionFrameRateEnable.value = True
    # With 40 buffers a test may be held up for a second and loses nothing.
    nodes.AcquisitionFrameRate.value = 30
    acquirer.num_buffers = 40
    return acquirer


def frames(acquirer: ImageAcquirer, count: int, *, seconds: float = 30.0) -> list[tuple[int, bool, int, int]]:
    """Fetch buffers as they come: frame id, completeness, bytes and CRC-32 of each."""
    (monitor,) = acquirer._new_buffer_event_monitor_dict.values()
    deadline, found = time.monotonic() + seconds, []
    while len(found) < count:
        assert time.monotonic() < deadline, f"{len(found)} of {count} frames within {seconds} s"
        try:
            monitor.update_event_data(1)
        except gentl.TimeoutException:
            time.sleep(0.001)
            continue
        buffer = monitor.buffer
        payload = memoryview(buffer.raw_buffer)[: buffer.size_filled]
        found.append((buffer.frame_id, buffer.is_complete(), len(payload), zlib.crc32(payload)))
        buffer.parent.queue_buffer(buffer)
    return found


def test_a_camera_is_listed_with_what_it_says_about_itself(
    harvester: Harvester, camera: VirtualCamera
) -> None:
    harvester.update()
    (info,) = [info for info in harvester.device_info_list if info.serial_number == camera.serial_number]
    mac = camera.mac.replace(":", "").lower()
    assert info.id_ == f"{mac}_{camera.serial_number}"
    assert (info.vendor, info.model, info.tl_type) == ("Baumer", "VCXG-124M", "GEV")
    assert (info.user_defined_name, info.access_status) == ("bench", 1)


@pytest.mark.parametrize(("pixel_format", "size"), [("Mono8", 307200), ("Mono12p", 460800)])
def test_frames_arrive_whole_in_order_and_as_they_were_sent(
    harvester: Harvester, camera: VirtualCamera, pixel_format: str, size: int
) -> None:
    acquirer = opened(harvester, camera, pixel_format=pixel_format)
    acquirer.start()
    got = frames(acquirer, 30)
    acquirer.stop()
    sent = dict(camera.frame_hashes())
    assert [frame_id for frame_id, *_ in got] == list(range(1, 31))
    assert all(complete for _, complete, *_ in got)
    assert {length for *_, length, _ in got} == {size}
    assert [f"{crc:08x}" for *_, crc in got] == [sent[frame_id] for frame_id in range(1, 31)]


def test_lost_packets_leave_incomplete_frames_that_are_counted(
    harvester: Harvester, camera: VirtualCamera
) -> None:
    acquirer = opened(harvester, camera)
    camera.faults.drop_packets(ratio=0.02, seed=1)
    acquirer.start()
    got = frames(acquirer, 30)
    acquirer.stop()
    statistics = acquirer.data_streams[0].node_map
    incomplete = sum(not complete for _, complete, *_ in got)
    assert 0 < incomplete < 30
    assert statistics.StreamIncompleteFrameCount.value >= incomplete
    assert statistics.StreamMissingPacketCount.value >= incomplete
    assert statistics.StreamLostFrameCount.value == 0


def test_the_packet_size_is_negotiated_before_the_first_frame(
    harvester: Harvester, camera: VirtualCamera
) -> None:
    acquirer = opened(harvester, camera)
    stream = acquirer.data_streams[0].node_map
    assert stream.DeviceStreamChannelPacketSize.value == 9000
    assert stream.StreamPacketSizeNegotiated.value is True
    assert stream.StreamSocketBufferGranted.value > 0
    assert acquirer.remote_device.node_map.GevSCPSPacketSize.value == 9000


def test_every_feature_of_the_producers_own_modules_can_be_read(
    harvester: Harvester, camera: VirtualCamera
) -> None:
    acquirer = opened(harvester, camera)
    modules = [acquirer.system, acquirer.interface, acquirer.device, acquirer.data_streams[0]]
    nodes = [node for module in modules for node in module.node_map.nodes]
    readable = [node for node in nodes if node.node.get_access_mode() in (EAccessMode.RO, EAccessMode.RW)]
    read = {node.node.name: node.value for node in readable if hasattr(type(node), "value")}
    assert len(read) > 60
    assert (read["TLType"], read["InterfaceID"]) == ("GigEVision", "lo_127.0.0.1")
    assert (read["StreamID"], read["StreamIsGrabbing"]) == ("Stream0", False)
    assert (read["DeviceAccessStatus"], read["DeviceConnectionLost"]) == ("OpenReadWrite", False)


def test_the_selected_device_of_an_interface_is_shown(harvester: Harvester, camera: VirtualCamera) -> None:
    acquirer = opened(harvester, camera)
    nodes = acquirer.interface.node_map
    shown = {}
    for index in range(nodes.DeviceSelector.max + 1):
        nodes.DeviceSelector.value = index
        shown[nodes.DeviceSerialNumber.value] = (
            nodes.GevDeviceIPAddress.value,
            nodes.GevDeviceMACAddress.value,
        )
    ip = int.from_bytes(bytes(map(int, camera.ip.split("."))), "big")
    assert shown[camera.serial_number] == (ip, int(camera.mac.replace(":", ""), 16))


def test_a_killed_camera_is_noticed_and_the_stream_is_taken_down(
    harvester: Harvester, camera: VirtualCamera
) -> None:
    acquirer = opened(harvester, camera)
    acquirer.start()
    frames(acquirer, 3)
    camera.kill()
    local = acquirer.device.node_map
    wait_until(lambda: local.DeviceConnectionLost.value, "the notice of the loss", within=15)
    assert local.DeviceAccessStatus.value == "NoAccess"
    began = time.monotonic()
    with pytest.raises(gentl.IoException, match="lost"):
        acquirer.remote_device.node_map.AcquisitionStop.execute()
    (stream,) = acquirer.data_streams
    stream.stop_acquisition(gentl.ACQ_STOP_FLAGS_LIST.ACQ_STOP_FLAGS_KILL)
    stream.flush_buffer_queue(gentl.ACQ_QUEUE_TYPE_LIST.ACQ_QUEUE_ALL_DISCARD)
    for buffer in acquirer._announced_buffers:
        stream.revoke_buffer(buffer)
    assert time.monotonic() - began < 1
    acquirer._announced_buffers.clear()  # or harvesters would revoke them again
    acquirer._is_acquiring = False  # and write to the camera that is gone


def test_a_session_can_be_repeated_in_one_process(cti: str, camera: VirtualCamera) -> None:
    tasks = Path("/proc/self/task")
    counts = []
    for _ in range(3):
        harvester = Harvester()
        harvester.add_file(cti, check_existence=True)
        acquirer = opened(harvester, camera)
        acquirer.start()
        assert [frame_id for frame_id, *_ in frames(acquirer, 3)] == [1, 2, 3]
        acquirer.destroy()
        harvester.reset()
        names = [(task / "comm").read_text().strip() for task in tasks.iterdir()]
        counts.append(sum(name.startswith("vcxg-") for name in names))
    assert counts == [0, 0, 0]
