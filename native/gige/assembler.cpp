#include "gige/assembler.hpp"

#include <algorithm>
#include <utility>

#include "gige/gvcp.hpp"

namespace vcxg::gige {
namespace {

constexpr std::size_t kOpenBlocks = 4;       // what reordering can mix up
constexpr std::size_t kRequestsAtOnce = 64;  // one command each

bool is(const gvsp::Packet& packet, gvsp::Format format) noexcept {
    return packet.format == static_cast<std::uint8_t>(format);
}

}  // namespace

Assembler::Assembler(FrameSink& sink, const AssemblerConfig& config)
    : sink_(sink), config_(config), open_blocks_(config.resend.enabled ? slots_.size() : kOpenBlocks) {
    stray_.datagram.reserve(config.packet_size);
    ranges_.reserve(kRequestsAtOnce);
    requests_.reserve(kRequestsAtOnce);
}

void Assembler::receive(ConstBytes datagram, TimePoint now) noexcept {
    const auto packet = gvsp::parse_packet(datagram);
    if (!packet || packet->format == 0 || packet->format > gvsp::kLastFormat ||
        gvsp::data_size(config_.packet_size, packet->extended) == 0) {
        ++statistics_.packets_malformed;
        return;
    }
    if (packet->block_id == 0) {
        return;  // a test packet
    }
    if (packet->format > static_cast<std::uint8_t>(gvsp::Format::payload)) {
        ++statistics_.packets_unsupported;
        return;
    }
    ++statistics_.packets_received;
    if (Slot* const slot = slot_for(*packet, datagram, now)) {
        place(*slot, *packet, now);
    }
}

Assembler::Slot* Assembler::slot_for(const gvsp::Packet& packet, ConstBytes datagram, TimePoint now) noexcept {
    if (current_ != nullptr && current_->block.block_id() == packet.block_id &&
        sequence_.extended() == packet.extended) {
        return current_;
    }
    if (!sequence_.begun()) {
        if (gvcp::is_error(packet.status)) {
            note_error(nullptr, packet);
            return nullptr;
        }
        sequence_.begin(packet);
    }
    const Sequence::Place place = sequence_.place_of(packet);
    if (packet.extended == sequence_.extended()) {
        if (Slot* const slot = find(place.index)) {
            return slot;
        }
    }
    if (gvcp::is_error(packet.status)) {
        note_error(nullptr, packet);  // a block of which nothing but refusals came is a missed one
        return nullptr;
    }
    if (stray_.held && stray_.block_id == packet.block_id && stray_.extended == packet.extended) {
        return confirmed(packet, now);
    }
    switch (place.verdict) {
        case Sequence::Verdict::expected:
            return open_slot(packet, place.index);
        case Sequence::Verdict::late:
            ++statistics_.packets_late;
            return nullptr;
        case Sequence::Verdict::doubtful:
            hold(packet, datagram);
            return nullptr;
    }
    return nullptr;
}

Assembler::Slot* Assembler::confirmed(const gvsp::Packet& packet, TimePoint now) noexcept {
    if (!sequence_.is_gap(packet)) {
        while (Slot* const slot = oldest()) {
            close(*slot);
        }
        ++statistics_.sequence_restarts;
        sequence_.begin(packet);
    }
    const std::uint64_t index = sequence_.place_of(packet).index;
    if (Slot* const slot = open_slot(packet, index)) {
        stray_.held = false;
        place(*slot, *gvsp::parse_packet(stray_.datagram), now);
    }
    drop_stray();
    return find(index);
}

void Assembler::hold(const gvsp::Packet& packet, ConstBytes datagram) noexcept {
    drop_stray();
    if (datagram.size() > stray_.datagram.capacity()) {
        ++statistics_.packets_wrong_size;
        return;
    }
    stray_.held = true;
    stray_.block_id = packet.block_id;
    stray_.extended = packet.extended;
    stray_.datagram.assign(datagram.begin(), datagram.end());
}

void Assembler::drop_stray() noexcept {
    statistics_.packets_stray += stray_.held ? 1 : 0;
    stray_.held = false;
}

Assembler::Slot* Assembler::find(std::uint64_t index) noexcept {
    const auto all = slots();
    const auto slot =
        std::find_if(all.begin(), all.end(), [&](const Slot& one) { return one.open && one.index == index; });
    return slot != all.end() ? &*slot : nullptr;
}

const Assembler::Slot* Assembler::oldest() const noexcept {
    const Slot* found = nullptr;
    for (const Slot& slot : slots()) {
        if (slot.open && (found == nullptr || slot.index < found->index)) {
            found = &slot;
        }
    }
    return found;
}

Assembler::Slot* Assembler::oldest() noexcept {
    return const_cast<Slot*>(std::as_const(*this).oldest());
}

// None when newer blocks than this one fill all slots: nobody waits for it any more.
Assembler::Slot* Assembler::free_slot(std::uint64_t index) noexcept {
    const auto all = slots();
    const auto is_free = [](const Slot& one) { return !one.open; };
    auto free = std::find_if(all.begin(), all.end(), is_free);
    if (free == all.end()) {
        Slot* const victim = oldest();
        if (index < victim->index) {
            return nullptr;
        }
        close(*victim);
        close_finished();
        free = std::find_if(all.begin(), all.end(), is_free);
    }
    return &*free;
}

Assembler::Slot* Assembler::open_slot(const gvsp::Packet& packet, std::uint64_t index) noexcept {
    Slot* const slot = free_slot(index);
    if (slot == nullptr) {
        ++statistics_.packets_late;
        return nullptr;
    }
    const auto target = sink_.acquire();
    ++(target ? statistics_.blocks_open : statistics_.blocks_underrun);
    slot->open = true;
    slot->index = index;
    slot->block.open(packet.block_id, gvsp::data_size(config_.packet_size, packet.extended), target,
                     config_.payload_size);
    slot->resend.open();
    slot->told = 0;
    sequence_.opened(index, packet.block_id);
    return slot;
}

void Assembler::place(Slot& slot, const gvsp::Packet& packet, TimePoint now) noexcept {
    slot.last_packet = now;
    current_ = &slot;
    if (gvcp::is_error(packet.status)) {
        note_error(&slot, packet);
    } else {
        const std::size_t before = slot.block.received();
        const Block::Outcome outcome = add(slot, packet);
        count(outcome);
        if (slot.block.target()) {
            statistics_.bytes_received += slot.block.received() - before;
        }
        tell(slot);
        if (outcome == Block::Outcome::placed && (packet.resent || slot.resend.asked_for(packet.packet_id))) {
            ++statistics_.packets_resent;
        }
    }
    if (slot.block.done()) {
        close_finished();
    }
}

void Assembler::tell(Slot& slot) noexcept {
    const std::size_t in_place = slot.block.in_place();
    if (in_place >= slot.told + config_.growth && slot.block.leader()) {
        slot.told = in_place;
        sink_.grow(*slot.block.target(), *slot.block.leader(), in_place);
    }
}

Block::Outcome Assembler::add(Slot& slot, const gvsp::Packet& packet) noexcept {
    if (is(packet, gvsp::Format::payload)) {
        return slot.block.add_payload(packet);
    }
    if (is(packet, gvsp::Format::trailer)) {
        return slot.block.add_trailer(packet);
    }
    const Block::Outcome outcome = slot.block.add_leader(packet);
    if (outcome == Block::Outcome::placed) {
        sequence_.stamped(slot.index, gvsp::parse_leader(packet.data)->timestamp);
    }
    return outcome;
}

void Assembler::note_error(Slot* slot, const gvsp::Packet& packet) noexcept {
    const bool unavailable = gvsp::is_unavailable(packet.status);
    ++statistics_.packets_error_status;
    statistics_.packets_unavailable += unavailable ? 1 : 0;
    if (slot == nullptr) {
        return;
    }
    slot->block.note_error(packet.status);
    if (unavailable && !gvsp::is_available_later(packet.status)) {
        slot->resend.give_up();
    }
    // A trailer that cannot be sent again is a trailer lost, not the end of a spoilt block.
    if (is(packet, gvsp::Format::trailer) && !(unavailable && slot->resend.asked_for(packet.packet_id))) {
        count(slot->block.add_failed_trailer(packet));
    }
}

void Assembler::count(Block::Outcome outcome) noexcept {
    switch (outcome) {
        case Block::Outcome::placed:
            return;
        case Block::Outcome::duplicate:
            ++statistics_.packets_duplicate;
            return;
        case Block::Outcome::conflicting:
            ++statistics_.packets_conflicting;
            return;
        case Block::Outcome::wrong_size:
            ++statistics_.packets_wrong_size;
            return;
        case Block::Outcome::beyond_buffer:
            ++statistics_.packets_beyond_buffer;
            return;
        case Block::Outcome::malformed:
            ++statistics_.packets_malformed;
            return;
    }
}

void Assembler::count(Flaw flaw) noexcept {
    ++(flaw == Flaw::none ? statistics_.blocks_complete : statistics_.blocks_incomplete);
    switch (flaw) {
        case Flaw::none:
            return;
        case Flaw::larger_than_buffer:
            ++statistics_.incomplete_larger_than_buffer;
            return;
        case Flaw::device_error:
            ++statistics_.incomplete_device_error;
            return;
        case Flaw::no_leader:
            ++statistics_.incomplete_no_leader;
            return;
        case Flaw::conflict:
            ++statistics_.incomplete_conflict;
            return;
        case Flaw::packets_missing:
            ++statistics_.incomplete_packets_missing;
            return;
        case Flaw::no_trailer:
            ++statistics_.incomplete_no_trailer;
            return;
        case Flaw::size_mismatch:
            ++statistics_.incomplete_size_mismatch;
            return;
    }
}

void Assembler::close(Slot& slot) noexcept {
    statistics_.blocks_missed += sequence_.closed(slot.index);
    slot.open = false;
    if (current_ == &slot) {
        current_ = nullptr;
    }
    if (!slot.block.target()) {
        return;
    }
    const std::size_t before = slot.block.received();
    const FrameResult result = slot.block.close(statistics_.packets_wrong_size);
    statistics_.bytes_received -= before - slot.block.received();
    statistics_.packets_missing += result.missing_packets;
    statistics_.resend_blocks_given_up += slot.resend.given_up() && !result.complete ? 1 : 0;
    --statistics_.blocks_open;
    count(result.flaw);
    if (result.complete && result.extent > slot.told) {
        sink_.grow(*slot.block.target(), *slot.block.leader(), result.extent);
    }
    sink_.deliver(*slot.block.target(), result);
}

void Assembler::close_finished() noexcept {
    for (Slot* slot = oldest(); slot != nullptr && slot->block.done(); slot = oldest()) {
        close(*slot);
    }
}

bool Assembler::sender_is_done(const Slot& slot) const noexcept {
    return slot.index < sequence_.newest_index() || slot.block.ended();
}

bool Assembler::may_ask(const Slot& slot) const noexcept {
    return config_.resend.enabled && slot.block.target() && !slot.resend.given_up();
}

Assembler::TimePoint Assembler::deadline(const Slot& slot) const noexcept {
    if (!sender_is_done(slot)) {
        return slot.last_packet + config_.silence_time;
    }
    return slot.last_packet +
           (may_ask(slot) ? std::max(config_.reorder_time, config_.resend.retention) : config_.reorder_time);
}

void Assembler::ask_again(Slot& slot, TimePoint now) noexcept {
    ranges_.clear();
    const bool paused = now >= slot.last_packet + config_.resend.packet_timeout;  // its end may be what is missing
    slot.resend.update(slot.block, paused || sender_is_done(slot), config_.resend, now, ranges_);
    for (const PacketRange& range : ranges_) {
        if (requests_.size() == requests_.capacity()) {
            return;  // the next round asks for them
        }
        requests_.push_back({slot.block.block_id(), sequence_.extended(), range});
        ++statistics_.resend_requests;
        statistics_.resend_packets_requested += range.last - range.first + 1;
    }
}

void Assembler::handle_timer(TimePoint now) noexcept {
    requests_.clear();
    handled_at_ = now;
    for (Slot& slot : slots()) {
        if (slot.open && may_ask(slot)) {
            ask_again(slot, now);
        }
    }
    for (Slot* slot = oldest(); slot != nullptr && (slot->block.done() || now >= deadline(*slot)); slot = oldest()) {
        close(*slot);
    }
}

std::optional<Assembler::TimePoint> Assembler::next_timer() const noexcept {
    const Slot* const first = oldest();
    if (first == nullptr) {
        return std::nullopt;
    }
    TimePoint next = deadline(*first);  // the younger ones wait for it anyway
    for (const Slot& slot : slots()) {
        if (slot.open && may_ask(slot)) {
            next = std::min(next, slot.resend.next_timer(config_.resend).value_or(next));
            const TimePoint paused = slot.last_packet + config_.resend.packet_timeout;
            next = paused > handled_at_ ? std::min(next, paused) : next;
        }
    }
    return next;
}

void Assembler::stop() noexcept {
    drop_stray();
    for (Slot& slot : slots()) {
        if (slot.open && slot.block.target()) {
            --statistics_.blocks_open;
            ++statistics_.blocks_abandoned;
            sink_.give_back(*slot.block.target());
        }
        slot.open = false;
    }
    current_ = nullptr;
}

std::optional<std::size_t> Assembler::outstanding() const noexcept {
    for (const Slot& slot : slots()) {
        if (slot.open && slot.index == sequence_.newest_index()) {
            return slot.block.outstanding();
        }
    }
    return std::nullopt;
}

}  // namespace vcxg::gige
