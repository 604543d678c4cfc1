// The control channel against a small peer on a loopback address of its own.
#include "net/control_channel.hpp"

#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <optional>
#include <string>

#include "check.hpp"
#include "gige_peer.hpp"
#include "net/debugger.hpp"
#include "net/failure.hpp"

using namespace std::chrono_literals;
using namespace vcxg::net;
using vcxg::check::thrown_by;
using vcxg::test::eventually;
using vcxg::test::loopback;
using vcxg::test::Peer;
using vcxg::test::Request;
using Bytes = std::vector<std::byte>;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint32_t kCcp = 0x0A00;
constexpr std::uint16_t kReadRegister = 0x0080, kWriteRegister = 0x0082, kReadMemory = 0x0084, kWriteMemory = 0x0086;

ControlOptions quick(std::chrono::milliseconds heartbeat = 3000ms) {
    return {100ms, 3, heartbeat, heartbeat, std::nullopt};
}

bool mentions(const Failure& failure, const std::string& text) {
    return std::string(failure.what()).find(text) != std::string::npos;
}

}  // namespace

TEST(opening_takes_control_and_closing_releases_it) {
    Peer peer;
    {
        ControlChannel channel(loopback(), peer.address(), Access::control, quick());
        CHECK_EQ(peer.get(kCcp), 2u);
        CHECK_EQ(channel.device(), peer.address());
        CHECK_EQ(channel.access(), Access::control);
        CHECK(!channel.lost());
    }
    CHECK_EQ(peer.get(kCcp), 0u);
}

TEST(exclusive_access_is_written_as_1) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::exclusive, quick());
    CHECK_EQ(peer.get(kCcp), 1u);
}

TEST(read_only_access_writes_nothing) {
    Peer peer;
    {
        ControlChannel channel(loopback(), peer.address(), Access::read_only, quick());
        CHECK_EQ(channel.read_register(0x0938), 3000u);
    }
    for (const Request& request : peer.requests()) {
        CHECK(request.code == kReadRegister);
    }
}

TEST(a_single_register_is_one_round_trip_either_way) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.set(0xA000, 0x11223344);
    peer.forget_requests();
    Bytes out(4);
    channel.read(0xA000, out);
    CHECK(out == Bytes({std::byte{0x11}, std::byte{0x22}, std::byte{0x33}, std::byte{0x44}}));
    channel.write(0xA004, out);
    CHECK_EQ(peer.get(0xA004), 0x11223344u);
    CHECK_EQ(peer.count(kReadRegister, 0xA000), 1u);
    CHECK_EQ(peer.count(kWriteRegister, 0xA004), 1u);
    CHECK_EQ(peer.requests().size(), 2u);
}

TEST(long_unaligned_reads_are_widened_and_split) {
    Peer peer;
    for (std::uint32_t at = 0; at < 1200; at += 4) {
        peer.set(0xA000 + at, at * 0x01010101);
    }
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    Bytes out(1030);
    channel.read(0xA003, out);
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto at = static_cast<std::uint32_t>(i + 3);
        CHECK(out[i] == static_cast<std::byte>((at / 4 * 4 * 0x01010101) >> (24 - 8 * (at % 4))));
    }
    for (const Request& request : peer.requests()) {
        CHECK_EQ(request.code, kReadMemory);
        CHECK_EQ(request.address % 4, 0u);
        CHECK_EQ(request.value % 4, 0u);
        CHECK(request.value <= 512);
    }
    CHECK_EQ(peer.requests().size(), 3u);
}

TEST(long_writes_are_split) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    channel.write(0xA000, Bytes(600, std::byte{0x5A}));
    CHECK_EQ(peer.get(0xA000 + 596), 0x5A5A5A5Au);
    CHECK_EQ(peer.count(kWriteMemory, 0xA000), 1u);
    CHECK_EQ(peer.count(kWriteMemory, 0xA000 + 512), 1u);
}

