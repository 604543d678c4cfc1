// What an application may choose about a stream channel, and what the environment chooses for it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "gige/resend.hpp"
#include "net/port_range.hpp"

namespace vcxg::net {

// How datagrams come in. `automatic` takes the cheapest that the process may use: the ring, then `gro`.
enum class ReceiveEngine : std::uint8_t {
    automatic,
    batches,  // many datagrams a call
    gro,      // many a call, and many a message where the sender or the network card aggregates
    ring,     // memory shared with the system for the bulk of a block (needs CAP_NET_RAW), `gro` for its end
};

struct StreamOptions {
    std::uint32_t channel = 0;
    PortRange host_ports{};                 // the first free one is taken
    std::size_t socket_buffer = 32u << 20;  // asked for; see StreamReceiver::socket_buffer for what was granted
    std::uint16_t packet_size_max = 9000;   // SCPS to try first; also bounded by the interface's MTU
    bool negotiate_packet_size = true;      // by test packets; false leaves the device's packet size alone
    bool extended_ids = true;               // 64-bit block ids where the device offers both layouts
    ReceiveEngine engine = ReceiveEngine::automatic;
    bool resend = true;                  // ask for missing packets where the device sends them again
    gige::ResendPolicy resend_policy{};  // `enabled` is set from `resend` and the device's capability
    std::chrono::nanoseconds reorder_time = std::chrono::milliseconds(20);  // see gige::Assembler
    std::chrono::nanoseconds silence_time = std::chrono::milliseconds(500);
    std::chrono::milliseconds keep_alive_interval = std::chrono::seconds(20);  // datagrams to the device's stream port
};

// The options with what the environment says: VCXG124M_RECEIVE_ENGINE, VCXG124M_STREAM_PORTS, VCXG124M_PACKET_SIZE_MAX.
// Throws Failure::invalid for a value that means nothing.
[[nodiscard]] StreamOptions with_environment(StreamOptions options);

[[nodiscard]] const char* name(ReceiveEngine engine) noexcept;

}  // namespace vcxg::net
