// Packets that the system writes into memory shared with it (AF_PACKET, TPACKET_V3), for the bulk of a stream. Needs CAP_NET_RAW.
//
// Blocks of packets are handed over when they are full, or a millisecond after their first packet: cheap, but not prompt. So the
// ring takes only what the end of a frame does not wait for; a filter sees to it that the stream's socket, which stays
// open, gets the rest and nothing twice.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "net/linux/socket_calls.hpp"
#include "net/stream_socket.hpp"

namespace vcxg::net::linux_calls {

class PacketRing {
public:
    // Takes the bulk away from the UDP socket `handle` until the ring ends. Throws Failure::system.
    PacketRing(int handle, Endpoint local, const Bulk& bulk);
    ~PacketRing();
    PacketRing(const PacketRing&) = delete;
    PacketRing& operator=(const PacketRing&) = delete;

    // What the next block holds, up to one batch; none when none is ready. Valid until the next call.
    [[nodiscard]] std::span<const Burst> take() noexcept;
    [[nodiscard]] int handle() const noexcept { return packets_; }
    [[nodiscard]] std::uint32_t dropped() noexcept;  // packets that found the ring full

private:
    void open(Endpoint local, const Bulk& bulk);
    void close() noexcept;
    [[nodiscard]] bool enter_block() noexcept;
    void leave_block() noexcept;
    void add(const std::byte* packet) noexcept;

    int udp_;
    int packets_ = -1;
    std::byte* memory_ = nullptr;
    Bulk bulk_;
    std::size_t block_ = 0;
    const std::byte* next_ = nullptr;  // packet of the block being read
    std::uint32_t left_ = 0;           // packets of it
    bool in_block_ = false;
    std::uint32_t dropped_ = 0;
    std::vector<Burst> bursts_;
};

}  // namespace vcxg::net::linux_calls
