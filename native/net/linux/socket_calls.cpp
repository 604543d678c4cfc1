#include "net/linux/socket_calls.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vcxg::net::linux_calls {

sockaddr_in to_system(Endpoint endpoint) noexcept {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    address.sin_addr.s_addr = htonl(endpoint.address);
    return address;
}

Endpoint from_system(const sockaddr_in& address) noexcept {
    return {ntohl(address.sin_addr.s_addr), ntohs(address.sin_port)};
}

Failure system_failure(const std::string& what) {
    return {Failure::Kind::system, what + ": " + std::generic_category().message(errno)};
}

int bound_udp_socket(Endpoint local) {
    const int handle = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (handle < 0) {
        throw system_failure("cannot create a UDP socket");
    }
    const sockaddr_in address = to_system(local);
    if (::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const Failure failure = system_failure("cannot bind a UDP socket to " + to_string(local.address) +
                                               (local.port == 0 ? "" : ":" + std::to_string(local.port)));
        ::close(handle);
        throw failure;
    }
    return handle;
}

std::uint16_t local_port(int handle) noexcept {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(handle, reinterpret_cast<sockaddr*>(&address), &size);
    return from_system(address).port;
}

}  // namespace vcxg::net::linux_calls
