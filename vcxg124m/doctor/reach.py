"""Checks of the way to the camera: producer, network, who answers, who holds control."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from vcxg124m.doctor.catalogue import finding
from vcxg124m.doctor.finding import Check
from vcxg124m.enums import AccessStatus

if TYPE_CHECKING:
    from vcxg124m.doctor.facts import Facts, Failure, Interface
    from vcxg124m.doctor.finding import Finding

__all__ = ["camera", "network", "producer"]

_GIGABIT = 1000
_OWN = "vcxg124m"  # the vendor of the bundled producer
_STRICT = 1
_OPEN_HERE = {AccessStatus.OPEN_READ_WRITE, AccessStatus.OPEN_READ_ONLY}


def producer(facts: Facts) -> Check:
    """See whether the library that speaks to cameras can be loaded."""
    versions = facts.host.versions
    seen = [f"{each.path.rpartition('/')[2]} {each.version}".strip() for each in facts.producers]
    found = [
        finding(
            "producer-missing" if each.missing else "producer-unusable",
            each.error,
            "python -m pip install --force-reinstall vcxg124m",
        )
        for each in facts.producers
        if each.error
    ]
    through = f"harvesters {versions['harvesters']}, genicam {versions['genicam']}"
    return Check("producer", ", ".join([*seen, through]), tuple(found))


def network(facts: Facts) -> Check:
    """See which interface and route lead to the camera."""
    found: list[Finding] = []
    interface, ip = facts.interface, facts.address
    if facts.camera is None and not facts.found:
        found += _idle_interfaces(facts)
    if facts.camera is None and ip and facts.route is not None and not facts.route.source:
        found.append(finding("no-route", f"There is no route to {ip}.", *_joining(ip, facts)))
    if interface is not None and facts.camera is not None and facts.camera.interface:
        name = _listed_on(facts)
        if name and name != interface.name:
            found.append(
                finding(
                    "route-elsewhere",
                    f"{ip} answers on {name}, but packets to it leave by {interface.name}.",
                    f"sudo ip route add {ip}/32 dev {name}",
                )
            )
    if interface is not None and interface.speed_mbit is not None and interface.speed_mbit < _GIGABIT:
        found.append(
            finding(
                "interface-slow",
                f"{interface.name} runs at {interface.speed_mbit} Mbit/s.",
                f"sudo ethtool -r {interface.name}",
            )
        )
    if interface is None or facts.route is None:
        up = [_described(each) for each in facts.host.interfaces if each.addresses and not each.is_loopback]
        return Check("network", "; ".join(up) or "no interface with an address", tuple(found))
    way = f"through {facts.route.gateway}" if facts.route.gateway else "direct"
    return Check("network", f"{_described(interface)}, {way}", tuple(found))


def camera(facts: Facts) -> Check | None:
    """See whether the camera answers, where, and whether it can be opened."""
    if facts.camera is None:
        return _absent(facts)
    failure = facts.failure
    if facts.link is not None and failure is None:
        return Check("camera", f"{facts.camera}, open")
    found = tuple(_why_not(facts, failure))
    return Check("camera", f"{facts.camera} ({facts.camera.access})", found, see="" if found else "network")


def _why_not(facts: Facts, failure: Failure | None) -> list[Finding]:
    """Return why a camera that was found could not be opened, or not be kept."""
    contact, kind = facts.contact, failure.kind if failure is not None else ""
    if kind in {"DeviceLostError", "ControlLostError"} and failure is not None:
        return [finding("camera-lost", failure.message)]
    if facts.camera is not None and facts.camera.access is AccessStatus.NO_ACCESS:
        return [_wrong_subnet(facts)]
    if kind == "CameraInUseError" or (contact is not None and contact.is_controlled):
        return [_held(facts)]
    if contact is not None and contact.state in {"silent", "refused", "unreachable"}:
        return _unanswered(facts)
    return [finding("open-failed", failure.message if failure is not None else "It answers discovery only.")]


def _absent(facts: Facts) -> Check | None:
    """Return why no camera was found; None where the producer or the network are the reason."""
    if any(each.error for each in facts.producers):
        return None
    if facts.address:
        unanswered = tuple(_unanswered(facts))
        return Check("camera", f"nothing found at {facts.address}", unanswered) if unanswered else None
    if facts.found:
        names = "; ".join(map(str, facts.found))
        return Check("camera", f"{len(facts.found)} others", (finding("other-camera", f"Found: {names}."),))
    up = [each for each in facts.host.interfaces if each.addresses and each.is_up]
    others = [each for each in facts.producers if each.vendor != _OWN]
    seen = f"Asked by broadcast on {', '.join(each.name for each in up) or 'no interface'}: no answer."
    if others:
        seen = (
            f"{others[0].path.rpartition('/')[2]} lists none; the bundled producer, without --producer, may."
        )
    strict = [each.name for each in up if each.rp_filter == _STRICT]
    if strict:
        seen += (
            f" The reverse-path filter of {', '.join(strict)} is strict: answers of a camera in another subnet are "
            "dropped."
        )
    if _idle_interfaces(facts) and not any(each.has_carrier and not each.is_loopback for each in up):
        return None
    seen += _firewall(facts)
    loosen = [f"sudo sysctl -w net.ipv4.conf.{name}.rp_filter=2" for name in strict]
    commands = [*loosen, *(["vcxg124m doctor"] if others else [])]
    return Check("camera", "none answers", (finding("no-camera", seen, *commands),))


def _unanswered(facts: Facts) -> list[Finding]:
    """Return what to say when commands to the camera's address bring no answer."""
    contact, ip = facts.contact, facts.address
    if facts.route is None or not facts.route.source or contact is None:
        return []  # `network` says why
    if contact.state == "refused":
        return [finding("no-camera-at-address", f"{ip} refuses packets to UDP port 3956.")]
    if facts.camera is not None and _listed_on(facts) not in {"", facts.route.interface}:
        return []  # the same
    hears = (
        f"{contact.neighbour} answers for the address, so something is there"
        if contact.neighbour
        else f"it is behind the router {facts.route.gateway}, not in a network of this computer"
        if facts.route.gateway
        else "nothing has this address: switched off, not connected, or in another network"
    )
    seen = f"{ip} does not answer commands on UDP port 3956 ({hears})."
    return [finding("camera-silent", seen + _firewall(facts), f"ping -c 3 {ip}")]


