#include "net/command.hpp"

#include <algorithm>

namespace vcxg::net {

void run(gige::gvcp::Transaction& transaction, UdpSocket& socket, gige::Bytes buffer,
         const std::function<bool()>& give_up) {
    using State = gige::gvcp::Transaction::State;
    using Clock = std::chrono::steady_clock;
    constexpr std::chrono::milliseconds kSlice{20};
    while (transaction.state() == State::sending || transaction.state() == State::waiting) {
        if (give_up()) {
            return;
        }
        if (transaction.state() == State::sending) {
            socket.send(transaction.datagram());
            transaction.sent(Clock::now());
        }
        const auto until = std::min(transaction.deadline(), Clock::now() + kSlice);
        if (const auto datagram = socket.receive(buffer, until)) {
            transaction.handle_datagram(*datagram, Clock::now());
        }
        transaction.handle_timer(Clock::now());
    }
}

}  // namespace vcxg::net
