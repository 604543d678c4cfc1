// The stream receiver against a small peer that sends packets by hand: from the socket to the consumer's buffer.
#include <netinet/udp.h>

#include "check.hpp"
#include "net/failure.hpp"
#include "stream_rig.hpp"

using namespace vcxg::test;
using vcxg::check::thrown_by;

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
    const Stranger sender(rig.peer.address());
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
    const Stranger other_address(0x7F000001, static_cast<std::uint16_t>(rig.peer.get(0x0D1C)));
    const Stranger other_port(rig.peer.address());
    for (const Wire& packet : block_packets(9, rig.receiver->packet_size())) {
        rig.peer.send_stream(other_address.handle(), packet);
        rig.peer.send_stream(other_port.handle(), packet);
    }
    rig.peer.send_stream(other_address.handle(), {});
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

TEST(the_first_free_port_of_a_range_is_taken) {
    const Stranger taken(0x7F000001);
    sockaddr_in own{};
    socklen_t size = sizeof own;
    ::getsockname(taken.handle(), reinterpret_cast<sockaddr*>(&own), &size);
    const std::uint16_t first = ntohs(own.sin_port);
    StreamOptions options;
    options.host_ports = {first, static_cast<std::uint16_t>(first + 50)};
    Rig rig;
    rig.open(loopback(), options);
    CHECK(rig.receiver->host_port() > first && rig.receiver->host_port() <= first + 50);
    options.host_ports = {first, first};
    CHECK_EQ(thrown_by<Failure>([&] { rig.receiver.emplace(*rig.control, options); }).kind(), Failure::Kind::system);
}

TEST(each_engine_receives_what_was_sent_and_says_which_it_is) {
    for (const ReceiveEngine engine : {ReceiveEngine::batches, ReceiveEngine::gro}) {
        Rig rig;
        StreamOptions options;
        options.engine = engine;
        rig.open(loopback(), options);
        rig.start();
        CHECK(rig.receiver->engine() == engine);
        rig.send_block(1);
        CHECK(eventually([&] { return rig.sink.count() == 1; }));
        CHECK(rig.sink.results().at(0).complete);
        CHECK_EQ(rig.sink.wrong(), 0);
    }
}

TEST(missing_packets_are_asked_for_where_the_device_sends_them_again) {
    Rig rig;
    rig.peer.set(0x0934, 0x00000006);
    rig.open();
    CHECK(rig.receiver->resend_available());
    rig.start();
    const auto packets = block_packets(1, rig.receiver->packet_size());
    rig.peer.script([&](const Request& request, Peer::Answers& answers) {
        if (request.code != 0x0040) {
            return false;
        }
        answers = {};
        CHECK_EQ(request.address, 1u);  // stream channel 0, block 1
        CHECK_EQ(ntohs(request.sender.sin_port), rig.receiver->host_port());
        for (std::uint32_t id = request.value; id <= request.last_packet; ++id) {
            Wire again = packets.at(id);
            put_word(again, 0, 0x01000001);
            rig.peer.stream(again);
        }
        return true;
    });
    for (std::size_t i = 0; i < packets.size(); ++i) {
        if (i != 3 && i != 4 && i != 7) {
            rig.peer.stream(packets[i]);
        }
    }
    CHECK(eventually([&] { return rig.sink.count() == 1; }));
    CHECK(rig.sink.results().at(0).complete);
    CHECK_EQ(rig.sink.wrong(), 0);
    CHECK_EQ(rig.receiver->statistics().packets_resent, 3u);
    CHECK_EQ(rig.receiver->statistics().resend_packets_requested, 3u);
}

TEST(a_device_that_does_not_resend_is_not_asked) {
    Rig rig;
    rig.open();
    CHECK(!rig.receiver->resend_available());
    rig.start();
    auto packets = block_packets(1, rig.receiver->packet_size());
    packets.erase(packets.begin() + 3);
    for (const Wire& one : packets) {
        rig.peer.stream(one);
    }
    CHECK(eventually([&] { return rig.sink.count() == 1; }));
    CHECK_EQ(rig.peer.count(0x0040, 1), 0u);
}

TEST(block_ids_of_64_bits_are_switched_on_where_both_layouts_are_offered) {
    for (const bool offered : {true, false}) {
        Rig rig;
        rig.peer.set(0x092C, offered ? 0xC0000000 : 0x80000000);
        rig.open();
        CHECK_EQ(rig.receiver->extended_ids(), offered);
        CHECK_EQ(rig.peer.get(0x0960), offered ? 0x40000000u : 0u);
    }
    Rig rig;
    rig.peer.set(0x092C, 0xC0000000);
    rig.peer.set(0x0960, 0x40000000);
    StreamOptions options;
    options.extended_ids = false;
    rig.open(loopback(), options);
    CHECK_EQ(rig.peer.get(0x0960), 0u);
}

TEST(the_firewall_is_kept_open_while_nothing_comes) {
    Rig rig;
    StreamOptions options;
    options.keep_alive_interval = 20ms;
    rig.open(loopback(), options);
    rig.start();
    for (int i = 0; i < 5; ++i) {
        CHECK(rig.peer.something_came_to_the_stream_port());
        rig.peer.take_from_the_stream_port();
    }
}
