// Many blocks at once: when each is delivered, in which order, and what is counted. The clock is invented.
#include "check.hpp"
#include "gige_packets.hpp"

using namespace vcxg::test;

using Ids = std::vector<std::uint64_t>;

TEST(a_late_packet_within_the_reorder_time_still_completes_the_block) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 3));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    rig.put(leader(2));
    rig.pass(15ms);
    rig.put(payload(1, 2));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(rig.delivered().at(0).result.complete);
}

TEST(a_newer_block_waits_for_an_older_one_and_follows_it) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put_block(2);
    CHECK(rig.delivered().empty());
    rig.pass(20ms);
    CHECK(rig.delivered_ids() == Ids({1, 2}));
    CHECK(!rig.delivered().at(0).result.complete);
    CHECK(rig.delivered().at(1).result.complete);
    CHECK_EQ(rig.statistics().blocks_missed, 0u);
}

TEST(a_block_that_only_waited_for_an_older_one_follows_at_once) {
    Rig rig;
    rig.put(leader(1));
    rig.pass(15ms);
    rig.put_block(2);
    rig.pass(5ms);
    CHECK(rig.delivered_ids() == Ids({1, 2}));
}

TEST(a_block_whose_sender_pauses_is_given_half_a_second) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.pass(499ms);
    CHECK(rig.delivered().empty());
    rig.put(payload(1, 2));
    rig.pass(499ms);
    CHECK(rig.delivered().empty());
    CHECK(rig.assembler.next_timer() == rig.now + 1ms);
    rig.pass(1ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{3, 4}}));
    CHECK(!rig.assembler.next_timer());
}

TEST(a_fourth_newer_block_ends_the_wait) {
    Rig rig;
    for (const std::uint64_t block : {1, 2, 3, 4}) {
        rig.put(leader(block));
    }
    CHECK(rig.delivered().empty());
    rig.put(leader(5));
    CHECK(rig.delivered_ids() == Ids({1}));
}

TEST(packets_of_a_closed_block_are_late) {
    Rig rig;
    rig.put_block(1);
    rig.put(payload(1, 2));
    rig.put(leader(1));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK_EQ(rig.statistics().packets_late, 2u);
    CHECK_EQ(rig.statistics().sequence_restarts, 0u);
}

TEST(gaps_in_the_ids_are_blocks_missed) {
    Rig rig;
    rig.put_block(7);
    rig.put_block(8);
    rig.put_block(12);
    CHECK(rig.delivered_ids() == Ids({7, 8, 12}));
    CHECK_EQ(rig.statistics().blocks_missed, 3u);
    CHECK_EQ(rig.statistics().blocks_complete, 3u);
}

TEST(standard_ids_wrap_from_65535_to_1) {
    Rig rig;
    rig.put_block(65534);
    rig.put_block(65535);
    rig.put_block(1);
    rig.put_block(3);
    CHECK(rig.delivered_ids() == Ids({65534, 65535, 1, 3}));
    CHECK_EQ(rig.statistics().blocks_missed, 1u);
    CHECK_EQ(rig.statistics().sequence_restarts, 0u);
}

TEST(packets_reordered_across_the_wrap_find_their_blocks) {
    Rig rig;
    rig.put(leader(65535));
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
        rig.put(payload(65535, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1));
    rig.put(trailer(65535));
    CHECK(rig.delivered_ids() == Ids({65535, 1}));
    CHECK_EQ(rig.statistics().blocks_complete, 2u);
}

TEST(a_block_that_begins_after_a_newer_one_began_still_comes_first) {
    Rig rig;
    rig.put_block(1);
    rig.put(leader(3));
    rig.put_block(2);
    CHECK(rig.delivered_ids() == Ids({1, 2}));
    CHECK_EQ(rig.statistics().blocks_missed, 0u);
}

