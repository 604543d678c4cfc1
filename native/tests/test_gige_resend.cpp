// Asking a device again for what did not come: when, for what, and when no longer. The clock is invented.
#include "check.hpp"
#include "gige_packets.hpp"

using namespace vcxg::test;

namespace {

ResendPolicy willing() {
    ResendPolicy policy;
    policy.enabled = true;
    policy.ratio = 4.0;
    return policy;
}

struct ResendRig : Rig {
    explicit ResendRig(const ResendPolicy& policy = willing(), std::size_t payload_size = 70)
        : Rig({kPacketSize, payload_size, 20ms, 500ms, policy}) {}

    // The ranges asked for after `time` has passed.
    std::vector<Range> asked_after(std::chrono::nanoseconds time) {
        pass(time);
        std::vector<Range> ranges;
        for (const ResendRequest& one : assembler.resend_requests()) {
            ranges.push_back(one.packets);
        }
        return ranges;
    }
    void put_with_hole(std::uint64_t block) {
        put(leader(block));
        put(payload(block, 1));
        put(payload(block, 4, 10));
        put(trailer(block));
    }
};

Data resent(Data packet) {
    put_be<std::uint16_t>(Bytes(packet), 0, 0x0100);
    return packet;
}

Data wire(std::initializer_list<unsigned> bytes) {
    Data data;
    for (const unsigned byte : bytes) {
        data.push_back(static_cast<std::byte>(byte));
    }
    return data;
}

using Ranges = std::vector<Range>;

}  // namespace

TEST(a_hole_is_asked_for_after_a_moment_and_filled_by_the_answer) {
    ResendRig rig;
    rig.put_with_hole(1);
    CHECK(rig.asked_after(0ms).empty());
    CHECK(rig.assembler.next_timer() == rig.now + 1ms);
    CHECK(rig.asked_after(1ms) == Ranges({{2, 3}}));
    CHECK_EQ(rig.assembler.resend_requests()[0].block_id, 1u);
    CHECK(rig.asked_after(1ms).empty());
    rig.put(resent(payload(1, 2)));
    rig.put(resent(payload(1, 3)));
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(rig.delivered().at(0).result.complete);
    CHECK(holds_whole_image(rig.delivered().at(0).bytes));
    CHECK_EQ(rig.statistics().resend_requests, 1u);
    CHECK_EQ(rig.statistics().resend_packets_requested, 2u);
    CHECK_EQ(rig.statistics().packets_resent, 2u);
}

TEST(a_packet_that_was_only_overtaken_is_not_asked_for) {
    ResendRig rig;
    rig.put(leader(1));
    rig.put(payload(1, 1));
    rig.put(payload(1, 3));
    CHECK(rig.asked_after(0ms).empty());
    rig.now += 500us;
    rig.put(payload(1, 2));
    CHECK(rig.asked_after(600us).empty());
    CHECK_EQ(rig.statistics().resend_requests, 0u);
}

TEST(without_an_answer_the_same_packets_are_asked_for_again_and_the_wait_has_an_end) {
    ResendRig rig;
    rig.put_with_hole(1);
    rig.pass(0ms);
    CHECK(rig.asked_after(1ms) == Ranges({{2, 3}}));
    CHECK(rig.asked_after(19ms).empty());
    CHECK(rig.asked_after(1ms) == Ranges({{2, 3}}));
    for (int i = 0; i < 3; ++i) {
        CHECK(rig.asked_after(20ms) == Ranges({{2, 3}}));
    }
    CHECK(rig.delivered().empty());
    rig.pass(20ms);
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK(rig.delivered().at(0).result.missing == Ranges({{2, 3}}));
}

TEST(a_device_that_does_not_resend_is_never_waited_for) {
    ResendPolicy unwilling = willing();
    unwilling.enabled = false;
    ResendRig rig(unwilling);
    rig.put_with_hole(1);
    rig.pass(0ms);
    CHECK(rig.asked_after(20ms).empty());
    CHECK_EQ(rig.delivered().size(), 1u);
    CHECK_EQ(rig.statistics().resend_requests, 0u);
}

TEST(a_device_that_has_the_packets_no_more_is_not_asked_again) {
    ResendRig rig;
    rig.put_with_hole(1);
    rig.pass(0ms);
    rig.pass(1ms);
    rig.put(refusal(1, 3, 2));
    CHECK(rig.asked_after(19ms).empty());
    CHECK(rig.delivered().empty());
    CHECK(rig.asked_after(1ms).empty());
    CHECK_EQ(rig.delivered().size(), 1u);  // the reorder time after its last packet
    CHECK_EQ(rig.delivered().at(0).result.device_status, 0x800C);
    CHECK_EQ(rig.statistics().resend_blocks_given_up, 1u);
    CHECK_EQ(rig.statistics().packets_unavailable, 1u);
}

