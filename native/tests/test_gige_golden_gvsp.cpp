// The producer's GVSP against the golden bytes: every packet type that it receives, and whole blocks through the assembler.
#include <algorithm>
#include <tuple>

#include "check.hpp"
#include "gige/assembler.hpp"
#include "gige/gvsp.hpp"
#include "golden.hpp"

namespace gvsp = vcxg::gige::gvsp;
using namespace std::chrono_literals;
using vcxg::gige::ConstBytes;

namespace {

const std::vector<std::byte>& golden(std::string_view name) {
    static const auto entries = vcxg::golden::load("gvsp");
    const auto entry = entries.find(name);
    if (entry == entries.end()) {
        throw std::runtime_error("no golden entry " + std::string(name));
    }
    return entry->second;
}

gvsp::Packet packet(std::string_view name) {
    return gvsp::parse_packet(golden(name)).value();
}
gvsp::Leader leader(std::string_view name) {
    return gvsp::parse_leader(packet(name).data).value();
}
gvsp::Trailer trailer(std::string_view name) {
    return gvsp::parse_trailer(packet(name).data).value();
}

std::vector<std::byte> counting(std::size_t first, std::size_t count) {
    std::vector<std::byte> bytes(count);
    std::generate(bytes.begin(), bytes.end(), [value = first]() mutable { return static_cast<std::byte>(value++); });
    return bytes;
}

// One buffer, and what came back in it.
class Sink final : public vcxg::gige::FrameSink {
public:
    std::optional<vcxg::gige::Target> acquire() noexcept override {
        return vcxg::gige::Target{memory.data(), memory.size(), nullptr};
    }
    void grow(const vcxg::gige::Target&, const vcxg::gige::gvsp::Leader&, std::size_t) noexcept override {}
    void deliver(const vcxg::gige::Target&, const vcxg::gige::FrameResult& result) noexcept override {
        results.push_back(result);
    }
    void give_back(const vcxg::gige::Target&) noexcept override { ++given_back; }

    std::vector<std::byte> memory = std::vector<std::byte>(48, std::byte{0xEE});
    std::vector<vcxg::gige::FrameResult> results;
    int given_back = 0;
};

using Names = std::vector<std::string_view>;

void send(vcxg::gige::Assembler& assembler, const Names& names) {
    const vcxg::gige::Assembler::TimePoint now{};
    for (const auto name : names) {
        assembler.receive(golden(name), now);
    }
    assembler.handle_timer(now);
}

const Names kImage = {"IMAGE_LEADER", "IMAGE_PAYLOAD_1", "IMAGE_PAYLOAD_2", "IMAGE_PAYLOAD_3", "IMAGE_TRAILER"};
const Names kImageExtended = {"IMAGE_LEADER_EXTENDED", "IMAGE_PAYLOAD_1_EXTENDED", "IMAGE_PAYLOAD_2_EXTENDED",
                              "IMAGE_PAYLOAD_3_EXTENDED", "IMAGE_TRAILER_EXTENDED"};

}  // namespace

TEST(standard_headers_are_read) {
    const auto first = packet("IMAGE_PAYLOAD_1");
    CHECK_EQ(first.status, 0);
    CHECK(!first.extended);
    CHECK_EQ(first.format, 3);
    CHECK_EQ(first.block_id, 0x1234u);
    CHECK_EQ(first.packet_id, 1u);
    CHECK(std::ranges::equal(first.data, counting(0, 20)));
    CHECK_EQ(packet("IMAGE_LEADER").format, 1);
    CHECK_EQ(packet("IMAGE_TRAILER").format, 2);
    CHECK_EQ(packet("IMAGE_TRAILER").packet_id, 4u);
    CHECK_EQ(packet("TRAILER_FULL_FRAME_MONO8_1500").packet_id, 8395u);
}

TEST(extended_headers_are_read) {
    const auto last = packet("IMAGE_PAYLOAD_3_EXTENDED");
    CHECK(last.extended);
    CHECK_EQ(last.format, 3);
    CHECK_EQ(last.block_id, 0x100001234u);
    CHECK_EQ(last.packet_id, 3u);
    CHECK(std::ranges::equal(last.data, counting(40, 8)));
    CHECK_EQ(packet("IMAGE_LEADER_EXTENDED").format, 1);
    CHECK_EQ(packet("IMAGE_TRAILER_EXTENDED").format, 2);
}

TEST(a_packet_shorter_than_its_header_is_none) {
    CHECK(!gvsp::parse_packet(ConstBytes(golden("IMAGE_LEADER")).first(7)));
    CHECK(gvsp::parse_packet(ConstBytes(golden("IMAGE_LEADER")).first(8)));
    CHECK(!gvsp::parse_packet(ConstBytes(golden("IMAGE_LEADER_EXTENDED")).first(19)));
}

