"""Who may do what to the virtual camera, and for how long."""

import struct
import zipfile
from io import BytesIO

import pytest
from vcxg_testing.device import HOST, IDENTITY, STRANGER, Rig
from vcxg_testing.golden import load

from vcxg124m.virtual.device import VirtualDevice

ACCESS_DENIED, BUSY, INVALID_PARAMETER = 0x8006, 0x8007, 0x8002


def test_without_control_nothing_can_be_written_but_everything_read():
    rig = Rig(controlled=False)
    assert rig.write(0x0D04, 1500) == ACCESS_DENIED
    assert rig.read(0x0D04) == 576


def test_control_lets_others_read_and_exclusive_control_does_not():
    rig = Rig()
    assert rig.read(0x0A00, STRANGER) == 2
    assert rig.write(0x0A00, 1) == 0
    assert rig.read(0x0A00, STRANGER) == -ACCESS_DENIED
    assert rig.read(0x0A00) == 1


def test_a_stranger_can_neither_take_control_nor_give_it_back():
    rig = Rig()
    assert rig.write(0x0A00, 2, STRANGER) == ACCESS_DENIED
    assert rig.write(0x0A00, 0, STRANGER) == ACCESS_DENIED
    assert rig.write(0x0D04, 1500, STRANGER) == ACCESS_DENIED
    assert rig.device.controller == HOST


def test_the_key_opens_a_switchover_only_when_it_is_enabled():
    rig = Rig()
    rig.write(0x095C, 0x1234)
    assert rig.write(0x0A00, 0x12340002, STRANGER) == ACCESS_DENIED
    rig.write(0x0A00, 6)
    assert rig.write(0x0A00, 0x11110002, STRANGER) == ACCESS_DENIED
    assert rig.write(0x0A00, 0x12340002, STRANGER) == 0
    assert rig.device.controller == STRANGER
    assert rig.read(0x0A00) == 2
    assert rig.write(0x0D04, 1500) == ACCESS_DENIED


def test_the_primary_application_is_named_while_there_is_one():
    rig = Rig()
    assert (rig.read(0x0A04), rig.read(0x0A14)) == (51000, 0x0A000002)
    rig.write(0x0A00, 0)
    assert (rig.read(0x0A04), rig.read(0x0A14)) == (0, 0)


def test_discovery_is_answered_under_exclusive_control_too():
    rig = Rig()
    rig.write(0x0A00, 1)
    assert rig.send(load("gvcp")["DISCOVERY_CMD"], STRANGER) == load("gvcp")["DISCOVERY_ACK"]


def test_a_silent_application_loses_control_when_the_heartbeat_is_over():
    rig = Rig()
    assert rig.device.get_timer() == rig.now + 3.0
    rig.device.handle_timer(rig.now + 2.999)
    assert rig.device.controller == HOST
    rig.device.handle_timer(rig.now + 3.0)
    assert rig.device.controller is None


def test_any_command_of_the_controller_keeps_control():
    rig = Rig()
    rig.now += 2.9
    rig.read(0x0A00)
    rig.device.handle_timer(rig.now + 2.9)
    assert rig.device.controller == HOST


def test_a_heartbeat_that_wants_no_answer_keeps_control_and_gets_none():
    rig = Rig()
    rig.now += 2.9
    assert rig.send(load("gvcp")["READREG_CCP_UNACKNOWLEDGED"]) is None
    rig.device.handle_timer(rig.now + 2.9)
    assert rig.device.controller == HOST


def test_commands_of_others_do_not_keep_control():
    rig = Rig()
    rig.now += 2.9
    rig.read(0x0A00, STRANGER)
    rig.device.handle_timer(rig.now + 0.1)
    assert rig.device.controller is None


def test_a_lost_heartbeat_closes_the_stream_and_unlocks():
    rig = Rig()
    rig.open_stream()
    rig.set("TLParamsLocked", 1)
    rig.set("AcquisitionStart", 1)
    (frame,) = rig.device.frames_to_send()
    rig.device.handle_timer(rig.now + 3.0)
    assert frame.given_up
    rig.now += 3.1
    assert rig.read(0x0D00) == 0
    assert rig.get("TLParamsLocked") == 0
    assert rig.device.get_timer() is None


def test_the_heartbeat_can_be_switched_off():
    rig = Rig()
    rig.write(0x0954, 1)
    assert rig.device.get_timer() is None
    rig.device.handle_timer(rig.now + 1000)
    assert rig.device.controller == HOST


