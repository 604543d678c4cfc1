#include "gige/assembler.hpp"

#include <algorithm>

#include "gige/gvcp.hpp"

namespace vcxg::gige {
namespace {

// So far behind the newest block a packet is late; further behind, a leader tells of a stream that began anew.
constexpr std::int64_t kLateWindow = 100;
// 64-bit ids that jump ahead by more are not frames lost: nothing could lose so many unnoticed.
constexpr std::int64_t kLargestGap = 65535;
constexpr std::uint64_t kFirstIndex = std::uint64_t{1} << 32;  // room below for ids that are behind the first

// Steps from one block id to another. Standard ids run 1 to 65535 and then from 1 again: a circle of 65535.
std::int64_t distance(std::uint64_t from, std::uint64_t to, bool extended) noexcept {
    if (extended) {
        return static_cast<std::int64_t>(to - from);
    }
    constexpr std::int64_t kCircle = 65535;
    const auto ahead = (static_cast<std::int64_t>(to) - static_cast<std::int64_t>(from) + kCircle) % kCircle;
    return ahead > kCircle / 2 ? ahead - kCircle : ahead;
}

bool is_leader(const gvsp::Packet& packet) noexcept {
    return packet.format == static_cast<std::uint8_t>(gvsp::Format::leader) && !gvcp::is_error(packet.status);
}

}  // namespace

Assembler::Assembler(FrameSink& sink, const AssemblerConfig& config) noexcept : sink_(sink), config_(config) {}

void Assembler::receive(ConstBytes datagram, TimePoint now) noexcept {
    const auto packet = gvsp::parse_packet(datagram);
    if (!packet || packet->format < static_cast<std::uint8_t>(gvsp::Format::leader) ||
        packet->format > static_cast<std::uint8_t>(gvsp::Format::payload) ||
        gvsp::data_size(config_.packet_size, packet->extended) == 0) {
        ++statistics_.packets_malformed;
        return;
    }
    if (packet->block_id == 0) {
        return;  // a test packet
    }
    ++statistics_.packets_received;
    Slot* const slot = slot_for(*packet);
    if (slot == nullptr) {
        return;
    }
    slot->last_packet = now;
    current_ = slot;
    add(*slot, *packet);
    if (slot->block.done()) {
        close_finished();
    }
}

Assembler::Slot* Assembler::slot_for(const gvsp::Packet& packet) noexcept {
    if (current_ != nullptr && current_->block.block_id() == packet.block_id && extended_ == packet.extended) {
        return current_;
    }
    if (!begun_) {
        if (gvcp::is_error(packet.status)) {
            ++statistics_.packets_error_status;
            return nullptr;
        }
        begun_ = true;
        restart(packet);
    }
    const std::int64_t steps = distance(newest_id_, packet.block_id, extended_);
    std::uint64_t index = newest_index_ + static_cast<std::uint64_t>(steps);
    if (extended_ == packet.extended) {
        if (Slot* const slot = find(index)) {
            return slot;
        }
    }
    if (is_restart(packet, steps)) {
        ++statistics_.sequence_restarts;
        restart(packet);
        index = newest_index_;
    }
    if (extended_ != packet.extended) {
        ++statistics_.packets_malformed;
        return nullptr;
    }
    if (index < next_index_) {
        ++statistics_.packets_late;
        return nullptr;
    }
    return open_slot(packet, index);
}

bool Assembler::is_restart(const gvsp::Packet& packet, std::int64_t steps) const noexcept {
    if (packet.extended != extended_) {
        return is_leader(packet);
    }
    if (steps > 0) {
        // From 60000 to 1 is a restart, not 5536 blocks lost.
        return packet.extended ? steps > kLargestGap : packet.block_id == 1 && steps > kLateWindow;
    }
    if (!is_leader(packet)) {
        return false;
    }
    if (steps < -kLateWindow) {
        return true;
    }
    // Within the window a leader that is behind, but was made after a later block's, is no straggler.
    const std::uint64_t index = newest_index_ + static_cast<std::uint64_t>(steps);
    const auto leader = gvsp::parse_leader(packet.data);
    return index < next_index_ && index <= leader_index_ && leader && leader->timestamp > leader_time_;
}

void Assembler::restart(const gvsp::Packet& packet) noexcept {
    while (Slot* const slot = oldest()) {
        close(*slot);
    }
    extended_ = packet.extended;
    newest_id_ = packet.block_id;
    newest_index_ = next_index_ = kFirstIndex;
    leader_index_ = leader_time_ = 0;
}

Assembler::Slot* Assembler::find(std::uint64_t index) noexcept {
    const auto slot =
        std::find_if(slots_.begin(), slots_.end(), [&](const Slot& one) { return one.open && one.index == index; });
    return slot != slots_.end() ? &*slot : nullptr;
}

Assembler::Slot* Assembler::oldest() noexcept {
    Slot* found = nullptr;
    for (Slot& slot : slots_) {
        if (slot.open && (found == nullptr || slot.index < found->index)) {
            found = &slot;
        }
    }
    return found;
}

Assembler::Slot* Assembler::open_slot(const gvsp::Packet& packet, std::uint64_t index) noexcept {
    if (gvcp::is_error(packet.status)) {
        ++statistics_.packets_error_status;
        return nullptr;  // a block of which nothing but refusals came is a missed one
    }
    auto free = std::find_if(slots_.begin(), slots_.end(), [](const Slot& one) { return !one.open; });
    if (free == slots_.end()) {
        Slot* const victim = oldest();
        if (index < victim->index) {
            ++statistics_.packets_late;  // four newer blocks are open: nobody waits for this one any more
            return nullptr;
        }
        close(*victim);
        close_finished();
        free = std::find_if(slots_.begin(), slots_.end(), [](const Slot& one) { return !one.open; });
    }
    const auto target = sink_.acquire();
    if (!target) {
        ++statistics_.blocks_underrun;
    }
    free->open = true;
    free->index = index;
    free->block.open(packet.block_id, gvsp::data_size(config_.packet_size, packet.extended), target,
                     config_.payload_size);
    if (index > newest_index_) {
        newest_index_ = index;
        newest_id_ = packet.block_id;
    }
    return &*free;
}

void Assembler::add(Slot& slot, const gvsp::Packet& packet) noexcept {
    Block& block = slot.block;
    Block::Outcome outcome = Block::Outcome::placed;
    const std::uint64_t before = block.received();
    if (gvcp::is_error(packet.status)) {
        ++statistics_.packets_error_status;
        if (packet.format == static_cast<std::uint8_t>(gvsp::Format::trailer)) {
            outcome = block.add_failed_trailer(packet);
        }
    } else if (packet.format == static_cast<std::uint8_t>(gvsp::Format::payload)) {
        outcome = block.add_payload(packet);
    } else if (packet.format == static_cast<std::uint8_t>(gvsp::Format::trailer)) {
        outcome = block.add_trailer(packet);
    } else {
        outcome = block.add_leader(packet);
        if (outcome == Block::Outcome::placed && slot.index >= leader_index_) {
            leader_index_ = slot.index;
            leader_time_ = gvsp::parse_leader(packet.data)->timestamp;
        }
    }
    statistics_.packets_malformed += outcome == Block::Outcome::malformed ? 1 : 0;
    statistics_.packets_duplicate += outcome == Block::Outcome::duplicate ? 1 : 0;
    if (block.target()) {
        statistics_.bytes_received += block.received() - before;
    }
}

void Assembler::close(Slot& slot) noexcept {
    statistics_.blocks_missed += slot.index - next_index_;
    next_index_ = slot.index + 1;
    slot.open = false;
    if (current_ == &slot) {
        current_ = nullptr;
    }
    if (!slot.block.target()) {
        return;
    }
    const std::uint64_t before = slot.block.received();
    const FrameResult result = slot.block.close(statistics_.packets_malformed);
    statistics_.bytes_received -= before - slot.block.received();
    statistics_.packets_missing += result.missing_packets;
    ++(result.complete ? statistics_.blocks_complete : statistics_.blocks_incomplete);
    sink_.deliver(*slot.block.target(), result);
}

void Assembler::close_finished() noexcept {
    for (Slot* slot = oldest(); slot != nullptr && slot->block.done(); slot = oldest()) {
        close(*slot);
    }
}

Assembler::TimePoint Assembler::deadline(const Slot& slot) const noexcept {
    const bool sender_is_done = slot.index < newest_index_ || slot.block.ended();
    return slot.last_packet + (sender_is_done ? config_.reorder_time : config_.silence_time);
}

void Assembler::handle_timer(TimePoint now) noexcept {
    for (Slot* slot = oldest(); slot != nullptr && (slot->block.done() || now >= deadline(*slot)); slot = oldest()) {
        close(*slot);
    }
}

std::optional<Assembler::TimePoint> Assembler::next_timer() const noexcept {
    std::optional<TimePoint> next;
    const Slot* first = nullptr;
    for (const Slot& slot : slots_) {
        if (slot.open && (first == nullptr || slot.index < first->index)) {
            first = &slot;
        }
    }
    if (first != nullptr) {
        next = deadline(*first);  // the younger ones wait for it anyway
    }
    return next;
}

void Assembler::stop() noexcept {
    for (Slot& slot : slots_) {
        if (slot.open && slot.block.target()) {
            sink_.give_back(*slot.block.target());
        }
        slot.open = false;
    }
    current_ = nullptr;
}

std::optional<std::size_t> Assembler::outstanding() const noexcept {
    for (const Slot& slot : slots_) {
        if (slot.open && slot.index == newest_index_) {
            return slot.block.outstanding();
        }
    }
    return std::nullopt;
}

}  // namespace vcxg::gige
