"""Which features can be written when: locks and availability, held to by the registers themselves."""

import struct

import pytest
from vcxg_testing.device import Rig

from vcxg124m.virtual.features import features

INVALID, PROTECTED, DENIED, BUSY = 0x8002, 0x8004, 0x8006, 0x8007


def write(rig, name, value, index=0):
    row = rig.device.registers.row(name)
    data = struct.pack(">d", value) if row.length == 8 else struct.pack(">I", value)
    return rig.write_memory(row.address + row.length * index, data)


def status(rig, name, index=0):
    """What reading one of several registers is answered with."""
    row = rig.device.registers.row(name)
    return rig.command(0x84, struct.pack(">IHH", row.address + row.length * index, 0, row.length))[0]


def number(feature, entry):
    return dict(next(row for row in features() if row.name == feature).entries)[entry]


@pytest.mark.parametrize("auto", ["Once", "Continuous"])
@pytest.mark.parametrize(("feature", "mode"), [("ExposureTime", "ExposureAuto"), ("Gain", "GainAuto")])
def test_what_the_camera_finds_itself_is_read_only_meanwhile(feature, mode, auto):
    rig = Rig()
    assert write(rig, feature, 100.0) == 0
    write(rig, mode, number(mode, auto))
    assert write(rig, feature, 50.0) == PROTECTED
    assert rig.get_float(feature) == 100.0
    write(rig, mode, 0)
    assert write(rig, feature, 50.0) == 0


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("All", 0),
        ("Software", 0),
        ("Off", DENIED),
        ("Line0", DENIED),
        ("Counter1End", DENIED),
        ("Action1", DENIED),
    ],
)
def test_a_software_trigger_needs_a_source_that_listens_to_it(source, answer):
    rig = Rig()
    write(rig, "TriggerSource", number("TriggerSource", source))
    assert write(rig, "TriggerSoftware", 1) == answer


def test_only_the_gpios_change_their_direction():
    rig = Rig()
    assert [write(rig, "LineMode", 1, line) for line in range(4)] == [PROTECTED, 0, 0, PROTECTED]
    assert [rig.read(rig.address("LineMode") + 4 * line) for line in range(4)] == [0, 1, 1, 1]


def test_debouncers_are_for_inputs_and_sources_for_outputs():
    rig = Rig()
    assert [status(rig, "LineSource", line) for line in range(4)] == [DENIED, DENIED, DENIED, 0]
    assert [status(rig, "LineDebouncerHighTimeAbs", line) for line in range(4)] == [0, 0, 0, DENIED]
    write(rig, "LineMode", 1, 1)
    assert write(rig, "LineSource", 1, 1) == 0
    assert write(rig, "LineDebouncerLowTimeAbs", 5.0, 1) == DENIED
    assert write(rig, "LineDebouncerLowTimeAbs", 5.0, 2) == 0


def test_a_counter_does_not_count_its_own_end():
    rig = Rig()
    own, other = number("CounterEventSource", "Counter1End"), number("CounterEventSource", "Counter2End")
    assert [write(rig, "CounterEventSource", entry, 0) for entry in (own, other)] == [INVALID, 0]
    assert [write(rig, "CounterEventSource", entry, 1) for entry in (own, other)] == [0, INVALID]


def test_the_content_of_the_table_can_be_chosen_while_the_table_is_enabled():
    rig = Rig()
    assert (status(rig, "LUTContent"), write(rig, "LUTContent", 0)) == (DENIED, DENIED)
    write(rig, "LUTEnable", 1)
    assert (status(rig, "LUTContent"), write(rig, "LUTContent", 0)) == (0, 0)


SEQUENCER = (
    "SequencerSetStart",
    "SequencerSetNext",
    "SequencerTriggerSource",
    "SequencerTriggerActivation",
    "SequencerSetActive",
)


def test_the_sequencers_sets_are_there_while_it_works_or_is_configured():
    rig = Rig()
    assert {status(rig, name) for name in SEQUENCER} == {DENIED}
    assert write(rig, "SequencerSetSave", 1, 127) == DENIED
    write(rig, "SequencerConfigurationMode", 1)
    assert {status(rig, name) for name in SEQUENCER} == {0}
    assert [write(rig, name, 1, 3) for name in SEQUENCER[1:4]] == [0, 0, 0]
    assert write(rig, "SequencerSetSave", 1, 127) == 0
    write(rig, "SequencerConfigurationMode", 0)
    write(rig, "SequencerMode", 1)
    assert {status(rig, name) for name in SEQUENCER} == {0}
    assert write(rig, "SequencerSetNext", 1, 3) == PROTECTED


def test_the_sequencer_is_not_configured_while_it_works():
    rig = Rig()
    write(rig, "SequencerConfigurationMode", 1)
    assert write(rig, "SequencerMode", 1) == PROTECTED
    write(rig, "SequencerConfigurationMode", 0)
    assert write(rig, "SequencerMode", 1) == 0
    assert write(rig, "SequencerConfigurationMode", 1) == PROTECTED
    assert write(rig, "SequencerFeatureEnable", 0, 0) == PROTECTED


