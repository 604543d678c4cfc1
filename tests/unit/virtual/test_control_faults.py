"""The control channel when the network or the camera is in trouble, in invented time."""

import struct
import zipfile
from io import BytesIO

import pytest
from vcxg_testing.device import HOST, STRANGER, Rig
from vcxg_testing.golden import load

GVCP = load("gvcp")
READ = GVCP["READREG_CCP"]
ANSWER = GVCP["READREG_CCP_ACK_CONTROL"]
PENDING_ACK_ENABLED = 0x2


def answers_after(rig, datagram, *instants, sender=HOST):
    """Send a command now; what has been answered at each of the later instants."""
    start = rig.now
    rig.device.receive_datagram(datagram, sender, rig.now)
    seen = []
    for instant in (0.0, *instants):
        rig.now = start + instant
        rig.device.handle_timer(rig.now)
        seen.append([data for data, _ in rig.device.datagrams_to_send()])
    return seen


def test_a_silent_control_channel_does_nothing_at_all():
    rig = Rig()
    rig.device.faults.silence()
    assert rig.send(READ) is None
    rig.device.faults.silence(on=False)
    assert rig.send(READ) == ANSWER


def test_a_lost_acknowledge_is_a_command_that_was_executed():
    rig = Rig()
    rig.device.faults.drop_acknowledges(1.0)
    request = struct.pack(">BBHHHII", 0x42, 1, 0x82, 8, 0x2222, rig.address("FrameCounter"), 7)
    assert rig.send(request) is None
    rig.device.faults.drop_acknowledges(0.0)
    assert rig.send(request)[:4] == b"\0\0\0\x83"  # a retransmission: answered, not executed again
    assert rig.get("FrameCounter") == 7


def test_a_late_acknowledge_comes_when_it_is_due():
    rig = Rig()
    rig.device.faults.delay_acknowledges(0.25)
    assert answers_after(rig, READ, 0.249, 0.25) == [[], [], [ANSWER]]


def test_late_acknowledges_set_the_timer():
    rig = Rig()
    rig.device.faults.delay_acknowledges(0.25)
    rig.device.receive_datagram(READ, HOST, rig.now)
    assert rig.device.get_timer() == rig.now + 0.25


def test_a_slow_command_asks_for_patience_where_the_application_allows_it():
    rig = Rig()
    assert rig.write(0x0954, PENDING_ACK_ENABLED) == 0
    rig.device.faults.slow_commands(0.5)
    pending = bytes.fromhex(
        "0000 0089 0004 0007 0000 01f4"
    )  # as the golden PENDING_ACK, for request 7: 500 ms
    assert pending == GVCP["PENDING_ACK"].replace(b"\x00\x09\x00\x00\x01", b"\x00\x07\x00\x00\x01")
    assert answers_after(rig, READ, 0.499, 0.5) == [[pending], [], [ANSWER]]


def test_a_slow_command_is_silent_where_pending_acknowledges_are_not_enabled():
    rig = Rig()
    rig.device.faults.slow_commands(0.5)
    assert answers_after(rig, READ, 0.499, 0.5) == [[], [], [ANSWER]]


def test_a_command_within_the_pending_timeout_needs_no_patience():
    rig = Rig()
    rig.write(0x0954, PENDING_ACK_ENABLED)
    rig.device.faults.slow_commands(rig.read(0x0958) / 1000)
    assert answers_after(rig, READ, 0.2) == [[], [ANSWER]]


def test_a_retransmission_meanwhile_is_asked_for_patience_again_and_brings_one_answer():
    rig = Rig()
    rig.write(0x0954, PENDING_ACK_ENABLED)
    rig.device.faults.slow_commands(1.0)
    start = rig.now
    rig.device.receive_datagram(READ, HOST, start)
    rig.device.datagrams_to_send()
    rig.device.receive_datagram(READ, HOST, start + 0.4)
    assert [data[2:4] for data, _ in rig.device.datagrams_to_send()] == [b"\0\x89"]
    rig.device.handle_timer(start + 1.0)
    assert rig.device.datagrams_to_send() == [(ANSWER, HOST)]
    rig.device.handle_timer(start + 2.0)
    assert rig.device.datagrams_to_send() == []


def test_slow_commands_are_executed_one_after_the_other():
    rig = Rig()
    rig.device.faults.slow_commands(0.5)
    other = READ[:6] + b"\0\x08" + READ[8:]
    rig.device.receive_datagram(READ, HOST, rig.now)
    rig.device.receive_datagram(other, HOST, rig.now)
    rig.device.handle_timer(rig.now + 0.5)
    assert rig.device.datagrams_to_send() == [(ANSWER, HOST)]
    rig.device.handle_timer(rig.now + 1.0)
    assert len(rig.device.datagrams_to_send()) == 1


def test_the_heartbeat_can_expire_at_any_time():
    rig = Rig()
    rig.open_stream()
    rig.device.faults.expire_heartbeat()
    rig.device.handle_timer(rig.now)
    assert rig.device.controller is None
    assert (rig.read(0x0A00), rig.read(0x0D00)) == (0, 0)
    assert rig.write(0x0D04, 1500) == 0x8006


