// Chunk data of a GigE Vision buffer: `data, id (u32 be), length (u32 be)` repeated, so it is walked from the end. Computes only.
#pragma once

#include <vector>

#include "gentl/gentl.hpp"
#include "gige/bytes.hpp"

namespace vcxg::gentl {

inline constexpr std::size_t kMaxChunks = 4096;  // a block of garbage could hold millions

// The chunks of a block in the order of their data. They begin at `begin`, behind an image that is no chunk itself, or with the
// image's chunk. kParsingChunkData when the lengths do not add up.
[[nodiscard]] std::vector<Chunk> parse_chunks(gige::ConstBytes block, std::size_t begin = 0);

}  // namespace vcxg::gentl
