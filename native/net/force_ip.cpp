#include "net/force_ip.hpp"

#include <algorithm>
#include <bit>

#include "net/failure.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::uint16_t kRequestId = 0xFFFE;  // as for discovery: apart from the ids of a control channel
constexpr int kTries = 3;
constexpr milliseconds kAnswerTime{300};
constexpr milliseconds kDiscoveryTime{1000};

void check(const IpSettings& settings) {
    if (settings.address == 0) return;
    const auto refuse = [](const std::string& text) { throw Failure(Failure::Kind::invalid, text); };
    const Ipv4 host_bits = ~settings.netmask;
    if (settings.netmask == 0 || (host_bits & (host_bits + 1)) != 0) {
        refuse("the subnet mask " + to_string(settings.netmask) +
               " is none: ones first, then zeros, as in 255.255.255.0");
    }
    const Ipv4 host = settings.address & host_bits;
    if (settings.address >> 28 == 0xE || (std::popcount(host_bits) > 1 && (host == 0 || host == host_bits))) {
        refuse(to_string(settings.address) + " with subnet mask " + to_string(settings.netmask) +
               " is the address of no single host");
    }
}

// True when the device has acknowledged.
bool acknowledged(UdpSocket& socket, Clock::time_point deadline) {
    std::array<std::byte, gvcp::kMaxDatagram> buffer{};
    while (Clock::now() < deadline) {
        // The device may answer from its new address already: whoever knows the id is believed.
        Endpoint sender;
        const auto datagram = socket.receive(buffer, deadline, &sender);
        const auto acknowledge = datagram ? gvcp::parse_acknowledge(*datagram) : std::nullopt;
        if (!acknowledge || acknowledge->id != kRequestId || sender.port != gvcp::kPort ||
            acknowledge->code != static_cast<std::uint16_t>(gvcp::Command::force_ip) + 1) {
            continue;
        }
        if (!gvcp::is_error(acknowledge->status)) return true;
        const bool denied = acknowledge->status == gvcp::kAccessDenied;
        throw Failure(denied ? Failure::Kind::access_denied : Failure::Kind::refused,
                      "FORCEIP refused by " + to_string(sender.address) + ": " +
                          gvcp::describe_status(acknowledge->status) +
                          (denied ? "; a device that an application controls keeps its address" : ""),
                      acknowledge->status);
    }
    return false;
}

}  // namespace

void force_ip(const Interface& interface, std::span<const Ipv4> unicast, const std::array<std::uint8_t, 6>& mac,
              const IpSettings& settings) {
    check(settings);
    UdpSocket socket(interface.address);
    socket.allow_broadcast();
    socket.hear_broadcasts(interface);
    const gvcp::Datagram command =
        gvcp::force_ip(kRequestId, mac, settings.address, settings.netmask, settings.gateway);
    for (int i = 0; i < kTries; ++i) {
        for (const Ipv4 address : destinations(interface, unicast)) socket.send_to({address, gvcp::kPort}, command);
        if (acknowledged(socket, Clock::now() + kAnswerTime)) return;
    }
    std::vector<Ipv4> places(unicast.begin(), unicast.end());
    places.push_back(settings.address);
    const auto devices = discover(interface, places, kDiscoveryTime);
    const bool moved = std::any_of(devices.begin(), devices.end(), [&](const DeviceInfo& device) {
        return device.mac == mac && device.address == settings.address;
    });
    if (!moved) {
        throw Failure(Failure::Kind::timeout,
                      "FORCEIP was not answered within " + std::to_string(kTries * kAnswerTime.count()) +
                          " ms, and the device was not found at " + to_string(settings.address));
    }
}

}  // namespace vcxg::net
