#include "net/discovery.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "gige/registers.hpp"
#include "gige/transaction.hpp"
#include "net/command.hpp"
#include "net/failure.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint16_t kDiscoveryId = 0xFFFF;  // what Aravis takes too: apart from the ids of a control channel
constexpr milliseconds kQuiet{150};
constexpr milliseconds kRepeatAfter{60};  // within the quiet time: a lost datagram is not a missing camera
constexpr Ipv4 kLimitedBroadcast = 0xFFFFFFFF;
constexpr std::byte kBroadcastAcknowledge{0x10};

// A broadcast on one interface also reaches the cameras of this very machine that listen on another one. They belong to that
// other interface: listed here, one camera would be two.
bool is_loopback(Ipv4 address) noexcept {
    return address >> 24 == 127;
}

bool same_device(const DeviceInfo& left, const DeviceInfo& right) noexcept {
    return left.mac == right.mac && left.address == right.address;
}

}  // namespace

std::vector<Ipv4> destinations(const Interface& interface, std::span<const Ipv4> unicast) {
    std::vector<Ipv4> all{kLimitedBroadcast};
    if (interface.netmask < 0xFFFFFFFE) {  // a /31 or a single address has no directed broadcast
        all.push_back(interface.address | ~interface.netmask);
    }
    for (const Ipv4 address : unicast) {
        if ((address & interface.netmask) == (interface.address & interface.netmask)) {
            all.push_back(address);
        }
    }
    return all;
}

std::vector<DeviceInfo> discover(const Interface& interface, std::span<const Ipv4> unicast, milliseconds timeout) {
    UdpSocket socket(interface.address);
    socket.allow_broadcast();
    gvcp::Datagram command = gvcp::discovery(kDiscoveryId);
    if (socket.hear_broadcasts(interface)) {
        command[1] |= kBroadcastAcknowledge;  // a device of another subnet does not reach this host alone
    }
    const auto ask = [&] {
        for (const Ipv4 address : destinations(interface, unicast)) {
            socket.send_to({address, gvcp::kPort}, command);
        }
    };

    const auto start = Clock::now();
    const auto end = start + timeout;
    auto until = end;
    auto repeat = start + kRepeatAfter;
    ask();
    std::vector<DeviceInfo> found;
    std::array<std::byte, 1024> buffer{};
    while (Clock::now() < until) {
        if (Clock::now() >= repeat) {
            repeat = Clock::time_point::max();
            ask();
        }
        Endpoint sender;
        const auto datagram = socket.receive(buffer, std::min(until, repeat), &sender);
        if (!datagram) {
            continue;
        }
        const auto acknowledge = gvcp::parse_acknowledge(*datagram);
        if (!acknowledge || acknowledge->code != static_cast<std::uint16_t>(gvcp::Command::discovery) + 1 ||
            acknowledge->id != kDiscoveryId || gvcp::is_error(acknowledge->status) || sender.port != gvcp::kPort) {
            continue;
        }
        auto identity = gvcp::parse_identity(acknowledge->data);
        if (!identity) {
            continue;
        }
        if (identity->address == 0) {
            identity->address = sender.address;
        }
        if (is_loopback(identity->address) != interface.loopback) {
            continue;
        }
        const bool known = std::any_of(found.begin(), found.end(),
                                       [&](const DeviceInfo& other) { return same_device(*identity, other); });
        if (!known) {
            found.push_back(*identity);
            until = std::min(end, Clock::now() + kQuiet);
        }
    }
    std::sort(found.begin(), found.end(), [](const DeviceInfo& left, const DeviceInfo& right) {
        return std::tie(left.mac, left.address) < std::tie(right.mac, right.address);
    });
    return found;
}

AccessStatus access_status(const Interface& interface, Ipv4 device, milliseconds timeout) noexcept {
    try {
        UdpSocket socket(interface.address);
        socket.connect({device, gvcp::kPort});
        gvcp::RequestIds ids;
        gvcp::Transaction transaction(ids, gvcp::read_register(0, gige::registers::kControlPrivilege),
                                      {timeout / 3, 3});
        std::array<std::byte, gvcp::kMaxDatagram> buffer{};
        const auto end = Clock::now() + timeout;
        run(transaction, socket, buffer, [&] { return Clock::now() >= end; });
        if (transaction.state() != gvcp::Transaction::State::answered) {
            return AccessStatus::unknown;
        }
        if (transaction.acknowledge().status == gvcp::kAccessDenied) {
            return AccessStatus::no_access;  // somebody has exclusive access: even reading is denied
        }
        const auto privilege = gvcp::register_value(transaction.acknowledge());
        if (gvcp::is_error(transaction.acknowledge().status) || !privilege) {
            return AccessStatus::unknown;
        }
        if ((*privilege & gige::registers::kPrivilegeExclusive) != 0) {
            return AccessStatus::no_access;
        }
        return (*privilege & gige::registers::kPrivilegeControl) != 0 ? AccessStatus::read_only
                                                                      : AccessStatus::read_write;
    } catch (const std::exception&) {
        return AccessStatus::unknown;  // no socket to ask with: the answer is not known, and the caller lists on
    }
}

}  // namespace vcxg::net
