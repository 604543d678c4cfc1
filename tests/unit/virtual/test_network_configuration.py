"""Where the camera's address comes from. The sockets are played by a function that knows which addresses there are."""

import pytest
from vcxg_testing.device import Rig
from vcxg_testing.golden import load

INVALID = 0x8002
GIVEN, FORCED, PERSISTENT = 0x0A000007, 0x0A000042, 0x0A000055
NONE, PERSISTENT_IP, DHCP, LLA, FORCE_IP = range(5)


class Machine:
    """Has some addresses and lets the camera move between them."""

    def __init__(self, *addresses):
        self.addresses = {GIVEN, *addresses}
        self.moves = []

    def move(self, address):
        if address in self.addresses:
            self.moves.append(address)
        return address in self.addresses


def state(rig):
    return rig.read(0x0024), rig.get("GevIPConfigurationStatus")


def reset(rig):
    rig.set("DeviceReset", 1)
    rig.write(0x0A00, 2)


def force(rig, ip):
    return rig.command(0x0004, forcing(ip))[0]


def forcing(ip):
    data = bytearray(56)
    data[2:8] = (0x0006BE123456).to_bytes(6, "big")
    data[20:24], data[36:40] = ip.to_bytes(4, "big"), bytes.fromhex("ffffff00")
    return bytes(data)


def test_the_given_address_is_one_of_dhcp_until_that_is_switched_off():
    rig = Rig()
    assert state(rig) == (GIVEN, DHCP)
    rig.write(0x0014, 0)
    assert rig.read(0x0014) == 4  # link-local addressing is always on
    assert state(rig) == (GIVEN, DHCP)
    reset(rig)
    assert state(rig) == (GIVEN, LLA)


def test_a_persistent_address_is_taken_at_the_next_start_when_it_is_enabled():
    machine = Machine(PERSISTENT)
    rig = Rig(move=machine.move)
    for address, value in ((0x064C, PERSISTENT), (0x065C, 0xFFFFFF00), (0x066C, 0x0A000001)):
        assert rig.write(address, value) == 0
    reset(rig)
    assert state(rig) == (GIVEN, DHCP)
    rig.write(0x0014, 7)
    reset(rig)
    assert state(rig) == (PERSISTENT, PERSISTENT_IP)
    assert (rig.read(0x0034), rig.read(0x0044)) == (0xFFFFFF00, 0x0A000001)
    assert machine.moves[-1] == PERSISTENT


def test_a_persistent_address_that_the_machine_lacks_is_passed_over():
    rig = Rig(move=Machine().move)
    rig.write(0x064C, PERSISTENT)
    rig.write(0x0014, 5)
    reset(rig)
    assert state(rig) == (GIVEN, LLA)


def test_a_forced_address_lasts_until_the_next_start():
    machine = Machine(FORCED)
    rig = Rig(move=machine.move, controlled=False)
    assert force(rig, FORCED) == 0
    assert state(rig) == (FORCED, FORCE_IP)
    assert machine.moves[-1] == FORCED
    rig.write(0x0A00, 2)
    reset(rig)
    assert state(rig) == (GIVEN, DHCP)


@pytest.mark.parametrize(
    ("forced", "answered"), [(0xC0A80907, ("192.168.9.1", 51000)), (0xC0A80A07, ("255.255.255.255", 51000))]
)
def test_whether_a_forced_address_reaches_the_application_decides_how_it_is_told(forced, answered):
    rig = Rig(move=Machine(forced).move, controlled=False)
    command = bytes.fromhex("4211 0004 0038 0010") + forcing(forced)
    rig.device.receive_datagram(command, ("192.168.9.1", 51000), rig.now, broadcast=True)
    assert rig.device.datagrams_to_send() == [(bytes.fromhex("0000 0005 0000 0010"), answered)]


def test_forcing_address_zero_begins_the_configuration_anew():
    rig = Rig(move=Machine(FORCED).move, controlled=False)
    force(rig, FORCED)
    assert force(rig, 0) == 0
    assert state(rig) == (GIVEN, DHCP)


def test_an_address_that_the_machine_lacks_cannot_be_forced():
    rig = Rig(move=Machine().move, controlled=False)
    assert force(rig, FORCED) == INVALID
    assert state(rig) == (GIVEN, DHCP)


@pytest.mark.parametrize("address", [0x0A000000, 0x0A0000FF, 0xE0000001, 0xFFFFFFFF, 0x00000001])
def test_an_address_that_no_host_has_is_never_taken(address):
    rig = Rig(move=Machine(address).move)
    rig.write(0x064C, address)
    rig.write(0x065C, 0xFFFFFF00)
    rig.write(0x0014, 5)
    reset(rig)
    assert state(rig) == (GIVEN, LLA)
    rig.write(0x0A00, 0)
    assert force(rig, address) == INVALID


def test_discovery_names_the_present_address():
    rig = Rig(move=Machine(FORCED).move, controlled=False)
    force(rig, FORCED)
    answer = rig.send(load("gvcp")["DISCOVERY_CMD"])
    assert answer[8 + 36 : 8 + 40] == FORCED.to_bytes(4, "big")
