// EVENT and EVENTDATA: golden bytes in both directions, and what contradicts itself.
#include <algorithm>

#include "check.hpp"
#include "gige/message.hpp"
#include "golden.hpp"

namespace gvcp = vcxg::gige::gvcp;
using vcxg::gige::ConstBytes;
using Datagram = std::vector<std::byte>;

namespace {

Datagram golden(const char* name) {
    static const auto entries = vcxg::golden::load("gvcp");
    return entries.at(name);
}

gvcp::Message parsed(const Datagram& datagram) {
    return gvcp::parse_message(datagram).value();
}

bool same(ConstBytes left, ConstBytes right) {
    return std::ranges::equal(left, right);
}

Datagram with(Datagram datagram, std::size_t offset, int value) {
    datagram.at(offset) = static_cast<std::byte>(value);
    return datagram;
}

}  // namespace

TEST(an_event_tells_id_channel_block_and_time) {
    const Datagram datagram = golden("EVENT_CMD");
    const auto message = parsed(datagram);
    CHECK(message.command == gvcp::Command::event);
    CHECK_EQ(message.request_id, 0x0014);
    CHECK(message.acknowledge_required);
    CHECK(!message.extended_ids);
    CHECK_EQ(message.events.size(), 1u);
    CHECK_EQ(message.events.at(0).id, 0x9001);
    CHECK_EQ(message.events.at(0).stream_channel, gvcp::kNoStreamChannel);
    CHECK_EQ(message.events.at(0).block_id, 0u);
    CHECK_EQ(message.events.at(0).timestamp, 0x123456789u);
    CHECK(same(message.events.at(0).entry, ConstBytes(datagram).subspan(8)));
}

TEST(several_events_of_one_datagram_come_in_their_order) {
    const Datagram datagram = golden("EVENT_CMD_TWO");
    const auto message = parsed(datagram);
    CHECK_EQ(message.events.size(), 2u);
    CHECK_EQ(message.events.at(0).id, 3);
    CHECK_EQ(message.events.at(0).block_id, 0x1234u);
    CHECK_EQ(message.events.at(1).id, 4);
    CHECK_EQ(message.events.at(1).stream_channel, 0);
    CHECK_EQ(message.events.at(1).timestamp, 0x12345A000u);
    CHECK(same(message.events.at(1).entry, ConstBytes(datagram).subspan(24)));
}

TEST(extended_ids_have_64_bits) {
    const Datagram datagram = golden("EVENT_CMD_EXTENDED");
    const auto message = parsed(datagram);
    CHECK(message.extended_ids);
    CHECK_EQ(message.events.at(0).id, 0x9001);
    CHECK_EQ(message.events.at(0).block_id, 0x1'0000'0002u);
    CHECK_EQ(message.events.at(0).timestamp, 0x123456789u);
    CHECK_EQ(message.events.at(0).entry.size(), 24u);
}

TEST(the_data_of_an_event_stay_with_its_entry) {
    for (const char* name : {"EVENTDATA_CMD", "EVENTDATA_CMD_EXTENDED"}) {
        const Datagram datagram = golden(name);
        const auto message = parsed(datagram);
        CHECK(message.command == gvcp::Command::event_data);
        CHECK_EQ(message.events.size(), 1u);
        CHECK_EQ(message.events.at(0).id, 0x9002);
        CHECK_EQ(message.events.at(0).timestamp, 0x123456789u);
        CHECK(same(message.events.at(0).entry, ConstBytes(datagram).subspan(8)));
    }
}

TEST(entries_that_tell_their_size_are_taken_apart) {
    Datagram datagram = golden("EVENTDATA_CMD_EXTENDED");
    const Datagram entry(datagram.begin() + 8, datagram.end());
    datagram.insert(datagram.end(), entry.begin(), entry.end());
    datagram = with(with(datagram, 5, 56), 8 + 28 + 3, 0x07);  // length of both; another id for the second
    const auto message = parsed(datagram);
    CHECK_EQ(message.events.size(), 2u);
    CHECK_EQ(message.events.at(0).id, 0x9002);
    CHECK_EQ(message.events.at(1).id, 0x9007);
    CHECK_EQ(message.events.at(1).entry.size(), 28u);
}

