"""The device's GVCP against the golden bytes: what it answers to literal commands, byte by byte."""

import pytest
from vcxg_testing.device import HOST, STRANGER, Rig
from vcxg_testing.golden import load

GVCP = load("gvcp")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("DISCOVERY_CMD", "DISCOVERY_ACK"),
        ("DISCOVERY_CMD_BROADCAST_ACK", "DISCOVERY_ACK"),
        ("FORCEIP_CMD", "FORCEIP_ACK"),
        ("READREG_CCP", "READREG_CCP_ACK_FREE"),
        ("READREG_TICK_FREQUENCY", "READREG_TICK_FREQUENCY_ACK"),
        ("WRITEREG_CCP_CONTROL", "WRITEREG_CCP_CONTROL_ACK"),
        ("WRITEREG_CCP_EXCLUSIVE", "WRITEREG_CCP_EXCLUSIVE_ACK"),
        ("WRITEREG_CCP_RELEASE", "WRITEREG_CCP_RELEASE_ACK"),
        ("READMEM_MODEL_NAME", "READMEM_MODEL_NAME_ACK"),
        ("READMEM_CCP", "READMEM_CCP_ACK_FREE"),
        ("READREG_UNKNOWN", "READREG_UNKNOWN_ACK"),
        ("READREG_UNALIGNED", "READREG_UNALIGNED_ACK"),
        ("READMEM_TOO_LONG", "READMEM_TOO_LONG_ACK"),
        ("UNKNOWN_COMMAND", "UNKNOWN_COMMAND_ACK"),
    ],
)
def test_a_free_camera_answers_the_golden_bytes(command: str, answer: str) -> None:
    assert Rig(controlled=False).send(GVCP[command]) == GVCP[answer]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("READREG_CCP", "READREG_CCP_ACK_CONTROL"),
        ("WRITEREG_STREAM_CHANNEL", "WRITEREG_STREAM_CHANNEL_ACK"),
        ("WRITEREG_SCPS_FIRE_TEST_PACKET", "WRITEREG_SCPS_FIRE_TEST_PACKET_ACK"),
        ("WRITEMEM_USER_NAME", "WRITEMEM_USER_NAME_ACK"),
        ("WRITEREG_READ_ONLY", "WRITEREG_READ_ONLY_ACK"),
        ("WRITEREG_SECOND_READ_ONLY", "WRITEREG_SECOND_READ_ONLY_ACK"),
        ("WRITEMEM_UNALIGNED", "WRITEMEM_UNALIGNED_ACK"),
    ],
)
def test_a_controlled_camera_answers_its_application_the_golden_bytes(command: str, answer: str) -> None:
    assert Rig().send(GVCP[command]) == GVCP[answer]


ELSEWHERE = ("10.9.9.9", 51000)
"""An application on the same wire with an address of another subnet: only a broadcast reaches it."""


@pytest.mark.parametrize("repeated", [1, 2])
@pytest.mark.parametrize(
    ("command", "answer"), [("DISCOVERY_CMD_BROADCAST_ACK", "DISCOVERY_ACK"), ("FORCEIP_CMD", "FORCEIP_ACK")]
)
def test_an_application_of_another_subnet_is_answered_by_broadcast(
    command: str, answer: str, repeated: int
) -> None:
    device = Rig(controlled=False).device
    for _ in range(repeated):
        device.receive_datagram(GVCP[command], ELSEWHERE, 10.0, broadcast=True)
    assert device.datagrams_to_send() == [(GVCP[answer], ("255.255.255.255", 51000))] * repeated


@pytest.mark.parametrize("command", ["DISCOVERY_CMD_BROADCAST_ACK", "FORCEIP_CMD"])
def test_an_application_of_the_same_subnet_is_answered_alone(command: str) -> None:
    device = Rig(controlled=False).device
    device.receive_datagram(GVCP[command], HOST, 10.0, broadcast=True)
    assert [address for _, address in device.datagrams_to_send()] == [HOST]


def test_an_application_of_another_subnet_that_forbids_broadcasts_is_not_answered() -> None:
    device = Rig(controlled=False).device
    device.receive_datagram(GVCP["DISCOVERY_CMD"], ELSEWHERE, 10.0, broadcast=True)
    assert device.datagrams_to_send() == []


def test_a_command_that_a_router_has_brought_is_answered_the_way_it_came() -> None:
    assert Rig(controlled=False).send(GVCP["DISCOVERY_CMD_BROADCAST_ACK"], ELSEWHERE) == GVCP["DISCOVERY_ACK"]


def test_a_second_application_is_refused_the_golden_way() -> None:
    assert Rig().send(GVCP["WRITEREG_CCP_CONTROL"], STRANGER) == GVCP["WRITEREG_CCP_CONTROL_ACK_DENIED"]


def test_an_action_with_the_right_keys_is_acknowledged() -> None:
    rig = Rig()
    assert rig.write(0x090C, 0x11223344) == rig.write(0x9800, 5) == rig.write(0x9804, 1) == 0
    assert rig.send(GVCP["ACTION_CMD"], STRANGER) == GVCP["ACTION_ACK"]


