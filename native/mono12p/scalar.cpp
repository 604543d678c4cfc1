// The portable kernel: four pixels in a 64-bit register. Its block functions also finish the last pixels of the others.
#include <bit>
#include <cstring>

#include "mono12p/kernel.hpp"

namespace vcxg::mono12p {
namespace {

constexpr bool kLittleEndian = std::endian::native == std::endian::little;
constexpr std::size_t kWordPixels = 4;
constexpr std::size_t kWordPacked = 6;

bool runs_here() noexcept {
    return true;
}

std::uint64_t load_word(const std::uint8_t* from) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, from, sizeof word);
    return word;
}

// Reads 8 bytes for every 6 that it uses, so two bytes must follow the last block.
std::size_t unpack_blocks(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels, Stores) noexcept {
    if constexpr (!kLittleEndian) {
        return 0;
    }
    std::size_t done = 0;
    for (; pixels - done >= kWordPixels + 2; done += kWordPixels, packed += kWordPacked, destination += 8) {
        const std::uint64_t word = load_word(packed);
        const std::uint64_t pairs = (word & 0xFFFFFF) | (word << 8 & 0x00FFFFFF'00000000);
        const std::uint64_t values = (pairs & 0x00000FFF'00000FFF) | (pairs << 4 & 0x0FFF0000'0FFF0000);
        std::memcpy(destination, &values, sizeof values);
    }
    return done;
}

// Writes 8 bytes for every 6 of result; the next block overwrites the two in excess.
std::size_t pack_blocks(const std::uint8_t* image, std::uint8_t* packed, std::size_t pixels,
                        std::uint16_t& seen) noexcept {
    if constexpr (!kLittleEndian) {
        return 0;
    }
    std::uint64_t all = 0;
    std::size_t done = 0;
    for (; pixels - done >= kWordPixels + 2; done += kWordPixels, packed += kWordPacked, image += 8) {
        const std::uint64_t values = load_word(image);
        all |= values;
        const std::uint64_t pairs = (values & 0x00000FFF'00000FFF) | (values >> 4 & 0x00FFF000'00FFF000);
        const std::uint64_t word = (pairs & 0xFFFFFF) | (pairs >> 8 & 0x0000FFFF'FF000000);
        std::memcpy(packed, &word, sizeof word);
    }
    all |= all >> 32;
    seen = static_cast<std::uint16_t>(seen | all | all >> 16);
    return done;
}

}  // namespace

const Kernel kScalar{"scalar", runs_here, unpack_blocks, pack_blocks, 1};

}  // namespace vcxg::mono12p
