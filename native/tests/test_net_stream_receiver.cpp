// The stream receiver against a small peer that sends packets by hand: from the socket to the consumer's buffer.
#include "net/stream_receiver.hpp"

#include <netinet/udp.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "check.hpp"
#include "gige_peer.hpp"
#include "net/failure.hpp"

using namespace std::chrono_literals;
using namespace vcxg::net;
using vcxg::check::thrown_by;
using vcxg::gige::FrameResult;
using vcxg::gige::FrameSink;
using vcxg::gige::StreamStatistics;
using vcxg::gige::Target;
using vcxg::test::eventually;
using vcxg::test::loopback;
using vcxg::test::Peer;
using vcxg::test::put_word;
using vcxg::test::Request;
using vcxg::test::Wire;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint32_t kScp = 0x0D00, kScps = 0x0D04, kScda = 0x0D18;
constexpr std::size_t kPayload = 5000;  // 50 x 100 Mono8

Wire header(std::uint16_t block, std::uint8_t format, std::uint32_t packet) {
    Wire wire(8);
    put_word(wire, 0, block);
    put_word(wire, 4, std::uint32_t{format} << 24 | packet);
    return wire;
}

// A block of kPayload bytes as packets of the size, each byte the low byte of its offset plus the block's id.
std::vector<Wire> block_packets(std::uint16_t block, std::size_t packet_size) {
    Wire leader = header(block, 1, 0);
    leader.resize(44);
    put_word(leader, 8, 0x0001);
    put_word(leader, 16, block);
    put_word(leader, 20, 0x01080001);
    put_word(leader, 24, 50);
    put_word(leader, 28, 100);
    std::vector<Wire> packets{leader};
    const std::size_t data = packet_size - 36;
    for (std::size_t at = 0; at < kPayload; at += data) {
        Wire one = header(block, 3, static_cast<std::uint32_t>(packets.size()));
        for (std::size_t i = at; i < std::min(at + data, kPayload); ++i) {
            one.push_back(static_cast<std::uint8_t>(i + block));
        }
        packets.push_back(one);
    }
    Wire trailer = header(block, 2, static_cast<std::uint32_t>(packets.size()));
    trailer.resize(16);
    put_word(trailer, 8, 0x0001);
    put_word(trailer, 12, 100);
    packets.push_back(trailer);
    return packets;
}

class Sink final : public FrameSink {
public:
    explicit Sink(std::size_t count) : memory_(count, std::vector<std::byte>(kPayload)) {
        for (auto& one : memory_) {
            free_.push_back({one.data(), one.size(), nullptr});
        }
    }
    std::optional<Target> acquire() noexcept override {
        const std::lock_guard lock(mutex_);
        if (free_.empty()) {
            return std::nullopt;
        }
        const Target target = free_.front();
        free_.pop_front();
        return target;
    }
    void deliver(const Target& target, const FrameResult& result) noexcept override {
        if (on_delivery) {
            on_delivery();
        }
        const std::lock_guard lock(mutex_);
        bool right = true;
        for (std::size_t i = 0; i < kPayload; ++i) {
            right = right && target.data[i] == static_cast<std::byte>(i + result.block_id);
        }
        wrong_ += result.complete && !right ? 1 : 0;
        results_.push_back(result);
        free_.push_back(target);
    }
    void give_back(const Target& target) noexcept override {
        const std::lock_guard lock(mutex_);
        ++given_back_;
        free_.push_back(target);
    }
    [[nodiscard]] std::vector<FrameResult> results() const {
        const std::lock_guard lock(mutex_);
        return results_;
    }
    [[nodiscard]] std::size_t count() const { return results().size(); }
    [[nodiscard]] int wrong() const {
        const std::lock_guard lock(mutex_);
        return wrong_;
    }
    [[nodiscard]] int given_back() const {
        const std::lock_guard lock(mutex_);
        return given_back_;
    }

    std::function<void()> on_delivery;

private:
    mutable std::mutex mutex_;
    std::vector<std::vector<std::byte>> memory_;
    std::deque<Target> free_;
    std::vector<FrameResult> results_;
    int wrong_ = 0;
    int given_back_ = 0;
};

struct Rig {
    Sink sink{8};
    Peer peer;
    std::optional<ControlChannel> control;
    std::optional<StreamReceiver> receiver;

    explicit Rig(Access access = Access::control) : access_(access) {}
    void open(const Interface& on = loopback(), StreamOptions options = {}) {
        control.emplace(on, peer.address(), access_, ControlOptions{100ms, 3, 3000ms});
        receiver.emplace(*control, options);
    }
    void start() { receiver->start(sink, kPayload); }
    void send_block(std::uint16_t block) {
        for (const Wire& packet : block_packets(block, receiver->packet_size())) {
            peer.stream(packet);
        }
    }

private:
    Access access_;
};

}  // namespace

