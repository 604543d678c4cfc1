"""User sets, custom data and names: what the camera remembers, and what a power cut takes."""

import pytest
from vcxg_testing.device import IDENTITY, Rig

from vcxg124m.virtual.features import features
from vcxg124m.virtual.memory import CAPACITY_BYTES, NonVolatileMemory
from vcxg124m.virtual.status import Refused, Status

INVALID, PROTECTED, DENIED, BUSY, OVERRUN, ERROR = 0x8002, 0x8004, 0x8006, 0x8007, 0x800D, 0x8FFF
MONO12 = 0x01100005


class Drawer:
    """A storage that outlives a device, as a file does."""

    def __init__(self):
        self.sections = {}
        self.broken = False

    def load(self):
        return dict(self.sections)

    def save(self, sections):
        if self.broken:
            raise OSError("disk full")
        self.sections = dict(sections)


def command(rig, name, index=0):
    """Write a command register of one of several."""
    return rig.write(rig.address(name) + 4 * index, 1)


def reset(rig):
    assert rig.set("DeviceReset", 1) == 0
    assert rig.write(0x0A00, 2) == 0


def change_everything(rig):
    for name, value in (
        ("Width", 1024), ("Height", 512), ("OffsetX", 64), ("OffsetY", 32), ("PixelFormat", MONO12), ("ReverseX", 1),
        ("TriggerMode", 1), ("TriggerSource", 3), ("LUTEnable", 1), ("DefectPixelCorrection", 0),
        ("ChunkModeActive", 1),
    ):  # fmt: skip
        assert rig.set(name, value) == 0, name
    assert rig.set_float("ExposureTime", 1234.0) == 0
    assert rig.set_float("Gain", 2.0) == 0
    assert rig.write(rig.address("LUTValue") + 4 * 4095, 17) == 0
    assert rig.write(rig.address("DefectPixelListEntryPosX") + 4 * 511, 4000) == 0
    assert rig.write(0x0D08, 1000) == 0  # GevSCPD


def settings(rig):
    """What `change_everything` changes."""
    names = (
        "Width", "Height", "OffsetX", "OffsetY", "PixelFormat", "ReverseX", "TriggerMode", "TriggerSource", "LUTEnable",
        "DefectPixelCorrection", "ChunkModeActive",
    )  # fmt: skip
    numbers = [rig.get(name) for name in names]
    floats = [rig.get_float(name) for name in ("ExposureTime", "Gain")]
    tables = [
        rig.read(rig.address("LUTValue") + 4 * 4095),
        rig.read(rig.address("DefectPixelListEntryPosX") + 4 * 511),
    ]
    return [*numbers, *floats, *tables, rig.read(0x0D08)]


def test_a_set_brings_back_all_that_the_user_defined():
    rig = Rig()
    factory = settings(rig)
    change_everything(rig)
    mine = settings(rig)
    assert all(a != b for a, b in zip(mine, factory, strict=True))
    assert command(rig, "UserSetSave", 1) == 0
    assert command(rig, "UserSetLoad", 0) == 0
    assert settings(rig) == factory
    assert command(rig, "UserSetLoad", 1) == 0
    assert settings(rig) == mine


def other_content(row):
    """Bytes that a register may hold and does not hold at delivery."""
    if row.entries or row.choices:
        values = [number for _, number in row.entries] or list(row.choices)
    elif row.minimum is None:
        values = [5]
    else:
        limits = [5 if isinstance(bound, str) else bound for bound in (row.minimum, row.maximum)]
        values = [limits[0], limits[0] + (row.increment or 1), limits[1]]
    for value in values:
        content = row.pack(value) * row.count
        if content != row.start_content:
            return content
    return row.start_content  # there is no other