TEST(ids_that_jump_back_far_are_a_stream_that_began_anew) {
    Rig rig;
    rig.put_block(5000);
    rig.put(leader(5001));
    rig.put_block(4000, 77);
    CHECK(rig.delivered_ids() == Ids({5000, 5001, 4000}));
    CHECK(!rig.delivered().at(1).result.complete);
    CHECK_EQ(rig.statistics().sequence_restarts, 1u);
    CHECK_EQ(rig.statistics().blocks_missed, 0u);
}

TEST(id_1_with_a_newer_timestamp_is_a_restart_and_not_a_straggler) {
    Rig rig;
    rig.put_block(1, 1000);
    rig.put_block(2, 2000);
    rig.put_block(3, 3000);
    rig.put_block(1, 4000);
    rig.put_block(2, 5000);
    CHECK(rig.delivered_ids() == Ids({1, 2, 3, 1, 2}));
    CHECK_EQ(rig.statistics().sequence_restarts, 1u);
    CHECK_EQ(rig.statistics().packets_late, 0u);
}

TEST(id_1_from_far_below_the_wrap_is_a_restart_and_not_thousands_missed) {
    Rig rig;
    rig.put_block(60000);
    rig.put_block(1, 1);
    CHECK(rig.delivered_ids() == Ids({60000, 1}));
    CHECK_EQ(rig.statistics().sequence_restarts, 1u);
    CHECK_EQ(rig.statistics().blocks_missed, 0u);
}

TEST(one_packet_with_a_garbled_block_id_neither_ends_the_stream_nor_counts_as_a_gap) {
    for (const std::uint64_t garbled : {5u, 40u, 20000u, 60000u}) {
        Rig rig;
        rig.put_block(1);
        rig.put(leader(2));
        rig.put(payload(garbled, 1));
        rig.put(leader(garbled + 7, 9'000'000));
        for (std::uint32_t id = 1; id <= 4; ++id) {
            rig.put(payload(2, id, id < 4 ? 20 : 10));
        }
        rig.put(trailer(2));
        rig.put_block(3);
        rig.assembler.stop();
        CHECK(rig.delivered_ids() == Ids({1, 2, 3}));
        CHECK_EQ(rig.statistics().blocks_complete, 3u);
        CHECK_EQ(rig.statistics().packets_stray, 2u);
        CHECK_EQ(rig.statistics().blocks_missed, 0u);
        CHECK_EQ(rig.statistics().sequence_restarts, 0u);
    }
}

TEST(a_packet_with_the_next_blocks_id_cannot_pass_for_a_packet_of_that_block) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    Data garbled = payload(2, 2);
    garbled.back() = std::byte{0x11};  // a pixel of block 1
    rig.put(garbled);
    rig.put(payload(1, 3));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    rig.put_block(2);
    rig.pass(20ms);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{2, 2}}));
    CHECK(rig.delivered().at(1).result.flaw == Flaw::conflict);
    CHECK(rig.delivered().at(1).result.missing_bytes == std::vector<ByteRange>({{20, 20}}));
}

TEST(without_a_free_buffer_the_block_is_one_underrun_however_many_packets_it_has) {
    Rig rig;
    rig.sink.buffers = 1;
    rig.put_block(1);
    rig.put_block(2);
    rig.sink.buffers = 1;
    rig.put_block(3);
    CHECK(rig.delivered_ids() == Ids({1, 3}));
    CHECK_EQ(rig.statistics().blocks_underrun, 1u);
    CHECK_EQ(rig.statistics().blocks_missed, 0u);
    CHECK_EQ(rig.statistics().packets_late, 0u);
    CHECK_EQ(rig.statistics().bytes_received, 140u);
}

TEST(a_buffer_queued_in_the_middle_of_a_block_waits_for_the_next_one) {
    Rig rig;
    rig.sink.buffers = 0;
    rig.put(leader(1));
    rig.sink.buffers = 5;
    rig.put(payload(1, 1));
    rig.put(payload(1, 2));
    CHECK_EQ(rig.sink.buffers, 5u);
    CHECK_EQ(rig.statistics().blocks_underrun, 1u);
}

