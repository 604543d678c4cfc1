// The machine's IPv4 interfaces, as the kernel lists them.
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <tuple>

#include "net/discovery.hpp"
#include "net/linux/socket_calls.hpp"

namespace vcxg::net {
namespace {

Ipv4 ipv4_of(const sockaddr* address) noexcept {
    sockaddr_in in{};
    std::memcpy(&in, address, sizeof in);
    return linux_calls::from_system(in).address;
}

unsigned mtu_of(const std::string& name) noexcept {
    const int handle = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) {
        return 0;
    }
    ifreq request{};
    std::strncpy(request.ifr_name, name.c_str(), sizeof request.ifr_name - 1);
    const bool known = ::ioctl(handle, SIOCGIFMTU, &request) == 0;
    ::close(handle);
    return known ? static_cast<unsigned>(request.ifr_mtu) : 0;
}

// Of each interface, from the routing table of this thread's network. A line holds the name, then hexadecimal fields of which the
// second is the gateway, in network order on a little-endian machine; the default route has destination 0.
std::map<std::string, Ipv4> default_gateways() {
    std::map<std::string, Ipv4> gateways;
    std::ifstream routes("/proc/thread-self/net/route");
    std::string line;
    std::getline(routes, line);  // the headings
    while (std::getline(routes, line)) {
        std::istringstream fields(line);
        std::string name;
        in_addr_t destination = 0, gateway = 0;
        if (fields >> name >> std::hex >> destination >> gateway && destination == 0 && gateway != 0) {
            gateways.try_emplace(name, ntohl(gateway));
        }
    }
    return gateways;
}

}  // namespace

std::vector<Interface> interfaces() {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) {
        throw linux_calls::system_failure("cannot list the network interfaces");
    }
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);

    std::map<std::string, std::array<std::uint8_t, 6>> macs;
    std::vector<Interface> found;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr || (entry->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        if (entry->ifa_addr->sa_family == AF_PACKET) {
            sockaddr_ll link{};
            std::memcpy(&link, entry->ifa_addr, sizeof link);
            std::memcpy(macs[entry->ifa_name].data(), link.sll_addr, 6);
        } else if (entry->ifa_addr->sa_family == AF_INET) {
            Interface one;
            one.name = entry->ifa_name;
            one.address = ipv4_of(entry->ifa_addr);
            one.netmask = entry->ifa_netmask == nullptr ? 0xFFFFFFFF : ipv4_of(entry->ifa_netmask);
            one.loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0;
            found.push_back(one);
        }
    }
    const auto gateways = default_gateways();
    for (Interface& one : found) {
        // An alias ("eth0:1") has the address, its parent the hardware.
        const std::string hardware = one.name.substr(0, one.name.find(':'));
        one.mac = macs[hardware];
        one.mtu = mtu_of(hardware);
        const auto gateway = gateways.find(hardware);
        one.gateway = gateway == gateways.end() ? 0 : gateway->second;
    }
    std::sort(found.begin(), found.end(), [](const Interface& left, const Interface& right) {
        return std::tie(left.name, left.address) < std::tie(right.name, right.address);
    });
    return found;
}

}  // namespace vcxg::net
