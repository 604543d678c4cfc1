// Every kernel that runs here, in heap blocks of the exact size, so that a sanitizer sees a byte too far on either side.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "check.hpp"
#include "golden.hpp"
#include "mono12p/kernel.hpp"

namespace mono12p = vcxg::mono12p;

namespace {

using Bytes = std::vector<std::uint8_t>;
using Pixels = std::vector<std::uint16_t>;

Pixels any_pixels(std::size_t count) {
    Pixels pixels(count);
    std::uint32_t state = static_cast<std::uint32_t>(count) + 1;
    for (std::uint16_t& pixel : pixels) {
        state = state * 1664525U + 1013904223U;
        pixel = static_cast<std::uint16_t>(state >> 20);
    }
    return pixels;
}

// The definition: bit b of pixel i is bit 12 i + b of the stream.
Bytes packed_by_definition(const Pixels& pixels) {
    Bytes packed((12 * pixels.size() + 7) / 8);
    for (std::size_t bit = 0; bit < 12 * pixels.size(); ++bit) {
        if ((pixels[bit / 12] >> bit % 12 & 1) != 0) {
            packed[bit / 8] = static_cast<std::uint8_t>(packed[bit / 8] | 1U << bit % 8);
        }
    }
    return packed;
}

// A heap block that begins where `misalignment` says and ends where the bytes end.
class Block {
public:
    Block(std::size_t misalignment, std::size_t size) : offset_(misalignment), bytes_(misalignment + size) {}
    std::uint8_t* data() { return bytes_.data() + offset_; }

private:
    std::size_t offset_;
    Bytes bytes_;
};

Pixels unpacked(const mono12p::Kernel& kernel, const Bytes& packed, std::size_t count, std::size_t misalignment) {
    Block source(misalignment, packed.size());
    Block destination(misalignment % 7, 2 * count);
    Pixels pixels(count);
    if (count > 0) {
        std::memcpy(source.data(), packed.data(), packed.size());
        mono12p::unpack(kernel, source.data(), destination.data(), count);
        std::memcpy(pixels.data(), destination.data(), 2 * count);
    }
    return pixels;
}

}  // namespace

TEST(every_kernel_unpacks_every_length_as_the_definition_says) {
    for (const mono12p::Kernel* kernel : mono12p::kernels()) {
        for (std::size_t count = 0; count < 420; ++count) {
            const Pixels pixels = any_pixels(count);
            const bool same = unpacked(*kernel, packed_by_definition(pixels), count, count % 64) == pixels;
            if (!same) {
                CHECK_EQ(std::string(kernel->name) + " fails at", std::to_string(count) + " pixels");
            }
        }
    }
}

TEST(every_kernel_packs_every_length_as_the_definition_says) {
    for (const mono12p::Kernel* kernel : mono12p::kernels()) {
        for (std::size_t count = 1; count < 420; ++count) {
            const Pixels pixels = any_pixels(count);
            Block image(count % 9, 2 * count);
            Bytes packed(mono12p::packed_size(count));
            std::memcpy(image.data(), pixels.data(), 2 * count);
            CHECK(mono12p::pack(*kernel, image.data(), packed.data(), count));
            if (packed != packed_by_definition(pixels)) {
                CHECK_EQ(std::string(kernel->name) + " fails at", std::to_string(count) + " pixels");
            }
        }
    }
}

TEST(every_kernel_reports_a_pixel_above_4095) {
    for (const mono12p::Kernel* kernel : mono12p::kernels()) {
        for (std::size_t place = 0; place < 200; ++place) {
            Pixels pixels(200, 0x0FFF);
            pixels[place] = 0x1000;
            Bytes packed(mono12p::packed_size(200));
            CHECK(!mono12p::pack(*kernel, reinterpret_cast<const std::uint8_t*>(pixels.data()), packed.data(), 200));
        }
    }
}

TEST(streaming_stores_give_the_same_pixels_at_any_address) {
    const std::size_t count = mono12p::streaming_threshold() * 2 / 7 + 100;
    const Pixels pixels = any_pixels(count);
    const Bytes packed = packed_by_definition(pixels);
    for (const mono12p::Kernel* kernel : mono12p::kernels()) {
        for (const std::size_t misalignment : {0, 1, 2, 4}) {
            CHECK(unpacked(*kernel, packed, count, misalignment) == pixels);
        }
    }
}

TEST(golden_pixels_and_golden_bytes_become_each_other) {
    const auto entries = vcxg::golden::load("mono12p");
    for (const auto& [name, bytes] : entries) {
        if (!name.ends_with("_PIXELS")) {
            continue;
        }
        Pixels pixels;
        for (std::size_t i = 0; i < bytes.size(); i += 2) {
            pixels.push_back(static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[i]) << 8 |
                                                        std::to_integer<unsigned>(bytes[i + 1])));
        }
        Bytes packed;
        for (const std::byte byte : entries.at(name.substr(0, name.size() - 6) + "PACKED")) {
            packed.push_back(std::to_integer<std::uint8_t>(byte));
        }
        for (const mono12p::Kernel* kernel : mono12p::kernels()) {
            CHECK(unpacked(*kernel, packed, pixels.size(), 0) == pixels);
            Bytes again(packed.size());
            CHECK(mono12p::pack(*kernel, reinterpret_cast<const std::uint8_t*>(pixels.data()), again.data(),
                                pixels.size()));
            CHECK(again == packed);
        }
    }
}
