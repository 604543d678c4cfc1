// A Mono12p image that is unpacked while its packets arrive, beside the buffer, in memory that the consumer lent for it.
//
// Unpacking a full frame once it is complete takes a millisecond: by then nothing of it is in a cache. Unpacked as it comes, it
// is ready when its last packet is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "gige/gvsp.hpp"

namespace vcxg::gentl {

class Unpacking {
public:
    Unpacking() = default;  // not begun
    // `target` has room for so many pixels, those of the image.
    Unpacking(std::byte* target, std::size_t pixels) noexcept : target_(target), pixels_(pixels) {}

    // The pixels of an image; 0 for one that is not unpacked: another format, lines with padding.
    [[nodiscard]] static std::uint64_t pixels_of(const gige::gvsp::Leader& leader) noexcept;

    void advance(const std::byte* packed, std::size_t in_place) noexcept;
    [[nodiscard]] std::byte* target() const noexcept { return target_; }  // null: not begun
    // All of it is unpacked, and it is all in a frame of so many bytes.
    [[nodiscard]] bool is_whole(std::size_t received) const noexcept;

private:
    std::byte* target_ = nullptr;
    std::size_t pixels_ = 0;
    std::size_t done_ = 0;  // pixels; even until all are done
};

}  // namespace vcxg::gentl
