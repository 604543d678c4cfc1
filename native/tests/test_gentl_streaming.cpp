// Frames from a camera into announced buffers, and everything a consumer does with the queues meanwhile.
#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>

#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

void start(Streaming& open, std::uint64_t frames = gentl::kInfinite) {
    OK(DSStartAcquisition, open.stream, 0, frames);
}

std::size_t number(Streaming& open, Handle buffer, gentl::Command command) {
    return buffer_value<std::size_t>(open.stream, buffer, command);
}

bool flag(Streaming& open, Handle buffer, gentl::Command command) {
    return buffer_value<gentl::Bool8>(open.stream, buffer, command) != 0;
}

std::vector<std::uint8_t> content(Streaming& open, Handle buffer, std::size_t size) {
    const auto* base = static_cast<const std::uint8_t*>(buffer_value<void*>(open.stream, buffer, bi::base));
    return {base, base + size};
}

Status ask(Streaming& open, Handle buffer, gentl::Command command) {
    std::uint64_t out = 0;
    std::size_t size = sizeof out;
    return PRODUCER(DSGetBufferInfo)(open.stream, buffer, command, nullptr, &out, &size);
}

}  // namespace

TEST(a_frame_arrives_with_all_that_its_leader_and_trailer_tell) {
    Streaming open;
    open.announce(2, 4096);
    start(open);
    const Block block = image_block(5);
    open.camera.send(block);
    const Handle buffer = open.fetch();
    CHECK(content(open, buffer, 2048) == block.payload);
    CHECK(!flag(open, buffer, bi::is_incomplete));
    CHECK_EQ(number(open, buffer, bi::missing_range_count), std::size_t{0});
    CHECK_EQ(buffer_value<std::int32_t>(open.stream, buffer, bi::incomplete_cause), 0);
    CHECK(flag(open, buffer, bi::new_data));
    CHECK(flag(open, buffer, bi::image_present));
    CHECK(!flag(open, buffer, bi::contains_chunk_data));
    CHECK(!flag(open, buffer, bi::is_queued));
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::frame_id), 5u);
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::timestamp), 625'000'003u);
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::timestamp_ns), 5'000'000'024u);
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::pixel_format), 0x01080001u);
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::pixel_format_namespace), 4u);
    CHECK_EQ(number(open, buffer, bi::width), std::size_t{64});
    CHECK_EQ(number(open, buffer, bi::height), std::size_t{32});
    CHECK_EQ(number(open, buffer, bi::delivered_image_height), std::size_t{32});
    CHECK_EQ(number(open, buffer, bi::x_padding), std::size_t{0});
    CHECK_EQ(number(open, buffer, bi::payload_type), std::size_t{1});
    CHECK_EQ(number(open, buffer, bi::image_offset), std::size_t{0});
    CHECK_EQ(number(open, buffer, bi::size_filled), std::size_t{2048});
    CHECK_EQ(number(open, buffer, bi::data_size), std::size_t{2048});
    CHECK_EQ(ask(open, buffer, bi::delivered_chunk_payload_size), -1014);
    OK(DSQueueBuffer, open.stream, buffer);
    CHECK_EQ(number(open, buffer, bi::size_filled), std::size_t{0});
    CHECK_EQ(ask(open, buffer, bi::width), -1008);
}

TEST(a_frame_with_a_hole_is_delivered_as_incomplete) {
    Streaming open;
    open.announce(3, 4096);
    const std::uint8_t packet_size[4] = {0, 0, 0x02, 0x40};  // 576 bytes: 540 of payload
    std::size_t written = sizeof packet_size;
    OK(GCWritePort, open.port, 0x0D04, packet_size, &written);
    start(open);
    Block block = image_block(1);
    block.dropped = {2};
    open.camera.send(block);
    Handle buffer = open.fetch();
    CHECK(flag(open, buffer, bi::is_incomplete));
    CHECK_EQ(number(open, buffer, bi::size_filled), std::size_t{2048 - 540});
    CHECK_EQ(number(open, buffer, bi::data_size), std::size_t{2048});
    CHECK_EQ(number(open, buffer, bi::missing_range_count), std::size_t{1});
    std::uint64_t range[4] = {};
    std::size_t size = sizeof range;
    OK(DSGetBufferInfo, open.stream, buffer, bi::missing_ranges, nullptr, range, &size);
    CHECK_EQ(size, std::size_t{16});
    CHECK_EQ(range[0], std::uint64_t{540});
    CHECK_EQ(range[1], std::uint64_t{540});
    CHECK_EQ(buffer_value<std::int32_t>(open.stream, buffer, bi::incomplete_cause), 5);
    const auto* const bytes = buffer_value<const std::uint8_t*>(open.stream, buffer, bi::base);
    CHECK(std::all_of(bytes + 540, bytes + 1080, [](std::uint8_t byte) { return byte == 0; }));
    block = image_block(2);
    block.dropped = {0};  // the leader
    open.camera.send(block);
    buffer = open.fetch();
    CHECK(flag(open, buffer, bi::is_incomplete));
    CHECK(!flag(open, buffer, bi::image_present));
    CHECK_EQ(ask(open, buffer, bi::width), -1014);
    CHECK_EQ(ask(open, buffer, bi::timestamp_ns), -1014);
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::frame_id), 2u);
    CHECK_EQ(node(open.stream, "StreamIncompleteFrameCount"), 2);
    CHECK_EQ(node(open.stream, "StreamMissingPacketCount") > 0, true);
}

