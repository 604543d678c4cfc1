// Blocks out of packets: which block, in which order, and when to stop waiting. Sans-IO: datagrams and time in, buffers out.
// Never throws and takes no lock; allocates per block at most, never per packet.
//
// A block is delivered
//   at once      when its leader, trailer and every payload packet are there, and every older block is closed;
//   after `reorder_time` without a packet of it, when it has ended (trailer seen, or all announced bytes there) or a newer
//                block has begun: the sender is done with it. Where missing packets were asked for, after the resend
//                policy's `retention`: a device that sends none again, as the VCXG-124M does, is never waited for;
//   after `silence_time` without a packet of it, when nothing newer came: in trigger mode the next block may be hours away,
//                while a slow link, a large packet delay or a stalled sender must not tear a good block apart;
//   at once      when more newer blocks have begun than are kept open: 4, or 16 where packets are asked for.
// Blocks come out in the order of their ids. A block that never showed a packet is counted as missed when a newer one is
// delivered.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "gige/block.hpp"
#include "gige/frame.hpp"
#include "gige/resend.hpp"
#include "gige/sequence.hpp"

namespace vcxg::gige {

struct AssemblerConfig {
    std::size_t packet_size = 0;   // SCPS in force; what a payload packet holds follows from it
    std::size_t payload_size = 0;  // the device's PayloadSize
    std::chrono::nanoseconds reorder_time = std::chrono::milliseconds(20);
    std::chrono::nanoseconds silence_time = std::chrono::milliseconds(500);
    ResendPolicy resend{};
    // Between two words to the sink of how a block grows. Small against a processor's second-level cache, large against a call.
    std::size_t growth = 64 << 10;
};

class Assembler {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Assembler(FrameSink& sink, const AssemblerConfig& config);

    void receive(ConstBytes datagram, TimePoint now) noexcept;
    // Delivers what is overdue, and finds what to ask for again. To be called after a batch, and at `next_timer` at the latest.
    void handle_timer(TimePoint now) noexcept;
    // What handle_timer wants to be sent. Valid until the next call of it.
    [[nodiscard]] std::span<const ResendRequest> resend_requests() const noexcept { return requests_; }
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
        std::uint64_t index = 0;  // see Sequence
        TimePoint last_packet{};
        std::size_t told = 0;  // of the block's bytes in place
        Block block;
        Resend resend;
    };
    // The one packet with a block id out of the blue, until a second one confirms it.
    struct Stray {
        bool held = false;
        std::uint64_t block_id = 0;
        bool extended = false;
        std::vector<std::byte> datagram;
    };

    [[nodiscard]] Slot* slot_for(const gvsp::Packet& packet, ConstBytes datagram, TimePoint now) noexcept;
    [[nodiscard]] Slot* confirmed(const gvsp::Packet& packet, TimePoint now) noexcept;
    void hold(const gvsp::Packet& packet, ConstBytes datagram) noexcept;
    void drop_stray() noexcept;
    [[nodiscard]] Slot* find(std::uint64_t index) noexcept;
    [[nodiscard]] Slot* oldest() noexcept;
    [[nodiscard]] const Slot* oldest() const noexcept;
    [[nodiscard]] Slot* free_slot(std::uint64_t index) noexcept;
    [[nodiscard]] Slot* open_slot(const gvsp::Packet& packet, std::uint64_t index) noexcept;
    void place(Slot& slot, const gvsp::Packet& packet, TimePoint now) noexcept;
    void tell(Slot& slot) noexcept;
    [[nodiscard]] Block::Outcome add(Slot& slot, const gvsp::Packet& packet) noexcept;
    void note_error(Slot* slot, const gvsp::Packet& packet) noexcept;
    void count(Block::Outcome outcome) noexcept;
    void count(Flaw flaw) noexcept;
    void close(Slot& slot) noexcept;
    void close_finished() noexcept;
    void ask_again(Slot& slot, TimePoint now) noexcept;
    [[nodiscard]] bool sender_is_done(const Slot& slot) const noexcept;
    [[nodiscard]] bool may_ask(const Slot& slot) const noexcept;
    [[nodiscard]] TimePoint deadline(const Slot& slot) const noexcept;
    [[nodiscard]] std::span<Slot> slots() noexcept { return std::span(slots_).first(open_blocks_); }
    [[nodiscard]] std::span<const Slot> slots() const noexcept { return std::span(slots_).first(open_blocks_); }

    FrameSink& sink_;
    AssemblerConfig config_;
    StreamStatistics statistics_;
    Sequence sequence_;
    Stray stray_;
    std::array<Slot, 16> slots_;
    std::size_t open_blocks_;
    Slot* current_ = nullptr;  // of the packet before: nearly always the next one's, too
    std::vector<PacketRange> ranges_;
    std::vector<ResendRequest> requests_;
    TimePoint handled_at_{};
};

}  // namespace vcxg::gige
