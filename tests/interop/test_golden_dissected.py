"""Wireshark's dissectors, which nobody of this project wrote, read the golden bytes as their comments say."""

from pathlib import Path

import pytest
from vcxg_testing.dissect import CONTROL_PORT, PROBLEMS, TSHARK, Datagram, Fields, dissect, write_pcap
from vcxg_testing.golden import load

pytestmark = [
    pytest.mark.interop,
    pytest.mark.skipif(TSHARK is None, reason="tshark is not installed (apt install tshark)"),
]

DEVICE = "10.0.0.7"
APPLICATION = "10.0.0.2"
APPLICATION_PORT = 50001
MESSAGE_PORT = 50002
STREAM_PORT = 50000

# Entry → fields as tshark prints them, under Wireshark's names (`gvcp.event_timestamp`: the 64-bit block id).
CONTROL = {
    "DISCOVERY_CMD": {"gvcp.cmd.command": ["0x0002"], "gvcp.cmd.req_id": ["0xffff"]},
    "DISCOVERY_CMD_BROADCAST_ACK": {"gvcp.cmd.flag.allowbroadcastacq": ["1"]},
    "DISCOVERY_ACK": {
        "gvcp.ack": ["0x0003"],
        "gvcp.bootstrap.specversion": ["0x00020000"],
        "gvcp.bootstrap.devicemode.endianness": ["1"],
        "gvcp.bootstrap.devicemode.deviceclass": ["0x00000000"],
        "gvcp.bootstrap.devicemode.characterset": ["0x00000001"],
        "gvcp.cmd.discovery.devicemacaddress": ["00:06:be:12:34:56"],
        "gvcp.bootstrap.ipconfig.lla": ["1", "1"],
        "gvcp.bootstrap.ipconfig.dhcp": ["1", "1"],
        "gvcp.bootstrap.ipconfig.persistentip": ["1", "0"],
        "gvcp.bootstrap.currentip": ["10.0.0.7"],
        "gvcp.bootstrap.currentsubnetmask": ["255.255.255.0"],
        "gvcp.bootstrap.currentdefaultgateway": ["10.0.0.1"],
        "gvcp.bootstrap.manufacturername": ["Baumer"],
        "gvcp.bootstrap.modelname": ["VCXG-124M"],
        "gvcp.bootstrap.deviceversion": ["R4.4.0"],
        "gvcp.bootstrap.manufacturerspecificinfo": ["F:1/C:2/BL3:4"],
        "gvcp.bootstrap.serialnumber": ["700000000001"],
        "gvcp.bootstrap.userdefinedname": ["golden"],
    },
    "FORCEIP_CMD": {
        "gvcp.cmd.forceip.macaddress": ["00:06:be:12:34:56"],
        "gvcp.cmd.forceip.ip": ["10.0.0.7"],
        "gvcp.cmd.forceip.subnetmask": ["255.255.255.0"],
        "gvcp.cmd.forceip.defaultgateway": ["10.0.0.1"],
    },
    "FORCEIP_ACK": {"gvcp.ack": ["0x0005"]},
    "READREG_CCP": {"gvcp.cmd.command": ["0x0080"], "gvcp.cmd.readreg.bootstrapregister": ["0x00000a00"]},
    "READREG_CCP_ACK_FREE": {
        "gvcp.bootstrap.control.controlaccess": ["0"],
        "gvcp.bootstrap.control.exclusiveaccess": ["0"],
    },
    "READREG_CCP_UNACKNOWLEDGED": {
        "gvcp.cmd.flag.acq_required": ["0"],
        "gvcp.cmd.readreg.bootstrapregister": ["0x00000a00"],
    },
    "READREG_TICK_FREQUENCY": {"gvcp.cmd.readreg.bootstrapregister": ["0x0000093c", "0x00000940"]},
    "READREG_TICK_FREQUENCY_ACK": {
        "gvcp.bootstrap.timestamptickfrequencyhigh": ["0"],
        "gvcp.bootstrap.timestamptickfrequencylow": ["1000000000"],
    },
    "WRITEREG_CCP_CONTROL": {
        "gvcp.cmd.command": ["0x0082"],
        "gvcp.bootstrap.control.controlaccess": ["1"],
        "gvcp.bootstrap.control.exclusiveaccess": ["0"],
    },
    "WRITEREG_CCP_CONTROL_ACK": {"gvcp.ack": ["0x0083"], "gvcp.cmd.writereg.dataindex": ["0x0001"]},
    "WRITEREG_CCP_EXCLUSIVE": {
        "gvcp.bootstrap.control.controlaccess": ["0"],
        "gvcp.bootstrap.control.exclusiveaccess": ["1"],
    },
    "WRITEREG_CCP_RELEASE": {
        "gvcp.bootstrap.control.controlaccess": ["0"],
        "gvcp.bootstrap.control.exclusiveaccess": ["0"],
    },
    "WRITEREG_STREAM_CHANNEL": {
        "gvcp.bootstrap.scdax": ["10.0.0.2"],
        "gvcp.bootstrap.scpx.hostport": ["50000"],
        "gvcp.bootstrap.scpx.direction": ["0"],
    },
    "WRITEREG_STREAM_CHANNEL_ACK": {"gvcp.cmd.writereg.dataindex": ["0x0002"]},
    "WRITEREG_SCPS_FIRE_TEST_PACKET": {
        "gvcp.bootstrap.scpsx.firetestpacket": ["1"],
        "gvcp.bootstrap.scpsx.donotfragment": ["1"],
        "gvcp.bootstrap.scpsx.packetsize": ["9000"],
    },
    "READMEM_MODEL_NAME": {
        "gvcp.cmd.readmem.bootstrapregister": ["0x00000068"],
        "gvcp.cmd.readmem.count": ["0x0020"],
    },
    "READMEM_MODEL_NAME_ACK": {
        "gvcp.cmd.readmem.address": ["0x00000068"],
        "gvcp.bootstrap.modelname": ["VCXG-124M"],
    },
    "READMEM_CCP_ACK_FREE": {"gvcp.ack": ["0x0085"], "gvcp.cmd.readmem.address": ["0x00000a00"]},
    "WRITEMEM_USER_NAME": {"gvcp.cmd.command": ["0x0086"], "gvcp.bootstrap.userdefinedname": ["golden"]},
    "WRITEMEM_USER_NAME_ACK": {"gvcp.cmd.writemem.dataindex": ["0x0010"]},
    "PENDING_ACK": {"gvcp.ack": ["0x0089"], "gvcp.ack.pendingack.timetocompletion": ["0x01f4"]},
    "PACKETRESEND_STANDARD": {
        "gvcp.cmd.flag.64bitid": ["0"],
        "gvcp.cmd.flag.acq_required": ["0"],
        "gvcp.cmd.resend.streamchannelindex": ["0x0000"],
        "gvcp.cmd.resend.blockid": ["0x1234"],
        "gvcp.cmd.resend.firstpacketid": ["0x000005"],
        "gvcp.cmd.resend.lastpacketid": ["0x000009"],
    },
    "PACKETRESEND_STANDARD_TO_END": {"gvcp.cmd.resend.lastpacketid": ["0xffffff"]},
    "PACKETRESEND_EXTENDED": {
        "gvcp.cmd.flag.64bitid": ["1"],
        "gvcp.cmd.resend.extendedblockid": ["0x0000000100000002"],
        "gvcp.cmd.resend.firstpacketid": ["0x00000005"],
        "gvcp.cmd.resend.lastpacketid": ["0x00000009"],
    },
    "EVENT_CMD": {
        "gvcp.cmd.event.devicespecificid": ["0x9001"],
        "gvcp.cmd.event.streamchannelindex": ["0xffff"],
        "gvcp.cmd.event.blockid": ["0x0000"],
        "gvcp.cmd.event.timestamp": ["0x0000000123456789"],
    },
    "EVENT_CMD_TWO": {
        "gvcp.cmd.event.id": ["0x0003", "0x0004"],
        "gvcp.cmd.event.blockid": ["0x1234", "0x1234"],
        "gvcp.cmd.event.timestamp": ["0x0000000123456789", "0x000000012345a000"],
    },
    "EVENT_CMD_EXTENDED": {
        "gvcp.cmd.flag.64bitid": ["1"],
        "gvcp.cmd.event.devicespecificid": ["0x9001"],
        "gvcp.event_timestamp": ["0x0000000100000002"],
        "gvcp.cmd.event.timestamp": ["0x0000000123456789"],
    },
    "EVENT_CMD_EXTENDED_TWO": {
        "gvcp.cmd.event.devicespecificid": ["0x9001"],
        "gvcp.cmd.event.id": ["0x0003"],
        "gvcp.cmd.event.streamchannelindex": ["0xffff", "0x0000"],
        "gvcp.event_timestamp": ["0x0000000000000000", "0x0000000100000002"],
        "gvcp.cmd.event.timestamp": ["0x0000000123456789", "0x000000012345a000"],
    },
    "EVENT_ACK": {"gvcp.ack": ["0x00c1"]},
    "EVENTDATA_CMD": {
        "gvcp.cmd.event.devicespecificid": ["0x9002"],
        "gvcp.cmd.event.blockid": ["0x1234"],
        "gvcp.cmd.eventdata.data": ["00:00:00:2a"],
    },
    "EVENTDATA_CMD_EXTENDED": {
        "gvcp.cmd.event.eventsize": ["0x001c"],
        "gvcp.cmd.event.devicespecificid": ["0x9002"],
        "gvcp.event_timestamp": ["0x0000000100000002"],
        "gvcp.cmd.eventdata.data": ["00:00:00:2a"],
    },
    "EVENTDATA_ACK": {"gvcp.ack": ["0x00c3"]},
    "ACTION_CMD": {
        "gvcp.cmd.flag.scheduledactioncommand": ["0"],
        "gvcp.cmd.action.devicekey": ["0x11223344"],
        "gvcp.cmd.action.groupkey": ["0x00000005"],
        "gvcp.cmd.action.groupmask": ["0x00000001"],
    },
    "ACTION_CMD_SCHEDULED": {
        "gvcp.cmd.flag.scheduledactioncommand": ["1"],
        "gvcp.cmd.action.groupmask": ["0x00000001"],
        "gvcp.cmd.action.time": ["0x0000000123456789"],
    },
    "ACTION_ACK": {"gvcp.ack": ["0x0101"], "gvcp.cmd.status": ["0x0000"]},
    "ACTION_ACK_LATE": {"gvcp.cmd.status": ["0x8016"]},
    "READREG_UNKNOWN_ACK": {"gvcp.cmd.status": ["0x8003"]},
    "READREG_UNALIGNED_ACK": {"gvcp.cmd.status": ["0x8005"]},
    "READMEM_TOO_LONG_ACK": {"gvcp.cmd.status": ["0x8002"]},
    "WRITEREG_READ_ONLY_ACK": {"gvcp.cmd.status": ["0x8004"], "gvcp.cmd.writereg.dataindex": ["0x0000"]},
    "WRITEREG_SECOND_READ_ONLY_ACK": {
        "gvcp.cmd.status": ["0x8004"],
        "gvcp.cmd.writereg.dataindex": ["0x0001"],
    },
    "WRITEMEM_UNALIGNED_ACK": {"gvcp.cmd.status": ["0x8005"], "gvcp.cmd.writemem.dataindex": ["0x0000"]},
}

