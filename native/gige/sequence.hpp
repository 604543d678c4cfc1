// The order of blocks: ids that wrap, gaps, stragglers, and streams that begin anew. Part of the assembler; counts blocks with
// an index that never wraps.
//
// A block id is believed when it is the next one, or one that is still waited for. Any other needs a second packet: one
// garbled id must neither end a stream nor count thousands of blocks as missed.
#pragma once

#include <cstdint>

#include "gige/gvsp.hpp"

namespace vcxg::gige {

class Sequence {
public:
    enum class Verdict { expected, late, doubtful };
    struct Place {
        Verdict verdict = Verdict::doubtful;
        std::uint64_t index = 0;
    };

    [[nodiscard]] bool begun() const noexcept { return begun_; }
    // The packet's block is the first of a stream. Ids before it are not missed: a device may go on counting.
    void begin(const gvsp::Packet& packet) noexcept;
    [[nodiscard]] Place place_of(const gvsp::Packet& packet) const noexcept;
    // Of a doubtful packet that was confirmed: its block follows with a gap, rather than belonging to another stream.
    [[nodiscard]] bool is_gap(const gvsp::Packet& packet) const noexcept;

    void opened(std::uint64_t index, std::uint64_t block_id) noexcept;
    void stamped(std::uint64_t index, std::uint64_t timestamp) noexcept;  // its leader came
    // Returns how many blocks before it never came.
    std::uint64_t closed(std::uint64_t index) noexcept;

    [[nodiscard]] std::uint64_t newest_index() const noexcept { return newest_index_; }
    [[nodiscard]] bool extended() const noexcept { return extended_; }

private:
    [[nodiscard]] std::int64_t steps_to(const gvsp::Packet& packet) const noexcept;
    [[nodiscard]] bool is_made_later(const gvsp::Packet& packet, std::uint64_t index) const noexcept;

    bool begun_ = false;
    bool extended_ = false;
    std::uint64_t newest_id_ = 0;
    std::uint64_t newest_index_ = 0;
    std::uint64_t next_index_ = 0;    // everything below is closed
    std::uint64_t leader_index_ = 0;  // of the leader with the highest index
    std::uint64_t leader_time_ = 0;
};

}  // namespace vcxg::gige
