// GVSP, the stream protocol: one packet taken apart, leaders and trailers read. Sans-IO; nothing is copied.
// Source: GigE Vision 2.0, GVSP headers, payload types image, chunk data, extended chunk data. All fields big-endian.
#pragma once

#include <cstdint>
#include <optional>

#include "gige/bytes.hpp"

namespace vcxg::gige::gvsp {

inline constexpr std::size_t kStandardHeader = 8;
inline constexpr std::size_t kExtendedHeader = 20;
inline constexpr std::size_t kIpAndUdpHeaders = 28;  // counted by the packet size register, not seen on the socket
inline constexpr std::uint16_t kChunkFlag = 0x4000;  // in the payload type: chunks follow the payload (GigE Vision 2.x)

enum class Format : std::uint8_t { leader = 1, trailer = 2, payload = 3 };
inline constexpr std::uint8_t kLastFormat = 8;  // all-in, H.264, multi-zone, multi-part and GenDC follow payload

inline constexpr std::uint16_t kStatusResent = 0x0100;  // of standard ids; extended ids have a flag
// The device does not have the packet: now, any more, or not yet.
[[nodiscard]] constexpr bool is_unavailable(std::uint16_t status) noexcept {
    return status == 0x800C || (status >= 0x8010 && status <= 0x8012) || status == 0x8014;
}
// Asking again later may help.
[[nodiscard]] constexpr bool is_available_later(std::uint16_t status) noexcept {
    return status == 0x8010 || status == 0x8014;
}

struct Packet {
    std::uint16_t status = 0;
    bool resent = false;    // the device marks it as the answer to a resend request
    bool extended = false;  // 64-bit block id and 32-bit packet id, decided by the EI bit of this very packet
    std::uint8_t format = 0;
    std::uint64_t block_id = 0;
    std::uint32_t packet_id = 0;
    ConstBytes data;
};
// None when the datagram is shorter than the header that it claims to have.
[[nodiscard]] std::optional<Packet> parse_packet(ConstBytes datagram) noexcept;

// Bytes of payload in every packet but the last; 0 when the packet size cannot hold any.
[[nodiscard]] constexpr std::size_t data_size(std::size_t packet_size, bool extended) noexcept {
    const std::size_t overhead = kIpAndUdpHeaders + (extended ? kExtendedHeader : kStandardHeader);
    return packet_size > overhead ? packet_size - overhead : 0;
}

struct Leader {
    std::uint16_t payload_type = 0;
    std::uint64_t timestamp = 0;
    bool has_geometry = false;  // image and extended chunk data have it
    std::uint32_t pixel_format = 0;
    std::uint32_t width = 0, height = 0, offset_x = 0, offset_y = 0;
    std::uint16_t padding_x = 0, padding_y = 0;
    friend bool operator==(const Leader&, const Leader&) = default;
};
[[nodiscard]] std::optional<Leader> parse_leader(ConstBytes data) noexcept;

struct Trailer {
    std::uint16_t payload_type = 0;
    std::optional<std::uint32_t> height;        // lines really sent
    std::optional<std::uint32_t> chunk_length;  // bytes
    std::uint32_t chunk_layout_id = 0;
    friend bool operator==(const Trailer&, const Trailer&) = default;
};
[[nodiscard]] std::optional<Trailer> parse_trailer(ConstBytes data) noexcept;

// Bytes of the image that leader and number of lines announce; none without geometry, or when the size depends on whether
// the lines of a packed format end at byte borders, which the leader does not say.
[[nodiscard]] std::optional<std::size_t> image_size(const Leader& leader, std::uint32_t height) noexcept;

}  // namespace vcxg::gige::gvsp
