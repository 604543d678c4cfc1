"""Events on the message channel: their bytes, their order, and what is done when nobody acknowledges them."""

import struct

import pytest
from vcxg_testing.golden import load

from vcxg124m.virtual.events import EVENT_IDS
from vcxg124m.virtual.message_channel import Event, MessageChannel, command
from vcxg124m.virtual.registers import Access, Register, RegisterFile

GVCP = load("gvcp")
HOST = ("10.0.0.2", 50001)
N5 = {
    "DeviceTemperatureStatusChanged", "EventLost", "ExposureEnd", "ExposureStart", "FrameEnd", "FrameStart",
    "FrameTransferSkipped", "GigEVisionError", "GigEVisionHeartbeatTimeOut", "PrimaryApplicationSwitch",
    "Line0RisingEdge", "Line0FallingEdge", "Line1RisingEdge", "Line1FallingEdge", "Line2RisingEdge",
    "Line2FallingEdge", "TransferBufferFull", "TransferBufferReady", "TriggerOverlapped", "TriggerReady",
    "TriggerSkipped",
}  # fmt: skip
ROWS = [
    Register(name="MCP", address=0x00, access=Access.READ_WRITE),
    Register(name="MCDA", address=0x04, access=Access.READ_WRITE),
    Register(name="MCTT", address=0x08),
    Register(name="MCRC", address=0x0C),
    Register(name="GvspConfiguration", address=0x10),
    Register(name="LostEventCounter", address=0x14),
    Register(name="DeviceTemperatureStatus", address=0x18),
    Register(name="EventNotification", address=0x20, count=len(EVENT_IDS)),
]


