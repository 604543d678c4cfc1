// What reassembly hands to the owner of the buffers: one result a block, complete or not.
// Source of the fields: GVSP leader and trailer (GigE Vision 2.0, image and chunk payload types).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace vcxg::gige {

namespace gvsp {
struct Leader;
}

// A buffer that the consumer queued. `cookie` is the owner's; the assembler only hands it back.
struct Target {
    std::byte* data = nullptr;
    std::size_t size = 0;
    void* cookie = nullptr;
};

struct PacketRange {  // packet ids, both inclusive
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    friend bool operator==(const PacketRange&, const PacketRange&) = default;
};

struct ByteRange {
    std::size_t offset = 0;
    std::size_t size = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

// Why a block is incomplete: the first of these that applies.
enum class Flaw : std::uint8_t {
    none,
    larger_than_buffer,
    device_error,  // its trailer carried an error status
    no_leader,     // so nothing says what the bytes are
    conflict,      // two packets claimed one place with different content: neither is believed
    packets_missing,
    no_trailer,     // and its leader does not say where it ends
    size_mismatch,  // fewer bytes than leader and trailer announce
};

enum class PayloadType : std::uint16_t { image = 0x0001, chunk_data = 0x0004, extended_chunk_data = 0x0005 };

struct FrameResult {
    std::uint64_t block_id = 0;         // as on the wire: 16 bit, or 64 bit with extended ids
    std::uint64_t timestamp_ticks = 0;  // device ticks (register 0x093C), 0 while the leader is missing
    bool has_leader = false;
    bool has_trailer = false;
    bool complete = false;            // every payload byte that the leader and trailer announce is in place
    Flaw flaw = Flaw::none;           // none exactly when complete
    std::uint16_t device_status = 0;  // GVSP status of the last packet that carried an error, 0: none did
    bool larger_than_buffer = false;  // the block did not fit; `received` bytes of it did
    std::uint16_t payload_type = 0;   // raw value of the leader, chunk flag 0x4000 included
    std::uint32_t pixel_format = 0;   // PFNC code
    std::uint32_t width = 0, height = 0, offset_x = 0, offset_y = 0;
    std::uint16_t padding_x = 0, padding_y = 0;
    std::uint32_t delivered_height = 0;  // from the trailer
    std::uint32_t chunk_layout_id = 0;
    bool contains_chunks = false;
    std::size_t chunk_length = 0;        // as the trailer tells: bytes at the end of the block, their tags included
    std::size_t received = 0;            // bytes in place, holes not counted
    std::size_t extent = 0;              // where the block ends in the buffer, as announced or as far as it can reach
    std::uint32_t expected_packets = 0;  // payload packets, 0 when unknown
    std::uint32_t missing_packets = 0;
    std::vector<PacketRange> missing;      // exact, ascending; empty when complete
    std::vector<ByteRange> missing_bytes;  // the same in the buffer: bytes below `extent` that did not come, zeroed
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
    // The first `in_place` bytes of the buffer change no more, should the block become complete. Told now and then while it is
    // received, when its leader is there, and at last for all of a complete block before it is delivered.
    virtual void grow(const Target& target, const gvsp::Leader& leader, std::size_t in_place) noexcept = 0;
    // The buffer comes back filled. Blocks are delivered in ascending order of block id.
    virtual void deliver(const Target& target, const FrameResult& result) noexcept = 0;
    // The buffer comes back unused (stream stopped before its block ended).
    virtual void give_back(const Target& target) noexcept = 0;
};

// Counters of one acquisition. Blocks sent = complete + incomplete + missed + underrun + open + abandoned.
struct StreamStatistics {
    std::uint64_t blocks_complete = 0;
    std::uint64_t blocks_incomplete = 0;  // delivered with holes or doubts: the sum of the incomplete_... below
    std::uint64_t blocks_missed = 0;     // gap in the block ids: no packet arrived, or one that no second one confirmed
    std::uint64_t blocks_underrun = 0;   // no buffer was queued
    std::uint64_t blocks_open = 0;       // being received now
    std::uint64_t blocks_abandoned = 0;  // open when the stream was stopped: their buffers went back unused

    // The incomplete blocks by their flaw (see Flaw).
    std::uint64_t incomplete_larger_than_buffer = 0;
    std::uint64_t incomplete_device_error = 0;
    std::uint64_t incomplete_no_leader = 0;
    std::uint64_t incomplete_conflict = 0;
    std::uint64_t incomplete_packets_missing = 0;
    std::uint64_t incomplete_no_trailer = 0;
    std::uint64_t incomplete_size_mismatch = 0;

    std::uint64_t packets_received = 0;
    std::uint64_t packets_missing = 0;  // in incomplete blocks
    std::uint64_t packets_duplicate = 0;
    std::uint64_t packets_conflicting = 0;  // came twice with different content
    std::uint64_t packets_late = 0;         // of a block that was closed before
    std::uint64_t packets_stray = 0;        // with a block id out of the blue that no second packet confirmed
    std::uint64_t packets_error_status = 0;
    std::uint64_t packets_unavailable = 0;  // of those: the device has not, or no longer, what was asked for
    std::uint64_t packets_malformed = 0;    // too short, unknown format, a place that cannot be
    std::uint64_t packets_unsupported =
        0;  // a format of the standard that is not spoken here (all-in, H.264, GenDC, ...)
    std::uint64_t packets_wrong_size = 0;         // other than the packet size in force allows
    std::uint64_t packets_beyond_buffer = 0;      // of a block larger than its buffer
    std::uint64_t packets_foreign = 0;            // from an address that is not the device's
    std::uint64_t packets_dropped_by_kernel = 0;  // the socket's queue or the packet ring was full
    std::uint64_t bytes_received = 0;             // payload bytes in place
    std::uint64_t sequence_restarts = 0;          // block ids jumped back: the device restarted its stream

    std::uint64_t resend_requests = 0;           // commands sent
    std::uint64_t resend_packets_requested = 0;  // repeated requests counted again
    std::uint64_t packets_resent = 0;            // arrived after they were asked for
    std::uint64_t resend_blocks_given_up = 0;    // too much missing, or the device said that it has it no more
};

}  // namespace vcxg::gige
