// The socket of a stream channel: many datagrams a call, a large queue, and a wake-up from another thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>

#include "gige/bytes.hpp"
#include "net/stream_options.hpp"
#include "net/udp_socket.hpp"

namespace vcxg::net {

// Datagrams of one sender that the system handed over in one piece: each has `segment` bytes, the last may have fewer.
struct Burst {
    Endpoint sender;
    gige::ConstBytes bytes;
    std::size_t segment = 0;
};

class StreamSocket {
public:
    static constexpr std::size_t kBatch = 32;  // bursts of one take()

    // On the first port of the range that is free; 0 to 0: the system chooses. Asks for a queue of `queue_size` bytes and
    // takes what it gets. Throws Failure::system.
    StreamSocket(Ipv4 local, PortRange ports, std::size_t queue_size);
    ~StreamSocket();
    StreamSocket(const StreamSocket&) = delete;
    StreamSocket& operator=(const StreamSocket&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] std::size_t queue_size() const noexcept;  // granted
    // Lets the system hand over many datagrams in one piece. False where it cannot.
    bool aggregate(bool wanted) noexcept;

    // What is there now, up to one batch; never waits. Valid until the next call.
    [[nodiscard]] std::span<const Burst> take() noexcept;
    // Returns when something is there, at the deadline, or when wake() was called since the last wait.
    void wait(std::chrono::steady_clock::time_point deadline) noexcept;
    void wake() noexcept;  // any thread
    // Datagrams that the system threw away because the queue was full, since the socket exists (modulo 2^32).
    [[nodiscard]] std::uint32_t dropped() const noexcept;

    void send_to(Endpoint peer, gige::ConstBytes datagram) noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
