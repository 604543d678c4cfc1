// 8 pixels at a time: a byte shuffle gives every pixel the 16-bit word it lies in, arithmetic takes its 12 bits.
#if defined(__x86_64__)
#include <immintrin.h>

#include "mono12p/kernel.hpp"
#include "mono12p/line.hpp"

#define VCXG_TARGET [[gnu::target("ssse3,prfchw")]]

namespace vcxg::mono12p {
namespace {

constexpr std::size_t kBlockPixels = 8;
constexpr std::size_t kBlockPacked = 12;
constexpr std::size_t kReach = 16;  // bytes that a load or a store touches from the start of a block

bool runs_here() noexcept {
    return __builtin_cpu_supports("ssse3") != 0;
}

VCXG_TARGET inline __m128i load(const std::uint8_t* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

VCXG_TARGET inline __m128i unpack_block(const std::uint8_t* packed) noexcept {
    const __m128i spread = _mm_setr_epi8(0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11);
    const __m128i words = _mm_shuffle_epi8(load(packed), spread);
    const __m128i to_the_top = _mm_setr_epi16(16, 1, 16, 1, 16, 1, 16, 1);  // even pixels lie four bits lower
    return _mm_srli_epi16(_mm_mullo_epi16(words, to_the_top), 4);
}

template <Stores kStores>
VCXG_TARGET inline void store(std::uint8_t* to, __m128i values) noexcept {
    if constexpr (kStores == Stores::kStreaming) {
        _mm_stream_si128(reinterpret_cast<__m128i*>(to), values);
    } else {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), values);
    }
}

#include "mono12p/x86_lines.hpp"

VCXG_TARGET std::size_t pack_blocks(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                                    std::uint16_t& seen) noexcept {
    const std::size_t blocks = whole_steps(packed_size(pixels), kBlockPacked, kReach);
    const __m128i shift_odd = _mm_setr_epi16(1, 4096, 1, 4096, 1, 4096, 1, 4096);
    const __m128i gather = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    __m128i all = _mm_setzero_si128();
    for (std::size_t i = 0; i < blocks; ++i) {
        const __m128i values = load(image + i * 2 * kBlockPixels);
        all = _mm_or_si128(all, values);
        const __m128i pairs = _mm_madd_epi16(values, shift_odd);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(packed + i * kBlockPacked), _mm_shuffle_epi8(pairs, gather));
    }
    all = _mm_or_si128(all, _mm_srli_si128(all, 8));
    all = _mm_or_si128(all, _mm_srli_si128(all, 4));
    const int folded = _mm_cvtsi128_si32(all);
    seen = static_cast<std::uint16_t>(seen | folded | folded >> 16);
    return blocks * kBlockPixels;
}

}  // namespace

const Kernel kSsse3{"ssse3", runs_here, unpack_blocks, pack_blocks, 16};

}  // namespace vcxg::mono12p
#endif
