"""The GenICam description: well-formed, consistent with the registers, and with the names of the real camera."""

import xml.etree.ElementTree as ET
from functools import cache

import pytest
from vcxg_testing.genapi_schema import ORDER, missing, out_of_order

from vcxg124m.virtual.description import description, zipped
from vcxg124m.virtual.features import REGISTERS

NAMESPACE = "{http://www.genicam.org/GenApi/Version_1_1}"


@cache
def nodes():
    root = ET.fromstring(description())
    return {node.get("Name"): node for node in root if node.get("Name")}


def child(name, tag):
    found = nodes()[name].find(NAMESPACE + tag)
    return None if found is None else found.text


def test_every_reference_names_a_node():
    names = nodes().keys()
    for name, node in nodes().items():
        for part in node.iter():
            tag = part.tag.removeprefix(NAMESPACE)
            if tag.startswith("p") and tag[1].isupper():
                assert part.text in names, f"{name}: {tag} {part.text}"


def test_the_elements_of_every_node_stand_in_the_order_of_the_schema():
    elements = list(ET.fromstring(description()).iter())
    assert {element.tag.removeprefix(NAMESPACE) for element in elements} >= set(ORDER) - {
        "Float",
        "IntConverter",
    }
    for element in elements:
        assert (out_of_order(element), missing(element)) == (None, None), element.get("Name")


def test_an_index_is_an_integer():
    """GenApi's reference takes enumerations, too; viva-genicam does not."""
    indices = {index.text for index in ET.fromstring(description()).iter(NAMESPACE + "pIndex")}
    assert len(indices) > 15
    kinds = {nodes()[name].tag.removeprefix(NAMESPACE) for name in indices}
    assert kinds <= {"Integer", "IntReg", "MaskedIntReg"}


def test_the_register_of_a_feature_that_is_not_available_is_not_available_either():
    found = [name for name in nodes() if child(name, "pIsAvailable") and f"{name}Reg" in nodes()]
    assert len(found) > 10
    for name in found:
        assert child(f"{name}Reg", "pIsAvailable") == child(name, "pIsAvailable")


def test_no_node_is_defined_twice():
    root = ET.fromstring(description())
    names = [node.get("Name") for node in root]
    assert len(names) == len(set(names))


def test_every_register_node_stands_where_a_register_is():
    rows = {row.address: row for row in REGISTERS}
    places = [(name, node) for name, node in nodes().items() if node.find(NAMESPACE + "Address") is not None]
    places = [(name, node) for name, node in places if child(name, "pPort") == "Device"]
    assert len(places) > 100
    for name, _ in places:
        row = rows[int(child(name, "Address"), 16)]
        assert (int(child(name, "Length")), child(name, "AccessMode")) == (row.length, row.access.value), name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("DeviceLinkHeartbeatTimeout", "Float"),
        ("DeviceLinkCommandTimeout", "Float"),
        ("DeviceLinkSpeed", "Integer"),
        ("DeviceTemperature", "Float"),
        ("DeviceTemperatureStatusTransition", "Integer"),
        ("Width", "Integer"),
        ("ReverseX", "Boolean"),
        ("PixelFormat", "Enumeration"),
        ("ReadOutTime", "Integer"),
        ("AcquisitionFrameRate", "Float"),
        ("AcquisitionFrameRateEnable", "Boolean"),
        ("ExposureTime", "Float"),
        ("ShortExposureTimeEnable", "Boolean"),
        ("ReadoutMode", "Enumeration"),
        ("TriggerSoftware", "Command"),
        ("TriggerDelay", "Float"),
        ("Gain", "Float"),
        ("BlackLevel", "Float"),
        ("ActionSelector", "Integer"),
        ("GevSCPSPacketSize", "Integer"),
        ("GevSCPSFireTestPacket", "Boolean"),
        ("GVSPConfigurationBlockID64Bit", "Boolean"),
        ("TLParamsLocked", "Integer"),
        ("TimestampLatchValue", "Integer"),
        ("DeviceSerialNumber", "StringReg"),
    ],
)
def test_features_have_the_types_of_the_real_camera(name, kind):
    assert nodes()[name].tag == NAMESPACE + kind


@pytest.mark.parametrize(
    "name",
    [
        "DeviceLinkThroughputLimitMode",
        "PixelSize",
        "PixelColorFilter",
        "PixelDynamicRangeMax",
        "RegionSelector",
        "Timestamp",
        "GevTimestampTickFrequency",
        "GevHeartbeatTimeout",
        "GevStreamChannelCount",
        "GevLinkSpeed",
        "PtpEnable",
        "LineFormat",
        "LUTValueAll",
    ],
)
def test_features_that_the_real_camera_lacks_are_absent(name):
    assert name not in nodes()


def entries(name):
    found = nodes()[name].findall(NAMESPACE + "EnumEntry")
    return {entry.get("Name"): int(entry.find(NAMESPACE + "Value").text) for entry in found}


def test_pixel_formats_carry_their_pfnc_codes():
    assert entries("PixelFormat") == {
        "Mono8": 0x01080001,
        "Mono10": 0x01100003,
        "Mono12": 0x01100005,
        "Mono12p": 0x010C0047,
    }


def test_entries_have_the_spelling_of_the_real_camera():
    assert set(entries("TriggerOverlap")) == {"ReadOut"}
    assert set(entries("DeviceTemperatureSelector")) == {"InHouse"}
    assert set(entries("ReadoutMode")) == {"Overlapped", "Sequential"}
    assert {"All", "Off", "Software", "Action1"} <= set(entries("TriggerSource"))


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("ExposureTime", "us"),
        ("ReadOutTime", "us"),
        ("GevSCPD", "ns"),
        ("AcquisitionFrameRate", "Hz"),
        ("DeviceLinkSpeed", "B/s"),
    ],
)
def test_units_are_those_of_the_naming_convention(name, unit):
    assert child(name, "Unit") == unit


@pytest.mark.parametrize(
    "name", ["Width", "Height", "PixelFormat", "BinningVertical", "ReverseX", "GevSCPSPacketSize"]
)
def test_what_shapes_a_block_is_locked_by_tlparamslocked(name):
    assert child(name, "pIsLocked") == "TLParamsLocked"


def test_bits_of_words_are_counted_from_the_most_significant_one():
    assert (child("GevSCPSFireTestPacketReg", "LSB"), child("GevSCPSFireTestPacketReg", "MSB")) == ("0", "0")
    assert (child("GevSCPSPacketSizeReg", "LSB"), child("GevSCPSPacketSizeReg", "MSB")) == ("31", "16")


def test_parts_of_a_word_are_never_written_from_a_cache():
    for name, node in nodes().items():
        if (
            node.tag == NAMESPACE + "MaskedIntReg"
            and child(name, "AccessMode") == "RW"
            and name.startswith("GevSCPS")
        ):
            assert child(name, "Cachable") == "NoCache"


def test_equal_descriptions_give_equal_zip_files():
    zipped.cache_clear()
    first = zipped(description(), "a.xml")
    zipped.cache_clear()
    assert zipped(description(), "a.xml") == first
