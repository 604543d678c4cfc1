#include "gige/block.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vcxg::gige {
namespace {

std::uint32_t packets_for(std::size_t bytes, std::size_t data_size) noexcept {
    constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max() - 2;
    return static_cast<std::uint32_t>(std::min(bytes / data_size + (bytes % data_size != 0 ? 1 : 0), kMost));
}

}  // namespace

void Block::open(std::uint64_t block_id, std::size_t data_size, std::optional<Target> target,
                 std::size_t payload_size) {
    block_id_ = block_id;
    data_size_ = data_size;
    payload_size_ = payload_size;
    target_ = target;
    leader_.reset();
    trailer_.reset();
    failed_ = conflict_ = false;
    device_status_ = 0;
    last_id_ = highest_id_ = packets_ = unbroken_ = short_id_ = 0;
    short_size_ = received_ = end_ = 0;
    capacity_ = packets_for(target ? target->size : payload_size, data_size);
    bitmap_.assign(capacity_ / 64 + 1, 0);  // keeps its memory from block to block
    doubted_.assign(capacity_ / 64 + 1, 0);
}

bool Block::is_in(std::uint32_t id) const noexcept {
    return (bitmap_[(id - 1) / 64] >> ((id - 1) % 64) & 1) != 0;
}

Block::Outcome Block::add_leader(const gvsp::Packet& packet) noexcept {
    const auto leader = gvsp::parse_leader(packet.data);
    if (!leader || packet.packet_id != 0) {
        return Outcome::malformed;
    }
    if (leader_) {
        conflict_ = conflict_ || *leader_ != *leader;
        return *leader_ == *leader ? Outcome::duplicate : Outcome::conflicting;
    }
    leader_ = leader;
    return Outcome::placed;
}

// A device or a network that garbles ids puts right data in the wrong place. Where the right packet comes as well, this shows.
bool Block::agrees(const gvsp::Packet& packet) const noexcept {
    if (!target_) {
        return true;
    }
    const std::size_t offset = (packet.packet_id - 1) * data_size_;
    const std::size_t fitting = std::min(packet.data.size(), target_->size - offset);
    const std::size_t placed =
        packet.packet_id == short_id_ ? short_size_ : std::min(data_size_, target_->size - offset);
    return fitting == placed && std::memcmp(target_->data + offset, packet.data.data(), fitting) == 0;
}

Block::Outcome Block::add_payload(const gvsp::Packet& packet) noexcept {
    const std::uint32_t id = packet.packet_id;
    const std::size_t size = packet.data.size();
    if (id == 0 || size == 0 || (last_id_ != 0 && id > last_id_)) {
        return Outcome::malformed;
    }
    if (size > data_size_) {
        return Outcome::wrong_size;
    }
    const std::size_t offset = (id - 1) * data_size_;
    end_ = std::max(end_, offset + size);
    if (id > capacity_) {
        ++packets_;
        return Outcome::beyond_buffer;
    }
    highest_id_ = std::max(highest_id_, id);
    if (is_in(id)) {
        if (agrees(packet)) {
            return Outcome::duplicate;
        }
        doubted_[(id - 1) / 64] |= std::uint64_t{1} << ((id - 1) % 64);
        conflict_ = true;
        return Outcome::conflicting;
    }
    bitmap_[(id - 1) / 64] |= std::uint64_t{1} << ((id - 1) % 64);
    ++packets_;
    std::size_t fitting = size;
    if (target_) {
        fitting = std::min(size, target_->size - offset);
        std::memcpy(target_->data + offset, packet.data.data(), fitting);
    }
    received_ += fitting;
    if (size == data_size_) {
        while (unbroken_ < capacity_ && is_in(unbroken_ + 1) && unbroken_ + 1 != short_id_) {
            ++unbroken_;
        }
        return Outcome::placed;
    }
    if (short_id_ == 0 || id > short_id_) {
        const bool second = short_id_ != 0;
        if (second) {
            drop_short_packet();
        }
        short_id_ = id;
        short_size_ = fitting;
        return second ? Outcome::wrong_size : Outcome::placed;
    }
    const std::uint32_t kept_id = short_id_;
    const std::size_t kept_size = short_size_;
    short_id_ = id;
    short_size_ = fitting;
    drop_short_packet();
    short_id_ = kept_id;
    short_size_ = kept_size;
    return Outcome::wrong_size;
}

// Every packet but the last fills its place. One that does not came with another packet size than the one in force: its bytes
// are where they belong, but those behind them are missing.
void Block::drop_short_packet() noexcept {
    bitmap_[(short_id_ - 1) / 64] &= ~(std::uint64_t{1} << ((short_id_ - 1) % 64));
    --packets_;
    received_ -= short_size_;
    short_id_ = 0;
}

