// Mono12p images that are unpacked while their packets arrive, in memory that the consumer lends.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "check.hpp"
#include "gentl_nodes.hpp"
#include "gentl_session.hpp"
#include "mono12p/kernel.hpp"

using namespace vcxg::testing;
namespace gentl = vcxg::gentl;
namespace mono12p = vcxg::mono12p;

namespace {

constexpr std::uint32_t kMono12p = 0x010C0047;
// Large enough to be unpacked in many steps, odd so that the last pixel has two bytes of its own.
constexpr std::uint32_t kWidth = 1001, kHeight = 1017;
constexpr std::size_t kPixels = std::size_t{kWidth} * kHeight;
constexpr std::size_t kPacked = mono12p::packed_size(kPixels);
constexpr std::uint32_t kPacketSize = 1500;
constexpr unsigned kPackets = (kPacked + kPacketSize - 37) / (kPacketSize - 36);

using Image = std::vector<std::uint16_t>;

Block mono12p_block(unsigned id) {
    Block block = image_block(id, kPacked);
    block.width = kWidth;
    block.height = kHeight;
    block.pixel_format = kMono12p;
    block.payload.back() &= 0x0F;
    return block;
}

Image pixels_of(const Block& block) {
    Image pixels(kPixels);
    for (std::size_t i = 0; i < kPixels; ++i) {
        const std::size_t at = i / 2 * 3;
        const auto& bytes = block.payload;
        pixels[i] = static_cast<std::uint16_t>(i % 2 == 0 ? bytes[at] | (bytes[at + 1] & 0x0F) << 8
                                                          : bytes[at + 1] >> 4 | bytes[at + 2] << 4);
    }
    return pixels;
}

// A stream that runs, with targets of an image and some guarded pixels behind.
struct Unpacking : Streaming {
    std::vector<Image> targets;

    explicit Unpacking(std::size_t count = 1, std::size_t buffers = 4) {
        const std::uint8_t packet_size[4] = {0, 0, kPacketSize >> 8, kPacketSize & 0xFF};
        std::size_t written = sizeof packet_size;
        OK(GCWritePort, port, 0x0D04, packet_size, &written);
        announce(buffers, kPacked);
        CHECK_EQ(write_node(stream, "StreamUnpackTargetSize", 2 * kPixels), 0);
        OK(DSStartAcquisition, stream, 0, gentl::kInfinite);
        for (std::size_t i = 0; i < count; ++i) {
            targets.emplace_back(kPixels + 8, 0xEEEE);
            CHECK_EQ(lend(targets.back()), 0);
        }
    }
    Status lend(Image& target) {
        return write_node(stream, "StreamUnpackTarget",
                          static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(target.data())));
    }
    std::uint16_t* unpacked(Handle buffer) { return buffer_value<std::uint16_t*>(stream, buffer, bi::unpacked_base); }
    bool is_incomplete(Handle buffer) { return buffer_value<gentl::Bool8>(stream, buffer, bi::is_incomplete) != 0; }
    // What the target holds is this block and not a byte more.
    bool holds(const Image& target, const Block& block) {
        Image expected = pixels_of(block);
        expected.resize(kPixels + 8, 0xEEEE);
        return target == expected;
    }
};

// Sends one more block, which is to lie in the target.
void check_next_image_in(Unpacking& open, const Image& target, unsigned id) {
    const Block block = mono12p_block(id);
    open.camera.send(block);
    CHECK_EQ(open.unpacked(open.fetch()), target.data());
    CHECK(open.holds(target, block));
}

// Sends a block up to a packet, and the rest when the producer has got that far and `between` was done.
void in_two_parts(Unpacking& open, unsigned id, unsigned first_of_second, const std::function<void()>& between) {
    Block first = mono12p_block(id), second = first;
    for (unsigned packet = 0; packet <= kPackets + 1; ++packet) {
        (packet < first_of_second ? second : first).dropped.insert(packet);
    }
    open.camera.send(first);
    CHECK(eventually([&] { return node(open.stream, "StreamPacketCount") == first_of_second; }));
    between();
    open.camera.send(second);
}

}  // namespace

TEST(an_image_lies_unpacked_in_its_target) {
    Unpacking open;
    const Block block = mono12p_block(1);
    open.camera.send(block);
    const Handle buffer = open.fetch();
    CHECK(!open.is_incomplete(buffer));
    CHECK_EQ(open.unpacked(buffer), open.targets[0].data());
    CHECK(open.holds(open.targets[0], block));
    const auto* base = buffer_value<const std::uint8_t*>(open.stream, buffer, bi::base);
    CHECK(std::equal(block.payload.begin(), block.payload.end(), base));  // beside the packed bytes
    OK(DSQueueBuffer, open.stream, buffer);
    CHECK_EQ(open.unpacked(buffer), nullptr);
}