TEST(a_device_that_does_not_have_the_packets_yet_is_asked_again) {
    ResendRig rig;
    rig.put_with_hole(1);
    rig.pass(0ms);
    rig.pass(1ms);
    rig.put(header(0x8010, 1, 3, 2, false));
    CHECK(rig.asked_after(20ms) == Ranges({{2, 3}}));
}

TEST(a_block_that_lost_too_much_is_not_asked_for) {
    ResendPolicy policy = willing();
    policy.ratio = 0.25;
    ResendRig rig(policy, 20 * 40);
    rig.put(leader(1, 0, {0x0001, 10, 80}));
    rig.put(payload(1, 1));
    rig.put(payload(1, 13));  // 11 of 42 are missing
    rig.pass(0ms);
    CHECK(rig.asked_after(1ms).empty());
    CHECK(!rig.assembler.next_timer() || *rig.assembler.next_timer() > rig.now);
    ResendRig other(policy, 20 * 40);
    other.put(leader(1, 0, {0x0001, 10, 80}));
    other.put(payload(1, 1));
    other.put(payload(1, 12));
    other.pass(0ms);
    CHECK(other.asked_after(1ms) == Ranges({{2, 11}}));
}

TEST(a_lost_end_is_asked_for_when_the_sender_pauses_or_goes_on_with_the_next_block) {
    for (const bool next : {true, false}) {
        ResendRig rig;
        rig.put(leader(1));
        rig.put(payload(1, 1));
        rig.put(payload(1, 2));
        rig.pass(0ms);
        if (next) {
            rig.put(leader(2));
            rig.pass(0ms);
        } else {
            CHECK(rig.assembler.next_timer() == rig.now + 20ms);
            rig.pass(20ms);
        }
        CHECK(rig.asked_after(1ms) == Ranges({{3, 5}}));  // 5 is the trailer
        rig.put(payload(1, 3));
        rig.put(payload(1, 4, 10));
        rig.put(trailer(1));
        CHECK(rig.delivered().at(0).result.complete);
    }
}

TEST(a_lost_leader_is_asked_for) {
    ResendRig rig;
    for (std::uint32_t id = 1; id <= 4; ++id) {
        rig.put(payload(1, id, id < 4 ? 20 : 10));
    }
    rig.put(trailer(1));
    rig.pass(0ms);
    CHECK(rig.asked_after(1ms) == Ranges({{0, 0}}));
    rig.put(resent(leader(1)));
    CHECK(rig.delivered().at(0).result.complete);
}

TEST(newer_blocks_wait_while_an_older_one_is_asked_for) {
    ResendRig rig;
    rig.put_with_hole(1);
    for (std::uint64_t block = 2; block <= 12; ++block) {
        rig.put_block(block);
    }
    rig.pass(0ms);
    rig.pass(1ms);
    CHECK(rig.delivered().empty());
    rig.put(resent(payload(1, 2)));
    rig.put(resent(payload(1, 3)));
    CHECK_EQ(rig.delivered().size(), 12u);
    CHECK_EQ(rig.statistics().blocks_complete, 12u);
}

TEST(a_paused_block_without_holes_does_not_ask_for_attention_all_the_time) {
    ResendPolicy policy = willing();
    policy.ratio = 0.01;
    ResendRig rig(policy, 20 * 40);
    rig.put(leader(1, 0, {0x0001, 10, 80}));
    rig.put(payload(1, 1));
    rig.pass(21ms);
    rig.pass(1ms);
    rig.pass(30ms);
    CHECK(rig.assembler.next_timer().value() > rig.now);
}

TEST(the_command_for_standard_ids_has_twelve_bytes) {
    CHECK(packet_resend(0x1234, 0, {0xABCD, false, {7, 0x0102}}) ==
          wire({0x42, 0x00, 0x00, 0x40, 0x00, 0x0C, 0x12, 0x34,  // no acknowledge wanted
                0x00, 0x00, 0xAB, 0xCD, 0,    0,    0,    7,    0, 0, 0x01, 0x02}));
}

TEST(the_command_for_extended_ids_has_twenty_bytes) {
    CHECK(packet_resend(1, 2, {0x0102030405060708, true, {7, 0x01020304}}) ==
          wire({0x42, 0x10, 0x00, 0x40, 0x00, 0x14, 0x00, 0x01, 0x00, 0x02, 0x00, 0x00, 0, 0,
                0,    7,    1,    2,    3,    4,    1,    2,    3,    4,    5,    6,    7, 8}));
}
