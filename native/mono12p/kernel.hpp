// Mono12p: two 12-bit pixels in three bytes, least significant bit first (PFNC "Mono12p", 0x010C0047):
//   byte 0 = pixel 0 bits 7..0; byte 1 = pixel 0 bits 11..8 in the low half, pixel 1 bits 3..0 in the high half;
//   byte 2 = pixel 1 bits 11..4. An odd last pixel takes two bytes; the high half of the second is zero.
// Computes only: no Python, no socket, no clock. Addresses are bytes of any alignment on both sides, because numpy hands
// out uint16 arrays at odd addresses and payloads begin anywhere in a buffer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vcxg::mono12p {

// Plain stores bring the destination into the cache, streaming stores pass it by. The better one depends on the sizes alone.
enum class Stores : bool { kPlain, kStreaming };

// One way to do the work. The block functions take whole vectors only: they stop before they would read or write a byte
// beyond what `pixels` implies, and return how many pixels they did, an even number. The scalar code does the rest.
struct Kernel {
    std::string_view name;
    bool (*runs_here)() noexcept;
    // `destination` is a multiple of `alignment` for streaming stores.
    std::size_t (*unpack_blocks)(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels,
                                 Stores stores) noexcept;
    // Ors every pixel that it took into `seen`: bits above the twelfth tell of a value that does not fit.
    std::size_t (*pack_blocks)(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                               std::uint16_t& seen) noexcept;
    std::size_t alignment;
};

// Those that this processor runs, the fastest first, "scalar" last.
[[nodiscard]] std::span<const Kernel* const> kernels() noexcept;

[[nodiscard]] constexpr std::size_t packed_size(std::size_t pixels) noexcept {
    return pixels + (pixels + 1) / 2;
}

// Reads packed_size(pixels) bytes, writes 2 * pixels bytes: values 0 to 4095, not shifted, in the processor's byte order.
void unpack(const Kernel& kernel, const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels) noexcept;

// The reverse. False: at least one pixel was above 4095, and what was written is of no use.
[[nodiscard]] bool pack(const Kernel& kernel, const std::uint8_t* image, std::uint8_t* packed,
                        std::size_t pixels) noexcept;

// The number of bytes read and written together above which streaming stores pay.
[[nodiscard]] std::size_t streaming_threshold() noexcept;

extern const Kernel kScalar;
#if defined(__x86_64__)
extern const Kernel kSsse3;
extern const Kernel kAvx2;
extern const Kernel kAvx512Vbmi;
#elif defined(__aarch64__)
extern const Kernel kNeon;
#endif

}  // namespace vcxg::mono12p
