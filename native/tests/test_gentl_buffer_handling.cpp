// What becomes of frames that nobody waits for: the buffer handling modes.
#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;

namespace {

constexpr std::int64_t kOldestFirst = 1, kOldestFirstOverwrite = 2, kNewestOnly = 3;

void start(Streaming& open, std::int64_t mode) {
    CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", mode), 0);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
}

// Sends the blocks and returns when the producer is done with all of them.
void send(Streaming& open, unsigned first, unsigned last) {
    for (unsigned id = first; id <= last; ++id) open.camera.send(image_block(id));
    CHECK(eventually([&] {
        return node(open.stream, "StreamCompleteFrameCount") + node(open.stream, "StreamLostFrameCount") >= last;
    }));
}

std::uint64_t fetched_id(Streaming& open) {
    return buffer_value<std::uint64_t>(open.stream, open.fetch(), bi::frame_id);
}

}  // namespace

TEST(oldest_first_keeps_what_waits_and_loses_what_comes) {
    Streaming open;
    open.announce(3, 4096);
    start(open, kOldestFirst);
    send(open, 1, 5);
    CHECK_EQ(open.in_queue(), std::size_t{3});
    for (std::uint64_t id = 1; id <= 3; ++id) CHECK_EQ(fetched_id(open), id);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 2);
    CHECK_EQ(node(open.stream, "StreamOverwrittenFrameCount"), 0);
}

TEST(oldest_first_overwrite_gives_up_what_waits_longest) {
    Streaming open;
    open.announce(3, 4096);
    start(open, kOldestFirstOverwrite);
    send(open, 1, 5);
    CHECK_EQ(open.in_queue(), std::size_t{3});
    for (std::uint64_t id = 3; id <= 5; ++id) CHECK_EQ(fetched_id(open), id);
    CHECK_EQ(node(open.stream, "StreamOverwrittenFrameCount"), 2);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 0);
    CHECK_EQ(node(open.stream, "StreamDeliveredFrameCount"), 3);
    CHECK_EQ(node(open.stream, "StreamStartedFrameCount"), 5);
}

TEST(oldest_first_overwrite_loses_a_frame_when_every_buffer_is_the_consumers) {
    Streaming open;
    open.announce(1, 4096);
    start(open, kOldestFirstOverwrite);
    send(open, 1, 1);
    CHECK_EQ(fetched_id(open), 1u);
    send(open, 2, 2);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 1);
    CHECK_EQ(node(open.stream, "StreamOverwrittenFrameCount"), 0);
}

TEST(newest_only_keeps_one_frame) {
    Streaming open;
    open.announce(3, 4096);
    start(open, kNewestOnly);
    send(open, 1, 5);
    CHECK_EQ(open.in_queue(), std::size_t{1});
    CHECK_EQ(fetched_id(open), 5u);
    CHECK_EQ(open.in_queue(), std::size_t{0});
    CHECK_EQ(node(open.stream, "StreamOverwrittenFrameCount"), 4);
    CHECK_EQ(node(open.stream, "StreamInputBufferCount"), 2);  // what was given up is filled again
    send(open, 6, 7);
    CHECK_EQ(fetched_id(open), 7u);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 0);
}

TEST(newest_only_reuses_the_waiting_buffer_when_no_other_is_free) {
    Streaming open;
    open.announce(1, 4096);
    start(open, kNewestOnly);
    send(open, 1, 3);
    CHECK_EQ(fetched_id(open), 3u);
    CHECK_EQ(node(open.stream, "StreamLostFrameCount"), 0);
}

TEST(the_counters_of_a_stream_add_up) {
    for (const std::int64_t mode : {kOldestFirst, kOldestFirstOverwrite, kNewestOnly}) {
        Streaming open;
        open.announce(3, 4096);
        start(open, mode);
        send(open, 1, 6);
        (void)open.fetch();
        open.camera.send(image_block(9));  // two are missed
        Block torn = image_block(10, 20000);
        torn.dropped = {1};
        open.camera.send(torn);
        const auto counted = [&](const char* name) { return node(open.stream, name); };
        const auto sent = [&] {
            return counted("StreamCompleteFrameCount") + counted("StreamIncompleteFrameCount") +
                   counted("StreamMissedFrameCount") + counted("StreamLostFrameCount");
        };
        CHECK(eventually([&] { return sent() == 10 && counted("StreamOpenFrameCount") == 0; }));
        CHECK_EQ(counted("StreamMissedFrameCount"), 2);
        CHECK_EQ(counted("StreamCompleteFrameCount") + counted("StreamIncompleteFrameCount"),
                 counted("StreamDeliveredFrameCount") + counted("StreamOverwrittenFrameCount") +
                     counted("StreamOutputBufferCount"));
        CHECK_EQ(counted("StreamStartedFrameCount"),
                 counted("StreamCompleteFrameCount") + counted("StreamIncompleteFrameCount"));
    }
}

TEST(the_mode_is_chosen_before_the_acquisition_and_tells_how_many_buffers_it_needs) {
    Streaming open;
    open.announce(3, 4096);
    CHECK_EQ(node(open.stream, "StreamBufferHandlingMode"), kOldestFirst);
    for (const std::int64_t mode : {kOldestFirst, kOldestFirstOverwrite, kNewestOnly}) {
        CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", mode), 0);
        CHECK_EQ(node(open.stream, "StreamAnnounceBufferMinimum"), mode);
        CHECK_EQ(stream_value<std::size_t>(open.stream, si::announce_min), static_cast<std::size_t>(mode));
    }
    CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", 4), -1019);
    CHECK(last_error_text().find("1 (OldestFirst), 2 (OldestFirstOverwrite), 3 (NewestOnly)") != std::string::npos);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", kOldestFirst), -1005);
    CHECK(last_error_text().find("an acquisition runs; stop it first") != std::string::npos);
    CHECK_EQ(node(open.stream, "StreamBufferHandlingMode"), kNewestOnly);
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", kOldestFirst), 0);
}
