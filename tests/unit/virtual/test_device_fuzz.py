"""Whatever hosts send, the device goes on and keeps its rules."""

import struct

from hypothesis import given, settings
from hypothesis import strategies as st
from vcxg_testing.device import HOST, STRANGER, Rig

from vcxg124m.virtual.features import REGISTERS

ROWS = REGISTERS
VALUES = st.one_of(
    st.integers(0, 0xFFFFFFFF), st.sampled_from([0, 1, 2, 16, 576, 1500, 3000, 4096, 9000, 0xC0000000])
)
WRITE = st.tuples(st.sampled_from(ROWS), VALUES)
FLOATS = st.floats(width=64)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.binary(max_size=600), st.sampled_from([HOST, STRANGER])), max_size=8))
def test_any_datagram_is_survived(datagrams):
    rig = Rig()
    for data, sender in datagrams:
        rig.device.receive_datagram(data, sender, rig.now)
        rig.device.receive_datagram(b"\x42\x01" + data, sender, rig.now)
    rig.device.handle_timer(rig.now)
    rig.device.datagrams_to_send()
    assert rig.read(0x0000) == 0x00020000


@settings(max_examples=150, deadline=None)
@given(st.lists(WRITE, max_size=30), st.lists(st.tuples(st.sampled_from(ROWS), FLOATS), max_size=10))
def test_any_setting_that_was_accepted_can_be_streamed(words, floats):
    rig = Rig()
    rig.open_stream()
    for row, value in words:
        if row.length == 4:
            rig.write(row.address, value)
    for row, number in floats:
        if row.length == 8:
            rig.write_memory(row.address, struct.pack(">d", number))
    rig.write(0x0A00, 2)
    rig.write(rig.address("AcquisitionStart"), 1)
    for frame in rig.run_until(rig.now + 0.05):
        assert frame.block.width + frame.block.offset_x <= 4096
        assert frame.block.height + frame.block.offset_y <= 3000
        assert frame.block.image_size in {0, frame.settings.payload_bytes}  # 0: only chunks are wanted
