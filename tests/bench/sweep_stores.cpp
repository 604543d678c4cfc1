// From which size on do streaming stores pay? Times the best kernel with both kinds of stores, alone and with a reader
// of the pixels behind it, over sizes around the caches. From the checkout:
//   g++ -std=c++20 -O3 -I native tests/bench/sweep_stores.cpp native/mono12p/*.cpp -o /tmp/sweep && /tmp/sweep
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <new>
#include <numeric>
#include <vector>

#include "mono12p/kernel.hpp"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace mono12p = vcxg::mono12p;
using mono12p::Stores;

namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kLargest = std::size_t{128} << 20;
constexpr std::size_t kRounds = 41;

volatile unsigned g_sum;

std::uint8_t* used_memory() {
    void* memory = ::operator new (kLargest, std::align_val_t{kHugePage});
#if defined(__linux__)
    static_cast<void>(::madvise(memory, kLargest, MADV_HUGEPAGE));
#endif
    auto* bytes = static_cast<std::uint8_t*>(memory);
    std::fill_n(bytes, kLargest, std::uint8_t{7});
    return bytes;
}

// Each round does all of them once, so that other work on the machine disturbs them alike.
template <std::size_t kCount>
std::array<double, kCount> median_microseconds(const std::array<std::function<void()>, kCount>& works) {
    std::array<std::vector<double>, kCount> times;
    for (std::size_t round = 0; round < kRounds; ++round) {
        for (std::size_t i = 0; i < kCount; ++i) {
            works[i]();
            const auto start = std::chrono::steady_clock::now();
            works[i]();
            const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
            times[i].push_back(taken.count());
        }
    }
    std::array<double, kCount> medians{};
    for (std::size_t i = 0; i < kCount; ++i) {
        std::nth_element(times[i].begin(), times[i].begin() + kRounds / 2, times[i].end());
        medians[i] = times[i][kRounds / 2];
    }
    return medians;
}

}  // namespace

int main() {
    const mono12p::Kernel& kernel = *mono12p::kernels().front();
    const std::uint8_t* packed = used_memory();
    std::uint8_t* destination = used_memory();
    std::printf("kernel %.*s, threshold %zu bytes\n", static_cast<int>(kernel.name.size()), kernel.name.data(),
                mono12p::streaming_threshold());
    std::printf("%9s | %9s %9s | %9s %9s   (us, median)\n", "MB in+out", "plain", "streaming", "plain", "streaming");
    std::printf("%9s | %19s | %19s\n", "", "unpacked", "unpacked and read");
    for (const double megabytes : {0.5, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 43.0, 64.0, 128.0}) {
        const auto pixels = static_cast<std::size_t>(megabytes * 1e6 / 3.5) / 128 * 128;
        const auto unpack = [&](Stores stores) { kernel.unpack_blocks(packed, destination, pixels, stores); };
        const auto unpack_and_read = [&](Stores stores) {
            unpack(stores);
            g_sum = std::accumulate(destination, destination + 2 * pixels, 0U);
        };
        const auto [plain, streaming, plain_read, streaming_read] = median_microseconds<4>({
            [&] { unpack(Stores::kPlain); },
            [&] { unpack(Stores::kStreaming); },
            [&] { unpack_and_read(Stores::kPlain); },
            [&] { unpack_and_read(Stores::kStreaming); },
        });
        std::printf("%9.1f | %9.1f %9.1f | %9.1f %9.1f\n", megabytes, plain, streaming, plain_read, streaming_read);
    }
}
