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


def test_a_second_application_is_refused_the_golden_way() -> None:
    assert Rig().send(GVCP["WRITEREG_CCP_CONTROL"], STRANGER) == GVCP["WRITEREG_CCP_CONTROL_ACK_DENIED"]


def test_an_action_with_the_right_keys_is_acknowledged() -> None:
    rig = Rig()
    assert rig.write(0x090C, 0x11223344) == rig.write(0x9800, 5) == rig.write(0x9804, 1) == 0
    assert rig.send(GVCP["ACTION_CMD"], STRANGER) == GVCP["ACTION_ACK"]


def test_an_action_for_others_is_not_answered() -> None:
    assert Rig().send(GVCP["ACTION_CMD"], STRANGER) is None


def test_a_resend_request_is_answered_that_the_packet_is_gone() -> None:
    rig = Rig()
    rig.open_stream(packet_size=576)
    rig.set("Width", 16)
    rig.set("Height", 100)  # 1600 bytes: three packets of 540
    rig.set("AcquisitionStart", 1)
    rig.run_until(rig.now + 0.01)
    request = GVCP["PACKETRESEND_STANDARD"].replace(
        bytes.fromhex("1234 00000005 00000009"), b"\0\1" + bytes(3) + b"\2" + bytes(3) + b"\2"
    )
    assert rig.send(request, (HOST[0], 50000)) is None
    expected = load("gvsp")["UNAVAILABLE_PAYLOAD_2"].replace(bytes.fromhex("1234"), b"\0\1")
    assert rig.device.stream_datagrams_to_send() == [(expected, ("10.0.0.2", 50000), False)]