Block::Outcome Block::add_trailer(const gvsp::Packet& packet) noexcept {
    const auto trailer = gvsp::parse_trailer(packet.data);
    if (!trailer) {
        return Outcome::malformed;
    }
    if (trailer_) {
        const bool same = *trailer_ == *trailer && packet.packet_id == last_id_ + 1;
        conflict_ = conflict_ || !same;
        return same ? Outcome::duplicate : Outcome::conflicting;
    }
    const Outcome outcome = add_failed_trailer(packet);
    if (outcome == Outcome::placed) {
        trailer_ = trailer;
        failed_ = false;
    }
    return outcome;
}

Block::Outcome Block::add_failed_trailer(const gvsp::Packet& packet) noexcept {
    if (packet.packet_id < 2 || packet.packet_id - 1 < highest_id_) {
        return Outcome::malformed;
    }
    if (trailer_) {
        return Outcome::duplicate;
    }
    last_id_ = packet.packet_id - 1;
    failed_ = true;
    return Outcome::placed;
}

std::size_t Block::in_place() const noexcept {
    return target_ ? std::min(unbroken_ * data_size_, target_->size) : 0;
}

bool Block::done() const noexcept {
    if (!target_) {
        return last_id_ != 0;
    }
    return leader_ && last_id_ != 0 && packets_ >= last_id_ && (short_id_ == 0 || short_id_ == last_id_);
}

bool Block::ended() const noexcept {
    const auto total = announced();
    return last_id_ != 0 || (total && received_ >= *total);
}

// What the trailer says was sent. Aravis's fake camera leaves it 0 in trailers of full images: then the leader's word counts.
std::uint32_t Block::lines() const noexcept {
    const std::uint32_t sent = trailer_ ? trailer_->height.value_or(0) : 0;
    return sent != 0 || !leader_ ? sent : leader_->height;
}

std::optional<std::size_t> Block::announced() const noexcept {
    std::optional<std::size_t> image;
    if (leader_) {
        image = gvsp::image_size(*leader_, lines());
    }
    const std::uint16_t type = leader_ ? leader_->payload_type : trailer_ ? trailer_->payload_type : std::uint16_t{0};
    if (type == static_cast<std::uint16_t>(PayloadType::image)) {
        return image;
    }
    if (!trailer_ || !trailer_->chunk_length) {
        return std::nullopt;
    }
    const std::size_t chunks = *trailer_->chunk_length;
    const bool image_apart = (type & gvsp::kChunkFlag) != 0 && image && chunks < *image;
    return image_apart ? *image + chunks : chunks;  // usually the image is the first chunk and counts in the length
}

std::uint32_t Block::expected_packets() const noexcept {
    if (last_id_ != 0) {
        return last_id_;
    }
    return std::max(highest_id_, packets_for(announced().value_or(payload_size_), data_size_));
}

std::size_t Block::outstanding() const noexcept {
    const std::size_t total = announced().value_or(payload_size_);
    return total > received_ ? total - received_ : 0;
}

std::uint32_t Block::newest_id() const noexcept {
    return last_id_ != 0 ? last_id_ + 1 : highest_id_;
}

bool Block::holds(std::uint32_t id) const noexcept {
    if (id == 0) {
        return leader_.has_value();
    }
    if (last_id_ != 0 && id > last_id_) {
        return true;
    }
    return id <= capacity_ && is_in(id);
}

std::optional<PacketRange> Block::next_missing(std::uint32_t first, std::uint32_t last) const noexcept {
    // Nothing is missing behind the trailer. Its id may be anything, and what lies between is not to be counted through.
    last = last_id_ != 0 ? std::min(last, last_id_) : last;
    std::uint64_t id = first;
    while (id <= last && holds(static_cast<std::uint32_t>(id))) {
        const bool word_begins = id >= 1 && (id - 1) % 64 == 0 && id <= capacity_;
        id += word_begins && bitmap_[(id - 1) / 64] == ~std::uint64_t{0} ? 64 : 1;
    }
    if (id > last) {
        return std::nullopt;
    }
    PacketRange range{static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(id)};
    while (range.last < std::min(last, capacity_) && !holds(range.last + 1)) {
        ++range.last;
    }
    if (range.last >= capacity_) {  // all up to the last packet, whose id may be anything: not to be counted through
        range.last = std::max(range.last, last);
    }
    return range;
}

