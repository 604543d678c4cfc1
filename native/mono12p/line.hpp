// What the vector kernels share: the measure of their loops. A cache line of pixels is the unit of all of them.
#pragma once

#include <cstddef>

namespace vcxg::mono12p {

constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kLinePixels = 32;  // fill one cache line of the destination
constexpr std::size_t kLinePacked = 48;  // and come from this many bytes

// How far ahead plain stores ask for the line that they are going to write (measured: docs/performance.md). The address
// may lie behind the destination: a prefetch cannot fault.
constexpr std::size_t kPrefetchDistance = 1024;

// How many steps of `step` bytes fit into `size` when each touches `reach` bytes from its start.
[[nodiscard]] constexpr std::size_t whole_steps(std::size_t size, std::size_t step, std::size_t reach) noexcept {
    return size < reach ? 0 : (size - reach) / step + 1;
}

}  // namespace vcxg::mono12p
