"""Events of a camera that is spoken to over GVCP: who hears of what, and when."""

import struct

from vcxg_testing.device import HOST, STRANGER, Rig
from vcxg_testing.golden import load

from vcxg124m.virtual.events import EVENT_IDS, EVENT_INDICES

GVCP = load("gvcp")
PORT = 50001
HEARTBEAT, ERROR, SWITCH = "GigEVisionHeartbeatTimeOut", "GigEVisionError", "PrimaryApplicationSwitch"


def listening(*names):
    """A camera whose application listens to these events."""
    rig = Rig(message_port=40000)
    assert rig.write(0x0B10, 0x0A000002) == rig.write(0x0B14, 10) == rig.write(0x0B18, 2) == 0
    assert rig.write(0x0B00, PORT) == 0
    numbers = {}
    entries = dict(rig.device.registers.row("EventNotification").entries)
    assert entries == {"Off": 0, "On": 1}
    for name in names:
        assert rig.write(rig.address("EventNotification") + 4 * EVENT_INDICES[name], 1) == 0
        numbers[EVENT_IDS[name]] = name
    rig.names = numbers
    return rig


def told(rig):
    """Names of the events that leave now."""
    names = []
    for datagram, address in rig.device.messages_to_send():
        assert address == ("10.0.0.2", PORT)
        entries = range(8, len(datagram), 16)
        names += [rig.names[struct.unpack_from(">H", datagram, at + 2)[0]] for at in entries]
    return names


def test_the_camera_says_where_its_events_come_from():
    assert Rig(message_port=40000).read(0x0B1C) == 40000
    assert Rig().read(0x0930) & 0x80000000
    assert Rig().read(0x0934) & 0x18 == 0x18


def test_n5_the_application_that_falls_silent_hears_that_it_has_lost_control():
    rig = listening(HEARTBEAT)
    rig.device.handle_timer(rig.now + 3.0)
    assert told(rig) == [HEARTBEAT]
    assert (rig.device.controller, rig.read(0x0B00)) == (None, 0)


def test_giving_control_back_is_no_event():
    rig = listening(HEARTBEAT)
    rig.write(0x0A00, 0)
    assert told(rig) == []


def test_n5_the_old_application_hears_that_another_one_takes_over():
    rig = listening(SWITCH)
    rig.write(0x095C, 0x1234)
    rig.write(0x0A00, 6)
    assert rig.write(0x0A00, 0x12340002, STRANGER) == 0
    assert told(rig) == [SWITCH]


def test_n5_a_command_that_breaks_the_protocol_is_an_error_event():
    rig = listening(ERROR)
    rig.send(bytes.fromhex("42 01 0080 0008 0007 00000a00"), STRANGER)
    assert told(rig) == []
    rig.send(bytes.fromhex("42 01 0080 0008 0007 00000a00"))
    assert told(rig) == [ERROR]


def test_an_unanswered_event_is_repeated_by_the_cameras_timer():
    rig = listening(ERROR)
    rig.device.emit(ERROR, rig.now)
    assert told(rig) == [ERROR]
    assert rig.device.get_timer() == rig.now + 0.010
    rig.device.handle_timer(rig.now + 0.010)
    assert told(rig) == [ERROR]
    rig.device.receive_message(bytes.fromhex("0000 00c1 0000 0001"), (HOST[0], PORT), rig.now + 0.011)
    rig.device.handle_timer(rig.now + 0.1)
    assert told(rig) == []
    assert rig.get("LostEventCounter") == 0


def test_lost_event_datagrams_are_made_good_by_repeating():
    rig = listening(ERROR)
    rig.device.faults.drop_events(1.0)
    rig.device.emit(ERROR, rig.now)
    assert told(rig) == []
    rig.device.faults.drop_events(0.0)
    rig.device.handle_timer(rig.now + 0.010)
    assert told(rig) == [ERROR]


def test_a_reboot_forgets_what_was_to_be_told():
    rig = listening(ERROR)
    rig.device.emit(ERROR, rig.now)
    rig.device.emit(ERROR, rig.now)
    told(rig)
    rig.device.faults.reboot()
    rig.device.handle_timer(rig.now + 0.005)
    rig.device.handle_timer(rig.now + 1.0)
    assert told(rig) == []


def test_n5_a_frame_tells_its_course_with_the_cameras_time_and_its_block_id():
    rig = listening("ExposureStart", "FrameStart", "ExposureEnd", "FrameEnd")
    rig.write(0x0D18, 0x0A000002)
    rig.write(0x0D00, 50000)
    rig.write(0x0944, 1)
    rig.set("AcquisitionMode", 1)  # SingleFrame
    rig.set("AcquisitionStart", 1)
    heard = []
    start = rig.now
    while (timer := rig.device.get_timer()) < start + 0.1:
        rig.now = timer
        rig.device.handle_timer(timer)
        while messages := rig.device.messages_to_send():
            ((datagram, _),) = messages
            for at in range(8, len(datagram), 16):
                _, number, _, block_id, timestamp = struct.unpack_from(">HHHHQ", datagram, at)
                heard.append((rig.names[number], block_id, timestamp))
            acknowledge = bytes.fromhex("0000 00c1 0000") + datagram[6:8]
            rig.device.receive_message(acknowledge, (HOST[0], PORT), rig.now)
    # 4 ms exposure, 65.7614 ms readout
    assert heard == [
        ("ExposureStart", 1, 0),
        ("FrameStart", 1, 0),
        ("ExposureEnd", 1, 4_000_000),
        ("FrameEnd", 1, 69_761_400),
    ]


def test_n5_e1_every_change_of_the_temperatures_judgement_is_told():
    rig = listening("DeviceTemperatureStatusChanged")
    states = []
    for celsius in (50, 70, 72, 80, 70, 60):
        rig.device.temperature_celsius = celsius
        for datagram, _ in rig.device.messages_to_send():
            states.append(int.from_bytes(datagram[-4:], "big"))
            rig.device.receive_message(
                bytes.fromhex("0000 00c3 0000") + datagram[6:8], (HOST[0], PORT), rig.now
            )
    assert states == [1, 2, 0]