@pytest.mark.parametrize(("written", "kept"), [(100, 500), (500, 500), (10_000, 10_000)])
def test_the_heartbeat_timeout_is_at_least_half_a_second(written, kept):
    rig = Rig()
    assert rig.write(0x0938, written) == 0
    assert rig.read(0x0938) == kept


def test_a_repeated_request_is_answered_again_without_being_executed_again():
    rig = Rig()
    trigger = rig.address("FrameCounter")
    request = struct.pack(">BBHHHII", 0x42, 1, 0x82, 8, 0x2222, trigger, 5)
    first = rig.send(request)
    rig.device.registers.store("FrameCounter", 9)
    assert rig.send(request) == first
    assert rig.get("FrameCounter") == 9


def test_the_same_request_id_with_other_content_is_a_new_request():
    rig = Rig()
    for value in (5, 6):
        rig.send(struct.pack(">BBHHHII", 0x42, 1, 0x82, 8, 0x2222, rig.address("FrameCounter"), value))
    assert rig.get("FrameCounter") == 6


def test_a_command_that_wants_no_acknowledge_gets_none_and_is_executed():
    rig = Rig()
    assert rig.send(struct.pack(">BBHHHII", 0x42, 0, 0x82, 8, 0x2222, rig.address("FrameCounter"), 7)) is None
    assert rig.get("FrameCounter") == 7


@pytest.mark.parametrize("datagram", [b"", b"\x42\x01", b"\0\0\0\x81\0\0\0\1", bytes(600)])
def test_what_is_no_command_is_ignored(datagram):
    assert Rig().send(datagram) is None


def test_a_command_shorter_than_it_says_is_refused():
    assert Rig().send(bytes.fromhex("42 01 0080 0008 0007 00000a00"))[:2] == b"\x80\x0e"  # INVALID_HEADER


def test_a_list_of_reads_brings_the_values_before_the_bad_address():
    status, data = Rig().command(0x80, bytes.fromhex("00000a00 0000fff0 00000a00"))
    assert (status, data) == (0x8003, bytes.fromhex("00000002"))


def test_only_the_controlling_host_is_answered_about_resends():
    rig = Rig()
    rig.open_stream()
    rig.set("AcquisitionStart", 1)
    request = bytes.fromhex("42 00 0040 000c 0011 0000 0001 00000002 00000002")
    rig.device.receive_datagram(request, STRANGER, rig.now)
    assert rig.device.stream_datagrams_to_send() == []
    rig.device.receive_datagram(request, (HOST[0], 40000), rig.now)
    assert len(rig.device.stream_datagrams_to_send()) == 1


def test_a_silent_camera_ignores_commands_and_forgets_its_controller():
    rig = Rig()
    rig.device.faults.silence()
    assert rig.send(load("gvcp")["READREG_CCP"]) is None
    rig.device.handle_timer(rig.now + 3.0)
    assert rig.device.controller is None


def test_a_reset_forgets_settings_and_controller_but_not_the_name():
    rig = Rig()
    rig.set("Width", 64)
    rig.write_memory(0xE8, b"mine".ljust(16, b"\0"))
    rig.now += 1.0
    assert rig.set("DeviceReset", 1) == 0
    assert rig.device.controller is None
    assert rig.get("Width") == 4096
    assert rig.read_memory(0xE8, 16) == b"mine".ljust(16, b"\0")


def test_force_ip_is_for_the_camera_with_that_mac_and_shows_in_its_registers():
    rig = Rig(controlled=False)
    command = bytearray(load("gvcp")["FORCEIP_CMD"])
    command[8 + 20 : 8 + 24] = bytes([10, 0, 0, 99])
    assert rig.send(bytes(command)) == load("gvcp")["FORCEIP_ACK"]
    assert rig.read(0x0024) == 0x0A000063
    command[15] ^= 1
    command[6:8] = b"\0\x11"
    assert rig.send(bytes(command)) is None


def test_force_ip_is_refused_while_an_application_holds_control():
    command = bytearray(load("gvcp")["FORCEIP_CMD"])
    rig = Rig()
    assert rig.send(bytes(command), STRANGER)[:2] == b"\x80\x06"
    command[15] ^= 1  # another device is meant: no word from this one
    command[6:8] = b"\0\x11"
    assert rig.send(bytes(command), STRANGER) is None


