#include "gentl/unpacking.hpp"

#include <algorithm>

#include "mono12p/kernel.hpp"

namespace vcxg::gentl {
namespace {

constexpr std::uint32_t kMono12p = 0x010C0047;  // PFNC
// Pixels; some 30 us in memory that was written before. Where more is in place, the target came late: packets must not wait
// while it catches up.
constexpr std::size_t kMostAtOnce = 1 << 18;

}  // namespace

std::uint64_t Unpacking::pixels_of(const gige::gvsp::Leader& leader) noexcept {
    if (!leader.has_geometry || leader.pixel_format != kMono12p || leader.padding_x != 0) return 0;
    return std::uint64_t{leader.width} * leader.height;  // 32 bits each: cannot overflow
}

bool Unpacking::is_whole(std::size_t received) const noexcept {
    return target_ != nullptr && done_ == pixels_ && received >= mono12p::packed_size(pixels_);
}

void Unpacking::advance(const std::byte* packed, std::size_t in_place) noexcept {
    const bool all = in_place >= mono12p::packed_size(pixels_);
    const std::size_t ready = all ? pixels_ : in_place / 3 * 2;  // two pixels share three bytes
    const std::size_t end = std::min(ready, done_ + kMostAtOnce);
    if (end <= done_) return;
    mono12p::unpack(*mono12p::kernels().front(), reinterpret_cast<const std::uint8_t*>(packed) + done_ / 2 * 3,
                    reinterpret_cast<std::uint8_t*>(target_) + done_ * 2, end - done_);
    done_ = end;
}

}  // namespace vcxg::gentl