TEST(a_block_of_nothing_but_errors_takes_no_buffer_and_is_missed) {
    Rig rig;
    rig.put(refusal(1, 1, 0));
    rig.put_block(2);
    rig.put(refusal(3, 1, 0));
    rig.put_block(4);
    CHECK(rig.delivered_ids() == Ids({2, 4}));
    CHECK_EQ(rig.sink.memory.size(), 2u);
    CHECK_EQ(rig.statistics().blocks_missed, 1u);
    CHECK_EQ(rig.statistics().packets_error_status, 2u);
}

TEST(test_packets_are_no_part_of_the_stream) {
    Rig rig;
    rig.put(payload(0, 0));
    rig.put_block(1);
    rig.put(payload(0, 0));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK_EQ(rig.statistics().packets_received, 6u);
    CHECK_EQ(rig.statistics().packets_malformed, 0u);
}

TEST(stopping_gives_open_buffers_back) {
    Rig rig;
    rig.put_block(1);
    rig.put(leader(2));
    rig.put(leader(3));
    rig.assembler.stop();
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK_EQ(rig.sink.given_back, 2);
    CHECK(!rig.assembler.next_timer());
}

TEST(what_is_still_to_come_is_known_from_the_first_packet_on) {
    Rig rig;
    CHECK(!rig.assembler.outstanding());
    rig.put(leader(1));
    CHECK_EQ(rig.assembler.outstanding().value(), 70u);
    rig.put(payload(1, 1));
    CHECK_EQ(rig.assembler.outstanding().value(), 50u);
}

TEST(a_stream_that_changes_its_id_layout_begins_anew) {
    Rig rig(70, 20 + 8 + 20 + kData);
    rig.put(leader(1, 0, {}, true));
    rig.put(payload(7, 1, 20, false));  // a lone packet of the other layout is no reason
    CHECK_EQ(rig.statistics().sequence_restarts, 0u);
    rig.put(leader(1, 0, {}, false));
    CHECK_EQ(rig.statistics().packets_stray, 1u);
    rig.put(payload(1, 1, 20, false));
    CHECK_EQ(rig.statistics().sequence_restarts, 1u);
    CHECK_EQ(rig.delivered().size(), 1u);
}

TEST(a_hundred_thousand_random_datagrams_do_no_harm) {
    Rig rig;
    rig.sink.buffers = 1'000'000;
    std::uint64_t state = 42;  // xorshift: the same packets in every run
    const auto random = [&](std::uint64_t below) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return state % below;
    };
    for (int i = 0; i < 100'000; ++i) {
        Data datagram;
        const std::uint64_t block = 1 + random(8) + static_cast<std::uint64_t>(i) / 200;
        const auto id = static_cast<std::uint32_t>(random(7));
        switch (random(6)) {
            case 0:
                datagram = leader(block);
                break;
            case 1:
                datagram = trailer(block, id);
                break;
            case 2:
                datagram = refusal(block, static_cast<std::uint8_t>(random(4)), id);
                break;
            case 3:
                datagram = payload(block, id, random(22), random(2) == 0);
                break;
            default:
                datagram = payload(block, id);
        }
        if (random(10) == 0) {
            datagram.resize(random(datagram.size() + 1));
        }
        if (random(10) == 0 && !datagram.empty()) {
            datagram[random(datagram.size())] = static_cast<std::byte>(random(256));
        }
        rig.put(datagram);
        if (random(50) == 0) {
            rig.pass(std::chrono::milliseconds(random(30)));
        }
    }
    rig.assembler.stop();
    const StreamStatistics& all = rig.statistics();
    CHECK_EQ(rig.delivered().size(), all.blocks_complete + all.blocks_incomplete);
    CHECK_EQ(rig.sink.memory.size(), rig.delivered().size() + static_cast<std::size_t>(rig.sink.given_back));
    for (const Delivery& one : rig.delivered()) {
        CHECK(one.result.extent <= 70 && one.result.received <= one.result.extent);
    }
}