TEST(a_frame_larger_than_the_buffer_is_incomplete_and_stays_inside) {
    Streaming open;
    std::vector<std::uint8_t> memory(1024 + 64, 0xEE);
    Handle announced = nullptr;
    OK(DSAnnounceBuffer, open.stream, memory.data() + 1, 1024, nullptr, &announced);  // of no alignment
    OK(DSQueueBuffer, open.stream, announced);
    start(open);
    open.camera.send(image_block(1));
    const Handle buffer = open.fetch();
    CHECK(flag(open, buffer, bi::is_incomplete));
    CHECK(flag(open, buffer, bi::larger_than_buffer));
    CHECK(number(open, buffer, bi::data_size) <= 1024);
    CHECK_EQ(memory[0], 0xEE);
    CHECK(std::all_of(memory.begin() + 1025, memory.end(), [](std::uint8_t byte) { return byte == 0xEE; }));
}

TEST(the_number_in_the_queue_is_exact_and_frames_come_in_order) {
    Streaming open;
    open.announce(4, 4096);
    start(open);
    for (unsigned id = 1; id <= 3; ++id) open.camera.send(image_block(id));
    CHECK(eventually([&] { return open.in_queue() == 3; }));
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::await_delivery), std::size_t{3});
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::queued), std::size_t{1});
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::announced), std::size_t{4});
    for (std::uint64_t id = 1; id <= 3; ++id) {
        CHECK_EQ(buffer_value<std::uint64_t>(open.stream, open.fetch(), bi::frame_id), id);
        CHECK_EQ(open.in_queue(), std::size_t{3 - id});
    }
    CHECK_EQ(stream_value<std::uint64_t>(open.stream, si::delivered), 3u);
    CHECK_EQ(stream_value<std::uint64_t>(open.stream, si::started), 3u);
    CHECK_EQ(value<std::uint64_t>([&](auto... out) { return PRODUCER(EventGetInfo)(open.event, ei::fired, out...); }),
             3u);
}

TEST(the_event_tells_buffer_and_user_pointer) {
    Streaming open;
    std::vector<std::uint8_t> memory(4096);
    int mine = 0;
    Handle announced = nullptr;
    OK(DSAnnounceBuffer, open.stream, memory.data(), memory.size(), &mine, &announced);
    OK(DSQueueBuffer, open.stream, announced);
    start(open);
    open.camera.send(image_block(1));
    gentl::NewBufferData data{};
    std::size_t size = 15;
    CHECK_EQ(PRODUCER(EventGetData)(open.event, &data, &size, 5000), -1016);
    CHECK_EQ(size, std::size_t{16});
    OK(EventGetData, open.event, &data, &size, 5000);
    CHECK_EQ(Handle{data.buffer}, announced);
    CHECK_EQ(static_cast<void*>(data.user_pointer), static_cast<void*>(&mine));
    const auto of = [&](gentl::Command command) {
        return value<void*>(
            [&](auto... out) { return PRODUCER(EventGetDataInfo)(open.event, &data, 16, command, out...); });
    };
    CHECK_EQ(of(0), announced);
    CHECK_EQ(of(1), static_cast<void*>(&mine));
    void *base = nullptr, *user = nullptr;
    OK(DSRevokeBuffer, open.stream, announced, &base, &user);
    CHECK_EQ(base, static_cast<void*>(memory.data()));
    CHECK_EQ(user, static_cast<void*>(&mine));
}

