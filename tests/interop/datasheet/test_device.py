"""Rows M, N and E as Aravis sees them: memory, network, device."""

import math
import socket
import struct

import pytest
from vcxg_testing.aravis import Aravis, why_not
from vcxg_testing.netns import WHY_NOT
from vcxg_testing.waiting import wait_until

from vcxg124m.virtual import VirtualCamera

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT),
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
]

MS = 1_000_000


# -- M: memory and user sets


def test_m1_one_image_is_buffered(camera: Aravis) -> None:
    assert camera.get("MemoryMaxBlocks") == 1


def test_m3_three_user_sets_keep_what_was_set_and_the_factorys_is_read_only(camera: Aravis) -> None:
    assert camera.entries("UserSetSelector") == {"UserSet0", "UserSet1", "UserSet2", "UserSet3"}
    for number in (1, 2, 3):
        camera.put(ExposureTime=1000 * number, UserSetSelector=f"UserSet{number}")
        camera.execute("UserSetSave")
    for number in (3, 1, 2):
        camera.put(UserSetSelector=f"UserSet{number}")
        camera.execute("UserSetLoad")
        assert camera.get("ExposureTime") == 1000 * number
    camera.put(UserSetSelector="UserSet0")
    assert not camera.available("UserSetSave")


def test_m4_128_bytes_are_the_users_in_their_configuration_mode(camera: Aravis) -> None:
    assert camera.limits("CustomDataSelector")[:2] == [0, 127]
    camera.put(CustomDataConfigurationMode="On", CustomDataSelector=127, CustomData=42)
    camera.put(CustomDataConfigurationMode="Off")
    assert camera.get("CustomData", CustomDataSelector=127) == 42


# -- N: network and GigE Vision


def test_n1_the_link_is_a_gigabit_or_a_tenth_of_it(camera: Aravis, device: VirtualCamera) -> None:
    assert (camera.get("InterfaceSpeedMode"), camera.get("DeviceLinkSpeed")) == ("Ethernet1Gbps", 125_000_000)
    device.faults.slow_link()
    assert (camera.get("InterfaceSpeedMode"), camera.get("DeviceLinkSpeed")) == (
        "Ethernet100Mbps",
        12_500_000,
    )
    device.faults.slow_link(on=False)


def test_n2_an_address_comes_from_persistence_dhcp_or_the_link(camera: Aravis) -> None:
    assert camera.get("GevCurrentIPConfigurationLLA") is True
    camera.put(GevCurrentIPConfigurationDHCP=False, GevCurrentIPConfigurationPersistentIP=True)
    camera.put(GevCurrentIPConfigurationDHCP=True, GevCurrentIPConfigurationPersistentIP=False)


@pytest.mark.parametrize("size", [576, 1500, 9000])
def test_n3_packets_have_576_to_9000_bytes(camera: Aravis, device: VirtualCamera, size: int) -> None:
    assert camera.limits("GevSCPSPacketSize")[:2] == [576, 9000]
    camera.small(GevSCPSPacketSize=size, Width=512, Height=512, AcquisitionMode="SingleFrame")
    camera.frames(1)  # Aravis tries the packet size before its first frame
    before = device.statistics()["packets_sent"]
    camera.frames(1)
    data = size - 20 - 8 - (20 if camera.get("GVSPConfigurationBlockID64Bit") else 8)
    camera.put(GevSCPSPacketSize=9000)
    wait_until(
        lambda: device.statistics()["packets_sent"] - before == math.ceil(512 * 512 / data) + 2,
        "leader to trailer",
    )


def test_n4_it_speaks_gige_vision_2_0_and_sfnc_2_4(camera: Aravis) -> None:
    parts = ("Major", "Minor", "SubMinor")
    assert [camera.get(f"DeviceTLVersion{part}") for part in parts] == [2, 0, 0]
    assert [camera.get(f"DeviceSFNCVersion{part}") for part in parts] == [2, 4, 0]
    assert camera.register(0) == 0x00020000


def test_n5_there_is_every_event_of_the_sheet(camera: Aravis) -> None:
    lines = {f"Line{n}{edge}Edge" for n in (0, 1, 2) for edge in ("Rising", "Falling")}
    assert camera.entries("EventSelector") == lines | {
        *(
            "DeviceTemperatureStatusChanged",
            "EventLost",
            "ExposureEnd",
            "ExposureStart",
            "FrameEnd",
            "FrameStart",
        ),
        *(
            "FrameTransferSkipped",
            "GigEVisionError",
            "GigEVisionHeartbeatTimeOut",
            "PrimaryApplicationSwitch",
        ),
        *("TransferBufferFull", "TransferBufferReady", "TriggerOverlapped", "TriggerReady", "TriggerSkipped"),
    }