def test_the_sequencer_and_short_exposures_exclude_each_other():
    rig = Rig()
    write(rig, "SequencerMode", 1)
    assert write(rig, "ShortExposureTimeEnable", 1) == PROTECTED
    write(rig, "SequencerMode", 0)
    assert write(rig, "ShortExposureTimeEnable", 1) == 0
    assert write(rig, "SequencerMode", 1) == PROTECTED
    assert write(rig, "SequencerConfigurationMode", 1) == PROTECTED


def test_the_limits_of_the_auto_functions_do_not_cross():
    rig = Rig()
    assert write(rig, "ExposureAutoMaxValue", 1000.0) == 0
    assert write(rig, "ExposureAutoMinValue", 1001.0) == INVALID
    assert write(rig, "ExposureAutoMinValue", 500.0) == 0
    assert write(rig, "ExposureAutoMaxValue", 499.0) == INVALID
    assert write(rig, "GainAutoMaxValue", 2.0) == 0
    assert write(rig, "GainAutoMinValue", 2.5) == INVALID


def test_the_region_of_the_auto_functions_follows_the_image_until_it_has_its_own():
    rig = Rig()
    names = ("AutoFeatureOffsetX", "AutoFeatureOffsetY", "AutoFeatureWidth", "AutoFeatureHeight")
    for name, value in (("Width", 1600), ("Height", 800), ("OffsetX", 32), ("OffsetY", 5)):
        write(rig, name, value)
    assert [rig.get(name) for name in names] == [32, 5, 1600, 800]
    assert write(rig, "AutoFeatureWidth", 100) == PROTECTED
    write(rig, "AutoFeatureRegionMode", 1)
    assert write(rig, "AutoFeatureWidth", 100) == 0
    assert [rig.get(name) for name in names] == [0, 0, 100, 3000]


def test_a_slow_link_is_the_limit():
    rig = Rig()
    assert write(rig, "DeviceLinkThroughputLimit", 125_000_001) == INVALID
    rig.device.registers.store("LinkSpeed", 100)
    assert rig.get("DeviceLinkThroughputLimit") == 12_500_000
    assert write(rig, "DeviceLinkThroughputLimit", 12_500_001) == INVALID
    assert write(rig, "DeviceLinkThroughputLimit", 10_000_000) == 0
    rig.device.registers.store("LinkSpeed", 1000)
    assert rig.get("DeviceLinkThroughputLimit") == 10_000_000


def test_extended_status_codes_are_bits_of_one_register_and_two_of_one_feature():
    rig = Rig()
    first = rig.address("GevGVCPExtendedStatusCodes")
    assert [rig.read(first), rig.read(first + 4)] == [0, 0]
    assert rig.write(first + 4, 1) == 0
    assert rig.read(0x0954) == 0x00040000
    rig.write(0x0954, 0x00000004)
    assert [rig.read(first), rig.read(first + 4)] == [1, 0]


@pytest.mark.parametrize(
    ("option", "has"),
    [
        ("UserDefinedName", 1), ("SerialNumber", 1), ("HeartbeatDisable", 1), ("PacketResend", 0), ("WriteMem", 1),
        ("Action", 1), ("IPConfigurationPersistentIP", 1), ("ManifestTable", 0), ("StreamChannelSourceSocket", 1),
        ("PrimaryApplicationSwitchover", 1), ("PAUSEFrameReception", 0),
    ],
)  # fmt: skip
def test_the_options_are_those_of_the_capability_registers(option, has):
    rig = Rig()
    assert (
        rig.read(rig.address("GevSupportedOption") + 4 * number("GevSupportedOptionSelector", option)) == has
    )


@pytest.mark.parametrize(
    ("feature", "count", "good", "bad"),
    [
        ("LUTValue", 4096, (0, 4095), (4096,)),
        ("DefectPixelListEntryPosX", 512, (0, 4095), (4096,)),
        ("DefectPixelListEntryPosY", 512, (0, 2999), (3000,)),
        ("DefectPixelListEntryActive", 512, (0, 1), (2,)),
        ("CounterDuration", 2, (1, 65535), (0, 65536)),
        ("EventNotification", 21, (0, 1), (2,)),
        ("ChunkEnable", 17, (0, 1), (2,)),
    ],
)
def test_every_one_of_several_registers_is_held_to_its_range(feature, count, good, bad):
    rig = Rig()
    for index in (0, count - 1):
        assert [write(rig, feature, value, index) for value in good] == [0] * len(good)
        assert [write(rig, feature, value, index) for value in bad] == [INVALID] * len(bad)
        assert rig.read(rig.address(feature) + 4 * index) == good[-1]
    assert rig.device.registers.row(feature).count == count


@pytest.mark.parametrize(
    ("feature", "good", "bad"),
    [
        ("TimerDuration", (4.0, 2e6), (3.0, 4.5, 2e6 + 1)),
        ("TimerDelay", (0.0, 2e6), (-1.0, 0.5, 2e6 + 1)),
        ("LineDebouncerHighTimeAbs", (0.0, 5000.0), (-1.0, 0.5, 5001.0)),
        ("BrightnessAutoNominalValue", (5.0, 95.0), (4.0, 50.5, 96.0)),
    ],
)
def test_times_and_percentages_are_held_to_their_steps(feature, good, bad):
    rig = Rig()
    assert [write(rig, feature, value) for value in good] == [0] * len(good)
    assert [write(rig, feature, value) for value in bad] == [INVALID] * len(bad)
    assert rig.get_float(feature) == good[-1]
