"""The camera's IPv4 address: persistent, from DHCP or link-local, or forced (data sheet N2).

A virtual camera is given an address when it is started, as a camera is by a DHCP server. A persistent or forced address
takes its place, if the machine lets its sockets have it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from vcxg124m.virtual import bootstrap
from vcxg124m.virtual.memory import KeptRegisters, NonVolatileMemory
from vcxg124m.virtual.registers import RegisterFile
from vcxg124m.virtual.status import Refused, Status

Move = Callable[[int], bool]
"""Lets the sockets have another address; returns whether they can."""

_KEPT = ("IpConfigurationCurrent", "PersistentIpAddress", "PersistentSubnetMask", "PersistentDefaultGateway")


@dataclass(frozen=True)
class Ipv4:
    """Address, mask and gateway, as registers hold them."""

    address: int
    mask: int
    gateway: int = 0

    @property
    def is_a_hosts(self) -> bool:
        """Whether one device can have the address: it is unicast, and neither its network's first nor last one."""
        hosts = ~self.mask & 0xFFFFFFFF
        within = self.address & hosts
        return 0 < self.address >> 24 < 0xE0 and (hosts < 2 or within not in {0, hosts})


class NetworkConfiguration:
    """Chooses the address and shows it in the registers.

    Parameters
    ----------
    given
        What the camera has when it is configured to nothing else.
    move
        Lets the sockets have another address.
    """

    def __init__(self, registers: RegisterFile, memory: NonVolatileMemory, given: Ipv4, move: Move) -> None:
        self._registers = registers
        self._given = given
        self._move = move
        self._kept = KeptRegisters(registers, memory, "Network", _KEPT)

    @property
    def address(self) -> int:
        """The present address."""
        return self._registers.integer("CurrentIpAddress")

    def power_up(self) -> None:
        """Configure the address anew."""
        self._kept.power_up()
        self._restart()

    def force(self, wanted: Ipv4) -> None:
        """Take another address until the power is cut; address 0 begins the configuration anew.

        Raises
        ------
        Refused
            INVALID_PARAMETER: the sockets cannot have that address.
        """
        if not wanted.address:
            self._restart()
        elif not self._take(wanted, "ForceIP"):
            raise Refused(
                Status.INVALID_PARAMETER,
                f"not free, or not an address of a host here: 0x{wanted.address:08X}",
            )

    def _restart(self) -> None:
        number = self._registers.integer
        flags = number("IpConfigurationCurrent")
        persistent = Ipv4(
            number("PersistentIpAddress"), number("PersistentSubnetMask"), number("PersistentDefaultGateway")
        )
        if flags & bootstrap.PERSISTENT_IP and self._take(persistent, "PersistentIP"):
            return
        self._take(self._given, "DHCP" if flags & bootstrap.DHCP else "LLA")

    def _take(self, ip: Ipv4, origin: str) -> bool:
        if not (ip.is_a_hosts and self._move(ip.address)):
            return False
        self._registers.store("CurrentIpAddress", ip.address)
        self._registers.store("CurrentSubnetMask", ip.mask)
        self._registers.store("CurrentDefaultGateway", ip.gateway)
        self._registers.store_entry("GevIPConfigurationStatus", origin)
        return True
