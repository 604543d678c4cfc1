"""Bootstrap registers of GigE Vision 2.0: one row each, at the addresses that the standard fixes.

The rows say what a host may do; what a value means is told by `gvcp.py` (control) and `device.py` (the rest).
"""

from __future__ import annotations

from vcxg124m.virtual.register import Access, Form, Register

RW, WO = Access.READ_WRITE, Access.WRITE_ONLY

# GVCP capability, register 0x0934. PACKETRESEND stays clear: the camera keeps no image for it (data sheet N10).
CONCATENATION = 0x00000001
WRITEMEM = 0x00000002
PACKET_RESEND = 0x00000004
EVENT = 0x00000008
EVENT_DATA = 0x00000010
PENDING_ACK = 0x00000020
ACTION = 0x00000040
EXTENDED_STATUS_2_0 = 0x00040000
SWITCHOVER = 0x00200000
EXTENDED_STATUS_1_1 = 0x00400000
DISCOVERY_ACK_DELAY_WRITABLE = 0x00800000
DISCOVERY_ACK_DELAY = 0x01000000
TEST_DATA = 0x02000000
MANIFEST_TABLE = 0x04000000
PRIMARY_APPLICATION = 0x08000000
LINK_SPEED = 0x10000000
HEARTBEAT_DISABLE = 0x20000000
SERIAL_NUMBER = 0x40000000
USER_NAME = 0x80000000
GVCP_CAPABILITY = (
    CONCATENATION | WRITEMEM | EVENT | EVENT_DATA | PENDING_ACK | ACTION | EXTENDED_STATUS_2_0 | SWITCHOVER
    | EXTENDED_STATUS_1_1 | DISCOVERY_ACK_DELAY_WRITABLE | DISCOVERY_ACK_DELAY | PRIMARY_APPLICATION | LINK_SPEED
    | HEARTBEAT_DISABLE | SERIAL_NUMBER | USER_NAME
)  # fmt: skip

# GVCP configuration, register 0x0954.
HEARTBEAT_DISABLED = 0x00000001
PENDING_ACK_ENABLED = 0x00000002
EXTENDED_STATUS_1_1_ENABLED = 0x00000004
EXTENDED_STATUS_2_0_ENABLED = 0x00040000

# GVSP configuration, register 0x0960, and capability, register 0x092C.
EXTENDED_IDS = 0x40000000
SCSP_PRESENT = 0x80000000
STANDARD_IDS_POSSIBLE = 0x40000000

# SCPS, register 0x0D04.
FIRE_TEST_PACKET = 0x80000000
DO_NOT_FRAGMENT = 0x40000000
PACKET_SIZE_BITS = 0x0000FFFF

# Message channel capability, register 0x0930.
MCSP_PRESENT = 0x80000000

PERSISTENT_IP, DHCP, LLA, PAUSE_RECEPTION = 0x1, 0x2, 0x4, 0x80000000

DISCOVERY_ACK_LENGTH = 0xF8
"""A DISCOVERY_ACK repeats the address space from 0 to here."""

CCP = 0x0A00