# A status other than success hides the data of a standard-id packet from this dissector.
STREAM = {
    "IMAGE_LEADER": {
        "gvsp.blockid16": ["4660"],
        "gvsp.format": ["0x01"],
        "gvsp.packetid24": ["0"],
        "gvsp.payloadtype": ["0x0001"],
        "gvsp.timestamp": ["0x0000000123456789"],
        "gvsp.pixel": ["0x01080001"],
        "gvsp.sizex": ["16"],
        "gvsp.sizey": ["3"],
        "gvsp.offsetx": ["32"],
        "gvsp.offsety": ["5"],
        "gvsp.paddingx": ["0"],
        "gvsp.paddingy": ["0"],
    },
    "IMAGE_PAYLOAD_2": {
        "gvsp.format": ["0x03"],
        "gvsp.packetid24": ["2"],
        "gvsp.payloaddata": [bytes(range(0x14, 0x28)).hex(":")],
    },
    "IMAGE_TRAILER": {
        "gvsp.format": ["0x02"],
        "gvsp.packetid24": ["4"],
        "gvsp.payloadtype": ["0x0001"],
        "gvsp.sizey": ["3"],
    },
    "IMAGE_TRAILER_OF_NO_LINES": {"gvsp.format": ["0x02"], "gvsp.sizey": ["0"]},
    "IMAGE_LEADER_EXTENDED": {
        "gvsp.format": ["0x81"],
        "gvsp.blockid64": ["4294971956"],
        "gvsp.packetid32": ["0"],
        "gvsp.timestamp": ["0x0000000123456789"],
        "gvsp.pixel": ["0x01080001"],
        "gvsp.sizex": ["16"],
        "gvsp.sizey": ["3"],
        "gvsp.offsetx": ["32"],
        "gvsp.offsety": ["5"],
    },
    "IMAGE_PAYLOAD_3_EXTENDED": {
        "gvsp.blockid64": ["4294971956"],
        "gvsp.packetid32": ["3"],
        "gvsp.flag.packetresend": ["0x0000"],
        "gvsp.payloaddata": [bytes(range(0x28, 0x30)).hex(":")],
    },
    "IMAGE_TRAILER_EXTENDED": {"gvsp.format": ["0x82"], "gvsp.packetid32": ["4"], "gvsp.sizey": ["3"]},
    "LEADER_MONO8": {"gvsp.pixel": ["0x01080001"], "gvsp.pixel.occupy": ["8"], "gvsp.sizex": ["4096"]},
    "LEADER_MONO10": {"gvsp.pixel": ["0x01100003"], "gvsp.pixel.occupy": ["16"], "gvsp.sizey": ["3000"]},
    "LEADER_MONO12": {"gvsp.pixel": ["0x01100005"], "gvsp.pixel.occupy": ["16"], "gvsp.sizex": ["4096"]},
    "LEADER_MONO12P": {"gvsp.pixel": ["0x010c0047"], "gvsp.pixel.occupy": ["12"], "gvsp.sizey": ["3000"]},
    "LEADER_MONO8_EXTENDED": {"gvsp.blockid64": ["1"], "gvsp.pixel": ["0x01080001"], "gvsp.sizey": ["3000"]},
    "LEADER_MONO10_EXTENDED": {"gvsp.blockid64": ["2"], "gvsp.pixel": ["0x01100003"], "gvsp.sizey": ["3000"]},
    "LEADER_MONO12_EXTENDED": {"gvsp.blockid64": ["3"], "gvsp.pixel": ["0x01100005"], "gvsp.sizey": ["3000"]},
    "LEADER_MONO12P_EXTENDED": {
        "gvsp.blockid64": ["4"],
        "gvsp.pixel": ["0x010c0047"],
        "gvsp.sizey": ["3000"],
    },
    "TRAILER_FULL_FRAME_MONO8_1500": {"gvsp.packetid24": ["8395"], "gvsp.sizey": ["3000"]},
    "CHUNK_LEADER": {"gvsp.payloadtype": ["0x0004"], "gvsp.timestamp": ["0x0000000123456789"]},
    "CHUNK_TRAILER": {"gvsp.payloadtype": ["0x0004"], "gvsp.payloadlength": ["56"]},
    "IMAGE_CHUNK_LEADER": {"gvsp.payloadtype": ["0x4001"], "gvsp.sizex": ["16"], "gvsp.sizey": ["1"]},
    "IMAGE_CHUNK_TRAILER": {
        "gvsp.payloadtype": ["0x4001"],
        "gvsp.sizey": ["1"],
        "gvsp.chunkdatapayloadlengthhex": ["0x00000038"],
        "gvsp.chunklayoutidhex": ["0x00000009"],
    },
    "IMAGE_CHUNK_TRAILER_EXTENDED": {
        "gvsp.blockid64": ["4294967304"],
        "gvsp.chunkdatapayloadlengthhex": ["0x00000038"],
        "gvsp.chunklayoutidhex": ["0x00000009"],
    },
    "EXTENDED_CHUNK_TRAILER": {
        "gvsp.payloadlength": ["56"],
        "gvsp.sizey": ["1"],
        "gvsp.chunklayoutidhex": ["0x00000009"],
    },
    "TEST_PACKET_HEADER": {"gvsp.blockid16": ["0"], "gvsp.format": ["0x03"], "gvsp.packetid24": ["0"]},
    "TEST_PACKET_HEADER_EXTENDED": {"gvsp.blockid64": ["0"], "gvsp.packetid32": ["0"]},
    "RESENT_PAYLOAD_2": {"gvsp.status": ["0x0100"], "gvsp.packetid24": ["2"]},
    "RESENT_PAYLOAD_2_EXTENDED": {
        "gvsp.flag.packetresend": ["0x0001"],
        "gvsp.payloaddata": [bytes(range(0x14, 0x28)).hex(":")],
    },
    "UNAVAILABLE_PAYLOAD_2": {"gvsp.status": ["0x800c"], "gvsp.packetid24": ["2"]},
    "UNAVAILABLE_PAYLOAD_2_EXTENDED": {"gvsp.status": ["0x800c"], "gvsp.packetid32": ["2"]},
    "REMOVED_PAYLOAD_2": {"gvsp.status": ["0x8012"], "gvsp.packetid24": ["2"]},
    "REMOVED_PAYLOAD_2_EXTENDED": {"gvsp.status": ["0x8012"], "gvsp.packetid32": ["2"]},
    "NOT_YET_PAYLOAD_2": {"gvsp.status": ["0x8010"], "gvsp.packetid24": ["2"]},
}


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    """Every entry of gvcp.txt, sent the way its kind goes, as tshark dissects it."""
    entries = load("gvcp")
    datagrams = []
    for name, payload in entries.items():
        on_message_channel = name.startswith("EVENT")
        application = (APPLICATION, MESSAGE_PORT if on_message_channel else APPLICATION_PORT)
        device = (DEVICE, CONTROL_PORT)
        is_command = payload[0] == 0x42
        ends = (application, device) if is_command != on_message_channel else (device, application)
        datagrams.append(Datagram(payload, *ends))
    capture = tmp_path_factory.mktemp("golden") / "gvcp.pcap"
    write_pcap(capture, datagrams)
    return dict(zip(entries, dissect(capture), strict=True))


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Fields]:
    """Every entry of gvsp.txt as tshark dissects it."""
    entries = load("gvsp")
    capture = tmp_path_factory.mktemp("golden") / "gvsp.pcap"
    ends = ((DEVICE, 20202), (APPLICATION, STREAM_PORT))
    write_pcap(capture, [Datagram(packet, *ends) for packet in entries.values()])
    return dict(zip(entries, dissect(capture, stream_ports=[STREAM_PORT]), strict=True))


