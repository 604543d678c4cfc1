// Big-endian fields in byte spans, the one place where network order is spelt.
// Every read is bounds-checked by the caller through `has`; nothing here trusts a length from the wire.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vcxg::gige {

using ConstBytes = std::span<const std::byte>;
using Bytes = std::span<std::byte>;

[[nodiscard]] constexpr bool has(ConstBytes bytes, std::size_t offset, std::size_t count) noexcept {
    return offset <= bytes.size() && count <= bytes.size() - offset;
}

template <typename Integer>
[[nodiscard]] constexpr Integer get_be(ConstBytes bytes, std::size_t offset) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Integer); ++i) {
        value = (value << 8) | std::to_integer<std::uint64_t>(bytes[offset + i]);
    }
    return static_cast<Integer>(value);
}

template <typename Integer>
constexpr void put_be(Bytes bytes, std::size_t offset, Integer value) noexcept {
    for (std::size_t i = sizeof(Integer); i-- > 0;) {
        bytes[offset + i] = static_cast<std::byte>(static_cast<std::uint64_t>(value) & 0xFF);
        value = static_cast<Integer>(sizeof(Integer) > 1 ? static_cast<std::uint64_t>(value) >> 8 : 0);
    }
}

}  // namespace vcxg::gige
