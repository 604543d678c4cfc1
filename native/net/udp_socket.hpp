// A UDP socket for commands: small datagrams, bounded waits. The stream has its own (stream_socket.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "gige/bytes.hpp"
#include "net/discovery.hpp"

namespace vcxg::net {

struct Endpoint {
    Ipv4 address = 0;
    std::uint16_t port = 0;
};

class UdpSocket {
public:
    // Bound to the address and a port that the system chooses. Throws Failure::system.
    explicit UdpSocket(Ipv4 local);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    void allow_broadcast();
    // From here on the system drops what does not come from `peer`.
    void connect(Endpoint peer);

    // False when the system refuses (no route, peer unreachable): for the caller as good as lost on the way.
    bool send(gige::ConstBytes datagram) noexcept;
    bool send_to(Endpoint peer, gige::ConstBytes datagram) noexcept;

    // The next datagram, none at the deadline.
    [[nodiscard]] std::optional<gige::ConstBytes> receive(gige::Bytes buffer,
                                                          std::chrono::steady_clock::time_point deadline,
                                                          Endpoint* sender = nullptr) noexcept;

private:
    int handle_ = -1;
};

}  // namespace vcxg::net
