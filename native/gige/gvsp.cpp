#include "gige/gvsp.hpp"

#include "gige/frame.hpp"

namespace vcxg::gige::gvsp {
namespace {

constexpr std::uint16_t kImage = static_cast<std::uint16_t>(PayloadType::image);
constexpr std::uint16_t kChunkData = static_cast<std::uint16_t>(PayloadType::chunk_data);
constexpr std::uint16_t kExtendedChunkData = static_cast<std::uint16_t>(PayloadType::extended_chunk_data);

}  // namespace

std::optional<Packet> parse_packet(ConstBytes datagram) noexcept {
    if (!has(datagram, 0, kStandardHeader)) {
        return std::nullopt;
    }
    Packet packet;
    packet.status = get_be<std::uint16_t>(datagram, 0);
    const auto format = std::to_integer<std::uint8_t>(datagram[4]);
    packet.extended = (format & 0x80) != 0;
    packet.format = format & 0x7F;
    if (!packet.extended) {
        packet.block_id = get_be<std::uint16_t>(datagram, 2);
        packet.packet_id = get_be<std::uint32_t>(datagram, 4) & 0x00FFFFFF;
        packet.resent = packet.status == kStatusResent;
        packet.data = datagram.subspan(kStandardHeader);
        return packet;
    }
    if (!has(datagram, 0, kExtendedHeader)) {
        return std::nullopt;
    }
    constexpr std::uint16_t kResentFlag = 0x0001;
    packet.resent = packet.status == kStatusResent || (get_be<std::uint16_t>(datagram, 2) & kResentFlag) != 0;
    packet.block_id = get_be<std::uint64_t>(datagram, 8);
    packet.packet_id = get_be<std::uint32_t>(datagram, 16);
    packet.data = datagram.subspan(kExtendedHeader);
    return packet;
}

std::optional<Leader> parse_leader(ConstBytes data) noexcept {
    if (!has(data, 0, 12)) {
        return std::nullopt;
    }
    Leader leader;
    leader.payload_type = get_be<std::uint16_t>(data, 2);
    leader.timestamp = get_be<std::uint64_t>(data, 4);
    const auto base = static_cast<std::uint16_t>(leader.payload_type & ~kChunkFlag);
    if (base != kImage && base != kExtendedChunkData) {
        return leader;
    }
    if (!has(data, 12, 24)) {
        return std::nullopt;
    }
    leader.has_geometry = true;
    leader.pixel_format = get_be<std::uint32_t>(data, 12);
    leader.width = get_be<std::uint32_t>(data, 16);
    leader.height = get_be<std::uint32_t>(data, 20);
    leader.offset_x = get_be<std::uint32_t>(data, 24);
    leader.offset_y = get_be<std::uint32_t>(data, 28);
    leader.padding_x = get_be<std::uint16_t>(data, 32);
    leader.padding_y = get_be<std::uint16_t>(data, 34);
    return leader;
}

std::optional<Trailer> parse_trailer(ConstBytes data) noexcept {
    if (!has(data, 0, 4)) {
        return std::nullopt;
    }
    Trailer trailer;
    trailer.payload_type = get_be<std::uint16_t>(data, 2);
    const auto field = [&](std::size_t offset) -> std::optional<std::uint32_t> {
        return has(data, offset, 4) ? std::optional(get_be<std::uint32_t>(data, offset)) : std::nullopt;
    };
    switch (trailer.payload_type) {
        case kImage:
            trailer.height = field(4);
            break;
        case kImage | kChunkFlag:
            trailer.height = field(4);
            trailer.chunk_length = field(8);
            trailer.chunk_layout_id = field(12).value_or(0);
            break;
        case kChunkData:
            trailer.chunk_length = field(4);
            break;
        case kExtendedChunkData:
            trailer.chunk_length = field(4);
            trailer.height = field(8);
            trailer.chunk_layout_id = field(12).value_or(0);
            break;
        default:
            break;
    }
    return trailer;
}

std::optional<std::size_t> image_size(const Leader& leader, std::uint32_t height) noexcept {
    const std::uint64_t bits_per_pixel = (leader.pixel_format >> 16) & 0xFF;  // PFNC: occupied bits
    const std::uint64_t line_bits = leader.width * bits_per_pixel;            // 32 + 8 bits: cannot overflow
    if (!leader.has_geometry || line_bits == 0 || line_bits % 8 != 0) {
        return std::nullopt;
    }
    const std::uint64_t line = line_bits / 8 + leader.padding_x;
    constexpr std::uint64_t kAbsurd = std::uint64_t{1} << 48;
    if (height != 0 && line > kAbsurd / height) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(line * height + leader.padding_y);
}

}  // namespace vcxg::gige::gvsp
