// IPv4 interfaces of this machine, and the GigE Vision devices that answer on them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "gige/gvcp.hpp"

namespace vcxg::net {

using Ipv4 = std::uint32_t;  // host order: 127.0.0.1 is 0x7F000001
[[nodiscard]] std::string to_string(Ipv4 address);
[[nodiscard]] bool parse_ipv4(const std::string& text, Ipv4& address) noexcept;

struct Interface {
    std::string name;  // "lo", "eth0"
    Ipv4 address = 0;
    Ipv4 netmask = 0;
    Ipv4 gateway = 0;  // of the default route, 0: none
    std::array<std::uint8_t, 6> mac{};
    unsigned mtu = 0;
    bool loopback = false;
    friend bool operator==(const Interface&, const Interface&) = default;
};

// Every IPv4 address of every interface that is up, loopback included, in a stable order.
[[nodiscard]] std::vector<Interface> interfaces();

// Where a command goes whose receiver may have any address: 255.255.255.255, the directed broadcast, and every unicast address
// that belongs to the interface's network.
[[nodiscard]] std::vector<Ipv4> destinations(const Interface& interface, std::span<const Ipv4> unicast);

// The facts of one DISCOVERY_ACK; addresses as Ipv4.
using DeviceInfo = gige::gvcp::DeviceIdentity;

// Sends DISCOVERY to all destinations and collects answers until `timeout`, or until one has come and none new for 150 ms.
// Sorted by MAC and address, one entry a device. Never throws for a network that does not answer; Failure::system when the
// interface is gone.
[[nodiscard]] std::vector<DeviceInfo> discover(const Interface& interface, std::span<const Ipv4> unicast,
                                               std::chrono::milliseconds timeout);

// Unicast addresses to ask besides the broadcast: environment variable VCXG124M_DISCOVERY_ADDRESSES, comma separated.
// Throws Failure::invalid when an entry is not an address.
[[nodiscard]] std::vector<Ipv4> unicast_addresses_from_environment();

// CCP of a device, read without taking control: is it free, and for whom?
enum class AccessStatus { unknown, read_write, read_only, no_access };
[[nodiscard]] AccessStatus access_status(const Interface& interface, Ipv4 device,
                                         std::chrono::milliseconds timeout) noexcept;

}  // namespace vcxg::net
