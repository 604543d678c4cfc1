// The message channel against a device of a few lines.
#include <array>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "check.hpp"
#include "gige_peer.hpp"
#include "golden.hpp"
#include "net/environment.hpp"
#include "net/failure.hpp"
#include "net/message_channel.hpp"

using namespace std::chrono_literals;
using namespace vcxg::net;
using vcxg::check::thrown_by;
using vcxg::test::eventually;
using vcxg::test::loopback;
using vcxg::test::Peer;
using vcxg::test::Request;
using vcxg::test::Stranger;
using Datagram = std::vector<std::byte>;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::uint32_t kMcp = 0x0B00, kMcda = 0x0B10, kMctt = 0x0B14, kMcrc = 0x0B18, kMcsp = 0x0B1C;

std::uint16_t port_of(const Stranger& socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.handle(), reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

Datagram golden(const char* name) {
    static const auto entries = vcxg::golden::load("gvcp");
    return entries.at(name);
}

// A device with a message channel, and an application that writes down what comes.
struct Rig {
    Peer peer;
    Stranger device{peer.address()};  // the device's end of the channel
    std::optional<ControlChannel> control;
    std::mutex mutex;
    std::vector<std::uint16_t> ids;
    std::optional<MessageChannel> channel;

    explicit Rig(MessageOptions options = {}, bool tells_source_port = true) {
        peer.set(0x0900, 1);
        if (tells_source_port) {
            peer.set(0x0930, 0x80000000);
            peer.set(kMcsp, port_of(device));
        }
        control.emplace(loopback(), peer.address(), Access::control, ControlOptions{100ms, 3, 3000ms});
        peer.forget_requests();
        channel.emplace(
            *control,
            [this](const auto&, const vcxg::gige::gvcp::Event& event) {
                const std::lock_guard lock(mutex);
                ids.push_back(event.id);
            },
            options);
    }

    void send(const Datagram& datagram, const Stranger& from) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(peer.get(kMcda));
        to.sin_port = htons(static_cast<std::uint16_t>(peer.get(kMcp)));
        ::sendto(from.handle(), datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
    void send(const Datagram& datagram) const { send(datagram, device); }

    // The next GVCP acknowledge at the device's end; keep-alive datagrams are passed over.
    [[nodiscard]] std::optional<Datagram> answer(std::chrono::milliseconds limit = 5s) const {
        const auto end = Clock::now() + limit;
        while (Clock::now() < end) {
            const auto datagram = received(std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()));
            if (datagram && datagram->at(3) != std::byte{0}) return datagram;
        }
        return std::nullopt;
    }
    [[nodiscard]] std::optional<Datagram> received(std::chrono::milliseconds limit) const {
        pollfd readable{device.handle(), POLLIN, 0};
        if (::poll(&readable, 1, static_cast<int>(limit.count())) != 1) return std::nullopt;
        Datagram datagram(1024);
        const auto size = ::recv(device.handle(), datagram.data(), datagram.size(), 0);
        datagram.resize(static_cast<std::size_t>(size));
        return datagram;
    }
    [[nodiscard]] std::vector<std::uint16_t> seen() {
        const std::lock_guard lock(mutex);
        return ids;
    }
};

}  // namespace

TEST(opening_writes_address_times_and_port_in_this_order) {
    Rig rig;
    std::vector<std::uint32_t> written;
    for (const Request& request : rig.peer.requests()) {
        if (request.code == 0x0082) written.push_back(request.address);
    }
    CHECK(written == std::vector<std::uint32_t>({kMcda, kMctt, kMcrc, kMcp}));
    CHECK_EQ(rig.peer.get(kMcda), 0x7F000001u);
    CHECK_EQ(rig.peer.get(kMctt), 100u);
    CHECK_EQ(rig.peer.get(kMcrc), 3u);
    CHECK_EQ(rig.peer.get(kMcp), rig.channel->host_port());
    CHECK(rig.channel->host_port() != 0);
}

TEST(closing_the_channel_writes_port_0) {
    Rig rig;
    rig.channel.reset();
    CHECK_EQ(rig.peer.get(kMcp), 0u);
}