class Desk:
    """A channel and the application that it tells."""

    def __init__(self, *, wanted=N5, extended=False, patience_ms=10, repeats=2):
        self.registers = RegisterFile(ROWS)
        self.channel = MessageChannel(self.registers, lambda instant: round(instant * 1e9) // 8 * 8)
        self.registers.store("MCDA", 0x0A000002)
        self.registers.store("MCP", HOST[1])
        self.registers.store("MCTT", patience_ms)
        self.registers.store("MCRC", repeats)
        self.registers.store("GvspConfiguration", 0x40000000 if extended else 0)
        for index, name in enumerate(EVENT_IDS):
            self.registers.store("EventNotification", int(name in wanted), index)

    def sent(self):
        """Datagrams that leave now."""
        datagrams = self.channel.datagrams_to_send()
        assert {address for _, address in datagrams} <= {HOST}
        return [data for data, _ in datagrams]

    def acknowledge(self, datagram, *, now=0.0, sender=HOST, change=0):
        code, request_id = struct.unpack_from(">2xH2xH", datagram)
        self.channel.receive_datagram(struct.pack(">HHHH", 0, code + 1, 0, request_id + change), sender, now)

    def lost(self):
        return self.registers.integer("LostEventCounter")


def ids(datagram):
    """Ids of the events in a datagram with standard ids."""
    assert datagram[3] == 0xC0
    assert (len(datagram) - 8) % 16 == 0
    return [struct.unpack_from(">H", datagram, at + 2)[0] for at in range(8, len(datagram), 16)]


def as_request(golden, request_id):
    return golden[:6] + struct.pack(">H", request_id) + golden[8:]


@pytest.mark.parametrize(
    ("name", "extended", "events"),
    [
        ("EVENT_CMD", False, [Event(0x9001, 0x123456789)]),
        ("EVENT_CMD_TWO", False, [Event(3, 0x123456789, 0x1234), Event(4, 0x12345A000, 0x1234)]),
        ("EVENT_CMD_EXTENDED", True, [Event(0x9001, 0x123456789, 0x100000002)]),
        ("EVENT_CMD_EXTENDED_TWO", True, [Event(0x9001, 0x123456789), Event(3, 0x12345A000, 0x100000002)]),
        ("EVENTDATA_CMD", False, [Event(0x9002, 0x123456789, 0x1234, bytes([0, 0, 0, 42]))]),
        ("EVENTDATA_CMD_EXTENDED", True, [Event(0x9002, 0x123456789, 0x100000002, bytes([0, 0, 0, 42]))]),
    ],
)
def test_events_leave_as_the_golden_bytes(name, extended, events):
    request_id = struct.unpack_from(">H", GVCP[name], 6)[0]
    assert command(events, request_id, extended_ids=extended, acknowledge=True) == GVCP[name]


def test_an_event_that_wants_no_acknowledge_says_so():
    golden = bytes([0x42, 0x00]) + GVCP["EVENT_CMD"][2:]
    assert command([Event(0x9001, 0x123456789)], 0x14, extended_ids=False, acknowledge=False) == golden


def test_n5_there_is_every_event_of_the_data_sheet_with_an_id_of_its_own():
    assert set(EVENT_IDS) == N5
    assert len(set(EVENT_IDS.values())) == len(N5)
    assert EVENT_IDS["PrimaryApplicationSwitch"] == 0x0007
    assert all(0x9000 <= number <= 0xFFFF for name, number in EVENT_IDS.items() if number != 7)


@pytest.mark.parametrize("name", sorted(N5 - {"DeviceTemperatureStatusChanged"}))
def test_n5_an_event_is_told_with_its_id_and_the_cameras_time(name):
    desk = Desk()
    desk.channel.emit(name, 0.000000020, 5)
    (datagram,) = desk.sent()
    assert struct.unpack(">BBHHHHHHHQ", datagram) == (0x42, 1, 0xC0, 16, 1, 0, EVENT_IDS[name], 0, 5, 16)


def test_e1_a_change_of_the_temperature_status_is_told_with_the_new_status():
    desk = Desk()
    desk.registers.store("DeviceTemperatureStatus", 2)
    desk.channel.emit("DeviceTemperatureStatusChanged", 0.0)
    (datagram,) = desk.sent()
    assert datagram[2:4] == b"\0\xc2"
    assert datagram[24:] == bytes([0, 0, 0, 2])


def test_an_event_that_is_switched_off_is_not_told():
    desk = Desk(wanted={"FrameStart"})
    desk.channel.emit("FrameEnd", 0.0)
    assert desk.sent() == []
    desk.channel.emit("FrameStart", 0.0)
    assert len(desk.sent()) == 1


@pytest.mark.parametrize("register", ["MCP", "MCDA"])
def test_a_closed_channel_tells_nothing_and_counts_nothing_as_lost(register):
    desk = Desk()
    desk.registers.store(register, 0)
    desk.channel.emit("FrameStart", 0.0)
    assert (desk.sent(), desk.lost(), desk.channel.get_timer()) == ([], 0, None)


def test_what_happens_before_the_acknowledge_waits_and_leaves_together_in_order():
    desk = Desk()
    desk.channel.emit("ExposureStart", 0.001)
    desk.channel.emit("FrameStart", 0.002)
    desk.channel.emit("ExposureEnd", 0.003)
    (first,) = desk.sent()
    assert ids(first) == [EVENT_IDS["ExposureStart"]]
    desk.acknowledge(first, now=0.004)
    (second,) = desk.sent()
    assert ids(second) == [EVENT_IDS["FrameStart"], EVENT_IDS["ExposureEnd"]]
    assert second[6:8] == b"\0\2"


def test_an_event_with_data_leaves_alone_and_in_order():
    desk = Desk()
    for name in ("FrameStart", "FrameEnd", "DeviceTemperatureStatusChanged", "TriggerReady"):
        desk.channel.emit(name, 0.0)
    kinds = []
    while datagrams := desk.sent():
        (datagram,) = datagrams
        kinds.append((datagram[3], len(datagram)))
        desk.acknowledge(datagram)
    assert kinds == [(0xC0, 24), (0xC0, 24), (0xC2, 28), (0xC0, 24)]


@pytest.mark.parametrize(("extended", "most", "entry"), [(False, 33, 16), (True, 22, 24)])
def test_no_datagram_is_longer_than_the_control_protocol_allows(extended, most, entry):
    desk = Desk(extended=extended)
    for _ in range(101):
        desk.channel.emit("FrameStart", 0.0)
    sizes = []
    while datagrams := desk.sent():
        sizes.append(len(datagrams[0]))
        desk.acknowledge(datagrams[0])
    assert sizes[0] == 8 + entry
    assert max(sizes) == 8 + most * entry <= 548
    assert sum(size - 8 for size in sizes) == 101 * entry


def test_without_an_acknowledge_the_same_datagram_is_repeated_mcrc_times_mctt_apart_and_then_given_up():
    desk = Desk(patience_ms=10, repeats=2)
    desk.channel.emit("FrameStart", 1.0)
    (datagram,) = desk.sent()
    for attempt in (1, 2):
        assert desk.channel.get_timer() == pytest.approx(1.0 + attempt * 0.010)
        desk.channel.handle_timer(1.0 + attempt * 0.010 - 0.001)
        assert desk.sent() == []
        desk.channel.handle_timer(1.0 + attempt * 0.010)
        assert desk.sent() == [datagram]
    desk.channel.handle_timer(1.030)
    assert (desk.sent(), desk.lost(), desk.channel.get_timer()) == ([], 1, None)


def test_after_a_command_was_given_up_the_next_one_is_sent():
    desk = Desk(repeats=0)
    desk.channel.emit("FrameStart", 0.0)
    desk.channel.emit("FrameEnd", 0.0)
    desk.sent()
    desk.channel.handle_timer(0.010)
    (datagram,) = desk.sent()
    assert ids(datagram) == [EVENT_IDS["FrameEnd"]]


def test_mctt_0_wants_no_acknowledge_and_waits_for_none():
    desk = Desk(patience_ms=0)
    for name in ("FrameStart", "FrameEnd"):
        desk.channel.emit(name, 0.0)
    assert [(datagram[1], ids(datagram)) for datagram in desk.sent()] == [
        (0, [EVENT_IDS["FrameStart"]]),
        (0, [EVENT_IDS["FrameEnd"]]),
    ]
    assert desk.channel.get_timer() is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": ("10.0.0.9", HOST[1])},
        {"sender": (HOST[0], HOST[1] + 1)},
        {"change": 1},
    ],
)
def test_an_acknowledge_of_somebody_else_or_of_something_else_does_not_count(wrong):
    desk = Desk()
    desk.channel.emit("FrameStart", 0.0)
    desk.channel.emit("FrameEnd", 0.0)
    (datagram,) = desk.sent()
    desk.acknowledge(datagram, **wrong)
    assert desk.sent() == []
    desk.acknowledge(datagram)
    assert len(desk.sent()) == 1


