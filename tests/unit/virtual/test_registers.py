"""The register file: addresses, access, rules, and the table it is made from."""

import struct

import pytest

from vcxg124m.virtual.features import REGISTERS
from vcxg124m.virtual.register import Access, Form, Register
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.status import Refused, Status

RW = Access.READ_WRITE
ROWS = (
    Register(name="Fixed", address=0x00, default=7),
    Register(name="Size", address=0x04, access=RW, default=32, minimum=16, maximum="Limit", increment=16),
    Register(name="Limit", address=0x08, default=64),
    Register(
        name="Rate", address=0x10, length=8, form=Form.FLOAT, access=RW, default=1.5, minimum=0.5, maximum=2.0
    ),
    Register(name="Name", address=0x18, length=8, form=Form.TEXT, access=RW, default="abc"),
    Register(name="Key", address=0x20, access=Access.WRITE_ONLY),
    Register(name="Choice", address=0x24, access=RW, choices=(0, 5), locked_by="Lock"),
    Register(name="Lock", address=0x28, access=RW),
    Register(name="Bits", address=0x2C, access=RW, default=0xF0, writable_bits=0x0F),
    Register(name="Several", address=0x30, access=RW, count=3, locked_by="SeveralLocks"),
    Register(name="SeveralLocks", address=0x40, access=RW, count=3),
)


@pytest.fixture
def file():
    return RegisterFile(ROWS)


def refusal(action, *arguments):
    with pytest.raises(Refused) as caught:
        action(*arguments)
    return caught.value.status


def word(value):
    return struct.pack(">I", value)


def test_registers_are_big_endian_words_and_doubles_and_padded_text(file):
    assert file.read(0x00, 4) == b"\0\0\0\x07"
    assert file.read(0x10, 8) == struct.pack(">d", 1.5)
    assert file.read(0x18, 8) == b"abc\0\0\0\0\0"


def test_one_read_may_span_registers(file):
    assert file.read(0x00, 12) == word(7) + word(32) + word(64)


def test_reading_a_gap_is_refused(file):
    assert refusal(file.read, 0x0C, 4) is Status.INVALID_ADDRESS
    assert refusal(file.read, 0x08, 8) is Status.INVALID_ADDRESS


@pytest.mark.parametrize(("address", "length"), [(2, 4), (0, 2), (0, 0)])
def test_accesses_are_in_multiples_of_four(file, address, length):
    assert refusal(file.read, address, length) is Status.BAD_ALIGNMENT


def test_a_read_only_register_is_write_protected(file):
    assert refusal(file.write, 0x00, word(1)) is Status.WRITE_PROTECT


def test_a_write_only_register_takes_a_value_and_reads_as_zero(file):
    file.write(0x20, word(99))
    assert file.read(0x20, 4) == word(0)
    assert file.integer("Key") == 99


@pytest.mark.parametrize("value", [0, 15, 17, 33, 80])
def test_numbers_outside_range_or_steps_are_refused_and_change_nothing(file, value):
    assert refusal(file.write, 0x04, word(value)) is Status.INVALID_PARAMETER
    assert file.integer("Size") == 32


def test_a_limit_may_stand_in_another_register(file):
    file.write(0x04, word(64))
    file.store("Limit", 48)
    assert refusal(file.write, 0x04, word(64)) is Status.INVALID_PARAMETER
    file.write(0x04, word(48))
    assert file.integer("Size") == 48


@pytest.mark.parametrize("value", [0.4, 2.1, float("nan"), float("inf")])
def test_a_float_register_refuses_what_is_not_in_its_range(file, value):
    assert refusal(file.write, 0x10, struct.pack(">d", value)) is Status.INVALID_PARAMETER


def test_half_a_number_is_not_written(file):
    assert refusal(file.write, 0x10, word(0)) is Status.BAD_ALIGNMENT
    assert file.number("Rate") == 1.5


def test_text_may_be_written_in_parts(file):
    file.write(0x1C, b"wxyz")
    assert file.read(0x18, 8) == b"abc\0wxyz"
    assert file.text("Name") == "abc"


