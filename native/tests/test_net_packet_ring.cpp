// Memory shared with the system for the bulk of a stream: every packet comes once, by one way or the other.
#include <netinet/udp.h>

#include <map>

#include "check.hpp"
#include "gige_peer.hpp"
#include "net/failure.hpp"
#include "net/stream_socket.hpp"

using namespace vcxg::test;
using namespace vcxg::net;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t kHost = 0x7F000001;
constexpr std::uint32_t kDevice = 0x7F030201;
constexpr std::size_t kSize = 200;  // bytes of a datagram
constexpr std::uint32_t kEndId = 100;

Wire packet(std::uint32_t id, std::uint8_t format = 3, bool extended = false, std::uint16_t status = 0) {
    Wire wire(kSize);
    put_word(wire, 0, std::uint32_t{status} << 16 | 7);
    put_word(wire, 4, (std::uint32_t{format} | (extended ? 0x80u : 0u)) << 24 | (extended ? 0 : id));
    if (extended) {
        put_word(wire, 12, 7);
        put_word(wire, 16, id);
    }
    return wire;
}

struct Rig {
    StreamSocket socket;
    Stranger device{kDevice};
    std::uint16_t device_port = 0;
    std::map<std::vector<std::byte>, int> came;

    explicit Rig(std::size_t queue = 1u << 20) : socket(kHost, {}, queue) {
        sockaddr_in own{};
        socklen_t size = sizeof own;
        ::getsockname(device.handle(), reinterpret_cast<sockaddr*>(&own), &size);
        device_port = ntohs(own.sin_port);
        socket.aggregate(true);
    }
    // False where the process may not open a packet socket.
    bool share() {
        try {
            socket.share_memory(Bulk{{kDevice, device_port}, kSize, kEndId});
            return true;
        } catch (const Failure& failure) {
            std::printf("skipped: %s\n", failure.what());
            return false;
        }
    }
    void send(const Wire& wire) { send_from(device.handle(), wire); }
    void send_from(int from, const Wire& wire) const {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_addr.s_addr = htonl(kHost);
        to.sin_port = htons(socket.port());
        ::sendto(from, wire.data(), wire.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof to);
    }
    [[nodiscard]] int times(const Wire& wire) {
        const auto* const bytes = reinterpret_cast<const std::byte*>(wire.data());
        return came[{bytes, bytes + wire.size()}];
    }
    // Takes until `count` datagrams are there, and then for a while longer.
    std::size_t take(std::size_t count) {
        std::size_t all = 0;
        auto end = std::chrono::steady_clock::now() + 5s;
        while (std::chrono::steady_clock::now() < end) {
            const auto bursts = socket.take();
            for (const Burst& burst : bursts) {
                for (std::size_t at = 0; at < burst.bytes.size(); at += burst.segment) {
                    const auto one = burst.bytes.subspan(at, std::min(burst.segment, burst.bytes.size() - at));
                    ++came[{one.begin(), one.end()}];
                    ++all;
                }
            }
            if (all >= count) {
                end = std::min(end, std::chrono::steady_clock::now() + 50ms);
            }
            socket.wait(std::min(end, std::chrono::steady_clock::now() + 10ms));
        }
        return all;
    }
};

std::uint16_t sum(const Wire& bytes, std::uint32_t begin) {
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        begin += std::uint32_t{bytes[i]} << 8 | (i + 1 < bytes.size() ? bytes[i + 1] : 0u);
    }
    while (begin >> 16 != 0) {
        begin = (begin & 0xFFFF) + (begin >> 16);
    }
    return static_cast<std::uint16_t>(begin);
}

}  // namespace

TEST(every_packet_comes_once_whichever_way_it_takes) {
    for (const bool extended : {false, true}) {
        Rig rig;
        if (!rig.share()) {
            return;
        }
        std::vector<Wire> sent{packet(0, 1, extended), packet(120, 2, extended), packet(5, 3, extended, 0x800C),
                               packet(5, 2, extended), Wire(kSize, 0xFF)};
        for (std::uint32_t id = 1; id < 120; ++id) {
            sent.push_back(packet(id, 3, extended));
        }
        for (const Wire& one : sent) {
            rig.send(one);
        }
        CHECK_EQ(rig.take(sent.size()), sent.size());
        for (const Wire& one : sent) {
            CHECK_EQ(rig.times(one), 1);
        }
    }
}