TEST(events_are_handed_on_in_order_and_acknowledged_under_their_own_id) {
    Rig rig;
    rig.send(golden("EVENT_CMD"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
    rig.send(golden("EVENT_CMD_TWO"));
    CHECK(rig.answer().has_value());
    rig.send(golden("EVENTDATA_CMD"));
    CHECK(rig.answer() == golden("EVENTDATA_ACK"));
    rig.send(golden("EVENTDATA_CMD_EXTENDED"));
    CHECK(rig.answer() == golden("EVENTDATA_ACK_EXTENDED"));
    CHECK(eventually([&] { return rig.seen().size() == 5; }));
    CHECK(rig.seen() == std::vector<std::uint16_t>({0x9001, 3, 4, 0x9002, 0x9002}));
    CHECK_EQ(rig.channel->statistics().commands, 4u);
}

TEST(a_repeated_event_is_acknowledged_again_and_handed_on_once) {
    Rig rig;
    rig.send(golden("EVENT_CMD"));
    rig.send(golden("EVENT_CMD"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
    CHECK(eventually([&] { return rig.channel->statistics().repeats == 1; }));
    CHECK_EQ(rig.seen().size(), 1u);
}

TEST(an_event_that_wants_no_acknowledge_gets_none) {
    Rig rig;
    Datagram quiet = golden("EVENT_CMD");
    quiet.at(1) = std::byte{0};
    rig.send(quiet);
    rig.send(golden("EVENTDATA_CMD"));
    CHECK(rig.answer() == golden("EVENTDATA_ACK"));  // the first answer there is
    CHECK(eventually([&] { return rig.seen().size() == 2; }));
}

TEST(events_of_strangers_are_dropped_and_counted) {
    Rig rig;
    const Stranger elsewhere(0x7F000001);
    const Stranger other_port(rig.peer.address());
    rig.send(golden("EVENT_CMD"), elsewhere);
    rig.send(golden("EVENT_CMD"), other_port);
    CHECK(eventually([&] { return rig.channel->statistics().foreign == 2; }));
    rig.send(golden("EVENT_CMD"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
    CHECK(eventually([&] { return rig.seen().size() == 1; }));
}

TEST(where_the_device_does_not_tell_its_port_the_first_one_is_it) {
    Rig rig({}, false);
    rig.send(golden("EVENT_CMD"), Stranger(0x7F000001));
    rig.send(golden("EVENT_CMD"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
    rig.send(golden("EVENTDATA_CMD"), Stranger(rig.peer.address()));
    CHECK(eventually([&] { return rig.channel->statistics().foreign == 2; }));
    CHECK_EQ(rig.seen().size(), 1u);
}

TEST(garbage_of_the_device_is_counted_and_not_acknowledged) {
    Rig rig;
    rig.send(Datagram(600, std::byte{0x42}));
    rig.send(Datagram(3));
    rig.send({});
    CHECK(eventually([&] { return rig.channel->statistics().malformed == 3; }));
    rig.send(golden("EVENT_CMD"));
    CHECK(rig.answer() == golden("EVENT_ACK"));
}

TEST(something_goes_to_the_devices_port_at_once_and_again_and_again) {
    MessageOptions options;
    options.keep_alive_interval = 20ms;
    const Rig rig(options);
    for (int i = 0; i < 3; ++i) CHECK(rig.received(5s).has_value());
}

TEST(a_fixed_port_is_used_and_a_range_gives_the_next_free_one) {
    const std::uint16_t free_port = port_of(Stranger(0x7F000001));
    const Rig rig({.ports = {free_port, free_port}});
    CHECK_EQ(rig.channel->host_port(), free_port);
    CHECK_EQ(rig.peer.get(kMcp), free_port);
    const auto failure = thrown_by<Failure>([&] { Rig({.ports = {free_port, free_port}}); });
    CHECK_EQ(failure.kind(), Failure::Kind::system);
    CHECK(std::string(failure.what()).find(std::to_string(free_port)) != std::string::npos);
    const Rig next({.ports = {free_port, static_cast<std::uint16_t>(free_port + 20)}});
    CHECK(next.channel->host_port() > free_port);
}

TEST(a_device_without_message_channels_does_not_offer_one) {
    Peer peer;
    ControlChannel control(loopback(), peer.address(), Access::control, ControlOptions{100ms, 3, 3000ms});
    CHECK(!MessageChannel::offered_by(control));
    peer.set(0x0900, 1);
    CHECK(MessageChannel::offered_by(control));
}

TEST(a_channel_that_cannot_be_opened_is_closed_on_the_device) {
    Peer peer;
    peer.set(0x0930, 0x80000000);
    ControlChannel control(loopback(), peer.address(), Access::control, ControlOptions{100ms, 3, 3000ms});
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8003, 0x0081, request.id)};
        return request.code == 0x0080 && request.address == kMcsp;
    });
    const auto failure = thrown_by<Failure>([&] { MessageChannel(control, [](const auto&, const auto&) {}); });
    CHECK_EQ(failure.kind(), Failure::Kind::refused);
    CHECK(std::string(failure.what()).find("MCSP") != std::string::npos);
    CHECK_EQ(peer.count(0x0082, kMcp), 2u);
    CHECK_EQ(peer.get(kMcp), 0u);
}

TEST(closing_is_quick_although_the_next_keep_alive_is_far) {
    Rig rig;
    const auto begin = Clock::now();
    rig.channel.reset();
    CHECK(Clock::now() - begin < 2s);
}

TEST(ports_are_read_from_the_environment_or_refused_by_name) {
    constexpr const char* kVariable = "VCXG124M_TEST_PORTS";
    ::unsetenv(kVariable);
    CHECK(ports_from_environment(kVariable) == PortRange{});
    ::setenv(kVariable, "50010", 1);
    CHECK(ports_from_environment(kVariable) == (PortRange{50010, 50010}));
    ::setenv(kVariable, "50010-50019", 1);
    CHECK(ports_from_environment(kVariable) == (PortRange{50010, 50019}));
    for (const char* wrong : {"0", "65536", "50019-50010", "50010-", "-1", "x", "50010 50011"}) {
        ::setenv(kVariable, wrong, 1);
        const auto failure = thrown_by<Failure>([&] { return ports_from_environment(kVariable); });
        CHECK_EQ(failure.kind(), Failure::Kind::invalid);
        CHECK(std::string(failure.what()).find(std::string(kVariable) + "=" + wrong) != std::string::npos);
    }
}