TEST(a_device_without_writemem_gets_registers_one_by_one) {
    Peer peer;
    peer.set(0x0934, 0);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    channel.write(0xA000, Bytes(16, std::byte{0x5A}));
    CHECK_EQ(peer.get(0xA00C), 0x5A5A5A5Au);
    CHECK_EQ(peer.requests().size(), 4u);
    CHECK_EQ(peer.count(kWriteRegister, 0xA00C), 1u);
}

TEST(unaligned_writes_are_refused_before_anything_is_sent) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    CHECK_EQ(thrown_by<Failure>([&] { channel.write(0xA002, Bytes(4)); }).kind(), Failure::Kind::invalid);
    CHECK_EQ(thrown_by<Failure>([&] { channel.write(0xA000, Bytes(6)); }).kind(), Failure::Kind::invalid);
    CHECK_EQ(thrown_by<Failure>([&] { channel.write(0x1'0000'0000, Bytes(4)); }).kind(), Failure::Kind::invalid);
    CHECK(peer.requests().empty());
}

TEST(a_refusal_names_the_command_the_register_and_the_status) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    const auto failure = thrown_by<Failure>([&] { return channel.read_register(0xFFF0); });
    CHECK_EQ(failure.kind(), Failure::Kind::refused);
    CHECK_EQ(failure.gvcp_status(), 0x8003);
    CHECK(
        mentions(failure, "READREG 0x0000FFF0 refused by " + to_string(peer.address()) + ": INVALID_ADDRESS (0x8003)"));
}

TEST(control_held_elsewhere_is_access_denied_and_names_the_holder) {
    Peer peer;
    peer.set(0x0934, 0x08000002);
    peer.set(0x0A14, 0x0A000009);
    peer.script([](const Request& request, Peer::Answers& answers) {
        if (request.code != kWriteRegister) {
            return false;
        }
        answers = {Peer::acknowledge(0x8006, 0x0083, request.id)};
        return true;
    });
    const auto failure =
        thrown_by<Failure>([&] { ControlChannel(loopback(), peer.address(), Access::control, quick()); });
    CHECK_EQ(failure.kind(), Failure::Kind::access_denied);
    CHECK_EQ(failure.gvcp_status(), 0x8006);
    CHECK(mentions(failure, "WRITEREG 0x0A00 (CCP) = 0x00000002 refused by"));
    CHECK(mentions(failure, "ACCESS_DENIED (0x8006); 10.0.0.9 holds control: close it there or open read-only"));
}

TEST(exclusive_access_elsewhere_denies_even_reading_and_is_reported_alike) {
    Peer peer;
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8006, static_cast<std::uint16_t>(request.code + 1), request.id)};
        return true;
    });
    const auto failure =
        thrown_by<Failure>([&] { ControlChannel(loopback(), peer.address(), Access::control, quick()); });
    CHECK_EQ(failure.kind(), Failure::Kind::access_denied);
    CHECK(mentions(failure, "holds control: close it there or open read-only"));
}

TEST(a_device_that_does_not_answer_is_a_timeout_after_the_retries) {
    Peer peer;
    peer.silent = true;
    const auto begin = Clock::now();
    const auto failure =
        thrown_by<Failure>([&] { ControlChannel(loopback(), peer.address(), Access::control, quick()); });
    CHECK_EQ(failure.kind(), Failure::Kind::timeout);
    CHECK(mentions(failure, "after 3 transmissions, 100 ms each"));
    CHECK_EQ(peer.requests().size(), 3u);
    CHECK(Clock::now() - begin < 2s);
}

TEST(a_lost_datagram_is_repeated_under_the_same_id) {
    std::atomic<int> seen = 0;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    peer.script([&](const Request& request, Peer::Answers&) { return request.address == 0xA000 && ++seen == 1; });
    CHECK_EQ(channel.read_register(0xA000), 0u);
    const auto requests = peer.requests();
    CHECK_EQ(requests.size(), 2u);
    CHECK_EQ(requests.at(0).id, requests.at(1).id);
}

TEST(every_new_command_has_a_new_id) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.forget_requests();
    static_cast<void>(channel.read_register(0xA000));
    static_cast<void>(channel.read_register(0xA000));
    CHECK_EQ(peer.requests().at(1).id, peer.requests().at(0).id + 1);
}

