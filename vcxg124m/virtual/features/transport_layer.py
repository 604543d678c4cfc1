"""TransportLayerControl: channels, addresses, privilege and time, with the names of GigE Vision."""

from __future__ import annotations

from vcxg124m.datasheet import MEMORY, NETWORK
from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.feature import Feature, numbered
from vcxg124m.virtual.features._words import RW, STREAM, WO

_PACKET = NETWORK.packet_size

SUPPORTED_OPTIONS = (
    ("UserDefinedName", "GvcpCapability", bootstrap.USER_NAME),
    ("SerialNumber", "GvcpCapability", bootstrap.SERIAL_NUMBER),
    ("HeartbeatDisable", "GvcpCapability", bootstrap.HEARTBEAT_DISABLE),
    ("LinkSpeed", "GvcpCapability", bootstrap.LINK_SPEED),
    ("CCPApplicationSocket", "GvcpCapability", bootstrap.PRIMARY_APPLICATION),
    ("ManifestTable", "GvcpCapability", bootstrap.MANIFEST_TABLE),
    ("TestData", "GvcpCapability", bootstrap.TEST_DATA),
    ("DiscoveryAckDelay", "GvcpCapability", bootstrap.DISCOVERY_ACK_DELAY),
    ("DiscoveryAckDelayWritable", "GvcpCapability", bootstrap.DISCOVERY_ACK_DELAY_WRITABLE),
    ("ExtendedStatusCodes", "GvcpCapability", bootstrap.EXTENDED_STATUS_1_1),
    ("PrimaryApplicationSwitchover", "GvcpCapability", bootstrap.SWITCHOVER),
    ("Action", "GvcpCapability", bootstrap.ACTION),
    ("PendingAck", "GvcpCapability", bootstrap.PENDING_ACK),
    ("EventData", "GvcpCapability", bootstrap.EVENT_DATA),
    ("Event", "GvcpCapability", bootstrap.EVENT),
    ("PacketResend", "GvcpCapability", bootstrap.PACKET_RESEND),
    ("WriteMem", "GvcpCapability", bootstrap.WRITEMEM),
    ("CommandsConcatenation", "GvcpCapability", bootstrap.CONCATENATION),
    ("IPConfigurationLLA", "IpConfigurationSupported", bootstrap.LLA),
    ("IPConfigurationDHCP", "IpConfigurationSupported", bootstrap.DHCP),
    ("IPConfigurationPersistentIP", "IpConfigurationSupported", bootstrap.PERSISTENT_IP),
    ("PAUSEFrameReception", "IpConfigurationSupported", bootstrap.PAUSE_RECEPTION),
    ("StreamChannelSourceSocket", "StreamChannelCapability", bootstrap.SCSP_PRESENT),
    ("StandardIDMode", "StreamChannelCapability", bootstrap.STANDARD_IDS_POSSIBLE),
    ("MessageChannelSourceSocket", "MessageChannelCapability", bootstrap.MCSP_PRESENT),
)
"""Names of the naming convention, each with the capability register that tells and its bit."""