def _held(facts: Facts) -> Finding:
    contact = facts.contact
    if facts.camera is not None and facts.camera.access in _OPEN_HERE:
        return finding("control-held", "It is open in this program; its own doctor() examines it as it is.")
    if contact is not None and contact.process:
        number = contact.process.rpartition("(")[2].rstrip(")")
        seen = f"{contact.process} on this computer, at {contact.holder}, holds control of {facts.address}."
        return finding("control-held", seen, f"kill {number}")
    if contact is not None and contact.holder_is_here:
        seen = f"A program on this computer, at {contact.holder}, holds control of {facts.address}."
        return finding("control-held", seen, f"sudo ss -uapn sport = :{contact.holder.rpartition(':')[2]}")
    if contact is not None and contact.holder:
        return finding(
            "control-held", f"The application at {contact.holder} holds control of {facts.address}."
        )
    return finding("control-held", f"The camera at {facts.address} does not tell who it is.")


def _wrong_subnet(facts: Facts) -> Finding:
    listed = facts.camera.interface if facts.camera is not None else ""
    own = facts.host.interface(_listed_on(facts))
    place = f"{own.name} ({', '.join(own.addresses)})" if own is not None else listed
    seen = f"The camera has {facts.address} and answers on {place}."
    return finding("wrong-subnet", seen, *_joining(facts.address, facts))


def _joining(ip: str, facts: Facts) -> list[str]:
    """Commands that give an interface an address beside the camera's."""
    name = _listed_on(facts) or next(
        (each.name for each in _ethernet(facts) if each.has_carrier), "INTERFACE"
    )
    link_local = ipaddress.IPv4Address(ip).is_link_local
    network = ipaddress.IPv4Interface(f"{ip}/{16 if link_local else 24}").network
    beside = next(host for host in network.hosts() if str(host) != ip)
    return [f"sudo ip addr add {beside}/{network.prefixlen} dev {name}"]


def _idle_interfaces(facts: Facts) -> list[Finding]:
    found: list[Finding] = []
    for each in _ethernet(facts):
        if not each.is_up:
            found.append(
                finding("no-link", f"{each.name} is switched off.", f"sudo ip link set dev {each.name} up")
            )
        elif not each.has_carrier:
            found.append(finding("no-link", f"{each.name} is up, but its cable leads to nothing."))
        elif not each.addresses:
            found.append(
                finding(
                    "no-address",
                    f"{each.name} is up and connected, and has no address.",
                    f"sudo ip addr add 169.254.1.1/16 dev {each.name}",
                )
            )
    return found


def _ethernet(facts: Facts) -> list[Interface]:
    return [each for each in facts.host.interfaces if each.is_wired]


def _listed_on(facts: Facts) -> str:
    """Name of the interface that the camera answered on; the bundled producer puts the address behind it."""
    listed = facts.camera.interface if facts.camera is not None else ""
    name = listed.rpartition("_")[0]
    return name if facts.host.interface(name) is not None else ""


def _firewall(facts: Facts) -> str:
    rules = facts.host.firewall
    if rules is None:
        return " The firewall's rules can be read by root only."
    return f" The firewall drops: {'; '.join(rules[:3])}." if rules else ""


def _described(interface: Interface) -> str:
    speed = f", {interface.speed_mbit} Mbit/s" if interface.speed_mbit is not None else ""
    return f"{interface.name} {' '.join(interface.addresses)}, MTU {interface.mtu}{speed}"
