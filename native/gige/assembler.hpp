// Blocks out of packets: order, gaps, restarts, and when to stop waiting. Sans-IO: datagrams and time in, buffers out.
// Never throws and takes no lock; allocates per block at most, never per packet.
//
// There is no resend (the VCXG-124M keeps no image for it), so waiting only bridges reordering. A block is delivered
//   at once      when its leader, trailer and every payload packet are there, and every older block is closed;
//   after `reorder_time` without a packet of it, when it has ended (trailer seen, or all announced bytes there) or a newer
//                block has begun: the sender is done with it;
//   after `silence_time` without a packet of it, when nothing newer came: in trigger mode the next block may be hours away,
//                while a slow link, a large packet delay or a stalled sender must not tear a good block apart;
//   at once      when a fourth newer block begins.
// Blocks come out in the order of their ids. A block that never showed a packet is counted as missed when a newer one is
// delivered; ids before the first block of a stream are not, because a device may go on counting from an earlier stream.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "gige/block.hpp"
#include "gige/frame.hpp"

namespace vcxg::gige {

struct AssemblerConfig {
    std::size_t packet_size = 0;   // SCPS in force; what a payload packet holds follows from it
    std::size_t payload_size = 0;  // the device's PayloadSize
    std::chrono::nanoseconds reorder_time = std::chrono::milliseconds(20);
    std::chrono::nanoseconds silence_time = std::chrono::milliseconds(500);
};

class Assembler {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Assembler(FrameSink& sink, const AssemblerConfig& config) noexcept;

    void receive(ConstBytes datagram, TimePoint now) noexcept;
    // Delivers what is overdue. To be called after a batch, and at `next_timer` at the latest.
    void handle_timer(TimePoint now) noexcept;
    [[nodiscard]] std::optional<TimePoint> next_timer() const noexcept;
    // Gives the buffers of open blocks back unused.
    void stop() noexcept;

    // Payload bytes that the newest open block still waits for; none when no block is open. Lets the owner choose between
    // napping and waiting for the very next packet.
    [[nodiscard]] std::optional<std::size_t> outstanding() const noexcept;
    [[nodiscard]] const StreamStatistics& statistics() const noexcept { return statistics_; }

private:
    struct Slot {
        bool open = false;
        std::uint64_t index = 0;  // block ids without the 16-bit wrap
        TimePoint last_packet{};
        Block block;
    };

    [[nodiscard]] Slot* slot_for(const gvsp::Packet& packet) noexcept;
    [[nodiscard]] Slot* find(std::uint64_t index) noexcept;
    [[nodiscard]] Slot* oldest() noexcept;
    [[nodiscard]] Slot* open_slot(const gvsp::Packet& packet, std::uint64_t index) noexcept;
    [[nodiscard]] bool is_restart(const gvsp::Packet& packet, std::int64_t steps) const noexcept;
    void restart(const gvsp::Packet& packet) noexcept;
    void add(Slot& slot, const gvsp::Packet& packet) noexcept;
    void close(Slot& slot) noexcept;
    void close_finished() noexcept;
    [[nodiscard]] TimePoint deadline(const Slot& slot) const noexcept;

    FrameSink& sink_;
    AssemblerConfig config_;
    StreamStatistics statistics_;
    std::array<Slot, 4> slots_;
    Slot* current_ = nullptr;  // of the packet before: nearly always the next one's, too
    bool begun_ = false;
    bool extended_ = false;
    std::uint64_t newest_id_ = 0;
    std::uint64_t newest_index_ = 0;
    std::uint64_t next_index_ = 0;    // everything below is closed
    std::uint64_t leader_index_ = 0;  // of the leader with the highest index
    std::uint64_t leader_time_ = 0;
};

}  // namespace vcxg::gige