TEST(a_target_serves_one_image) {
    Unpacking open;
    const Block first = mono12p_block(1);
    open.camera.send(first);
    OK(DSQueueBuffer, open.stream, open.fetch());
    open.camera.send(mono12p_block(2));
    const Handle second = open.fetch();
    CHECK(!open.is_incomplete(second));
    CHECK_EQ(open.unpacked(second), nullptr);
    CHECK_EQ(node(open.stream, "StreamUnpackedFrameCount"), 1);
    CHECK(open.holds(open.targets[0], first));
    CHECK_EQ(open.lend(open.targets[0]), 0);
    check_next_image_in(open, open.targets[0], 3);
}

TEST(images_that_wait_to_be_fetched_have_targets_of_their_own) {
    Unpacking open(2);
    const std::vector<Block> blocks{mono12p_block(1), mono12p_block(2)};
    for (const Block& block : blocks) open.camera.send(block);
    for (const Block& block : blocks) {
        const auto* unpacked = open.unpacked(open.fetch());
        CHECK(unpacked != nullptr);
        const Image pixels = pixels_of(block);
        CHECK(unpacked != nullptr && std::equal(pixels.begin(), pixels.end(), unpacked));
    }
}

TEST(the_target_of_an_incomplete_image_serves_the_next) {
    Unpacking open;
    Block block = mono12p_block(1);
    block.dropped = {100};
    open.camera.send(block);
    const Handle torn = open.fetch();
    CHECK(open.is_incomplete(torn));
    CHECK_EQ(open.unpacked(torn), nullptr);
    check_next_image_in(open, open.targets[0], 2);
}

TEST(the_target_of_an_image_that_is_overwritten_serves_a_newer_one) {
    Unpacking open(0, 2);
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(write_node(open.stream, "StreamBufferHandlingMode", 2), 0);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    Image target(kPixels + 8, 0xEEEE);
    CHECK_EQ(open.lend(target), 0);
    for (unsigned id = 1; id <= 3; ++id) open.camera.send(mono12p_block(id));
    CHECK(eventually([&] { return node(open.stream, "StreamCompleteFrameCount") == 3; }));
    CHECK_EQ(open.unpacked(open.fetch()),
             nullptr);  // the second: the first had the target, and was given up for the third
    CHECK_EQ(open.unpacked(open.fetch()), target.data());
    CHECK(open.holds(target, mono12p_block(3)));
}

TEST(only_mono12p_images_of_the_targets_size_are_unpacked) {
    Unpacking open;
    Block other_size = mono12p_block(1);
    other_size.height = kHeight - 1;
    other_size.payload.resize(mono12p::packed_size(kPixels - kWidth));
    Block other_format = mono12p_block(2);
    other_format.pixel_format = 0x010C0006;  // Mono12Packed: as many bytes, in another order
    Block padded = mono12p_block(3);
    padded.padding_x = 1;
    for (const Block& block : {other_size, other_format, padded}) {
        open.camera.send(block);
        const Handle buffer = open.fetch();
        CHECK_EQ(open.unpacked(buffer), nullptr);
        OK(DSQueueBuffer, open.stream, buffer);
    }
    CHECK(std::all_of(open.targets[0].begin(), open.targets[0].end(), [](auto pixel) { return pixel == 0xEEEE; }));
}

TEST(with_chunks_behind_the_image_only_the_image_is_unpacked) {
    Unpacking open(1, 0);
    open.announce(1, kPacked + 64);
    Block block = mono12p_block(1);
    const Image pixels = pixels_of(block);
    block.payload_type = 0x4001;
    block.chunk_size = kPacked + 64;  // the image, which is the first chunk, counts
    block.payload.resize(kPacked + 64, 0xFF);
    open.camera.send(block);
    const Handle buffer = open.fetch();
    CHECK(!open.is_incomplete(buffer));
    CHECK_EQ(open.unpacked(buffer), open.targets[0].data());
    CHECK(std::equal(pixels.begin(), pixels.end(), open.targets[0].begin()));
    CHECK_EQ(open.targets[0][kPixels], 0xEEEE);
}

TEST(a_frame_with_fewer_bytes_than_its_image_has_none_unpacked) {
    constexpr std::size_t kBehind = 70'000;  // so that all of the image lies in full packets, and is in place
    Unpacking open(1, 0);
    open.announce(1, kPacked + kBehind);
    Block block = mono12p_block(1);
    block.payload_type = 0x4001;
    block.payload.resize(kPacked + kBehind, 0xFF);
    block.chunk_size = 64;  // all that the trailer admits to, for it does not say how lines of such an image end
    open.camera.send(block);
    const Handle buffer = open.fetch();
    CHECK(!open.is_incomplete(buffer));
    CHECK_EQ(buffer_value<std::size_t>(open.stream, buffer, bi::size_filled), std::size_t{64});
    CHECK_EQ(open.unpacked(buffer), nullptr);
}

