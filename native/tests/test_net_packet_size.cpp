// The packet size that the receiver settles with a device before it streams.
#include "check.hpp"
#include "net/failure.hpp"
#include "stream_rig.hpp"

using namespace vcxg::test;
using vcxg::check::thrown_by;

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

TEST(another_datagram_at_the_stream_port_proves_no_packet_size) {
    Rig rig;
    rig.peer.script([&](const Request& request, Peer::Answers&) {
        if (request.address == kScps && (request.value & 0x80000000) != 0) {
            rig.peer.stream(Wire(100));
        }
        return false;
    });
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 576);
    CHECK(!rig.receiver->packet_size_negotiated());
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

TEST(a_proven_size_is_left_with_the_do_not_fragment_bit) {
    Rig rig;
    rig.peer.set(kScps, 576);
    rig.peer.test_packet_limit = 9000;
    rig.open();
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 9000u);
    Rig unproven;
    unproven.peer.set(kScps, 576);
    unproven.open();
    CHECK_EQ(unproven.peer.get(kScps), 576u);
}

TEST(a_size_found_that_cannot_be_written_leaves_the_old_one) {
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.peer.script([](const Request& request, Peer::Answers& answers) {
        answers = {Peer::acknowledge(0x8002, 0x0083, request.id)};
        return request.code == 0x0082 && request.address == kScps && request.value == (0x40000000 | 9000);
    });
    rig.open();
    CHECK_EQ(rig.receiver->packet_size(), 576);
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 576u);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}

TEST(an_old_size_that_is_lost_on_its_way_back_is_written_again) {
    std::atomic<int> lost = 0;
    Rig rig;
    rig.peer.test_packet_limit = 9000;
    rig.peer.script([&](const Request& request, Peer::Answers& answers) {
        answers = {};
        const bool after_the_probe = rig.peer.get(kScps) == (0x40000000u | 9000u);
        const bool disturbed = request.address == kScps && (request.value & 0x80000000) == 0 && after_the_probe;
        return disturbed && ++lost <= 8;  // of the reading, and then of the writing: three transmissions a command
    });
    CHECK_EQ(thrown_by<Failure>([&] { rig.open(); }).kind(), Failure::Kind::timeout);
    CHECK_EQ(rig.peer.get(kScps), 0x40000000u | 576u);
    CHECK_EQ(rig.peer.get(kScp), 0u);
}