@pytest.mark.parametrize("data", [b"", b"\0", bytes(7), bytes(600), b"keep this hole open"])
def test_other_datagrams_from_the_application_are_dropped(data):
    desk = Desk()
    desk.channel.receive_datagram(data, HOST, 0.0)
    desk.channel.emit("FrameStart", 0.0)
    desk.channel.receive_datagram(data, HOST, 0.0)
    assert len(desk.sent()) == 1
    assert desk.channel.get_timer() is not None


def test_too_many_events_at_once_are_counted_and_an_event_says_so_once():
    desk = Desk(wanted={"FrameStart", "EventLost"})
    for _ in range(1000):
        desk.channel.emit("FrameStart", 0.0)
    told = []
    while datagrams := desk.sent():
        told += ids(datagrams[0])
        desk.acknowledge(datagrams[0])
    assert told.count(EVENT_IDS["EventLost"]) == 1
    assert told[-1] == EVENT_IDS["EventLost"]
    assert len(told) - 1 + desk.lost() == 1000
    assert desk.lost() > 0


def test_events_are_lost_silently_but_counted_when_eventlost_is_off():
    desk = Desk(wanted={"FrameStart"})
    for _ in range(1000):
        desk.channel.emit("FrameStart", 0.0)
    told = 0
    while datagrams := desk.sent():
        told += len(ids(datagrams[0]))
        desk.acknowledge(datagrams[0])
    assert told + desk.lost() == 1000
    assert desk.lost() > 0


def test_request_ids_skip_0():
    desk = Desk(patience_ms=0)
    for _ in range(65536):
        desk.channel.emit("FrameStart", 0.0)
    numbers = [struct.unpack_from(">H", datagram, 6)[0] for datagram in desk.sent()]
    assert numbers[:2] == [1, 2]
    assert numbers[-2:] == [65535, 1]


def test_closing_says_the_last_words_without_waiting_for_answers():
    desk = Desk()
    desk.channel.emit("FrameStart", 0.0)
    desk.channel.emit("GigEVisionHeartbeatTimeOut", 0.0)
    desk.sent()
    desk.channel.close()
    (datagram,) = desk.sent()
    assert (datagram[1], ids(datagram)) == (0, [EVENT_IDS["GigEVisionHeartbeatTimeOut"]])
    assert desk.channel.get_timer() is None


def test_another_destination_begins_anew():
    desk = Desk()
    desk.channel.emit("FrameStart", 0.0)
    desk.channel.emit("FrameEnd", 0.0)
    (datagram,) = desk.sent()
    desk.registers.write(0x00, struct.pack(">I", 0))
    desk.acknowledge(datagram)
    desk.channel.handle_timer(1.0)
    assert (desk.sent(), desk.lost()) == ([], 0)


def test_2000_events_a_second_arrive_in_order_when_every_answer_takes_5_ms():
    desk = Desk(extended=True)
    told, due = [], []
    for step in range(2000):
        now = step * 0.0005
        desk.channel.emit("Line1RisingEdge", now, step + 1)
        while due and due[0][0] <= now:
            desk.acknowledge(due.pop(0)[1], now=now)
        for datagram in desk.sent():
            assert datagram[1] == 0x11
            told += [struct.unpack_from(">Q", datagram, at + 8)[0] for at in range(8, len(datagram), 24)]
            due.append((now + 0.005, datagram))
    assert desk.lost() == 0
    assert told == list(range(1, len(told) + 1))
    assert len(told) > 1980