TEST(a_memory_answer_without_the_address_is_understood) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.script([](const Request& request, Peer::Answers& answers) {
        if (request.code != kReadMemory) {
            return false;
        }
        answers = {Peer::acknowledge(0, 0x0085, request.id, {1, 2, 3, 4, 5, 6, 7, 8})};
        return true;
    });
    Bytes out(8);
    channel.read(0xA000, out);
    CHECK(out.at(0) == std::byte{1} && out.at(7) == std::byte{8});
}

TEST(an_answer_of_the_wrong_size_is_malformed) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0, static_cast<std::uint16_t>(request.code + 1), request.id, {1, 2, 3})};
        return request.address == 0xA000;
    });
    CHECK_EQ(thrown_by<Failure>([&] { return channel.read_register(0xA000); }).kind(), Failure::Kind::malformed);
    Bytes out(8);
    CHECK_EQ(thrown_by<Failure>([&] { channel.read(0xA000, out); }).kind(), Failure::Kind::malformed);
}

TEST(an_answer_from_elsewhere_is_not_taken) {
    const vcxg::test::Stranger stranger;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    peer.script([&](const Request& request, Peer::Answers& answers) {
        if (request.address != 0xA000) {
            return false;
        }
        const auto forged = Peer::acknowledge(0, 0x0081, request.id, {0xBA, 0xD0, 0xBA, 0xD0});
        ::sendto(stranger.handle(), forged.data(), forged.size(), 0, reinterpret_cast<const sockaddr*>(&request.sender),
                 sizeof request.sender);
        answers = {Peer::acknowledge(0, 0x0081, request.id, {0, 0, 0, 7})};
        return true;
    });
    CHECK_EQ(channel.read_register(0xA000), 7u);
}

TEST(the_heartbeat_timeout_is_agreed_and_kept_by_reading_ccp) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    CHECK_EQ(peer.get(0x0938), 600u);
    const auto begin = Clock::now();
    const auto before = peer.count(kReadRegister, kCcp);
    CHECK(eventually([&] { return peer.count(kReadRegister, kCcp) >= before + 4; }));
    CHECK(Clock::now() - begin >= 4 * 150ms - 150ms);
    CHECK(!channel.lost());
}

TEST(a_device_that_keeps_its_own_shorter_timeout_is_asked_often_enough) {
    Peer peer;
    peer.set(0x0938, 500);
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8004, 0x0083, request.id)};
        return request.code == kWriteRegister && request.address == 0x0938;
    });
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(60s));
    CHECK(eventually([&] { return peer.count(kReadRegister, kCcp) >= 2; }, 3s));
}

TEST(silence_is_told_as_loss_within_the_heartbeat_timeout) {
    std::atomic<int> told = 0;
    Peer peer;
    std::optional<ControlChannel> channel(std::in_place, loopback(), peer.address(), Access::control, quick(1000ms));
    channel->on_lost([&](const std::string&) { ++told; });
    peer.silent = true;
    const auto begin = Clock::now();
    CHECK(eventually([&] { return told == 1; }));
    CHECK(Clock::now() - begin < 1500ms);
    CHECK(channel->lost());
    const auto call = Clock::now();
    const auto failure = thrown_by<Failure>([&] { return channel->read_register(0xA000); });
    CHECK_EQ(failure.kind(), Failure::Kind::lost);
    CHECK(mentions(failure, "nothing was answered for the heartbeat timeout of 1000 ms"));
    channel.reset();
    CHECK(Clock::now() - call < 100ms);
    CHECK_EQ(told, 1);
}

TEST(a_command_under_way_ends_with_the_loss) {
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, {300ms, 50, 1000ms});
    peer.silent = true;
    CHECK_EQ(thrown_by<Failure>([&] { return channel.read_register(0xA000); }).kind(), Failure::Kind::lost);
}

