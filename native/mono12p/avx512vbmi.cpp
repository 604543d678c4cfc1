// 32 pixels at a time: one byte permutation across the whole register places 48 bytes, one variable shift takes the bits.
// Without VBMI's permutation the crossing of halves costs what the width gains, so there is no plain AVX-512 kernel.
#if defined(__x86_64__)
#if defined(__GNUC__) && !defined(__clang__)
// GCC's own header starts some results as `x = x` and then warns of it (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif
#include <immintrin.h>

#include <array>

#include "mono12p/kernel.hpp"
#include "mono12p/line.hpp"

#define VCXG_TARGET [[gnu::target("avx512f,avx512bw,avx512vbmi,prfchw")]]

namespace vcxg::mono12p {
namespace {

constexpr std::size_t kReach = 64;  // bytes that a store of packed pixels touches from the start of a block
constexpr std::size_t kGroupLines = 4;
constexpr std::size_t kGroupPacked = kGroupLines * kLinePacked;

// How far ahead of streaming stores the source is asked for: memory sets their pace (measured: docs/performance.md).
constexpr std::size_t kReadAhead = 2 * kGroupPacked;

using Bytes = std::array<std::uint8_t, 64>;

// Byte k of the result of unpacking: pixel k / 2 lies in the word at byte 3 * (pixel / 2) + pixel % 2.
constexpr Bytes kSpread = [] {
    Bytes bytes{};
    for (std::size_t k = 0; k < bytes.size(); ++k) {
        const std::size_t pixel = k / 2;
        bytes[k] = static_cast<std::uint8_t>(pixel / 2 * 3 + pixel % 2 + k % 2);
    }
    return bytes;
}();

// Byte k of the result of packing: three of every four bytes; the last sixteen are of no account.
constexpr Bytes kGather = [] {
    Bytes bytes{};
    for (std::size_t k = 0; k < kLinePacked; ++k) {
        bytes[k] = static_cast<std::uint8_t>(k / 3 * 4 + k % 3);
    }
    return bytes;
}();

bool runs_here() noexcept {
    return __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
           __builtin_cpu_supports("avx512vbmi") != 0;
}

VCXG_TARGET inline __m512i load(const std::uint8_t* from) noexcept {
    return _mm512_loadu_si512(from);
}

VCXG_TARGET inline __m512i unpack_block(__m512i packed) noexcept {
    const __m512i words = _mm512_permutexvar_epi8(load(kSpread.data()), packed);
    const __m512i shifted =
        _mm512_srlv_epi16(words, _mm512_set1_epi32(0x0004'0000));  // odd pixels lie four bits higher
    return _mm512_and_si512(shifted, _mm512_set1_epi16(0x0FFF));
}

template <Stores kStores>
VCXG_TARGET inline void store(std::uint8_t* to, __m512i values) noexcept {
    if constexpr (kStores == Stores::kStreaming) {
        _mm512_stream_si512(reinterpret_cast<__m512i*>(to), values);
    } else {
        _mm512_storeu_si512(to, values);
    }
}

// Three whole lines make four: loads 48 bytes apart would mostly cross from one cache line into the next.
template <Stores kStores>
VCXG_TARGET void unpack_groups(const std::uint8_t* packed, std::uint8_t* destination, std::size_t groups) noexcept {
    const __m512i from_48 =
        _mm512_setr_epi64(6, 7, 8, 9, 10, 11, 12, 13);  // in steps of 8 bytes, 8 and up: the next line
    const __m512i from_96 = _mm512_setr_epi64(4, 5, 6, 7, 8, 9, 10, 11);
    const __m512i from_144 = _mm512_setr_epi64(2, 3, 4, 5, 6, 7, 0, 0);
    for (std::size_t group = 0; group < groups;
         ++group, packed += kGroupPacked, destination += kGroupLines * kCacheLine) {
        if constexpr (kStores == Stores::kPlain) {
            for (std::size_t i = 0; i < kGroupLines; ++i) {
                __builtin_prefetch(destination + kPrefetchDistance + i * kCacheLine, 1);
            }
        } else {
            for (std::size_t i = 0; i < kGroupPacked / kCacheLine; ++i) {
                __builtin_prefetch(packed + kReadAhead + i * kCacheLine);
            }
        }
        const __m512i first = load(packed);
        const __m512i second = load(packed + kCacheLine);
        const __m512i third = load(packed + 2 * kCacheLine);
        store<kStores>(destination, unpack_block(first));
        store<kStores>(destination + kCacheLine, unpack_block(_mm512_permutex2var_epi64(first, from_48, second)));
        store<kStores>(destination + 2 * kCacheLine, unpack_block(_mm512_permutex2var_epi64(second, from_96, third)));
        store<kStores>(destination + 3 * kCacheLine, unpack_block(_mm512_permutexvar_epi64(from_144, third)));
    }
}

VCXG_TARGET std::size_t unpack_blocks(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels,
                                      Stores stores) noexcept {
    const std::size_t groups = packed_size(pixels) / kGroupPacked;
    if (stores == Stores::kStreaming) {
        unpack_groups<Stores::kStreaming>(packed, destination, groups);
        _mm_sfence();
    } else {
        unpack_groups<Stores::kPlain>(packed, destination, groups);
    }
    return groups * kGroupLines * kLinePixels;
}

VCXG_TARGET std::size_t pack_blocks(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                                    std::uint16_t& seen) noexcept {
    const std::size_t lines = whole_steps(packed_size(pixels), kLinePacked, kReach);
    __m512i all = _mm512_setzero_si512();
    for (std::size_t i = 0; i < lines; ++i) {
        const __m512i values = load(image + i * kCacheLine);
        all = _mm512_or_si512(all, values);
        const __m512i pairs = _mm512_madd_epi16(values, _mm512_set1_epi32(0x1000'0001));
        _mm512_storeu_si512(packed + i * kLinePacked, _mm512_permutexvar_epi8(load(kGather.data()), pairs));
    }
    const auto folded = static_cast<std::uint32_t>(_mm512_reduce_or_epi32(all));
    seen = static_cast<std::uint16_t>(seen | folded | folded >> 16);
    return lines * kLinePixels;
}

}  // namespace

const Kernel kAvx512Vbmi{"avx512vbmi", runs_here, unpack_blocks, pack_blocks, 64};

}  // namespace vcxg::mono12p
#endif