TEST(the_largest_packet_size_that_arrives_is_settled) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    const auto begin = Clock::now();
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 9000);
    CHECK(rig.receiver->packet_size_negotiated());
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 9000u);
    CHECK_EQ(rig.peer.get(kScp), 0u);
    CHECK(Clock::now() - begin < 1s);
    for (const Request& request : rig.peer.requests()) {
        if (request.code == 0x0082 && request.address == kScps && (request.value & 0x80000000) != 0) {
            CHECK_EQ(request.value & 0x40000000, 0x40000000u);  // a fragmented test packet would prove nothing
        }
    }
}

TEST(a_path_that_carries_less_gets_what_it_carries) {
    Rig rig;
    rig.peer.test_packet_limit = 4000;
    rig.open();
    CHECK(rig.receiver->packet_size() <= 4000 && rig.receiver->packet_size() > 3980);
    CHECK(rig.receiver->packet_size_negotiated());
    CHECK_EQ(rig.peer.get(kScps) & 0xFFFF, rig.receiver->packet_size());
}

TEST(a_device_that_clamps_is_taken_at_its_word) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.peer.packet_size_max = 8228;
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 8228);
    CHECK(rig.receiver->packet_size_negotiated());
}

TEST(a_device_without_test_packets_keeps_its_packet_size) {
    Rig rig;
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 576);
    CHECK(!rig.receiver->packet_size_negotiated());
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 576u);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(the_interface_and_the_options_bound_the_packet_size) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    Interface narrow = loopback();
    narrow.mtu = 1500;
    rig.open(narrow);
    CHECK_EQ(rig.receiver->packet_size(), 1500);
    Rig other;
    other.peer.test_packet_limit = 9000;
    other.open(loopback(), {.packet_size_max = 3000});
    CHECK_EQ(other.receiver->packet_size(), 3000);
}

TEST(a_device_that_refuses_a_new_packet_size_keeps_the_old_one) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8006, 0x0083, request.id)};
        return request.code == 0x0082 && request.address == kScps;
    });
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 576);
    CHECK(!rig.receiver->packet_size_negotiated());
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(a_negotiation_that_fails_leaves_no_probe_behind) {
    std::atomic<int> reads = 0;
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.peer.script([&](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0, 0x0081, request.id)};  // without a value
        return request.code == 0x0080 && request.address == kScps && ++reads == 2;
    });
    CHECK_EQ(thrown_by<Failure>([&] { rig.open(); }).kind(), Failure::Kind::malformed);
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 576u);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(with_read_only_access_nothing_is_written) {
    Rig rig(Access::read_only);
    rig.peer.test_packet_limit = 9000;
    rig.open();
    rig.start();
    rig.receiver->stop();
    CHECK_EQ(rig.receiver->packet_size(), 576);
    CHECK(!rig.receiver->packet_size_negotiated());
    for (const Request& request : rig.peer.requests()) {
        CHECK_EQ(request.code, 0x0080);
    }
}

