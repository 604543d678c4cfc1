// How a block grows: what the owner of the buffers may use of it while it is received.
#include "check.hpp"
#include "gige_packets.hpp"

using namespace vcxg::test;

using Sizes = std::vector<std::size_t>;

TEST(a_block_grows_by_what_is_there_without_a_hole) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 3));
    CHECK(rig.sink.grown == Sizes({20}));
    rig.put(payload(1, 2));
    CHECK(rig.sink.grown == Sizes({20, 60}));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    CHECK(rig.sink.grown == Sizes({20, 60, 70}));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(!rig.sink.broken);
}

TEST(nothing_is_told_before_the_leader_says_what_it_is) {
    Rig rig;
    rig.put(payload(1, 1));
    rig.put(payload(1, 2));
    CHECK(rig.sink.grown.empty());
    rig.put(leader(1));
    CHECK(rig.sink.grown == Sizes({40}));
}

TEST(it_is_told_in_steps) {
    Rig rig({kPacketSize, 70, 20ms, 500ms, {}, 40});
    rig.put_block(1);
    CHECK(rig.sink.grown == Sizes({40, 70}));
    rig.put_block(2);  // anew for every block
    CHECK(rig.sink.grown == Sizes({40, 70, 40, 70}));
}

TEST(a_short_packet_that_is_replaced_was_not_told) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 2, 10));  // short, though not the last
    rig.put(payload(1, 3));
    rig.put(payload(1, 4, 10));  // so this one is, and packet 2 counts as missing
    CHECK(rig.sink.grown == Sizes({20}));
    rig.put(payload(1, 2));
    CHECK(rig.sink.grown == Sizes({20, 60}));
    rig.put(trailer(1));
    CHECK(rig.delivered().at(0).result.complete);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
    CHECK(!rig.sink.broken);
}

TEST(an_incomplete_block_is_never_told_whole) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 2));
    rig.put(payload(1, 4, 10));
    rig.put(trailer(1));
    rig.pass(20ms);
    CHECK(!rig.delivered().at(0).result.complete);
    CHECK(rig.sink.grown == Sizes({20, 40}));
}

TEST(a_block_in_doubt_is_never_told_whole) {
    Rig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    auto other = payload(1, 1);
    other.back() ^= std::byte{1};
    rig.put(other);
    for (std::uint32_t id = 2; id <= 4; ++id) rig.put(payload(1, id, id < 4 ? 20 : 10));
    rig.put(trailer(1));
    rig.pass(20ms);
    CHECK(rig.delivered().at(0).result.flaw == Flaw::conflict);
    CHECK(rig.sink.grown == Sizes({20, 40, 60}));
}

TEST(a_block_without_a_buffer_does_not_grow) {
    Rig rig;
    rig.sink.buffers = 0;
    rig.put_block(1);
    CHECK(rig.sink.grown.empty());
}

TEST(a_packet_across_the_end_of_the_buffer_is_told_up_to_there) {
    Rig rig;
    rig.put(leader(1));
    for (std::uint32_t id = 1; id <= 4; ++id) rig.put(payload(1, id));
    CHECK(rig.sink.grown == Sizes({20, 40, 60, 70}));
    rig.put(trailer(1));
    CHECK(!rig.sink.broken);
}
