// Addresses, interfaces, and discovery of peers on loopback.
#include "net/discovery.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <string>

#include "check.hpp"
#include "gige_peer.hpp"
#include "net/failure.hpp"

using namespace std::chrono_literals;
using namespace vcxg::net;
using vcxg::test::loopback;
using vcxg::test::Peer;
using vcxg::test::Request;
using Clock = std::chrono::steady_clock;

namespace {

// Others may run cameras on this machine's loopback: only what a test started is looked at.
std::vector<DeviceInfo> of(const Peer& peer, const std::vector<DeviceInfo>& all) {
    std::vector<DeviceInfo> found;
    std::copy_if(all.begin(), all.end(), std::back_inserter(found),
                 [&](const DeviceInfo& one) { return one.address == peer.address(); });
    return found;
}

}  // namespace

TEST(addresses_are_written_and_read_as_dotted_quads) {
    CHECK_EQ(to_string(0x7F000001), "127.0.0.1");
    CHECK_EQ(to_string(0xFFFFFFFF), "255.255.255.255");
    Ipv4 address = 0;
    CHECK(parse_ipv4("10.0.255.7", address));
    CHECK_EQ(address, 0x0A00FF07u);
    for (const char* const wrong : {"", "10.0.0", "10.0.0.256", "10.0.0.1.", "10.0.0.1 ", "10..0.1", "a.b.c.d",
                                    "-1.0.0.1", "10.0.0.0001", "10.0.0.1.2"}) {
        CHECK(!parse_ipv4(wrong, address));
    }
    CHECK_EQ(address, 0x0A00FF07u);
}

TEST(the_environment_names_addresses_to_ask) {
    ::setenv("VCXG124M_DISCOVERY_ADDRESSES", " 127.1.2.3,10.0.0.7 ,,", 1);
    CHECK(unicast_addresses_from_environment() == std::vector<Ipv4>({0x7F010203, 0x0A000007}));
    ::setenv("VCXG124M_DISCOVERY_ADDRESSES", "127.0.0.1,camera", 1);
    const auto failure = vcxg::check::thrown_by<Failure>([] { return unicast_addresses_from_environment(); });
    CHECK_EQ(failure.kind(), Failure::Kind::invalid);
    CHECK(std::string(failure.what()).find("\"camera\"") != std::string::npos);
    ::unsetenv("VCXG124M_DISCOVERY_ADDRESSES");
    CHECK(unicast_addresses_from_environment().empty());
}

TEST(loopback_is_an_interface_like_any_other) {
    const Interface lo = loopback();
    CHECK(lo.loopback);
    CHECK_EQ(lo.netmask, 0xFF000000u);
    CHECK(lo.mtu >= 1500);
    CHECK(interfaces() == interfaces());
}

TEST(a_device_asked_by_unicast_is_found_with_its_facts) {
    Peer peer;
    peer.set(0x0048, 0x42617500);  // "Bau"
    peer.set(0x0010, 7);
    const std::vector<Ipv4> ask{peer.address()};
    const auto begin = Clock::now();
    const auto found = of(peer, discover(loopback(), ask, 2000ms));
    CHECK_EQ(found.size(), 1u);
    CHECK_EQ(found.at(0).manufacturer, "Bau");
    CHECK_EQ(found.at(0).spec_major, 2);
    CHECK_EQ(found.at(0).ip_config_supported, 7u);
    CHECK_EQ(found.at(0).mac.at(1), 6);
    CHECK(Clock::now() - begin < 1500ms);  // it does not sit out the time once it is quiet
}

TEST(several_devices_come_sorted_by_mac_and_once_each) {
    Peer first;
    Peer second;
    first.set(0x0008, 0x0000FF00);
    const std::vector<Ipv4> ask{first.address(), second.address(), first.address()};
    std::vector<Ipv4> order;
    for (const DeviceInfo& one : discover(loopback(), ask, 2000ms)) {
        if (one.address == first.address() || one.address == second.address()) {
            order.push_back(one.address);
        }
    }
    CHECK(first.requests().size() >= 2);
    CHECK(order == std::vector<Ipv4>({second.address(), first.address()}));
}