TEST(a_leader_tells_the_geometry) {
    for (const auto* name : {"IMAGE_LEADER", "IMAGE_LEADER_EXTENDED"}) {
        const auto image = leader(name);
        CHECK_EQ(image.payload_type, 0x0001);
        CHECK_EQ(image.timestamp, 0x123456789u);
        CHECK(image.has_geometry);
        CHECK_EQ(image.pixel_format, 0x01080001u);
        CHECK_EQ(image.width, 16u);
        CHECK_EQ(image.height, 3u);
        CHECK_EQ(image.offset_x, 32u);
        CHECK_EQ(image.offset_y, 5u);
        CHECK_EQ(image.padding_x, 0);
        CHECK_EQ(image.padding_y, 0);
    }
}

TEST(a_leader_tells_each_pixel_format_and_so_the_size) {
    const std::tuple<std::string, std::uint32_t, std::size_t> formats[] = {
        {"LEADER_MONO8", 0x01080001, 12'288'000},
        {"LEADER_MONO10", 0x01100003, 24'576'000},
        {"LEADER_MONO12", 0x01100005, 24'576'000},
        {"LEADER_MONO12P", 0x010C0047, 18'432'000},
    };
    for (const auto& [name, code, size] : formats) {
        for (const auto& entry : {name, name + "_EXTENDED"}) {
            const auto full = leader(entry);
            CHECK_EQ(full.pixel_format, code);
            CHECK_EQ(full.width, 4096u);
            CHECK_EQ(full.height, 3000u);
            CHECK_EQ(gvsp::image_size(full, 3000).value_or(0), size);
        }
    }
}

TEST(a_trailer_tells_the_lines) {
    CHECK_EQ(trailer("IMAGE_TRAILER").payload_type, 0x0001);
    CHECK_EQ(trailer("IMAGE_TRAILER").height.value_or(0), 3u);
    CHECK_EQ(trailer("IMAGE_TRAILER_EXTENDED").height.value_or(0), 3u);
    CHECK_EQ(trailer("TRAILER_FULL_FRAME_MONO8_1500").height.value_or(0), 3000u);
    CHECK(!trailer("IMAGE_TRAILER").chunk_length);
}

TEST(leaders_and_trailers_with_chunks_are_read) {
    CHECK_EQ(leader("CHUNK_LEADER").payload_type, 0x0004);
    CHECK_EQ(leader("CHUNK_LEADER").timestamp, 0x123456789u);
    CHECK(!leader("CHUNK_LEADER").has_geometry);
    CHECK_EQ(trailer("CHUNK_TRAILER").chunk_length.value_or(0), 56u);
    CHECK(!trailer("CHUNK_TRAILER").height);
    for (const auto* name : {"IMAGE_CHUNK_LEADER", "IMAGE_CHUNK_LEADER_EXTENDED"}) {
        CHECK_EQ(leader(name).payload_type, 0x4001);
        CHECK_EQ(leader(name).width, 16u);
    }
    for (const auto* name : {"IMAGE_CHUNK_TRAILER", "IMAGE_CHUNK_TRAILER_EXTENDED", "EXTENDED_CHUNK_TRAILER"}) {
        CHECK_EQ(trailer(name).height.value_or(0), 1u);
        CHECK_EQ(trailer(name).chunk_length.value_or(0), 56u);
        CHECK_EQ(trailer(name).chunk_layout_id, 9u);
    }
    CHECK_EQ(leader("EXTENDED_CHUNK_LEADER").payload_type, 0x0005);
    CHECK(leader("EXTENDED_CHUNK_LEADER").has_geometry);
    CHECK_EQ(leader("EXTENDED_CHUNK_LEADER").height, 1u);
}

TEST(the_packet_size_counts_every_header) {
    CHECK_EQ(gvsp::data_size(56, false), packet("IMAGE_PAYLOAD_1").data.size());
    CHECK_EQ(gvsp::data_size(68, true), packet("IMAGE_PAYLOAD_1_EXTENDED").data.size());
    CHECK_EQ(gvsp::data_size(1500, false), 1464u);
    CHECK_EQ(gvsp::data_size(9000, true), 8952u);
}

TEST(a_whole_block_fills_a_buffer) {
    for (const auto extended : {false, true}) {
        Sink sink;
        vcxg::gige::Assembler assembler(sink, {.packet_size = extended ? 68u : 56u, .payload_size = 48});
        send(assembler, extended ? kImageExtended : kImage);
        CHECK_EQ(sink.results.size(), 1u);
        const auto& result = sink.results.at(0);
        CHECK(result.complete);
        CHECK_EQ(result.block_id, extended ? 0x100001234u : 0x1234u);
        CHECK_EQ(result.timestamp_ticks, 0x123456789u);
        CHECK_EQ(result.width, 16u);
        CHECK_EQ(result.height, 3u);
        CHECK_EQ(result.offset_x, 32u);
        CHECK_EQ(result.offset_y, 5u);
        CHECK_EQ(result.delivered_height, 3u);
        CHECK_EQ(result.received, 48u);
        CHECK(sink.memory == counting(0, 48));
    }
}

