// The loop of the kernels that unpack a line block by block. Included by each of them, inside its namespace and behind what
// it is made of (VCXG_TARGET, kBlockPixels, kBlockPacked, kReach, unpack_block, store): one copy for each target, because
// the compiler does not inline functions into those of another target.

template <Stores kStores>
VCXG_TARGET void unpack_lines(const std::uint8_t* packed, std::uint8_t* destination, std::size_t lines) noexcept {
    for (std::size_t line = 0; line < lines; ++line, packed += kLinePacked, destination += kCacheLine) {
        if constexpr (kStores == Stores::kPlain) {
            __builtin_prefetch(destination + kPrefetchDistance, 1);
        }
        for (std::size_t i = 0; i < kLinePixels / kBlockPixels; ++i) {
            store<kStores>(destination + i * 2 * kBlockPixels, unpack_block(packed + i * kBlockPacked));
        }
    }
}

VCXG_TARGET std::size_t unpack_blocks(const std::uint8_t* packed, std::uint8_t* destination, std::size_t pixels,
                                      Stores stores) noexcept {
    const std::size_t lines = whole_steps(packed_size(pixels), kLinePacked, kLinePacked - kBlockPacked + kReach);
    if (stores == Stores::kStreaming) {
        unpack_lines<Stores::kStreaming>(packed, destination, lines);
        _mm_sfence();
    } else {
        unpack_lines<Stores::kPlain>(packed, destination, lines);
    }
    return lines * kLinePixels;
}
