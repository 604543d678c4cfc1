// The socket of a stream channel: many datagrams a call, a large queue, and a wake-up from another thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
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

// The packets of a stream that the end of a frame does not wait for: payload packets with ids from 1 to below `end_id`.
struct Bulk {
    Endpoint source;
    std::size_t segment = 0;  // bytes of a full datagram
    std::uint32_t end_id = 0;
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

    // Receives the bulk through memory shared with the system, until the next call without one. Throws Failure::system where
    // the process may not.
    void share_memory(const std::optional<Bulk>& bulk);

    // What is there now, up to one batch; never waits. Valid until the next call.
    [[nodiscard]] std::span<const Burst> take() noexcept;
    [[nodiscard]] bool drained() const noexcept;  // by the last take, as far as that can tell
    // Returns when something is there, at the deadline, or when wake() was called since the last wait.
    void wait(std::chrono::steady_clock::time_point deadline) noexcept;
    void wake() noexcept;  // any thread
    // Datagrams that the system threw away because the queue was full, since the socket exists or the memory is shared: then
    // that queue's alone (modulo 2^32). For the thread that takes.
    [[nodiscard]] std::uint32_t dropped() noexcept;

    void send_to(Endpoint peer, gige::ConstBytes datagram) noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vcxg::net