TEST(a_block_in_reverse_order_fills_the_same_buffer) {
    Sink sink;
    vcxg::gige::Assembler assembler(sink, {.packet_size = 56, .payload_size = 48});
    send(assembler, {"IMAGE_TRAILER", "IMAGE_PAYLOAD_3", "IMAGE_PAYLOAD_2", "IMAGE_PAYLOAD_1", "IMAGE_LEADER"});
    CHECK_EQ(sink.results.size(), 1u);
    CHECK(sink.results.at(0).complete);
    CHECK(sink.memory == counting(0, 48));
}

TEST(a_trailer_of_no_lines_behind_a_whole_image_says_nothing) {
    Sink sink;
    vcxg::gige::Assembler assembler(sink, {.packet_size = 56, .payload_size = 48});
    send(assembler,
         {"IMAGE_LEADER", "IMAGE_PAYLOAD_1", "IMAGE_PAYLOAD_2", "IMAGE_PAYLOAD_3", "IMAGE_TRAILER_OF_NO_LINES"});
    CHECK_EQ(sink.results.size(), 1u);
    CHECK(sink.results.at(0).complete);
    CHECK_EQ(sink.results.at(0).received, 48u);
    CHECK_EQ(sink.results.at(0).extent, 48u);
    CHECK_EQ(sink.results.at(0).delivered_height, 3u);
}

TEST(a_resent_packet_fills_the_hole) {
    for (const auto extended : {false, true}) {
        Sink sink;
        vcxg::gige::Assembler assembler(sink, {.packet_size = extended ? 68u : 56u, .payload_size = 48});
        if (extended) {
            send(assembler, {"IMAGE_LEADER_EXTENDED", "IMAGE_PAYLOAD_1_EXTENDED", "IMAGE_PAYLOAD_3_EXTENDED",
                             "RESENT_PAYLOAD_2_EXTENDED", "IMAGE_TRAILER_EXTENDED"});
        } else {
            send(assembler,
                 {"IMAGE_LEADER", "IMAGE_PAYLOAD_1", "IMAGE_PAYLOAD_3", "RESENT_PAYLOAD_2", "IMAGE_TRAILER"});
        }
        CHECK_EQ(sink.results.size(), 1u);
        CHECK(sink.results.at(0).complete);
        CHECK(sink.memory == counting(0, 48));
    }
}

TEST(a_packet_with_an_error_status_brings_no_data) {
    for (const auto* name : {"UNAVAILABLE_PAYLOAD_2", "REMOVED_PAYLOAD_2", "NOT_YET_PAYLOAD_2"}) {
        Sink sink;
        vcxg::gige::Assembler assembler(sink, {.packet_size = 56, .payload_size = 48});
        send(assembler, {"IMAGE_LEADER", "IMAGE_PAYLOAD_1", name, "IMAGE_PAYLOAD_3", "IMAGE_TRAILER"});
        assembler.handle_timer(vcxg::gige::Assembler::TimePoint{} + 10s);
        CHECK_EQ(assembler.statistics().packets_error_status, 1u);
        CHECK_EQ(sink.results.size(), 1u);
        CHECK(!sink.results.at(0).complete);
        CHECK((sink.results.at(0).missing == std::vector<vcxg::gige::PacketRange>{{2, 2}}));
    }
}

TEST(a_test_packet_belongs_to_no_block) {
    for (const auto* name : {"TEST_PACKET_HEADER", "TEST_PACKET_HEADER_EXTENDED"}) {
        Sink sink;
        vcxg::gige::Assembler assembler(sink, {.packet_size = 576, .payload_size = 48});
        auto test_packet = golden(name);
        test_packet.resize(548);
        assembler.receive(test_packet, {});
        assembler.handle_timer(vcxg::gige::Assembler::TimePoint{} + 10s);
        CHECK(sink.results.empty());
        CHECK_EQ(assembler.statistics().blocks_incomplete, 0u);
    }
}

TEST(blocks_with_chunks_arrive_with_their_tags) {
    const std::pair<Names, std::uint16_t> blocks[] = {
        {{"CHUNK_LEADER", "CHUNK_PAYLOAD", "CHUNK_TRAILER"}, 0x0004},
        {{"IMAGE_CHUNK_LEADER", "IMAGE_CHUNK_PAYLOAD", "IMAGE_CHUNK_TRAILER"}, 0x4001},
    };
    for (const auto& [names, type] : blocks) {
        Sink sink;
        sink.memory.assign(64, std::byte{0xEE});
        vcxg::gige::Assembler assembler(sink, {.packet_size = 576, .payload_size = 64});
        send(assembler, names);
        CHECK_EQ(sink.results.size(), 1u);
        const auto& result = sink.results.at(0);
        CHECK(result.complete);
        CHECK(result.contains_chunks);
        CHECK_EQ(result.payload_type, type);
        CHECK_EQ(result.received, 56u);
        CHECK(std::ranges::equal(ConstBytes(sink.memory).first(56), packet("CHUNK_PAYLOAD").data));
        CHECK_EQ(sink.memory.at(56), std::byte{0xEE});
    }
}
