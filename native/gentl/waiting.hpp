// Waiting as GenTL counts it: milliseconds, where all ones mean for ever.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace vcxg::gentl {

template <typename Ready>
void wait_ms(std::condition_variable& changed, std::unique_lock<std::mutex>& lock, std::uint64_t timeout_ms,
             Ready&& ready) {
    constexpr std::uint64_t kYear = std::uint64_t{365} * 24 * 3600 * 1000;  // as good as infinite, and no overflow
    if (timeout_ms >= kYear) {
        changed.wait(lock, ready);
    } else {
        changed.wait_for(lock, std::chrono::milliseconds(timeout_ms), ready);
    }
}

}  // namespace vcxg::gentl
