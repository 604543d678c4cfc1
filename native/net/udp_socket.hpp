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
    // Bound to the address and the port; port 0 lets the system choose. Throws Failure::system.
    explicit UdpSocket(Ipv4 local, std::uint16_t port = 0);
    ~UdpSocket();
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;
    void allow_broadcast();
    // From here on receive() also returns what is sent to 255.255.255.255 and this port on one interface, as a device of another
    // subnet answers. False when the system refuses.
    bool hear_broadcasts(const Interface& interface) noexcept;
    // From here on the system drops what does not come from `peer`.
    void connect(Endpoint peer);

    // False when the system refuses (no route, peer unreachable): for the caller as good as lost on the way.
    bool send(gige::ConstBytes datagram) noexcept;
    bool send_to(Endpoint peer, gige::ConstBytes datagram) noexcept;

    // The next datagram, none at the deadline or after wake().
    [[nodiscard]] std::optional<gige::ConstBytes> receive(gige::Bytes buffer,
                                                          std::chrono::steady_clock::time_point deadline,
                                                          Endpoint* sender = nullptr) noexcept;
    // Any thread: ends the wait of receive(), or the next one.
    void wake() noexcept;

private:
    int handle_ = -1;
    int broadcasts_ = -1;
    int wake_up_ = -1;
};

}  // namespace vcxg::net
