// Reassembly with packets made by hand and an invented clock. 20 bytes of data a packet unless a test says otherwise.
#include <chrono>
#include <deque>
#include <vector>

#include "check.hpp"
#include "gige/assembler.hpp"

using namespace std::chrono_literals;
using namespace vcxg::gige;
using Data = std::vector<std::byte>;
using Range = PacketRange;

namespace {

constexpr Assembler::TimePoint kStart{std::chrono::hours(1)};
constexpr std::size_t kData = 20;
constexpr std::size_t kPacketSize = 20 + 8 + 8 + kData;

template <typename Integer>
void append(Data& data, Integer value) {
    data.resize(data.size() + sizeof value);
    put_be(Bytes(data), data.size() - sizeof value, value);
}

Data header(std::uint16_t status, std::uint64_t block, std::uint8_t format, std::uint32_t packet, bool extended) {
    Data data;
    append(data, status);
    append<std::uint16_t>(data, extended ? std::uint16_t{0} : static_cast<std::uint16_t>(block));
    append<std::uint32_t>(data, (std::uint32_t{format} | (extended ? 0x80u : 0u)) << 24 | (extended ? 0 : packet));
    if (extended) {
        append(data, block);
        append(data, packet);
    }
    return data;
}

struct Shape {
    std::uint16_t type = 0x0001;
    std::uint32_t width = 10, height = 7;  // 70 bytes: packets of 20, 20, 20, 10
    std::uint32_t pixel_format = 0x01080001;
};

Data leader(std::uint64_t block, std::uint64_t timestamp = 0, Shape shape = {}, bool extended = false) {
    Data data = header(0, block, 1, 0, extended);
    append<std::uint16_t>(data, 0);
    append(data, shape.type);
    append(data, timestamp != 0 ? timestamp : 1000 * block);
    if (shape.type == 0x0004) {
        return data;
    }
    for (const std::uint32_t value : {shape.pixel_format, shape.width, shape.height, 32u, 5u, 0u}) {
        append(data, value);
    }
    return data;
}

// Payload bytes count up from the packet id, so that a wrong place shows.
Data payload(std::uint64_t block, std::uint32_t packet, std::size_t size = kData, bool extended = false) {
    Data data = header(0, block, 3, packet, extended);
    for (std::size_t i = 0; i < size; ++i) {
        data.push_back(static_cast<std::byte>(packet * 0x20 + i));
    }
    return data;
}

Data trailer(std::uint64_t block, std::uint32_t packet = 5, std::uint32_t height = 7, bool extended = false) {
    Data data = header(0, block, 2, packet, extended);
    append<std::uint16_t>(data, 0);
    append<std::uint16_t>(data, 1);
    append(data, height);
    return data;
}

Data refusal(std::uint64_t block, std::uint8_t format, std::uint32_t packet) {
    return header(0x800C, block, format, packet, false);
}

struct Delivery {
    FrameResult result;
    Data bytes;
};

struct Sink final : FrameSink {
    std::size_t buffers = 100;
    std::size_t buffer_size = 70;
    std::deque<Data> memory;
    std::vector<Delivery> delivered;
    int given_back = 0;

    std::optional<Target> acquire() noexcept override {
        if (buffers == 0) {
            return std::nullopt;
        }
        --buffers;
        Data& one = memory.emplace_back(buffer_size, std::byte{0xEE});
        return Target{one.data(), one.size(), &one};
    }
    void deliver(const Target& target, const FrameResult& result) noexcept override {
        delivered.push_back({result, *static_cast<Data*>(target.cookie)});
    }
    void give_back(const Target&) noexcept override { ++given_back; }
};

struct Rig {
    Sink sink;
    Assembler assembler;
    Assembler::TimePoint now = kStart;

    explicit Rig(std::size_t payload_size = 70, std::size_t packet_size = kPacketSize)
        : assembler(sink, {packet_size, payload_size, 20ms, 500ms}) {
        sink.buffer_size = payload_size;
    }

    void put(const Data& datagram) { assembler.receive(datagram, now); }
    void put_block(std::uint64_t block, std::uint64_t timestamp = 0) {
        put(leader(block, timestamp));
        for (std::uint32_t id = 1; id <= 4; ++id) {
            put(payload(block, id, id < 4 ? 20 : 10));
        }
        put(trailer(block));
    }
    void pass(std::chrono::nanoseconds time) {
        now += time;
        assembler.handle_timer(now);
    }
    [[nodiscard]] const std::vector<Delivery>& delivered() const { return sink.delivered; }
    [[nodiscard]] const StreamStatistics& statistics() const { return assembler.statistics(); }
    [[nodiscard]] std::vector<std::uint64_t> delivered_ids() const {
        std::vector<std::uint64_t> ids;
        for (const Delivery& one : sink.delivered) {
            ids.push_back(one.result.block_id);
        }
        return ids;
    }
};

using Ids = std::vector<std::uint64_t>;

bool holds_whole_image(const Data& bytes) {
    for (std::size_t i = 0; i < 70; ++i) {
        if (bytes[i] != static_cast<std::byte>((i / 20 + 1) * 0x20 + i % 20)) {
            return false;
        }
    }
    return true;
}

}  // namespace

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
    CHECK(one.bytes.at(20) == std::byte{0xEE});  // the hole is as it was: the ranges say so
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
    Data other = payload(1, 1);
    other.back() = std::byte{0x99};
    rig.put(other);
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
    CHECK_EQ(rig.statistics().packets_malformed, 1u);  // the one that began behind the end
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
        CHECK_EQ(rig.statistics().packets_malformed, 1u);
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
    CHECK_EQ(rig.statistics().packets_malformed, 1u);
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
    CHECK(rig.delivered().at(0).bytes.at(20) == std::byte{0xEE});
    CHECK_EQ(rig.statistics().packets_error_status, 1u);
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

TEST(garbage_is_counted_and_harmless) {
    Rig rig;
    rig.put({});
    rig.put(Data(7));
    Data cut_extended = leader(1, 0, {}, true);
    cut_extended.resize(19);
    rig.put(cut_extended);
    rig.put(header(0, 1, 4, 0, false));  // all-in: not spoken
    rig.put(header(0, 1, 0, 0, false));
    rig.put(payload(1, 1, 21));  // longer than the packet size allows
    rig.put(payload(1, 0));
    rig.put(payload(1, 2, 0));
    rig.put(payload(1, 0xFFFFFF));
    rig.put(header(0, 1, 1, 0, false));  // a leader without content
    rig.put(header(0, 1, 2, 9, false));  // a trailer without content
    CHECK_EQ(rig.statistics().packets_malformed, 11u);
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
    rig.put(payload(1, 1, 20, false));  // a lone packet of the other layout is no reason
    CHECK_EQ(rig.statistics().packets_malformed, 1u);
    rig.put(leader(1, 0, {}, false));
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
