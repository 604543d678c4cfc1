// Drives one GVCP command over a socket: the clock and the waiting that gige::gvcp::Transaction leaves to its owner.
#pragma once

#include <functional>

#include "gige/transaction.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {

// Returns when the transaction is answered, has timed out, or `give_up` says so (asked at every wake-up, 20 ms apart at most).
// The socket is connected to the device. `buffer` holds the answer that the transaction refers to.
void run(gige::gvcp::Transaction& transaction, UdpSocket& socket, gige::Bytes buffer,
         const std::function<bool()>& give_up);

}  // namespace vcxg::net
