"""What the nodes of a host's interface tell of addresses."""

# pyright: basic, reportAttributeAccessIssue=false
# ruff: noqa: ANN401

from __future__ import annotations

import ipaddress
from typing import Any

from vcxg124m._harvesters.nodes import NodeMap
from vcxg124m.units import format_ip, format_mac

__all__ = ["addresses", "in_network", "network_of"]


def addresses(interface: Any, device_id: str) -> tuple[str, str]:
    """Return IP and MAC address as the interface's nodes tell them; "" for what they do not tell."""
    nodes = NodeMap(interface.node_map)
    selector, found_id = nodes.find("DeviceSelector"), nodes.find("DeviceID")
    ip, mac = nodes.find("GevDeviceIPAddress"), nodes.find("GevDeviceMACAddress")
    if selector is None or found_id is None or ip is None or mac is None:
        return "", ""
    with nodes.lock:
        for index in range(int(selector.limits().minimum), int(selector.limits().maximum) + 1):
            selector.write(index)
            if found_id.read() == device_id:
                return format_ip(int(ip.read())), format_mac(int(mac.read()))
    return "", ""


def in_network(ip: str, interface: Any) -> bool:
    """Tell whether ``ip`` belongs to the network of a host's interface, as that interface's nodes tell it."""
    network = network_of(interface)
    return bool(ip) and network is not None and ipaddress.IPv4Address(ip) in network


def network_of(interface: Any) -> ipaddress.IPv4Network | None:
    """Return the network of a host's interface, None where its nodes do not tell."""
    nodes = NodeMap(interface.node_map)
    address, mask = nodes.find("GevInterfaceSubnetIPAddress"), nodes.find("GevInterfaceSubnetMask")
    if address is None or mask is None:
        return None
    with nodes.lock:
        return ipaddress.IPv4Network((int(address.read()), format_ip(int(mask.read()))), strict=False)
