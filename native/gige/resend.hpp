// Asking a device for packets that did not come (PACKETRESEND). Sans-IO: what to ask for and when; sending is the owner's.
// Source: GigE Vision 2.0, PACKETRESEND command in the layouts for standard and extended ids.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "gige/block.hpp"
#include "gige/gvcp.hpp"

namespace vcxg::gige {

struct ResendPolicy {
    bool enabled = false;                                                     // the device offers it, and it is wanted
    std::chrono::nanoseconds initial_timeout = std::chrono::milliseconds(1);  // a hole may be a packet overtaken
    std::chrono::nanoseconds packet_timeout =
        std::chrono::milliseconds(20);                                    // until the same packet is asked for again
    std::chrono::nanoseconds retention = std::chrono::milliseconds(100);  // an ended block waits so long for an answer
    double ratio =
        0.25;  // of a block's packets may be asked for; who lost more does not ask for what a full link drops
};

struct ResendRequest {
    std::uint64_t block_id = 0;
    bool extended = false;
    PacketRange packets;
};

[[nodiscard]] gvcp::Datagram packet_resend(std::uint16_t request_id, std::uint16_t stream_channel,
                                           const ResendRequest& request);

// The requests of one block.
class Resend {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    void open() noexcept;
    // Adds what is to be asked for now. `sender_is_done`: what lies behind the newest packet is missing, too.
    void update(const Block& block, bool sender_is_done, const ResendPolicy& policy, TimePoint now,
                std::vector<PacketRange>& ranges);
    void give_up() noexcept { given_up_ = true; }

    [[nodiscard]] bool given_up() const noexcept { return given_up_; }
    [[nodiscard]] bool asked_for(std::uint32_t id) const noexcept { return id < asked_to_; }
    // When update wants to be called; none when nothing is missing.
    [[nodiscard]] std::optional<TimePoint> next_timer(const ResendPolicy& policy) const noexcept;

private:
    void ask(const Block& block, std::uint32_t first, std::uint32_t end, const ResendPolicy& policy,
             std::vector<PacketRange>& ranges);

    bool given_up_ = false;
    bool noticed_ = false;
    bool waiting_ = false;          // for the answer to a request
    std::uint32_t noticed_to_ = 0;  // ids below were looked at; holes among them wait for the initial timeout
    std::uint32_t asked_to_ = 0;    // ids below were asked for where they were missing
    std::uint64_t asked_ = 0;       // packets
    TimePoint noticed_at_{};
    TimePoint asked_at_{};
};

}  // namespace vcxg::gige
