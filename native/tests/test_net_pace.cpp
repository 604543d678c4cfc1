// How long the receiving thread sleeps while a block comes in. The clock is invented.
#include <vector>

#include "check.hpp"
#include "net/pace.hpp"

using namespace std::chrono_literals;
using std::chrono::nanoseconds;
using vcxg::net::Pace;

namespace {

constexpr std::size_t kQueue = 32 << 20;
constexpr double kGigE = 0.123;  // bytes per ns
constexpr std::size_t kFullFrame = 18'432'000;
constexpr std::size_t kBlockEndAndMore = Pace::kBlockEnd + 10'000'000;

struct Arrival {
    nanoseconds at;
    std::size_t bytes;
};

// A block at a steady rate. The leader comes `ahead` of the first burst.
std::vector<Arrival> block(std::size_t size, std::size_t burst, double rate = kGigE, nanoseconds ahead = 5us) {
    std::vector<Arrival> found{{0ns, 36}};
    for (std::size_t sent = 0; sent < size; sent += burst) {
        const nanoseconds due(static_cast<std::int64_t>(static_cast<double>(sent) / rate));
        found.push_back({ahead + due, std::min(burst, size - sent)});
    }
    return found;
}

struct Outcome {
    int wake_ups = 0;
    nanoseconds late{};  // how long after the last arrival it was looked at
};

// The thread's loop: take what is there, sleep or wait for the next arrival.
Outcome receive(Pace& pace, const std::vector<Arrival>& arrivals, std::size_t size) {
    constexpr auto kTaking = 2us;
    const Pace::TimePoint begin{1h};
    Outcome outcome;
    nanoseconds now = arrivals.front().at;
    std::size_t outstanding = size;
    for (auto next = arrivals.begin(); next != arrivals.end();) {
        ++outcome.wake_ups;
        for (; next != arrivals.end() && next->at <= now; ++next) {
            outstanding -= next == arrivals.begin() ? 0 : next->bytes;
            outcome.late = now - next->at;
        }
        now += kTaking;
        if (const auto length = pace.sleep(outstanding, begin + now)) {
            now += *length;
        } else if (next != arrivals.end()) {
            now = std::max(now, next->at);
        }
    }
    CHECK(!pace.sleep(std::nullopt, begin + now));
    return outcome;
}

}  // namespace

TEST(a_leader_alone_says_nothing_about_the_rate) {
    Pace pace(kQueue);
    const Pace::TimePoint begin{1h};
    CHECK(!pace.sleep(460'800, begin));
    CHECK(!pace.sleep(460'800, begin + 300us));
    CHECK(!pace.sleep(400'000, begin + 20ms));  // the first data
    CHECK(pace.sleep(340'000, begin + 20'520us));
}

TEST(no_block_at_a_steady_rate_is_slept_past_its_end) {
    Pace pace(kQueue);
    for (const std::size_t size : {200'000u, 460'800u, 1'000'000u, 3'110'400u, 18'432'000u}) {
        for (const std::size_t burst : {1'500u, 9'000u, 65'000u}) {
            for (const double rate : {0.01, kGigE, 1.0}) {
                for (const nanoseconds ahead : {0us, 5us, 150us, 400us, 1000us}) {
                    const Outcome outcome = receive(pace, block(size, burst, rate, ahead), size);
                    CHECK(outcome.late <= 2us);
                }
            }
        }
    }
}

TEST(a_full_frame_at_the_links_rate_takes_few_wake_ups) {
    Pace pace(kQueue);
    const auto packets = block(kFullFrame, 9'000);
    CHECK(packets.size() > 2000);
    CHECK(receive(pace, packets, kFullFrame).wake_ups < 80);
}

TEST(a_sleep_is_shorter_than_what_the_queue_holds_at_ten_gigabit) {
    Pace pace(1 << 20);
    const Pace::TimePoint begin{1h};
    CHECK(!pace.sleep(kFullFrame, begin));
    CHECK(!pace.sleep(kFullFrame - 100'000, begin));
    const auto length = pace.sleep(kFullFrame - 200'000, begin + 1ms);
    CHECK(length && *length <= 420us);  // half a megabyte at 1.25 bytes per ns
}

TEST(a_sleep_in_which_nothing_came_is_no_measure) {
    Pace pace(kQueue);
    const Pace::TimePoint begin{1h};
    CHECK(!pace.sleep(kFullFrame, begin));
    CHECK(!pace.sleep(kFullFrame - 100'000, begin));
    CHECK(pace.sleep(kFullFrame - 200'000, begin + 1ms));
    CHECK(!pace.sleep(kFullFrame - 200'000, begin + 6ms));
    CHECK(!pace.sleep(kFullFrame - 300'000, begin + 60ms));
    const auto length = pace.sleep(kBlockEndAndMore, begin + 61ms);
    CHECK(length && *length < 1ms);
}
