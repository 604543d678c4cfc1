"""The GenICam description as GenApi understands it, on the registers of a camera without a network in between."""

import struct

import pytest
from genicam import genapi
from vcxg_testing.device import IDENTITY

from vcxg124m.virtual.description import description
from vcxg124m.virtual.device import VirtualDevice


class Port(genapi.AbstractPort):
    """Reads and writes the registers of a device and counts the reads of each address."""

    def __init__(self, registers):
        super().__init__()
        self.registers = registers
        self.reads = {}

    def read(self, address, length):
        self.reads[address] = self.reads.get(address, 0) + 1
        return self.registers.read(address, length)

    def write(self, address, value):
        self.registers.write(address, bytes(value))

    def is_open(self):
        return True

    def open(self, port):
        raise NotImplementedError

    def close(self):
        raise NotImplementedError

    def get_access_mode(self):
        return genapi.EAccessMode.RW


class Host:
    """A node map on a device of its own."""

    def __init__(self):
        self.device = VirtualDevice(IDENTITY)
        self.registers = self.device.registers
        self.port = Port(self.registers)
        self.nodes = genapi.NodeMap()
        self.nodes.load_xml_from_string(description())
        self.nodes.connect(self.port, "Device")

    def access(self, name):
        return genapi.EAccessMode(self.nodes.get_node(name).node.get_access_mode()).name


def test_a_selector_chooses_among_registers_of_the_camera():
    host = Host()
    for line, time in (("Line0", 10.0), ("Line2", 30.0)):
        host.nodes.LineSelector.value = line
        host.nodes.LineDebouncerHighTimeAbs.value = time
    assert [host.registers.number("LineDebouncerHighTimeAbs", line) for line in range(3)] == [10.0, 0.0, 30.0]
    host.nodes.LineSelector.value = "Line0"
    assert host.nodes.LineDebouncerHighTimeAbs.value == 10.0


@pytest.mark.parametrize(
    ("line", "mode", "source", "debouncer"),
    [("Line0", "RO", "NA", "RW"), ("Line1", "RW", "NA", "RW"), ("Line3", "RO", "RW", "NA")],
)
def test_what_a_line_offers_follows_the_selector(line, mode, source, debouncer):
    host = Host()
    host.nodes.LineSelector.value = line
    names = ("LineMode", "LineSource", "LineDebouncerLowTimeAbs")
    assert [host.access(name) for name in names] == [mode, source, debouncer]


def test_a_line_that_becomes_an_output_gets_a_source():
    host = Host()
    host.nodes.LineSelector.value = "Line1"
    assert host.access("LineSource") == "NA"
    host.nodes.LineMode.value = "Output"
    assert (host.access("LineSource"), host.access("LineDebouncerHighTimeAbs")) == ("RW", "NA")


def test_a_counter_offers_the_end_of_the_other_one_only():
    host = Host()
    for counter, other in (("Counter1", "Counter2End"), ("Counter2", "Counter1End")):
        host.nodes.CounterSelector.value = counter
        assert set(host.nodes.CounterEventSource.symbolics) >= {"Off", other}
        assert f"{counter}End" not in host.nodes.CounterEventSource.symbolics


def test_loading_a_user_set_empties_the_hosts_caches():
    host = Host()
    host.nodes.TriggerDelay.value = 100
    reads = dict(host.port.reads)
    assert host.nodes.TriggerDelay.value == 100
    assert host.port.reads == reads  # it was in the cache
    host.nodes.UserSetSelector.value = "UserSet0"
    host.nodes.UserSetLoad.execute()
    assert host.nodes.TriggerDelay.value == 0


def test_features_that_limit_each_other_do_so_in_the_host_too():
    host = Host()
    host.nodes.ExposureAutoMaxValue.value = 1000
    assert host.nodes.ExposureAutoMinValue.max == 1000
    host.nodes.ExposureAutoMinValue.value = 500
    assert host.nodes.ExposureAutoMaxValue.min == 500


def test_the_region_and_its_limits_follow_binning():
    host = Host()
    host.nodes.BinningHorizontal.value = 2
    assert (host.nodes.Width.value, host.nodes.Width.max, host.nodes.WidthMax.value) == (2048, 2048, 2048)


def test_parts_of_a_word_are_written_without_touching_the_others():
    host = Host()
    host.nodes.GevSCPSDoNotFragment.value = True
    host.nodes.GevSCPSPacketSize.value = 1500
    assert host.nodes.DeviceStreamChannelPacketSize.value == 1500
    assert host.nodes.GevSCPSDoNotFragment.value
    assert host.registers.integer("SCPS") == 0x400005DC


def test_times_of_the_link_are_in_microseconds():
    host = Host()
    assert host.nodes.DeviceLinkHeartbeatTimeout.value == 3_000_000
    host.nodes.DeviceLinkHeartbeatTimeout.value = 5_000_000
    assert host.registers.integer("HeartbeatTimeout") == 5000
    assert host.nodes.DeviceLinkCommandTimeout.value == 200_000


@pytest.mark.parametrize("extended", [False, True])
def test_an_event_tells_its_id_and_time_whatever_the_size_of_block_ids(extended):
    host = Host()
    host.nodes.GVSPConfigurationBlockID64Bit.value = extended
    block = struct.pack(">HQ", 0, 7) if extended else struct.pack(">H", 7)
    item = struct.pack(">HHH", 0, 0x9002, 0) + block + struct.pack(">Q", 123_456)
    adapter = genapi.EventAdapterGEV(host.nodes.pointer)
    adapter.deliver_message(struct.pack(">BBHHH", 0x42, 0x10 * extended, 0xC0, len(item), 1) + item)
    read = host.nodes.EventExposureEnd.value, host.nodes.EventExposureEndTimestamp.value
    del adapter  # before its node map: genicam aborts otherwise
    assert read == (0x9002, 123_456)
    assert host.access("EventExposureStart") not in {"RO", "RW"}


def test_every_node_that_can_be_read_is_read():
    host = Host()
    values = [node.value for node in host.nodes.nodes if _readable(node)]
    assert len(values) > 300


def _readable(node):
    mode = genapi.EAccessMode(node.node.get_access_mode())
    return mode in {genapi.EAccessMode.RO, genapi.EAccessMode.RW} and hasattr(type(node), "value")