def test_an_enumeration_takes_only_its_entries(file):
    file.write(0x24, word(5))
    assert refusal(file.write, 0x24, word(1)) is Status.INVALID_PARAMETER


def test_a_locked_register_is_refused_until_the_lock_opens(file):
    file.write(0x28, word(1))
    assert refusal(file.write, 0x24, word(5)) is Status.WRITE_PROTECT
    file.write(0x28, word(0))
    file.write(0x24, word(5))


def test_each_of_several_registers_has_its_own_lock(file):
    file.write(0x44, word(1))
    file.write(0x30, word(10))
    assert refusal(file.write, 0x34, word(11)) is Status.WRITE_PROTECT
    file.write(0x38, word(12))
    assert [file.integer("Several", i) for i in range(3)] == [10, 0, 12]


def test_only_writable_bits_change(file):
    file.write(0x2C, word(0xFFFFFFFF))
    assert file.integer("Bits") == 0xFF


def test_a_refused_write_in_the_middle_leaves_what_came_before(file):
    assert refusal(file.write, 0x04, word(48) + word(1)) is Status.WRITE_PROTECT
    assert file.integer("Size") == 48


def test_a_writer_may_correct_the_value_or_refuse_it(file):
    def writer(value, index):
        if value == 48:
            raise Refused(Status.BUSY, "not now")
        file.store("Size", 16)

    file.on_write("Size", writer)
    file.write(0x04, word(64))
    assert file.integer("Size") == 16
    assert refusal(file.write, 0x04, word(48)) is Status.BUSY
    assert file.integer("Size") == 16


def test_memory_is_readable_to_the_next_multiple_of_four_and_not_beyond(file):
    file.add_memory(0x1000, b"hello")
    assert file.read(0x1000, 8) == b"hello\0\0\0"
    assert refusal(file.read, 0x1004, 8) is Status.INVALID_ADDRESS
    assert refusal(file.write, 0x1000, word(0)) is Status.INVALID_ADDRESS


def test_two_registers_cannot_share_an_address():
    with pytest.raises(ValueError, match="share the address 0x4"):
        RegisterFile((ROWS[1], Register(name="Other", address=0x04)))


def test_power_up_brings_defaults_back_except_for_what_is_kept(file):
    file.write(0x04, word(64))
    file.write(0x18, b"kept\0\0\0\0")
    file.power_up(keep=["Name"])
    assert (file.integer("Size"), file.text("Name")) == (32, "kept")


def test_the_cameras_table_has_no_overlap_and_whole_words():
    rows = REGISTERS
    RegisterFile(rows)
    assert all(row.address % 4 == 0 and row.length % 4 == 0 for row in rows)


@pytest.mark.parametrize(
    ("address", "value"),
    [
        (0x0000, 0x00020000),  # GigE Vision 2.0
        (0x0004, 0x80000001),
        (0x0600, 1),
        (0x0670, 1000),
        (0x0900, 1),
        (0x0904, 1),
        (0x0908, 1),
        (0x092C, 0xC0000000),  # SCSP present, 16-bit block ids possible
        (0x0938, 3000),
        (0x0954, 0),
        (0x0960, 0),
        (0x0A00, 0),
        (0x0B14, 10),  # ms to wait for the acknowledge of an event, and repeats: seen on a VCXG.2
        (0x0B18, 2),
        (0x0D00, 0),
        (0x0D04, 576),  # the packet size at power up
        (0x0D08, 0),
        (0x0D20, 0),
    ],
)
def test_bootstrap_registers_power_up_as_the_camera_does(address, value):
    assert int.from_bytes(RegisterFile(REGISTERS).read(address, 4), "big") == value


def test_the_camera_does_not_claim_to_resend_packets():
    capability = int.from_bytes(RegisterFile(REGISTERS).read(0x0934, 4), "big")
    assert capability & 0x4 == 0  # PACKETRESEND
    assert capability & 0x3 == 0x3  # concatenation, WRITEMEM