TEST(without_a_size_the_data_go_to_the_end_of_the_datagram) {
    const Datagram datagram = with(golden("EVENTDATA_CMD_EXTENDED"), 9, 0);
    CHECK_EQ(parsed(datagram).events.at(0).entry.size(), 28u);
}

TEST(every_command_is_acknowledged_as_written_down) {
    CHECK(gvcp::acknowledge(parsed(golden("EVENT_CMD"))) == golden("EVENT_ACK"));
    CHECK(gvcp::acknowledge(parsed(golden("EVENTDATA_CMD"))) == golden("EVENTDATA_ACK"));
    CHECK(gvcp::acknowledge(parsed(golden("EVENTDATA_CMD_EXTENDED"))) == golden("EVENTDATA_ACK_EXTENDED"));
}

TEST(one_event_alone_is_a_command_again) {
    for (const char* name : {"EVENT_CMD", "EVENT_CMD_EXTENDED", "EVENTDATA_CMD", "EVENTDATA_CMD_EXTENDED"}) {
        const Datagram datagram = golden(name);
        const auto message = parsed(datagram);
        CHECK(gvcp::single_event(message, message.events.at(0)) == datagram);
    }
    const Datagram two = golden("EVENT_CMD_TWO");
    const auto message = parsed(two);
    const Datagram second = gvcp::single_event(message, message.events.at(1));
    CHECK_EQ(parsed(second).events.size(), 1u);
    CHECK_EQ(parsed(second).events.at(0).id, 4);
    CHECK_EQ(parsed(second).request_id, 0x0015);
}

TEST(bytes_behind_the_announced_length_are_not_read) {
    Datagram datagram = golden("EVENT_CMD");
    datagram.resize(datagram.size() + 16, std::byte{0xEE});
    CHECK_EQ(parsed(datagram).events.size(), 1u);
}

TEST(what_contradicts_itself_is_no_message) {
    const Datagram event = golden("EVENT_CMD");
    const Datagram data = golden("EVENTDATA_CMD_EXTENDED");
    for (std::size_t size = 0; size < event.size(); ++size) {
        CHECK(!gvcp::parse_message(ConstBytes(event).first(size)));
    }
    CHECK(!gvcp::parse_message(with(event, 0, 0x43)));                  // another key
    CHECK(!gvcp::parse_message(with(event, 3, 0x80)));                  // READREG
    CHECK(!gvcp::parse_message(with(event, 5, 0)));                     // no entry
    CHECK(!gvcp::parse_message(with(event, 5, 15)));                    // a part of one
    CHECK(!gvcp::parse_message(with(event, 1, 0x11)));                  // 16 bytes cannot be an extended one
    CHECK(!gvcp::parse_message(with(event, 7, 0)));                     // request id 0
    CHECK(!gvcp::parse_message(with(golden("EVENT_CMD_TWO"), 5, 31)));  // the second one is cut off
    CHECK(!gvcp::parse_message(with(data, 9, 23)));                     // smaller than its own fields
    CHECK(!gvcp::parse_message(with(data, 9, 29)));                     // larger than the datagram
    CHECK(!gvcp::parse_message(with(data, 9, 24)));                     // four bytes are left over
    CHECK(!gvcp::parse_message(golden("READREG_CCP_ACK_FREE")));
    Datagram long_one = golden("EVENTDATA_CMD");
    long_one.resize(549);
    CHECK(!gvcp::parse_message(long_one));  // GVCP datagrams have 548 bytes at most
}

TEST(a_repeat_is_the_same_bytes_again) {
    gvcp::RepeatFilter filter;
    CHECK(!filter.is_repeat(golden("EVENT_CMD")));
    CHECK(!filter.is_repeat(golden("EVENTDATA_CMD")));
    CHECK(filter.is_repeat(golden("EVENT_CMD")));
    CHECK(!filter.is_repeat(with(golden("EVENT_CMD"), 23, 0)));  // the same id at another time: a restarted device
    CHECK(filter.is_repeat(golden("EVENTDATA_CMD")));
}

TEST(repeats_are_remembered_for_a_while_only) {
    gvcp::RepeatFilter filter;
    CHECK(!filter.is_repeat(golden("EVENT_CMD")));
    for (int id = 0; id < 200; ++id) CHECK(!filter.is_repeat(with(golden("EVENTDATA_CMD"), 6, id)));
    CHECK(!filter.is_repeat(golden("EVENT_CMD")));
}