TEST(without_a_queued_buffer_a_frame_is_an_underrun) {
    Streaming open;
    const auto buffers = open.announce(1, 4096);
    start(open);
    open.camera.send(image_block(1));
    const Handle first = open.fetch();
    open.camera.send(image_block(2));
    CHECK(eventually([&] { return stream_value<std::uint64_t>(open.stream, si::underrun) == 1; }));
    OK(DSQueueBuffer, open.stream, first);
    open.camera.send(image_block(3));
    CHECK_EQ(buffer_value<std::uint64_t>(open.stream, open.fetch(), bi::frame_id), 3u);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 1);
    CHECK_EQ(node(open.stream, "StreamMissedFrameCount"), 0);
}

TEST(a_gap_in_the_block_ids_is_a_missed_frame) {
    Streaming open;
    open.announce(3, 4096);
    start(open);
    open.camera.send(image_block(1));
    open.camera.send(image_block(4));
    (void)open.fetch();
    (void)open.fetch();
    CHECK_EQ(node(open.stream, "StreamMissedFrameCount"), 2);
    CHECK_EQ(node(open.stream, "StreamCompleteFrameCount"), 2);
    CHECK_EQ(node(open.stream, "StreamDeliveredFrameCount"), 2);
}

TEST(an_acquisition_ends_after_the_frames_asked_for) {
    Streaming open;
    open.announce(4, 4096);
    start(open, 2);
    for (unsigned id = 1; id <= 4; ++id) open.camera.send(image_block(id));
    (void)open.fetch();
    (void)open.fetch();
    Handle none = nullptr;
    CHECK_EQ(open.fetch(none, 50), -1011);
    CHECK_EQ(stream_value<gentl::Bool8>(open.stream, si::is_grabbing), 0);
    CHECK_EQ(stream_value<std::uint64_t>(open.stream, si::underrun), 0u);  // nobody wanted the rest
    start(open, 1);                                                        // again, without a stop between
    open.camera.send(image_block(1));
    (void)open.fetch();
}

TEST(a_running_acquisition_is_not_started_again) {
    Streaming open;
    open.announce(1, 4096);
    start(open);
    CHECK_EQ(stream_value<gentl::Bool8>(open.stream, si::is_grabbing), 1);
    CHECK_EQ(PRODUCER(DSStartAcquisition)(open.stream, 0, 1), -1004);
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(stream_value<gentl::Bool8>(open.stream, si::is_grabbing), 0);
    CHECK_EQ(PRODUCER(DSStopAcquisition)(open.stream, 0), 0);
}

TEST(every_flush_moves_what_it_says) {
    Streaming open;
    const auto buffers = open.announce(4, 4096);
    const auto counts = [&] {
        return std::pair(stream_value<std::size_t>(open.stream, si::queued),
                         stream_value<std::size_t>(open.stream, si::await_delivery));
    };
    const auto flushed = [&](std::int32_t operation) {
        OK(DSFlushQueue, open.stream, operation);
        return counts();
    };
    using Pair = std::pair<std::size_t, std::size_t>;
    CHECK(counts() == Pair(4, 0));
    CHECK(flushed(0) == Pair(0, 4));  // input to output
    CHECK_EQ(open.in_queue(), std::size_t{4});
    CHECK_EQ(open.fetch(), buffers[0]);
    CHECK(!flag(open, buffers[0], bi::new_data));
    CHECK(flushed(3) == Pair(1, 3));  // unqueued to input
    CHECK(flushed(1) == Pair(1, 0));  // output discarded
    CHECK(flushed(2) == Pair(4, 0));  // all to input
    CHECK(flushed(0) == Pair(0, 4));
    CHECK(flushed(2) == Pair(4, 0));  // from the output too
    CHECK(flushed(0) == Pair(0, 4));
    OK(EventFlush, open.event);
    CHECK(counts() == Pair(0, 0));
    CHECK(flushed(2) == Pair(4, 0));
    CHECK(flushed(4) == Pair(0, 0));  // all discarded
    for (Handle buffer : buffers) CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, buffer, nullptr, nullptr), 0);
    CHECK(flushed(4) == Pair(0, 0));  // of an empty stream
}

TEST(a_queued_buffer_is_not_queued_twice_nor_revoked) {
    Streaming open;
    const auto buffers = open.announce(1, 4096);
    CHECK_EQ(PRODUCER(DSQueueBuffer)(open.stream, buffers[0]), -1004);
    CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, buffers[0], nullptr, nullptr), -1022);
    std::vector<std::uint8_t> memory(100);
    Handle first = nullptr, second = nullptr;
    OK(DSAnnounceBuffer, open.stream, memory.data(), memory.size(), nullptr, &first);
    CHECK_EQ(PRODUCER(DSAnnounceBuffer)(open.stream, memory.data(), memory.size(), nullptr, &second), -1004);
}

