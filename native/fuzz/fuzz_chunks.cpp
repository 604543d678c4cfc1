// Chunk trailers. The first two bytes are where the chunks begin.
#include "fuzz/fuzz.hpp"
#include "gentl/chunks.hpp"
#include "gentl/error.hpp"

namespace gentl = vcxg::gentl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto input = vcxg::fuzz::bytes_of(data, size);
    if (input.size() < 2) return 0;
    const std::size_t begin = vcxg::gige::get_be<std::uint16_t>(input, 0);
    const auto block = input.subspan(2);
    try {
        std::size_t at = begin;
        for (const gentl::Chunk& chunk : gentl::parse_chunks(block, begin)) {
            MUST(static_cast<std::size_t>(chunk.offset) == at);
            at += chunk.length + 8;
            MUST(at <= block.size());
        }
        MUST(at == std::max(begin, block.size()));
    } catch (const gentl::Error& error) {
        MUST(error.status() == gentl::code::kParsingChunkData);
    }
    return 0;
}