// Where the block ends; as far as it can reach while neither leader nor trailer says so.
std::size_t Block::end_in_buffer() const noexcept {
    const std::size_t size = target_ ? target_->size : 0;
    std::size_t end = std::max(end_, payload_size_);
    if (const auto total = announced()) {
        end = *total;
    } else if (last_id_ != 0) {
        end = last_id_ <= capacity_ && !is_in(last_id_) ? last_id_ * data_size_ : end_;
    }
    return std::min(end, size);
}

void Block::describe(FrameResult& result) const noexcept {
    result.block_id = block_id_;
    result.has_leader = leader_.has_value();
    result.has_trailer = trailer_.has_value();
    result.device_status = device_status_;
    if (leader_) {
        result.timestamp_ticks = leader_->timestamp;
        result.payload_type = leader_->payload_type;
        result.pixel_format = leader_->pixel_format;
        result.width = leader_->width;
        result.height = leader_->height;
        result.offset_x = leader_->offset_x;
        result.offset_y = leader_->offset_y;
        result.padding_x = leader_->padding_x;
        result.padding_y = leader_->padding_y;
    }
    if (trailer_) {
        result.payload_type = leader_ ? result.payload_type : trailer_->payload_type;
        result.delivered_height = lines();
        result.chunk_layout_id = trailer_->chunk_layout_id;
        result.chunk_length = trailer_->chunk_length.value_or(0);
    }
    result.contains_chunks = (result.payload_type & gvsp::kChunkFlag) != 0 ||
                             result.payload_type == static_cast<std::uint16_t>(PayloadType::chunk_data) ||
                             result.payload_type == static_cast<std::uint16_t>(PayloadType::extended_chunk_data);
}

void Block::list_missing(FrameResult& result) const {
    const auto add_bytes = [&](std::size_t begin, std::size_t end) {
        if (begin >= end) {
            return;
        }
        auto& ranges = result.missing_bytes;
        if (!ranges.empty() && ranges.back().offset + ranges.back().size == begin) {
            ranges.back().size += end - begin;
        } else {
            ranges.push_back({begin, end - begin});
        }
    };
    const std::uint32_t expected = std::min(result.expected_packets, capacity_);
    const std::uint32_t last = std::max(expected, packets_for(result.extent, data_size_));
    for (std::uint32_t id = 1; id <= last; ++id) {
        const std::size_t begin = (id - 1) * data_size_;
        if (id <= capacity_ && is_in(id)) {
            const std::size_t size = id == short_id_ ? short_size_ : data_size_;
            add_bytes(begin + size, std::min(begin + data_size_, result.extent));
            continue;
        }
        add_bytes(begin, std::min(begin + data_size_, result.extent));
        if (id > expected) {
            continue;
        }
        ++result.missing_packets;
        if (result.missing.empty() || result.missing.back().last + 1 != id) {
            result.missing.push_back({id, id});
        } else {
            result.missing.back().last = id;
        }
    }
}

Flaw Block::flaw(const FrameResult& result) const noexcept {
    if (result.larger_than_buffer) {
        return Flaw::larger_than_buffer;
    }
    if (failed_) {
        return Flaw::device_error;
    }
    if (!leader_) {
        return Flaw::no_leader;
    }
    if (conflict_) {
        return Flaw::conflict;
    }
    if (!result.missing.empty()) {
        return Flaw::packets_missing;
    }
    if (!ended()) {
        return Flaw::no_trailer;
    }
    return result.missing_bytes.empty() ? Flaw::none : Flaw::size_mismatch;
}

FrameResult Block::close(std::uint64_t& wrong_size) {
    FrameResult result;
    result.expected_packets = expected_packets();
    if (short_id_ != 0 && short_id_ < result.expected_packets && (last_id_ != 0 || short_id_ < highest_id_)) {
        drop_short_packet();
        ++wrong_size;
    }
    describe(result);
    if (conflict_) {
        for (std::size_t i = 0; i < bitmap_.size(); ++i) {
            bitmap_[i] &= ~doubted_[i];
        }
    }
    result.larger_than_buffer = announced().value_or(end_) > (target_ ? target_->size : 0);
    result.extent = end_in_buffer();
    list_missing(result);
    std::size_t missing = 0;
    for (const ByteRange& range : result.missing_bytes) {
        // What an earlier block left there must not pass for pixels of this one.
        std::memset(target_->data + range.offset, 0, range.size);
        missing += range.size;
    }
    result.received = received_ = result.extent - missing;
    result.flaw = flaw(result);
    result.complete = result.flaw == Flaw::none;
    if (result.complete && !trailer_) {
        result.delivered_height = result.height;  // all of the image's bytes came: the trailer could not say less
    }
    return result;
}

}  // namespace vcxg::gige