def test_an_action_from_another_subnet_is_obeyed_and_never_answered_by_broadcast() -> None:
    rig = Rig()
    assert rig.write(0x090C, 0x11223344) == rig.write(0x9800, 5) == rig.write(0x9804, 1) == 0
    assert rig.set("TriggerMode", 1) == rig.set("AcquisitionStart", 1) == 0
    command = GVCP["ACTION_CMD"]
    rig.device.receive_datagram(command[:1] + b"\x11" + command[2:], ELSEWHERE, rig.now, broadcast=True)
    assert rig.device.datagrams_to_send() == []
    rig.run_until(rig.now + 0.1)
    assert rig.device.frames_exposed == 1


def test_a_scheduled_action_is_refused_because_there_is_no_clock_to_meet() -> None:
    refusal = GVCP["ACTION_ACK_LATE"].replace(
        bytes.fromhex("8016"), bytes.fromhex("8001")
    )  # NOT_IMPLEMENTED instead
    assert Rig().send(GVCP["ACTION_CMD_SCHEDULED"], STRANGER) == refusal


def test_an_action_for_others_is_not_answered() -> None:
    assert Rig().send(GVCP["ACTION_CMD"], STRANGER) is None


def test_a_heartbeat_without_acknowledge_keeps_control_and_is_not_answered() -> None:
    rig = Rig()
    rig.now += 2.9
    assert rig.send(GVCP["READREG_CCP_UNACKNOWLEDGED"]) is None
    rig.now += 2.9
    rig.device.handle_timer(rig.now)
    assert rig.send(GVCP["READREG_CCP"]) == GVCP["READREG_CCP_ACK_CONTROL"]


def sent_a_block(*, configuration: int, extended_ids: bool = False) -> Rig:
    """A camera that has just sent its first block, of three payload packets."""
    rig = Rig()
    rig.open_stream(packet_size=576)
    rig.set("Width", 16)
    rig.set("Height", 100)  # 1600 bytes, at most 540 a packet
    assert rig.write(0x0954, configuration) == 0
    assert rig.write(0x0960, 0x40000000 if extended_ids else 0) == 0
    rig.set("AcquisitionStart", 1)
    rig.run_until(rig.now + 0.01)
    return rig


@pytest.mark.parametrize(("configuration", "answer"), [(0, "UNAVAILABLE"), (0x4, "REMOVED")])
def test_a_resend_request_is_answered_that_the_packet_is_gone(configuration: int, answer: str) -> None:
    rig = sent_a_block(configuration=configuration)
    asked = bytes.fromhex("1234 00000005 00000009")
    request = GVCP["PACKETRESEND_STANDARD"].replace(asked, bytes.fromhex("0001 00000002 00000002"))
    assert rig.send(request, (HOST[0], 50000)) is None
    expected = load("gvsp")[f"{answer}_PAYLOAD_2"].replace(bytes.fromhex("1234"), bytes.fromhex("0001"))
    assert rig.device.stream_datagrams_to_send() == [(expected, ("10.0.0.2", 50000), False)]


@pytest.mark.parametrize(("configuration", "answer"), [(0, "UNAVAILABLE"), (0x4, "REMOVED")])
def test_a_resend_request_with_extended_ids_is_answered_with_them(configuration: int, answer: str) -> None:
    rig = sent_a_block(configuration=configuration, extended_ids=True)
    asked = bytes.fromhex("00000005 00000009 0000000100000002")
    request = GVCP["PACKETRESEND_EXTENDED"].replace(
        asked, bytes.fromhex("00000002 00000002 0000000000000001")
    )
    assert rig.send(request, (HOST[0], 50000)) is None
    block = bytes.fromhex("0000000100001234"), bytes.fromhex("0000000000000001")
    expected = load("gvsp")[f"{answer}_PAYLOAD_2_EXTENDED"].replace(*block)
    assert rig.device.stream_datagrams_to_send() == [(expected, ("10.0.0.2", 50000), False)]


def test_a_resend_request_to_the_end_of_the_block_ends_with_its_trailer() -> None:
    rig = sent_a_block(configuration=0)
    asked = bytes.fromhex("1234 00000005")
    request = GVCP["PACKETRESEND_STANDARD_TO_END"].replace(asked, bytes.fromhex("0001 00000002"))
    assert rig.send(request, (HOST[0], 50000)) is None
    packets = [int.from_bytes(data[5:8], "big") for data, _, _ in rig.device.stream_datagrams_to_send()]
    assert packets == [2, 3, 4]


def test_a_packet_of_a_block_that_was_never_sent_is_not_answered() -> None:
    rig = sent_a_block(configuration=0)
    assert rig.send(GVCP["PACKETRESEND_STANDARD"], (HOST[0], 50000)) is None
    assert rig.device.stream_datagrams_to_send() == []
