// What a thread that keeps time asks of the operating system.
#pragma once

#include <chrono>
#include <cstdint>

namespace vcxg::net {

void name_this_thread(const char* name) noexcept;  // at most 15 characters

enum class Priority : std::uint8_t { ordinary, raised, real_time };
// Ahead of ordinary threads where the process may ask for that. Returns what was granted.
Priority raise_this_thread() noexcept;

void nap(std::chrono::nanoseconds duration) noexcept;

}  // namespace vcxg::net