def test_another_application_can_hold_control():
    rig = Rig()
    rig.open_stream()
    rig.device.faults.steal_control()
    rig.device.handle_timer(rig.now)
    assert rig.read(0x0A00) == 2
    assert (rig.read(0x0A14), rig.read(0x0D00)) == (0xC0000201, 0)
    assert rig.write(0x0A00, 2) == 0x8006
    rig.now += 100.0
    assert rig.write(0x0A00, 2) == 0x8006  # it keeps its heart beating
    rig.device.faults.steal_control(on=False)
    rig.device.handle_timer(rig.now)
    assert rig.write(0x0A00, 2) == 0


def test_after_a_reboot_nothing_is_as_it_was_and_time_begins_anew():
    rig = Rig()
    rig.open_stream()
    rig.set("Width", 64)
    rig.now += 5.0
    rig.device.faults.reboot()
    rig.device.handle_timer(rig.now)
    assert (rig.read(0x0A00), rig.read(0x0D00), rig.read(0x0D04)) == (0, 0, 576)
    assert rig.get("Width") == 4096
    assert rig.write(0x0A00, 2) == 0
    rig.write(0x0944, 2)
    assert int.from_bytes(rig.read_memory(0x0948, 8), "big") == 0


def test_e1_an_overheated_camera_sends_no_images_until_it_has_cooled_down():
    rig = Rig()
    rig.open_stream()
    rig.device.faults.overheat()
    rig.device.handle_timer(rig.now)
    assert rig.get("DeviceTemperatureStatus") == 2
    rig.set("AcquisitionStart", 1)
    assert rig.run_until(rig.now + 1.0) == []
    rig.device.faults.overheat(on=False)
    rig.device.handle_timer(rig.now)
    assert len(rig.run_until(rig.now + 1.0)) > 3


def test_n1_a_slow_link_is_a_tenth_as_fast_and_says_so():
    rig = Rig()
    rig.open_stream()
    fast = frame_duration(rig)
    rig.device.faults.slow_link()
    rig.device.handle_timer(rig.now)
    assert rig.read(0x0670) == 100
    assert frame_duration(rig) == pytest.approx(10 * fast)
    rig.device.faults.reboot()  # the cable is still bad
    rig.device.handle_timer(rig.now)
    assert rig.read(0x0670) == 100


def frame_duration(rig):
    rig.set("AcquisitionStart", 1)
    (frame, *_) = rig.run_until(rig.now + 2.0)
    rig.set("AcquisitionStop", 1)
    rig.run_until(rig.now + 2.0)
    return frame.duration


def description_of(rig):
    """URL's length and as much of the description as there is."""
    url = rig.read_memory(0x0200, 512).rstrip(b"\0").decode()
    _, address, length = url.split(";")
    start, size = int(address, 16), int(length, 16)
    memory = b""
    while len(memory) < size:
        status, data = rig.command(
            0x84, struct.pack(">IHH", start + len(memory), 0, min(512, -(-(size - len(memory)) // 4) * 4))
        )
        if status:
            break
        memory += data[4:]
    return size, memory[:size]


def test_the_description_can_be_damaged_in_every_way_and_become_well_again():
    rig = Rig()
    size, whole = description_of(rig)
    assert len(whole) == size
    for kind in ("truncated", "bad_zip"):
        rig.device.faults.damage_xml(kind)
        rig.device.handle_timer(rig.now)
        _, memory = description_of(rig)
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(BytesIO(memory))
    rig.device.faults.damage_xml("bad_xml")
    rig.device.handle_timer(rig.now)
    with zipfile.ZipFile(BytesIO(description_of(rig)[1])) as archive:
        assert b"</RegisterDescription>" in archive.read(archive.namelist()[0])
        assert b"Width" not in archive.read(archive.namelist()[0])
    rig.device.faults.damage_xml("wrong_length")
    rig.device.handle_timer(rig.now)
    said, memory = description_of(rig)
    assert said == 2 * size > len(memory)
    rig.device.faults.damage_xml("none")
    rig.device.handle_timer(rig.now)
    assert description_of(rig) == (size, whole)


def test_test_packets_do_not_pass_a_path_that_is_too_narrow():
    rig = Rig()
    rig.open_stream()
    rig.device.faults.path_mtu(1500)
    rig.write(0x0D04, 0x80000000 | 1501)
    assert rig.device.stream_datagrams_to_send() == []
    rig.write(0x0D04, 0x80000000 | 1500)
    ((packet, _, _),) = rig.device.stream_datagrams_to_send()
    assert len(packet) == 1500 - 28


def test_a_discovery_is_answered_within_the_delay_that_is_set_but_not_always_at_once():
    rig = Rig()
    assert rig.write(0x0950, 1000) == 0
    delays = []
    for _ in range(20):
        rig.device.receive_datagram(GVCP["DISCOVERY_CMD"], STRANGER, rig.now)
        assert rig.device.datagrams_to_send() == []
        due = min(rig.device.get_timer(), rig.now + 1.0)
        rig.device.handle_timer(due)
        assert rig.device.datagrams_to_send() == [(GVCP["DISCOVERY_ACK"], STRANGER)]
        delays.append(due - rig.now)
        rig.now = due
        rig.read(0x0A00)  # the heartbeat
    assert max(delays) <= 1.0
    assert len(set(delays)) == 20