def test_m3_every_feature_that_a_user_can_define_is_kept_by_a_set():
    registers = (rig := Rig()).device.registers
    kept = [feature for feature in features() if feature.in_user_set]
    assert len(kept) > 70
    written = {}
    for feature in kept:
        name = feature.register_name
        written[name] = other_content(registers.row(name))
        registers.store_content(name, written[name])
    only_one_choice = {
        name for name, content in written.items() if content == registers.row(name).start_content
    }
    assert only_one_choice == {"ExposureMode"}
    written |= {name: registers.content(name) for name in ("Width", "OffsetX", "Height", "OffsetY")}
    assert command(rig, "UserSetSave", 1) == 0
    for name in written:
        registers.store_content(name, registers.row(name).start_content)
    assert command(rig, "UserSetLoad", 1) == 0
    assert {name: registers.content(name) for name in written} == written


def test_the_sets_do_not_touch_each_other():
    rig = Rig()
    for index, width in ((1, 1600), (2, 1616), (3, 1632)):
        rig.set("Width", width)
        assert command(rig, "UserSetSave", index) == 0
    widths = []
    for index in (0, 1, 2, 3):
        command(rig, "UserSetLoad", index)
        widths.append(rig.get("Width"))
    assert widths == [4096, 1600, 1616, 1632]


def test_the_factorys_set_cannot_be_overwritten():
    rig = Rig()
    assert command(rig, "UserSetSave", 0) == DENIED


def test_a_set_that_was_never_saved_holds_the_factorys_settings():
    rig = Rig()
    rig.set("Width", 1600)
    assert command(rig, "UserSetLoad", 2) == 0
    assert rig.get("Width") == 4096


def test_no_set_is_loaded_while_streaming_but_one_may_be_saved():
    rig = Rig()
    rig.set("TLParamsLocked", 1)
    assert command(rig, "UserSetLoad", 1) == BUSY
    assert command(rig, "UserSetSave", 1) == 0


def test_the_camera_starts_with_the_set_that_was_chosen_for_it():
    rig = Rig()
    change_everything(rig)
    mine = settings(rig)
    command(rig, "UserSetSave", 2)
    assert rig.set("UserSetDefault", 2) == 0
    command(rig, "UserSetLoad", 0)
    reset(rig)
    assert rig.get("UserSetDefault") == 2
    assert settings(rig) == mine


def test_only_a_set_that_was_saved_can_be_chosen_to_start_with():
    rig = Rig()
    assert [rig.set("UserSetDefault", index) for index in range(5)] == [0, INVALID, INVALID, INVALID, INVALID]
    command(rig, "UserSetSave", 3)
    assert [rig.set("UserSetDefault", index) for index in range(4)] == [0, INVALID, INVALID, 0]


def test_a_feature_that_sets_do_not_hold_keeps_its_value():
    rig = Rig()
    names = stored_features()
    assert rig.write(rig.address("UserSetFeatureEnable") + 4 * names.index("Width"), 0) == 0
    rig.set("Width", 1600)
    rig.set("Height", 800)
    command(rig, "UserSetLoad", 0)
    assert (rig.get("Width"), rig.get("Height")) == (1600, 3000)


def stored_features():
    """Entries of UserSetFeatureSelector, in the order of UserSetFeatureEnable's registers."""
    return [
        name
        for feature in features()
        if feature.name == "UserSetFeatureSelector"
        for name, _ in feature.entries
    ]


def test_a_part_of_the_settings_is_brought_together_when_it_is_loaded():
    """Binning without the region would leave an image larger than the sensor."""
    rig = Rig()
    rig.set("BinningHorizontal", 2)
    command(rig, "UserSetSave", 1)
    rig.set("BinningHorizontal", 1)
    names = stored_features()
    for name in ("Width", "OffsetX"):
        rig.write(rig.address("UserSetFeatureEnable") + 4 * names.index(name), 0)
    rig.set("Width", 4096)
    command(rig, "UserSetLoad", 1)
    assert (rig.get("WidthMax"), rig.get("Width")) == (2048, 2048)