def malformed(dissected: dict[str, Fields]) -> set[str]:
    return {
        name
        for name, fields in dissected.items()
        if "_ws.malformed" in fields or "_ws.expert.severity" in fields
    }


@pytest.mark.parametrize("name", CONTROL)
def test_a_control_datagram_says_what_its_entry_claims(control: dict[str, Fields], name: str) -> None:
    assert {field: control[name].get(field) for field in CONTROL[name]} == CONTROL[name]


@pytest.mark.parametrize("name", STREAM)
def test_a_stream_packet_says_what_its_entry_claims(stream: dict[str, Fields], name: str) -> None:
    assert {field: stream[name].get(field) for field in STREAM[name]} == STREAM[name]


def test_no_control_datagram_is_malformed_but_the_bare_refusals(control: dict[str, Fields]) -> None:
    assert malformed(control) == {name for name in load("gvcp") if name.endswith("_BARE")}


def test_no_stream_packet_is_malformed(stream: dict[str, Fields]) -> None:
    assert malformed(stream) == set()


def test_a_shortened_datagram_is_noticed(tmp_path: Path) -> None:
    """Negative control: the two tests above would see a mistake."""
    datagram = load("gvcp")["FORCEIP_CMD"][:-4]
    capture = tmp_path / "short.pcap"
    write_pcap(capture, [Datagram(datagram, (APPLICATION, APPLICATION_PORT), (DEVICE, CONTROL_PORT))])
    assert len(dissect(capture, show=PROBLEMS)) == 1
