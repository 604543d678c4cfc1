#include "gige/sequence.hpp"

#include "gige/gvcp.hpp"

namespace vcxg::gige {
namespace {

// So far behind the newest block a packet is late; further behind, it tells of a stream that began anew.
constexpr std::int64_t kLateWindow = 100;
// 64-bit ids that jump ahead by more are not frames lost: nothing could lose so many unnoticed.
constexpr std::int64_t kLargestGap = 65535;
constexpr std::uint64_t kFirstIndex = std::uint64_t{1} << 32;  // room below for ids that are behind the first

}  // namespace

void Sequence::begin(const gvsp::Packet& packet) noexcept {
    begun_ = true;
    extended_ = packet.extended;
    newest_id_ = packet.block_id;
    newest_index_ = next_index_ = kFirstIndex;
    leader_index_ = leader_time_ = 0;
}

// Standard ids run 1 to 65535 and then from 1 again: a circle of 65535.
std::int64_t Sequence::steps_to(const gvsp::Packet& packet) const noexcept {
    if (extended_) {
        return static_cast<std::int64_t>(packet.block_id - newest_id_);
    }
    constexpr std::int64_t kCircle = 65535;
    const auto ahead =
        (static_cast<std::int64_t>(packet.block_id) - static_cast<std::int64_t>(newest_id_) + kCircle) % kCircle;
    return ahead > kCircle / 2 ? ahead - kCircle : ahead;
}

Sequence::Place Sequence::place_of(const gvsp::Packet& packet) const noexcept {
    if (packet.extended != extended_) {
        return {Verdict::doubtful, 0};
    }
    const std::int64_t steps = steps_to(packet);
    const std::uint64_t index = newest_index_ + static_cast<std::uint64_t>(steps);
    if (steps > 1 || steps < -kLateWindow) {
        return {Verdict::doubtful, index};
    }
    if (index >= next_index_) {
        return {Verdict::expected, index};
    }
    return {is_made_later(packet, index) ? Verdict::doubtful : Verdict::late, index};
}

// A leader that is behind, but was made after the leader of a later block, is no straggler.
bool Sequence::is_made_later(const gvsp::Packet& packet, std::uint64_t index) const noexcept {
    if (packet.format != static_cast<std::uint8_t>(gvsp::Format::leader) || gvcp::is_error(packet.status)) {
        return false;
    }
    const auto leader = gvsp::parse_leader(packet.data);
    return index <= leader_index_ && leader && leader->timestamp > leader_time_;
}

bool Sequence::is_gap(const gvsp::Packet& packet) const noexcept {
    if (packet.extended != extended_) {
        return false;
    }
    const std::int64_t steps = steps_to(packet);
    // From 60000 to 1 is a restart, not 5536 blocks lost.
    const bool back_to_one = !extended_ && packet.block_id == 1 && steps > kLateWindow;
    return steps > 0 && steps <= kLargestGap && !back_to_one;
}

void Sequence::opened(std::uint64_t index, std::uint64_t block_id) noexcept {
    if (index > newest_index_) {
        newest_index_ = index;
        newest_id_ = block_id;
    }
}

void Sequence::stamped(std::uint64_t index, std::uint64_t timestamp) noexcept {
    if (index >= leader_index_) {
        leader_index_ = index;
        leader_time_ = timestamp;
    }
}

std::uint64_t Sequence::closed(std::uint64_t index) noexcept {
    const std::uint64_t missed = index - next_index_;
    next_index_ = index + 1;
    return missed;
}

}  // namespace vcxg::gige
