// What reassembly hands to the owner of the buffers: one result a block, complete or not.
// Source of the fields: GVSP leader and trailer (GigE Vision 2.0, image and chunk payload types).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vcxg::gige {

// A buffer that the consumer queued. `cookie` is the owner's; the assembler only hands it back.
struct Target {
    std::byte* data = nullptr;
    std::size_t size = 0;
    void* cookie = nullptr;
};

struct PacketRange {  // payload packet ids, both inclusive
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend bool operator==(const PacketRange&, const PacketRange&) = default;
};

enum class PayloadType : std::uint16_t { image = 0x0001, chunk_data = 0x0004, extended_chunk_data = 0x0005 };

struct FrameResult {
    std::uint64_t block_id = 0;         // as on the wire: 16 bit, or 64 bit with extended ids
    std::uint64_t timestamp_ticks = 0;  // device ticks (register 0x093C), 0 while the leader is missing
    bool has_leader = false;
    bool has_trailer = false;
    bool complete = false;            // every payload byte that the leader and trailer announce is in place
    bool larger_than_buffer = false;  // the block did not fit; `received` bytes of it did
    std::uint16_t payload_type = 0;   // raw value of the leader, chunk flag 0x4000 included
    std::uint32_t pixel_format = 0;   // PFNC code
    std::uint32_t width = 0, height = 0, offset_x = 0, offset_y = 0;
    std::uint16_t padding_x = 0, padding_y = 0;
    std::uint32_t delivered_height = 0;  // from the trailer
    std::uint32_t chunk_layout_id = 0;
    bool contains_chunks = false;
    std::size_t received = 0;            // bytes in place, holes not counted
    std::size_t extent = 0;              // end of the last byte that belongs to the block
    std::uint32_t expected_packets = 0;  // payload packets, 0 when unknown
    std::uint32_t missing_packets = 0;
    std::vector<PacketRange> missing;  // exact, ascending; empty when complete
};

// Owner of the buffers (the GenTL data stream). Called from the receiving thread only; must not block.
class FrameSink {
public:
    FrameSink() = default;
    FrameSink(const FrameSink&) = delete;
    FrameSink& operator=(const FrameSink&) = delete;
    virtual ~FrameSink() = default;
    // The next queued buffer, or none: the whole block is then dropped and counted as an underrun.
    virtual std::optional<Target> acquire() noexcept = 0;
    // The buffer comes back filled. Blocks are delivered in ascending order of block id.
    virtual void deliver(const Target& target, const FrameResult& result) noexcept = 0;
    // The buffer comes back unused (stream stopped before its block ended).
    virtual void give_back(const Target& target) noexcept = 0;
};

// Counters of one acquisition. sent blocks = complete + incomplete + missed + underrun (blocks still open aside).
struct StreamStatistics {
    std::uint64_t blocks_complete = 0;
    std::uint64_t blocks_incomplete = 0;  // delivered with holes
    std::uint64_t blocks_missed = 0;      // gap in the block ids: not one packet arrived
    std::uint64_t blocks_underrun = 0;    // no buffer was queued
    std::uint64_t packets_received = 0;
    std::uint64_t packets_missing = 0;  // in incomplete blocks
    std::uint64_t packets_duplicate = 0;
    std::uint64_t packets_late = 0;  // of a block that was closed before
    std::uint64_t packets_error_status = 0;
    std::uint64_t packets_malformed = 0;          // too short, unknown format, payload outside the buffer
    std::uint64_t packets_foreign = 0;            // from an address that is not the device's
    std::uint64_t packets_dropped_by_kernel = 0;  // SO_RXQ_OVFL
    std::uint64_t bytes_received = 0;             // payload bytes in place
    std::uint64_t sequence_restarts = 0;          // block ids jumped back: the device restarted its stream
};

}  // namespace vcxg::gige
