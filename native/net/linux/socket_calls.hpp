// What the Linux files of this folder share: addresses in the system's form, and its errors as Failure.
#pragma once

#include <netinet/in.h>

#include <string>

#include "net/failure.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net::linux_calls {

[[nodiscard]] sockaddr_in to_system(Endpoint endpoint) noexcept;
[[nodiscard]] Endpoint from_system(const sockaddr_in& address) noexcept;
// "cannot bind a UDP socket to 10.0.0.1: Address already in use"
[[nodiscard]] Failure system_failure(const std::string& what);
// A UDP socket bound to the endpoint; port 0 lets the system choose. Throws Failure::system.
[[nodiscard]] int bound_udp_socket(Endpoint local);
[[nodiscard]] std::uint16_t local_port(int handle) noexcept;

}  // namespace vcxg::net::linux_calls
