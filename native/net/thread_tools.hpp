// What a thread that keeps time asks of the operating system.
#pragma once

#include <chrono>

namespace vcxg::net {

void name_this_thread(const char* name) noexcept;  // at most 15 characters
// Ahead of ordinary threads where the process may ask for that; otherwise nothing changes.
void raise_this_thread() noexcept;
void nap(std::chrono::nanoseconds duration) noexcept;

}  // namespace vcxg::net
