// The message channel of one device: events that the device sends by itself, acknowledged and taken apart.
// Owns a socket and a thread. Datagrams from anywhere but the device are dropped and counted.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "gige/message.hpp"
#include "net/control_channel.hpp"
#include "net/port_range.hpp"

namespace vcxg::net {

struct MessageOptions {
    PortRange ports;                                        // of this host
    std::chrono::milliseconds acknowledge_timeout{100};     // MCTT: the device repeats an event after it
    std::uint32_t retries = 3;                              // MCRC
    std::chrono::milliseconds keep_alive_interval{20'000};  // stateful firewalls forget a silent port after 30 s
};

struct MessageStatistics {
    std::uint64_t commands = 0;   // taken, with one event each or several
    std::uint64_t repeats = 0;    // acknowledged again, not handed on again
    std::uint64_t foreign = 0;    // from another address or port than the device's
    std::uint64_t malformed = 0;  // from the device, but no event
};

class MessageChannel {
public:
    using Handler = std::function<void(const gige::gvcp::Message&, const gige::gvcp::Event&)>;

    [[nodiscard]] static bool offered_by(ControlChannel& control);

    // Opens the device's channel towards a port of this host. `handler` is called in the channel's thread, once an event,
    // and must not call back into the channel. `control` must outlive it. Throws Failure.
    MessageChannel(ControlChannel& control, Handler handler, MessageOptions options = {});
    ~MessageChannel();  // closes the device's channel (MCP = 0) while control is held, never throws
    MessageChannel(const MessageChannel&) = delete;
    MessageChannel& operator=(const MessageChannel&) = delete;

    [[nodiscard]] std::uint16_t host_port() const noexcept;
    [[nodiscard]] MessageStatistics statistics() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