TRANSPORT_LAYER_CONTROL = (
    Feature(
        "PayloadSize", "Integer", "Bytes of a block.",
        unit="B", volatile=True,
    ),
    Feature(
        "TLParamsLocked", "Integer", "1 while a stream runs: what shapes a block is locked.",
        access=RW, minimum=0, maximum=1, visibility="Invisible", volatile=True, kept=False,
    ),
    Feature(
        "GevCCP", "Enumeration", "Who holds control, and how.",
        register="ControlChannelPrivilege", access=RW, visibility="Guru", volatile=True,
        entries=(("OpenAccess", 0), ("ExclusiveAccess", 1), ("ControlAccess", 2), ("ControlAccessSwitchoverActive", 6)),
    ),
    Feature(
        "GevMACAddress", "Integer", "Hardware address.",
        register="MacAddress", representation="MACAddress", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationLLA", "Boolean", "Link-local addressing, always on.",
        register="IpConfigurationCurrent", bits=(2, 2), selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationDHCP", "Boolean", "DHCP at the next start.",
        register="IpConfigurationCurrent", bits=(1, 1), access=RW, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPConfigurationPersistentIP", "Boolean", "Persistent address at the next start.",
        register="IpConfigurationCurrent", bits=(0, 0), access=RW, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevIPConfigurationStatus", "Enumeration", "Where the present address comes from.",
        default=3, entries=numbered("None", "PersistentIP", "DHCP", "LLA", "ForceIP"),
        volatile=True, selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentIPAddress", "Integer", "Present address.",
        register="CurrentIpAddress", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentSubnetMask", "Integer", "Present mask.",
        register="CurrentSubnetMask", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevCurrentDefaultGateway", "Integer", "Present gateway.",
        register="CurrentDefaultGateway", representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentIPAddress", "Integer", "Address for the next start.",
        register="PersistentIpAddress", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentSubnetMask", "Integer", "Mask for the next start.",
        register="PersistentSubnetMask", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature(
        "GevPersistentDefaultGateway", "Integer", "Gateway for the next start.",
        register="PersistentDefaultGateway", access=RW, minimum=0, maximum=0xFFFFFFFF,
        representation="IPV4Address", selector="GevInterfaceSelector",
    ),
    Feature("GevInterfaceSelector", "Integer", "Which interface.", value=0, minimum=0, maximum=0, access=RW),
    Feature(
        "GevNumberOfInterfaces", "Integer", "Number of network interfaces.",
        register="NumberOfInterfaces",
    ),
    Feature(
        "GevStreamChannelSelector", "Integer", "Which stream channel.",
        value=0, minimum=0, maximum=0, access=RW,
    ),
    Feature(
        "GevSCPHostPort", "Integer", "UDP port that the stream goes to; 0 closes the channel.",
        register="SCP", bits=(0, 15), access=RW, minimum=0, maximum=65535, visibility="Guru", volatile=True,
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPInterfaceIndex", "Integer", "Interface of the stream channel.",
        register="SCP", bits=(16, 19), visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCDA", "Integer", "Address that the stream goes to.",
        register="SCDA", access=RW, minimum=0, maximum=0xFFFFFFFF, representation="IPV4Address",
        locked_by=STREAM, visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCSP", "Integer", "UDP port that the stream comes from.",
        register="SCSP", visibility="Guru", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSPacketSize", "Integer", "Bytes of a packet with its IP, UDP and stream headers.",
        register="SCPS", bits=(0, 15), access=RW, minimum=_PACKET.minimum, maximum=_PACKET.maximum,
        locked_by=STREAM, unit="B", visibility="Expert", selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSDoNotFragment", "Boolean", "Forbid routers to cut packets.",
        register="SCPS", bits=(30, 30), access=RW, locked_by=STREAM, visibility="Guru",
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPSFireTestPacket", "Boolean", "Send one packet of the present size.",
        register="SCPS", bits=(31, 31), access=RW, locked_by=STREAM, visibility="Guru", volatile=True,
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCPD", "Integer", "Pause between packets.",
        register="SCPD", access=RW, kept=True, minimum=0, maximum=0xFFFFFFFF, unit="ns", visibility="Expert",
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GevSCFTD", "Integer", "Pause before each block.",
        vendor=True, access=RW, minimum=0, maximum=0xFFFFFFFF, unit="ns", visibility="Expert",
        selector="GevStreamChannelSelector",
    ),
    Feature(
        "GVSPConfigurationBlockID64Bit", "Boolean", "Count blocks with 64 bits and packets with 32.",
        vendor=True, register="GvspConfiguration", bits=(30, 30), access=RW, locked_by=STREAM,
        visibility="Guru",
    ),
    Feature(
        "GevPrimaryApplicationSwitchoverKey", "Integer", "Key with which another application may take control.",
        register="SwitchoverKey", access=WO, minimum=0, maximum=0xFFFF, visibility="Guru",
    ),
    Feature(
        "GevPrimaryApplicationSocket", "Integer", "UDP port of the controlling application.",
        register="PrimaryApplicationPort", visibility="Guru", volatile=True,
    ),
    Feature(
        "GevPrimaryApplicationIPAddress", "Integer", "Address of the controlling application.",
        register="PrimaryApplicationAddress", representation="IPV4Address", visibility="Guru", volatile=True,
    ),
    Feature(
        "GevFirstURL", "String", "Where this description comes from.",
        register="FirstUrl", visibility="Guru",
    ),
    Feature(
        "GevSecondURL", "String", "Where else it could come from.",
        register="SecondUrl", visibility="Guru",
    ),
    Feature(
        "FrameCounter", "Integer", "Frames taken since power up; may be preset.",
        vendor=True, access=RW, minimum=0, maximum=0xFFFFFFFF, volatile=True, kept=False,
    ),
    Feature(
        "MemoryMaxBlocks", "Integer", "Most images that wait in the camera.",
        vendor=True, value=MEMORY.buffered_images_triggered, visibility="Expert",
    ),
    Feature(
        "TimestampLatch", "Command", "Note the camera's time.",
        register="TimestampControl", command=2, access=WO, visibility="Expert",
    ),
    Feature(
        "TimestampReset", "Command", "Set the camera's time to 0.",
        register="TimestampControl", command=1, access=WO, visibility="Expert",
    ),
    Feature(
        "TimestampLatchValue", "Integer", "The time noted.",
        register="TimestampLatched", unit="ns", volatile=True, visibility="Expert",
    ),
    Feature(
        "GevMCPHostPort", "Integer", "UDP port that events go to; 0 closes the channel.",
        register="MCP", bits=(0, 15), access=RW, minimum=0, maximum=65535, visibility="Guru", volatile=True,
    ),
    Feature(
        "GevMCDA", "Integer", "Address that events go to.",
        register="MCDA", access=RW, minimum=0, maximum=0xFFFFFFFF, representation="IPV4Address",
        visibility="Guru",
    ),
    Feature(
        "GevMCTT", "Integer", "Time to wait for the acknowledge of an event; 0 asks for none.",
        register="MCTT", access=RW, minimum=0, maximum=0xFFFFFFFF, unit="ms", visibility="Guru",
    ),
    Feature(
        "GevMCRC", "Integer", "How often an event without acknowledge is sent again.",
        register="MCRC", access=RW, minimum=0, maximum=0xFFFFFFFF, visibility="Guru",
    ),
    Feature("GevMCSP", "Integer", "UDP port that events come from.", register="MCSP", visibility="Guru"),
    Feature(
        "GevGVCPExtendedStatusCodesSelector", "Enumeration", "Generation of status codes.",
        value=0, entries=numbered("Version1_1", "Version2_0"), access=RW, visibility="Guru",
    ),
    Feature(
        "GevGVCPExtendedStatusCodes", "Boolean", "Allow the status codes of that generation.",
        count=2, access=RW, selector="GevGVCPExtendedStatusCodesSelector", visibility="Guru", volatile=True,
        kept=False,
    ),
    Feature(
        "GevGVCPPendingAck", "Boolean", "Allow the camera to ask for patience.",
        register="GvcpConfiguration", bits=(1, 1), access=RW, visibility="Guru",
    ),
    Feature(
        "GevSupportedOptionSelector", "Enumeration", "Which option of GigE Vision.",
        value=0, entries=numbered(*(name for name, _, _ in SUPPORTED_OPTIONS)), access=RW, visibility="Expert",
    ),
    Feature(
        "GevSupportedOption", "Boolean", "Whether the camera has the option.",
        count=len(SUPPORTED_OPTIONS), selector="GevSupportedOptionSelector", visibility="Expert",
    ),
    Feature(
        "GevPAUSEFrameReception", "Boolean", "Whether the camera obeys PAUSE frames.",
        register="IpConfigurationCurrent", bits=(31, 31), selector="GevInterfaceSelector", visibility="Guru",
    ),
)  # fmt: skip
