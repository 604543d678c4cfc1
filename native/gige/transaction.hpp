// One GVCP command from its first transmission to its answer: retransmission, PENDING_ACK, BUSY. Sans-IO: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>

#include "gige/gvcp.hpp"

namespace vcxg::gige::gvcp {

using TimePoint = std::chrono::steady_clock::time_point;

// Request ids of one control channel: 1 to 65535, then 1 again; 0 is not an id.
class RequestIds {
public:
    [[nodiscard]] std::uint16_t next() noexcept {
        last_ = last_ == 0xFFFF ? std::uint16_t{1} : static_cast<std::uint16_t>(last_ + 1);
        return last_;
    }

private:
    std::uint16_t last_ = 0;
};

struct RetryPolicy {
    std::chrono::milliseconds acknowledge_timeout{300};
    unsigned tries = 4;  // transmissions without an answer, the first included
};

class Transaction {
public:
    enum class State { sending, waiting, answered, timed_out };

    // `command` is sent under a new id. A retransmission keeps the id, so that the device may recognise it and not execute
    // it twice; a repeat after BUSY takes a new one, because a device answers a known id from memory.
    Transaction(RequestIds& ids, Datagram command, RetryPolicy policy);

    [[nodiscard]] State state() const noexcept { return state_; }
    // In state `sending`: what to send now.
    [[nodiscard]] const Datagram& datagram() const noexcept { return command_; }
    void sent(TimePoint now) noexcept;
    // In state `waiting`: when handle_timer wants to be called.
    [[nodiscard]] TimePoint deadline() const noexcept { return deadline_; }
    void handle_timer(TimePoint now) noexcept;
    // True when the datagram is this command's: its acknowledge or a PENDING_ACK. Anything else is ignored.
    bool handle_datagram(ConstBytes datagram, TimePoint now) noexcept;

    // In state `answered`. Refers to the datagram last handled.
    [[nodiscard]] const Acknowledge& acknowledge() const noexcept { return acknowledge_; }
    [[nodiscard]] unsigned transmissions() const noexcept { return transmissions_; }
    // Until when the device asked for patience; the clock's epoch when it never did.
    [[nodiscard]] TimePoint pending_until() const noexcept { return pending_until_; }

private:
    RequestIds& ids_;
    Datagram command_;
    RetryPolicy policy_;
    std::uint16_t code_ = 0;
    std::uint16_t id_ = 0;
    State state_ = State::sending;
    bool backing_off_ = false;
    unsigned tries_ = 0;
    unsigned transmissions_ = 0;
    unsigned pendings_ = 0;
    unsigned busies_ = 0;
    TimePoint deadline_{};
    TimePoint pending_until_{};
    Acknowledge acknowledge_;
};

}  // namespace vcxg::gige::gvcp
