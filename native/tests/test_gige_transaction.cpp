// One command's life with an invented clock.
#include <chrono>
#include <optional>
#include <vector>

#include "check.hpp"
#include "gige/transaction.hpp"

namespace gvcp = vcxg::gige::gvcp;
using namespace std::chrono_literals;
using State = gvcp::Transaction::State;
using Bytes = std::vector<std::byte>;

namespace {

constexpr gvcp::TimePoint kStart{std::chrono::hours(1)};
constexpr gvcp::RetryPolicy kPolicy{300ms, 4};

Bytes bytes(std::initializer_list<int> values) {
    Bytes result;
    for (const int value : values) {
        result.push_back(static_cast<std::byte>(value));
    }
    return result;
}

// Acknowledge of READREG with value 2.
Bytes answer(std::uint16_t id) {
    return bytes({0, 0, 0, 0x81, 0, 4, id >> 8, id & 0xFF, 0, 0, 0, 2});
}
Bytes busy(std::uint16_t id) {
    return bytes({0x80, 0x07, 0, 0x81, 0, 0, id >> 8, id & 0xFF});
}
Bytes pending(std::uint16_t id, int ms) {
    return bytes({0, 0, 0, 0x89, 0, 4, id >> 8, id & 0xFF, 0, 0, ms >> 8, ms & 0xFF});
}

std::uint16_t id_of(const gvcp::Transaction& transaction) {
    return vcxg::gige::get_be<std::uint16_t>(transaction.datagram(), 6);
}

struct Rig {
    gvcp::RequestIds ids;
    gvcp::Transaction transaction{ids, gvcp::read_register(0, 0x0A00), kPolicy};
};

}  // namespace

TEST(request_ids_run_from_1_to_65535_and_never_are_0) {
    gvcp::RequestIds ids;
    CHECK_EQ(ids.next(), 1);
    std::uint16_t last = 1;
    while (last != 0xFFFF) {
        const auto next = ids.next();
        CHECK_EQ(next, last + 1);
        last = next;
    }
    CHECK_EQ(ids.next(), 1);
}

TEST(an_answer_ends_the_command) {
    Rig rig;
    CHECK_EQ(rig.transaction.state(), State::sending);
    rig.transaction.sent(kStart);
    CHECK_EQ(rig.transaction.state(), State::waiting);
    CHECK(rig.transaction.deadline() == kStart + 300ms);
    const Bytes datagram = answer(1);
    CHECK(rig.transaction.handle_datagram(datagram, kStart + 1ms));
    CHECK_EQ(rig.transaction.state(), State::answered);
    CHECK_EQ(gvcp::register_value(rig.transaction.acknowledge()).value(), 2u);
}

TEST(a_retransmission_keeps_the_id_and_four_without_an_answer_are_the_end) {
    Rig rig;
    auto now = kStart;
    for (int transmission = 1; transmission <= 4; ++transmission) {
        CHECK_EQ(rig.transaction.state(), State::sending);
        CHECK_EQ(id_of(rig.transaction), 1);
        rig.transaction.sent(now);
        rig.transaction.handle_timer(now + 299ms);
        CHECK_EQ(rig.transaction.state(), State::waiting);
        now += 300ms;
        rig.transaction.handle_timer(now);
    }
    CHECK_EQ(rig.transaction.state(), State::timed_out);
    CHECK_EQ(rig.transaction.transmissions(), 4u);
}

TEST(answers_to_other_commands_are_ignored) {
    Rig rig;
    rig.transaction.sent(kStart);
    CHECK(!rig.transaction.handle_datagram(answer(2), kStart));                           // another id
    CHECK(!rig.transaction.handle_datagram(bytes({0, 0, 0, 0x83, 0, 0, 0, 1}), kStart));  // another code
    CHECK(!rig.transaction.handle_datagram(bytes({0, 0, 0, 0x81, 0, 4, 0}), kStart));     // too short
    CHECK(!rig.transaction.handle_datagram({}, kStart));
    CHECK_EQ(rig.transaction.state(), State::waiting);
}

TEST(a_pending_acknowledge_extends_the_wait_within_bounds) {
    Rig rig;
    rig.transaction.sent(kStart);
    CHECK(rig.transaction.handle_datagram(pending(1, 2000), kStart));
    CHECK(rig.transaction.deadline() == kStart + 2000ms);
    CHECK(rig.transaction.handle_datagram(pending(1, 1), kStart));
    CHECK(rig.transaction.deadline() == kStart + 500ms);
    CHECK(rig.transaction.handle_datagram(pending(1, 60000), kStart));
    CHECK(rig.transaction.deadline() == kStart + 10s);
    CHECK(rig.transaction.pending_until() == kStart + 10s);
    CHECK(rig.transaction.handle_datagram(answer(1), kStart + 9s));
    CHECK_EQ(rig.transaction.state(), State::answered);
    CHECK_EQ(rig.transaction.transmissions(), 1u);
}

TEST(a_device_that_is_pending_for_ever_is_not_waited_for) {
    Rig rig;
    rig.transaction.sent(kStart);
    auto now = kStart;
    for (int i = 0; i < 150; ++i) {
        now += 1ms;
        CHECK(rig.transaction.handle_datagram(pending(1, 500), now));
    }
    CHECK(rig.transaction.deadline() == kStart + 100ms + 500ms);  // the hundredth was the last that counted
}

TEST(busy_is_asked_again_later_under_a_new_id) {
    Rig rig;
    rig.transaction.sent(kStart);
    CHECK(rig.transaction.handle_datagram(busy(1), kStart));
    CHECK_EQ(rig.transaction.state(), State::waiting);
    CHECK(rig.transaction.deadline() == kStart + 20ms);
    CHECK(!rig.transaction.handle_datagram(answer(1), kStart + 1ms));  // its answer was BUSY
    rig.transaction.handle_timer(kStart + 20ms);
    CHECK_EQ(rig.transaction.state(), State::sending);
    CHECK_EQ(id_of(rig.transaction), 2);
    rig.transaction.sent(kStart + 20ms);
    CHECK(rig.transaction.handle_datagram(busy(2), kStart + 20ms));
    CHECK(rig.transaction.deadline() == kStart + 60ms);
    rig.transaction.handle_timer(kStart + 60ms);
    rig.transaction.sent(kStart + 60ms);
    CHECK(rig.transaction.handle_datagram(answer(3), kStart + 61ms));
    CHECK_EQ(rig.transaction.state(), State::answered);
}

TEST(a_device_that_stays_busy_gets_its_answer_reported) {
    Rig rig;
    auto now = kStart;
    int asked = 0;
    while (rig.transaction.state() == State::sending && asked < 100) {
        ++asked;
        rig.transaction.sent(now);
        rig.transaction.handle_datagram(busy(id_of(rig.transaction)), now);
        now = rig.transaction.deadline();
        rig.transaction.handle_timer(now);
    }
    CHECK_EQ(rig.transaction.state(), State::answered);
    CHECK_EQ(rig.transaction.acknowledge().status, 0x8007);
    CHECK_EQ(asked, 8);
}
