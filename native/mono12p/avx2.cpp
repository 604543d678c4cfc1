// 16 pixels at a time: the SSSE3 kernel's arithmetic on two 12-byte groups, one in each half of the register.
#if defined(__x86_64__)
#include <immintrin.h>

#include "mono12p/kernel.hpp"
#include "mono12p/line.hpp"

#define VCXG_TARGET [[gnu::target("avx2,prfchw")]]

namespace vcxg::mono12p {
namespace {

constexpr std::size_t kBlockPixels = 16;
constexpr std::size_t kBlockPacked = 24;
constexpr std::size_t kReach = 28;  // bytes that the two halves touch from the start of a block

bool runs_here() noexcept {
    return __builtin_cpu_supports("avx2") != 0;
}

VCXG_TARGET inline __m128i load_half(const std::uint8_t* from) noexcept {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
}

VCXG_TARGET inline __m256i unpack_block(const std::uint8_t* packed) noexcept {
    const __m256i spread =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11));
    const __m256i bytes =
        _mm256_inserti128_si256(_mm256_castsi128_si256(load_half(packed)), load_half(packed + kBlockPacked / 2), 1);
    const __m256i words = _mm256_shuffle_epi8(bytes, spread);
    const __m256i to_the_top =
        _mm256_set1_epi32(0x0001'0010);  // even pixels lie four bits lower: times 16, odd ones times 1
    return _mm256_srli_epi16(_mm256_mullo_epi16(words, to_the_top), 4);
}

template <Stores kStores>
VCXG_TARGET inline void store(std::uint8_t* to, __m256i values) noexcept {
    if constexpr (kStores == Stores::kStreaming) {
        _mm256_stream_si256(reinterpret_cast<__m256i*>(to), values);
    } else {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), values);
    }
}

#include "mono12p/x86_lines.hpp"

VCXG_TARGET std::size_t pack_blocks(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                                    std::uint16_t& seen) noexcept {
    const std::size_t blocks = whole_steps(packed_size(pixels), kBlockPacked, kReach);
    const __m256i shift_odd = _mm256_set1_epi32(0x1000'0001);
    const __m256i gather =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    __m256i all = _mm256_setzero_si256();
    for (std::size_t i = 0; i < blocks; ++i) {
        const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(image + i * 2 * kBlockPixels));
        all = _mm256_or_si256(all, values);
        const __m256i bytes = _mm256_shuffle_epi8(_mm256_madd_epi16(values, shift_odd), gather);
        auto* to =
            packed + i * kBlockPacked;  // the upper half overwrites the four bytes that the lower writes in excess
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(bytes));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(to + kBlockPacked / 2), _mm256_extracti128_si256(bytes, 1));
    }
    __m128i half = _mm_or_si128(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
    half = _mm_or_si128(half, _mm_srli_si128(half, 8));
    half = _mm_or_si128(half, _mm_srli_si128(half, 4));
    const int folded = _mm_cvtsi128_si32(half);
    seen = static_cast<std::uint16_t>(seen | folded | folded >> 16);
    return blocks * kBlockPixels;
}

}  // namespace

const Kernel kAvx2{"avx2", runs_here, unpack_blocks, pack_blocks, 32};

}  // namespace vcxg::mono12p
#endif
