// What one block becomes: from packets made by hand to the bytes and facts that are delivered.
#include "check.hpp"
#include "gige_packets.hpp"

using namespace vcxg::test;

TEST(a_whole_block_is_delivered_at_once_with_what_its_leader_says) {
    Rig rig;
    rig.put_block(1, 123456);
    CHECK_EQ(rig.delivered().size(), 1u);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK(result.has_leader && result.has_trailer);
    CHECK(!result.larger_than_buffer && !result.contains_chunks);
    CHECK_EQ(result.block_id, 1u);
    CHECK_EQ(result.timestamp_ticks, 123456u);
    CHECK_EQ(result.payload_type, 1);
    CHECK_EQ(result.pixel_format, 0x01080001u);
    CHECK_EQ(result.width, 10u);
    CHECK_EQ(result.height, 7u);
    CHECK_EQ(result.offset_x, 32u);
    CHECK_EQ(result.offset_y, 5u);
    CHECK_EQ(result.delivered_height, 7u);
    CHECK_EQ(result.received, 70u);
    CHECK_EQ(result.extent, 70u);
    CHECK_EQ(result.expected_packets, 4u);
    CHECK_EQ(result.missing_packets, 0u);
    CHECK(result.missing.empty());
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
    CHECK_EQ(rig.statistics().blocks_complete, 1u);
    CHECK_EQ(rig.statistics().packets_received, 6u);
    CHECK_EQ(rig.statistics().bytes_received, 70u);
}

TEST(extended_ids_have_their_own_places_and_64_bit_block_ids) {
    Rig rig(70, 20 + 8 + 20 + kData);
    constexpr std::uint64_t kBlock = 0x1'0000'1234;
    rig.put(leader(kBlock, 9, {}, true));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(kBlock, id, id < 4 ? 20 : 10, true));
    }
    rig.put(trailer(kBlock, 5, 7, true));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK_EQ(rig.delivered().at(0).result.block_id, kBlock);
    CHECK(rig.delivered().at(0).result.complete);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
}

TEST(packets_in_any_order_make_the_same_image) {
    Rig rig;
    rig.put(trailer(1));
    rig.put(payload(1, 4, 10));
    rig.put(payload(1, 2));
    rig.put(payload(1, 1));
    rig.put(leader(1));
    CHECK(rig.delivered().empty());
    rig.put(payload(1, 3));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(rig.delivered().at(0).result.complete);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
}

TEST(a_lost_packet_makes_the_block_incomplete_and_says_which_one) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    rig.pass(19ms);
    CHECK(rig.delivered().empty());
    rig.pass(1ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    const Delivery& one = rig.delivered().at(0);
    CHECK(!one.result.complete);
    CHECK(one.result.missing == std::vector<Range>({{2, 3}}));
    CHECK_EQ(one.result.missing_packets, 2u);
    CHECK_EQ(one.result.expected_packets, 4u);
    CHECK_EQ(one.result.received, 30u);
    CHECK_EQ(one.result.extent, 70u);
    CHECK(one.result.missing_bytes == std::vector<ByteRange>({{20, 40}}));
    CHECK(one.result.flaw == Flaw::packets_missing);
    for (std::size_t i = 20; i < 60; ++i) {
        CHECK(one.bytes.at(i) == std::byte{0});  // and not what the buffer held before
    }
    CHECK_EQ(rig.statistics().blocks_incomplete, 1u);
    CHECK_EQ(rig.statistics().packets_missing, 2u);
}

TEST(missing_ranges_are_exact_at_both_ends_of_a_block) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 2));
    rig.put(payload(1, 3));
    rig.put(trailer(1));
    rig.pass(20ms);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{1, 1}, {4, 4}}));
}

TEST(a_lost_trailer_costs_a_moment_but_not_the_image) {
    Rig rig;
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    CHECK(rig.delivered().empty());
    rig.pass(20ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK(!result.has_trailer);
    CHECK_EQ(result.delivered_height, 7u);
}

TEST(a_block_without_a_leader_is_never_good) {
    Rig rig;
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1));
    CHECK(rig.delivered().empty());
    rig.pass(20ms);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(!result.complete);
    CHECK(!result.has_leader);
    CHECK(result.missing.empty());
    CHECK_EQ(result.timestamp_ticks, 0u);
    CHECK_EQ(rig.statistics().blocks_incomplete, 1u);
}