TEST(the_bulk_needs_no_room_in_the_queue_of_the_socket) {
    for (const bool shared : {false, true}) {
        Rig rig(4096);
        if (shared && !rig.share()) {
            return;
        }
        for (int i = 0; i < 2000; ++i) {
            Wire one = packet(1 + static_cast<std::uint32_t>(i) % 99);
            put_word(one, 100, static_cast<std::uint32_t>(i));
            rig.send(one);
        }
        const std::size_t came = rig.take(shared ? 2000 : 1);
        CHECK(shared ? came == 2000 : came < 100);
        rig.send(packet(120));  // what comes later brings the count of what was dropped before
        CHECK_EQ(rig.take(1), 1u);
        CHECK_EQ(rig.socket.dropped() == 0, shared);
    }
}

TEST(packets_that_find_the_memory_full_are_counted) {
    Rig rig;
    if (!rig.share()) {
        return;
    }
    const Wire one = packet(5);
    std::size_t sent = 0;
    // Nothing is taken meanwhile. What is counted stays until it is asked for, so asking often changes nothing.
    for (; rig.socket.dropped() == 0 && sent < 1'000'000; ++sent) {
        rig.send(one);
    }
    const std::size_t came = rig.take(sent - rig.socket.dropped());
    CHECK(came > 0);
    CHECK_EQ(came + rig.socket.dropped(), sent);
}

TEST(packets_sent_as_one_are_taken_apart) {
    Rig rig;
    if (!rig.share()) {
        return;
    }
    const int segment = static_cast<int>(kSize);
    CHECK_EQ(::setsockopt(rig.device.handle(), IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment), 0);
    Wire burst;
    for (std::uint32_t id = 1; id <= 10; ++id) {
        const Wire one = packet(id);
        burst.insert(burst.end(), one.begin(), one.end());
    }
    burst.resize(burst.size() - 50);  // the last is shorter
    rig.send(burst);
    CHECK_EQ(rig.take(10), 10u);
    for (std::uint32_t id = 1; id <= 9; ++id) {
        CHECK_EQ(rig.times(packet(id)), 1);
    }
    Wire last = packet(10);
    last.resize(kSize - 50);
    CHECK_EQ(rig.times(last), 1);
}

TEST(strangers_come_through_the_socket_where_they_are_counted) {
    Rig rig;
    if (!rig.share()) {
        return;
    }
    const Stranger other_address(0x7F030202, rig.device_port);
    const Stranger other_port(kDevice);
    rig.send_from(other_address.handle(), packet(5));
    rig.send_from(other_port.handle(), packet(6));
    CHECK_EQ(rig.take(2), 2u);
    rig.send_from(other_address.handle(), packet(7));
    CHECK(eventually([&] {
        for (const Burst& burst : rig.socket.take()) {
            return burst.sender.address == 0x7F030202;
        }
        return false;
    }));
}

TEST(a_packet_with_a_wrong_checksum_is_none) {
    Rig rig;
    if (!rig.share()) {
        return;
    }
    const int raw = ::socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(kDevice);
    CHECK_EQ(::bind(raw, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    address.sin_addr.s_addr = htonl(kHost);
    for (const bool right : {false, true}) {
        const Wire data = packet(right ? 20 : 10);
        Wire datagram(8);
        put_word(datagram, 0, std::uint32_t{rig.device_port} << 16 | rig.socket.port());
        put_word(datagram, 4, static_cast<std::uint32_t>(8 + data.size()) << 16);
        datagram.insert(datagram.end(), data.begin(), data.end());
        Wire pseudo(12);
        put_word(pseudo, 0, kDevice);
        put_word(pseudo, 4, kHost);
        put_word(pseudo, 8, 17u << 16 | static_cast<std::uint32_t>(datagram.size()));
        const auto checksum = static_cast<std::uint16_t>(~sum(datagram, sum(pseudo, 0)));
        put_word(datagram, 4, static_cast<std::uint32_t>(8 + data.size()) << 16 | (right ? checksum : checksum ^ 1u));
        ::sendto(raw, datagram.data(), datagram.size(), 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
    ::close(raw);
    CHECK_EQ(rig.take(1), 1u);
    CHECK_EQ(rig.times(packet(20)), 1);
    CHECK_EQ(rig.times(packet(10)), 0);
}

TEST(when_the_memory_is_given_back_the_socket_gets_all_again) {
    Rig rig;
    if (!rig.share()) {
        return;
    }
    rig.socket.share_memory(std::nullopt);
    rig.send(packet(5));
    CHECK_EQ(rig.take(1), 1u);
}
