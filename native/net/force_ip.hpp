// FORCEIP: gives a device another IP address, also one that cannot be reached with the address it has.
#pragma once

#include "net/discovery.hpp"

namespace vcxg::net {

struct IpSettings {
    Ipv4 address = 0, netmask = 0, gateway = 0;  // all 0: the device starts its own IP configuration anew
};

// Broadcasts the command for the device with this MAC address and waits until it is acknowledged, or until a discovery finds the
// device with its new address. Throws Failure: invalid (settings that no host can have), refused or access_denied (an application
// holds control of the device), timeout, system.
void force_ip(const Interface& interface, std::span<const Ipv4> unicast, const std::array<std::uint8_t, 6>& mac,
              const IpSettings& settings);

}  // namespace vcxg::net