TEST(without_leader_and_trailer_the_payload_size_tells_what_is_missing) {
    Rig rig;
    rig.put(payload(1, 2));
    rig.pass(500ms);
    CHECK_EQ(rig.delivered().at(0).result.expected_packets, 4u);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{1, 1}, {3, 4}}));
}

TEST(duplicates_are_counted_and_change_nothing) {
    Rig rig;
    rig.put(leader(1));
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 1));
    for (std::uint32_t id = 2; id <= 3; ++id) {
        rig.put(payload(1, id));
    }
    rig.put(trailer(1));
    rig.put(trailer(1));
    rig.put(payload(1, 4, 10));
    CHECK(rig.delivered().at(0).result.complete);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
    CHECK_EQ(rig.statistics().packets_duplicate, 3u);
}

TEST(a_block_larger_than_its_buffer_is_clipped_and_says_so) {
    Rig rig;
    rig.sink.buffer_size = 50;
    rig.put_block(1);
    rig.pass(20ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(!result.complete);
    CHECK(result.larger_than_buffer);
    CHECK_EQ(result.received, 50u);
    CHECK_EQ(result.extent, 50u);
    CHECK_EQ(result.expected_packets, 4u);
    CHECK(result.flaw == Flaw::larger_than_buffer);
    CHECK_EQ(rig.statistics().packets_beyond_buffer, 1u);  // the one that began behind the end
    CHECK_EQ(rig.statistics().incomplete_larger_than_buffer, 1u);
}

TEST(a_last_packet_padded_to_full_size_is_no_larger_block) {
    Rig rig;
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id));
    }
    rig.put(trailer(1));
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK(!result.larger_than_buffer);
    CHECK_EQ(result.extent, 70u);
    CHECK_EQ(result.received, 70u);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
}

TEST(fewer_lines_in_the_trailer_make_a_shorter_complete_image) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 2));
    rig.put(trailer(1, 3, 4));
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK_EQ(result.height, 7u);
    CHECK_EQ(result.delivered_height, 4u);
    CHECK_EQ(result.extent, 40u);
}

TEST(a_trailer_that_says_no_lines_leaves_the_word_to_the_leader) {
    Rig rig;
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1, 5, 0));
    CHECK(rig.delivered().at(0).result.complete);
    CHECK_EQ(rig.delivered().at(0).result.delivered_height, 7u);
    CHECK_EQ(rig.delivered().at(0).result.extent, 70u);
}

TEST(fewer_bytes_than_leader_and_trailer_announce_are_not_a_complete_image) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 2));
    rig.put(trailer(1, 3, 7));
    rig.pass(20ms);
    CHECK(!rig.delivered().at(0).result.complete);
}

TEST(a_packet_shorter_than_its_place_is_missing_wherever_it_comes) {
    for (const bool last_first : {false, true}) {
        Rig rig;
        rig.put(leader(1));
        if (last_first) {
            rig.put(payload(1, 4, 10));
        }
        rig.put(payload(1, 1));
        rig.put(payload(1, 2, 15));
        rig.put(payload(1, 3));
        if (!last_first) {
            rig.put(payload(1, 4, 10));
        }
        rig.put(trailer(1));
        rig.pass(20ms);
        CHECK(!rig.delivered().at(0).result.complete);
        CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{2, 2}}));
        CHECK_EQ(rig.delivered().at(0).result.received, 50u);
        CHECK_EQ(rig.statistics().packets_wrong_size, 1u);
        CHECK_EQ(rig.statistics().bytes_received, 50u);
    }
}

TEST(a_short_packet_without_a_shorter_last_one_is_found_at_the_end) {
    Rig rig(80);
    rig.put(leader(1, 0, {0x0001, 10, 8}));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id == 2 ? 15 : 20));
    }
    rig.put(trailer(1, 5, 8));
    rig.pass(20ms);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{2, 2}}));
    CHECK_EQ(rig.statistics().packets_wrong_size, 1u);
}

