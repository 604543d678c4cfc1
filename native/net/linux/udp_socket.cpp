#include "net/udp_socket.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/linux/socket_calls.hpp"

namespace vcxg::net {

using linux_calls::from_system;
using linux_calls::system_failure;
using linux_calls::to_system;

UdpSocket::UdpSocket(Ipv4 local, std::uint16_t port)
    : handle_(linux_calls::bound_udp_socket({local, port})), wake_up_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (wake_up_ < 0) {
        const Failure failure = system_failure("cannot create the wake-up of a UDP socket");
        ::close(handle_);
        throw failure;
    }
}

UdpSocket::~UdpSocket() {
    ::close(wake_up_);
    if (broadcasts_ >= 0) {
        ::close(broadcasts_);
    }
    ::close(handle_);
}

std::uint16_t UdpSocket::port() const noexcept {
    return linux_calls::local_port(handle_);
}

void UdpSocket::allow_broadcast() {
    const int on = 1;
    if (::setsockopt(handle_, SOL_SOCKET, SO_BROADCAST, &on, sizeof on) != 0) {
        throw system_failure("cannot allow broadcasts on a UDP socket");
    }
}

bool UdpSocket::hear_broadcasts(const Interface& interface) noexcept {
    // A socket with an address of its own hears nothing that is sent to all, so this takes a second one.
    const int handle = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const std::string device = interface.name.substr(0, interface.name.find(':'));  // "eth0:1" is an address of eth0
    const int on = 1;
    const sockaddr_in address = to_system({INADDR_BROADCAST, port()});
    const bool bound =
        handle >= 0 &&
        ::setsockopt(handle, SOL_SOCKET, SO_BINDTODEVICE, device.c_str(), static_cast<socklen_t>(device.size())) == 0 &&
        ::setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        ::bind(handle, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (bound) {
        broadcasts_ = handle;
    } else if (handle >= 0) {
        ::close(handle);
    }
    return bound;
}

void UdpSocket::connect(Endpoint peer) {
    const sockaddr_in address = to_system(peer);
    if (::connect(handle_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        throw system_failure("cannot address " + to_string(peer.address));
    }
}

bool UdpSocket::send(gige::ConstBytes datagram) noexcept {
    return ::send(handle_, datagram.data(), datagram.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(datagram.size());
}

bool UdpSocket::send_to(Endpoint peer, gige::ConstBytes datagram) noexcept {
    const sockaddr_in address = to_system(peer);
    return ::sendto(handle_, datagram.data(), datagram.size(), MSG_NOSIGNAL,
                    reinterpret_cast<const sockaddr*>(&address),
                    sizeof address) == static_cast<ssize_t>(datagram.size());
}

std::optional<gige::ConstBytes> UdpSocket::receive(gige::Bytes buffer, std::chrono::steady_clock::time_point deadline,
                                                   Endpoint* sender) noexcept {
    using namespace std::chrono;
    while (true) {
        sockaddr_in from{};
        socklen_t from_size = sizeof from;
        const auto take = [&](int handle) {
            return ::recvfrom(handle, buffer.data(), buffer.size(), MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from),
                              &from_size);
        };
        ssize_t size = take(handle_);
        if (size < 0 && broadcasts_ >= 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            size = take(broadcasts_);
        }
        if (size >= 0) {
            if (sender != nullptr) {
                *sender = from_system(from);
            }
            return gige::ConstBytes(buffer).first(static_cast<std::size_t>(size));
        }
        const bool nothing_there = errno == EAGAIN || errno == EWOULDBLOCK;
        const auto left = deadline - steady_clock::now();
        if (left <= nanoseconds::zero()) {
            return std::nullopt;
        }
        if (nothing_there) {
            // Any other error is a report about an earlier datagram (port unreachable): read once, it is gone.
            const auto seconds_left = duration_cast<seconds>(left);
            const timespec timeout{static_cast<time_t>(seconds_left.count()),
                                   static_cast<long>((left - seconds_left).count())};
            // A negative handle is passed over.
            std::array<pollfd, 3> sources{pollfd{wake_up_, POLLIN, 0}, pollfd{handle_, POLLIN, 0},
                                          pollfd{broadcasts_, POLLIN, 0}};
            if (::ppoll(sources.data(), sources.size(), &timeout, nullptr) > 0 && (sources[0].revents & POLLIN) != 0) {
                eventfd_t ignored = 0;
                ::eventfd_read(wake_up_, &ignored);
                return std::nullopt;
            }
        }
    }
}

void UdpSocket::wake() noexcept {
    ::eventfd_write(wake_up_, 1);
}

}  // namespace vcxg::net
