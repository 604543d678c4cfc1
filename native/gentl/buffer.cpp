#include "gentl/buffer.hpp"

#include <algorithm>

#include "gentl/library.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::uint16_t kChunkFlag = 0x4000;  // GigE Vision 2: chunk data follows the payload
constexpr std::uint64_t kPfnc32Bit = 4;
constexpr std::int32_t kLittleEndian = 1;

// GVSP payload type of the leader → GenTL payload type. GigE Vision 1 chunk payloads (4, 5) carry an image among their chunks.
std::size_t payload_type_of(std::uint16_t gvsp) noexcept {
    if (gvsp >= 0x8000) return payload::device_specific;
    switch (gvsp & ~kChunkFlag) {
        case 0x1:
        case 0x4:
        case 0x5:
            return payload::image;
        case 0x2:
            return payload::raw_data;
        case 0x3:
            return payload::file;
        case 0x6:
            return payload::jpeg;
        case 0x7:
            return payload::jpeg2000;
        case 0x8:
            return payload::h264;
        case 0xA:
            return payload::multi_part;
        case 0xB:
            return payload::gendc;
        default:
            return payload::unknown;
    }
}

std::uint64_t nanoseconds(std::uint64_t ticks, std::uint64_t frequency) noexcept {
    constexpr std::uint64_t kSecond = 1'000'000'000;
    return ticks / frequency * kSecond + ticks % frequency * kSecond / frequency;
}

std::string packed(const std::vector<gige::ByteRange>& ranges) {
    std::string bytes;
    for (const gige::ByteRange& range : ranges) {
        const std::uint64_t pair[2] = {range.offset, range.size};
        bytes.append(reinterpret_cast<const char*>(pair), sizeof pair);
    }
    return bytes;
}

}  // namespace

Buffer::Buffer(std::weak_ptr<const BufferPool> pool, void* memory, std::size_t size, void* user_pointer)
    : pool_(std::move(pool)),
      // Zeroed: its pages are there before the first frame, and the receiving thread has no page faults.
      own_(memory == nullptr ? std::make_unique<std::byte[]>(size) : nullptr),
      memory_(memory == nullptr ? own_.get() : static_cast<std::byte*>(memory)),
      size_(size),
      user_pointer_(user_pointer) {}

void Buffer::clear() noexcept {
    filled_ = false;
    new_data_ = false;
    discard_ = false;
}

bool Buffer::image_present() const noexcept {
    return filled_ && frame_.has_leader && payload_type_of(frame_.payload_type) == payload::image;
}

InfoValue Buffer::info(Command command, std::uint64_t timestamp_frequency) const {
    switch (command) {
        case buffer_info::base:
            return InfoValue::pointer(memory_);
        case buffer_info::size:
            return InfoValue::size(size_);
        case buffer_info::user_pointer:
            return InfoValue::pointer(user_pointer_);
        case buffer_info::tl_type:
            return InfoValue::text(kTlType);
        case buffer_info::new_data:
            return InfoValue::boolean(new_data_);
        case buffer_info::is_queued:
            return InfoValue::boolean(state_ != State::idle);
        case buffer_info::is_acquiring:
            return InfoValue::boolean(state_ == State::filling);
        case buffer_info::is_incomplete:
            return InfoValue::boolean(filled_ && !frame_.complete);
        case buffer_info::image_present:
            return InfoValue::boolean(image_present());
        case buffer_info::contains_chunk_data:
            return InfoValue::boolean(filled_ && chunks_present());
        case buffer_info::is_composite:
            return InfoValue::boolean(false);
        case buffer_info::size_filled:
            return InfoValue::size(filled_ ? frame_.received : 0);
        case buffer_info::data_size:
            return InfoValue::size(filled_ ? std::min(frame_.extent, size_) : 0);
        case buffer_info::larger_than_buffer:
            return InfoValue::boolean(filled_ && frame_.larger_than_buffer);
        case buffer_info::payload_type:
            return InfoValue::size(filled_ && frame_.has_leader ? payload_type_of(frame_.payload_type)
                                                                : payload::unknown);
        case buffer_info::missing_range_count:
            return InfoValue::size(filled_ ? frame_.missing_bytes.size() : 0);
        case buffer_info::missing_ranges:
            return InfoValue::bytes(filled_ ? packed(frame_.missing_bytes) : std::string());
        case buffer_info::incomplete_cause:
            return InfoValue::i32(filled_ ? static_cast<std::int32_t>(frame_.flaw) : 0);
        case buffer_info::unpacked_base:
            return InfoValue::pointer(filled_ ? unpacking_.target() : nullptr);
        case buffer_info::file_name:
            not_available("the file name", "images have none");
        default:
            return frame_info(command, timestamp_frequency);
    }
}

// What only a frame can tell.
InfoValue Buffer::frame_info(Command command, std::uint64_t timestamp_frequency) const {
    const auto needs = [&](bool known, const char* reason) {
        if (!filled_) throw Error(code::kNoData, "the buffer holds no frame");
        if (!known) throw Error(code::kNotAvailable, std::string("not known for this frame: ") + reason);
    };
    const bool geometry = image_present() && frame_.pixel_format != 0;  // GigE Vision 1 chunk leaders have none
    constexpr const char* kNoGeometry = "its leader is missing or describes no image";
    const auto from_leader = [&](std::size_t value) {
        needs(geometry, kNoGeometry);
        return InfoValue::size(value);
    };
    switch (command) {
        case buffer_info::frame_id:
            needs(true, "");
            return InfoValue::u64(frame_.block_id);
        case buffer_info::timestamp:
            needs(frame_.has_leader, "its leader is missing");
            return InfoValue::u64(frame_.timestamp_ticks);
        case buffer_info::timestamp_ns:
            needs(frame_.has_leader && timestamp_frequency != 0, "no leader, or the camera has no timestamp");
            return InfoValue::u64(nanoseconds(frame_.timestamp_ticks, timestamp_frequency));
        case buffer_info::width:
            return from_leader(frame_.width);
        case buffer_info::height:
            return from_leader(frame_.height);
        case buffer_info::x_offset:
            return from_leader(frame_.offset_x);
        case buffer_info::y_offset:
            return from_leader(frame_.offset_y);
        case buffer_info::x_padding:
            return from_leader(frame_.padding_x);
        case buffer_info::y_padding:
            return from_leader(frame_.padding_y);
        case buffer_info::image_offset:
            needs(image_present(), kNoGeometry);
            return InfoValue::size(0);
        case buffer_info::pixel_format:
            needs(geometry, kNoGeometry);
            return InfoValue::u64(frame_.pixel_format);
        case buffer_info::pixel_format_namespace:
            needs(geometry, kNoGeometry);
            return InfoValue::u64(kPfnc32Bit);
        case buffer_info::pixel_endianness:
            needs(geometry, kNoGeometry);
            return InfoValue::i32(kLittleEndian);
        case buffer_info::delivered_image_height:
            needs(geometry && frame_.has_trailer, "its leader or trailer is missing");
            return InfoValue::size(frame_.delivered_height);
        case buffer_info::delivered_chunk_payload_size:
            needs(chunks_present(), "it carries no chunk data, or is incomplete");
            return InfoValue::size(frame_.extent);
        case buffer_info::chunk_layout_id:
            needs(chunks_present() && frame_.chunk_layout_id != 0, "the camera sends no chunk layout");
            return InfoValue::u64(frame_.chunk_layout_id);
        default:
            unknown_command("buffer", command);
    }
}

}  // namespace vcxg::gentl