TEST(error_packets_carry_no_data) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    Data packet = refusal(1, 3, 2);
    packet.resize(packet.size() + 20, std::byte{0x55});
    rig.put(packet);
    rig.put(payload(1, 3));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    rig.pass(20ms);
    CHECK(rig.delivered().at(0).result.missing == std::vector<Range>({{2, 2}}));
    CHECK(rig.delivered().at(0).bytes.at(20) == std::byte{0});
    CHECK_EQ(rig.delivered().at(0).result.device_status, 0x800C);
    CHECK_EQ(rig.statistics().packets_error_status, 1u);
    CHECK_EQ(rig.statistics().packets_unavailable, 1u);
}

TEST(a_trailer_with_an_error_ends_the_block_and_spoils_it) {
    Rig rig;
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(refusal(1, 2, 5));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(!rig.delivered().at(0).result.complete);
    CHECK(!rig.delivered().at(0).result.has_trailer);
    CHECK(rig.delivered().at(0).result.flaw == Flaw::device_error);
}

TEST(garbage_is_counted_and_harmless) {
    Rig rig;
    rig.put({});
    rig.put(Data(7));
    Data cut_extended = leader(1, 0, {}, true);
    cut_extended.resize(19);
    rig.put(cut_extended);
    rig.put(header(0, 1, 4, 0, false));  // all-in: not spoken
    rig.put(header(0, 1, 9, 0, false));
    rig.put(header(0, 1, 0, 0, false));
    rig.put(payload(1, 1, 21));  // longer than the packet size allows
    rig.put(payload(1, 0));
    rig.put(payload(1, 2, 0));
    rig.put(payload(1, 0xFFFFFF));
    rig.put(header(0, 1, 1, 0, false));  // a leader without content
    rig.put(header(0, 1, 2, 9, false));  // a trailer without content
    CHECK_EQ(rig.statistics().packets_malformed, 9u);
    CHECK_EQ(rig.statistics().packets_unsupported, 1u);
    CHECK_EQ(rig.statistics().packets_wrong_size, 1u);
    CHECK_EQ(rig.statistics().packets_beyond_buffer, 1u);
    rig.pass(500ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(!rig.delivered().at(0).result.complete);
    CHECK_EQ(rig.delivered().at(0).result.received, 0u);
}

TEST(a_payload_packet_behind_the_trailer_is_malformed) {
    Rig rig;
    rig.put(leader(1));
    rig.put(trailer(1, 3, 4));
    rig.put(payload(1, 3));
    CHECK_EQ(rig.statistics().packets_malformed, 1u);
}

TEST(a_trailer_before_the_packets_that_came_is_malformed) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 3));
    rig.put(trailer(1, 3));
    CHECK_EQ(rig.statistics().packets_malformed, 1u);
    for (const std::uint32_t id : {1, 2}) {
        rig.put(payload(1, id));
    }
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1, 5));
    CHECK(rig.delivered().at(0).result.complete);
}

TEST(an_image_with_chunks_ends_where_the_trailer_says) {
    Rig rig(80);
    rig.put(leader(1, 0, {0x4001, 10, 5}));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id));
    }
    Data last = header(0, 1, 2, 5, false);
    append<std::uint32_t>(last, 0x4001);
    append<std::uint32_t>(last, 5);
    append<std::uint32_t>(last, 72);  // 50 of image + its tag + two more chunks; the last packet is padded
    append<std::uint32_t>(last, 9);
    rig.put(last);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK(result.contains_chunks);
    CHECK_EQ(result.extent, 72u);
    CHECK_EQ(result.chunk_layout_id, 9u);
    CHECK_EQ(result.delivered_height, 5u);
    CHECK_EQ(result.width, 10u);
}

TEST(chunk_data_without_geometry_are_complete_by_their_length) {
    Rig rig(80);
    rig.put(leader(1, 0, {0x0004}));
    rig.put(payload(1, 1));
    rig.put(payload(1, 2, 12));
    Data last = header(0, 1, 2, 3, false);
    append<std::uint32_t>(last, 0x0004);
    append<std::uint32_t>(last, 32);
    rig.put(last);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.complete);
    CHECK(result.contains_chunks);
    CHECK_EQ(result.extent, 32u);
    CHECK_EQ(result.width, 0u);
}

