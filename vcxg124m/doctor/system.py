"""What Linux tells about interfaces, routes, counters, sockets and cores; on other systems most of it is unknown.

Reads files below a root that tests may choose; asks nothing that needs more than a user's rights.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import re
import shutil
import socket
import struct
import subprocess
from pathlib import Path

from vcxg124m.doctor.facts import Interface, Route

__all__ = ["ERROR_COUNTERS", "System", "route_to"]

# Of an interface: packets damaged on the way, and packets that it had no room for.
_DAMAGED = ("rx_crc_errors", "rx_frame_errors", "rx_length_errors")
_OVERRUN = ("rx_missed_errors", "rx_fifo_errors", "rx_over_errors")
ERROR_COUNTERS = {"damaged": _DAMAGED, "overrun": _OVERRUN}
_SETTINGS = ("rmem_max", "rmem_default", "netdev_max_backlog")
_DROPS = re.compile(r"\b(drop|reject)\b", re.IGNORECASE)
_ETHERNET = 1  # ARPHRD_ETHER
_NO_PORT = (
    "bridge",
    "brport",
    "master",
    "wireless",
    "tun_flags",
)  # what stands beside other kinds of interfaces
_NEW_ADDRESS = 20  # RTM_NEWADDR


class System:
    """The files of one computer.

    Parameters
    ----------
    root
        Where its ``proc`` and ``sys`` are.
    """

    def __init__(self, root: str | os.PathLike[str] = "/") -> None:
        self.root = Path(root)

    def text(self, path: str) -> str:
        """Return a file's text without the newline at its end; "" when it cannot be read."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def number(self, path: str) -> int | None:
        """Return the number that a file holds; None when there is none."""
        try:
            return int(self.text(path))
        except ValueError:
            return None

    # -- network ------------------------------------------------------------------------------------------------

    def interfaces(self, addresses: dict[str, list[str]]) -> tuple[Interface, ...]:
        """Return the network interfaces; their addresses come from :func:`own_addresses`."""
        folder = self.root / "sys/class/net"
        names = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
        return tuple(self._interface(name, tuple(addresses.get(name, ()))) for name in names)

    def _interface(self, name: str, addresses: tuple[str, ...]) -> Interface:
        at = f"sys/class/net/{name}"
        flags = self.text(f"{at}/flags") or "0"
        speed = self.number(f"{at}/speed")
        filters = [
            value
            for each in ("all", name)
            if (value := self.number(f"proc/sys/net/ipv4/conf/{each}/rp_filter")) is not None
        ]
        return Interface(
            name=name,
            addresses=addresses,
            mtu=self.number(f"{at}/mtu") or 0,
            is_up=bool(int(flags, 16) & 1),  # IFF_UP
            has_carrier=self.number(f"{at}/carrier") == 1,
            is_wired=self.number(f"{at}/type") == _ETHERNET
            and not any((self.root / at / mark).exists() for mark in _NO_PORT),
            speed_mbit=speed if speed is not None and speed > 0 else None,
            rp_filter=max(filters, default=None),  # the stricter one does not win: the larger number does
        )

    def settings(self) -> dict[str, int]:
        """Return the kernel's network settings by name."""
        found = {f"net.core.{name}": self.number(f"proc/sys/net/core/{name}") for name in _SETTINGS}
        return {name: value for name, value in found.items() if value is not None}

    def gateway(self, ip: str) -> str:
        """Return the router on the way to an address; "" for a neighbour."""
        target = int(ipaddress.IPv4Address(ip))
        best = (-1, 0, 0)
        for line in self.text("proc/net/route").splitlines()[1:]:
            fields = line.split()
            # In the byte order of the machine, as it lies in memory: network order.
            destination, router, mask = (
                struct.unpack("!I", struct.pack("=I", int(fields[at], 16)))[0] for at in (1, 2, 7)
            )
            if target & mask == destination:
                best = max(best, (mask, -int(fields[6]), router))
        return str(ipaddress.IPv4Address(best[2])) if best[2] else ""

    def neighbour(self, ip: str) -> str:
        """Return the MAC address that answered for an IP address; "" when none did."""
        for line in self.text("proc/net/arp").splitlines()[1:]:
            fields = line.split()
            if fields[0] == ip and int(fields[2], 16) & 2:  # ATF_COM: complete
                return fields[3]
        return ""

    def errors(self, interface: str) -> dict[str, int]:
        """Return what the kernel and an interface have counted of packets lost so far, by name."""
        counted: dict[str, int] = {}
        lines = [line.split() for line in self.text("proc/net/snmp").splitlines() if line.startswith("Udp:")]
        if len(lines) == 2:
            udp = dict(zip(*lines, strict=True))
            counted |= {
                f"Udp {name}": int(udp[name])
                for name in ("InErrors", "RcvbufErrors", "InCsumErrors")
                if name in udp
            }
        softnet = [line.split() for line in self.text("proc/net/softnet_stat").splitlines()]
        if softnet:
            counted["softnet dropped"] = sum(int(fields[1], 16) for fields in softnet)
        for name in (*_DAMAGED, *_OVERRUN, "rx_dropped"):
            value = self.number(f"sys/class/net/{interface}/statistics/{name}")
            if value is not None:
                counted[f"{interface} {name}"] = value
        return counted

    def process_at_port(self, port: int) -> str:
        """Return the process that has a UDP port of this computer, "python3 (4711)"; "" when none is to be seen."""
        inodes = {
            fields[9]
            for line in self.text("proc/net/udp").splitlines()[1:]
            if int((fields := line.split())[1].partition(":")[2], 16) == port
        }
        wanted = {f"socket:[{inode}]" for inode in inodes}
        for process in sorted(self.root.glob("proc/[0-9]*")):
            with contextlib.suppress(OSError):  # it ended, or belongs to somebody else
                if any(str(entry.readlink()) in wanted for entry in (process / "fd").iterdir()):
                    return f"{self.text(f'proc/{process.name}/comm')} ({process.name})"
        return ""

    # -- processor ----------------------------------------------------------------------------------------------

    def governors(self) -> tuple[str, ...]:
        """Return how the cores' clocks are set, each kind once; empty where they are fixed."""
        files = self.root.glob("sys/devices/system/cpu/cpu[0-9]*/cpufreq/scaling_governor")
        return tuple(sorted({file.read_text(encoding="utf-8").strip() for file in files}))

    def thread_seconds(self, name: str) -> float | None:
        """Return the processor time of this process's threads of a name; None when there is none."""
        ticks = [
            sum(map(int, stat.rpartition(")")[2].split()[11:13]))  # user and system time
            for task in (self.root / "proc/self/task").glob("*")
            if (stat := self.text(f"proc/self/task/{task.name}/stat")) and f"({name})" in stat
        ]
        return sum(ticks) / os.sysconf("SC_CLK_TCK") if ticks else None