BOOTSTRAP = (
    Register(name="Version", address=0x0000, default=0x00020000),
    Register(
        name="DeviceMode", address=0x0004, default=0x80000001
    ),  # big-endian transmitter, one link, UTF-8
    Register(name="MacAddress", address=0x0008, length=8),
    Register(name="IpConfigurationSupported", address=0x0010, default=PERSISTENT_IP | DHCP | LLA),
    Register(
        name="IpConfigurationCurrent",
        address=0x0014,
        access=RW,
        default=DHCP | LLA,
        writable_bits=PERSISTENT_IP | DHCP,
    ),
    Register(name="Reserved0018", address=0x0018, count=3),
    Register(name="CurrentIpAddress", address=0x0024),
    Register(name="Reserved0028", address=0x0028, count=3),
    Register(name="CurrentSubnetMask", address=0x0034),
    Register(name="Reserved0038", address=0x0038, count=3),
    Register(name="CurrentDefaultGateway", address=0x0044),
    Register(name="ManufacturerName", address=0x0048, length=32, form=Form.TEXT, default="Baumer"),
    Register(name="ModelName", address=0x0068, length=32, form=Form.TEXT, default="VCXG-124M"),
    Register(name="DeviceVersionText", address=0x0088, length=32, form=Form.TEXT, default="R4.4.0"),
    Register(name="ManufacturerInfo", address=0x00A8, length=48, form=Form.TEXT, default="F:1/C:2/BL3:4"),
    Register(name="SerialNumber", address=0x00D8, length=16, form=Form.TEXT, default=""),
    Register(name="UserDefinedName", address=0x00E8, length=16, form=Form.TEXT, access=RW, default=""),
    Register(name="FirstUrl", address=0x0200, length=512, form=Form.TEXT, default=""),
    Register(name="SecondUrl", address=0x0400, length=512, form=Form.TEXT, default="File:CXG.xml"),
    Register(name="NumberOfInterfaces", address=0x0600, default=1),
    Register(name="PersistentIpAddress", address=0x064C, access=RW),
    Register(name="PersistentSubnetMask", address=0x065C, access=RW),
    Register(name="PersistentDefaultGateway", address=0x066C, access=RW),
    Register(name="LinkSpeed", address=0x0670, default=1000),  # Mbit/s
    Register(name="NumberOfMessageChannels", address=0x0900, default=1),
    Register(name="NumberOfStreamChannels", address=0x0904, default=1),
    Register(name="NumberOfActionSignals", address=0x0908, default=1),
    Register(name="ActionDeviceKeyValue", address=0x090C, access=WO),
    Register(name="NumberOfActiveLinks", address=0x0910, default=1),
    Register(name="StreamChannelCapability", address=0x092C, default=SCSP_PRESENT | STANDARD_IDS_POSSIBLE),
    Register(name="MessageChannelCapability", address=0x0930, default=MCSP_PRESENT),
    Register(name="GvcpCapability", address=0x0934, default=GVCP_CAPABILITY),
    Register(name="HeartbeatTimeout", address=0x0938, access=RW, default=3000),  # ms
    Register(name="TimestampTickFrequency", address=0x093C, length=8, default=1_000_000_000),
    Register(name="TimestampControl", address=0x0944, access=WO),
    Register(name="TimestampLatched", address=0x0948, length=8),
    Register(name="DiscoveryAckDelay", address=0x0950, access=RW, minimum=0, maximum=1000),  # ms
    Register(
        name="GvcpConfiguration",
        address=0x0954,
        access=RW,
        writable_bits=HEARTBEAT_DISABLED
        | PENDING_ACK_ENABLED
        | EXTENDED_STATUS_1_1_ENABLED
        | EXTENDED_STATUS_2_0_ENABLED,
    ),
    Register(
        name="PendingTimeout", address=0x0958, default=200
    ),  # ms: what takes longer is preceded by PENDING_ACK
    Register(name="SwitchoverKey", address=0x095C, access=WO, writable_bits=0xFFFF),
    Register(
        name="GvspConfiguration",
        address=0x0960,
        access=RW,
        writable_bits=EXTENDED_IDS,
        locked_by="AcquisitionActive",
    ),
    Register(name="PhysicalLinkCapability", address=0x0964, default=0x1),
    Register(name="PhysicalLinkConfiguration", address=0x0968, default=0x1),
    Register(name="ControlChannelPrivilege", address=CCP, access=RW),
    Register(name="PrimaryApplicationPort", address=0x0A04),
    Register(name="PrimaryApplicationAddress", address=0x0A14),
    Register(name="MCP", address=0x0B00, access=RW, writable_bits=0x000FFFFF),
    Register(name="MCDA", address=0x0B10, access=RW),
    Register(name="MCTT", address=0x0B14, access=RW, default=10),  # ms; seen on a VCXG.2
    Register(name="MCRC", address=0x0B18, access=RW, default=2),
    Register(name="MCSP", address=0x0B1C),
    Register(name="SCP", address=0x0D00, access=RW, writable_bits=0x000FFFFF),
    Register(
        name="SCPS",
        address=0x0D04,
        access=RW,
        default=576,
        writable_bits=FIRE_TEST_PACKET | DO_NOT_FRAGMENT | PACKET_SIZE_BITS,
        locked_by="AcquisitionActive",
    ),
    Register(name="SCPD", address=0x0D08, access=RW),  # ns
    Register(name="SCDA", address=0x0D18, access=RW, locked_by="AcquisitionActive"),
    Register(name="SCSP", address=0x0D1C),
    Register(name="SCC", address=0x0D20),
    Register(name="SCCFG", address=0x0D24, access=RW, writable_bits=0),  # takes any wish, enables none
    Register(name="ActionGroupKeyValue", address=0x9800, access=RW),
    Register(name="ActionGroupMaskValue", address=0x9804, access=RW),
)