@pytest.mark.parametrize("plain", [False, True])
def test_the_first_url_leads_to_the_description(plain):
    rig = Rig(plain_xml=plain)
    url = rig.read_memory(0x0200, 512).rstrip(b"\0").decode()
    name, address, length = url.split(";")
    start, size = int(address, 16), int(length, 16)
    memory = b"".join(
        rig.read_memory(start + i, min(512, -(-size // 4) * 4 - i)) for i in range(0, size, 512)
    )[:size]
    if plain:
        assert name.endswith(".xml")
        xml = memory
    else:
        assert name.endswith(".zip")
        with zipfile.ZipFile(BytesIO(memory)) as archive:
            (member,) = archive.namelist()
            xml = archive.read(member)
    assert name.startswith("Local:Baumer_VCXG-124M_rev")
    assert xml.startswith(b"<?xml")
    assert b'<Integer Name="Width"' in xml


def test_the_timestamp_is_latched_in_steps_of_8_ns_and_can_be_reset():
    rig = Rig()
    rig.write(0x0944, 1)
    rig.now += 1.000000013
    rig.write(0x0944, 2)
    assert int.from_bytes(rig.read_memory(0x0948, 8), "big") == 1_000_000_008
    rig.write(0x0944, 3)  # latch, then reset
    rig.write(0x0944, 2)
    assert int.from_bytes(rig.read_memory(0x0948, 8), "big") == 0


@pytest.mark.parametrize(
    ("written", "kept"), [(0, 576), (575, 576), (1500, 1500), (9000, 9000), (65535, 9000)]
)
def test_the_packet_size_is_clamped_to_what_the_camera_can(written, kept):
    rig = Rig()
    assert rig.write(0x0D04, written) == 0
    assert rig.read(0x0D04) == kept


def test_a_test_packet_needs_a_destination():
    rig = Rig()
    assert rig.write(0x0D04, 0x80000000 | 1500) == 0
    assert rig.device.stream_datagrams_to_send() == []


def test_multi_part_is_not_offered():
    rig = Rig()
    assert rig.write(0x0D24, 0x40) == 0
    assert rig.read(0x0D24) == 0


def test_while_streaming_the_channel_can_only_be_closed():
    rig = Rig()
    rig.open_stream()
    rig.set("AcquisitionStart", 1)
    assert rig.write(0x0D04, 1500) == BUSY
    assert rig.write(0x0D18, 0x0A000003) == BUSY
    assert rig.write(0x0D00, 50001) == BUSY
    assert rig.write(0x0D00, 50000) == 0
    assert rig.write(0x0D00, 0) == 0


def test_two_devices_share_nothing():
    first, second = VirtualDevice(IDENTITY), VirtualDevice(IDENTITY)
    first.registers.store("Width", 64)
    assert second.registers.integer("Width") == 4096


@pytest.mark.parametrize(
    "name",
    ["READREG_CCP", "READMEM_CCP", "WRITEREG_CCP_CONTROL", "WRITEREG_STREAM_CHANNEL", "WRITEMEM_USER_NAME"],
)
def test_only_some_commands_may_be_sent_to_all(name):
    rig = Rig()
    port = rig.read(0x0D00)
    rig.device.receive_datagram(load("gvcp")[name], HOST, rig.now, broadcast=True)
    assert rig.device.datagrams_to_send() == []
    assert rig.read(0x0D00) == port


@pytest.mark.parametrize("name", ["DISCOVERY_CMD", "FORCEIP_CMD"])
def test_discovery_and_force_ip_may_be_sent_to_all(name):
    rig = Rig(controlled=False)
    rig.device.receive_datagram(load("gvcp")[name], HOST, rig.now, broadcast=True)
    assert len(rig.device.datagrams_to_send()) == 1


@pytest.mark.parametrize(("controlled", "answered"), [(True, 1), (False, 0)])
def test_n6_an_action_counts_only_while_an_application_controls_the_camera(controlled, answered):
    rig = Rig()
    assert rig.write(0x090C, 0x11223344) == rig.write(0x9800, 5) == rig.write(0x9804, 1) == 0
    if not controlled:
        rig.write(0x0A00, 0)
    rig.device.receive_datagram(load("gvcp")["ACTION_CMD"], STRANGER, rig.now, broadcast=True)
    assert len(rig.device.datagrams_to_send()) == answered


def test_an_action_that_wants_no_acknowledge_gets_none():
    rig = Rig()
    assert rig.write(0x090C, 0x11223344) == rig.write(0x9800, 5) == rig.write(0x9804, 1) == 0
    command = load("gvcp")["ACTION_CMD"]
    assert rig.send(command[:1] + b"\0" + command[2:], STRANGER) is None


def test_a_switchover_to_an_impossible_level_is_refused_and_changes_nothing():
    rig = Rig()
    rig.write(0x095C, 0x1234)
    rig.write(0x0A00, 6)
    assert rig.write(0x0A00, 0x12340008, STRANGER) == INVALID_PARAMETER
    assert rig.device.controller == HOST