TEST(a_leader_whose_size_overflows_is_not_taken_for_the_targets) {
    Unpacking open;
    Block block = mono12p_block(1);
    block.width = 3'937'236'139u;
    block.height = 2'342'600'675u;
    CHECK_EQ(2 * std::uint64_t{block.width} * block.height, 2 * std::uint64_t{kPixels});  // in 64 bits
    open.camera.send(block);
    CHECK_EQ(open.unpacked(open.fetch()), nullptr);
}

TEST(a_target_lent_when_an_image_is_there_already_serves_the_next) {
    Unpacking open(0);
    open.camera.send(mono12p_block(1));
    CHECK(eventually([&] { return open.in_queue() == 1; }));
    Image target(kPixels + 8, 0xEEEE);
    CHECK_EQ(open.lend(target), 0);
    CHECK_EQ(open.unpacked(open.fetch()), nullptr);
    check_next_image_in(open, target, 2);
}

TEST(a_target_lent_while_an_image_arrives_catches_up) {
    Unpacking open(0);
    Image target(kPixels + 8, 0xEEEE);
    in_two_parts(open, 1, kPackets / 2, [&] { CHECK_EQ(open.lend(target), 0); });
    CHECK_EQ(open.unpacked(open.fetch()), target.data());
    CHECK(open.holds(target, mono12p_block(1)));
}

TEST(a_target_lent_too_late_to_catch_up_serves_the_next) {
    Unpacking open(0);
    Image target(kPixels + 8, 0xEEEE);
    in_two_parts(open, 1, kPackets - 3, [&] { CHECK_EQ(open.lend(target), 0); });
    const Handle late = open.fetch();
    CHECK(!open.is_incomplete(late));
    CHECK_EQ(open.unpacked(late), nullptr);
    check_next_image_in(open, target, 2);
}

TEST(the_target_of_an_image_that_is_flushed_serves_the_next) {
    using namespace gentl::flush;
    for (const std::int32_t operation : {output_discard, all_to_input, all_discard}) {
        Unpacking open(1, 2);
        open.camera.send(mono12p_block(1));
        CHECK(eventually([&] { return open.in_queue() == 1; }));
        CHECK_EQ(open.lend(open.targets[0]), code::kResourceInUse);
        OK(DSFlushQueue, open.stream, operation);
        OK(DSFlushQueue, open.stream, unqueued_to_input);
        check_next_image_in(open, open.targets[0], 2);
    }
}

TEST(the_target_of_an_image_that_is_flushed_while_it_arrives_serves_the_next) {
    Unpacking open(1, 2);
    in_two_parts(open, 1, kPackets / 2, [&] {
        CHECK_EQ(open.lend(open.targets[0]), code::kResourceInUse);
        OK(DSFlushQueue, open.stream, gentl::flush::all_discard);
    });
    CHECK(eventually([&] { return node(open.stream, "StreamCompleteFrameCount") == 1; }));
    OK(DSFlushQueue, open.stream, gentl::flush::unqueued_to_input);
    check_next_image_in(open, open.targets[0], 2);
}

TEST(targets_are_the_consumers_again_when_the_acquisition_has_stopped) {
    Unpacking open(2);
    open.camera.send(mono12p_block(1));
    CHECK(eventually([&] { return open.in_queue() == 1; }));
    OK(DSStopAcquisition, open.stream, 0);
    const Handle kept = open.fetch();
    CHECK_EQ(open.unpacked(kept), nullptr);
    for (Image& target : open.targets) std::fill(target.begin(), target.end(), std::uint16_t{0xEEEE});
    OK(DSQueueBuffer, open.stream, kept);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    open.camera.send(mono12p_block(1));
    CHECK_EQ(open.unpacked(open.fetch()), nullptr);
    for (const Image& target : open.targets) {
        CHECK(std::all_of(target.begin(), target.end(), [](auto pixel) { return pixel == 0xEEEE; }));
    }
}

TEST(what_cannot_be_lent_is_refused) {
    Unpacking open;
    CHECK_EQ(open.lend(open.targets[0]), code::kResourceInUse);
    CHECK_EQ(write_node(open.stream, "StreamUnpackTarget", 0), code::kInvalidParameter);
    CHECK_EQ(write_node(open.stream, "StreamUnpackTargetSize", 1), code::kAccessDenied);  // an acquisition runs
    std::vector<Image> many(15, Image(1));
    for (Image& one : many) CHECK_EQ(open.lend(one), 0);  // never written to: no image comes
    Image one_more(1);
    CHECK_EQ(open.lend(one_more), code::kResourceInUse);
    OK(DSStopAcquisition, open.stream, 0);
    CHECK_EQ(open.lend(one_more), code::kNotAvailable);
    CHECK_EQ(write_node(open.stream, "StreamUnpackTargetSize", 3), code::kInvalidValue);
    CHECK_EQ(write_node(open.stream, "StreamUnpackTargetSize", 0), 0);
    OK(DSStartAcquisition, open.stream, 0, gentl::kInfinite);
    CHECK_EQ(open.lend(one_more), code::kInvalidParameter);
}