TEST(control_that_the_device_took_back_is_lost) {
    std::atomic<bool> told = false;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    channel.on_lost([&](const std::string&) { told = true; });
    peer.set(kCcp, 0);
    CHECK(eventually([&] { return told.load(); }));
    CHECK_EQ(thrown_by<Failure>([&] { return channel.read_register(0xA000); }).kind(), Failure::Kind::lost);
}

TEST(a_callback_that_comes_after_the_loss_is_called_too) {
    std::atomic<bool> told = false;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    peer.set(kCcp, 0);
    CHECK(eventually([&] { return channel.lost(); }));
    channel.on_lost([&](const std::string&) { told = true; });
    CHECK(eventually([&] { return told.load(); }));
}

TEST(a_callback_taken_away_is_not_called) {
    std::atomic<bool> told = false;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    channel.on_lost([&](const std::string&) { told = true; });
    channel.on_lost({});
    peer.set(kCcp, 0);
    CHECK(eventually([&] { return channel.lost(); }));
    CHECK(!told);
}

TEST(a_device_that_asks_for_patience_is_not_lost) {
    std::atomic<int> seen = 0;
    Peer peer;
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    peer.script([&](const Request& request, Peer::Answers& answers) {
        if (request.address != 0xA000) {
            return false;
        }
        switch (++seen) {
            case 1:
                break;  // lost
            case 2:
                answers = {Peer::acknowledge(0, 0x0089, request.id, {0, 0, 0x05, 0xDC})};
                break;  // 1500 ms
            default:
                answers = {Peer::acknowledge(0, 0x0081, request.id, {0, 0, 0, 9})};
        }
        return true;
    });
    const auto begin = Clock::now();
    CHECK_EQ(channel.read_register(0xA000), 9u);
    CHECK(Clock::now() - begin >= 1500ms);
    CHECK(!channel.lost());
}

TEST(a_failure_after_control_was_taken_gives_it_back) {
    Peer peer;
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0, 0x0081, request.id)};  // without a value
        return request.code == kReadRegister && request.address == 0x0938;
    });
    const auto failure =
        thrown_by<Failure>([&] { ControlChannel(loopback(), peer.address(), Access::control, quick()); });
    CHECK_EQ(failure.kind(), Failure::Kind::malformed);
    CHECK_EQ(peer.count(kWriteRegister, kCcp), 2u);
    CHECK_EQ(peer.get(kCcp), 0u);
}

TEST(commands_from_several_threads_do_not_mix) {
    Peer peer;
    peer.set(0xA000, 1);
    peer.set(0xA004, 2);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    std::atomic<int> wrong = 0;
    const auto reader = [&](std::uint32_t at, std::uint32_t value) {
        for (int i = 0; i < 200; ++i) {
            wrong += channel.read_register(at) == value ? 0 : 1;
        }
    };
    std::thread one(reader, 0xA000, 1);
    std::thread two(reader, 0xA004, 2);
    one.join();
    two.join();
    CHECK_EQ(wrong, 0);
}