def test_n6_an_action_command_takes_a_frame(camera: Aravis, device: VirtualCamera) -> None:
    camera.small(TriggerMode="On", TriggerSource="Action1")
    camera.put(ActionDeviceKey=0x11, ActionSelector=1, ActionGroupKey=0x22, ActionGroupMask=0x3)
    with camera.streaming(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anybody:
        for device_key in (0x10, 0x11):
            action = struct.pack(">BBHHHIII", 0x42, 1, 0x0100, 12, 1, device_key, 0x22, 0x1)
            anybody.sendto(action, (device.ip, 3956))
            assert bool(camera.pop(5 if device_key == 0x11 else 0.2)) == (device_key == 0x11)


def test_n7_time_is_in_steps_of_8_ns_and_frames_are_counted_in_32_bits(camera: Aravis) -> None:
    assert camera.limits("FrameCounter")[:2] == [0, 2**32 - 1]
    assert (camera.register(0x093C), camera.register(0x0940)) == (0, 10**9)
    camera.small()
    assert all(frame["timestamp"] % 8 == 0 for frame in camera.frames(5))


def test_n8_the_payload_is_0_to_24576224_bytes(camera: Aravis) -> None:
    camera.put(PixelFormat="Mono12")
    camera.send_chunks(*camera.entries("ChunkSelector"))
    assert camera.get("PayloadSize") == 24_576_224
    for name in camera.entries("ChunkSelector"):
        camera.put(ChunkSelector=name, ChunkEnable=False)
    assert camera.get("PayloadSize") == 0


def test_n9_packets_can_be_delayed_up_to_2_32_ns(camera: Aravis) -> None:
    assert camera.limits("GevSCPD")[:2] == [0, 2**32 - 1]
    camera.small(Width=512, Height=512, GevSCPD=MS)
    packets = math.ceil(512 * 512 / 8952) + 2
    assert camera.period(packets * MS, tolerance=4 * MS) >= 25 * MS


def test_n10_lost_packets_are_not_kept(camera: Aravis) -> None:
    assert not camera.register(0x0934) >> 2 & 1  # the capability bit of PACKETRESEND


def test_n11_a_throughput_limit_slows_the_link_down(camera: Aravis) -> None:
    assert camera.limits("DeviceLinkThroughputLimit")[1] == 125_000_000
    camera.put(Height=512, ExposureTime=15, DeviceLinkThroughputLimit=62_500_000)
    assert camera.period(4096 * 512 / 61.87e6 * 1e9, tolerance=400_000) > 4096 * 512 / 62.5e6 * 1e9


def test_n12_every_chunk_of_the_sheet_comes_with_a_frame(camera: Aravis) -> None:
    names = camera.entries("ChunkSelector")
    assert names == {
        *(
            "Binning",
            "BlackLevel",
            "CounterValue",
            "DeviceTemperature",
            "ExposureTime",
            "FrameID",
            "Gain",
            "Height",
        ),
        *(
            "Image",
            "ImageControl",
            "LineStatusAll",
            "OffsetX",
            "OffsetY",
            "PixelFormat",
            "SequencerSetActive",
        ),
        *("Timestamp", "Width"),
    }
    camera.small(
        Width=640, Height=48, OffsetX=320, OffsetY=10, PixelFormat="Mono12p", ExposureTime=333, Gain=2
    )
    camera.put(BlackLevel=17)
    camera.send_chunks(*names)
    said = {
        "ChunkBinningHorizontal": 1,
        "ChunkBinningVertical": 1,
        "ChunkBlackLevel": 17,
        "ChunkExposureTime": 333,
        "ChunkFrameID": 1,
        "ChunkGain": 2,
        "ChunkHeight": 48,
        "ChunkLineStatusAll": 6,
        "ChunkOffsetX": 320,
        "ChunkOffsetY": 10,
        "ChunkPixelFormat": "Mono12p",
        "ChunkSequencerSetActive": 0,
        "ChunkWidth": 640,
    }
    others = ["ChunkCounterValue", "ChunkDeviceTemperature", "ChunkImageControl", "ChunkTimestamp"]
    (frame,) = camera.frames(1, chunks=[*said, *others])
    found = frame["chunks"]
    assert {name: found[name] for name in said} == said
    assert found["ChunkTimestamp"] == frame["timestamp"]
    assert found["ChunkDeviceTemperature"] == camera.get("DeviceTemperature")


# -- E: device


def test_e1_the_temperature_is_judged_and_too_hot_a_camera_sends_no_image(
    camera: Aravis, device: VirtualCamera
) -> None:
    limits = {
        name: camera.get("DeviceTemperatureStatusTransition", DeviceTemperatureStatusTransitionSelector=name)
        for name in ("NormalToHigh", "HighToExceeded", "ExceededToNormal")
    }
    assert limits["HighToExceeded"] == 76
    camera.small()
    usual = device.temperature_celsius
    with camera.streaming():
        for celsius, status in (
            (limits["NormalToHigh"], "High"),
            (76, "Exceeded"),
            (limits["ExceededToNormal"] - 1, "Normal"),
        ):
            device.temperature_celsius = celsius
            wait_until(lambda status=status: camera.get("DeviceTemperatureStatus") == status, status)
            while status == "Exceeded" and camera.pop(0.2):
                pass  # what was under way
            assert bool(camera.pop(0.2)) == (status != "Exceeded")
    device.temperature_celsius = usual


def test_e2_factory_settings_are_the_sheets(camera: Aravis) -> None:
    factory = {
        "TriggerMode": "Off",
        "TriggerSource": "All",
        "ExposureTime": 4000,
        "Gain": 1,
        "BlackLevel": 0,
        "PixelFormat": "Mono8",
        "Width": 4096,
        "Height": 3000,
        "OffsetX": 0,
        "OffsetY": 0,
        "AcquisitionFrameRateEnable": False,
        "TimerTriggerSource": "Off",
        "CounterEventSource": "Off",
        "SequencerMode": "Off",
        "DefectPixelCorrection": True,
    }
    assert {name: camera.get(name) for name in factory} == factory
    lines = [(camera.get("LineMode", LineSelector=f"Line{n}"), camera.get("LineInverter")) for n in range(4)]
    assert lines == [("Input", False)] * 3 + [("Output", False)]
    assert camera.get("LineSource", LineSelector="Line3") == "Off"