def test_a_reset_brings_factory_settings_but_keeps_what_is_not_volatile():
    rig = Rig()
    change_everything(rig)
    rig.write_memory(0x00E8, b"mine".ljust(16, b"\0"))
    factory = settings(Rig())
    reset(rig)
    assert settings(rig) == factory
    assert rig.read_memory(0x00E8, 16) == b"mine".ljust(16, b"\0")


def test_a_camera_that_is_started_again_remembers_what_its_storage_kept():
    drawer = Drawer()
    first = Rig(storage=drawer)
    change_everything(first)
    mine = settings(first)
    command(first, "UserSetSave", 1)
    first.set("UserSetDefault", 1)
    first.write_memory(0x00E8, b"mine".ljust(16, b"\0"))
    second = Rig(storage=drawer)
    assert settings(second) == mine
    assert second.read_memory(0x00E8, 16) == b"mine".ljust(16, b"\0")


def test_a_name_given_at_the_start_is_that_of_a_camera_without_one():
    drawer = Drawer()
    first = Rig(storage=drawer)
    assert first.device.registers.text("UserDefinedName") == IDENTITY.user_id
    first.write_memory(0x00E8, bytes(16))
    assert Rig(storage=drawer).device.registers.text("UserDefinedName") == ""


def test_the_delivery_state_forgets_everything():
    rig = Rig()
    rig.set("Width", 1600)
    command(rig, "UserSetSave", 1)
    rig.set("UserSetDefault", 1)
    assert rig.set("DeviceResetToDeliveryState", 1) == 0
    rig.write(0x0A00, 2)
    assert (rig.get("UserSetDefault"), rig.get("Width")) == (0, 4096)
    assert rig.set("UserSetDefault", 1) == INVALID


def test_a_storage_that_cannot_be_written_is_an_error_and_changes_nothing():
    drawer = Drawer()
    rig = Rig(storage=drawer)
    drawer.broken = True
    assert command(rig, "UserSetSave", 1) == ERROR
    assert rig.set("UserSetDefault", 1) == INVALID
    assert rig.write(0x064C, 0x0A000005) == ERROR
    assert rig.read(0x064C) == 0


def test_the_memory_holds_128_kb_and_refuses_more():
    memory = NonVolatileMemory()
    memory.write("a", {"x": bytes(CAPACITY_BYTES)})
    assert CAPACITY_BYTES == 131072
    with pytest.raises(Refused) as caught:
        memory.write("b", {"x": b"1"})
    assert caught.value.status is Status.DATA_OVERRUN
    assert "b" not in memory


def test_three_full_sets_fit_into_the_memory():
    rig = Rig()
    for index in range(4096):
        rig.device.registers.store("LUTValue", 4095 - index, index)
    for index in range(512):
        rig.device.registers.store("DefectPixelListEntryActive", 1, index)
        rig.device.registers.store("DefectPixelListEntryPosX", 1 + index, index)
        rig.device.registers.store("DefectPixelListEntryPosY", 1 + index, index)
    assert [command(rig, "UserSetSave", index) for index in (1, 2, 3)] == [0, 0, 0]


# --- custom data


def test_custom_data_are_written_in_their_configuration_mode_only():
    rig = Rig()
    first = rig.address("CustomData")
    assert rig.read(first) == rig.read(first + 4 * 127) == 0xFF
    assert rig.write(first, 1) == PROTECTED
    rig.set("CustomDataConfigurationMode", 1)
    assert [rig.write(first + 4 * 127, value) for value in (0, 255, 256)] == [0, 0, INVALID]
    assert rig.write(first + 4 * 128, 0) != 0  # there is no byte 128


def test_custom_data_are_kept_when_the_configuration_mode_ends():
    rig = Rig()
    first = rig.address("CustomData")
    rig.set("CustomDataConfigurationMode", 1)
    rig.write(first, 1)
    reset(rig)
    assert rig.read(first) == 0xFF  # the power went before
    rig.set("CustomDataConfigurationMode", 1)
    rig.write(first, 2)
    rig.set("CustomDataConfigurationMode", 0)
    reset(rig)
    assert rig.read(first) == 2