TEST(the_timestamp_frequency_has_64_bits) {
    Peer peer;
    peer.set(0x093C, 1);
    ControlChannel channel(loopback(), peer.address(), Access::read_only, quick());
    CHECK_EQ(channel.timestamp_frequency(), 0x1'0000'0000u + 1'000'000'000u);
}

TEST(the_device_may_be_told_to_be_more_patient_than_this_side) {
    Peer peer;
    ControlOptions options = quick(1000ms);
    options.device_timeout = 300'000ms;
    ControlChannel channel(loopback(), peer.address(), Access::control, options);
    CHECK_EQ(peer.get(0x0938), 300'000u);
    peer.silent = true;
    CHECK(eventually([&] { return channel.lost(); }, 3s));
}

TEST(a_device_that_can_is_asked_never_to_forget_this_application) {
    Peer peer;
    peer.set(0x0934, 0x20000002);
    peer.set(0x0954, 0x00000004);  // extended status codes: somebody else's
    ControlOptions options = quick();
    options.device_timeout = std::nullopt;
    {
        ControlChannel channel(loopback(), peer.address(), Access::control, options);
        CHECK_EQ(peer.get(0x0954), 0x00000005u);
        CHECK_EQ(peer.get(0x0938), 3000u);
    }
    CHECK_EQ(peer.get(0x0954), 0x00000004u);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    CHECK_EQ(peer.get(0x0954), 0x00000004u);
}

TEST(a_heartbeat_that_somebody_left_off_is_on_again) {
    Peer peer;
    peer.set(0x0934, 0x20000002);
    peer.set(0x0954, 0x00000001);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    CHECK_EQ(peer.get(0x0954), 0u);
}

TEST(a_device_that_cannot_forget_nobody_gets_a_very_long_timeout) {
    Peer peer;
    ControlOptions options = quick();
    options.device_timeout = std::nullopt;
    ControlChannel channel(loopback(), peer.address(), Access::control, options);
    CHECK_EQ(peer.get(0x0938), 86'400'000u);
    CHECK_EQ(peer.count(kWriteRegister, 0x0954), 0u);
}

TEST(a_device_that_knows_pending_acknowledges_is_allowed_to_send_them) {
    Peer peer;
    peer.set(0x0934, 0x00000022);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    CHECK_EQ(peer.get(0x0954), 0x00000002u);
}

namespace {

constexpr std::uint32_t kSwitchoverKey = 0x095C, kPrimaryPort = 0x0A04, kPrimaryIp = 0x0A14;

// Devices with control switchover tell who holds control.
void offer_switchover(Peer& peer) {
    peer.set(0x0934, 0x08200002);
    peer.set(kPrimaryIp, 0x7F000001);
    peer.script([&peer](const Request& request, Peer::Answers&) {
        if (request.code == kWriteRegister && request.address == kCcp)
            peer.set(kPrimaryPort, ntohs(request.sender.sin_port));
        return false;
    });
}

ControlOptions with_key(std::uint16_t key) {
    ControlOptions options = quick(600ms);
    options.switchover_key = key;
    return options;
}

}  // namespace

TEST(without_a_key_control_is_never_let_go_of) {
    Peer peer;
    offer_switchover(peer);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick());
    CHECK_EQ(peer.get(kCcp), 2u);
    CHECK_EQ(peer.count(kWriteRegister, kSwitchoverKey), 0u);
}

TEST(with_a_key_the_key_is_set_before_switchover_is_allowed) {
    Peer peer;
    offer_switchover(peer);
    ControlChannel channel(loopback(), peer.address(), Access::control, with_key(0x1234));
    std::vector<std::uint64_t> written;
    for (const Request& request : peer.requests()) {
        if (request.code == kWriteRegister && request.address >= kSwitchoverKey) {
            written.push_back(std::uint64_t{request.address} << 32 | request.value);
        }
    }
    CHECK(written == std::vector<std::uint64_t>({0x0A00'0000'0002, 0x095C'0000'1234, 0x0A00'0000'0006}));
    CHECK_EQ(peer.get(kCcp), 6u);
    const auto before = peer.count(kReadRegister, kPrimaryPort);
    CHECK(eventually([&] { return peer.count(kReadRegister, kPrimaryPort) >= before + 2; }));
    CHECK(!channel.lost());
}

TEST(with_the_key_control_is_taken_from_its_holder) {
    Peer peer;
    peer.set(0x0934, 0x08200002);
    peer.set(kPrimaryIp, 0x7F000001);
    std::atomic<bool> taken = false;
    peer.script([&](const Request& request, Peer::Answers& answers) {
        if (request.code == kWriteRegister && request.address == kCcp && !taken) {
            taken = request.value == 0x12340002;
            peer.set(kPrimaryPort, ntohs(request.sender.sin_port));
            answers = {Peer::acknowledge(taken ? 0 : 0x8006, 0x0083, request.id)};
            return true;
        }
        return false;
    });
    ControlChannel channel(loopback(), peer.address(), Access::control, with_key(0x1234));
    CHECK(taken);
    CHECK(!channel.lost());
}

TEST(who_loses_control_to_the_key_is_told) {
    Peer peer;
    offer_switchover(peer);
    ControlChannel channel(loopback(), peer.address(), Access::control, with_key(0x1234));
    peer.set(kPrimaryPort, peer.get(kPrimaryPort) ^ 1);  // CCP reads the same
    CHECK(eventually([&] { return channel.lost(); }, 3s));
    CHECK(mentions(thrown_by<Failure>([&] { return channel.read_register(0xA000); }), "with the switchover key"));
}

TEST(who_loses_control_to_another_application_is_told) {
    Peer peer;
    offer_switchover(peer);
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    peer.set(kPrimaryIp, 0xC0000201);               // CCP reads the same
    const auto read_on = [&] {                      // a consumer whose own commands are answered all the time
        return channel.read_register(0xA000) != 0;  // 0 in the rig
    };
    CHECK(mentions(thrown_by<Failure>([&] { return eventually(read_on, 3s); }), "another application"));
}

TEST(a_device_that_sees_this_application_at_another_address_keeps_it) {
    Peer peer;
    offer_switchover(peer);
    peer.set(kPrimaryIp, 0xC0000201);  // as behind address translation
    ControlChannel channel(loopback(), peer.address(), Access::control, quick(600ms));
    const auto before = peer.count(kReadRegister, kCcp);
    CHECK(eventually([&] { return peer.count(kReadRegister, kCcp) >= before + 3; }));
    CHECK(!channel.lost());
}

TEST(a_key_for_a_device_without_switchover_is_refused) {
    Peer peer;
    const auto failure =
        thrown_by<Failure>([&] { ControlChannel(loopback(), peer.address(), Access::control, with_key(1)); });
    CHECK_EQ(failure.kind(), Failure::Kind::invalid);
    CHECK(mentions(failure, "offers no control switchover"));
    CHECK_EQ(peer.get(kCcp), 0u);
}

TEST(the_environment_sets_the_device_s_patience_and_the_key) {
    ::unsetenv("VCXG124M_HEARTBEAT_TIMEOUT");
    ::unsetenv("VCXG124M_CONTROL_SWITCHOVER_KEY");
    CHECK(!control_options_from_environment().switchover_key);
    ::setenv("VCXG124M_HEARTBEAT_TIMEOUT", "60000", 1);
    ::setenv("VCXG124M_CONTROL_SWITCHOVER_KEY", "4660", 1);
    CHECK(control_options_from_environment().device_timeout == 60'000ms);
    CHECK(control_options_from_environment().heartbeat_timeout == 3000ms);
    CHECK(control_options_from_environment().switchover_key == 0x1234);
    ::setenv("VCXG124M_HEARTBEAT_TIMEOUT", "600", 1);
    CHECK(control_options_from_environment().heartbeat_timeout == 600ms);
    ::setenv("VCXG124M_HEARTBEAT_TIMEOUT", "off", 1);
    CHECK(!control_options_from_environment().device_timeout);
    ::setenv("VCXG124M_HEARTBEAT_TIMEOUT", "3 s", 1);
    CHECK(mentions(thrown_by<Failure>([] { return control_options_from_environment(); }),
                   "VCXG124M_HEARTBEAT_TIMEOUT=3 s is not understood: a whole number from 500 to"));
    ::unsetenv("VCXG124M_HEARTBEAT_TIMEOUT");
    ::setenv("VCXG124M_CONTROL_SWITCHOVER_KEY", "65536", 1);
    CHECK_EQ(thrown_by<Failure>([] { return control_options_from_environment(); }).kind(), Failure::Kind::invalid);
    ::unsetenv("VCXG124M_CONTROL_SWITCHOVER_KEY");
}

TEST(a_traced_process_knows_that_a_debugger_holds_it) {
    const auto exit_code_of_child = [](bool traced) {
        const pid_t child = ::fork();
        if (child == 0) {
            if (traced) ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
            ::_exit(debugger_attached() ? 7 : 3);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WEXITSTATUS(status);
    };
    CHECK_EQ(exit_code_of_child(true), 7);
    CHECK_EQ(exit_code_of_child(false), 3);
}