TEST(blocks_arrive_whole_and_in_order_and_are_counted_by_then) {
    std::atomic<int> uncounted = 0;
    std::uint64_t expected = 0;
    Rig rig;
    rig.open();
    rig.sink.on_delivery = [&] { uncounted += rig.receiver->statistics().blocks_complete == ++expected ? 0 : 1; };
    rig.start();
    CHECK_EQ(rig.peer.get(kScda), 0x7F000001u);
    CHECK_EQ(rig.peer.get(kScp), rig.receiver->host_port());
    for (std::uint16_t block = 1; block <= 50; ++block) {
        rig.send_block(block);
        if (block % 5 == 0) {  // no more at once than the smallest queue holds
            CHECK(eventually([&] { return rig.sink.count() == block; }));
        }
    }
    const auto results = rig.sink.results();
    for (std::size_t i = 0; i < results.size(); ++i) {
        CHECK(results[i].complete);
        CHECK_EQ(results[i].block_id, i + 1);
    }
    CHECK_EQ(rig.sink.wrong(), 0);
    CHECK_EQ(uncounted, 0);
    rig.receiver->stop();
    CHECK_EQ(rig.receiver->statistics().bytes_received, 50 * kPayload);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(packets_that_the_system_hands_over_as_one_are_taken_apart) {
    Rig rig;
    rig.peer.set(0x092C, 0);  // the device does not tell its stream port: the first one seen is it
    rig.open();
    rig.start();
    const auto packets = block_packets(1, rig.receiver->packet_size());
    const vcxg::test::Stranger sender(rig.peer.address());
    const int segment = static_cast<int>(rig.receiver->packet_size()) - 28;
    rig.peer.send_stream(sender.handle(), packets.front());
    CHECK_EQ(::setsockopt(sender.handle(), IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
    Wire burst;
    for (std::size_t i = 1; i + 1 < packets.size(); ++i) {
        burst.insert(burst.end(), packets[i].begin(), packets[i].end());
    }
    rig.peer.send_stream(sender.handle(), burst);
    rig.peer.send_stream(sender.handle(), packets.back());
    CHECK(eventually([&] { return rig.sink.count() == 1; }));
    CHECK(rig.sink.results().at(0).complete);
    CHECK_EQ(rig.sink.wrong(), 0);
    CHECK_EQ(rig.receiver->statistics().packets_received, packets.size());
}

TEST(packets_of_strangers_are_dropped_and_counted) {
    Rig rig;
    rig.open();
    rig.start();
    const vcxg::test::Stranger stranger;  // 127.0.0.1
    const vcxg::test::Stranger other_port(rig.peer.address());
    for (const Wire& packet : block_packets(9, rig.receiver->packet_size())) {
        rig.peer.send_stream(stranger.handle(), packet);
        rig.peer.send_stream(other_port.handle(), packet);
    }
    rig.peer.send_stream(stranger.handle(), {});
    rig.send_block(1);
    CHECK(eventually([&] { return rig.sink.count() == 1; }));
    CHECK_EQ(rig.sink.results().at(0).block_id, 1u);
    CHECK_EQ(rig.receiver->statistics().packets_foreign, 2 * block_packets(9, 576).size() + 1);
}

TEST(a_lost_packet_is_reported_and_the_next_block_is_whole) {
    Rig rig;
    rig.open();
    rig.start();
    auto packets = block_packets(1, rig.receiver->packet_size());
    packets.erase(packets.begin() + 3);
    for (const Wire& packet : packets) {
        rig.peer.stream(packet);
    }
    rig.send_block(2);
    CHECK(eventually([&] { return rig.sink.count() == 2; }));
    const auto results = rig.sink.results();
    CHECK(!results.at(0).complete);
    CHECK(results.at(0).missing == std::vector<vcxg::gige::PacketRange>({{3, 3}}));
    CHECK(results.at(1).complete);
}

TEST(stopping_gives_the_open_buffer_back_and_starting_again_begins_at_zero) {
    Rig rig;
    rig.open();
    rig.start();
    rig.send_block(1);
    rig.peer.stream(block_packets(2, rig.receiver->packet_size()).front());
    CHECK(eventually([&] { return rig.receiver->statistics().packets_received == 13; }));
    const auto begin = Clock::now();
    rig.receiver->stop();
    rig.receiver->stop();
    CHECK(Clock::now() - begin < 1s);
    CHECK_EQ(rig.sink.given_back(), 1);
    CHECK_EQ(rig.receiver->statistics().blocks_complete, 1u);
    rig.start();
    CHECK_EQ(rig.receiver->statistics().packets_received, 0u);
    rig.send_block(1);
    CHECK(eventually([&] { return rig.sink.count() == 2; }));
    CHECK_EQ(rig.receiver->statistics().sequence_restarts, 0u);
}

TEST(the_packet_size_that_is_in_force_at_the_start_counts) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.open();
    rig.control->write_register(kScps, 0x40000000 | 1500);
    rig.start();
    CHECK_EQ(rig.receiver->packet_size(), 1500);
    CHECK(!rig.receiver->packet_size_negotiated());
    rig.send_block(1);
    CHECK(eventually([&] { return rig.sink.count() == 1; }));
    CHECK(rig.sink.results().at(0).complete);
}

TEST(starting_twice_is_refused) {
    Rig rig;
    rig.open();
    rig.start();
    CHECK_EQ(thrown_by<Failure>([&] { rig.start(); }).kind(), Failure::Kind::invalid);
}

TEST(something_goes_out_to_the_stream_port_so_that_firewalls_let_the_stream_in) {
    Rig rig;
    rig.open();
    rig.start();
    CHECK(rig.peer.something_came_to_the_stream_port());
}

TEST(a_full_queue_is_counted_apart_from_the_network) {
    std::atomic<bool> go_on = false;
    Rig rig;
    rig.open(loopback(), {.socket_buffer = 16384});
    CHECK(rig.receiver->socket_buffer() < 1'000'000);
    rig.sink.on_delivery = [&] { eventually([&] { return go_on.load(); }); };
    rig.start();
    for (std::uint16_t block = 1; block <= 100; ++block) {
        rig.send_block(block);
    }
    go_on = true;
    CHECK(eventually([&] {
        rig.send_block(200);
        return rig.receiver->statistics().packets_dropped_by_kernel > 0;
    }));
}

TEST(a_large_queue_is_asked_for_and_what_was_granted_is_told) {
    Rig rig;
    rig.open();
    CHECK(rig.receiver->socket_buffer() >= 100'000);
    CHECK(rig.receiver->socket_buffer() <= 32u << 20);
}

TEST(a_start_that_fails_closes_the_channel) {
    Rig rig;
    rig.open();
    rig.peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8007 + 1, 0x0081, request.id)};
        return request.code == 0x0080 && request.address == kScps;
    });
    CHECK_EQ(thrown_by<Failure>([&] { rig.start(); }).kind(), Failure::Kind::refused);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(a_lost_device_does_not_hold_up_the_stop) {
    Rig rig;
    rig.open();
    rig.start();
    rig.peer.set(0x0A00, 0);
    CHECK(eventually([&] { return rig.control->lost(); }));
    const auto begin = Clock::now();
    rig.receiver->stop();
    CHECK(Clock::now() - begin < 500ms);
}
