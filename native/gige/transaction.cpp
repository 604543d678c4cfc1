#include "gige/transaction.hpp"

#include <algorithm>
#include <utility>

namespace vcxg::gige::gvcp {
namespace {

using namespace std::chrono_literals;

// A device that asks for an hour, or for ever, is not waited for: nobody could tell it from a dead one.
constexpr auto kPendingMin = 500ms;
constexpr auto kPendingMax = 10'000ms;
constexpr unsigned kPendingsMax = 100;

// 20, 40, 80, 160, 320, 320, 320 ms: a device that stays BUSY for 1.3 s gets its answer reported.
constexpr auto kBackOffFirst = 20ms;
constexpr unsigned kBackOffDoublings = 4;
constexpr unsigned kBusiesMax = 7;

}  // namespace

Transaction::Transaction(RequestIds& ids, Datagram command, RetryPolicy policy)
    : ids_(ids),
      command_(std::move(command)),
      policy_(policy),
      code_(get_be<std::uint16_t>(command_, 2)),
      id_(ids.next()) {
    set_request_id(command_, id_);
}

void Transaction::sent(TimePoint now) noexcept {
    ++tries_;
    ++transmissions_;
    state_ = State::waiting;
    deadline_ = now + policy_.acknowledge_timeout;
}

void Transaction::handle_timer(TimePoint now) noexcept {
    if (state_ != State::waiting || now < deadline_) {
        return;
    }
    if (backing_off_) {
        backing_off_ = false;
        tries_ = 0;
        id_ = ids_.next();
        set_request_id(command_, id_);
        state_ = State::sending;
        return;
    }
    state_ = tries_ < policy_.tries ? State::sending : State::timed_out;
}

bool Transaction::handle_datagram(ConstBytes datagram, TimePoint now) noexcept {
    const auto acknowledge = parse_acknowledge(datagram);
    if (state_ != State::waiting || backing_off_ || !acknowledge || acknowledge->id != id_) {
        return false;
    }
    if (acknowledge->code == kPendingAcknowledge) {
        if (pendings_ < kPendingsMax) {
            ++pendings_;
            const std::chrono::milliseconds asked{pending_milliseconds(*acknowledge)};
            deadline_ = pending_until_ = now + std::clamp<std::chrono::milliseconds>(asked, kPendingMin, kPendingMax);
        }
        return true;
    }
    if (acknowledge->code != code_ + 1) {
        return false;
    }
    if (acknowledge->status == kBusy && busies_ < kBusiesMax) {
        deadline_ = now + kBackOffFirst * (1u << std::min(busies_, kBackOffDoublings));
        ++busies_;
        backing_off_ = true;
        return true;
    }
    acknowledge_ = *acknowledge;
    state_ = State::answered;
    return true;
}

}  // namespace vcxg::gige::gvcp