TEST(a_device_of_another_network_is_not_asked) {
    Interface narrow = loopback();
    narrow.netmask = 0xFFFFFF00;
    Peer peer;
    const std::vector<Ipv4> ask{peer.address()};
    CHECK(of(peer, discover(narrow, ask, 300ms)).empty());
    CHECK(peer.requests().empty());
}

TEST(a_lost_question_is_asked_again) {
    std::atomic<int> seen = 0;
    Peer peer;
    peer.script([&](const Request&, Peer::Answers&) { return ++seen == 1; });
    const std::vector<Ipv4> ask{peer.address()};
    CHECK_EQ(of(peer, discover(loopback(), ask, 2000ms)).size(), 1u);
}

TEST(answers_that_are_none_are_left_out) {
    Peer peer;
    peer.script([&](const Request& request, Peer::Answers& answers) {
        const vcxg::test::Wire identity(248);
        answers = {Peer::acknowledge(0, 0x0003, static_cast<std::uint16_t>(request.id - 1), identity),
                   Peer::acknowledge(0, 0x0081, request.id, identity),
                   Peer::acknowledge(0x8001, 0x0003, request.id, identity),
                   Peer::acknowledge(0, 0x0003, request.id, vcxg::test::Wire(36)), vcxg::test::Wire(3)};
        return true;
    });
    const std::vector<Ipv4> ask{peer.address()};
    CHECK(of(peer, discover(loopback(), ask, 500ms)).empty());
}

TEST(a_camera_of_another_interface_is_not_listed_on_loopback) {
    Peer peer;
    peer.set(0x0024, 0x0A000007);
    peer.set(0x0008, 0x00005555);
    const std::vector<Ipv4> ask{peer.address()};
    for (const DeviceInfo& one : discover(loopback(), ask, 500ms)) {
        CHECK(one.mac.at(0) != 0x55);
    }
    CHECK(!peer.requests().empty());
}

TEST(a_cut_off_answer_still_tells_the_address) {
    Peer peer;
    peer.script([&](const Request& request, Peer::Answers& answers) {
        vcxg::test::Wire start(40);
        vcxg::test::put_word(start, 36, peer.address());
        answers = {Peer::acknowledge(0, 0x0003, request.id, start)};
        return true;
    });
    const std::vector<Ipv4> ask{peer.address()};
    CHECK_EQ(of(peer, discover(loopback(), ask, 2000ms)).size(), 1u);
}

TEST(a_device_that_answers_everybody_is_found) {
    const Ipv4 elsewhere = 0x7F000000 | (static_cast<std::uint32_t>(getpid()) & 0xFFFF) << 8 | 0xFD;
    const vcxg::test::Stranger device(elsewhere, 3956);  // outlives the peer's thread, which sends with it
    Peer peer;
    const int on = 1;
    CHECK_EQ(::setsockopt(device.handle(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on), 0);
    peer.script([&](const Request& request, Peer::Answers& answers) {
        vcxg::test::Wire identity(248);
        vcxg::test::put_word(identity, 36, elsewhere);
        const vcxg::test::Wire answer = Peer::acknowledge(0, 0x0003, request.id, identity);
        sockaddr_in everybody = request.sender;
        everybody.sin_addr.s_addr = INADDR_BROADCAST;
        ::sendto(device.handle(), answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&everybody),
                 sizeof everybody);
        answers.clear();
        return true;
    });
    const std::vector<Ipv4> ask{peer.address()};
    const auto found = discover(loopback(), ask, 2000ms);
    CHECK(std::any_of(found.begin(), found.end(), [&](const DeviceInfo& one) { return one.address == elsewhere; }));
}

TEST(access_status_follows_ccp) {
    Peer peer;
    const auto status = [&] { return access_status(loopback(), peer.address(), 500ms); };
    CHECK_EQ(status(), AccessStatus::read_write);
    peer.set(0x0A00, 2);
    CHECK_EQ(status(), AccessStatus::read_only);
    peer.set(0x0A00, 1);
    CHECK_EQ(status(), AccessStatus::no_access);
    peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8006, 0x0081, request.id)};
        return true;
    });
    CHECK_EQ(status(), AccessStatus::no_access);
    peer.silent = true;
    const auto begin = Clock::now();
    CHECK_EQ(status(), AccessStatus::unknown);
    CHECK(Clock::now() - begin < 1s);
}