TEST(chunks_with_a_lost_trailer_are_incomplete) {
    Rig rig(70);
    rig.put(leader(1, 0, {0x4001, 10, 5}));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(leader(2, 0, {0x4001, 10, 5}));
    rig.pass(20ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(!rig.delivered().at(0).result.complete);
    CHECK(rig.delivered().at(0).result.missing.empty());
}

TEST(a_packet_that_comes_twice_with_different_content_is_not_believed) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    Data other = payload(1, 1);
    other.back() = std::byte{0x99};
    rig.put(other);
    rig.put(payload(1, 1));  // two against one are no proof
    for (std::uint32_t id = 2; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1));
    const Delivery& one = rig.delivered().at(0);
    CHECK(one.result.flaw == Flaw::conflict);
    CHECK(one.result.missing_bytes == std::vector<ByteRange>({{0, 20}}));
    CHECK(one.bytes.at(0) == std::byte{0});
    CHECK_EQ(rig.statistics().packets_conflicting, 1u);
    CHECK_EQ(rig.statistics().packets_duplicate, 1u);
    CHECK_EQ(rig.statistics().incomplete_conflict, 1u);
    CHECK_EQ(rig.statistics().bytes_received, 50u);
}

TEST(a_last_packet_that_comes_again_with_another_length_is_not_believed) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 4, 10));
    rig.put(payload(1, 4, 8));
    for (std::uint32_t id = 1; id <= 3; ++id) {
        rig.put(payload(1, id));
    }
    rig.put(trailer(1));
    CHECK(rig.delivered().at(0).result.missing_bytes == std::vector<ByteRange>({{60, 10}}));
}

TEST(two_different_leaders_or_trailers_spoil_a_block) {
    for (const bool leaders : {true, false}) {
        Rig rig;
        rig.put(leader(1));
        if (leaders) {
            rig.put(leader(1, 777));
        } else {
            rig.put(trailer(1, 5));
            rig.put(trailer(1, 5, 6));
        }
        for (std::uint32_t id = 1; id <= 4; ++id) {
            rig.put(payload(1, id, id < 4 ? 20 : 10));
        }
        rig.put(trailer(1));
        CHECK(rig.delivered().at(0).result.flaw == Flaw::conflict);
        CHECK(rig.delivered().at(0).result.missing_bytes.empty());
        CHECK_EQ(rig.statistics().packets_conflicting, 1u);
    }
}

TEST(a_garbled_packet_id_behind_the_buffer_does_not_spoil_the_block) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 0x800001));
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1));
    CHECK(rig.delivered().at(0).result.complete);
    CHECK_EQ(rig.statistics().packets_beyond_buffer, 1u);
}

TEST(the_missing_end_of_a_block_counts_in_bytes_even_where_no_packet_told_of_it) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(trailer(1, 3));  // two packets, says the trailer; seven lines, say both
    rig.put(payload(1, 2));
    CHECK_EQ(rig.delivered().size(), 1u);
    const FrameResult& result = rig.delivered().at(0).result;
    CHECK(result.flaw == Flaw::size_mismatch);
    CHECK_EQ(result.extent, 70u);
    CHECK(result.missing_bytes == std::vector<ByteRange>({{40, 30}}));
    CHECK_EQ(result.received, 40u);
}

TEST(every_flaw_is_counted_and_the_counts_add_up) {
    Rig rig;
    rig.put_block(1);
    rig.put(leader(2));  // no payload, no trailer
    rig.put(payload(3, 1));
    rig.put(trailer(3));
    rig.put(leader(4));
    rig.put(refusal(4, 2, 5));
    rig.pass(20ms);
    rig.put(leader(5));
    rig.put(trailer(5, 2));
    rig.put(payload(5, 1));
    rig.put(leader(6));
    rig.put(leader(7));
    rig.assembler.stop();
    const StreamStatistics& all = rig.statistics();
    CHECK_EQ(all.incomplete_packets_missing, 1u);
    CHECK_EQ(all.incomplete_no_leader, 1u);
    CHECK_EQ(all.incomplete_device_error, 1u);
    CHECK_EQ(all.incomplete_size_mismatch, 1u);
    CHECK_EQ(all.blocks_incomplete, 4u);
    CHECK_EQ(all.blocks_abandoned, 2u);
    CHECK_EQ(all.blocks_open, 0u);
    CHECK_EQ(
        all.blocks_complete + all.blocks_incomplete + all.blocks_missed + all.blocks_underrun + all.blocks_abandoned,
        7u);
}
