#include "gentl/chunks.hpp"

#include <algorithm>

#include "gentl/error.hpp"

namespace vcxg::gentl {

std::vector<Chunk> parse_chunks(gige::ConstBytes block, std::size_t begin) {
    constexpr std::size_t kTag = 8;
    std::vector<Chunk> chunks;
    std::size_t end = block.size();
    while (end > begin) {
        if (chunks.size() == kMaxChunks) {
            throw Error(code::kParsingChunkData, "more than " + std::to_string(kMaxChunks) + " chunks");
        }
        if (end - begin < kTag) throw Error(code::kParsingChunkData, "the chunk data ends inside a tag");
        const std::size_t data_end = end - kTag;
        const auto id = gige::get_be<std::uint32_t>(block, data_end);
        const auto length = gige::get_be<std::uint32_t>(block, data_end + 4);
        if (length > data_end - begin) {
            throw Error(code::kParsingChunkData, "chunk " + std::to_string(id) + " claims " + std::to_string(length) +
                                                     " bytes, " + std::to_string(data_end - begin) + " are left");
        }
        end = data_end - length;
        chunks.push_back({.id = id, .offset = static_cast<std::ptrdiff_t>(end), .length = length});
    }
    std::reverse(chunks.begin(), chunks.end());
    return chunks;
}

}  // namespace vcxg::gentl
