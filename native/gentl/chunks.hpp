// Chunk data of a GigE Vision buffer: `data, id (u32 be), length (u32 be)` repeated, so it is walked from the end. Computes only.
#pragma once

#include <vector>

#include "gentl/gentl.hpp"
#include "gige/bytes.hpp"

namespace vcxg::gentl {

// The chunks in the order of their data, the image chunk included; kParsingChunkData when the lengths do not add up.
[[nodiscard]] std::vector<Chunk> parse_chunks(gige::ConstBytes payload);

}  // namespace vcxg::gentl