def own_addresses() -> dict[str, list[str]]:
    """Return this computer's IPv4 addresses with their prefix lengths, by interface; empty on other systems.

    Asks the kernel by netlink: programs such as `ip` may be missing, and older calls tell one address an interface.
    """
    found: dict[str, list[str]] = {}
    if not hasattr(socket, "AF_NETLINK"):
        return found
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as link:
        request = struct.pack(
            "=IHHII4Bi", 24, 22, 0x301, 1, 0, socket.AF_INET, 0, 0, 0, 0
        )  # RTM_GETADDR, dump
        link.sendto(request, (0, 0))
        while True:
            datagram = link.recv(65536)
            while datagram:
                length, kind = struct.unpack_from("=IH", datagram)
                if (
                    kind != _NEW_ADDRESS or length < 16
                ):  # the end of the list, or a refusal; nothing comes behind
                    return found
                name, address = _address(datagram[16:length])
                found.setdefault(name, []).append(address)
                datagram = datagram[(length + 3) & ~3 :]


def _address(message: bytes) -> tuple[str, str]:
    """Read one ifaddrmsg: name of the interface and address with its prefix length."""
    prefix, index = message[1], struct.unpack_from("=I", message, 4)[0]
    attributes: dict[int, bytes] = {}
    rest = message[8:]
    while len(rest) >= 4:
        length, kind = struct.unpack_from("=HH", rest)
        if length < 4:
            break
        attributes[kind] = rest[4:length]
        rest = rest[(length + 3) & ~3 :]
    own = (
        attributes.get(2) or attributes[1]
    )  # IFA_LOCAL; IFA_ADDRESS is the other end of a point-to-point link
    return socket.if_indextoname(index), f"{socket.inet_ntoa(own)}/{prefix}"


def route_to(ip: str, interfaces: tuple[Interface, ...], system: System) -> Route:
    """Return how packets go to an address, as the kernel chooses; nothing is sent."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((ip, 3956))
            source = str(probe.getsockname()[0])
    except OSError:
        return Route()
    for each in interfaces:
        if source in {own.partition("/")[0] for own in each.addresses}:
            return Route(each.name, source, "" if each.reaches(ip) else system.gateway(ip))
    return Route("", source)


def firewall() -> tuple[str, ...] | None:
    """Return the rules of this computer's firewall that drop or reject; None where they may not be read."""
    readable = False
    rules: list[str] = []
    for command in (["nft", "list", "ruleset"], ["iptables-save"]):
        program = shutil.which(command[0]) or shutil.which(command[0], path="/usr/sbin:/sbin")
        if program is None:
            continue
        try:
            run = subprocess.run(  # noqa: S603 - fixed programs and arguments
                [program, *command[1:]], capture_output=True, text=True, timeout=5, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if run.returncode == 0:
            readable = True
            rules += [line.strip() for line in run.stdout.splitlines() if _DROPS.search(line)]
    return tuple(rules) if readable else None
