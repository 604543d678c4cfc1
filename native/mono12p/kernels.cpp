// Which kernels run here, and the ends that whole vectors leave over.
#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

#include <algorithm>
#include <array>
#include <cstring>

#include "mono12p/kernel.hpp"

namespace vcxg::mono12p {
namespace {

constexpr std::array kBuilt {
#if defined(__x86_64__)
    &kAvx512Vbmi, &kAvx2, &kSsse3,
#elif defined(__aarch64__)
    &kNeon,
#endif
        &kScalar
};

struct Available {
    std::array<const Kernel*, kBuilt.size()> list{};
    std::size_t count = 0;
    Available() noexcept {
        count = static_cast<std::size_t>(
            std::copy_if(kBuilt.begin(), kBuilt.end(), list.begin(), [](const Kernel* k) { return k->runs_here(); }) -
            list.begin());
    }
};

std::uint16_t load_pixel(const std::uint8_t* from) noexcept {
    std::uint16_t value = 0;
    std::memcpy(&value, from, sizeof value);
    return value;
}

void store_pixel(std::uint8_t* to, unsigned value) noexcept {
    const auto pixel = static_cast<std::uint16_t>(value);
    std::memcpy(to, &pixel, sizeof pixel);
}

void unpack_rest(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels) noexcept {
    const std::size_t done = kScalar.unpack_blocks(packed, destination, pixels, Stores::kPlain);
    packed += packed_size(done);
    destination += 2 * done;
    for (pixels -= done; pixels >= 2; pixels -= 2, packed += 3, destination += 4) {
        store_pixel(destination, packed[0] | (packed[1] & 0x0FU) << 8);
        store_pixel(destination + 2, packed[1] >> 4 | static_cast<unsigned>(packed[2]) << 4);
    }
    if (pixels == 1) {
        store_pixel(destination, packed[0] | (packed[1] & 0x0FU) << 8);
    }
}

void pack_rest(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels, std::uint16_t& seen) noexcept {
    const std::size_t done = kScalar.pack_blocks(image, packed, pixels, seen);
    packed += packed_size(done);
    image += 2 * done;
    for (pixels -= done; pixels > 0; packed += 3, image += 4) {
        const unsigned even = load_pixel(image);
        const unsigned odd = pixels >= 2 ? load_pixel(image + 2) : 0U;
        seen = static_cast<std::uint16_t>(seen | even | odd);
        packed[0] = static_cast<std::uint8_t>(even);
        packed[1] = static_cast<std::uint8_t>((even >> 8 & 0x0FU) | odd << 4);
        if (pixels == 1) {
            return;
        }
        packed[2] = static_cast<std::uint8_t>(odd >> 4);
        pixels -= 2;
    }
}

// How many pixels to do before `destination` is aligned, or `pixels` where that cannot be reached by whole pairs.
std::size_t pixels_to_alignment(const std::uint8_t* destination, std::size_t alignment, std::size_t pixels) noexcept {
    const std::size_t bytes = (alignment - reinterpret_cast<std::uintptr_t>(destination) % alignment) % alignment;
    return bytes % 4 == 0 ? bytes / 2 : pixels;
}

}  // namespace

std::span<const Kernel* const> kernels() noexcept {
    static const Available available;
    return {available.list.data(), available.count};
}

std::size_t streaming_threshold() noexcept {
    // Up to half the last-level cache, what was written is still there when the user reads it. The cap is for servers:
    // their large caches are shared by dozens of cores and no faster than memory for one of them, so that beyond this size
    // streaming wins even when the reader's cache misses are counted (measured: docs/performance.md).
    static const std::size_t threshold = [] {
        constexpr std::size_t kCap = std::size_t{16} << 20;
        long cache = 0;
#if defined(_SC_LEVEL3_CACHE_SIZE)
        cache = ::sysconf(_SC_LEVEL3_CACHE_SIZE);
#endif
        return cache > 0 ? std::min(static_cast<std::size_t>(cache) / 2, kCap) : kCap;
    }();
    return threshold;
}

void unpack(const Kernel& kernel, const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels) noexcept {
    Stores stores = Stores::kPlain;
    if (packed_size(pixels) + 2 * pixels > streaming_threshold()) {
        const std::size_t head = pixels_to_alignment(destination, kernel.alignment, pixels);
        if (head < pixels) {
            stores = Stores::kStreaming;
            unpack_rest(packed, destination, head);
            packed += packed_size(head);
            destination += 2 * head;
            pixels -= head;
        }
    }
    const std::size_t done = kernel.unpack_blocks(packed, destination, pixels, stores);
    unpack_rest(packed + packed_size(done), destination + 2 * done, pixels - done);
}

bool pack(const Kernel& kernel, const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels) noexcept {
    std::uint16_t seen = 0;
    const std::size_t done = kernel.pack_blocks(image, packed, pixels, seen);
    pack_rest(image + 2 * done, packed + packed_size(done), pixels - done, seen);
    return seen <= 0x0FFF;
}

}  // namespace vcxg::mono12p
