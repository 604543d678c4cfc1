// 8 pixels at a time: a table look-up gives every pixel the 16-bit word it lies in, a variable shift takes its 12 bits.
#if defined(__aarch64__)
#include <arm_neon.h>

#include <array>

#include "mono12p/kernel.hpp"
#include "mono12p/line.hpp"

namespace vcxg::mono12p {
namespace {

constexpr std::size_t kBlockPixels = 8;
constexpr std::size_t kBlockPacked = 12;
constexpr std::size_t kReach = 16;  // bytes that a load or a store touches from the start of a block

constexpr std::array<std::uint8_t, 16> kSpread{0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11};
constexpr std::array<std::uint8_t, 16> kGather{0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255};
constexpr std::array<std::int16_t, 8> kShifts{0, -4, 0, -4, 0, -4, 0, -4};  // negative: to the right

bool runs_here() noexcept {
    return true;
}  // part of every aarch64

// The architecture's non-temporal hint is for pairs and has no intrinsic, so both kinds of stores are the same here.
std::size_t unpack_blocks(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels, Stores) noexcept {
    const std::size_t blocks = whole_steps(packed_size(pixels), kBlockPacked, kReach);
    const uint8x16_t spread = vld1q_u8(kSpread.data());
    const int16x8_t shifts = vld1q_s16(kShifts.data());
    const uint16x8_t low_twelve = vdupq_n_u16(0x0FFF);
    for (std::size_t i = 0; i < blocks; ++i) {
        const uint16x8_t words = vreinterpretq_u16_u8(vqtbl1q_u8(vld1q_u8(packed + i * kBlockPacked), spread));
        const uint16x8_t values = vandq_u16(vshlq_u16(words, shifts), low_twelve);
        vst1q_u8(destination + i * 2 * kBlockPixels, vreinterpretq_u8_u16(values));
    }
    return blocks * kBlockPixels;
}

std::size_t pack_blocks(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                        std::uint16_t& seen) noexcept {
    const std::size_t blocks = whole_steps(packed_size(pixels), kBlockPacked, kReach);
    const uint8x16_t gather = vld1q_u8(kGather.data());
    uint16x8_t all = vdupq_n_u16(0);
    for (std::size_t i = 0; i < blocks; ++i) {
        const uint16x8_t values = vreinterpretq_u16_u8(vld1q_u8(image + i * 2 * kBlockPixels));
        all = vorrq_u16(all, values);
        const uint32x4_t wide = vreinterpretq_u32_u16(values);
        const uint32x4_t pairs =
            vsliq_n_u32(wide, vshrq_n_u32(wide, 16), 12);  // odd pixel above the even one's 12 bits
        vst1q_u8(packed + i * kBlockPacked, vqtbl1q_u8(vreinterpretq_u8_u32(pairs), gather));
    }
    const uint64x2_t halves = vreinterpretq_u64_u16(all);
    std::uint64_t folded = vgetq_lane_u64(halves, 0) | vgetq_lane_u64(halves, 1);
    folded |= folded >> 32;
    seen = static_cast<std::uint16_t>(seen | folded | folded >> 16);
    return blocks * kBlockPixels;
}

}  // namespace

const Kernel kNeon{"neon", runs_here, unpack_blocks, pack_blocks, 16};

}  // namespace vcxg::mono12p
#endif
