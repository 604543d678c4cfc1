#include "net/action.hpp"

#include <algorithm>
#include <array>

#include "net/failure.hpp"

namespace vcxg::net {
namespace {

namespace gvcp = gige::gvcp;

constexpr std::size_t kMostDevices = 1024;  // more on one network answer only to fill this process's memory

}  // namespace

void ActionSender::fire(Ipv4 destination, const gvcp::Action& action, bool acknowledge) {
    const std::lock_guard lock(mutex_);
    if (!socket_) {
        socket_.emplace(local_);
        socket_->allow_broadcast();
    }
    acknowledges_.clear();
    id_ = ids_.next();
    if (!socket_->send_to({destination, gvcp::kPort}, gvcp::action(id_, action, acknowledge))) {
        throw Failure(Failure::Kind::system, "the ACTION to " + to_string(destination) + " was not sent");
    }
}

std::vector<ActionAcknowledge> ActionSender::acknowledges() {
    const std::lock_guard lock(mutex_);
    std::array<std::byte, gvcp::kMaxDatagram> buffer{};
    Endpoint sender;
    while (socket_) {
        const auto datagram = socket_->receive(buffer, std::chrono::steady_clock::now(), &sender);
        if (!datagram) break;
        const auto acknowledge = gvcp::parse_acknowledge(*datagram);
        if (!acknowledge || acknowledge->id != id_ || sender.port != gvcp::kPort ||
            acknowledge->code != static_cast<std::uint16_t>(gvcp::Command::action) + 1) {
            continue;
        }
        const bool known = std::any_of(acknowledges_.begin(), acknowledges_.end(),
                                       [&](const ActionAcknowledge& other) { return other.device == sender.address; });
        if (!known && acknowledges_.size() < kMostDevices) {
            acknowledges_.push_back({sender.address, acknowledge->status});
        }
    }
    return acknowledges_;
}

}  // namespace vcxg::net
