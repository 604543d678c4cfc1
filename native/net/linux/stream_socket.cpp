// recvmmsg with UDP_GRO: where the sender or the network card aggregates, one call returns up to 64 KiB a message.
// Without aggregation it costs what a plain recvmmsg costs.
#include "net/stream_socket.hpp"

#include <netinet/udp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <vector>

#include "net/linux/packet_ring.hpp"
#include "net/linux/socket_calls.hpp"

namespace vcxg::net {
namespace {

constexpr std::size_t kMessages = StreamSocket::kBatch;
constexpr std::size_t kMessageSize = 65536;  // an aggregate is cut off, not split, by a smaller buffer
constexpr std::size_t kControlSize = 128;

struct Message {
    alignas(cmsghdr) std::array<std::byte, kControlSize> control;
    sockaddr_in sender;
    iovec place;
};

std::size_t granted_queue(int handle, std::size_t wanted) {
    const int size = static_cast<int>(std::min<std::size_t>(wanted, std::numeric_limits<int>::max() / 2));
    // The forced size needs a capability; without it the system's limit (net.core.rmem_max) holds.
    if (::setsockopt(handle, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0 &&
        ::setsockopt(handle, SOL_SOCKET, SO_RCVBUF, &size, sizeof size) != 0) {
        throw linux_calls::system_failure("cannot set the size of a stream socket's queue");
    }
    int granted = 0;
    socklen_t granted_size = sizeof granted;
    ::getsockopt(handle, SOL_SOCKET, SO_RCVBUF, &granted, &granted_size);
    return static_cast<std::size_t>(granted) / 2;  // Linux doubles it for its own bookkeeping
}

}  // namespace

struct StreamSocket::Impl {
    Impl(Ipv4 local, PortRange ports)
        : handle(bound_to_first_free(ports,
                                     [&](std::uint16_t port) {
                                         return linux_calls::bound_udp_socket({local, port});
                                     })),
          wake_up(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Impl() {
        ::close(wake_up);
        ::close(handle);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void prepare(std::size_t i) noexcept {
        messages[i].place = {memory.data() + i * kMessageSize, kMessageSize};
        headers[i].msg_hdr = {};
        headers[i].msg_hdr.msg_name = &messages[i].sender;
        headers[i].msg_hdr.msg_namelen = sizeof messages[i].sender;
        headers[i].msg_hdr.msg_iov = &messages[i].place;
        headers[i].msg_hdr.msg_iovlen = 1;
        headers[i].msg_hdr.msg_control = messages[i].control.data();
        headers[i].msg_hdr.msg_controllen = messages[i].control.size();
    }

    Burst burst(std::size_t i) noexcept {
        msghdr& header = headers[i].msg_hdr;
        Burst result{linux_calls::from_system(messages[i].sender),
                     gige::ConstBytes(memory).subspan(i * kMessageSize, headers[i].msg_len), headers[i].msg_len};
        for (cmsghdr* entry = CMSG_FIRSTHDR(&header); entry != nullptr; entry = CMSG_NXTHDR(&header, entry)) {
            if (entry->cmsg_level == IPPROTO_UDP && entry->cmsg_type == UDP_GRO) {
                int segment = 0;
                std::memcpy(&segment, CMSG_DATA(entry), sizeof segment);
                result.segment = segment > 0 ? static_cast<std::size_t>(segment) : result.segment;
            } else if (entry->cmsg_level == SOL_SOCKET && entry->cmsg_type == SO_RXQ_OVFL) {
                std::memcpy(&dropped, CMSG_DATA(entry), sizeof dropped);
            }
        }
        return result;
    }

    int handle;
    int wake_up;
    [[nodiscard]] std::span<const Burst> take_from_socket() noexcept {
        const int count = ::recvmmsg(handle, headers.data(), kMessages, MSG_DONTWAIT, nullptr);
        drained = count < static_cast<int>(kMessages);
        if (count <= 0) {
            return {};
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
            bursts[i] = burst(i);
            prepare(i);
        }
        return std::span<const Burst>(bursts).first(static_cast<std::size_t>(count));
    }

    // In turns, so that neither waits for the other to run dry.
    [[nodiscard]] std::span<const Burst> take_from_both() noexcept {
        ring_first = !ring_first;
        auto found = ring_first ? ring->take() : take_from_socket();
        if (found.empty()) {
            found = ring_first ? take_from_socket() : ring->take();
        }
        drained = found.empty();
        return found;
    }

    std::size_t queue_size = 0;
    std::uint32_t dropped = 0;
    bool drained = true;
    bool ring_first = false;
    std::unique_ptr<linux_calls::PacketRing> ring;
    std::vector<std::byte> memory = std::vector<std::byte>(kMessages * kMessageSize);
    std::array<Message, kMessages> messages{};
    std::array<mmsghdr, kMessages> headers{};
    std::array<Burst, kMessages> bursts{};
};

StreamSocket::StreamSocket(Ipv4 local, PortRange ports, std::size_t queue_size)
    : impl_(std::make_unique<Impl>(local, ports)) {
    if (impl_->wake_up < 0) {
        throw linux_calls::system_failure("cannot create the wake-up of a stream socket");
    }
    impl_->queue_size = granted_queue(impl_->handle, queue_size);
    const int on = 1;
    if (::setsockopt(impl_->handle, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof on) != 0) {
        throw linux_calls::system_failure("cannot ask for the count of dropped datagrams");
    }
    for (std::size_t i = 0; i < kMessages; ++i) {
        impl_->prepare(i);
    }
}

StreamSocket::~StreamSocket() = default;

std::uint16_t StreamSocket::port() const noexcept {
    return linux_calls::local_port(impl_->handle);
}

std::size_t StreamSocket::queue_size() const noexcept {
    return impl_->queue_size;
}

bool StreamSocket::aggregate(bool wanted) noexcept {
    const int on = wanted ? 1 : 0;
    return ::setsockopt(impl_->handle, IPPROTO_UDP, UDP_GRO, &on, sizeof on) == 0;  // not before Linux 5.0
}

std::span<const Burst> StreamSocket::take() noexcept {
    return impl_->ring ? impl_->take_from_both() : impl_->take_from_socket();
}

bool StreamSocket::drained() const noexcept {
    return impl_->drained;
}

void StreamSocket::share_memory(const std::optional<Bulk>& bulk) {
    impl_->ring.reset();
    if (bulk) {
        sockaddr_in address{};
        socklen_t size = sizeof address;
        ::getsockname(impl_->handle, reinterpret_cast<sockaddr*>(&address), &size);
        impl_->ring =
            std::make_unique<linux_calls::PacketRing>(impl_->handle, linux_calls::from_system(address), *bulk);
    }
}

void StreamSocket::wait(std::chrono::steady_clock::time_point deadline) noexcept {
    using namespace std::chrono;
    const auto left = std::max<nanoseconds>(deadline - steady_clock::now(), nanoseconds::zero());
    const auto seconds_left = duration_cast<seconds>(left);
    const timespec timeout{static_cast<time_t>(seconds_left.count()), static_cast<long>((left - seconds_left).count())};
    std::array<pollfd, 3> sources{pollfd{impl_->handle, POLLIN, 0}, pollfd{impl_->wake_up, POLLIN, 0},
                                  pollfd{impl_->ring ? impl_->ring->handle() : -1, POLLIN, 0}};
    if (::ppoll(sources.data(), sources.size(), &timeout, nullptr) > 0 && (sources[1].revents & POLLIN) != 0) {
        eventfd_t ignored = 0;
        ::eventfd_read(impl_->wake_up, &ignored);
    }
}

void StreamSocket::wake() noexcept {
    ::eventfd_write(impl_->wake_up, 1);
}

std::uint32_t StreamSocket::dropped() noexcept {
    // What the filter of a socket refuses counts as dropped there: with a ring, its own count is the one that says something.
    return impl_->ring ? impl_->ring->dropped() : impl_->dropped;
}

void StreamSocket::send_to(Endpoint peer, gige::ConstBytes datagram) noexcept {
    const sockaddr_in address = linux_calls::to_system(peer);
    // Nobody waits for these datagrams: one that the system refuses is one that got lost.
    static_cast<void>(::sendto(impl_->handle, datagram.data(), datagram.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                               reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

}  // namespace vcxg::net