TEST(a_buffer_that_is_being_filled_comes_back_when_the_acquisition_is_killed) {
    Streaming open;
    const auto buffers = open.announce(2, 4096);
    start(open);
    Block unfinished = image_block(1);
    unfinished.dropped = {1, 2};  // only the leader comes
    open.camera.send(unfinished);
    CHECK(eventually([&] { return flag(open, buffers[0], bi::is_acquiring); }));
    CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, buffers[0], nullptr, nullptr), -1022);
    OK(DSStopAcquisition, open.stream, 1);
    CHECK_EQ(stream_value<std::size_t>(open.stream, si::queued), std::size_t{2});
    OK(DSFlushQueue, open.stream, 0);
    CHECK_EQ(open.fetch(), buffers[0]);  // it went back to where it came from, the head of the queue
    OK(DSFlushQueue, open.stream, 4);
    for (Handle buffer : buffers) CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, buffer, nullptr, nullptr), 0);
}

TEST(a_frame_in_the_air_is_discarded_when_a_flush_wants_its_buffer) {
    Streaming open;
    const auto buffers = open.announce(2, 4096);
    start(open);
    Block unfinished = image_block(1);
    unfinished.dropped = {1, 2};
    open.camera.send(unfinished);
    CHECK(eventually([&] { return flag(open, buffers[0], bi::is_acquiring); }));
    OK(DSFlushQueue, open.stream, 4);
    open.camera.send(image_block(1));  // the rest of it
    CHECK(eventually([&] { return !flag(open, buffers[0], bi::is_queued); }));
    CHECK_EQ(open.in_queue(), std::size_t{0});
}

TEST(a_lost_camera_fails_at_once_and_the_stream_is_taken_down_all_the_same) {
    Streaming open;
    const auto buffers = open.announce(3, 4096);
    start(open);
    open.camera.send(image_block(1));
    (void)open.fetch();
    CHECK_EQ(node(open.device, "DeviceConnectionLost"), 0);
    open.camera.set_silent(true);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (node(open.device, "DeviceConnectionLost") == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK_EQ(node(open.device, "DeviceConnectionLost"), 1);
    CHECK_EQ(node(open.device, "DeviceAccessStatus"), 3);
    CHECK_EQ(
        value<std::int32_t>([&](auto... out) { return PRODUCER(DevGetInfo)(open.device, di::access_status, out...); }),
        3);
    const auto began = std::chrono::steady_clock::now();
    std::uint32_t word = 0;
    std::size_t size = sizeof word;
    CHECK_EQ(PRODUCER(GCReadPort)(open.port, 0xA000, &word, &size), -1010);
    Handle buffer = nullptr;
    CHECK_EQ(open.fetch(buffer, 0), -1011);
    CHECK_EQ(PRODUCER(DSStopAcquisition)(open.stream, 1), 0);
    CHECK_EQ(PRODUCER(DSFlushQueue)(open.stream, 4), 0);
    for (Handle announced : buffers) CHECK_EQ(PRODUCER(DSRevokeBuffer)(open.stream, announced, nullptr, nullptr), 0);
    CHECK_EQ(PRODUCER(DevClose)(open.device), 0);
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(1));
}

TEST(queueing_and_waiting_from_two_threads_loses_nothing) {
    Streaming open;
    open.announce(8, 65536);
    start(open);
    constexpr unsigned kFrames = 300;
    std::atomic<unsigned> fetched = 0;
    std::thread consumer([&] {
        for (std::uint64_t id = 1; id <= kFrames; ++id) {
            const Handle buffer = open.fetch();
            CHECK_EQ(buffer_value<std::uint64_t>(open.stream, buffer, bi::frame_id), id);
            CHECK(!flag(open, buffer, bi::is_incomplete));
            OK(DSQueueBuffer, open.stream, buffer);
            ++fetched;
        }
    });
    for (unsigned id = 1; id <= kFrames; ++id) {
        open.camera.send(image_block(id, 20000));
        CHECK(eventually([&] { return fetched + 6 > id; }));  // never more in flight than there are buffers
    }
    consumer.join();
    CHECK_EQ(node(open.stream, "StreamLostFrameCount") + node(open.stream, "StreamMissedFrameCount"), 0);
}

TEST(the_packet_size_is_negotiated_and_reported) {
    Streaming open;
    CHECK_EQ(node(open.stream, "DeviceStreamChannelPacketSize"), 9000);
    CHECK_EQ(node(open.stream, "StreamPacketSizeNegotiated"), 1);
    CHECK(node(open.stream, "StreamSocketBufferGranted") > 0);
    CHECK_EQ(open.camera.get_register(0x0D04) & 0xFFFF, 9000u);
}
