// ACTION: one command that many devices obey at once, and who of them has acknowledged it.
#pragma once

#include <mutex>

#include "gige/transaction.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {

struct ActionAcknowledge {
    Ipv4 device = 0;
    std::uint16_t status = 0;
};

class ActionSender {
public:
    explicit ActionSender(Ipv4 local) : local_(local) {}

    // Sends the command once: a device that did not recognise a repetition would act twice. Acknowledges of the command before
    // count no longer. Throws Failure::system when the command cannot leave.
    void fire(Ipv4 destination, const gige::gvcp::Action& action, bool acknowledge);
    // Those that have arrived, one of each device, in that order. Never waits.
    [[nodiscard]] std::vector<ActionAcknowledge> acknowledges();

private:
    std::mutex mutex_;
    Ipv4 local_;
    std::optional<UdpSocket> socket_;  // from the first command on
    gige::gvcp::RequestIds ids_;
    std::uint16_t id_ = 0;
    std::vector<ActionAcknowledge> acknowledges_;
};

}  // namespace vcxg::net
