// How long a thread may sleep while a block comes in, so that one wake-up finds many packets. Computes only: time is an argument.
//
// At GigE rate the cost of receiving is the wake-ups. But who sleeps at the end of a block delivers late, so the last part of it
// (1 ms at GigE rate) is waited for packet by packet.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace vcxg::net {

class Pace {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    static constexpr std::size_t kBlockEnd = 128 * 1024;

    // Never sleeps longer than half of `queue_size` lasts at 10 Gbit/s.
    explicit Pace(std::size_t queue_size) noexcept
        : longest_(std::min(Duration(std::chrono::milliseconds(5)),
                            Duration(static_cast<double>(queue_size / 2) / kFastest))) {}

    // `outstanding`: bytes of the newest block that are still to come, where there is one. None when sleeping is not worth it, or
    // when the rate is not known: it is measured from data to data, because a leader may come long before.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> sleep(std::optional<std::size_t> outstanding,
                                                                TimePoint now) noexcept {
        const bool is_new = !outstanding || *outstanding > left_;
        const bool came = !is_new && *outstanding < left_;
        left_ = outstanding.value_or(0);
        if (is_new) {
            measures_ = false;
        } else if (!measures_ && came) {
            measure_from(now);
        }
        if (!measures_) {
            return std::nullopt;
        }
        const Duration elapsed = now - since_;
        if (elapsed < kShortest || left_ <= kBlockEnd) {
            return std::nullopt;
        }
        if (left_ == from_) {  // a pause, which the next data end
            measures_ = false;
            return std::nullopt;
        }
        const double rate = static_cast<double>(from_ - left_) / elapsed.count();
        // Half of the way, then it is measured again: of a sender's bursts a sleep sees one more or one less.
        const Duration half(static_cast<double>(left_ - kBlockEnd) / rate / 2);
        const Duration length = std::min(half, longest_);
        if (length < kShortest) {
            return std::nullopt;
        }
        measure_from(now);
        return std::chrono::duration_cast<std::chrono::nanoseconds>(length);
    }

private:
    using Duration = std::chrono::duration<double, std::nano>;

    void measure_from(TimePoint now) noexcept {
        measures_ = true;
        since_ = now;
        from_ = left_;
    }

    static constexpr double kFastest = 1.25;  // bytes per ns
    static constexpr Duration kShortest{
        std::chrono::microseconds(200)};  // of a sleep, and of what a rate is taken from

    Duration longest_;
    std::size_t left_ = 0;
    bool measures_ = false;
    std::size_t from_ = 0;  // what was left at `since_`
    TimePoint since_{};
};

}  // namespace vcxg::net
